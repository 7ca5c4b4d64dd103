//! The client: one shop's configuration and platform, from which transactions are made and sent.

pub(crate) mod held;
pub(crate) mod history;
pub(crate) mod outcome;
pub(crate) mod patch;
pub(crate) mod probe;
pub(crate) mod recovery;
pub(crate) mod request;
pub(crate) mod sending;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustls::ClientConfig;

use self::held::{Guarded, Held};
use self::outcome::Outcome;
use crate::config::Config;
use crate::config::platform::Platform;
use crate::config::settings::{Settings, warnings};
use crate::error::code::Code;
use crate::error::{Error, Result};
use crate::journal::{Journal, Mode};
use crate::log::{Level, Log, Sink};
use crate::net::address::Address;
use crate::net::connection::Wire;
use crate::net::exchange::Route;
use crate::net::stop::Stop;
use crate::net::trust::{self, Trust};
use crate::os::world::{Real, World};

use self::request::{Request, Value};
use self::sending::{Exchanged, Payment};
use crate::protocol::answer::Answer;
use crate::protocol::effect::Effect;

/// Talks to the gateway for the shops of one configuration. Cheap to clone, safe to share between threads.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    config: Config,
    settings: Settings,
    platform: Platform,
    gateway: Result<Address>,
    test_gateway: Result<Address>,
    user_agent: String,
    log: Log,
    journal: Option<Journal>,
    world: Arc<dyn World>,
    /// Made on first use: reading the system's roots takes milliseconds.
    tls: Mutex<Option<Trusted>>,
    /// What last kept a transaction out of the journal; empty where nothing did.
    unrecorded: Mutex<String>,
}

/// TLS as it was made, and when: a process may live longer than a root.
struct Trusted {
    config: Arc<ClientConfig>,
    since: Instant,
}

impl Client {
    /// A client of `config` as it is now. The log says how many transactions wait for [`Client::recover`].
    pub fn new(config: Config, platform: Platform) -> Client {
        let client = Client::speaking("Rust", config, platform, None);
        client.warn_of_open();
        client
    }

    /// The language of the binding goes into the `User-Agent`; `sink` receives what is logged.
    pub(crate) fn speaking(language: &str, config: Config, platform: Platform, sink: Option<Sink>) -> Client {
        Client::within(language, config, platform, sink, Arc::new(Real))
    }

    /// For simulators: a client in a world of theirs.
    #[doc(hidden)]
    pub fn inside(config: Config, platform: Platform, world: Arc<dyn World>) -> Client {
        Client::within("Rust", config, platform, None, world)
    }

    fn within(
        language: &str,
        config: Config,
        platform: Platform,
        sink: Option<Sink>,
        world: Arc<dyn World>,
    ) -> Client {
        let log = Log::new(&config, sink);
        for warning in warnings(&config) {
            log.write(Level::Warn, "", warning);
        }
        let settings = config.settings();
        let place = settings.journal_dir.clone().filter(|_| settings.journal != Mode::Off);
        Client(Arc::new(Inner {
            journal: place.map(|dir| Journal::new(world.clone(), dir)),
            settings,
            gateway: Address::parse(config.gateway_url(Platform::Service)),
            test_gateway: Address::parse(config.gateway_url(Platform::Test)),
            config,
            platform,
            user_agent: format!("XPayClient ({}/{language})", crate::VERSION),
            log,
            world,
            tls: Mutex::new(None),
            unrecorded: Mutex::default(),
        }))
    }

    /// The configuration it was made with.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// Which gateway it talks to.
    pub fn platform(&self) -> Platform {
        self.0.platform
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
            stop: None,
        })
    }

    /// Connects to the gateway before the buyer pays, so that the payment need not wait for it. Nothing is sent.
    ///
    /// The connection is kept for `keep_alive` seconds, for whichever client of this process pays next. Where one is kept
    /// already that will last for half of that, nothing is done.
    ///
    /// # Errors
    /// Whatever would keep a payment from being sent.
    pub fn warm_up(&self) -> Result<()> {
        let url = self.gateway(self.platform())?;
        let warmed = self.route(self.settings().timeout, None)?.warm_up(url);
        warmed.map_err(|broken| broken.error)
    }

    /// 망취소: asks the gateway to undo whatever the transaction `tx_id` of the shop `mid` did.
    ///
    /// For the shop's own failure after an approval. Where the journal knows to which gateway it was sent, that one is asked
    /// and no other: if the configuration names another by now, nothing is sent and the wish stays in the journal.
    ///
    /// Without an answer it is asked again, up to three times and at most `timeout` altogether; after that the journal holds
    /// the wish for [`Client::recover`].
    pub fn rollback(&self, mid: &str, tx_id: &str, reason: &str) -> Outcome {
        let (mid, tx_id) = (mid.to_owned(), tx_id.to_owned());
        let payment = Payment { mid, tx_id, hash_type: None, effect: Effect::Unknown };
        self.undo(None, &payment, reason.into()).1
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
        let timeout = self.settings().timeout;
        let http = self.post(&self.aux_url()?, &request, timeout, None).map_err(|broken| broken.error)?;
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

    pub(crate) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    pub(crate) fn world(&self) -> &dyn World {
        &*self.0.world
    }

    /// `None` when it is off, and when there is no directory to put it in.
    pub(crate) fn journal(&self) -> Option<&Journal> {
        self.0.journal.as_ref()
    }

    /// The gateway's address on a platform.
    pub(crate) fn gateway(&self, platform: Platform) -> Result<&Address> {
        let gateway = match platform {
            Platform::Test => &self.0.test_gateway,
            Platform::Service => &self.0.gateway,
        };
        gateway.as_ref().map_err(Clone::clone)
    }

    /// How a gateway is reached, for one exchange.
    pub(crate) fn route(&self, timeout: Duration, stop: Option<&Stop>) -> Result<Route<'_>> {
        let wire = match self.0.world.lines() {
            Some(lines) => Wire::Simulated(lines),
            None => Wire::Tls(self.tls()?),
        };
        Ok(self.route_over(wire, timeout, stop))
    }

    /// The same over a wire of the caller's.
    pub(crate) fn route_over(&self, wire: Wire, timeout: Duration, stop: Option<&Stop>) -> Route<'_> {
        Route {
            timeout,
            keep_alive: self.settings().keep_alive,
            wire,
            proxies: &self.settings().proxies,
            user_agent: &self.0.user_agent,
            stop: stop.cloned(),
        }
    }

    pub(crate) fn report_bytes(&self, mid: &str, status: Value, message: Value) -> Result<Answer> {
        let mut request = Request::new(self.config(), mid.as_bytes())?;
        request.set(b"LGD_TXNAME", "Report".into())?;
        request.set(b"LGD_STATUS", status)?;
        request.set(b"LGD_MSG", message)?;
        let timeout = self.settings().timeout;
        self.exchange(&self.aux_url()?, &request, timeout).map_err(|broken| broken.error)
    }

    fn aux_url(&self) -> Result<Address> {
        match self.config().get("aux_url") {
            None | Some(b"") => Err(Error::new(Code::HTTP_URL, "aux_url is not set in lgdacom.conf")),
            Some(url) => Address::parse(url),
        }
    }

    pub(crate) fn trust(&self) -> Trust<'_> {
        let settings = self.settings();
        Trust {
            home_dir: self.config().home_dir(),
            ca_bundle_only: settings.ca_bundle_only,
            verify_cert: settings.verify_cert,
            verify_host: settings.verify_host,
        }
    }

    /// TLS under the roots as they are, looked at again after a while.
    fn tls(&self) -> Result<Arc<ClientConfig>> {
        const GOOD_FOR: Duration = Duration::from_secs(600);
        // Never waited for: a fork may leave it taken.
        let known = self.0.tls.try_lock();
        if let Some(known) = known.as_ref().ok().and_then(|known| known.as_ref()) {
            if known.since.elapsed() < GOOD_FOR {
                return Ok(known.config.clone());
            }
        }
        let (config, warning) = trust::client_config(&self.trust())?;
        if let Some(warning) = warning {
            self.log().write(Level::Warn, "", warning);
        }
        if let Ok(mut known) = known {
            *known = Some(Trusted { config: config.clone(), since: Instant::now() });
        }
        Ok(config)
    }

    /// After a handshake that failed: the next one looks whether there are other roots by now.
    pub(crate) fn doubt_trust(&self) {
        if let Ok(mut known) = self.0.tls.try_lock() {
            *known = None;
        }
    }

    /// Remembers what kept a transaction out of the journal, for [`Client::unwritten`].
    pub(crate) fn complain(&self, complaint: String) {
        if let Ok(mut unrecorded) = self.0.unrecorded.try_lock() {
            *unrecorded = complaint;
        }
    }

    /// What this client could not write, and what to do: the journal, the log. Empty where nothing is amiss.
    pub fn unwritten(&self) -> String {
        let journal = self.0.unrecorded.try_lock().map(|text| text.clone()).unwrap_or_default();
        let complaints = [journal, self.log().unwritten()];
        complaints.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
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
    stop: Option<Stop>,
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

    /// Lets `stop` end the wait for the answer.
    pub fn stop_with(&mut self, stop: &Stop) {
        self.stop = Some(stop.clone());
    }

    /// LGD_TXID, which names this transaction in every question to the gateway.
    pub fn tx_id(&self) -> &str {
        self.request.tx_id()
    }

    /// Sends it, waiting at most `timeout` for the answer, and after a failure as long again for a Rollback and for a
    /// Report.
    pub fn send(self) -> Outcome {
        self.hand_over().confirm()
    }

    /// Sends it; the caller counts as having the answer only with [`Held::confirm`]. A process that dies before leaves an
    /// approval to recovery, which rolls it back. This is [`Transaction::send`] in two steps, for where the caller may be
    /// gone before the answer reaches it.
    pub fn hand_over(self) -> Held {
        self.exchange().hand_over()
    }

    /// Sends it and, once it is approved, does the shop's own `step` (its order's line in the database). Where the step
    /// fails or panics, the payment is rolled back.
    ///
    /// A process that dies meanwhile leaves an approval of which nobody knows whether the shop took note: the journal
    /// shows it as [`crate::State::Unconfirmed`] and touches it no more.
    pub fn guard<T, E>(self, step: impl FnOnce(&Answer) -> std::result::Result<T, E>) -> Guarded<T, E> {
        self.hold().guard(step)
    }

    /// Sends it; an approval does not count as known to the shop before [`Held::confirm`]. This is [`Transaction::guard`]
    /// in two steps, for where a closure does not reach.
    pub fn hold(self) -> Held {
        self.exchange().hold()
    }

    /// Sends it and waits for the answer, and for nothing else. This is the part of [`Transaction::hand_over`] and
    /// [`Transaction::hold`] that a [`Stop`] can end, for where what follows is done on another thread.
    pub fn exchange(self) -> Exchanged {
        self.client.send(Arc::new(self.request), self.rollback_on_error, self.stop.as_ref())
    }
}
