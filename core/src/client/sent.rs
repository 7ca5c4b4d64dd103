//! A request that was sent: its answer, or what follows if there is none.

use std::sync::Arc;

use crate::client::Client;
use crate::client::exchange::Patience;
use crate::client::held::Held;
use crate::client::outcome::{Outcome, follow_up, outcome_after_rollback};
use crate::client::payment::Payment;
use crate::client::request::Request;
use crate::error::{Error, RollbackResult};
use crate::journal::Entry;
use crate::log::Level;
use crate::net::exchange::Break;
use crate::net::stop::Stop;
use crate::protocol::answer::Answer;
use crate::protocol::effect::Effect;

/// A request whose wait for an answer is over, before anything follows from that.
///
/// If it is dropped, recovery rolls it back, as it does for requests of a dead process.
#[must_use = "what was sent has to be concluded"]
#[derive(Debug)]
pub struct Exchanged {
    client: Client,
    request: Arc<Request>,
    rollback_on_error: bool,
    entry: Option<Entry>,
    result: std::result::Result<Answer, NoAnswer>,
}

/// Why there is no answer.
#[derive(Debug)]
enum NoAnswer {
    NotSent(Error),
    Broken(Break),
}

impl Exchanged {
    /// Whether the gateway sent a well-formed answer. If so, concluding takes no longer than one write to the
    /// journal. If not, it may take a Rollback and a Report.
    pub fn is_answered(&self) -> bool {
        self.result.is_ok()
    }

    /// Concludes it: see [`crate::Transaction::hand_over`].
    pub fn hand_over(self) -> Held {
        self.conclude(false)
    }

    /// Concludes it: see [`crate::Transaction::hold`].
    pub fn hold(self) -> Held {
        self.conclude(true)
    }

    /// Does what [`follow_up`] decides, and records the outcome. `held`: an approval counts only when the caller has
    /// done a step of its own.
    fn conclude(self, held: bool) -> Held {
        let Exchanged { client, request, rollback_on_error, mut entry, result } = self;
        let outcome = match result {
            Ok(answer) => Outcome::Answered(answer),
            Err(NoAnswer::NotSent(error)) => Outcome::NotSent(error),
            Err(NoAnswer::Broken(broken)) => {
                // What follows may take as long again.
                entry.iter_mut().filter(|_| broken.sent).for_each(|entry| entry.prolong());
                client.handle_missing_answer(&request, broken, rollback_on_error, entry.is_some())
            }
        };
        if let Some(error) = outcome.error() {
            client.log().write(Level::Error, request.tx_id(), error);
        }
        let payment = Payment::from_request(&request);
        let (entry, outcome) = client.record_outcome(entry, outcome, &payment, held);
        Held::new(client, payment, outcome, entry, held)
    }

    /// Its journal entry, for a caller that undoes it without concluding it.
    pub(crate) fn into_entry(self) -> Option<Entry> {
        self.entry
    }
}

impl Client {
    /// Sends a request once. `stop` ends the wait for its answer.
    pub(crate) fn send(
        &self,
        request: Arc<Request>,
        rollback_on_error: bool,
        stop: Option<&Stop>,
    ) -> Exchanged {
        let begun = self.gateway(self.platform()).and_then(|url| Ok((self.begin(&request, url)?, url)));
        let (entry, result) = match begun {
            Ok((entry, url)) => {
                let send_by = entry.as_ref().and_then(|entry| entry.send_by());
                let patience = Patience { timeout: self.settings().timeout, stop, send_by };
                let result = self.exchange_until(url, &request, patience);
                (entry, result.map_err(NoAnswer::Broken))
            }
            Err(error) => (None, Err(NoAnswer::NotSent(error))),
        };
        Exchanged { client: self.clone(), request, rollback_on_error, entry, result }
    }

    fn handle_missing_answer(
        &self,
        request: &Request,
        broken: Break,
        rollback_on_error: bool,
        recorded: bool,
    ) -> Outcome {
        let Break { error, sent, received, .. } = broken;
        // A Rollback is never rolled back itself, not even one that the shop composed by hand.
        let rollback =
            rollback_on_error && self.settings().auto_rollback && request.effect() != Effect::RollsBack;
        let due = follow_up(error.code(), sent, rollback, self.settings().report_error);
        let roll_back =
            |reason: String| self.roll_back_sent(&Payment::from_request(request), &reason, recorded);
        let rollback = due.rollback.map_or(RollbackResult::Off, roll_back);
        if let Some(status) = due.report {
            let reported = self.report_page(request.mid(), &status, &received);
            if let Err(error) = reported {
                self.log().write(Level::Warn, request.tx_id(), format!("Report: {error}"));
            }
        }
        match sent {
            false => Outcome::NotSent(error),
            true => outcome_after_rollback(error, &Payment::from_request(request), Some(rollback), recorded),
        }
    }
}
