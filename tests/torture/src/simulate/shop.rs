//! What a simulated shop does: payments of every kind, with and without a step of its own, and second thoughts.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use xpayclient_core::{Answer, Code, Guarded, Held, Outcome, Stop, Transaction};
use xpayclient_sandbox::{DEMO_TEST_MID, PaykeyRequest};

use super::environment::Environment;
use super::process::Running;
use super::tracked::{Kind, Reported, Tracked};

/// What unwinds through a step that panics.
struct StepPanicked;

/// One thing that a shop does.
pub(super) fn act(running: &mut Running) {
    let choice = running.env.simulation.state().random.below(100);
    match choice {
        0..40 => plain(running),
        40..65 => guarded(running),
        65..90 => hold(running),
        _ if running.held.is_empty() => plain(running),
        _ => settle_one(running),
    }
}

/// Confirms or undoes an approval that is held, or lets it go.
pub(super) fn settle_one(running: &mut Running) {
    if let Some((number, held)) = running.held.pop() {
        settle(&running.env, number, held);
    }
}

fn plain(running: &mut Running) {
    let (number, transaction) = begin(running, true);
    let tx_id = transaction.tx_id().to_owned();
    let outcome = transaction.send();
    let reported = learn(&running.env, number, &outcome);
    if reported == Reported::Approved && running.env.simulation.state().random.chance(150) {
        undo_later(running, number, &tx_id);
    }
}

/// 망취소 after an approval that was handed over.
fn undo_later(running: &mut Running, number: usize, tx_id: &str) {
    running.env.wants_undone(number);
    let reported = match running.client.rollback(DEMO_TEST_MID, tx_id, "second thoughts") {
        Outcome::Answered(answer) if answer.is_success() => Reported::RolledBack,
        _ => Reported::InDoubt,
    };
    running.env.report(number, reported);
}

fn guarded(running: &mut Running) {
    let (number, transaction) = begin(running, false);
    let env = running.env.clone();
    let step = |answer: &Answer| {
        learn(&env, number, &Outcome::Answered(answer.clone()));
        env.step();
        let choice = env.simulation.state().random.below(10);
        if choice < 4 {
            env.wants_undone(number);
        }
        match choice {
            0 | 1 => resume_unwind(Box::new(StepPanicked)),
            2 | 3 => Err(()),
            _ => Ok(()),
        }
    };
    let guarded = catch_unwind(AssertUnwindSafe(|| transaction.guard(step)));
    match guarded {
        Err(panic) if panic.is::<StepPanicked>() => env.report(number, Reported::InDoubt),
        Err(panic) => resume_unwind(panic),
        Ok(Guarded::Done(..)) => env.report(number, Reported::Approved),
        Ok(Guarded::Declined(_)) => env.report(number, Reported::Declined),
        Ok(Guarded::Undone(outcome, ())) | Ok(Guarded::Unanswered(outcome)) => {
            learn(&env, number, &outcome);
        }
    }
}

fn hold(running: &mut Running) {
    let (number, transaction) = begin(running, false);
    let held = transaction.hold();
    learn(&running.env, number, held.outcome());
    if running.env.simulation.state().random.chance(400) {
        running.held.push((number, held));
    } else {
        settle(&running.env, number, held);
    }
}

fn settle(env: &Environment, number: usize, held: Held) {
    env.works_at(number);
    let approved = held.is_approved();
    let choice = env.simulation.state().random.below(10);
    let outcome = match choice {
        0 => return drop(held),
        1..=3 => {
            if approved {
                env.wants_undone(number);
            }
            held.undo("no stock")
        }
        _ => held.confirm(),
    };
    learn(env, number, &outcome);
}

/// A new transaction of some kind.
fn begin(running: &mut Running, plain: bool) -> (usize, Transaction) {
    let (simulation, pid) = (running.env.simulation.clone(), running.env.pid);
    let mut transaction = running.client.transaction(DEMO_TEST_MID).unwrap();
    let mut state = simulation.state();
    let kind = state.random.below(10);
    let amount = 1000 + state.random.below(9000);
    let rollback_on_error = state.random.chance(900);
    let tid = match state.tids.len() {
        0 => "none".to_owned(),
        known => {
            let chosen = state.random.below(known);
            state.tids[chosen].clone()
        }
    };
    let number = state.transactions.len();
    let host = state.processes[pid].host;
    let purpose = if [0, 2, 3].contains(&kind) { Kind::GivesBack } else { Kind::Pays };
    state.transactions.push(Tracked::new(transaction.tx_id(), host, running.mode, plain, purpose));
    if state.random.chance(150) {
        let stop = Stop::new();
        transaction.stop_with(&stop);
        let left = state.random.below(50) as u32;
        state.log_process(pid, || format!("will be stopped in {left}"));
        state.processes[pid].stop = Some((stop, left));
    }
    state.tally.count("all", "transactions");
    drop(state);
    running.env.works_at(number);
    let oid = format!("order-{number}");
    let amount_text = amount.to_string();
    let pairs: Vec<(&str, &str)> = match kind {
        0 => vec![("LGD_TXNAME", "Cancel"), ("LGD_TID", &tid)],
        1 => vec![
            ("LGD_TXNAME", "CardAuth"),
            ("LGD_OID", &oid),
            ("LGD_AMOUNT", &amount_text),
            ("LGD_PAN", "4111111111111111"),
            ("LGD_INSTALL", "00"),
            ("LGD_EXPYEAR", "39"),
            ("LGD_EXPMON", "12"),
        ],
        2 => vec![
            ("LGD_TXNAME", "CashReceipt"),
            ("LGD_METHOD", "AUTH"),
            ("LGD_PAYTYPE", "SC0100"),
            ("LGD_OID", &oid),
            ("LGD_AMOUNT", &amount_text),
            ("LGD_CASHCARDNUM", "0100001234"),
            ("LGD_CASHRECEIPTUSE", "1"),
            ("LGD_CUSTOM_BUSINESSNUM", "1234567890"),
        ],
        3 => vec![("LGD_TXNAME", "PartialCancel"), ("LGD_TID", &tid), ("LGD_CANCELAMOUNT", "500")],
        _ => vec![("LGD_TXNAME", "PaymentByKey")],
    };
    if kind > 3 {
        let consent = PaykeyRequest { amount: amount as i64, ..PaykeyRequest::default() };
        let paykey = simulation.gateway.mint(&consent).unwrap();
        set(&mut transaction, "LGD_PAYKEY", &paykey);
    }
    for (name, value) in &pairs {
        set(&mut transaction, name, value);
    }
    transaction.rollback_on_error(rollback_on_error);
    let (name, way) = (pairs[0].1, if plain { "plain" } else { "held" });
    simulation
        .state()
        .log_process(pid, || format!("tx {number}: {name}, {way}, rollback {rollback_on_error}"));
    (number, transaction)
}

fn set(transaction: &mut Transaction, name: &str, value: &str) {
    transaction.set(name, value).unwrap();
}

/// The caller hears what became of a transaction.
fn learn(env: &Environment, number: usize, outcome: &Outcome) -> Reported {
    let reported = match outcome {
        Outcome::Answered(answer) if answer.is_success() => {
            let tid = answer.get("LGD_TID").unwrap_or("none").to_owned();
            env.simulation.state().tids.push(tid);
            Reported::Approved
        }
        Outcome::Answered(_) => Reported::Declined,
        Outcome::NotSent(_) => Reported::NotSent,
        Outcome::RolledBack(_) => Reported::RolledBack,
        Outcome::InDoubt(_) => Reported::InDoubt,
    };
    env.report(number, reported);
    let mut state = env.simulation.state();
    state.processes[env.pid].stop = None;
    if let Outcome::NotSent(error) = outcome {
        state.transactions[number].refused = error.code() == Code::JOURNAL;
    }
    reported
}

impl Environment {
    fn works_at(&self, number: usize) {
        self.simulation.state().processes[self.pid].current = Some(number);
    }

    fn report(&self, number: usize, reported: Reported) {
        let mut state = self.simulation.state();
        if state.processes[self.pid].dead {
            return;
        }
        state.log_process(self.pid, || format!("tx {number} is {reported:?}"));
        state.transactions[number].reported = reported;
    }

    fn wants_undone(&self, number: usize) {
        let mut state = self.simulation.state();
        state.log_process(self.pid, || format!("tx {number} is to be undone"));
        state.transactions[number].undo = true;
    }
}
