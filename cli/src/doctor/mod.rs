//! `xpay doctor`: what is wrong with a configuration, and what to do about each thing.

mod finding;
mod gateway;
mod names;
mod places;

use crate::ping::Mode;
use clap::{Args, ValueEnum};
use finding::{Finding, Grade};
use std::path::PathBuf;
use std::process::ExitCode;
use xpayclient_core::Config;

const EXIT_CODES: &str = "\
종료 코드 / exit codes:
  0  고칠 것이 없습니다 / nothing to mend
  1  경고가 있습니다 / there are warnings
  2  결제할 수 없게 하는 오류가 있거나 사용법이 틀렸습니다 / an error keeps payments from being made, or wrong usage";

#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    /// conf/mall.conf가 있는 디렉터리. 상점을 실행하는 사용자로 실행하세요 / the directory that holds conf/mall.conf; run this as the shop's own user
    #[arg(long, value_name = "DIR")]
    home: PathBuf,
    /// 어느 게이트웨이로 결제할지 / the gateway that payments go to
    #[arg(long, value_enum, default_value_t = Mode::Test)]
    mode: Mode,
    /// 출력 언어. 없으면 로케일에 따릅니다 / the language of the report, by default the locale's
    #[arg(long, value_enum)]
    lang: Option<Language>,
    /// JSON으로 출력(두 언어 모두) / print JSON, in both languages
    #[arg(long)]
    json: bool,
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum Language {
    Ko,
    En,
}

impl Language {
    /// The first of the three that is set decides, as in every program.
    fn of_locale() -> Language {
        let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        match ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(set) {
            Some(locale) if locale.starts_with("ko") => Language::Ko,
            _ => Language::En,
        }
    }
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    let findings = match Config::load(&arguments.home) {
        Ok(config) => examine(&config, arguments.mode),
        Err(error) => vec![Finding::of(error)],
    };
    if arguments.json {
        println!("{}", serde_json::json!(findings));
    } else {
        let language = arguments.lang.unwrap_or_else(Language::of_locale);
        findings.iter().for_each(|finding| println!("{}", finding.line(language)));
    }
    match findings.iter().map(|finding| finding.grade).max() {
        Some(Grade::Error) => ExitCode::from(2),
        Some(Grade::Warning) => ExitCode::from(1),
        Some(Grade::Fine) | None => ExitCode::SUCCESS,
    }
}

fn examine(config: &Config, mode: Mode) -> Vec<Finding> {
    let mut findings = names::examine(config);
    findings.extend(places::examine(config));
    findings.extend(gateway::examine(config, mode));
    findings
}
