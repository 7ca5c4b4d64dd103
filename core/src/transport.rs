//! One POST to the gateway: an HTTP answer of any status, or a break with its code and whether anything was sent.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::ClientConfig;
use ureq::config::Config;
use ureq::http::Uri;

use crate::code::Code;
use crate::connection::{self, Phase};
use crate::encoding::decode;
use crate::error::{Error, Result};
use crate::tls;

/// An answer larger than this is not the gateway's.
const ANSWER_LIMIT: u64 = 10 * 1024 * 1024;

/// Where to send, and how long to wait.
pub(crate) struct Gateway<'a> {
    pub(crate) url: &'a [u8],
    pub(crate) timeout: Duration,
    pub(crate) tls: Arc<ClientConfig>,
    pub(crate) user_agent: &'a str,
}

/// What came back, whatever its status.
pub(crate) struct HttpAnswer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
}

/// Why no HTTP answer came.
#[derive(Debug)]
pub(crate) struct Break {
    pub(crate) error: Error,
    /// Whether a byte of the request may have left this machine.
    pub(crate) sent: bool,
}

impl Gateway<'_> {
    /// Sends `body` once. Redirects are not followed, nothing is tried again, the environment's proxy is not used.
    pub(crate) fn post(&self, body: &str) -> std::result::Result<HttpAnswer, Break> {
        let url = self.url().map_err(|error| Break { error, sent: false })?;
        let whom = url.authority().map(ToString::to_string).unwrap_or_default();
        let config = Config::builder()
            .https_only(true)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(self.timeout))
            .max_idle_connections(0)
            .user_agent(self.user_agent)
            .accept_encoding("")
            .build();
        let (agent, progress) = connection::agent(config, self.tls.clone(), Instant::now() + self.timeout);
        let exchange = || {
            let mut answer = agent.post(url).content_type("application/x-www-form-urlencoded").send(body)?;
            let status = answer.status().as_u16();
            let body = answer.body_mut().with_config().limit(ANSWER_LIMIT).read_to_vec()?;
            Ok(HttpAnswer { status, body })
        };
        exchange().map_err(|error| explain(&error, progress.phase(), &whom))
    }

    fn url(&self) -> Result<Uri> {
        let text = decode(self.url);
        let url = match text.split_once("://") {
            Some(("http", _)) => {
                return Err(Error::in_words(Code::HTTP_URL, "http protocol not supported."));
            }
            Some(_) => text.into_owned(),
            None => format!("https://{text}"),
        };
        let is_https =
            |uri: &Uri| uri.scheme_str() == Some("https") && uri.host().is_some_and(|h| !h.is_empty());
        let uri = url.parse().ok().filter(is_https);
        uri.ok_or_else(|| Error::new(Code::HTTP_URL, format!("[{url}] is not an https address")))
    }
}

/// The phase tells what may have been sent and, mostly, the code; the error only adds its words.
fn explain(error: &ureq::Error, phase: Phase, whom: &str) -> Break {
    let code = match (phase, error) {
        (Phase::Resolving, _) => Code::RESOLVE_HOST,
        (Phase::Connecting, _) => Code::CONNECT,
        (Phase::Handshaking, _) => Code::SSL,
        (_, ureq::Error::Timeout(_)) => Code::TIMEDOUT,
        (Phase::Sending, ureq::Error::Io(_)) => Code::SEND,
        (Phase::Receiving, ureq::Error::Io(_)) => Code::RECV,
        _ => Code::TRANSPORT,
    };
    let detail = match error {
        ureq::Error::Timeout(_) => "timed out".to_owned(),
        ureq::Error::Io(io) => io.to_string(),
        other => other.to_string(),
    };
    let unexplained = Error::new(code, format!("{detail} ({whom})"));
    let error = match rustls_error(error).and_then(tls::remedy) {
        Some(remedy) => unexplained.with_remedy(remedy),
        None => unexplained,
    };
    Break { error, sent: phase >= Phase::Sending }
}

fn rustls_error(error: &ureq::Error) -> Option<&rustls::Error> {
    match error {
        ureq::Error::Io(io) => io.get_ref()?.downcast_ref(),
        ureq::Error::Other(other) => other.downcast_ref(),
        _ => None,
    }
}
