//! The shop of a command, and the confirmation before money moves.

use crate::failure::Failure;
use crate::home::Home;
use crate::ids;
use crate::language::{Language, harmless};
use crate::output::Report;
use crate::readonly;
use crate::rehearsal::{DryRun, rehearsed};
use crate::say;
use crate::store::Store;
use crate::system;
use clap::{Args, ValueEnum};
use std::io::{self, BufRead, BufReader, IsTerminal};
use std::process::ExitCode;
use xpayclient_core::encoding::decode;
use xpayclient_core::requests::TypedRequest;
use xpayclient_core::{Answer, Code, Config, Platform, Transaction};

#[derive(Args)]
pub(crate) struct Shop {
    #[command(flatten)]
    home: Home,
    /// 어느 게이트웨이인지 / the gateway
    #[arg(long, value_enum, default_value_t = Mode::Test)]
    mode: Mode,
    /// 상점아이디. test에서는 t로 시작합니다 / the merchant ID, which begins with t in test
    #[arg(long, value_name = "LGD_MID")]
    pub(crate) mid: String,
    /// JSON으로 출력 / print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `mode` of the shop's pages.
#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Mode {
    Test,
    Service,
}

impl Mode {
    /// The setting of its gateway's address, and today's address.
    pub(crate) fn gateway(self) -> (&'static str, &'static str) {
        match self {
            Mode::Service => ("url", "https://xpay-gateway.tosspayments.com/xpay/Gateway.do"),
            Mode::Test => ("test_url", "https://xpay-gateway-sandbox.tosspayments.com/xpay/Gateway.do"),
        }
    }
}

impl From<Mode> for Platform {
    fn from(mode: Mode) -> Platform {
        match mode {
            Mode::Test => Platform::Test,
            Mode::Service => Platform::Service,
        }
    }
}

/// A shop, for commands that move money.
#[derive(Args)]
pub(crate) struct PayingShop {
    #[command(flatten)]
    shop: Shop,
    #[command(flatten)]
    store: Store,
    /// service에서 묻지 않고 보냅니다 / in service, send without asking
    #[arg(long)]
    yes: bool,
    #[command(flatten)]
    rehearsal: DryRun,
}

impl Shop {
    pub(crate) fn platform(&self) -> Platform {
        self.mode.into()
    }

    /// Fails if the merchant ID is one of the other platform.
    pub(crate) fn config(&self) -> Result<Config, Failure> {
        let config = self.home.config()?;
        match config.is_of(self.mid.as_bytes(), self.platform()) {
            true => Ok(config),
            false => Err(self.of_the_other_platform()),
        }
    }

    fn of_the_other_platform(&self) -> Failure {
        let (ko, en) = match self.mode {
            Mode::Test => (
                "테스트(test)의 상점아이디는 앞에 t를 붙입니다. --mid에 t를 붙이거나, 실거래면 --mode service를 주십시오",
                "on the test platform the merchant ID has a t in front: add it to --mid, or give --mode service for live payments",
            ),
            Mode::Service => (
                "실거래(service)의 상점아이디에는 앞의 t가 없습니다. --mid에서 t를 빼거나, 테스트면 --mode test를 주십시오",
                "in service the merchant ID has no t in front: leave it out of --mid, or give --mode test for the test platform",
            ),
        };
        let mid = harmless(&self.mid);
        Failure::misuse(format!("[{mid}]: {ko}"), format!("[{mid}]: {en}")).coded("usage", Code::BAD_VALUE)
    }
}

impl PayingShop {
    /// Whether to print JSON.
    pub(crate) fn json(&self) -> bool {
        self.shop.json
    }

    /// Rejects an order ID in the place of a payment ID.
    pub(crate) fn check_tid(&self, tid: &str) -> Result<(), Failure> {
        ids::check_tid(&self.shop.config()?, self.shop.platform(), tid)
    }

    /// Whether the request is only to be shown.
    pub(crate) fn is_rehearsal(&self) -> bool {
        self.rehearsal.is_asked()
    }

    /// Shows the request. Nothing is sent.
    pub(crate) fn rehearse(&self, request: &impl TypedRequest) -> ExitCode {
        let prepared = self.shop.config().and_then(|config| {
            let client = readonly::client(&config, self.shop.platform());
            Ok(client.prepare(&self.shop.mid, request)?.rehearse()?)
        });
        rehearsed(prepared, self.json())
    }

    /// The request, ready to be sent.
    pub(crate) fn prepare(&self, request: &impl TypedRequest) -> Result<Transaction, Failure> {
        let client = self.store.client(self.shop.config()?, self.shop.platform())?;
        Ok(client.prepare(&self.shop.mid, request)?)
    }

    /// Sends the request once it is confirmed, and reports its outcome.
    pub(crate) fn send(
        &self,
        request: &impl TypedRequest,
        what: (String, String),
        answered: impl FnOnce(&Answer) -> Report,
    ) -> Result<ExitCode, Failure> {
        if self.is_rehearsal() {
            return Ok(self.rehearse(request));
        }
        let report = match self.prepare(request) {
            Ok(transaction) => {
                self.confirm(what)?;
                Report::of_outcome(&transaction.send(), answered)
            }
            Err(failure) => Report::not_sent(failure),
        };
        Ok(report.finish(self.json()))
    }

    /// Asks for confirmation in service. The text says what is about to happen, in Korean and English. Without a yes the
    /// command must send nothing.
    pub(crate) fn confirm(&self, (ko, en): (String, String)) -> Result<(), Failure> {
        if self.shop.platform() == Platform::Test || self.yes {
            return Ok(());
        }
        let mid = &self.shop.mid;
        let question = Language::chosen().of(
            format!("{mid}: {ko} 실제로 돈이 움직입니다. 보낼까요?"),
            format!("{mid}: {en} Money will move. Send it?"),
        );
        asked(&question, "service에서는 돈이 움직입니다. ", "this moves money, and ")
    }
}

/// Asks on the terminal. Without a yes the command must send nothing; without a terminal the texts say why one is needed.
pub(crate) fn asked(question: &str, ko: &str, en: &str) -> Result<(), Failure> {
    let Some(mut terminal) = terminal() else {
        return Err(Failure::misuse(
            format!("{ko}확인을 받을 터미널이 없으니 --yes를 붙이십시오. 아무것도 보내지 않았습니다"),
            format!("{en}there is no terminal to ask on: use --yes. Nothing was sent"),
        ));
    };
    say::text_aside(&format!("{question} [yes/no] "));
    let mut answer = Vec::new();
    let read = terminal.read_until(b'\n', &mut answer);
    match decode(&answer).trim() {
        "y" | "yes" | "예" | "네" if read.is_ok() => Ok(()),
        _ => Err(Failure::new("그만두었습니다. 아무것도 보내지 않았습니다", "stopped: nothing was sent")),
    }
}

/// The terminal to ask on, if stderr is one. Not stdin, which may contain a PAYKEY.
fn terminal() -> Option<Box<dyn BufRead>> {
    if !io::stderr().is_terminal() {
        return None;
    }
    if let Ok(keyboard) = system::keyboard() {
        return Some(Box::new(BufReader::new(keyboard)));
    }
    io::stdin().is_terminal().then(|| Box::new(io::stdin().lock()) as Box<dyn BufRead>)
}
