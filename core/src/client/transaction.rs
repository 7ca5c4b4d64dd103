//! One transaction of the Rust interface: parameters, then sent once.

use std::sync::Arc;

use crate::client::Client;
use crate::client::held::{Guarded, Held};
use crate::client::outcome::Outcome;
use crate::client::request::Request;
use crate::client::sent::Exchanged;
use crate::error::Result;
use crate::net::stop::Stop;
use crate::protocol::answer::Answer;
use crate::protocol::value::Value;
use crate::typed::requests::{self, Parameters};

impl Client {
    /// Starts a transaction of the shop `mid`, with an LGD_TXID of its own.
    ///
    /// # Errors
    /// [`crate::Code::NO_MID`] when the configuration has no MertKey for it, [`crate::Code::BAD_VALUE`] when `mid` or `server_id`
    /// hold what an LGD_TXID cannot.
    pub fn transaction(&self, mid: &str) -> Result<Transaction> {
        Ok(Transaction {
            request: Request::new(self.config(), mid.as_bytes())?,
            client: self.clone(),
            rollback_on_error: true,
            stop: None,
        })
    }

    /// A transaction of the shop `mid` that will send `request`.
    ///
    /// What is not set here can still be: `LGD_ENCODING`, or a parameter that only this shop has.
    ///
    /// # Errors
    /// [`crate::Code::BAD_VALUE`] names the first parameter that is missing, too long or of another form, its limit
    /// and the length found; otherwise as [`Client::transaction`].
    pub fn prepare<R: requests::Request>(&self, mid: &str, request: &R) -> Result<Transaction> {
        let parameters = Parameters::checked(request)?;
        let mut transaction = self.transaction(mid)?;
        for (name, value) in parameters {
            transaction.set(name, value)?;
        }
        Ok(transaction)
    }
}

/// A request that can be sent once.
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
    /// [`crate::Code::BAD_VALUE`] for an empty name, and for another value of LGD_TXID, LGD_AUTHCODE or LGD_MID.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) -> Result<()> {
        self.request.set(name.as_bytes(), value.into())
    }

    /// Whether a request that got no well-formed answer is cancelled at once (망취소). It is unless
    /// switched off here or by `auto_rollback = 0`.
    pub fn rollback_on_error(&mut self, rollback: bool) {
        self.rollback_on_error = rollback;
    }

    /// Lets `stop` end the wait for the answer.
    pub fn stop_with(&mut self, stop: &Stop) {
        self.stop = Some(stop.clone());
    }

    /// LGD_TXID, which names this transaction in every question to the gateway.
    pub fn tx_id(&self) -> &str {
        self.request.tx_id()
    }

    /// Sends it, waiting at most `timeout` for the answer, and after a failure as long again for a Rollback and for a
    /// Report.
    pub fn send(self) -> Outcome {
        self.hand_over().confirm()
    }

    /// Sends it; the caller counts as having the answer only with [`Held::confirm`]. A process that dies before leaves an
    /// approval to recovery, which rolls it back. This is [`Transaction::send`] in two steps, for where the caller may be
    /// gone before the answer reaches it.
    pub fn hand_over(self) -> Held {
        self.exchange().hand_over()
    }

    /// Sends it and, once it is approved, does the shop's own `step` (its order's line in the database). Where the step
    /// fails or panics, the payment is rolled back.
    ///
    /// A process that dies meanwhile leaves an approval of which nobody knows whether the shop took note: the journal
    /// shows it as [`crate::State::Unconfirmed`] and touches it no more.
    pub fn guard<T, E>(self, step: impl FnOnce(&Answer) -> std::result::Result<T, E>) -> Guarded<T, E> {
        self.hold().guard(step)
    }

    /// Sends it; an approval does not count as known to the shop before [`Held::confirm`]. This is [`Transaction::guard`]
    /// in two steps, for where a closure does not reach.
    pub fn hold(self) -> Held {
        self.exchange().hold()
    }

    /// Sends it and waits for the answer, and for nothing else. This is the part of [`Transaction::hand_over`] and
    /// [`Transaction::hold`] that a [`Stop`] can end, for where what follows is done on another thread.
    pub fn exchange(self) -> Exchanged {
        self.client.send(Arc::new(self.request), self.rollback_on_error, self.stop.as_ref())
    }
}
