//! The vendor's call sequence on one object: Init, Init_TX, Set, TX, Response. The C ABI and all bindings wrap this.
//!
//! It differs from the vendor in two points, so that no call can affect another payment than the one meant. A second
//! TX without Init_TX is sent under a new LGD_TXID. Rollback needs a transaction that was sent. As with the vendor,
//! Init_TX keeps code, message and rows of the last answer until the next TX: shops set parameters from them.

pub(crate) mod call;
mod escrow;
mod kept_log;
mod posted;
mod said;
mod services;
mod signature;
mod transaction;
mod typed;
mod vendor_signature;
mod window;

use std::borrow::Cow;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use self::transaction::CurrentTransaction;
use crate::client::Client;
use crate::client::caller::Caller;
use crate::client::held::Held;
use crate::client::outcome::Outcome;
use crate::client::request::Request;
use crate::client::sent::Exchanged;
use crate::config::{Config, Platform};
use crate::error::{Code, Error, ErrorKind, Result};
use crate::log::{Level, Sink};
use crate::os::database::Database;
use crate::protocol::answer::{Answer, Row};
use crate::protocol::limits;
use crate::protocol::payment_method::PaymentMethod;
use crate::text::encoding::{decode, to_cp949};
use crate::typed::results::CancelResult;

/// One merchant's client with the vendor's calls. Every call that returns `false` leaves a code and a message.
pub struct Session {
    caller: Caller,
    platform: Option<Platform>,
    config: Config,
    /// Made from the current configuration. Dropped when that changes.
    client: Option<Client>,
    sink: Option<Sink>,
    /// Keeps the journal in place of files.
    database: Option<Arc<dyn Database>>,
    kept_log: Option<Arc<kept_log::KeptLog>>,
    transaction: Option<CurrentTransaction>,
    /// Why there is no transaction: the error of the last Init_TX. Shops look for it after TX.
    begin_error: Option<Error>,
    /// Why Init read no configuration.
    init_error: Option<Error>,
    /// A sent request that waits for [`Session::settle`].
    exchanged: Option<Exchanged>,
    /// An approval that waits for the shop's own step.
    held: Option<Held>,
    tx_id: String,
    auth_code: String,
    code: String,
    /// For the buyer, to whom shops print it.
    message: String,
    /// For the operator: what happened, and what to do.
    detail: String,
    /// The error's code and kind, if the code above is an error's; `None` for an answer's.
    error: Option<(Code, ErrorKind)>,
    outcome: Option<Outcome>,
    /// Whether another transaction was begun since that outcome. Its answer can still be read then.
    outcome_superseded: bool,
    received: posted::Received,
    window: Option<window::WindowDraft>,
    delivery: Option<escrow::DeliveryDraft>,
}

impl Session {
    /// An empty session. `language` names the binding in the `User-Agent`.
    pub fn new(language: impl Into<Cow<'static, str>>) -> Session {
        Session::of(Caller::of_bytes(language))
    }

    fn of(caller: Caller) -> Session {
        Session {
            caller,
            platform: None,
            config: Config::new(),
            client: None,
            sink: None,
            database: None,
            kept_log: None,
            transaction: None,
            begin_error: None,
            init_error: None,
            exchanged: None,
            held: None,
            tx_id: String::new(),
            auth_code: String::new(),
            code: String::new(),
            message: String::new(),
            detail: String::new(),
            error: None,
            outcome: None,
            outcome_superseded: false,
            received: posted::Received::default(),
            window: None,
            delivery: None,
        }
    }

    /// Sets the binding's language for the `User-Agent`: at most 32 letters, digits, `.`, `-`, `+` and `#`.
    pub fn set_language(&mut self, language: &[u8]) -> bool {
        let plain = |b: &u8| b.is_ascii_alphanumeric() || b".-+#".contains(b);
        match std::str::from_utf8(language) {
            Ok(text) if (1..=32).contains(&text.len()) && language.iter().all(plain) => {
                self.caller.language = text.to_owned().into();
                self.client = None;
                true
            }
            _ => self.fail(Error::bad_value("language", "may hold 1 to 32 letters, digits and . - + #")),
        }
    }

    /// For a binding whose strings are Unicode: what it passes is UTF-8, and so is what it gets, whatever `output_UTF8` is.
    /// Values are sent as CP949, or as UTF-8 once LGD_ENCODING is `UTF-8`, and Content-Type names that encoding. It stays set
    /// across Init.
    pub fn set_unicode(&mut self, on: bool) -> bool {
        self.caller.is_unicode = on;
        self.client = None;
        true
    }

    /// Reads the configuration files below `home_dir`. Discards whatever the session held before.
    pub fn init(&mut self, home_dir: &[u8], mode: &[u8]) -> bool {
        self.init_mode(mode);
        self.read(path(home_dir).and_then(Config::load))
    }

    /// As [`Session::init`] from one file, which has the settings of both.
    pub fn init_file(&mut self, file: &[u8], mode: &[u8]) -> bool {
        self.init_mode(mode);
        self.read(path(file).and_then(Config::load_file))
    }

    fn read(&mut self, loaded: Result<Config>) -> bool {
        self.init_error = loaded.as_ref().err().cloned();
        self.with_result(loaded, |session, config| {
            session.config = config;
            session.warn_of_open();
        })
    }

    /// Starts without files. The settings come by [`Session::set_config`].
    pub fn init_mode(&mut self, mode: &[u8]) -> bool {
        let (sink, kept_log, database) = (self.sink.take(), self.kept_log.take(), self.database.take());
        *self = Session { sink, kept_log, database, ..Session::of(self.caller.clone()) };
        self.platform = Some(Platform::from_mode(mode));
        true
    }

    /// As [`Session::init_mode`], with `home_dir` for relative directories and for `conf/ca-bundle.crt`. An empty one is
    /// none.
    pub fn init_home(&mut self, home_dir: &[u8], mode: &[u8]) -> bool {
        self.init_mode(mode);
        if home_dir.is_empty() {
            return true;
        }
        self.with_result(path(home_dir), |session, home_dir| session.config = Config::below(home_dir))
    }

    /// A new session with the same configuration and no transaction, for another thread.
    pub fn twin(&self) -> Session {
        Session {
            platform: self.platform,
            config: self.config.clone(),
            client: self.client.clone(),
            sink: self.sink.clone(),
            database: self.database.clone(),
            ..Session::of(self.caller.clone())
        }
    }

    /// Takes over the configuration of `other`, from the next transaction on. The last request and its answer stay.
    pub fn configure_as(&mut self, other: &Session) {
        self.platform = other.platform;
        self.config = other.config.clone();
        self.database = other.database.clone();
        self.client = other.client.clone();
    }

    /// The platform whose gateway is used; `None` before Init.
    pub fn platform(&self) -> Option<Platform> {
        self.platform
    }

    /// Sets or replaces one setting, from the next transaction on. After `false`, a transaction that was begun cannot
    /// be sent.
    pub fn set_config(&mut self, name: &[u8], value: &[u8]) -> bool {
        if name.is_empty() {
            return self.refuse(Error::new(Code::BAD_VALUE, "a setting needs a name"));
        }
        if let Err(error) = limits::check_no_nul(name, value) {
            return self.refuse(error);
        }
        self.config.set(name, value);
        self.client = None;
        true
    }

    /// Removes one setting, so that its default applies, from the next transaction on.
    pub fn unset_config(&mut self, name: &[u8]) -> bool {
        self.config.unset(name);
        self.client = None;
        true
    }

    /// Sets the MertKey of a merchant ID, in place of the configured one. It serves requests, signatures and
    /// verification. It is never a setting, whatever the merchant ID is.
    pub fn set_mert_key(&mut self, mid: &[u8], key: &[u8]) -> bool {
        if let Err(error) = limits::check_no_nul(mid, key) {
            return self.refuse(error);
        }
        self.config.set_mert_key(mid, key);
        self.client = None;
        true
    }

    /// All current settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// Connects to the gateway before the buyer pays; see [`Client::warm_up`]. A transaction that was begun is not
    /// affected.
    pub fn warm_up(&mut self) -> bool {
        let warmed = self.client().and_then(|client| client.warm_up());
        self.with_result(warmed, |_, ()| ())
    }

    /// Writes a line into the log, under the LGD_TXID of the transaction that was begun or sent last. Does nothing
    /// before Init.
    pub fn log(&mut self, message: &[u8], level: Level) {
        if let Ok(client) = self.client() {
            client.log().write(level, &self.tx_id, decode(message));
        }
    }

    /// Passes every log line to `sink` too; `None` ends that. The setting outlives Init.
    pub fn set_logger(&mut self, sink: Option<Sink>) {
        self.sink = sink;
        self.client = None;
    }

    /// Keeps the journal in the shop's own database; `None` ends that. The setting outlives Init.
    pub fn set_database(&mut self, database: Option<Arc<dyn Database>>) {
        self.database = database;
        self.client = None;
    }

    /// The outcome of the last TX or Rollback. `None` before the first, and after Init_TX.
    pub fn outcome(&self) -> Option<&Outcome> {
        self.outcome.as_ref().filter(|_| !self.outcome_superseded)
    }

    /// Problems of this session's client in writing the journal and the log, with their remedies. Empty if there are
    /// none, or if nothing was written yet.
    pub fn unwritten(&self) -> String {
        self.client.as_ref().map(Client::unwritten).unwrap_or_default()
    }

    /// LGD_TXID of the transaction that was begun or sent last.
    pub fn tx_id(&self) -> &str {
        &self.tx_id
    }

    /// LGD_AUTHCODE that belongs to [`Session::tx_id`].
    pub fn auth_code(&self) -> &str {
        &self.auth_code
    }

    /// The answer's body as received; empty without an answer.
    pub fn response_json(&self) -> &[u8] {
        self.answer().map_or(b"", Answer::json)
    }

    /// The rows of LGD_RESPONSE.
    pub fn rows(&self) -> &[Row] {
        self.answer().map_or(&[], Answer::rows)
    }

    /// Whether the answer to a cancellation counts as done, for a payment with this LGD_PAYTYPE.
    pub fn is_cancelled(&self, paytype: &[u8]) -> bool {
        let means = PaymentMethod::from_code(&decode(paytype));
        self.answer().is_some_and(|answer| CancelResult::read(answer, &means).counts_as_done)
    }

    /// Whether the gateway answered that it did this before; see [`Answer::is_repeated`].
    pub fn is_repeated(&self) -> bool {
        self.answer().is_some_and(Answer::is_repeated)
    }

    /// Encodes text for the caller: UTF-8 if its strings are Unicode or `output_UTF8` is 1, else EUC-KR (CP949). Before any
    /// configuration, UTF-8.
    pub fn output<'a>(&self, text: &'a str) -> Cow<'a, [u8]> {
        if text.is_ascii() || self.output_is_utf8() {
            Cow::Borrowed(text.as_bytes())
        } else {
            Cow::Owned(to_cp949(text))
        }
    }

    /// A setting's name or value as the caller gets it: the file's own bytes, or UTF-8 for Unicode.
    pub fn setting<'a>(&self, bytes: &'a [u8]) -> Cow<'a, [u8]> {
        if self.caller.is_unicode {
            decode(bytes).into_owned().into_bytes().into()
        } else {
            Cow::Borrowed(bytes)
        }
    }

    /// Whether [`Session::output`] returns UTF-8.
    pub fn output_is_utf8(&self) -> bool {
        self.caller.is_unicode || self.config.iter().len() == 0 || self.config.settings().output_UTF8
    }

    fn warn_of_open(&mut self) {
        if let Ok(client) = self.client() {
            client.warn_of_open();
        }
    }

    /// The client with the current configuration, for typed requests.
    ///
    /// # Errors
    /// [`Code::CALL_ORDER`] before Init.
    pub fn client(&mut self) -> Result<Client> {
        let platform = self.require_init("nothing can be asked")?;
        if let Some(client) = &self.client {
            return Ok(client.clone());
        }
        let client = {
            let (sink, database) = (self.log_sink(), self.database.clone());
            Client::for_binding(&self.caller, self.config.clone(), platform, sink, database)
        };
        Ok(self.client.insert(client).clone())
    }

    fn require_init(&self, refused: &str) -> Result<Platform> {
        self.platform.ok_or_else(|| Error::new(Code::CALL_ORDER, format!("{refused} before Init")))
    }

    fn answer(&self) -> Option<&Answer> {
        self.outcome.as_ref().and_then(Outcome::answer)
    }

    fn with_result<T>(&mut self, result: Result<T>, then: impl FnOnce(&mut Session, T)) -> bool {
        match result {
            Ok(value) => {
                then(self, value);
                true
            }
            Err(error) => self.fail(error),
        }
    }

    fn record_ids(&mut self, request: &Request) {
        self.tx_id = request.tx_id().to_owned();
        self.auth_code = request.auth_code().to_owned();
    }
}

/// `Debug` hides LGD_AUTHCODE and all parameters.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("platform", &self.platform)
            .field("tx_id", &self.tx_id)
            .field("code", &self.code)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// A path in the system's form: bytes on Unix, text elsewhere.
#[cfg(unix)]
fn path(bytes: &[u8]) -> Result<PathBuf> {
    use std::os::unix::ffi::OsStrExt;
    Ok(std::ffi::OsStr::from_bytes(bytes).into())
}

#[cfg(not(unix))]
fn path(bytes: &[u8]) -> Result<PathBuf> {
    Ok(decode(bytes).into_owned().into())
}
