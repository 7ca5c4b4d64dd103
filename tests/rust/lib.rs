//! Shared by the Rust tests: a sandbox for each test, and clients of that sandbox.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod line;

use std::fs;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use tempfile::TempDir;
use xpayclient_core::binding::{OUTCOMES, Session};
use xpayclient_core::{Client, Config, Outcome, Platform, State, Transaction};
use xpayclient_sandbox::{CertificateKind, DEMO_TEST_MID, Options, PaykeyRequest, RecordedRequest, Sandbox};

pub use line::Line;

/// Compiles the Rust samples of the documentation.
#[cfg(doctest)]
#[doc = include_str!("../../docs/en/guard.md")]
mod guard {}
#[cfg(doctest)]
#[doc = include_str!("../../docs/en/rust.md")]
mod page {}

/// The public demo shop's test id.
pub const MID: &str = DEMO_TEST_MID;

/// A shop with a gateway of its own. Dropping it stops both.
pub struct Shop {
    /// The gateway.
    pub sandbox: Sandbox,
    _dir: TempDir,
}

impl Shop {
    /// Opens a shop at a fresh gateway.
    pub fn open() -> Shop {
        Shop::facing(CertificateKind::Good)
    }

    /// Opens a shop at a gateway that shows this certificate.
    pub fn facing(certificate: CertificateKind) -> Shop {
        Shop::with(Options { certificate, ..Options::default() })
    }

    /// Opens a shop at a gateway with this profile, as `xpay sandbox --profile` reads it.
    pub fn at(profile: &str) -> Shop {
        Shop::with(Options { profile: profile.parse().unwrap(), ..Options::default() })
    }

    fn with(options: Options) -> Shop {
        let dir = TempDir::new().unwrap();
        let options = Options { dir: dir.path().to_owned(), ..options };
        Shop { sandbox: Sandbox::start(options).unwrap(), _dir: dir }
    }

    /// The configuration that the sandbox wrote.
    pub fn config(&self) -> Config {
        Config::load(self.sandbox.home()).unwrap()
    }

    /// A client with that configuration and the test's `settings`.
    pub fn client(&self, settings: &[(&str, &str)]) -> Client {
        let mut config = self.config();
        for (name, value) in settings {
            config.set(*name, *value);
        }
        Client::new(config, Platform::Test)
    }

    /// A session with that configuration and the test's `settings`, and the lines that it logs.
    pub fn session(&self, settings: &[(&str, &str)]) -> (Session, Lines) {
        let lines = Lines::default();
        let mut session = Session::new("test");
        assert!(session.init(self.sandbox.home().as_os_str().as_encoded_bytes(), b"test"));
        session.set_logger(Some(lines.sink()));
        for (name, value) in settings {
            assert!(session.set_config(name.as_bytes(), value.as_bytes()));
        }
        (session, lines)
    }

    /// A PAYKEY for 23,400 won.
    pub fn paykey(&self) -> String {
        self.sandbox.mint(&PaykeyRequest { amount: 23_400, ..PaykeyRequest::default() }).unwrap()
    }

    /// A payment of 23,400 won, authorized by a buyer and ready to be sent.
    pub fn payment(&self, client: &Client) -> Transaction {
        let mut payment = client.transaction(MID).unwrap();
        payment.set("LGD_TXNAME", "PaymentByKey").unwrap();
        payment.set("LGD_PAYKEY", self.paykey()).unwrap();
        payment
    }

    /// The sum of all payments at the gateway, in won.
    pub fn balance(&self) -> i64 {
        self.sandbox.payments().unwrap().iter().map(|payment| payment.balance).sum()
    }

    /// The only request of a kind that the gateway received. More than one would be a payment sent twice.
    pub fn only_request(&self, txname: &str) -> RecordedRequest {
        let mut requests = self.requests(txname);
        assert_eq!(requests.len(), 1, "{txname}: {requests:?}");
        requests.remove(0)
    }

    /// The requests of a kind that the gateway received.
    pub fn requests(&self, txname: &str) -> Vec<RecordedRequest> {
        self.sandbox.requests().into_iter().filter(|request| request.txname == txname).collect()
    }

    /// The directory of the journal.
    pub fn journal_dir(&self) -> PathBuf {
        self.sandbox.home().parent().unwrap().join("log/journal")
    }

    /// The paths of the journal's files, sorted.
    pub fn journal_files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.journal_dir()).unwrap();
        let mut files: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        files
    }

    /// Sends a payment whose answer is lost and that is not rolled back: approved at the gateway, in doubt in the journal.
    /// Returns its TXID.
    pub fn leave_in_doubt(&self, client: &Client) -> String {
        let mut payment = self.payment(client);
        payment.rollback_on_error(false);
        let tx_id = payment.tx_id().to_owned();
        self.sandbox.inject("close".parse().unwrap());
        let outcome = payment.send();
        assert_eq!(name(&outcome), "in_doubt", "{outcome:?}");
        tx_id
    }

    /// Makes the gateway ignore the next three requests, which is how often a Rollback is sent.
    pub fn lose_next_rollback(&self) {
        for _ in 0..3 {
            self.sandbox.inject("before:close".parse().unwrap());
        }
    }
}

/// The states in the journal, without the Rollbacks that are confirmed and only repeated once more.
pub fn journal_states(client: &Client) -> Vec<State> {
    let states = client.open_transactions().unwrap().into_iter().map(|open| open.state);
    states.filter(|state| *state != State::RolledBack).collect()
}

/// Begins a transaction with the vendor's calls.
pub fn begin(session: &mut Session, parameters: &[(&str, &str)]) {
    assert!(session.init_tx(MID.as_bytes()), "{}", session.response_code());
    for (name, value) in parameters {
        assert!(session.set(name.as_bytes(), *value));
    }
}

/// The lines that a session logged.
#[derive(Clone, Default)]
pub struct Lines(Arc<Mutex<Vec<String>>>);

impl Lines {
    fn sink(&self) -> xpayclient_core::binding::Sink {
        let lines = self.0.clone();
        Arc::new(move |_, line| lines.lock().unwrap().push(line.to_owned()))
    }

    /// The lines that contain all of `parts`.
    pub fn with(&self, parts: &[&str]) -> Vec<String> {
        let lines = self.0.lock().unwrap();
        lines.iter().filter(|line| parts.iter().all(|part| line.contains(part))).cloned().collect()
    }
}

/// The name of an outcome, to compare and to print.
pub fn name(outcome: &Outcome) -> &'static str {
    OUTCOMES[usize::from(outcome.number())]
}
