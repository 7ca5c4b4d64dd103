//! The client: one shop's configuration and platform, from which transactions are made and sent.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustls::ClientConfig;

use crate::answer::Answer;
use crate::code::Code;
use crate::config::Config;
use crate::error::{Error, Result};
use crate::outcome::{Outcome, rollback_reason, settle};
use crate::request::{Request, Value};
use crate::settings::Settings;
use crate::tls;
use crate::transport::{Break, Gateway};

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
    /// Made on first use: reading the system's roots takes milliseconds.
    tls: OnceLock<Result<Arc<ClientConfig>>>,
}

impl Client {
    /// A client of `config` as it is now.
    pub fn new(config: Config, platform: Platform) -> Client {
        Client::speaking("Rust", config, platform)
    }

    /// The language of the binding goes into the `User-Agent`.
    pub(crate) fn speaking(language: &str, config: Config, platform: Platform) -> Client {
        Client(Arc::new(Inner {
            settings: config.settings(),
            config,
            platform,
            user_agent: format!("XPayClient ({}/{language})", crate::VERSION),
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

    /// Sends a request once and, where it may have arrived without a well-formed answer, its Rollback.
    pub(crate) fn send(&self, request: &Request, rollback_on_error: bool) -> Outcome {
        match self.exchange(request) {
            Ok(answer) => Outcome::Answered(answer),
            Err(Break { error, sent: false }) => Outcome::NotSent(error),
            Err(Break { error, sent: true }) => {
                let allowed = rollback_on_error && self.0.settings.auto_rollback;
                let rollback = allowed.then(|| self.roll_back(request, error.code()));
                settle(error, request.tx_id(), rollback)
            }
        }
    }

    fn roll_back(&self, failed: &Request, code: Code) -> Outcome {
        match self.rollback_of(failed, rollback_reason(code).into()) {
            Ok(rollback) => self.send(&rollback, false),
            Err(error) => Outcome::NotSent(error),
        }
    }

    fn exchange(&self, request: &Request) -> std::result::Result<Answer, Break> {
        let gateway = Gateway {
            url: self.0.config.gateway_url(self.0.platform),
            timeout: self.0.settings.timeout,
            tls: self.tls().map_err(|error| Break { error, sent: false })?,
            user_agent: &self.0.user_agent,
        };
        let http = gateway.post(&request.body())?;
        let answered = |error| Break { error, sent: true };
        if !(200..300).contains(&http.status) {
            let detail = "this is not an answer of the gateway";
            return Err(answered(Error::new(Code::http(http.status), detail)));
        }
        let length = http.body.len();
        Answer::parse(http.body, request.tx_id()).ok_or_else(|| {
            let detail = format!("{length} bytes that are not a JSON object with an LGD_RESPCODE");
            answered(Error::new(Code::JSON, detail))
        })
    }

    fn tls(&self) -> Result<Arc<ClientConfig>> {
        let made = self
            .0
            .tls
            .get_or_init(|| tls::client_config(self.0.config.home_dir(), self.0.settings.ca_bundle_only));
        made.clone()
    }
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

    /// Sends it, waiting at most `timeout` for the answer and as long again for a Rollback.
    pub fn send(self) -> Outcome {
        self.client.send(&self.request, self.rollback_on_error)
    }
}
