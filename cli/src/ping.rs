//! `xpay ping`: whether the gateway answers this shop.

use crate::failure::Failure;
use crate::readonly;
use crate::shop::Shop;
use clap::Args;
use std::process::ExitCode;
use std::time::Instant;
use xpayclient_core::requests::Ping;
use xpayclient_core::{Config, Error, Outcome, Platform};

const EXIT_CODES: &str = "\
종료 코드 / exit codes:
  0  게이트웨이가 이 상점에 0000으로 응답했습니다 / the gateway answered with 0000
  1  응답이 없거나 다른 코드입니다 / no answer, or another code
  2  사용법 오류 / wrong usage";

#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    shop: Shop,
}

/// An answer with its duration.
pub(crate) struct Pong {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) success: bool,
    pub(crate) milliseconds: u128,
}

/// Sends one Ping, without writing log or journal.
pub(crate) fn ask(config: &Config, platform: Platform, mid: &str) -> Result<Pong, Error> {
    let ping = readonly::client(config, platform).prepare(mid, &Ping::default())?;
    let begun = Instant::now();
    match ping.send() {
        Outcome::Answered(answer) => Ok(Pong {
            code: answer.code().to_owned(),
            message: answer.message().to_owned(),
            success: answer.is_success(),
            milliseconds: begun.elapsed().as_millis(),
        }),
        Outcome::NotSent(error) | Outcome::RolledBack(error) | Outcome::InDoubt(error) => Err(error),
    }
}

pub(crate) fn run(Arguments { shop }: &Arguments) -> Result<ExitCode, Failure> {
    let Pong { code, message, success, milliseconds } = ask(&shop.config()?, shop.platform(), &shop.mid)?;
    if shop.json {
        say!("{}", serde_json::json!({"code": code, "message": message, "milliseconds": milliseconds}));
    } else {
        say!("{code:?} {message:?}, {milliseconds} ms");
    }
    Ok(if success { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
