//! For which shop a command speaks, and the question that comes before money moves.

use crate::failure::Failure;
use crate::language::Language;
use clap::{Args, ValueEnum};
use std::fs::File;
use std::io::{self, BufRead, BufReader, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;
use xpayclient_core::requests::TypedRequest;
use xpayclient_core::{Client, Config, Platform, Result, Transaction};

#[derive(Args)]
pub(crate) struct Shop {
    /// conf/mall.conf가 있는 디렉터리 / the directory that holds conf/mall.conf
    #[arg(long, value_name = "DIR")]
    pub(crate) home: PathBuf,
    /// 어느 게이트웨이인지 / which gateway is meant
    #[arg(long, value_enum, default_value_t = Mode::Test)]
    mode: Mode,
    /// 상점 아이디. test에서는 t로 시작합니다 / the shop id, which begins with t in test
    #[arg(long, value_name = "LGD_MID")]
    pub(crate) mid: String,
    /// JSON으로 출력 / print JSON
    #[arg(long)]
    pub(crate) json: bool,
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

/// A shop, for commands by which money moves.
#[derive(Args)]
pub(crate) struct Till {
    #[command(flatten)]
    pub(crate) shop: Shop,
    /// service에서 묻지 않고 보냅니다 / in service, send without asking
    #[arg(long)]
    yes: bool,
}

impl Shop {
    pub(crate) fn platform(&self) -> Platform {
        self.mode.into()
    }

    pub(crate) fn config(&self) -> Result<Config> {
        Config::load(&self.home)
    }
}

impl Till {
    /// The request, ready to be sent.
    pub(crate) fn prepare(&self, request: &impl TypedRequest) -> Result<Transaction> {
        Client::new(self.shop.config()?, self.shop.platform()).prepare(&self.shop.mid, request)
    }

    /// Asks before money moves in service. `what` is about to happen, in Korean and English. Without a yes nothing may be
    /// sent, and the command ends with this code.
    pub(crate) fn agree(&self, (ko, en): (String, String)) -> std::result::Result<(), ExitCode> {
        if self.shop.platform() == Platform::Test || self.yes {
            return Ok(());
        }
        let Some(mut terminal) = terminal() else {
            let failure = Failure::new(
                "service에서는 돈이 움직입니다. 물을 단말기가 없으니 --yes를 주세요. 아무것도 보내지 않았습니다",
                "in service money moves, and there is no terminal to ask on: give --yes. Nothing was sent",
            );
            return Err(failure.report_misuse());
        };
        let mid = &self.shop.mid;
        eprint!(
            "{} [yes/no] ",
            Language::of_locale().of(
                &format!("{mid}: {ko} 실제로 돈이 움직입니다. 보낼까요?"),
                &format!("{mid}: {en} Money will move. Send it?")
            )
        );
        let mut said = String::new();
        let read = terminal.read_line(&mut said);
        match said.trim() {
            "y" | "yes" | "예" | "네" if read.is_ok() => Ok(()),
            _ => {
                Err(Failure::new("그만두었습니다. 아무것도 보내지 않았습니다", "left off: nothing was sent")
                    .report())
            }
        }
    }
}

/// Whoever sits there. Not stdin, which may bring a PAYKEY; and only where the question can be seen.
fn terminal() -> Option<Box<dyn BufRead>> {
    if !io::stderr().is_terminal() {
        return None;
    }
    if let Ok(tty) = File::open("/dev/tty") {
        return Some(Box::new(BufReader::new(tty)));
    }
    io::stdin().is_terminal().then(|| Box::new(io::stdin().lock()) as Box<dyn BufRead>)
}
