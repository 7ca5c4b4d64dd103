//! The client: one configuration and platform, for which it makes and sends transactions.

pub(crate) mod caller;
pub(crate) mod database;
pub(crate) mod delivery;
pub(crate) mod exchange;
pub(crate) mod held;
pub(crate) mod history;
pub(crate) mod interview;
pub(crate) mod journalling;
pub(crate) mod listing;
pub(crate) mod open;
pub(crate) mod outcome;
pub(crate) mod patch;
pub(crate) mod payment;
pub(crate) mod probe;
pub(crate) mod recovery;
pub(crate) mod rehearsal;
pub(crate) mod report;
pub(crate) mod request;
pub(crate) mod rollback;
pub(crate) mod route;
pub(crate) mod sent;
pub(crate) mod standing;
mod told;
pub(crate) mod transaction;

use std::fmt;
use std::sync::{Arc, Mutex};

use crate::client::caller::Caller;
use crate::config::{Config, JournalMode, Platform, Settings, warnings};
use crate::error::Result;
use crate::journal::Journal;
use crate::journal::database::RowStore;
use crate::journal::files::FileStore;
use crate::log::{Level, Log, Sink};
use crate::net::address::Address;
use crate::net::tls::Checked;
use crate::os::database::Database;
use crate::os::world::{Real, World};

/// Talks to the gateway for the shops of one configuration. Cheap to clone, safe to share between threads.
///
/// Make one and keep it: its connections are kept for the next payment, and roots are read once. Its calls block.
#[derive(Clone)]
pub struct Client(Arc<Inner>);

struct Inner {
    config: Config,
    platform: Platform,
    gateway: Result<Address>,
    test_gateway: Result<Address>,
    user_agent: String,
    /// Whether Content-Type names the encoding.
    names_charset: bool,
    log: Log,
    /// `None` if it is off.
    journal: Option<Journal>,
    world: Arc<dyn World>,
    /// Made on first use: reading the system's root certificates takes milliseconds.
    tls: Mutex<Option<Checked>>,
    /// The last error that kept a transaction out of the journal. Empty if there is none.
    journal_problem: Mutex<String>,
}

impl Client {
    /// A client with a copy of `config`. It logs how many transactions wait for [`Client::recover`].
    pub fn new(config: Config, platform: Platform) -> Client {
        let client = Client::for_binding(&Caller::of_bytes("Rust"), config, platform, None, None);
        client.warn_of_open();
        client
    }

    /// A client for a binding. `sink` receives every log line, and `database` keeps the journal.
    pub(crate) fn for_binding(
        caller: &Caller,
        config: Config,
        platform: Platform,
        sink: Option<Sink>,
        database: Option<Arc<dyn Database>>,
    ) -> Client {
        Client::build(caller, config, platform, sink, Arc::new(Real { database }))
    }

    /// For simulators: a client in a simulated world.
    #[cfg(feature = "simulation")]
    pub fn in_world(config: Config, platform: Platform, world: Arc<dyn World>) -> Client {
        Client::build(&Caller::of_bytes("Rust"), config, platform, None, world)
    }

    fn build(
        caller: &Caller,
        config: Config,
        platform: Platform,
        sink: Option<Sink>,
        world: Arc<dyn World>,
    ) -> Client {
        let settings = config.settings();
        let log = Log::new(settings, sink);
        for warning in warnings(&config) {
            log.write(Level::Warn, "", warning);
        }
        let strict = settings.journal == JournalMode::Strict;
        let rows = |database| RowStore::new(world.clone(), database, settings.timeout, strict);
        let journal = Journal {
            unreached: !settings.journal_dsn.is_empty() && world.database().is_none(),
            database: world.database().map(rows),
            directory: settings.journal_dir.clone().map(|dir| FileStore::new(world.clone(), dir)),
        };
        Client(Arc::new(Inner {
            journal: Some(journal).filter(|_| settings.journal != JournalMode::Off),
            gateway: Address::parse(config.gateway_url(Platform::Service).as_bytes()),
            test_gateway: Address::parse(config.gateway_url(Platform::Test).as_bytes()),
            config,
            platform,
            user_agent: format!("XPayClient ({}/{})", crate::VERSION, caller.language),
            names_charset: caller.is_unicode,
            log,
            world,
            tls: Mutex::new(None),
            journal_problem: Mutex::default(),
        }))
    }

    /// The configuration that the client was made with.
    pub fn config(&self) -> &Config {
        &self.0.config
    }

    /// The platform whose gateway it talks to.
    pub fn platform(&self) -> Platform {
        self.0.platform
    }

    pub(crate) fn log(&self) -> &Log {
        &self.0.log
    }

    pub(crate) fn settings(&self) -> &Settings {
        self.0.config.settings()
    }

    pub(crate) fn world(&self) -> &dyn World {
        &*self.0.world
    }

    /// `None` if the journal is off.
    pub(crate) fn journal(&self) -> Option<&Journal> {
        self.0.journal.as_ref()
    }

    /// The gateway's address for a platform.
    pub(crate) fn gateway(&self, platform: Platform) -> Result<&Address> {
        let gateway = match platform {
            Platform::Test => &self.0.test_gateway,
            Platform::Service => &self.0.gateway,
        };
        gateway.as_ref().map_err(Clone::clone)
    }

    /// Remembers an error that kept a transaction out of the journal, for [`Client::unwritten`]. An empty text clears
    /// it.
    pub(crate) fn set_journal_problem(&self, text: String) {
        if let Ok(mut problem) = self.0.journal_problem.try_lock() {
            *problem = text;
        }
    }

    /// Problems in writing the journal and the log, with their remedies. Empty if there are none.
    pub fn unwritten(&self) -> String {
        let journal = self.0.journal_problem.try_lock().map(|text| text.clone()).unwrap_or_default();
        let problems = [journal, self.log().unwritten()];
        problems.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
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
