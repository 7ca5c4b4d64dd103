//! A running sandbox, and its admin API.

use crate::failure::Failure;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig};

/// For each request.
const TIMEOUT: Duration = Duration::from_secs(10);

/// Printed by a started sandbox, and written to `DIR/sandbox.json`.
#[derive(Deserialize, Serialize)]
pub(crate) struct Announcement {
    pub(crate) ready: bool,
    pub(crate) url: String,
    pub(crate) admin: String,
    pub(crate) web: String,
    pub(crate) home: PathBuf,
    pub(crate) ca: PathBuf,
    pub(crate) mid: String,
    pub(crate) port: u16,
    pub(crate) pid: u32,
}

/// The file of the announcement.
pub(crate) fn file(dir: &Path) -> PathBuf {
    dir.join("sandbox.json")
}

/// Refuses a second sandbox in the same directory, which would overwrite the first one's configuration.
pub(crate) fn refuse_second(dir: &Path) -> Result<(), Failure> {
    let answers = RunningSandbox::find(dir).is_ok_and(|running| running.answers());
    if !answers {
        return Ok(());
    }
    let dir = dir.display();
    Err(Failure::new(
        format!(
            "{dir}에서 샌드박스가 이미 실행 중입니다. 실행 중인 샌드박스를 종료하거나 다른 --dir을 쓰십시오"
        ),
        format!("a sandbox is already running in {dir}: stop it or use another --dir"),
    ))
}

/// The admin API of a running sandbox.
pub(crate) struct RunningSandbox {
    agent: ureq::Agent,
    admin: String,
    dir: PathBuf,
}

impl RunningSandbox {
    /// The sandbox of a directory, which may have ended already.
    pub(crate) fn find(dir: &Path) -> Result<Self, Failure> {
        let missing = || not_running(dir);
        let text = std::fs::read_to_string(file(dir)).map_err(|_| missing())?;
        let announcement: Announcement = serde_json::from_str(&text).map_err(|_| missing())?;
        let bundle = std::fs::read(&announcement.ca).map_err(|_| missing())?;
        let agent = agent(&bundle);
        Ok(Self { agent, admin: announcement.admin, dir: dir.to_owned() })
    }

    pub(crate) fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        self.read(self.agent.get(self.admin.clone() + path).call())
    }

    pub(crate) fn post<T: DeserializeOwned>(&self, path: &str, body: &impl Serialize) -> Result<T, Failure> {
        let body = serde_json::to_string(body).map_err(|error| unreadable(&error))?;
        let request = self.agent.post(self.admin.clone() + path);
        self.read(request.header("content-type", "application/json").send(body))
    }

    /// A refused certificate means that it is running, too.
    fn answers(&self) -> bool {
        let answer = self.agent.get(self.admin.clone() + "/ready").call();
        answer.map_or_else(|error| is_about_trust(&error), |_| true)
    }

    fn read<T: DeserializeOwned>(
        &self,
        response: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<T, Failure> {
        let mut response = response.map_err(|error| self.unreachable(&error))?;
        let text = response.body_mut().read_to_string().map_err(|error| self.unreachable(&error))?;
        if response.status().is_success() {
            return serde_json::from_str(&text).map_err(|error| unreadable(&error));
        }
        let refusal: AdminError = serde_json::from_str(&text).map_err(|error| unreadable(&error))?;
        Err(Failure::new(refusal.message_ko, refusal.message_en).coded("sandbox", refusal.code))
    }

    fn unreachable(&self, error: &ureq::Error) -> Failure {
        if !is_about_trust(error) {
            return not_running(&self.dir);
        }
        // This command does not trust a bad certificate either.
        Failure::new(
            format!(
                "샌드박스의 인증서를 신뢰할 수 없습니다({error}). --certificate good으로 다시 시작하십시오"
            ),
            format!("the sandbox's certificate is not trusted ({error}): start it with --certificate good"),
        )
    }
}

/// ureq wraps the errors of rustls in several ways.
fn is_about_trust(error: &ureq::Error) -> bool {
    match error {
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => true,
        ureq::Error::Io(cause) => cause.kind() == std::io::ErrorKind::InvalidData,
        _ => false,
    }
}

#[derive(Deserialize)]
struct AdminError {
    code: String,
    message_ko: String,
    message_en: String,
}

/// No proxy from the environment, no redirects, no other root, and a timeout.
fn agent(bundle: &[u8]) -> ureq::Agent {
    let roots: Vec<Certificate<'static>> = ureq::tls::parse_pem(bundle)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::from(roots))
        .build();
    ureq::Agent::config_builder()
        .tls_config(tls)
        .https_only(true)
        .proxy(None)
        .max_redirects(0)
        .http_status_as_error(false)
        .timeout_global(Some(TIMEOUT))
        .build()
        .into()
}

fn not_running(dir: &Path) -> Failure {
    let dir = dir.display();
    Failure::new(
        format!("{dir}에 실행 중인 샌드박스가 없습니다. 먼저 시작하십시오: xpay sandbox --dir {dir}"),
        format!("no sandbox is running in {dir}: start one with xpay sandbox --dir {dir}"),
    )
}

fn unreadable(error: &serde_json::Error) -> Failure {
    Failure::new(
        format!("샌드박스의 응답을 읽을 수 없습니다({error}). 같은 버전인지 확인하십시오"),
        format!("cannot read the sandbox's answer ({error}): check that it is of the same version"),
    )
}
