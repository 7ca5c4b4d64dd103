//! The command `xpay` as a library, so that the documentation can read its options. Each subcommand has its own file.

#![forbid(unsafe_code)]
// They panic once nobody reads.
#![deny(clippy::print_stdout, clippy::print_stderr)]

#[macro_use]
mod say;

mod asked;
mod bridge;
mod cancel;
mod cash_receipt;
mod certificate;
pub mod conformance;
mod doctor;
mod escrow;
mod failure;
mod generate;
mod hash;
mod home;
mod ids;
mod journal;
mod language;
mod list;
mod listening;
mod log;
mod misuse;
mod output;
mod pay;
mod ping;
mod readonly;
mod receipt_link;
mod recover;
mod rehearsal;
mod sandbox;
mod secrets;
mod shop;
mod shutdown;
mod standing;
mod store;
mod system;
mod table;
mod terminal;
mod trigger;
mod verify;
mod won;
mod words;

use clap::{CommandFactory, Parser, Subcommand};
use std::process::ExitCode;

pub use generate::exit_codes;
pub use language::Language;

/// XPay 결제 연동 도구 / tools for XPay payments
#[derive(Parser)]
#[command(name = "xpay", version, arg_required_else_help = true, max_term_width = 80)]
struct Cli {
    /// 출력 언어. 없으면 로케일에 따릅니다 / the language of the output, by default that of the locale
    #[arg(long, global = true, value_enum)]
    lang: Option<Language>,
    /// 색을 쓸지. auto는 터미널에서만 씁니다 / whether to use colours; auto uses them on a terminal only
    #[arg(long, global = true, value_enum, value_name = "WHEN")]
    color: Option<clap::ColorChoice>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 설정을 읽고 고칠 것을 알려 줍니다 / check the configuration and report what to fix
    Doctor(doctor::Arguments),
    /// 게이트웨이가 이 상점에 응답하는지 / check whether the gateway answers this shop
    Ping(ping::Arguments),
    /// PAYKEY(표준 입력)로 최종 결제합니다 / make the final payment of a PAYKEY, read from stdin
    Pay(pay::Arguments),
    /// 결제를 취소합니다 / cancel a payment
    Cancel(cancel::Arguments),
    /// 결제의 일부를 취소합니다 / cancel a payment partially
    PartialCancel(cancel::PartialArguments),
    /// 현금영수증을 발급하거나 취소합니다 / issue or cancel a cash receipt
    CashReceipt(cash_receipt::Arguments),
    /// 에스크로 상품의 발송이나 수령을 등록합니다 / register the delivery of an item that was paid in escrow
    Escrow(escrow::Arguments),
    /// 영수증을 여는 링크 / print the link that opens a receipt
    ReceiptLink(receipt_link::Arguments),
    /// 결제 요청의 LGD_HASHDATA / compute LGD_HASHDATA of a payment request
    Hash(hash::Arguments),
    /// 통보(표준 입력)가 게이트웨이의 것인지 확인합니다 / verify that a notification, read from stdin, is from the gateway
    Verify(verify::Arguments),
    /// 최근 거래와 그 상태 / list recent transactions and their states
    List(list::Arguments),
    /// 거래의 로그와 저널 / show the log and the journal of a transaction
    Log(log::Arguments),
    /// 공개되지 않은 게이트웨이의 동작을 테스트 게이트웨이에서 확인합니다 / examine how the test gateway answers what nobody has published
    Conformance(Box<conformance::Arguments>),
    /// 이 컴퓨터에서 도는 모의 결제 서버 / run a test gateway on this machine
    Sandbox(Box<sandbox::Arguments>),
    /// 샌드박스의 가상계좌에 입금하거나 입금을 취소합니다 / make or reverse a deposit into a virtual account of the sandbox
    Trigger(trigger::Arguments),
    /// 라이브러리를 읽을 수 없는 프로그램(PHP)을 위한 표준 입출력 연결 / run the library over stdin and stdout, for PHP without FFI
    Bridge(bridge::Arguments),
    /// 응답을 받지 못한 거래를 망취소합니다 / roll back transactions in doubt
    Recover(recover::Arguments),
    /// 데이터베이스에 보관하는 저널 / the journal in the shop's own database
    Journal(journal::Arguments),
    /// 셸의 자동 완성 / generate completions for a shell
    Completions(generate::Completions),
    /// 패키지에 넣을 매뉴얼과 자동 완성 / generate man pages and completions for packages
    #[command(hide = true)]
    Generate(generate::Pages),
}

/// The command line in one language, for words only.
pub fn command(language: Language) -> clap::Command {
    words::in_one(Cli::command(), language, &mut Vec::new())
}

/// Does what the command line of this process says.
pub fn run() -> ExitCode {
    let arguments: Vec<_> = std::env::args_os().collect();
    let understood = command(Language::chosen()).color(asked::color()).try_get_matches_from(&arguments);
    let cli = match understood.and_then(|_| Cli::try_parse_from(&arguments)) {
        Ok(cli) => cli,
        Err(error) => return misuse::report(&error, &arguments),
    };
    let outcome = match cli.command {
        Command::Sandbox(arguments) => sandbox::run(*arguments),
        Command::Bridge(arguments) => bridge::run(&arguments).map(|()| ExitCode::SUCCESS),
        Command::Doctor(arguments) => Ok(doctor::run(&arguments)),
        Command::Conformance(arguments) => conformance::run(&arguments),
        Command::Ping(arguments) => ping::run(&arguments),
        Command::Recover(arguments) => recover::run(&arguments),
        Command::Journal(arguments) => journal::run(&arguments),
        Command::Pay(arguments) => pay::run(&arguments),
        Command::Cancel(arguments) => cancel::run(arguments),
        Command::PartialCancel(arguments) => cancel::run_partial(arguments),
        Command::CashReceipt(arguments) => cash_receipt::run(arguments),
        Command::Escrow(arguments) => escrow::run(&arguments),
        Command::ReceiptLink(arguments) => receipt_link::run(&arguments),
        Command::Hash(arguments) => hash::run(&arguments),
        Command::Verify(arguments) => verify::run(&arguments),
        Command::List(arguments) => list::run(&arguments),
        Command::Log(arguments) => log::run(&arguments),
        Command::Trigger(arguments) => trigger::run(arguments).map(|()| ExitCode::SUCCESS),
        Command::Completions(arguments) => {
            generate::completions(&arguments, command(Language::chosen()));
            Ok(ExitCode::SUCCESS)
        }
        Command::Generate(arguments) => generate::pages(&arguments).map(|()| ExitCode::SUCCESS),
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    /// Each text of the sources has Korean and English, and no text of one language is left in the other.
    #[test]
    fn every_help_has_both_languages() {
        let mut untranslated = Vec::new();
        for language in [Language::Ko, Language::En] {
            words::in_one(Cli::command(), language, &mut untranslated);
        }
        assert!(untranslated.is_empty(), "{untranslated:?}");
    }
}
