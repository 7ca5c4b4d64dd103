//! 망취소: what a Rollback undoes, and how it is asked for.

use std::time::Duration;

use crate::client::Client;
use crate::client::outcome::{Outcome, settle};
use crate::client::payment::Payment;
use crate::client::request::Request;
use crate::error::{Code, Error, Result, RollbackResult};
use crate::journal::Entry;
use crate::journal::record::{Mark, Stand};
use crate::log::Level;
use crate::net::address::Address;
use crate::net::exchange::Break;
use crate::protocol::effect::Effect;
use crate::protocol::value::Value;
use crate::text::dates;

/// For how long a packet that has left may still arrive: TCP's maximum segment lifetime (RFC 9293).
pub(crate) const LIFETIME: Duration = Duration::from_secs(120);

impl Client {
    /// 망취소: asks the gateway to undo whatever the transaction `tx_id` of the shop `mid` did.
    ///
    /// For the shop's own failure after an approval. Where the journal knows to which gateway it was sent, that one is asked
    /// and no other: if the configuration names another by now, nothing is sent and the wish stays in the journal.
    ///
    /// Without an answer it is asked again, up to three times and at most `timeout` altogether; after that the journal holds
    /// the wish for [`Client::recover`].
    pub fn rollback(&self, mid: &str, tx_id: &str, reason: &str) -> Outcome {
        let (mid, tx_id) = (mid.to_owned(), tx_id.to_owned());
        let payment = Payment { mid, tx_id, hash_type: None, effect: Effect::Unknown };
        self.undo(None, &payment, reason.into()).1
    }

    /// 망취소 of a payment by its shop's wish, which outlives this process. `held`: its place in the journal, where that is at
    /// hand. The last request that was sent for it, and what became of that.
    pub(crate) fn undo(
        &self,
        held: Option<Entry>,
        payment: &Payment,
        reason: Value,
    ) -> (Option<Request>, Outcome) {
        if held.is_some() {
            return self.undo_in(held, payment, reason);
        }
        let entry = self.reopen(payment);
        // The journal knows more of it than who only has its LGD_TXID, unless it was settled there and this is the wish.
        let record =
            entry.as_ref().and_then(|entry| entry.record.as_ref()).filter(|record| !record.is_wish());
        let payment = record.map_or_else(|| payment.clone(), Payment::recorded);
        self.undo_in(entry, &payment, reason)
    }

    /// Whether the request of a transaction that gets a Rollback now may still be on its way, so that the gateway would take
    /// it after that. Its connection was aborted, and what had left by then lives for at most [`LIFETIME`]; one that was
    /// answered had arrived.
    fn may_be_late(&self, entry: &Entry) -> bool {
        let Some(record) = entry.record.as_ref().filter(|record| !record.is_wish()) else { return false };
        let (since, lifetime) = match &entry.stand {
            Stand::Begun | Stand::Doubt { .. } | Stand::Refused { .. } => {
                (&record.at, self.settings().timeout + LIFETIME)
            }
            Stand::RolledBack { at } => (at, LIFETIME),
            Stand::Approved { .. } | Stand::Settled | Stand::Damaged => return false,
        };
        dates::between(since, &self.now()).is_none_or(|age| age < lifetime)
    }

    /// As [`Client::undo`], with the payment's place in the journal.
    pub(crate) fn undo_in(
        &self,
        mut entry: Option<Entry>,
        payment: &Payment,
        reason: Value,
    ) -> (Option<Request>, Outcome) {
        let may_be_late = entry.as_ref().is_some_and(|entry| self.may_be_late(entry));
        if let Some(entry) = entry.as_mut().filter(|entry| !matches!(entry.stand, Stand::RolledBack { .. })) {
            // Whatever it was before, from now on it is to be undone, also if this process dies.
            let wish = Mark::Doubt { code: Code::SHOP_STEP.to_string() };
            self.warn_unless(entry.note(&wish), &payment.tx_id);
        }
        let gateway = match entry.as_ref().and_then(|entry| entry.record.as_ref()) {
            Some(record) => self.gateway_of(record),
            None => self.gateway(self.platform()),
        };
        let (request, outcome) = match gateway {
            Ok(url) => self.roll_back(url, payment, &reason, entry.is_some()),
            Err(error) => (None, settle(error, payment, None, entry.is_some())),
        };
        if let (Some(mut entry), rollback) = (entry, outcome.as_rollback()) {
            let written = match rollback {
                RollbackResult::Confirmed => self.note_rollback(&mut entry, may_be_late),
                RollbackResult::Refused { code, message } => {
                    entry.note(&Mark::Refused { code, message, at: self.now() })
                }
                // It stands as wished.
                RollbackResult::Unanswered(_) | RollbackResult::Off => Ok(()),
            };
            self.warn_unless(written, &payment.tx_id);
        }
        (request, outcome)
    }

    /// A Rollback and, while it gets no answer, two more on connections of their own. Each is a request of its own, and
    /// all of them take no longer than one may.
    fn roll_back(
        &self,
        url: &Address,
        payment: &Payment,
        reason: &Value,
        kept: bool,
    ) -> (Option<Request>, Outcome) {
        const SHARES: [u32; 3] = [2, 4, 4];
        const PAUSES: [Duration; 3] = [Duration::ZERO, Duration::from_millis(200), Duration::from_secs(1)];
        let whole = self.settings().timeout;
        let unconfirmed = |error| settle(error, payment, None, kept);
        let mut last = (None, unconfirmed(Error::internal("no Rollback was requested")));
        for (share, pause) in SHARES.into_iter().zip(PAUSES) {
            self.world().pause(pause);
            let request = match self.rollback_request(payment, reason.clone()) {
                Ok(request) => request,
                Err(error) => return (last.0, unconfirmed(error)),
            };
            let timeout = (whole / share).max(Duration::from_secs(1));
            let outcome = match self.exchange(url, &request, timeout) {
                Ok(answer) => return (Some(request), Outcome::Answered(answer)),
                // Whether this Rollback left or not: what it was to undo may stand.
                Err(Break { error, .. }) => unconfirmed(error),
            };
            if let Some(error) = outcome.error() {
                self.log().write(Level::Error, request.tx_id(), error);
            }
            last = (Some(request), outcome);
        }
        last
    }

    fn rollback_request(&self, payment: &Payment, reason: Value) -> Result<Request> {
        let mut rollback = Request::new(self.config(), payment.mid.as_bytes())?;
        rollback.set(b"LGD_TXNAME", "Rollback".into())?;
        rollback.set(b"LGD_RB_TXID", payment.tx_id.as_str().into())?;
        rollback.set(b"LGD_RB_REASON", reason.legible())?;
        if let Some(hash_type) = &payment.hash_type {
            rollback.set(b"LGD_HASHTYPE", hash_type.clone())?;
        }
        Ok(rollback)
    }

    /// The Rollback of what was sent just now.
    pub(super) fn take_back(&self, payment: &Payment, reason: &str, kept: bool) -> RollbackResult {
        match self.gateway(self.platform()) {
            Ok(url) => self.roll_back(url, payment, &reason.into(), kept).1.as_rollback(),
            Err(error) => RollbackResult::Unanswered(error.code()),
        }
    }
}
