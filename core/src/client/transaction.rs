//! One transaction in the Rust API: set parameters, then send once.

use std::sync::Arc;

use crate::client::Client;
use crate::client::held::{Guarded, Held};
use crate::client::outcome::Outcome;
use crate::client::request::Request;
use crate::client::sent::Exchanged;
use crate::error::{Error, Result};
use crate::net::stop::Stop;
use crate::protocol::answer::Answer;
use crate::protocol::value::Value;
use crate::typed::requests::{self, Parameters};

impl Client {
    /// Starts a transaction of the shop `mid` with a new LGD_TXID.
    ///
    /// # Errors
    /// [`crate::Code::NO_MID`] if the configuration has no MertKey for `mid`; [`crate::Code::BAD_VALUE`] if `mid` or
    /// `server_id` contain characters that an LGD_TXID cannot have.
    pub fn transaction(&self, mid: &str) -> Result<Transaction> {
        Ok(Transaction {
            request: Request::new(self.config(), mid.as_bytes())?,
            client: self.clone(),
            rollback_on_error: true,
            stop: None,
        })
    }

    /// Prepares a transaction of the shop `mid` that sends `request`.
    ///
    /// Further parameters can still be set, such as `LGD_ENCODING` or one that only this shop has.
    ///
    /// # Errors
    /// [`crate::Code::BAD_VALUE`] names the first parameter that is missing, too long or malformed, with its limit
    /// and the length found. Otherwise as [`Client::transaction`].
    pub fn prepare<R: requests::TypedRequest>(&self, mid: &str, request: &R) -> Result<Transaction> {
        if mid.is_empty() {
            return Err(Error::missing_mid());
        }
        let parameters = Parameters::checked(request)?;
        let mut transaction = self.transaction(mid)?;
        for (name, value) in parameters {
            transaction.set(name, value)?;
        }
        Ok(transaction)
    }
}

/// A request that can be sent once.
#[must_use = "nothing is sent before `send`, `guard` or `hold`"]
#[derive(Debug)]
pub struct Transaction {
    client: Client,
    request: Request,
    rollback_on_error: bool,
    stop: Option<Stop>,
}

impl Transaction {
    /// Sets a parameter, or replaces its value in place. Text is sent as CP949, or as UTF-8 once `LGD_ENCODING`
    /// is set to `UTF-8`; bytes are sent as they are.
    ///
    /// # Errors
    /// [`crate::Code::BAD_VALUE`] for an empty name, and for changing LGD_TXID, LGD_AUTHCODE or LGD_MID.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> Result<()> {
        self.request.set(name.as_bytes(), value.into())
    }

    /// Whether a request that gets no well-formed answer is rolled back at once (망취소). On, unless switched off here
    /// or by `auto_rollback = 0`.
    pub fn rollback_on_error(&mut self, rollback: bool) {
        self.rollback_on_error = rollback;
    }

    /// Lets `stop` end the wait for the answer.
    pub fn stop_with(&mut self, stop: &Stop) {
        self.stop = Some(stop.clone());
    }

    pub(super) fn client(&self) -> &Client {
        &self.client
    }

    pub(super) fn request(&self) -> &Request {
        &self.request
    }

    /// LGD_TXID, the request ID by which the gateway knows this transaction.
    pub fn tx_id(&self) -> &str {
        self.request.tx_id()
    }

    /// Sends it. Blocks for at most `timeout` until the answer is there. After a failure it may take as long again for
    /// Rollbacks, and as long again for a Report.
    pub fn send(self) -> Outcome {
        self.hand_over().confirm()
    }

    /// Sends it. The caller counts as having the answer only after [`Held::confirm`]. If the process dies before
    /// that, recovery rolls back an approval. This is [`Transaction::send`] in two steps, for a caller that may be
    /// gone before the answer reaches it.
    pub fn hand_over(self) -> Held {
        self.exchange().hand_over()
    }

    /// Sends it and, if it is approved, runs the shop's own `step`, such as saving the order in the database. If the
    /// step fails or panics, the payment is rolled back.
    ///
    /// If the process dies during the step, nobody knows whether the shop recorded the approval. The journal then
    /// shows it as [`crate::State::Unconfirmed`] and recovery leaves it alone.
    pub fn guard<T, E>(self, step: impl FnOnce(&Answer) -> std::result::Result<T, E>) -> Guarded<T, E> {
        self.hold().guard(step)
    }

    /// Sends it. An approval does not count as known to the shop before [`Held::confirm`]. This is
    /// [`Transaction::guard`] in two steps, for code that cannot use a closure.
    ///
    /// ```
    /// use xpayclient_core::{Outcome, Transaction};
    ///
    /// fn pay(payment: Transaction, save: impl FnOnce(&Outcome) -> bool) -> Outcome {
    ///     let held = payment.hold();
    ///     // A decline has no step.
    ///     match !held.is_approved() || save(held.outcome()) {
    ///         true => held.confirm(),
    ///         false => held.undo("the order could not be saved"),
    ///     }
    /// }
    /// ```
    pub fn hold(self) -> Held {
        self.exchange().hold()
    }

    /// Sends it and only waits for the answer. This is the part of [`Transaction::hand_over`] and
    /// [`Transaction::hold`] that a [`Stop`] can end. The rest can then be done on another thread.
    pub fn exchange(self) -> Exchanged {
        self.client.send(Arc::new(self.request), self.rollback_on_error, self.stop.as_ref())
    }
}
