//! `xpay doctor`: finds problems of a configuration, says what to do about each, and fixes what is safe with `--fix`.

#[cfg_attr(unix, path = "modes.rs")]
#[cfg_attr(windows, path = "acl.rs")]
mod access;
mod addresses;
mod apply;
mod bundle;
mod database;
mod edit;
mod files;
mod finding;
mod firewall;
mod fix;
mod gateway;
mod java;
mod journal;
mod permissions;
mod php;
mod replace_file;
mod report;
#[cfg(any(windows, test))]
mod sddl;
mod settings;
mod shop;
mod swallowed;

use crate::failure::Failure;
use crate::home::Home;
use crate::language::Language;
use crate::say;
use crate::shop::Mode;
use crate::store::Store;
use apply::{Change, Consent};
use clap::{Args, ValueEnum};
use files::Files;
use finding::Finding;
use report::Report;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use xpayclient_core::Config;

const EXIT_CODES: &str = "\
종료 코드 / exit codes:
  0  고칠 것이 없습니다 / nothing to fix
  1  경고가 있습니다 / there are warnings
  2  결제할 수 없게 하는 오류가 있거나 사용법이 틀렸거나 --fix가 고치지 못했습니다 / an error prevents payments, or wrong usage, or --fix failed";

#[derive(Args)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Arguments {
    #[command(flatten)]
    home: Home,
    #[command(flatten)]
    store: Store,
    /// 상점의 최상위 디렉터리. --home 대신 주면 클래스의 사본과 고칠 페이지를 찾습니다. 아무것도 보내거나 고치지 않습니다 / the shop's top directory; instead of --home, finds the copies of the class and the pages to change. Sends and changes nothing
    #[arg(long, value_name = "DIR", conflicts_with_all = ["home", "mode", "fix", "from"])]
    shop: Option<PathBuf>,
    /// 어느 게이트웨이로 결제할지 / the gateway for payments
    #[arg(long, value_enum, default_value_t = Mode::Test)]
    mode: Mode,
    /// 상점이 지금까지 쓴 기존 라이브러리. 같은 파일이 거기서 다른 효과를 낸 것을 알립니다 / the vendor's library that the shop used so far; finds what had another effect there in the same files
    #[arg(long, value_enum, value_name = "LIBRARY")]
    from: Option<Vendor>,
    /// 안전한 것만 고칩니다. 하나씩 물어보고 백업을 남깁니다 / make the safe changes; asks before each and keeps a backup
    #[arg(long)]
    fix: bool,
    /// --fix가 묻지 않고 고칩니다 / make the changes without asking
    #[arg(long, requires = "fix")]
    yes: bool,
    /// 상점이 쓰는 php 프로그램. 없으면 PATH의 php / the shop's php, by default that of the PATH
    #[arg(long, value_name = "PATH")]
    php: Option<PathBuf>,
    /// JSON으로 출력(두 언어 모두) / print JSON, in both languages
    #[arg(long)]
    json: bool,
}

/// A library of the vendor whose dialect of the files is another than PHP's, which this library reads.
#[derive(Clone, Copy, ValueEnum)]
enum Vendor {
    Java,
}

pub(crate) fn run(arguments: &Arguments) -> ExitCode {
    match examine_and_fix(arguments) {
        Ok(exit) => ExitCode::from(exit),
        Err(failure) => failure.report(),
    }
}

fn examine_and_fix(arguments: &Arguments) -> Result<u8, Failure> {
    let home = arguments.shop.is_none().then(|| arguments.home.find()).transpose()?;
    let examined = || examine(arguments, home.as_deref());
    let mut report = examined()?;
    let (mut changes, mut stopped) = (Vec::new(), None);
    if arguments.fix {
        let consent = if arguments.yes { Consent::Given } else { Consent::Asked(Language::chosen()) };
        (changes, stopped) = apply::apply(report.findings(), consent);
        if !changes.is_empty() {
            if !arguments.json {
                say!("");
                changes.iter().for_each(|change: &Change| say::text(&change.line(Language::chosen())));
                say!("");
            }
            report = examined()?;
        }
    }
    let exit = if stopped.is_some() { 2 } else { report.exit_code() };
    if arguments.json {
        let findings = report.findings();
        say!("{}", serde_json::json!({"exit": exit, "findings": findings, "changes": changes}));
    }
    if let Some(failure) = stopped {
        failure.tell();
    }
    Ok(exit)
}

/// Fails if --shop is not a directory.
fn examine(arguments: &Arguments, home: Option<&Path>) -> Result<Report, Failure> {
    let Arguments { shop, php, json, .. } = arguments;
    let mut report = if *json { Report::silent() } else { Report::printed() };
    if let Some(home) = home {
        examine_home(home, arguments, &mut report)?;
    }
    if let Some(dir) = shop {
        let place = dir.display();
        report.does(&format!("{place}의 파일을 읽고 있습니다"), &format!("reading the files in {place}"));
        report.add(shop::examine(dir).map_err(|error| {
            Failure::misuse(
                format!("--shop [{place}]은(는) 읽을 수 있는 디렉터리가 아닙니다({error}). 상점의 최상위 디렉터리를 지정하십시오"),
                format!("--shop [{place}] is not a directory that can be read ({error}); name the shop's top directory"),
            )
        })?);
    }
    report.add([php::examine(php.as_deref())]);
    Ok(report)
}

fn examine_home(home: &Path, arguments: &Arguments, report: &mut Report) -> Result<(), Failure> {
    let files = Files::read(home);
    let unreadable = files.unreadable();
    if !unreadable.is_empty() {
        report.add(unreadable);
        return Ok(());
    }
    match Config::load(home) {
        Ok(config) => examine_config(&config, &files, arguments, report)?,
        Err(error) => report.add([Finding::of(error)]),
    }
    Ok(())
}

fn examine_config(
    config: &Config,
    files: &Files,
    &Arguments { ref store, mode, from, .. }: &Arguments,
    report: &mut Report,
) -> Result<(), Failure> {
    report.add(settings::examine(config, files, mode));
    report.add(swallowed::examine(config, files));
    report.add(addresses::examine(config, files));
    if let Some(Vendor::Java) = from {
        report.add(java::examine(config, files));
    }
    report.add(permissions::examine(config));
    report.add(bundle::examine(config));
    report.add(journal::examine(config, mode, store.open(config)?));
    report.add(firewall::examine(config, mode));
    gateway::examine(config, mode, report);
    Ok(())
}
