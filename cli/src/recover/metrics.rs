//! The metrics of `--watch`, as Prometheus reads them. Labels name states and results, never an order or a shop.

use super::round::Round;
use prometheus_client::encoding::prometheus_text;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;
use std::collections::BTreeSet;
use std::time::SystemTime;
use xpayclient_core::{State, parse_timestamp, timestamp};

/// A name and its value.
type Label = [(&'static str, &'static str); 1];

pub(super) struct Metrics {
    registry: Registry,
    rounds: Counter,
    failed_rounds: Counter,
    rollbacks: Family<Label, Counter>,
    /// Of what the last good round found; not there before one has ended, since nothing is known then.
    found: Option<Found>,
}

struct Found {
    /// Every state that was ever told: a state without transactions is 0, not absent.
    states: BTreeSet<&'static str>,
    open: Family<Label, Gauge>,
    age: Gauge,
    last_success: Gauge,
    /// When the oldest open one began.
    oldest: Option<String>,
}

impl Metrics {
    pub(super) fn new() -> Metrics {
        let (rounds, failed_rounds) = (Counter::default(), Counter::default());
        let rollbacks: Family<Label, Counter> = Family::default();
        for result in ["confirmed", "refused", "unanswered"] {
            drop(rollbacks.get_or_create(&[("result", result)]));
        }
        let mut registry = Registry::with_prefix("xpayclient");
        registry.register("recovery_rounds", "Rounds of recovery that have ended", rounds.clone());
        registry.register(
            "recovery_failed_rounds",
            "Rounds of recovery that ended with an error, such as a journal that cannot be read",
            failed_rounds.clone(),
        );
        registry.register(
            "rollbacks",
            "Rollbacks that recovery requested, by what came of them",
            rollbacks.clone(),
        );
        Metrics { registry, rounds, failed_rounds, rollbacks, found: None }
    }

    /// After a round, without what it found if it ended with an error.
    pub(super) fn ended(&mut self, round: Option<&Round>) {
        self.rounds.inc();
        let Some(round) = round else {
            self.failed_rounds.inc();
            return;
        };
        let rollbacks = &round.rollbacks;
        for (result, number) in [
            ("confirmed", rollbacks.confirmed),
            ("refused", rollbacks.refused),
            ("unanswered", rollbacks.unanswered),
        ] {
            self.rollbacks.get_or_create(&[("result", result)]).inc_by(number);
        }
        let registry = &mut self.registry;
        self.found.get_or_insert_with(|| Found::registered(registry)).take(round);
    }

    /// The age is that of now, so it grows while a round takes long.
    pub(super) fn text(&self) -> String {
        if let Some(found) = &self.found {
            found.age.set(found.oldest.as_deref().and_then(seconds_since).unwrap_or_default());
        }
        let mut text = String::new();
        // Into memory: this cannot fail.
        let _ = prometheus_text::encode(&mut text, &self.registry);
        text
    }
}

impl Found {
    fn registered(registry: &mut Registry) -> Found {
        let none = String::new;
        let states = [
            State::Abandoned,
            State::InDoubt,
            State::AskAgain,
            State::Unconfirmed,
            State::Refused { code: none(), message: none() },
            State::Damaged,
        ];
        let found = Found {
            states: states.iter().map(State::name).collect(),
            open: Family::default(),
            age: Gauge::default(),
            last_success: Gauge::default(),
            oldest: None,
        };
        registry.register(
            "open_transactions",
            "Open transactions in the journal, by state",
            found.open.clone(),
        );
        registry.register(
            "oldest_open_transaction_age_seconds",
            "Seconds since the oldest open transaction began, 0 if none is open",
            found.age.clone(),
        );
        registry.register(
            "recovery_last_success_timestamp_seconds",
            "When the last round of recovery ended without an error",
            found.last_success.clone(),
        );
        found
    }

    fn take(&mut self, round: &Round) {
        self.states.extend(&round.open_states);
        for state in &self.states {
            let number = round.open_states.iter().filter(|open| *open == state).count();
            self.open.get_or_create(&[("state", state)]).set(i64::try_from(number).unwrap_or(i64::MAX));
        }
        self.oldest.clone_from(&round.oldest);
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        self.last_success.set(i64::try_from(now.as_secs()).unwrap_or(i64::MAX));
    }
}

/// Never negative, if the clock was set back.
fn seconds_since(at: &str) -> Option<i64> {
    let age = parse_timestamp(&timestamp())? - parse_timestamp(at)?;
    Some(age.whole_seconds().max(0))
}
