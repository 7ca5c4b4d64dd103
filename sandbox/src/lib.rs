//! A gateway on 127.0.0.1 that stands in for the real one: HTTPS, the transactions of XPay, and failures on request.
//!
//! ```no_run
//! use xpayclient_sandbox::{Options, PaykeyRequest, Sandbox};
//!
//! # fn main() -> Result<(), xpayclient_sandbox::Error> {
//! let sandbox = Sandbox::start(Options { dir: "sandbox".into(), ..Options::default() })?;
//! let paykey = sandbox.mint(&PaykeyRequest { amount: 23_400, ..PaykeyRequest::default() })?;
//! println!("{} takes {paykey}; configuration in {}", sandbox.url(), sandbox.home().display());
//! # Ok(())
//! # }
//! ```
//!
//! It shares no code with the client: what it checks, it computes on its own.

#![forbid(unsafe_code)]

mod admin_api;
mod app_payments;
mod browser;
mod cancels;
mod certificate;
mod clock;
mod codes;
mod deliveries;
mod deposits;
mod error;
mod fault;
mod files;
mod form;
mod gateway;
mod home;
mod ledger;
mod mask;
mod notices;
mod offline;
mod paykeys;
mod payment_method;
mod profile;
mod random;
mod reply;
mod request_log;
mod row;
mod search;
mod sent;
mod server;
mod session;
mod shops;
pub mod signature;
mod sync;
mod tables;
mod text;
mod transactions;
mod txid;
mod url;
mod wakeup;
mod wire;

pub use browser::Checkout;
pub use certificate::CertificateKind;
pub use codes::{ALL as CODES, Code};
pub use error::Error;
pub use fault::script::{self, Script};
pub use fault::{Action, Fault, PARAMETER as FAULT_PARAMETER};
pub use files::replace as replace_file;
pub use ledger::delivery::RegisteredDelivery;
pub use ledger::journal::LedgerEntry;
pub use ledger::notice::{Attempt, Delivery, Notice};
pub use ledger::payment::{Payment, PaymentState};
pub use notices::history::NoticeLog;
pub use offline::Offline;
pub use paykeys::PaykeyRequest;
pub use profile::{CancelRollback, Late, Profile, Reply, SecondPayment, Tls};
pub use request_log::RecordedRequest;
pub use session::replay::{Difference, Replay, replay};
pub use shops::{DEMO_KEY, DEMO_MID, DEMO_TEST_MID};
pub use transactions::{COMMON as REQUIRED_OF_ALL, KINDS, Kind};

use clock::Clock;
use gateway::Gateway;
use ledger::Ledger;
use notices::history;
use notices::sender::{Schedule, Sender};
use random::Random;
use server::Server;
use session::Head;
use session::recorder::Recorder;
use shops::Shops;
use std::net::{IpAddr, Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How to start a sandbox. Everything but the directory has a default. Not `Debug`, because it holds MertKeys.
#[derive(Clone)]
pub struct Options {
    /// The directory for `home/` and `log/`.
    pub dir: PathBuf,
    /// The address to listen on; 127.0.0.1 by default. With any other, everybody who can connect may read and change
    /// everything.
    pub bind: Option<IpAddr>,
    /// The host name or address in URLs and the certificate; `bind` by default.
    pub host: Option<String>,
    /// The port; 0, the default, takes any free one.
    pub port: u16,
    /// The port for browsers, without TLS; 0, the default, takes any free one.
    pub web_port: u16,
    /// A file for the ledger; by default it is in memory.
    pub db: Option<PathBuf>,
    /// Which certificate to show; a good one by default.
    pub certificate: CertificateKind,
    /// Shops beside the public demo shop: id and MertKey.
    pub shops: Vec<(String, String)>,
    /// Which requests fail, and how; none by default.
    pub faults: Script,
    /// A fixed time for the clock, `yyyyMMddHHmmss` in Korea; by default the clock runs.
    pub clock: Option<String>,
    /// The seed of random names, to make runs repeatable; by default they cannot be guessed.
    pub seed: Option<u64>,
    /// How the demo shop at `/demo` pays; without it the shop cannot pay.
    pub checkout: Option<Arc<dyn Checkout>>,
    /// What it does where nobody has published what the real gateway does.
    pub profile: Profile,
    /// How many times faster than real time notices are retried: 1 by default; with 60 a minute takes a second.
    pub time_scale: u32,
    /// The address for all notices instead of the shop's own.
    pub forward: Option<String>,
    /// Whether it refuses what the real gateway may take or not; by default it warns of it.
    pub strict: bool,
    /// A file for the session, without secrets, to be replayed with [`replay`].
    pub record: Option<PathBuf>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            dir: PathBuf::new(),
            bind: None,
            host: None,
            port: 0,
            web_port: 0,
            db: None,
            certificate: CertificateKind::default(),
            shops: Vec::new(),
            faults: Script::default(),
            profile: Profile::default(),
            time_scale: 1,
            forward: None,
            strict: false,
            record: None,
            clock: None,
            seed: None,
            checkout: None,
        }
    }
}

/// A running gateway. Dropping it stops it and waits until it has stopped.
pub struct Sandbox {
    _server: Server,
    _sender: Sender,
    gateway: Arc<Gateway>,
    home: PathBuf,
    host: String,
    port: u16,
    web_port: u16,
}

impl Sandbox {
    /// Starts a gateway. It is listening when this returns.
    pub fn start(options: Options) -> Result<Self, Error> {
        let unable = |what: &str, error: String| {
            Error::new(
                format!("샌드박스를 시작할 수 없습니다({what}: {error})"),
                format!("cannot start the sandbox ({what}: {error})"),
            )
        };
        if let Some(url) = options.forward.as_deref().filter(|url| !url::is_http(url)) {
            return Err(Error::new(
                format!("통보를 보낼 주소가 틀립니다[{url}]. http://나 https://로 시작하는 주소를 쓰십시오"),
                format!(
                    "[{url}] is not a valid URL for notifications: it must begin with http:// or https://"
                ),
            ));
        }
        let now = options.clock.as_deref().map(fixed_time).transpose()?;
        let bind = options.bind.unwrap_or(Ipv4Addr::LOCALHOST.into());
        let host = options.host.unwrap_or_else(|| host_of(bind));
        let identity = certificate::make(options.certificate, options.profile.tls, &host)
            .map_err(|error| unable("certificate", error.to_string()))?;
        let ledger = Ledger::open(options.db.as_deref())?;
        let listener = server::listen(bind, options.port)?;
        let web = server::listen(bind, options.web_port)?;
        let port_of = |listener: &TcpListener| {
            listener.local_addr().map(|at| at.port()).map_err(|error| unable("port", error.to_string()))
        };
        let (port, web_port) = (port_of(&listener)?, port_of(&web)?);
        let shops = Shops::with(&options.shops);
        let home = home::write(&options.dir, &gateway_url(&host, port), &identity.bundle, &shops)?;
        let mut gateway = Gateway::new(
            ledger,
            shops,
            home.clone(),
            Clock::new(now),
            Random::new(options.seed),
            options.profile,
        );
        gateway.strict = options.strict;
        if let Some(file) = &options.record {
            let mids = gateway.shops.iter().map(|shop| shop.mid.clone()).collect();
            let recorder = Recorder::to_file(file, &Head::new(options.strict, mids, &gateway.profile))?;
            gateway.recorder = Some(Arc::new(recorder));
        }
        let gateway = Arc::new(gateway);
        *gateway.script() = options.faults;
        let names =
            bind.is_loopback().then(|| ["127.0.0.1", "localhost", "[::1]", &host].map(str::to_owned).into());
        let pages = browser::routes(Arc::clone(&gateway), web_url(&host, web_port), options.checkout);
        let server = Server::start(listener, web, &identity, Arc::clone(&gateway), pages, names)
            .map_err(|error| unable("server", error.to_string()))?;
        let schedule = Schedule { time_scale: options.time_scale, forward: options.forward };
        let sender = Sender::start(Arc::clone(&gateway), schedule)
            .map_err(|error| unable("notifications", error.to_string()))?;
        Ok(Self { _server: server, _sender: sender, gateway, home, host, port, web_port })
    }

    /// The address clients post to.
    pub fn url(&self) -> String {
        gateway_url(&self.host, self.port)
    }

    /// The address for browsers, and so of the payment window's script.
    pub fn web_url(&self) -> String {
        web_url(&self.host, self.web_port)
    }

    /// The address of the admin API.
    pub fn admin_url(&self) -> String {
        format!("https://{}:{}/sandbox", self.host, self.port)
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The home_dir to give a client.
    pub fn home(&self) -> &Path {
        &self.home
    }

    /// The CA certificate a client must trust.
    pub fn ca(&self) -> PathBuf {
        self.home.join("conf").join("ca-bundle.crt")
    }

    /// Makes a PAYKEY, as the payment window does after the buyer's consent.
    pub fn mint(&self, request: &PaykeyRequest) -> Result<String, Error> {
        paykeys::mint_by_hand(&self.gateway, request.clone()).map_err(Into::into)
    }

    /// Makes a deposit into the virtual account `tid`.
    pub fn deposit(&self, tid: &str) -> Result<Payment, Error> {
        deposits::deposit(&self.gateway, tid).map_err(Into::into)
    }

    /// Reverses the deposit into the virtual account `tid`.
    pub fn reverse_deposit(&self, tid: &str) -> Result<Payment, Error> {
        deposits::reverse(&self.gateway, tid).map_err(Into::into)
    }

    /// All notices with every attempt to deliver them, oldest first.
    pub fn notices(&self) -> Result<Vec<NoticeLog>, Error> {
        history::all(&self.gateway).map_err(Into::into)
    }

    /// Sends a notice now and, if needed, for another two hours, unless its payment was taken back.
    pub fn resend(&self, id: i64) -> Result<NoticeLog, Error> {
        history::resend(&self.gateway, id).map_err(Into::into)
    }

    /// All payments, oldest first.
    pub fn payments(&self) -> Result<Vec<Payment>, Error> {
        ledger::payment::all(self.gateway.ledger().read()).map_err(Into::into)
    }

    /// The escrow deliveries of the payment `tid`, oldest first.
    pub fn deliveries(&self, tid: &str) -> Result<Vec<RegisteredDelivery>, Error> {
        ledger::delivery::of_payment(self.gateway.ledger().read(), tid).map_err(Into::into)
    }

    /// The transaction with this LGD_TXID, if it arrived and its shop was authenticated.
    pub fn transaction(&self, txid: &str) -> Result<Option<LedgerEntry>, Error> {
        ledger::journal::find(self.gateway.ledger().read(), txid).map_err(Into::into)
    }

    /// The latest requests, oldest first.
    pub fn requests(&self) -> Vec<RecordedRequest> {
        self.gateway.requests().all()
    }

    /// Makes the next request fail. Each further call is for one more request.
    pub fn inject(&self, fault: Fault) {
        self.gateway.faults().push_back(fault);
    }

    /// Replaces the script by which requests fail.
    pub fn follow(&self, script: Script) {
        *self.gateway.script() = script;
    }

    /// Stops the gateway, like dropping it.
    pub fn stop(self) {}
}

fn fixed_time(stamp: &str) -> Result<i64, Error> {
    clock::parse(stamp).ok_or_else(|| {
        Error::new(
            format!("시계 [{stamp}]는 yyyyMMddHHmmss 형식의 날짜가 아닙니다"),
            format!("clock [{stamp}] is not a date in the format yyyyMMddHHmmss"),
        )
    })
}

/// The address in a URL; 127.0.0.1 if it listens on all addresses.
fn host_of(bind: IpAddr) -> String {
    match bind {
        any if any.is_unspecified() => Ipv4Addr::LOCALHOST.to_string(),
        IpAddr::V6(address) => format!("[{address}]"),
        IpAddr::V4(address) => address.to_string(),
    }
}

fn web_url(host: &str, port: u16) -> String {
    format!("http://{host}:{port}")
}

fn gateway_url(host: &str, port: u16) -> String {
    format!("https://{host}:{port}/xpay/Gateway.do")
}
