//! `torture cuts`: every byte position of a PaymentByKey exchange over real TLS, in both directions, in every manner.

mod proxy;

use std::collections::BTreeMap;
use std::fmt;
use std::process::ExitCode;
use std::str::FromStr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use clap::Args;
use tempfile::TempDir;
use xpayclient_core::{Client, Config, Outcome, Platform};
use xpayclient_sandbox::{DEMO_TEST_MID, LedgerEntry, Options, PaykeyRequest, Sandbox};

use crate::progress::Progress;
use proxy::{Cut, Direction, MANNERS, Manner, Proxy};

#[derive(Args)]
pub(crate) struct Cuts {
    /// Try each so many-th position only
    #[arg(long, default_value_t = 1)]
    every: usize,
    /// Which of them: the first is this modulo `every`
    #[arg(long, default_value_t = 0)]
    seed: usize,
    /// One plan alone, as a violation shows it: full|resumed|kept/up|down:BYTES:reset|close|half|stall[/the second cut]
    #[arg(long)]
    only: Option<CutPlan>,
}

/// What one exchange suffers.
#[derive(Clone, Debug)]
struct CutPlan {
    connection: ConnectionKind,
    /// The cuts of its first connection, and of the Rollback's.
    cuts: Vec<Cut>,
}

/// A client meets the gateway for the first time, remembers it, or has a connection from the payment before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ConnectionKind {
    Full,
    Resumed,
    Kept,
}

impl fmt::Display for CutPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.connection)?;
        self.cuts.iter().try_for_each(|cut| write!(f, "/{cut}"))
    }
}

impl fmt::Display for ConnectionKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            ConnectionKind::Full => "full",
            ConnectionKind::Resumed => "resumed",
            ConnectionKind::Kept => "kept",
        })
    }
}

impl FromStr for CutPlan {
    type Err = String;

    fn from_str(text: &str) -> Result<CutPlan, String> {
        let mut parts = text.split('/');
        let connection = match parts.next() {
            Some("full") => ConnectionKind::Full,
            Some("resumed") => ConnectionKind::Resumed,
            Some("kept") => ConnectionKind::Kept,
            _ => return Err("full, resumed or kept, then the cuts".to_owned()),
        };
        Ok(CutPlan { connection, cuts: parts.map(str::parse).collect::<Result<_, _>>()? })
    }
}

impl Cuts {
    pub(crate) fn run(&self) -> ExitCode {
        let start = Instant::now();
        let plans = self.only.clone().map_or_else(|| plans(self), |only| vec![only]);
        let results = CutResults::of(Progress::of("cuts", plans.len()));
        let next = AtomicUsize::new(0);
        thread::scope(|scope| {
            // More than there are processors: what stalls waits for its timeout.
            for _ in 0..4 {
                scope.spawn(|| {
                    let (mut patient, mut hasty) = (Setup::new("60"), Setup::new("1"));
                    while let Some(plan) = plans.get(next.fetch_add(1, Ordering::SeqCst)) {
                        let stalls = plan.cuts.iter().any(|cut| cut.manner == Manner::Stall);
                        let setup = if stalls { &mut hasty } else { &mut patient };
                        results.note(plan, setup.exchange(plan));
                    }
                });
            }
        });
        results.report(self.seed, start)
    }
}

/// Every position in every manner; a few of those that stall and of double cuts.
fn plans(arguments: &Cuts) -> Vec<CutPlan> {
    // A few bytes more than was measured: a signature's length varies.
    const BEYOND: usize = 8;
    let mut plans = Vec::new();
    for connection in [ConnectionKind::Full, ConnectionKind::Resumed, ConnectionKind::Kept] {
        let [up, down] = Setup::new("60").measure(connection);
        println!("an exchange ({connection}) is {up} bytes up and {down} bytes down on the wire");
        for (direction, length) in [(Direction::Up, up), (Direction::Down, down)] {
            for manner in MANNERS {
                let step = match manner {
                    Manner::Stall => length / 8 * arguments.every.clamp(1, 4),
                    _ => arguments.every,
                };
                let positions = (arguments.seed % step..length + BEYOND).step_by(step);
                let cuts = positions.map(|after| vec![Cut { direction, after, manner }]);
                plans.extend(cuts.map(|cuts| CutPlan { connection, cuts }));
            }
        }
        // Most of the answer is lost, and then something of the first Rollback as well.
        let lost = Cut { direction: Direction::Down, after: down - 64, manner: Manner::Reset };
        for after in (0..down).step_by(down / 32 * arguments.every.clamp(1, 8)) {
            let again = [Direction::Up, Direction::Down]
                .map(|direction| vec![lost, Cut { direction, after, manner: Manner::Reset }]);
            plans.extend(again.map(|cuts| CutPlan { connection, cuts }));
        }
    }
    plans
}

/// A gateway with a way to it that breaks, and a client.
struct Setup {
    sandbox: Sandbox,
    proxy: Proxy,
    config: Config,
    /// One that has met the gateway.
    known: Client,
    _dir: TempDir,
}

impl Setup {
    fn new(timeout: &str) -> Setup {
        let dir = TempDir::new().unwrap();
        let options = Options { dir: dir.path().to_owned(), ..Options::default() };
        let sandbox = Sandbox::start(options).unwrap();
        let proxy = Proxy::before(sandbox.port());
        let mut config = Config::load(sandbox.home()).unwrap();
        config.set("test_url", format!("https://127.0.0.1:{}/xpay/Gateway.do", proxy.port));
        config.set("timeout", timeout);
        config.set("log_level", "0");
        // Reading the system's roots anew for each client would take longer than the exchange.
        config.set("ca_bundle_only", "1");
        config.set("keep_alive", "0");
        let known = Client::new(config.clone(), Platform::Test);
        let mut setup = Setup { sandbox, proxy, config, known, _dir: dir };
        setup.exchange(&CutPlan { connection: ConnectionKind::Resumed, cuts: Vec::new() });
        setup
    }

    /// The bytes of a whole exchange.
    fn measure(&mut self, connection: ConnectionKind) -> [usize; 2] {
        let lengths = (0..5).map(|_| {
            let verdict = self.exchange(&CutPlan { connection, cuts: Vec::new() });
            assert_eq!(verdict.outcome, "answered");
            self.proxy.carried()
        });
        lengths.reduce(|a, b| [a[0].max(b[0]), a[1].max(b[1])]).unwrap()
    }

    fn exchange(&mut self, plan: &CutPlan) -> Verdict {
        match plan.connection {
            ConnectionKind::Full => self.known = self.new_client("0"),
            ConnectionKind::Resumed => {}
            ConnectionKind::Kept => {
                // Not on what the plan before left of its connection.
                self.known = self.new_client("60");
                let mut ping = self.known.transaction(DEMO_TEST_MID).unwrap();
                ping.set("LGD_TXNAME", "Ping").unwrap();
                assert!(matches!(ping.send(), Outcome::Answered(_)));
            }
        }
        let mut cuts = plan.cuts.iter().copied();
        if plan.connection == ConnectionKind::Kept {
            self.proxy.expect_of_open(cuts.next());
        }
        let paykey = self.sandbox.mint(&PaykeyRequest::default()).unwrap();
        let mut payment = self.known.transaction(DEMO_TEST_MID).unwrap();
        payment.set("LGD_TXNAME", "PaymentByKey").unwrap();
        payment.set("LGD_PAYKEY", paykey.as_str()).unwrap();
        let tx_id = payment.tx_id().to_owned();
        self.proxy.expect(cuts);
        let outcome = payment.send();
        self.proxy.end();
        let entry = self.sandbox.transaction(&tx_id).unwrap();
        let arrived = self.sandbox.requests().iter().filter(|request| request.txid == tx_id).count();
        let kept = self.known.open_transactions().unwrap();
        let open = kept.iter().filter(|open| open.state.is_open()).count();
        if !kept.is_empty() {
            // The next exchange need not look through what is only asked for once more.
            std::fs::remove_dir_all(self.config.settings().journal_dir.as_ref().unwrap()).unwrap();
        }
        Verdict::of(&outcome, entry.as_ref(), arrived, open)
    }
}

impl Setup {
    /// A client that has not met the gateway: sessions are remembered for one state of the bundle's file.
    fn new_client(&self, keep_alive: &str) -> Client {
        let bundle = self.sandbox.home().join("conf/ca-bundle.crt");
        let file = std::fs::File::options().write(true).open(bundle).unwrap();
        file.set_modified(std::time::SystemTime::now()).unwrap();
        let mut config = self.config.clone();
        config.set("keep_alive", keep_alive);
        Client::new(config, Platform::Test)
    }
}

/// The outcome that the shop has, and what is wrong with it.
struct Verdict {
    outcome: &'static str,
    wrong: Option<&'static str>,
}

impl Verdict {
    /// Of one exchange: the outcome, what the gateway did, how often the request arrived, how many
    /// transactions the journal has open.
    fn of(outcome: &Outcome, entry: Option<&LedgerEntry>, arrived: usize, open: usize) -> Verdict {
        let stands = entry.is_some_and(|entry| entry.effect == "approved" && !entry.undone);
        let (outcome, wrong) = match outcome {
            Outcome::Answered(answer) if answer.is_success() => {
                ("answered", if stands { None } else { Some("wrong rollback") })
            }
            Outcome::Answered(_) => ("declined", Some("a decline of what the buyer agreed to")),
            Outcome::NotSent(_) => ("not_sent", entry.map(|_| if stands { "orphan" } else { "it was sent" })),
            Outcome::RolledBack(_) => ("rolled_back", stands.then_some("orphan")),
            // The gateway can be reached, so that no doubt is left.
            Outcome::InDoubt(_) => ("in_doubt", Some("a doubt that could be settled")),
        };
        let sent_twice = (arrived > 1).then_some("sent twice");
        let open = (open > 0).then_some("left open in the journal");
        Verdict { outcome, wrong: wrong.or(sent_twice).or(open) }
    }
}

/// How many ended how, by direction and manner; and what was wrong.
struct CutResults {
    progress: Progress,
    rows: Mutex<BTreeMap<String, BTreeMap<&'static str, usize>>>,
    wrong: Mutex<Vec<String>>,
}

const COLUMNS: [&str; 4] = ["answered", "not_sent", "rolled_back", "in_doubt"];

impl CutResults {
    fn of(progress: Progress) -> CutResults {
        CutResults { progress, rows: Mutex::default(), wrong: Mutex::default() }
    }

    fn note(&self, plan: &CutPlan, verdict: Verdict) {
        let row = match plan.cuts.as_slice() {
            [cut] => format!("{:<8} {:<5} {:<6}", plan.connection, cut.direction, cut.manner),
            _ => format!("{:<8} the answer and its Rollback", plan.connection),
        };
        *self.rows.lock().unwrap().entry(row).or_default().entry(verdict.outcome).or_default() += 1;
        if let Some(wrong) = verdict.wrong {
            let line = format!("{wrong}: {} --only {plan}", verdict.outcome);
            self.progress.say(&line);
            self.wrong.lock().unwrap().push(line);
        }
        self.progress.step();
    }

    fn report(self, seed: usize, start: Instant) -> ExitCode {
        drop(self.progress);
        let (rows, wrong) = (self.rows.into_inner().unwrap(), self.wrong.into_inner().unwrap());
        println!("{:<38}{:>10}{}", "cut", "tried", COLUMNS.map(|name| format!("{name:>13}")).concat());
        let mut tried = 0;
        for (name, row) in &rows {
            let sum: usize = row.values().sum();
            tried += sum;
            let cells = COLUMNS.map(|column| format!("{:>13}", row.get(column).copied().unwrap_or_default()));
            println!("{name:<38}{sum:>10}{}", cells.concat());
        }
        let count = |what: &str| wrong.iter().filter(|line| line.starts_with(what)).count();
        println!(
            "{tried} cuts: {} orphans, {} wrong rollbacks, {} sent twice, {} violations in all (seed {seed}, {:.1?})",
            count("orphan"),
            count("wrong rollback"),
            count("sent twice"),
            wrong.len(),
            start.elapsed()
        );
        if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}
