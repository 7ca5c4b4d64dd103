//! A process that pays, for the other trials.

use std::fs::OpenOptions;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Mutex, OnceLock};
use std::thread;

use clap::{Args, ValueEnum};
use xpayclient_core::binding::Session;
use xpayclient_core::{Answer, Client, Config, Guarded, Outcome, Platform, Stop, Transaction};
use xpayclient_sandbox::{DEMO_TEST_MID, FAULT_PARAMETER};

use super::shim;

/// Pays for every line `OID PAYKEY` of its standard input.
#[derive(Args)]
pub(crate) struct Payer {
    /// The configuration.
    #[arg(long)]
    home: PathBuf,
    /// Holds `journal`, `log` and `orders`.
    #[arg(long)]
    dir: PathBuf,
    /// The setting `journal`.
    #[arg(long)]
    journal: String,
    /// What it does.
    #[arg(long)]
    way: Way,
    /// Where the gateway is.
    #[arg(long)]
    url: String,
    /// The setting `timeout`.
    #[arg(long)]
    timeout: u32,
    /// Connects before it pays.
    #[arg(long)]
    warm: bool,
    /// How many clients pay at once, each in a thread of its own.
    #[arg(long, default_value_t = 1)]
    clients: usize,
}

/// How a payer pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Way {
    /// `Transaction::send`; the order is written afterwards.
    Plain,
    /// `Transaction::guard`; the order is written in its step.
    Guarded,
    /// Plain and guarded by turns.
    Mixed,
    /// `Transaction::guard`, whose step fails.
    Failing,
    /// `Transaction::send`, and the gateway's answer is lost.
    Lost,
    /// `Transaction::send`, whose wait SIGUSR1 ends.
    Stopped,
    /// `Session::tx_held`, and then the vendor's Rollback.
    Regretted,
    /// Pays, and cancels that.
    Cancel,
    /// Pays, and cancels some of that.
    PartialCancel,
    /// Issues a cash receipt.
    CashReceipt,
    /// It does not pay but recovers.
    Recover,
    /// It only looks at what is open.
    Look,
}

impl Way {
    /// The way of the payment with this number.
    pub(super) fn of(self, number: usize) -> Way {
        match self {
            Way::Mixed if number % 2 == 0 => Way::Plain,
            Way::Mixed => Way::Guarded,
            way => way,
        }
    }
}

/// The configuration of everybody who works in `dir`.
pub(super) fn config(home: &Path, dir: &Path, journal: &str, timeout: u32) -> Result<Config, String> {
    let mut config = Config::load(home).map_err(|error| error.to_string())?;
    for (name, subdir) in [("journal_dir", "journal"), ("log_dir", "log")] {
        config.set(name, dir.join(subdir).as_os_str().as_encoded_bytes());
    }
    let timeout = timeout.to_string();
    for (name, value) in
        [("journal", journal), ("log_level", "2"), ("ca_bundle_only", "1"), ("timeout", &timeout)]
    {
        config.set(name, value);
    }
    Ok(config)
}

impl Payer {
    pub(crate) fn run(self) -> ExitCode {
        // SAFETY: a payer that hangs is ended by the kernel; no handler is involved.
        unsafe { libc::alarm(120) };
        // SAFETY: the handler does nothing but store into an atomic.
        unsafe { libc::signal(libc::SIGUSR1, interrupted as *const () as libc::sighandler_t) };
        let done = match self.way {
            Way::Recover => self.recover(),
            Way::Look => self.look(),
            _ => self.pay_all(),
        };
        match done {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("payer: {error}");
                ExitCode::FAILURE
            }
        }
    }

    fn client(&self) -> Result<Client, String> {
        let mut config = config(&self.home, &self.dir, &self.journal, self.timeout)?;
        config.set("test_url", self.url.as_str());
        Ok(Client::new(config, Platform::Test))
    }

    fn recover(&self) -> Result<(), String> {
        let client = self.client()?;
        shim::arm();
        let recovery = client.recover();
        let steps = shim::disarm();
        let recovery = recovery.map_err(|error| error.to_string())?;
        say(&format!("steps {steps}"));
        say(&format!("recovered {} {}", recovery.rolled_back.len(), recovery.elsewhere));
        Ok(())
    }

    fn look(&self) -> Result<(), String> {
        let client = self.client()?;
        shim::arm();
        let open = client.open_transactions();
        shim::disarm();
        open.map(drop).map_err(|error| error.to_string())
    }

    fn pay_all(&self) -> Result<(), String> {
        let lines: Result<Vec<String>, io::Error> = io::stdin().lock().lines().collect();
        let lines = Mutex::new(lines.map_err(|error| error.to_string())?.into_iter().enumerate());
        let next = || lines.lock().ok().and_then(|mut lines| lines.next());
        let work = || {
            let client = self.client()?;
            if self.warm {
                client.warm_up().map_err(|error| error.to_string())?;
            }
            while let Some((number, line)) = next() {
                let (oid, paykey) = line.split_once(' ').ok_or("a line is `OID PAYKEY`")?;
                self.pay(&client, number, oid, paykey)?;
            }
            Ok(())
        };
        thread::scope(|scope| {
            let clients: Vec<_> = (0..self.clients).map(|_| scope.spawn(work)).collect();
            clients.into_iter().try_for_each(|client| client.join().unwrap_or(Err("a panic".into())))
        })
    }

    fn pay(&self, client: &Client, number: usize, oid: &str, paykey: &str) -> Result<(), String> {
        let way = self.way.of(number);
        if way == Way::Regretted {
            return self.regret(client, oid, paykey);
        }
        let payment = payment(client, paykey, way).map_err(|error| error.to_string())?;
        say(&format!("trying {oid} {}", payment.tx_id()));
        shim::arm();
        let reported = match way {
            Way::Guarded => guarded(payment.guard(|_| self.order(oid))),
            Way::Failing => guarded(payment.guard(|_: &Answer| Err::<(), _>("the shop cannot"))),
            _ => name(&payment.send()),
        };
        let steps = shim::disarm();
        if matches!(way, Way::Plain | Way::Stopped) && reported == "approved" {
            self.order(oid).map_err(|error| error.to_string())?;
        }
        say(&format!("steps {steps}"));
        say(&format!("outcome {oid} {reported}"));
        Ok(())
    }

    /// Pays in the vendor's manner and takes it back.
    fn regret(&self, client: &Client, oid: &str, paykey: &str) -> Result<(), String> {
        let mut session = Session::new("torture");
        session.init(self.home.as_os_str().as_encoded_bytes(), b"test");
        for (name, value) in client.config().iter() {
            session.set_config(name, value);
        }
        session.init_tx(DEMO_TEST_MID.as_bytes());
        session.set(b"LGD_TXNAME", "PaymentByKey");
        session.set(b"LGD_PAYKEY", paykey);
        say(&format!("trying {oid} {}", session.tx_id()));
        shim::arm();
        let paid = session.tx_held(true);
        let undone = session.rollback(b"no stock");
        let steps = shim::disarm();
        say(&format!("steps {steps}"));
        say(&format!("outcome {oid} {}", if paid && undone { "rolled-back" } else { "in-doubt" }));
        Ok(())
    }

    /// The shop's own book: one line, durably.
    fn order(&self, oid: &str) -> io::Result<()> {
        let mut orders = OpenOptions::new().create(true).append(true).open(self.dir.join("orders"))?;
        orders.write_all(format!("approved {oid}\n").as_bytes())?;
        orders.sync_all()
    }
}

/// What a payer of this way sends, a payment for all but those that give money back or issue something.
fn payment(client: &Client, paykey: &str, way: Way) -> xpayclient_core::Result<Transaction> {
    let mut payment = client.transaction(DEMO_TEST_MID)?;
    if matches!(way, Way::Cancel | Way::PartialCancel) {
        let Outcome::Answered(paid) = self::payment(client, paykey, Way::Plain)?.send() else {
            return Ok(payment);
        };
        let tid = paid.get("LGD_TID").unwrap_or_default();
        payment.set("LGD_TXNAME", if way == Way::Cancel { "Cancel" } else { "PartialCancel" })?;
        payment.set("LGD_TID", tid)?;
        payment.set("LGD_CANCELAMOUNT", "400")?;
        return Ok(payment);
    }
    if way == Way::CashReceipt {
        for (name, value) in RECEIPT {
            payment.set(name, value)?;
        }
        return Ok(payment);
    }
    payment.set("LGD_TXNAME", "PaymentByKey")?;
    payment.set("LGD_PAYKEY", paykey)?;
    if way == Way::Lost {
        payment.set(FAULT_PARAMETER, "close")?;
    }
    if way == Way::Stopped {
        payment.stop_with(STOP.get_or_init(Stop::new));
    }
    Ok(payment)
}

const RECEIPT: [(&str, &str); 8] = [
    ("LGD_TXNAME", "CashReceipt"),
    ("LGD_METHOD", "AUTH"),
    ("LGD_PAYTYPE", "SC0100"),
    ("LGD_OID", "receipt"),
    ("LGD_AMOUNT", "1000"),
    ("LGD_CASHCARDNUM", "0100001234"),
    ("LGD_CASHRECEIPTUSE", "1"),
    ("LGD_CUSTOM_BUSINESSNUM", "1234567890"),
];

static STOP: OnceLock<Stop> = OnceLock::new();

extern "C" fn interrupted(_: libc::c_int) {
    STOP.get().inspect(|stop| stop.stop());
}

fn guarded<T, E>(guarded: Guarded<T, E>) -> &'static str {
    match &guarded {
        Guarded::Done(..) => "approved",
        Guarded::Declined(_) => "declined",
        Guarded::Undone(outcome, _) | Guarded::Unanswered(outcome) => name(outcome),
    }
}

fn name(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Answered(answer) if answer.is_success() => "approved",
        Outcome::Answered(_) => "declined",
        Outcome::NotSent(_) => "not-sent",
        Outcome::RolledBack(_) => "rolled-back",
        Outcome::InDoubt(_) => "in-doubt",
    }
}

/// A line for the harness, in one write. Nobody may be listening any more.
fn say(line: &str) {
    let _ = io::stdout().write_all(format!("{line}\n").as_bytes());
}
