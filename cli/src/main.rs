//! The command `xpay`: one file per subcommand, here only the list of them.

#![forbid(unsafe_code)]

mod bridge;
mod doctor;
mod failure;
mod ping;
mod recover;
mod sandbox;
mod stop;
mod table;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};
use failure::Failure;
use std::process::ExitCode;

/// XPay 결제 연동 도구 / tools for XPay payments
#[derive(Parser)]
#[command(name = "xpay", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 설정을 읽고 고칠 것을 알려 줍니다 / read the configuration and say what to mend
    Doctor(doctor::Arguments),
    /// 게이트웨이가 이 상점에 응답하는지 / whether the gateway answers this shop
    Ping(ping::Arguments),
    /// 이 컴퓨터에서 도는 모의 결제 서버 / a gateway on this machine to develop against
    Sandbox(Box<sandbox::Arguments>),
    /// 라이브러리를 읽을 수 없는 프로그램(PHP)을 위한 표준 입출력 연결 / the library over stdin and stdout, for PHP without FFI
    Bridge,
    /// 응답을 받지 못한 거래를 망취소합니다 / roll back what was left in doubt
    Recover(recover::Arguments),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misused(&error),
    };
    let outcome = match cli.command {
        Command::Sandbox(arguments) => sandbox::run(*arguments).map(|()| ExitCode::SUCCESS),
        Command::Bridge => bridge::run().map(|()| ExitCode::SUCCESS),
        Command::Doctor(arguments) => Ok(doctor::run(&arguments)),
        Command::Ping(arguments) => ping::run(&arguments),
        Command::Recover(arguments) => recover::run(&arguments),
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}

/// clap speaks English; a line of Korean says at least that the call was wrong and where to look.
fn misused(error: &clap::Error) -> ExitCode {
    // Where nobody reads stderr, there is nobody to tell.
    let _ = error.print();
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => ExitCode::SUCCESS,
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => ExitCode::from(2),
        _ => {
            Failure::new("명령 사용법이 틀렸습니다. --help를 보세요", "wrong usage, see --help").report();
            ExitCode::from(2)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
