//! `xpay conformance`: asks the test gateway what nobody has published, and writes down what it answers.

mod assumptions;
mod connection;
mod examination;
mod finding;
mod notice;
mod payment;
mod receipts;
mod report;
mod requests;
mod rollbacks;
mod talk;
mod window;

use crate::failure::Failure;
use crate::home::Home;
use crate::language::{Language, harmless};
use crate::secrets;
use crate::shop::{self, Mode};
use clap::Args;
use examination::{Examination, Surprise};
use finding::{Finding, Text, Verdict};
use payment::Consent;
use report::Report;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;
use xpayclient_core::tables::HOSTS;
use xpayclient_core::{Client, Config, Platform, timestamp};
use xpayclient_sandbox::{DEMO_KEY, DEMO_TEST_MID};

pub use assumptions::{ASSUMPTIONS, Assumption};
pub(crate) use report::profile_in;

pub(crate) const EXIT_CODES: &str = "\
종료 코드 / exit codes:
  0  모두 예상대로입니다 / everything is as expected
  1  연결하지 못했거나 파일을 쓰지 못했습니다 / no connection, or the files could not be written
  2  사용법 오류 / wrong usage
  3  예상과 다른 것이 있습니다. 보고서를 보십시오 / something is otherwise: see the report
  4  중단했습니다. 출력된 대로 하십시오 / stopped: do what is printed";

#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    home: Home,
    /// 테스트(test) 게이트웨이만 됩니다 / the gateway: test only
    #[arg(long, value_enum, default_value_t = Mode::Test)]
    mode: Mode,
    /// 상점아이디. 없으면 공개 테스트 상점 / the merchant ID; by default the public test shop's
    #[arg(long, value_name = "LGD_MID")]
    mid: Option<String>,
    /// 결제창에서 받은 PAYKEY를 표준 입력에서 읽어 테스트 결제를 하고 되돌립니다 / read a PAYKEY of the window from stdin, make a play payment with it and take it back
    #[arg(long, requires = "amount")]
    paykey: bool,
    /// 그 PAYKEY의 금액(원) / the amount of that PAYKEY, in won
    #[arg(long, value_name = "LGD_AMOUNT", value_parser = clap::value_parser!(u64).range(100..))]
    amount: Option<u64>,
    /// 브라우저로 테스트 결제창을 열어 PAYKEY를 받습니다 / get the PAYKEY from the test window, in a browser
    #[arg(long, conflicts_with = "paykey")]
    window: bool,
    /// 결제창 스크립트의 주소. 없으면 테스트 결제창 / the address of the window's script; by default that of the test window
    #[arg(long, value_name = "URL", requires = "window")]
    window_script: Option<String>,
    /// 상점이 받은 통보의 본문을 저장한 파일. 보고서에는 항목의 이름만 적습니다 / a file with the body of a notification that your shop received; the report has the names of its fields only
    #[arg(long, value_name = "FILE")]
    notice: Option<PathBuf>,
    /// 응답을 기다리는 시간(초) / how long to wait for an answer, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 20, value_parser = clap::value_parser!(u64).range(1..=600))]
    patience: u64,
    /// 쉬는 연결이 닫히기를 기다리는 시간(초) / how long to wait for an idle connection to be closed, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 90, value_parser = clap::value_parser!(u64).range(0..=3600))]
    idle: u64,
    /// 보고서 파일. 같은 이름의 .html도 씁니다 / the report's file; a page of the same name with .html is written, too
    #[arg(long, value_name = "FILE", default_value = "xpay-conformance.json")]
    report: PathBuf,
    /// 묻지 않고 시작합니다 / begin without asking
    #[arg(long)]
    yes: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let config = arguments.config()?;
    let mid = arguments.mid(&config)?;
    let client = Client::new(config, Platform::Test);
    let gateway = address(client.config())?;
    if report::page_beside(&arguments.report) == arguments.report {
        return Err(Failure::misuse(
            "--report는 JSON 파일이며, 같은 이름의 .html은 페이지입니다. .json으로 끝나는 이름을 지정하십시오",
            "--report is the JSON file, and the page takes its name with .html: give a name that ends in .json",
        ));
    }
    report::place(&arguments.report).map_err(|error| unwritten(&arguments.report, &error))?;
    let notice = arguments.notice.as_deref().map(notice::Body::read).transpose()?;
    arguments.ask(&gateway)?;
    let at = timestamp();
    let mut examination = Examination::begin(&client, &mid, tell)?;
    let consent = match (arguments.paykey, arguments.window) {
        (true, _) => {
            let paykey = secrets::line("LGD_PAYKEY")?.to_string();
            Some(Consent { paykey, amount: arguments.amount.unwrap_or(0) })
        }
        (_, true) => Some(window::consent(&mut examination, &mid, arguments.window_script.as_deref())?),
        _ => None,
    };
    if let Some(Consent { paykey, .. }) = &consent {
        examination.hide(paykey);
    }
    if let Some(body) = &notice {
        notice::examine(&mut examination, body, &mid);
    }
    let idle = Duration::from_secs(arguments.idle);
    let stopped = examine(&mut examination, consent.as_ref(), idle).err().map(|Surprise(why)| why);
    if let (Some(why), true) = (&stopped, examination.findings.is_empty()) {
        return Err(Failure::new(&why.ko, &why.en));
    }
    let public =
        |why: &Text| Text::new(examination.without_secrets(&why.ko), examination.without_secrets(&why.en));
    let Examination { findings, profile, .. } = &examination;
    let report = Report::new(at, &gateway, profile, findings, stopped.as_ref().map(public));
    report.write(&arguments.report).map_err(|error| unwritten(&arguments.report, &error))?;
    let language = Language::chosen();
    let (json, page) = (arguments.report.display(), report::page_beside(&arguments.report));
    say!("{}: {json}, {}", language.of("보고서", "report"), page.display());
    Ok(match stopped {
        Some(why) => {
            Failure::new(why.ko, why.en).tell();
            ExitCode::from(4)
        }
        None if findings.iter().any(|finding| finding.verdict == Verdict::Otherwise) => ExitCode::from(3),
        None => ExitCode::SUCCESS,
    })
}

/// Everything, in the order in which it costs least: what moves money comes last.
fn examine(
    examination: &mut Examination,
    consent: Option<&Consent>,
    patience: Duration,
) -> Result<(), Surprise> {
    connection::tls(examination)?;
    requests::pings(examination)?;
    let idle = connection::leave_idle(examination)?;
    requests::refusals(examination)?;
    requests::same_txid(examination)?;
    requests::limits(examination)?;
    requests::charsets(examination)?;
    requests::report(examination)?;
    rollbacks::unknown(examination)?;
    rollbacks::second(examination)?;
    rollbacks::declined(examination)?;
    if let Some(consent) = consent {
        receipts::examine(examination)?;
        payment::examine(examination, consent)?;
    }
    connection::look_at_idle(examination, idle, patience);
    Ok(())
}

impl Arguments {
    /// The shop's configuration, or that of the public test shop. Nothing is logged or journalled: each answer is looked at here.
    fn config(&self) -> Result<Config, Failure> {
        if !matches!(self.mode, Mode::Test) {
            return Err(Failure::misuse(
                "적합성 검사는 테스트(test) 게이트웨이에서만 합니다. 실거래 게이트웨이에는 아무것도 보내지 않았습니다",
                "only the test gateway is examined: nothing was sent to the live one",
            ));
        }
        let mut config = match self.home.is_given() || self.mid.is_some() {
            true => self.home.config()?,
            false => {
                let mut public = Config::new();
                public.set_mert_key(DEMO_TEST_MID, DEMO_KEY);
                let (name, today) = self.mode.gateway();
                public.set(name, today);
                public
            }
        };
        for (name, value) in [("log_dir", ""), ("journal", "off"), ("timeout", &self.patience.to_string())] {
            config.set(name, value);
        }
        Ok(config)
    }

    fn mid(&self, config: &Config) -> Result<String, Failure> {
        let mid = self.mid.clone().unwrap_or_else(|| DEMO_TEST_MID.to_owned());
        config.mert_key(mid.as_bytes())?;
        Ok(mid)
    }

    /// Says what will be sent where, and asks.
    fn ask(&self, gateway: &str) -> Result<(), Failure> {
        let language = Language::chosen();
        let money = match self.paykey || self.window {
            true => language.of(
                "테스트 결제 한 건과 테스트 현금영수증 한 건을 만들고 되돌립니다",
                "one play payment and one play cash receipt are made and taken back",
            ),
            false => language.of("돈은 움직이지 않습니다", "no money moves"),
        };
        aside!(
            "{}",
            language.of(
                format!("{gateway}에 약 30건의 요청을 보냅니다. {money}."),
                format!("about 30 requests are sent to {gateway}; {money}."),
            )
        );
        if self.yes {
            return Ok(());
        }
        shop::asked(language.of("시작할까요?", "Begin?"), "", "")
    }
}

/// The test gateway's address, if it is no live one's.
fn address(config: &Config) -> Result<String, Failure> {
    let address = config.gateway_url(Platform::Test).to_owned();
    let rest = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    let authority = rest.split(['/', '?']).next().unwrap_or_default();
    let (host, port) = authority.rsplit_once(':').unwrap_or((authority, "443"));
    // Of the older names the test gateway was at this port.
    let live = port != "7443" && HOSTS.age(host).is_some() && !host.contains("-sandbox.");
    if live {
        return Err(Failure::misuse(
            format!(
                "test_url [{address}]은(는) 실거래 게이트웨이의 주소입니다. 아무것도 보내지 않았습니다. 테스트 주소를 쓰십시오"
            ),
            format!(
                "test_url [{address}] is an address of the live gateway: nothing was sent; use that of the test gateway"
            ),
        ));
    }
    Ok(address)
}

fn tell(finding: &Finding) {
    let language = Language::chosen();
    let line = format!("{}: {}", report::of(&finding.asked, language), finding.found);
    aside!(
        "{}",
        harmless(&match report::verdict(finding.verdict, language) {
            "" => line,
            verdict => format!("{line} ({verdict})"),
        })
    );
}

fn unwritten(file: &std::path::Path, error: &std::io::Error) -> Failure {
    let Text { ko, en } = Text::new(
        format!(
            "보고서 [{}]을(를) 쓸 수 없습니다({error}). 쓸 수 있는 곳을 --report로 지정하십시오",
            file.display()
        ),
        format!(
            "cannot write the report [{}] ({error}): give --report a place that can be written",
            file.display()
        ),
    );
    Failure::new(ko, en)
}
