//! The transaction of the vendor's calls: Init_TX, Set, TX, Rollback, and an approval that is held.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::Arc;

use super::Session;
use crate::client::Client;
use crate::client::held::Held;
use crate::client::outcome::Outcome;
use crate::client::payment::Payment;
use crate::client::request::Request;
use crate::client::sent::Exchanged;
use crate::error::{Code, Error, Result};
use crate::journal::Entry;
use crate::net::stop::Stop;
use crate::protocol::effect::Effect;
use crate::protocol::value::Value;
use crate::text::encoding::decode;

pub(super) struct CurrentTransaction {
    /// Shared while it is being sent.
    request: Arc<Request>,
    progress: Progress,
    /// The client that sent it. A Rollback goes where the payment went, whatever is configured later.
    client: Option<Client>,
    /// A refused parameter or setting. Without it the request would differ from what the caller meant.
    refused: Option<Error>,
    /// It was sent before under another LGD_TXID, and that may have succeeded.
    earlier_may_stand: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Drafted,
    Sent,
    /// It failed before anything could leave. There is nothing to roll back.
    NotSent,
    /// The caller's Rollback was sent. The Rollback may be sent again, the payment may not.
    RollbackSent,
}

impl Session {
    /// Starts a transaction of the shop `mid` with a new LGD_TXID and LGD_AUTHCODE and no other parameter. Code,
    /// message and rows of the last answer stay until the next TX.
    ///
    /// After `false`, Set and TX fail with the same code and message, since many pages check only those.
    pub fn init_tx(&mut self, mid: &[u8]) -> bool {
        let request =
            self.require_init("no transaction can begin").and_then(|_| Request::new(&self.config, mid));
        match request {
            Ok(request) => {
                self.end_transaction();
                self.record_ids(&request);
                self.transaction = Some(CurrentTransaction {
                    request: Arc::new(request),
                    progress: Progress::Drafted,
                    client: None,
                    refused: None,
                    earlier_may_stand: false,
                });
                true
            }
            Err(error) => self.fail_init_tx(error),
        }
    }

    /// For a binding that received unreadable arguments: an [`Session::init_tx`] that fails. The transaction before
    /// it is over all the same, so that no later call is sent as a part of it. Always `false`.
    pub fn fail_init_tx(&mut self, error: Error) -> bool {
        self.end_transaction();
        let error = self.explained(error);
        self.begin_error = Some(error.clone());
        self.fail(error)
    }

    /// Sets a parameter, or replaces its value in place. After `false` the transaction can no longer be sent.
    pub fn set(&mut self, name: &[u8], value: impl Into<Value>) -> bool {
        let value = self.caller.value(value);
        self.change_request("Set", |request| request.set(name, value))
    }

    /// Removes a parameter, so that [`Session::set`] puts it at the end again. After `false` the transaction can no
    /// longer be sent.
    pub fn unset(&mut self, name: &[u8]) -> bool {
        self.change_request("Unset", |request| request.unset(name))
    }

    fn change_request(&mut self, call: &str, change: impl FnOnce(&mut Request) -> Result<()>) -> bool {
        let changed = match &mut self.transaction {
            Some(transaction) => change(Arc::make_mut(&mut transaction.request)),
            None => Err(self.missing_transaction(call)),
        };
        match changed {
            Ok(()) => true,
            Err(error) => self.refuse(error),
        }
    }

    /// For a binding that received a parameter it cannot convert to bytes: a [`Session::set`] that fails, or an
    /// [`Session::init_tx`] if nothing was begun. Always `false`.
    pub fn refuse(&mut self, error: Error) -> bool {
        let refused = match &mut self.transaction {
            Some(transaction) => &mut transaction.refused,
            None => &mut self.begin_error,
        };
        refused.get_or_insert_with(|| error.clone());
        self.fail(error)
    }

    /// Sends the transaction. `true`: the gateway sent a well-formed answer, with whatever code.
    pub fn tx(&mut self, rollback_on_error: bool) -> bool {
        match self
            .send_with(|client, request| client.send(request, rollback_on_error, None).hand_over().confirm())
        {
            Some(outcome) => self.record_sent_outcome(outcome),
            None => false,
        }
    }

    /// As [`Session::tx`], but an approval does not count as known to the shop before [`Session::confirm`]. If the
    /// shop's own step fails, call [`Session::undo`]. An approval that is neither confirmed nor undone is shown as
    /// unconfirmed in the journal.
    pub fn tx_held(&mut self, rollback_on_error: bool) -> bool {
        match self.send_with(|client, request| client.send(request, rollback_on_error, None).hold()) {
            Some(held) => self.keep_held(held),
            None => false,
        }
    }

    /// As [`Session::tx_held`], for a caller that does not have the answer yet, as at the other end of a pipe. If the
    /// process dies before [`Session::replied`], recovery rolls back an approval. If the caller cannot be reached,
    /// call [`Session::abandon`].
    pub fn tx_replied(&mut self, rollback_on_error: bool) -> bool {
        match self.send_with(|client, request| client.send(request, rollback_on_error, None).hand_over()) {
            Some(held) => self.keep_held(held),
            None => false,
        }
    }

    /// The caller of [`Session::tx_replied`] has the answer: an approval is held from now on. `false` if none is held
    /// any more; code and outcome tell why.
    pub fn replied(&mut self) -> bool {
        let Some(held) = self.held.take() else { return self.fail(nothing_held()) };
        match held.start_step() {
            Ok(held) => {
                self.held = Some(held);
                true
            }
            Err(outcome) => self.record_outcome(outcome, self.effect()),
        }
    }

    /// The first part of a TX, for callers that may be gone before its end: sends, and waits until `stop` ends the
    /// wait. Returns whether the gateway answered. [`Session::settle`] must follow in any case.
    pub fn exchange(&mut self, rollback_on_error: bool, stop: &Stop) -> bool {
        self.exchanged =
            self.send_with(|client, request| client.send(request, rollback_on_error, Some(stop)));
        self.exchanged.as_ref().is_some_and(Exchanged::is_answered)
    }

    /// The second part of a TX; returns as [`Session::tx`]. An approval counts only after [`Session::confirm`]. If
    /// the caller is gone by then, call [`Session::abandon`]. `for_step`: as [`Session::tx_held`].
    pub fn settle(&mut self, for_step: bool) -> bool {
        let Some(exchanged) = self.exchanged.take() else { return false };
        let held =
            self.in_doubt_on_panic("TX", || if for_step { exchanged.hold() } else { exchanged.hand_over() });
        self.keep_held(held)
    }

    /// Whether an approval waits for [`Session::confirm`] or [`Session::undo`].
    pub fn is_held(&self) -> bool {
        self.held.as_ref().is_some_and(Held::is_approved)
    }

    /// The shop's step after [`Session::tx_held`] is done. `false` if no approval is held, above all after a decline.
    pub fn confirm(&mut self) -> bool {
        self.has_approval() && self.end_held(Held::confirm)
    }

    /// Leaves a held approval as unconfirmed in the journal, also while this process goes on. Use it if the result of
    /// the shop's step will never be known. [`Session::rollback`] can still undo it. `false` if nothing was held.
    pub fn leave_unconfirmed(&mut self) -> bool {
        let held = self.is_held();
        self.discard_pending();
        held
    }

    /// Nobody waits for the answer any more: rolls back an approval. `false` unless it was declined.
    pub fn abandon(&mut self) -> bool {
        self.end_held(Held::abandon)
    }

    /// The shop's step after [`Session::tx_held`] failed: rolls back an approval. Always `false`: code, message and
    /// outcome tell the result of the Rollback. LGD_TXID stays the payment's.
    pub fn undo(&mut self, reason: &[u8]) -> bool {
        if self.has_approval() {
            self.end_held(|held| held.undo(&decode(reason)));
        }
        false
    }

    fn has_approval(&mut self) -> bool {
        if self.is_copy() {
            return self.record_outcome(Outcome::InDoubt(Error::held_by_parent()), self.effect());
        }
        self.is_held() || self.fail(nothing_held())
    }

    /// Whether the process that this one was forked from holds the approval.
    fn is_copy(&self) -> bool {
        self.held.as_ref().is_some_and(Held::is_copy)
    }

    /// 망취소 of the transaction that was sent last, at the gateway that it was sent to. `true`: the gateway answered
    /// `0000`. If nothing was sent, this fails with [`Code::CALL_ORDER`] and sends nothing.
    pub fn rollback(&mut self, reason: &[u8]) -> bool {
        let (client, payment, entry) = match self.transaction_to_undo() {
            Ok(found) => found,
            Err(error) => {
                self.log_error(&error);
                let effect = if self.is_unsent() { self.effect() } else { Effect::RollsBack };
                return self.record_outcome(Outcome::NotSent(error), effect);
            }
        };
        let (request, outcome) =
            self.in_doubt_on_panic("Rollback", || client.undo(entry, &payment, reason.into()));
        if let Some(request) = request {
            self.record_ids(&request);
        }
        self.record_outcome(outcome, self.effect()) && self.code == "0000"
    }

    fn keep_held(&mut self, held: Held) -> bool {
        let outcome = held.outcome().clone();
        self.held = Some(held);
        self.record_sent_outcome(outcome)
    }

    fn end_held(&mut self, end: impl FnOnce(Held) -> Outcome) -> bool {
        match self.held.take() {
            Some(held) => {
                let outcome = self.in_doubt_on_panic("the end of a held approval", || end(held));
                self.record_outcome(outcome, self.effect())
            }
            None => self.fail(nothing_held()),
        }
    }

    /// Returns the result of `work`. After a panic the outcome is in doubt, for a caller that catches the panic.
    fn in_doubt_on_panic<T>(&mut self, call: &str, work: impl FnOnce() -> T) -> T {
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
            self.record_outcome(Outcome::InDoubt(did_not_return(call)), self.effect());
            resume_unwind(panic)
        })
    }

    /// The LGD_MID of the transaction that was begun, for `call`.
    pub(super) fn current_mid(&self, call: &str) -> Result<String> {
        let mid = self.transaction.as_ref().map(|transaction| transaction.request.mid().to_owned());
        mid.ok_or_else(|| self.missing_transaction(call))
    }

    /// Why `call` has no transaction: the error of Init_TX, or that Init_TX is missing.
    fn missing_transaction(&self, call: &str) -> Error {
        let missing = || Error::new(Code::CALL_ORDER, format!("{call} before Init_TX"));
        self.begin_error.clone().unwrap_or_else(missing)
    }

    /// The drafted request, or the last one under a new LGD_TXID. From here on it counts as sent.
    fn request_to_send(&mut self) -> Result<(Client, Arc<Request>)> {
        let client = self.client()?;
        self.discard_pending();
        let stands = may_stand(self.outcome()) || self.earlier_may_stand();
        let may_be_sent =
            |transaction: &&mut CurrentTransaction| transaction.progress != Progress::RollbackSent;
        self.transaction.iter_mut().for_each(|transaction| transaction.earlier_may_stand = stands);
        let Some(transaction) = self.transaction.as_mut().filter(may_be_sent) else {
            return Err(self.missing_transaction("TX"));
        };
        if let Some(refused) = &transaction.refused {
            return Err(refused.clone());
        }
        if transaction.progress != Progress::Drafted {
            transaction.request = Arc::new(transaction.request.with_new_tx_id(client.config())?);
        }
        transaction.progress = Progress::Sent;
        transaction.client = Some(client.clone());
        Ok((client, transaction.request.clone()))
    }

    /// The last request, the client that sent it, and its journal entry if this session still has it. Keeping the
    /// entry locked prevents any other process from acting on it in between.
    fn transaction_to_undo(&mut self) -> Result<(Client, Payment, Option<Entry>)> {
        if self.is_copy() {
            return Err(Error::held_by_parent());
        }
        let entry = match (self.held.take(), self.exchanged.take()) {
            (Some(held), _) => held.into_entry(),
            (None, exchanged) => exchanged.and_then(Exchanged::into_entry),
        };
        match &mut self.transaction {
            Some(CurrentTransaction {
                request,
                progress: progress @ (Progress::Sent | Progress::RollbackSent),
                client: Some(client),
                ..
            }) => {
                *progress = Progress::RollbackSent;
                Ok((client.clone(), Payment::from_request(request), entry))
            }
            _ => Err(Error::new(Code::CALL_ORDER, "Rollback of a transaction that was not sent")),
        }
    }

    /// Runs `send` with the request to send. `None`: there is none, and the outcome is recorded.
    fn send_with<T>(&mut self, send: impl FnOnce(&Client, Arc<Request>) -> T) -> Option<T> {
        let (client, request) = match self.request_to_send() {
            Ok(prepared) => prepared,
            Err(error) => {
                self.record_unprepared(error);
                return None;
            }
        };
        self.record_ids(&request);
        Some(self.in_doubt_on_panic("TX", || send(&client, request)))
    }

    /// Records the outcome of the transaction itself.
    fn record_sent_outcome(&mut self, outcome: Outcome) -> bool {
        if let (Outcome::NotSent(_), Some(transaction)) = (&outcome, &mut self.transaction) {
            transaction.progress = Progress::NotSent;
        }
        self.record_outcome(outcome, self.effect())
    }

    /// Nothing could be sent. Without a transaction it is not known what the caller meant to do.
    fn record_unprepared(&mut self, error: Error) {
        self.log_error(&error);
        let message = error.for_buyer(self.payment_may_stand());
        let begun = self.transaction.is_some();
        self.record_outcome(Outcome::NotSent(error), self.effect());
        if !begun {
            self.message = message;
        }
    }

    /// What the current transaction does.
    fn effect(&self) -> Effect {
        self.transaction.as_ref().map_or(Effect::Unknown, |transaction| transaction.request.effect())
    }

    /// Whether the current transaction is known to have left in no way.
    fn is_unsent(&self) -> bool {
        self.transaction.as_ref().is_some_and(|transaction| transaction.progress == Progress::NotSent)
    }

    pub(super) fn earlier_may_stand(&self) -> bool {
        self.transaction.as_ref().is_some_and(|transaction| transaction.earlier_may_stand)
    }

    /// Whether a buyer may have paid: with any request of the current transaction, or with the last one before it, of which
    /// the same page may be.
    pub(super) fn payment_may_stand(&self) -> bool {
        may_stand(self.outcome.as_ref()) || self.earlier_may_stand()
    }

    fn discard_pending(&mut self) {
        self.exchanged = None;
        self.held = None;
    }

    fn end_transaction(&mut self) {
        self.discard_pending();
        self.transaction = None;
        self.begin_error = None;
        self.outcome_superseded = true;
    }
}

fn may_stand(outcome: Option<&Outcome>) -> bool {
    match outcome {
        Some(Outcome::Answered(answer)) => answer.is_success() || answer.is_repeated(),
        Some(Outcome::InDoubt(_)) => true,
        Some(Outcome::NotSent(_) | Outcome::RolledBack(_)) | None => false,
    }
}

fn nothing_held() -> Error {
    Error::new(Code::CALL_ORDER, "no approval is held")
}

/// The error while the outcome of `call` is unknown.
fn did_not_return(call: &str) -> Error {
    Error::internal(&format!("{call} did not return"))
}
