//! `xpay ping`: whether the gateway answers this shop.

use crate::failure::Failure;
use clap::{Args, ValueEnum};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;
use xpayclient_core::requests::Ping;
use xpayclient_core::{Client, Config, Error, Outcome, Platform};

const EXIT_CODES: &str = "\
종료 코드 / exit codes:
  0  게이트웨이가 이 상점에 0000으로 응답했습니다 / the gateway answered this shop with 0000
  1  응답이 없거나 다른 코드입니다 / no answer, or another code
  2  사용법 오류 / wrong usage";

#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// conf/mall.conf가 있는 디렉터리 / the directory that holds conf/mall.conf
    #[arg(long, value_name = "DIR")]
    home: PathBuf,
    /// 어느 게이트웨이에 물을지 / which gateway to ask
    #[arg(long, value_enum, default_value_t = Mode::Test)]
    mode: Mode,
    /// 상점 아이디. test에서는 t로 시작합니다 / the shop id, which begins with t in test
    #[arg(long, value_name = "LGD_MID")]
    mid: String,
    /// JSON으로 출력 / print JSON
    #[arg(long)]
    json: bool,
}

/// As `mode` is written in shops' pages.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Mode {
    Test,
    Service,
}

impl From<Mode> for Platform {
    fn from(mode: Mode) -> Platform {
        match mode {
            Mode::Test => Platform::Test,
            Mode::Service => Platform::Service,
        }
    }
}

/// An answer and how long it took.
pub(crate) struct Pong {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) success: bool,
    pub(crate) milliseconds: u128,
}

/// Asks once. Neither log nor journal is written: whoever asks may be another user than the shop's, whose files the shop
/// could not write.
pub(crate) fn ask(mut config: Config, mode: Mode, mid: &str) -> Result<Pong, Error> {
    config.set("log_dir", "");
    config.set("journal", "off");
    let ping = Client::new(config, mode.into()).prepare(mid, &Ping::default())?;
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

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let Pong { code, message, success, milliseconds } =
        ask(Config::load(&arguments.home)?, arguments.mode, &arguments.mid)?;
    if arguments.json {
        println!("{}", serde_json::json!({"code": code, "message": message, "milliseconds": milliseconds}));
    } else {
        println!("{code:?} {message:?}, {milliseconds} ms");
    }
    Ok(if success { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
