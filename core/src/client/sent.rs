//! A request that was sent: whether an answer came, and what follows from that.

use std::sync::Arc;

use crate::client::Client;
use crate::client::held::Held;
use crate::client::outcome::{Outcome, aftermath, settle};
use crate::client::payment::Payment;
use crate::client::request::Request;
use crate::error::{Error, RollbackResult};
use crate::journal::Entry;
use crate::log::Level;
use crate::net::exchange::Break;
use crate::net::stop::Stop;
use crate::protocol::answer::Answer;
use crate::protocol::effect::Effect;

/// A request whose wait is over, before anything follows from that.
///
/// Dropped, it is left to recovery like what a process that died had sent: it will be rolled back.
#[must_use = "what was sent has to be concluded"]
#[derive(Debug)]
pub struct Exchanged {
    client: Client,
    request: Arc<Request>,
    rollback_on_error: bool,
    entry: Option<Entry>,
    came: std::result::Result<Answer, Missing>,
}

/// Why there is no answer.
#[derive(Debug)]
enum Missing {
    Unbegun(Error),
    Broken(Break),
}

impl Exchanged {
    /// Whether the gateway sent a well-formed answer. What follows then takes no longer than a note in the journal; without an
    /// answer there may be a Rollback and a Report.
    pub fn is_answered(&self) -> bool {
        self.came.is_ok()
    }

    /// Does what follows: see [`crate::Transaction::hand_over`].
    pub fn hand_over(self) -> Held {
        self.conclude(false)
    }

    /// Does what follows: see [`crate::Transaction::hold`].
    pub fn hold(self) -> Held {
        self.conclude(true)
    }

    /// What its [`aftermath`] asks for, and a note of what became of it. `held`: an approval counts only when the caller
    /// has done a step of its own.
    fn conclude(self, held: bool) -> Held {
        let Exchanged { client, request, rollback_on_error, entry, came } = self;
        let outcome = match came {
            Ok(answer) => Outcome::Answered(answer),
            Err(Missing::Unbegun(error)) => Outcome::NotSent(error),
            Err(Missing::Broken(broken)) => {
                client.follow(&request, broken, rollback_on_error, entry.is_some())
            }
        };
        if let Some(error) = outcome.error() {
            client.log().write(Level::Error, request.tx_id(), error);
        }
        let payment = Payment::of(&request);
        let (entry, outcome) = client.note(entry, outcome, &payment, held);
        Held::new(client, payment, outcome, entry, held)
    }

    /// Its place in the journal, for whoever undoes it without concluding it.
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
        let (entry, came) = match begun {
            Ok((entry, url)) => {
                let came = self.exchange_until(url, &request, self.settings().timeout, stop);
                (entry, came.map_err(Missing::Broken))
            }
            Err(error) => (None, Err(Missing::Unbegun(error))),
        };
        Exchanged { client: self.clone(), request, rollback_on_error, entry, came }
    }

    fn follow(&self, request: &Request, broken: Break, rollback_on_error: bool, kept: bool) -> Outcome {
        let Break { error, sent, received, .. } = broken;
        // A Rollback is itself never rolled back, also one that was put together by hand.
        let rollback =
            rollback_on_error && self.settings().auto_rollback && request.effect() != Effect::RollsBack;
        let due = aftermath(error.code(), sent, rollback, self.settings().report_error);
        let take_back = |reason: String| self.take_back(&Payment::of(request), &reason, kept);
        let rollback = due.rollback.map_or(RollbackResult::Off, take_back);
        if let Some(status) = due.report {
            let reported = self.report_page(request.mid(), &status, &received);
            if let Err(error) = reported {
                self.log().write(Level::Warn, request.tx_id(), format!("Report: {error}"));
            }
        }
        match sent {
            false => Outcome::NotSent(error),
            true => settle(error, &Payment::of(request), Some(rollback), kept),
        }
    }
}
