//! The client: one shop's configuration and platform, from which transactions are made and sent.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::ClientConfig;
use ureq::http::Uri;

use crate::answer::Answer;
use crate::code::Code;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::log::{Level, Log, Sink};
use crate::outcome::{Outcome, aftermath, settle};
use crate::patch;
use crate::request::{Request, Value};
use crate::settings::{Settings, warnings};
use crate::tls::{self, Trust};
use crate::transport::{Break, HttpAnswer, Route, https};

/// Which of the two gateways is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Platform {
    /// `test_url`: no money moves.
    Test,
    /// `url`: money moves.
    Service,
}

impl Platform {
    /// As the vendor reads it: `test` is test, everything else (`service`, `real`, empty) is service.
    pub fn from_mode(mode: &[u8]) -> Platform {
        match mode {
            b"test" => Platform::Test,
            _ => Platform::Service,
        }
    }
}

/// Talks to the gateway for the shops of one configuration. Cheap to clone, safe to share between threads.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    config: Config,
    settings: Settings,
    platform: Platform,
    user_agent: String,
    log: Log,
    /// Made on first use: reading the system's roots takes milliseconds.
    tls: OnceLock<Result<Arc<ClientConfig>>>,
}

impl Client {
    /// A client of `config` as it is now.
    pub fn new(config: Config, platform: Platform) -> Client {
        Client::speaking("Rust", config, platform, None)
    }

    /// The language of the binding goes into the `User-Agent`; `sink` receives what is logged.
    pub(crate) fn speaking(language: &str, config: Config, platform: Platform, sink: Option<Sink>) -> Client {
        let log = Log::new(&config, sink);
        for warning in warnings(&config) {
            log.write(Level::Warn, "", warning);
        }
        Client(Arc::new(Inner {
            settings: config.settings(),
            config,
            platform,
            user_agent: format!("XPayClient ({}/{language})", crate::VERSION),
            log,
            tls: OnceLock::new(),
        }))
    }

    /// The configuration it was made with.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Starts a transaction of the shop `mid`, with an LGD_TXID of its own.
    ///
    /// # Errors
    /// [`Code::NO_MID`] when the configuration has no MertKey for it, [`Code::BAD_VALUE`] when `mid` or `server_id`
    /// hold what an LGD_TXID cannot.
    pub fn transaction(&self, mid: &str) -> Result<Transaction> {
        Ok(Transaction {
            request: Request::new(self.config(), mid.as_bytes())?,
            client: self.clone(),
            rollback_on_error: true,
        })
    }

    /// 망취소: asks the gateway to undo whatever the transaction `tx_id` of the shop `mid` did.
    ///
    /// For the shop's own failure after an approval. It is itself never rolled back: without an answer, ask again.
    pub fn rollback(&self, mid: &str, tx_id: &str, reason: &str) -> Outcome {
        match self.rollback_request(mid, tx_id, reason.into()) {
            Ok(request) => self.send(&request, false),
            Err(error) => Outcome::NotSent(error),
        }
    }

    /// Tells the gateway's operators, at `aux_url`, of something that went wrong. No money moves.
    ///
    /// # Errors
    /// [`Code::HTTP_URL`] when `aux_url` is missing or not https, and whatever keeps an answer from coming.
    pub fn report(&self, mid: &str, status: &str, message: &str) -> Result<Answer> {
        self.report_bytes(mid, status.into(), message.into())
    }

    /// Asks `aux_url` for a new copy of a file in `conf/` and puts it in place, whole or not at all.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] for any other file than mall.conf, lgdacom.conf and ca-bundle.crt, and for a content that such
    /// a file cannot have; [`Code::TRANSPORT`] when the answer is not `text/plain`; [`Code::WRITE`] when it cannot be
    /// written; whatever keeps an answer from coming.
    pub fn patch(&self, mid: &str, file: &str) -> Result<()> {
        let place = patch::place(self.config().home_dir(), file)?;
        let mut request = Request::new(self.config(), mid.as_bytes())?;
        request.set(b"LGD_TXNAME", "Patch".into())?;
        request.set(b"LGD_FILE", file.into())?;
        let http = self.post(&self.aux_url()?, &request).map_err(|broken| broken.error)?;
        if !http.content_type.starts_with("text/plain") {
            let said = Answer::parse(http.body, request.tx_id());
            let said =
                said.map_or_else(|_| String::new(), |said| format!(": {} {}", said.code(), said.message()));
            let detail = format!("the answer is not a text/plain file{said}");
            return Err(Error::new(Code::TRANSPORT, detail));
        }
        place.put(&http.body)?;
        self.log().write(Level::Info, request.tx_id(), format!("{file} was replaced"));
        Ok(())
    }

    pub(crate) fn log(&self) -> &Log {
        &self.0.log
    }

    pub(crate) fn report_bytes(&self, mid: &str, status: Value, message: Value) -> Result<Answer> {
        let mut request = Request::new(self.config(), mid.as_bytes())?;
        request.set(b"LGD_TXNAME", "Report".into())?;
        request.set(b"LGD_STATUS", status)?;
        request.set(b"LGD_MSG", message)?;
        self.exchange(&self.aux_url()?, &request).map_err(|broken| broken.error)
    }

    /// The Rollback of a request that was sent.
    pub(crate) fn rollback_of(&self, sent: &Request, reason: Value) -> Result<Request> {
        let mut rollback = self.rollback_request(sent.mid(), sent.tx_id(), reason)?;
        if let Some(hash_type) = sent.get("LGD_HASHTYPE") {
            rollback.set(b"LGD_HASHTYPE", hash_type.clone())?;
        }
        Ok(rollback)
    }

    fn rollback_request(&self, mid: &str, tx_id: &str, reason: Value) -> Result<Request> {
        let mut rollback = Request::new(self.config(), mid.as_bytes())?;
        rollback.set(b"LGD_TXNAME", "Rollback".into())?;
        rollback.set(b"LGD_RB_TXID", tx_id.into())?;
        rollback.set(b"LGD_RB_REASON", reason)?;
        Ok(rollback)
    }

    /// Sends a request once, and then what its [`aftermath`] asks for.
    pub(crate) fn send(&self, request: &Request, rollback_on_error: bool) -> Outcome {
        let url = https(self.0.config.gateway_url(self.0.platform)).map_err(Break::unsent);
        let outcome = match url.and_then(|url| self.exchange(&url, request)) {
            Ok(answer) => Outcome::Answered(answer),
            Err(broken) => self.follow(request, broken, rollback_on_error),
        };
        if let Some(error) = outcome.error() {
            self.log().write(Level::Error, request.tx_id(), error);
        }
        outcome
    }

    fn follow(&self, request: &Request, broken: Break, rollback_on_error: bool) -> Outcome {
        let Break { error, sent, received, .. } = broken;
        let rollback = rollback_on_error && self.0.settings.auto_rollback;
        let due = aftermath(error.code(), sent, rollback, self.0.settings.report_error);
        let rollback = due.rollback.map(|reason| self.roll_back(request, &reason));
        if let Some(status) = due.report {
            let reported =
                self.report_bytes(request.mid(), status.as_str().into(), report_excerpt(&received).into());
            if let Err(error) = reported {
                self.log().write(Level::Warn, request.tx_id(), format!("Report: {error}"));
            }
        }
        match sent {
            false => Outcome::NotSent(error),
            true => settle(error, request.tx_id(), rollback),
        }
    }

    fn roll_back(&self, failed: &Request, reason: &str) -> Outcome {
        match self.rollback_of(failed, reason.into()) {
            Ok(rollback) => self.send(&rollback, false),
            Err(error) => Outcome::NotSent(error),
        }
    }

    /// One request and its answer in form.
    fn exchange(&self, url: &Uri, request: &Request) -> std::result::Result<Answer, Break> {
        let received = self.post(url, request)?.body;
        let answer = Answer::parse(received, request.tx_id()).map_err(|received| {
            let detail = format!("{} bytes that are not a JSON object with an LGD_RESPCODE", received.len());
            Break::answered(Error::new(Code::JSON, detail), received)
        })?;
        self.log_answer(&answer);
        Ok(answer)
    }

    /// One request and its HTTP answer with a status of 2xx.
    fn post(&self, url: &Uri, request: &Request) -> std::result::Result<HttpAnswer, Break> {
        let settings = &self.0.settings;
        let route = Route {
            timeout: settings.timeout,
            tls: self.tls().map_err(Break::unsent)?,
            proxies: &settings.proxies,
            user_agent: &self.0.user_agent,
        };
        self.warn_of_blind_trust(request);
        self.log().write_pairs(Level::Info, request.tx_id(), request.texts());
        let http = route.post(url, &request.body())?;
        if (200..300).contains(&http.status) {
            return Ok(http);
        }
        let error = Error::new(Code::http(http.status), "this is not an answer of the gateway");
        Err(Break::answered(error, http.body))
    }

    fn log_answer(&self, answer: &Answer) {
        let said = format_args!("{} {}", answer.code(), answer.message());
        self.log().write(Level::Info, answer.tx_id(), said);
        for row in answer.rows() {
            self.log().write_pairs(Level::Debug, answer.tx_id(), row.iter());
        }
    }

    fn warn_of_blind_trust(&self, request: &Request) {
        let Settings { verify_cert, verify_host, .. } = self.0.settings;
        for (name, verified) in [("verify_cert", verify_cert), ("verify_host", verify_host)] {
            if !verified {
                let warning = format!(
                    "{name} = 0: anybody on the way can read and change this request; set it to 1. / \
                     {name} = 0: 누구나 이 요청을 읽고 바꿀 수 있습니다. 1로 설정하십시오."
                );
                self.log().write(Level::Warn, request.tx_id(), warning);
            }
        }
    }

    fn aux_url(&self) -> Result<Uri> {
        match self.config().get("aux_url") {
            None | Some(b"") => Err(Error::new(Code::HTTP_URL, "aux_url is not set in lgdacom.conf")),
            Some(url) => https(url),
        }
    }

    fn tls(&self) -> Result<Arc<ClientConfig>> {
        let make = || {
            let settings = &self.0.settings;
            let (config, warning) = tls::client_config(&Trust {
                home_dir: self.config().home_dir(),
                ca_bundle_only: settings.ca_bundle_only,
                verify_cert: settings.verify_cert,
                verify_host: settings.verify_host,
            })?;
            if let Some(warning) = warning {
                self.log().write(Level::Warn, "", warning);
            }
            Ok(config)
        };
        self.0.tls.get_or_init(make).clone()
    }
}

/// As much of a page that is not the gateway's as helps its operators.
fn report_excerpt(received: &[u8]) -> &[u8] {
    const ENOUGH: usize = 8 * 1024;
    received.get(..ENOUGH).unwrap_or(received)
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("platform", &self.0.platform)
            .field("config", &self.0.config)
            .finish_non_exhaustive()
    }
}

/// A request that can be sent once.
#[derive(Debug)]
pub struct Transaction {
    client: Client,
    request: Request,
    rollback_on_error: bool,
}

impl Transaction {
    /// Sets a parameter, or replaces its value in place. Text is sent as CP949, or as UTF-8 once `LGD_ENCODING`
    /// is set to `UTF-8`; bytes are sent as they are.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] for an empty name, and for another value of LGD_TXID, LGD_AUTHCODE or LGD_MID.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> Result<()> {
        self.request.set(name.as_bytes(), value.into())
    }

    /// Whether a request that got no well-formed answer is cancelled at once (망취소). It is unless
    /// switched off here or by `auto_rollback = 0`.
    pub fn rollback_on_error(&mut self, rollback: bool) {
        self.rollback_on_error = rollback;
    }

    /// LGD_TXID, which names this transaction in every question to the gateway.
    pub fn tx_id(&self) -> &str {
        self.request.tx_id()
    }

    /// Sends it, waiting at most `timeout` for the answer, and after a failure as long again for a Rollback and for a
    /// Report.
    pub fn send(self) -> Outcome {
        self.client.send(&self.request, self.rollback_on_error)
    }
}
