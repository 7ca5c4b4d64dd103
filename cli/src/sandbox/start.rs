//! `xpay sandbox --dir DIR`: runs the gateway until it is told to stop.

use super::checkout;
use super::running::{self, Announcement};
use crate::failure::Failure;
use crate::stop::Stop;
use clap::Args;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use xpayclient_sandbox::{CertificateKind, DEMO_TEST_MID, Options, Sandbox, Script, replace_file};

/// Not "Arguments" as elsewhere: clap names a group after it, beside that of `xpay sandbox` itself.
#[derive(Args)]
pub(crate) struct Start {
    /// 설정과 로그를 둘 디렉터리 / where its configuration and log go
    #[arg(long, value_name = "DIR")]
    dir: PathBuf,
    /// 127.0.0.1의 포트, 0은 빈 포트 / port on 127.0.0.1, 0 for any free one
    #[arg(long, default_value_t = 0)]
    port: u16,
    /// 브라우저용 포트(TLS 없음), 0은 빈 포트 / port for browsers, without TLS, 0 for any free one
    #[arg(long, default_value_t = 0)]
    web_port: u16,
    /// 원장을 파일에 남깁니다 / keep the ledger in a file
    #[arg(long, value_name = "FILE")]
    db: Option<PathBuf>,
    /// 상점이 어떻게 하는지 볼 인증서 / the certificate to show, to see what your shop does: good, expired, wrong-host, untrusted
    #[arg(long, value_name = "KIND", default_value = "good")]
    certificate: CertificateKind,
    /// 요청을 실패시키는 규칙 파일. 한 줄에 하나씩: WHICH [WHEN] FAULT / rules by which requests fail, one a line: WHICH [WHEN] FAULT
    #[arg(long, value_name = "FILE")]
    faults: Option<PathBuf>,
    /// 통보를 다시 보내는 시간을 N배 빠르게. 60이면 1분이 1초 / send notices again N times faster: with 60 a minute takes a second
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    time_scale: u32,
    /// 모든 통보를 LGD_CASNOTEURL 대신 이 주소로 / send all notices here instead of to LGD_CASNOTEURL
    #[arg(long, value_name = "URL")]
    forward_notices: Option<String>,
}

pub(crate) fn run(arguments: Start) -> Result<(), Failure> {
    let Start { dir, port, web_port, db, certificate, faults, time_scale, forward_notices: forward } =
        arguments;
    running::refuse_second(&dir)?;
    let faults = faults.as_deref().map(script).transpose()?.unwrap_or_default();
    // Signals are caught before anybody is told to send one.
    let stop = Stop::listen().map_err(|error| unable(&error))?;
    let options = Options {
        dir: dir.clone(),
        port,
        web_port,
        db,
        certificate,
        faults,
        time_scale,
        forward,
        checkout: Some(checkout::of(&dir)),
        ..Options::default()
    };
    let sandbox = Sandbox::start(options)?;
    announce(&sandbox, &dir).map_err(|error| unable(&error))?;
    stop.wait();
    // It is gone either way; a leftover file is recognised as stale by the next start.
    let _ = fs::remove_file(running::file(&dir));
    sandbox.stop();
    Ok(())
}

fn script(file: &Path) -> Result<Script, Failure> {
    let named = |ko: &str, en: &str| {
        let file = file.display();
        Failure::new(format!("장애 스크립트 [{file}]: {ko}"), format!("fault script [{file}]: {en}"))
    };
    let text = fs::read_to_string(file).map_err(|error| {
        let error = error.to_string();
        named(&error, &error)
    })?;
    text.parse().map_err(|error: xpayclient_sandbox::Error| named(error.korean(), error.english()))
}

/// One line of JSON for whoever started us, and the same in a file for whoever comes later.
fn announce(sandbox: &Sandbox, dir: &Path) -> io::Result<()> {
    let announcement = Announcement {
        ready: true,
        url: sandbox.url(),
        admin: sandbox.admin_url(),
        web: sandbox.web_url(),
        home: fs::canonicalize(sandbox.home())?,
        ca: fs::canonicalize(sandbox.ca())?,
        mid: DEMO_TEST_MID.into(),
        port: sandbox.port(),
        pid: std::process::id(),
    };
    let line = serde_json::to_string(&announcement)? + "\n";
    replace_file(&running::file(dir), &line)?;
    let mut stdout = io::stdout().lock();
    stdout.write_all(line.as_bytes())?;
    stdout.flush()
}

fn unable(error: &io::Error) -> Failure {
    Failure::new(
        format!("샌드박스를 시작할 수 없습니다({error})"),
        format!("cannot start the sandbox ({error})"),
    )
}
