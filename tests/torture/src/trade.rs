//! `torture trade`: many clients that pay, cancel in part and refund at once, and a ledger that must agree to the won.

use std::collections::HashMap;
use std::fs;
use std::process::ExitCode;
use std::thread;
use std::time::{Duration, Instant};

use clap::Args;
use tempfile::TempDir;
use xpayclient_core::{Client, Config, Outcome, Platform};
use xpayclient_sandbox::{DEMO_TEST_MID, Options, PaykeyRequest, Sandbox};

use crate::progress::Progress;
use crate::random::Random;

/// Many clients trade for some time; the ledger must agree with the outcomes of each.
#[derive(Args)]
pub(crate) struct Trade {
    /// How many clients, each in a thread of its own
    #[arg(long, default_value_t = 64)]
    clients: usize,
    /// For how long
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// Chooses what they do
    #[arg(long, default_value_t = 0)]
    seed: u64,
}

/// The balances that a client expects.
#[derive(Default)]
struct Balances {
    /// What is left of each payment, by LGD_TID.
    of_payments: HashMap<String, i64>,
    requests: u64,
    errors: Vec<String>,
}

impl Trade {
    pub(crate) fn run(&self) -> ExitCode {
        let dir = TempDir::new().unwrap();
        let options = Options { dir: dir.path().into(), ..Options::default() };
        let sandbox = Sandbox::start(options).unwrap();
        let idle = resident();
        let began = Instant::now();
        let until = began + Duration::from_secs(self.seconds);
        let progress = Progress::of("seconds", self.seconds.try_into().unwrap());
        let balances: Vec<Balances> = thread::scope(|scope| {
            let trade = |number: u64| Trader::new(&sandbox, self.seed + number).trade(until);
            scope.spawn(|| progress.run_for(self.seconds));
            let traders: Vec<_> =
                (0..self.clients as u64).map(|number| scope.spawn(move || trade(number))).collect();
            traders.into_iter().map(|trader| trader.join().unwrap()).collect()
        });
        drop(progress);
        let took = began.elapsed().as_secs_f64();
        let requests: u64 = balances.iter().map(|balances| balances.requests).sum();
        let mut wrong: Vec<String> = balances.iter().flat_map(|balances| balances.errors.clone()).collect();
        wrong.extend(differences(&sandbox, &balances));
        wrong.iter().take(20).for_each(|line| println!("VIOLATION {line}"));
        let payments: usize = balances.iter().map(|balances| balances.of_payments.len()).sum();
        let total: i64 = balances.iter().flat_map(|balances| balances.of_payments.values()).sum();
        println!(
            "{} clients, {took:.1}s: {requests} requests, {:.0} a second, {payments} payments, {total} won left, {} errors or differences; {idle} KiB resident before",
            self.clients,
            requests as f64 / took,
            wrong.len(),
        );
        if wrong.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }
}

/// The differences between the ledger and the clients.
fn differences(sandbox: &Sandbox, balances: &[Balances]) -> Vec<String> {
    let mut expected: HashMap<&str, i64> = HashMap::new();
    for balances in balances {
        expected.extend(balances.of_payments.iter().map(|(tid, balance)| (tid.as_str(), *balance)));
    }
    let payments = sandbox.payments().unwrap();
    let mut wrong: Vec<String> = payments
        .iter()
        .filter(|payment| expected.remove(payment.tid.as_str()) != Some(payment.balance))
        .map(|payment| format!("{}: the ledger has {} won left", payment.tid, payment.balance))
        .collect();
    wrong.extend(expected.keys().map(|tid| format!("{tid} is not in the ledger")));
    wrong
}

struct Trader<'a> {
    sandbox: &'a Sandbox,
    client: Client,
    random: Random,
    balances: Balances,
}

/// The LGD_TID of a successful answer.
type Sent = Result<String, String>;

impl<'a> Trader<'a> {
    fn new(sandbox: &'a Sandbox, seed: u64) -> Trader<'a> {
        let mut config = Config::load(sandbox.home()).unwrap();
        config.set("journal", "off");
        config.set("log_level", "0");
        let client = Client::new(config, Platform::Test);
        Trader { sandbox, client, random: Random::new(seed), balances: Balances::default() }
    }

    fn trade(mut self, until: Instant) -> Balances {
        while Instant::now() < until {
            if let Err(error) = self.deal() {
                self.balances.errors.push(error);
            }
        }
        self.balances
    }

    /// A purchase, and what may follow it.
    fn deal(&mut self) -> Result<(), String> {
        let amount = 1000 + self.random.below(90_000) as i64;
        let account = self.random.chance(300);
        let tid = if account { self.buy_by_account(amount)? } else { self.buy_by_card(amount)? };
        let mut left = amount;
        for _ in 0..self.random.below(3) {
            let part = 1 + self.random.below(left as usize / 2) as i64;
            self.cancel_part(&tid, account, part, left)?;
            left -= part;
        }
        // What a bank has given back in part it gives back in parts.
        if left > 0 && self.random.chance(400) {
            match account && left < amount {
                true => self.cancel_part(&tid, account, left, left)?,
                false => self.cancel(&tid, account)?,
            }
        }
        Ok(())
    }

    fn buy_by_card(&mut self, amount: i64) -> Sent {
        let paykey = self.sandbox.mint(&PaykeyRequest { amount, ..PaykeyRequest::default() });
        let paykey = paykey.map_err(|error| error.to_string())?;
        let tid = self.send("PaymentByKey", &[("LGD_PAYKEY", &paykey)])?;
        self.balances.of_payments.insert(tid.clone(), amount);
        Ok(tid)
    }

    fn buy_by_account(&mut self, amount: i64) -> Sent {
        let oid = format!("order-{:x}", self.random.next());
        let order = [("LGD_METHOD", "ASSIGN"), ("LGD_OID", &*oid), ("LGD_AMOUNT", &amount.to_string())];
        let tid = self.send("CyberAccount", &order)?;
        self.balances.of_payments.insert(tid.clone(), 0);
        let paid = self.sandbox.deposit(&tid).map_err(|error| error.to_string())?;
        self.balances.of_payments.insert(tid.clone(), paid.balance);
        Ok(tid)
    }

    fn cancel_part(&mut self, tid: &str, account: bool, part: i64, left: i64) -> Result<(), String> {
        let (part_text, left_text) = (part.to_string(), left.to_string());
        let mut pairs =
            vec![("LGD_TID", tid), ("LGD_CANCELAMOUNT", &*part_text), ("LGD_REMAINAMOUNT", &*left_text)];
        pairs.extend(REFUND.iter().filter(|_| account));
        self.send("PartialCancel", &pairs)?;
        self.balances.of_payments.insert(tid.to_owned(), left - part);
        Ok(())
    }

    fn cancel(&mut self, tid: &str, account: bool) -> Result<(), String> {
        let mut pairs = vec![("LGD_TID", tid)];
        pairs.extend(REFUND.iter().filter(|_| account));
        self.send("Cancel", &pairs)?;
        self.balances.of_payments.insert(tid.to_owned(), 0);
        Ok(())
    }

    fn send(&mut self, txname: &str, pairs: &[(&str, &str)]) -> Sent {
        let mut request = self.client.transaction(DEMO_TEST_MID).unwrap();
        request.set("LGD_TXNAME", txname).unwrap();
        pairs.iter().for_each(|(name, value)| request.set(name, *value).unwrap());
        self.balances.requests += 1;
        match request.send() {
            Outcome::Answered(answer) if answer.is_success() => {
                Ok(answer.get("LGD_TID").unwrap_or_default().to_owned())
            }
            other => Err(format!("{txname}: {other:?}")),
        }
    }
}

/// Where a virtual account's money goes back to.
const REFUND: [(&str, &str); 3] =
    [("LGD_RFACCOUNTNUM", "11012345678"), ("LGD_RFBANKCODE", "004"), ("LGD_RFCUSTOMERNAME", "홍길동")];

/// This process's memory in KiB, where the system tells.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or_default()
}
