//! `xpay sandbox`: starts the sandbox, or uses a running one.

mod checkout;
pub(crate) mod ledger;
mod notices;
mod paykey;
mod replay;
pub(crate) mod running;
mod start;

use crate::failure::Failure;
use clap::{Args, Subcommand};
use std::process::ExitCode;

/// `xpay sandbox --dir …` starts it; `xpay sandbox paykey …`, `ledger …` and the others use it.
#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(crate) struct Arguments {
    #[command(flatten)]
    start: Option<start::Start>,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
enum Command {
    /// 결제창 없이 PAYKEY를 만듭니다 / make a PAYKEY without a browser
    Paykey(paykey::Arguments),
    /// 원장의 결제를 보여 줍니다 / show the payments in the ledger
    Ledger(ledger::Arguments),
    /// 상점에 보낸 통보를 보여 주거나 다시 보냅니다 / show the notifications to the shop, or send one again
    Notices(notices::Arguments),
    /// 기록한 세션을 새 샌드박스에서 재생하고, 다른 응답을 출력합니다 / replay a recorded session on a sandbox of its own, and print what is answered differently
    Replay(replay::Arguments),
}

pub(crate) fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    let done = match (arguments.command, arguments.start) {
        (Some(Command::Paykey(arguments)), _) => paykey::run(arguments),
        (Some(Command::Ledger(arguments)), _) => ledger::run(&arguments),
        (Some(Command::Notices(arguments)), _) => notices::run(&arguments),
        (Some(Command::Replay(arguments)), _) => return replay::run(&arguments),
        (None, Some(arguments)) => start::run(arguments),
        (None, None) => Err(Failure::new(
            "--dir DIR을 지정하십시오: xpay sandbox --dir DIR",
            "--dir DIR is missing: xpay sandbox --dir DIR",
        )),
    };
    done.map(|()| ExitCode::SUCCESS)
}
