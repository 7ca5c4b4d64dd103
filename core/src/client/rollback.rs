//! 망취소 (Rollback): decides what to undo and asks the gateway for it.

use std::time::Duration;

use crate::client::Client;
use crate::client::outcome::{Outcome, outcome_after_rollback};
use crate::client::payment::Payment;
use crate::client::request::Request;
use crate::error::{Code, Error, Result, RollbackResult};
use crate::journal::Entry;
use crate::journal::record::{Mark, RecordState};
use crate::log::Level;
use crate::net::address::Address;
use crate::net::exchange::Break;
use crate::protocol::effect::Effect;
use crate::protocol::value::Value;
use crate::text::dates;

/// How long a sent packet may still arrive: TCP's maximum segment lifetime (RFC 9293).
pub(crate) const SEGMENT_LIFETIME: Duration = Duration::from_secs(120);

impl Client {
    /// 망취소: asks the gateway to undo the transaction `tx_id` of the shop `mid`, whatever it did.
    ///
    /// Use it if the shop itself fails after an approval. If the journal knows which gateway the transaction was sent
    /// to, only that one is asked. If the configuration now names another, nothing is sent and the request to undo
    /// stays in the journal.
    ///
    /// Without an answer it is sent again, up to three times in all, which takes about one `timeout`. After that the
    /// journal holds the request to undo for [`Client::recover`].
    pub fn rollback(&self, mid: &str, tx_id: &str, reason: &str) -> Outcome {
        if tx_id.is_empty() {
            // It would be sent to a gateway that may take it for anything.
            return Outcome::NotSent(Error::bad_value(
                "LGD_RB_TXID",
                "is required; found 0 bytes (argument tx_id)",
            ));
        }
        let (mid, tx_id) = (mid.to_owned(), tx_id.to_owned());
        let payment = Payment { mid, tx_id, hash_type: None, effect: Effect::Unknown };
        self.undo(None, &payment, reason.into()).1
    }

    /// 망취소 of a payment at its shop's request, which the journal keeps if this process dies. `held`: the payment's
    /// journal entry, if the caller has it. Returns the last Rollback request that was sent, and the outcome.
    pub(crate) fn undo(
        &self,
        held: Option<Entry>,
        payment: &Payment,
        reason: Value,
    ) -> (Option<Request>, Outcome) {
        if held.is_some() {
            return self.undo_in(held, payment, reason);
        }
        let entry = self.open_for_undo(payment);
        // The journal knows more of the payment than a caller who only has its LGD_TXID. That is not so if this entry
        // is only the request to undo.
        let record =
            entry.as_ref().and_then(|entry| entry.record()).filter(|record| !record.is_undo_request());
        let payment = record.map_or_else(|| payment.clone(), Payment::from_record);
        self.undo_in(entry, &payment, reason)
    }

    /// Whether the request of a transaction may still arrive at the gateway after a Rollback that is sent now. Its
    /// connection was aborted, and packets that had left live for at most [`SEGMENT_LIFETIME`]. An answered request
    /// has arrived.
    fn may_still_arrive(&self, entry: &Entry) -> bool {
        let Some(record) = entry.record().filter(|record| !record.is_undo_request()) else {
            return false;
        };
        let (since, lifetime) = match entry.state() {
            RecordState::Begun | RecordState::Doubt { .. } | RecordState::Refused { .. } => {
                (&record.at, self.settings().timeout + SEGMENT_LIFETIME)
            }
            RecordState::RolledBack { at } => (at, SEGMENT_LIFETIME),
            RecordState::Approved { .. } | RecordState::Settled | RecordState::Damaged => return false,
        };
        dates::between(since, &self.now()).is_none_or(|age| age < lifetime)
    }

    /// As [`Client::undo`], with the payment's journal entry.
    pub(crate) fn undo_in(
        &self,
        mut entry: Option<Entry>,
        payment: &Payment,
        reason: Value,
    ) -> (Option<Request>, Outcome) {
        let may_still_arrive = entry.as_ref().is_some_and(|entry| self.may_still_arrive(entry));
        if let Some(entry) =
            entry.as_mut().filter(|entry| !matches!(entry.state(), RecordState::RolledBack { .. }))
        {
            // From now on it is to be rolled back, whatever its state was, even if this process dies.
            let in_doubt = Mark::Doubt { code: Code::SHOP_STEP.to_string() };
            self.warn_if_unwritten(entry.mark_undoing(&in_doubt), &payment.tx_id);
        }
        let gateway = match entry.as_ref().and_then(|entry| entry.record()) {
            Some(record) => self.gateway_of(record),
            None => self.gateway(self.platform()),
        };
        let (request, outcome) = match gateway {
            Ok(url) => self.roll_back(url, payment, &reason, entry.is_some()),
            Err(error) => (None, outcome_after_rollback(error, payment, None, entry.is_some())),
        };
        if let (Some(mut entry), rollback) = (entry, outcome.as_rollback()) {
            let written = match rollback {
                RollbackResult::Confirmed => self.record_rollback(&mut entry, may_still_arrive),
                RollbackResult::Refused { code, message } => {
                    entry.mark_durably(&Mark::Refused { code, message, at: self.now() })
                }
                // The mark above still holds.
                RollbackResult::Unanswered(_) | RollbackResult::Off => {
                    entry.let_go();
                    Ok(())
                }
            };
            self.warn_if_unwritten(written, &payment.tx_id);
        }
        (request, outcome)
    }

    /// Sends a Rollback and, as long as no answer comes, two more on new connections. Each is a request of its own.
    /// All of them together take about one `timeout`: the pauses come on top.
    fn roll_back(
        &self,
        url: &Address,
        payment: &Payment,
        reason: &Value,
        recorded: bool,
    ) -> (Option<Request>, Outcome) {
        const SHARES: [u32; 3] = [2, 4, 4];
        const PAUSES: [Duration; 3] = [Duration::ZERO, Duration::from_millis(200), Duration::from_secs(1)];
        let whole = self.settings().timeout;
        let unconfirmed = |error| outcome_after_rollback(error, payment, None, recorded);
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
                // Whether or not this Rollback left, the payment it was to undo may stand.
                Err(Break { error, .. }) => unconfirmed(error),
            };
            if let Some(error) = outcome.error() {
                self.log().write(Level::Error, request.tx_id(), error);
            }
            last = (Some(request), outcome);
        }
        last
    }

    pub(super) fn rollback_request(&self, payment: &Payment, reason: Value) -> Result<Request> {
        let mut rollback = Request::new(self.config(), payment.mid.as_bytes())?;
        rollback.set(b"LGD_TXNAME", "Rollback".into())?;
        rollback.set(b"LGD_RB_TXID", payment.tx_id.as_str().into())?;
        rollback.set(b"LGD_RB_REASON", reason.text_without_nul())?;
        if let Some(hash_type) = &payment.hash_type {
            rollback.set(b"LGD_HASHTYPE", hash_type.clone())?;
        }
        Ok(rollback)
    }

    /// Rolls back a request that was just sent.
    pub(super) fn roll_back_sent(&self, payment: &Payment, reason: &str, recorded: bool) -> RollbackResult {
        match self.gateway(self.platform()) {
            Ok(url) => self.roll_back(url, payment, &reason.into(), recorded).1.as_rollback(),
            Err(error) => RollbackResult::Unanswered(error.code()),
        }
    }
}
