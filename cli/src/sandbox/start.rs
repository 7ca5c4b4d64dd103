//! `xpay sandbox --dir DIR`: runs the gateway until it is stopped.

use super::checkout;
use super::running::{self, Announcement};
use crate::conformance;
use crate::failure::Failure;
use crate::language::Language;
use crate::shutdown::Shutdown;
use clap::Args;
use std::fs;
use std::io::{self, IsTerminal, Write};
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use xpayclient_sandbox::{CertificateKind, DEMO_TEST_MID, Options, Profile, Sandbox, Script, replace_file};

/// Not "Arguments" as elsewhere, because clap uses the name for a group and `xpay sandbox` has one.
#[derive(Args)]
pub(crate) struct Start {
    /// 설정과 로그를 둘 디렉터리 / the directory for its configuration and log
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// 수신 주소. 127.0.0.1이 아니면 그 망의 누구나 모든 것을 읽고 바꿀 수 있습니다 / the address to listen on; unless it is 127.0.0.1, everybody on that network can read and change everything
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<IpAddr>,
    /// 클라이언트가 부르는 이름(URL과 인증서) / the host name for clients, in URLs and the certificate
    #[arg(long, value_name = "NAME")]
    host: Option<String>,
    /// 포트, 0은 빈 포트 / the port, 0 for any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// 브라우저용 포트(TLS 없음), 0은 빈 포트 / the port for browsers, without TLS; 0 for any free one
    #[arg(long, default_value_t = 0)]
    web_port: u16,
    /// 모의 상점 외의 상점들: 한 줄에 하나씩 LGD_MID = MertKey / a file of more shops, one LGD_MID = MertKey a line
    #[arg(long, value_name = "FILE")]
    shops: Option<PathBuf>,
    /// 원장을 파일에 남깁니다 / keep the ledger in this file
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// 상점이 어떻게 하는지 볼 인증서 / the certificate to present, to see how your shop reacts: good, expired, wrong-host, untrusted
    #[arg(long, value_name = "KIND", default_value = "good")]
    certificate: CertificateKind,
    /// 요청을 실패시키는 규칙 파일(docs/ko/faults.md) / a fault script, by which requests fail (docs/en/faults.md)
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// 공개되지 않은 게이트웨이의 동작을 정합니다(docs/ko/known.md) / what it does where nobody has published what the real gateway does (docs/en/known.md)
    #[arg(long, value_name = "NAME=VALUE,…")]
    profile: Option<Profile>,
    /// xpay conformance의 보고서에 적힌 게이트웨이처럼 동작합니다 / behave like the gateway in this report of xpay conformance
    #[arg(long = "as", value_name = "REPORT", conflicts_with = "profile")]
    like: Option<PathBuf>,
    /// 통보를 다시 보내는 시간을 N배 빠르게. 60이면 1분이 1초 / retry notifications N times faster: with 60 a minute takes a second
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    time_scale: u32,
    /// 실제 게이트웨이가 받을지 알 수 없는 요청을 거부합니다. 없으면 경고만 합니다 / refuse what the real gateway may or may not take; without it the sandbox only warns
    #[arg(long)]
    strict: bool,
    /// 모든 통보를 LGD_CASNOTEURL 대신 이 주소로 / send all notifications here instead of to LGD_CASNOTEURL
    #[arg(long, value_name = "URL")]
    forward_notices: Option<String>,
    /// 멈춘 시계. 한국 시각 yyyyMMddHHmmss / a fixed time for the clock, Korean time
    #[arg(long, value_name = "yyyyMMddHHmmss")]
    clock: Option<String>,
    /// 요청과 응답을 비밀 없이 이 파일에 기록 / record requests and answers in this file, without secrets
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// 번호와 키를 매번 같게 / make numbers and keys repeatable
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// 실패도 JSON으로 출력. 시작한 뒤의 줄은 언제나 JSON입니다 / print a failure as JSON, too; the line after the start always is JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: Start) -> Result<(), Failure> {
    let dir = arguments.dir.clone();
    running::refuse_second(&dir)?;
    warn_about_network(&arguments);
    let options = arguments.options()?;
    // Signals are caught before the sandbox is announced.
    let shutdown = Shutdown::listen().map_err(|error| unable(&error))?;
    let sandbox = Sandbox::start(options)?;
    announce(&sandbox, &dir).map_err(|error| unable(&error))?;
    shutdown.wait();
    // If it cannot be removed, the next start recognises it as stale.
    let _ = fs::remove_file(running::file(&dir));
    sandbox.stop();
    Ok(())
}

impl Start {
    fn options(self) -> Result<Options, Failure> {
        Ok(Options {
            checkout: Some(checkout::of(&self.dir)),
            dir: self.dir,
            bind: self.bind,
            host: self.host,
            port: self.port,
            web_port: self.web_port,
            db: self.db,
            certificate: self.certificate,
            shops: self.shops.as_deref().map(shops).transpose()?.unwrap_or_default(),
            faults: self.faults.as_deref().map(script).transpose()?.unwrap_or_default(),
            time_scale: self.time_scale,
            forward: self.forward_notices,
            strict: self.strict,
            profile: match &self.like {
                Some(report) => found(report)?,
                None => self.profile.unwrap_or_default(),
            },
            clock: self.clock,
            seed: self.seed,
            record: self.record,
        })
    }
}

/// Everybody who can connect can use the admin API.
fn warn_about_network(arguments: &Start) {
    if let Some(bind) = arguments.bind.filter(|address| !address.is_loopback()) {
        let warning = Language::chosen().of(
            format!("경고: {bind}에서 수신합니다. 그 망의 누구나 원장과 MertKey를 읽고 바꿀 수 있습니다"),
            format!(
                "warning: listening on {bind}: everybody on that network can read and change the ledger and the demo shop"
            ),
        );
        aside!("{warning}");
    }
}

/// Lines of `LGD_MID = MertKey`; lines that begin with `#` or `;` are comments.
fn shops(file: &Path) -> Result<Vec<(String, String)>, Failure> {
    let what = Named { ko: "상점 파일", en: "shops file", file };
    let text =
        fs::read_to_string(file).map_err(|error| what.failed(&error.to_string(), &error.to_string()))?;
    let lines = text.lines().map(str::trim).enumerate();
    let lines = lines.filter(|(_, line)| !line.is_empty() && !line.starts_with(['#', ';']));
    lines
        .map(|(number, line)| match line.split_once('=').map(|(mid, key)| (mid.trim(), key.trim())) {
            Some((mid, key)) if !mid.is_empty() && !key.is_empty() => Ok((mid.to_owned(), key.to_owned())),
            // The line is not repeated: it may hold a MertKey.
            _ => Err(what.failed(
                &format!("{}번째 줄은 LGD_MID = MertKey 형식이어야 합니다", number + 1),
                &format!("line {} must be LGD_MID = MertKey", number + 1),
            )),
        })
        .collect()
}

/// The profile in a report of `xpay conformance`.
fn found(file: &Path) -> Result<Profile, Failure> {
    let what = Named { ko: "적합성 보고서", en: "conformance report", file };
    conformance::profile_in(file).map_err(|why| what.failed(&why.ko, &why.en))
}

fn script(file: &Path) -> Result<Script, Failure> {
    let what = Named { ko: "장애 스크립트", en: "fault script", file };
    let text =
        fs::read_to_string(file).map_err(|error| what.failed(&error.to_string(), &error.to_string()))?;
    text.parse().map_err(|error: xpayclient_sandbox::Error| what.failed(error.korean(), error.english()))
}

/// A file that the user named, and its purpose.
struct Named<'a> {
    ko: &'static str,
    en: &'static str,
    file: &'a Path,
}

impl Named<'_> {
    fn failed(&self, ko: &str, en: &str) -> Failure {
        let file = self.file.display();
        Failure::new(format!("{} [{file}]: {ko}", self.ko), format!("{} [{file}]: {en}", self.en))
    }
}

/// One line of JSON on stdout, and the same in a file for the other commands.
fn announce(sandbox: &Sandbox, dir: &Path) -> io::Result<()> {
    let announcement = Announcement {
        ready: true,
        url: sandbox.url(),
        admin: sandbox.admin_url(),
        web: sandbox.web_url(),
        home: dunce::canonicalize(sandbox.home())?,
        ca: dunce::canonicalize(sandbox.ca())?,
        mid: DEMO_TEST_MID.into(),
        port: sandbox.port(),
        pid: std::process::id(),
    };
    let line = serde_json::to_string(&announcement)? + "\n";
    replace_file(&running::file(dir), &line)?;
    let mut stdout = io::stdout().lock();
    stdout.write_all(line.as_bytes())?;
    stdout.flush()?;
    if io::stderr().is_terminal() {
        let web = sandbox.web_url();
        let [shop, admin] =
            Language::chosen().of(["모의 상점", "상점관리자"], ["demo shop", "merchant admin"]);
        aside!("{shop}: {web}/demo\n{admin}: {web}/admin");
    }
    Ok(())
}

fn unable(error: &io::Error) -> Failure {
    Failure::new(
        format!("샌드박스를 시작할 수 없습니다({error})"),
        format!("cannot start the sandbox ({error})"),
    )
}
