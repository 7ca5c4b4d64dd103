//! Every way in which the gateway may answer Rollbacks: each profile plays a few hundred runs.

use std::sync::Arc;

use xpayclient_sandbox::{CancelRollback, Late, Offline, Profile, Reply};

/// A ledger that grows becomes slow, so each gateway plays so many runs.
const EACH: u64 = 100;

/// How many profiles there are.
pub(super) const NUMBER: u64 = (Reply::ALL.len().pow(3) * Late::ALL.len() * CancelRollback::ALL.len()) as u64;

/// The gateway of the run at hand.
#[derive(Default)]
pub(super) struct Gateways(Option<(u64, Arc<Offline>)>);

impl Gateways {
    pub(super) fn of(&mut self, seed: u64) -> &Arc<Offline> {
        let batch = seed.saturating_sub(1) / EACH;
        if self.0.as_ref().is_none_or(|(open, _)| *open != batch) {
            self.0 = Some((batch, Arc::new(Offline::with(numbered(batch % NUMBER)).unwrap())));
        }
        &self.0.as_ref().unwrap().1
    }
}

/// The first run before the same gateway as this one: what it finds in the ledger decides, too.
pub(super) fn first_before_the_same(seed: u64) -> u64 {
    seed.saturating_sub(1) / EACH * EACH + 1
}

/// How many different profiles these runs meet.
pub(super) fn met(first: u64, runs: u64) -> u64 {
    let batch = |seed: u64| seed.saturating_sub(1) / EACH;
    (batch(first + runs.max(1) - 1) - batch(first) + 1).min(NUMBER)
}

fn numbered(number: u64) -> Profile {
    let mut rest = number as usize;
    let mut digit = |of: usize| {
        let digit = rest % of;
        rest /= of;
        digit
    };
    Profile {
        unknown_rollback: Reply::ALL[digit(Reply::ALL.len())],
        late_request: Late::ALL[digit(Late::ALL.len())],
        second_rollback: Reply::ALL[digit(Reply::ALL.len())],
        declined_rollback: Reply::ALL[digit(Reply::ALL.len())],
        cancel_rollback: CancelRollback::ALL[digit(CancelRollback::ALL.len())],
        ..Profile::default()
    }
}
