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
use crate::protocol::value::Value;
use crate::text::encoding::decode;

pub(super) struct CurrentTransaction {
    /// Shared while it is sent.
    request: Arc<Request>,
    progress: Progress,
    /// The client that sent it: whatever is configured later, a Rollback goes where the payment went.
    client: Option<Client>,
    /// A parameter or setting that was refused: without it the request would say something else than the caller meant.
    refused: Option<Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Progress {
    Drafted,
    Sent,
    /// It failed before anything could leave: there is nothing to roll back.
    NotSent,
    /// The caller's Rollback was sent; it may be asked again, the payment may not.
    RollbackSent,
}

impl Session {
    /// Starts a transaction of the shop `mid`: a new LGD_TXID and LGD_AUTHCODE, no other parameter. Code, message and rows of
    /// the last answer stay until the next TX.
    ///
    /// After a `false` Set and TX fail with the same code and message, for many a page looks only at those.
    pub fn init_tx(&mut self, mid: &[u8]) -> bool {
        let request =
            self.initialised("no transaction can begin").and_then(|_| Request::new(&self.config, mid));
        match request {
            Ok(request) => {
                self.end_transaction();
                self.show(&request);
                self.transaction = Some(CurrentTransaction {
                    request: Arc::new(request),
                    progress: Progress::Drafted,
                    client: None,
                    refused: None,
                });
                true
            }
            Err(error) => self.begin_refused(error),
        }
    }

    /// For a binding that got a transaction which cannot be read: an [`Session::init_tx`] that fails. The transaction before
    /// is over all the same, so that nothing that follows is sent as a part of it. Always `false`.
    pub fn begin_refused(&mut self, error: Error) -> bool {
        self.end_transaction();
        self.unbegun = Some(error.clone());
        self.fail(error)
    }

    /// Sets a parameter, or replaces its value in place. After a `false` the transaction cannot be sent any more.
    pub fn set(&mut self, name: &[u8], value: impl Into<Value>) -> bool {
        let set = match &mut self.transaction {
            Some(transaction) => Arc::make_mut(&mut transaction.request).set(name, value.into()),
            None => Err(self.before_init_tx("Set")),
        };
        match set {
            Ok(()) => true,
            Err(error) => self.refuse(error),
        }
    }

    /// For a binding that got a parameter which cannot become bytes: as a [`Session::set`] that fails, or where nothing was
    /// begun, as a [`Session::init_tx`]. Always `false`.
    pub fn refuse(&mut self, error: Error) -> bool {
        let refused = match &mut self.transaction {
            Some(transaction) => &mut transaction.refused,
            None => &mut self.unbegun,
        };
        refused.get_or_insert_with(|| error.clone());
        self.fail(error)
    }

    /// Sends the transaction. `true`: the gateway sent a well-formed answer, whatever its code.
    pub fn tx(&mut self, rollback_on_error: bool) -> bool {
        match self
            .sending(|client, request| client.send(request, rollback_on_error, None).hand_over().confirm())
        {
            Some(outcome) => self.conclude_sent(outcome),
            None => false,
        }
    }

    /// As [`Session::tx`], but an approval does not count as known to the shop before [`Session::confirm`]; if the shop's
    /// own step fails, [`Session::undo`]. The journal shows what is neither as unconfirmed.
    pub fn tx_held(&mut self, rollback_on_error: bool) -> bool {
        match self.sending(|client, request| client.send(request, rollback_on_error, None).hold()) {
            Some(held) => self.hold(held),
            None => false,
        }
    }

    /// As [`Session::tx_held`], for a caller who has still to be told, as over a pipe: recovery undoes an approval whose
    /// process dies before [`Session::replied`]. If the caller cannot be told, [`Session::abandon`].
    pub fn tx_replied(&mut self, rollback_on_error: bool) -> bool {
        match self.sending(|client, request| client.send(request, rollback_on_error, None).hand_over()) {
            Some(held) => self.hold(held),
            None => false,
        }
    }

    /// The caller of [`Session::tx_replied`] was told: an approval is held from now on. `false` where none is held any more;
    /// code and outcome say why.
    pub fn replied(&mut self) -> bool {
        let Some(held) = self.held.take() else { return self.fail(nothing_held()) };
        match held.for_step() {
            Ok(held) => {
                self.held = Some(held);
                true
            }
            Err(outcome) => self.conclude(outcome),
        }
    }

    /// The first part of a TX for callers that may be gone before its end: sends, and waits until `stop` ends it. Whether
    /// the gateway answered; [`Session::settle`] does what follows in any case.
    pub fn exchange(&mut self, rollback_on_error: bool, stop: &Stop) -> bool {
        self.exchanged = self.sending(|client, request| client.send(request, rollback_on_error, Some(stop)));
        self.exchanged.as_ref().is_some_and(Exchanged::is_answered)
    }

    /// The second part, which gives what [`Session::tx`] does. An approval counts only with [`Session::confirm`]; if the
    /// caller is gone by then, [`Session::abandon`]. `for_step`: as [`Session::tx_held`].
    pub fn settle(&mut self, for_step: bool) -> bool {
        let Some(exchanged) = self.exchanged.take() else { return false };
        let held = self.returned("TX", || if for_step { exchanged.hold() } else { exchanged.hand_over() });
        self.hold(held)
    }

    /// Whether an approval waits for [`Session::confirm`] or [`Session::undo`].
    pub fn is_held(&self) -> bool {
        self.held.as_ref().is_some_and(Held::is_approved)
    }

    /// The shop's step after [`Session::tx_held`] is done. `false` when nothing was held.
    pub fn confirm(&mut self) -> bool {
        self.finish(Held::confirm)
    }

    /// The shop's step will never say how it ended: what is held is left as the journal has it, which shows it as
    /// unconfirmed, also while this process goes on. [`Session::rollback`] still undoes it. `false` when nothing was held.
    pub fn forsake(&mut self) -> bool {
        let held = self.is_held();
        self.let_go();
        held
    }

    /// Nobody waits for the answer any more: an approval is rolled back. `false` unless it was declined.
    pub fn abandon(&mut self) -> bool {
        self.finish(Held::abandon)
    }

    /// The shop's step after [`Session::tx_held`] failed: an approval is rolled back. Always `false`: code, message and
    /// outcome tell what became of the Rollback; LGD_TXID stays the payment's.
    pub fn undo(&mut self, reason: &[u8]) -> bool {
        self.finish(|held| held.undo(&decode(reason)));
        false
    }

    /// 망취소 of the transaction that was sent last, at the gateway that it was sent to. `true`: the gateway answered `0000`.
    /// Where nothing was sent there is nothing to undo: [`Code::CALL_ORDER`], and nothing leaves.
    pub fn rollback(&mut self, reason: &[u8]) -> bool {
        let (client, payment, entry) = match self.undoable() {
            Ok(undoable) => undoable,
            Err(error) => return self.conclude(Outcome::NotSent(error)),
        };
        let (request, outcome) = self.returned("Rollback", || client.undo(entry, &payment, reason.into()));
        if let Some(request) = request {
            self.show(&request);
        }
        self.conclude(outcome) && self.code == "0000"
    }

    fn hold(&mut self, held: Held) -> bool {
        let outcome = held.outcome().clone();
        self.held = Some(held);
        self.conclude_sent(outcome)
    }

    fn finish(&mut self, end: impl FnOnce(Held) -> Outcome) -> bool {
        match self.held.take() {
            Some(held) => {
                let outcome = self.returned("the end of a held approval", || end(held));
                self.conclude(outcome)
            }
            None => self.fail(nothing_held()),
        }
    }

    /// What `work` gives. After a panic it is in doubt, for a caller who outlives that.
    fn returned<T>(&mut self, call: &str, work: impl FnOnce() -> T) -> T {
        catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
            self.conclude(Outcome::InDoubt(unreturned(call)));
            resume_unwind(panic)
        })
    }

    /// The shop of the transaction that was begun, for `call`.
    pub(super) fn current_mid(&self, call: &str) -> Result<String> {
        let mid = self.transaction.as_ref().map(|transaction| transaction.request.mid().to_owned());
        mid.ok_or_else(|| self.before_init_tx(call))
    }

    /// Why `call` finds no transaction: what Init_TX failed with, or that there was none.
    fn before_init_tx(&self, call: &str) -> Error {
        let missing = || Error::new(Code::CALL_ORDER, format!("{call} before Init_TX"));
        self.unbegun.clone().unwrap_or_else(missing)
    }

    /// The drafted request, or the one sent before under a new LGD_TXID; from here on it counts as sent.
    fn sendable(&mut self) -> Result<(Client, Arc<Request>)> {
        let client = self.client()?;
        self.let_go();
        let may_be_sent =
            |transaction: &&mut CurrentTransaction| transaction.progress != Progress::RollbackSent;
        let Some(transaction) = self.transaction.as_mut().filter(may_be_sent) else {
            return Err(self.before_init_tx("TX"));
        };
        if let Some(refused) = &transaction.refused {
            return Err(refused.clone());
        }
        if transaction.progress != Progress::Drafted {
            transaction.request = Arc::new(transaction.request.renewed(client.config())?);
        }
        transaction.progress = Progress::Sent;
        transaction.client = Some(client.clone());
        Ok((client, transaction.request.clone()))
    }

    /// What was sent last, who sent it, and its place in the journal where that is still held here: nobody else may come
    /// between.
    fn undoable(&mut self) -> Result<(Client, Payment, Option<Entry>)> {
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
                Ok((client.clone(), Payment::of(request), entry))
            }
            _ => Err(Error::new(Code::CALL_ORDER, "Rollback of a transaction that was not sent")),
        }
    }

    /// Does `send` with what is to be sent. `None`: that cannot be, and it is concluded.
    fn sending<T>(&mut self, send: impl FnOnce(&Client, Arc<Request>) -> T) -> Option<T> {
        let (client, request) = match self.sendable() {
            Ok(sendable) => sendable,
            Err(error) => {
                self.conclude(Outcome::NotSent(error));
                return None;
            }
        };
        self.show(&request);
        Some(self.returned("TX", || send(&client, request)))
    }

    /// What became of the transaction itself.
    fn conclude_sent(&mut self, outcome: Outcome) -> bool {
        if let (Outcome::NotSent(_), Some(transaction)) = (&outcome, &mut self.transaction) {
            transaction.progress = Progress::NotSent;
        }
        self.conclude(outcome)
    }

    fn let_go(&mut self) {
        self.exchanged = None;
        self.held = None;
    }

    fn end_transaction(&mut self) {
        self.let_go();
        self.transaction = None;
        self.unbegun = None;
        self.is_past = true;
    }
}

fn nothing_held() -> Error {
    Error::new(Code::CALL_ORDER, "no approval is held")
}

/// Until it is known what became of `call`, nothing is.
fn unreturned(call: &str) -> Error {
    Error::internal(&format!("{call} did not return"))
}
