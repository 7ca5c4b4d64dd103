//! The gateway without its server, for simulators with a network of their own.

use crate::error::Error;
use crate::form::Form;
use crate::gateway::{Answer, Gateway};
use crate::ledger::Ledger;
use crate::ledger::journal::{self, LedgerEntry};
use crate::paykeys::{self, PaykeyRequest};
use crate::profile::Profile;
use crate::shops::Shops;
use std::path::PathBuf;

/// A gateway that is called directly, in the same thread. Its ledger is in memory, and it has no files for Patch.
///
/// ```
/// use xpayclient_sandbox::Offline;
///
/// # fn main() -> Result<(), xpayclient_sandbox::Error> {
/// let gateway = Offline::new()?;
/// let answer = gateway.answer(b"LGD_TXNAME=PaymentByKey").unwrap_or_default();
/// assert!(answer.starts_with(r#"{"LGD_RESPCODE":"SB"#));
/// # Ok(())
/// # }
/// ```
pub struct Offline(Gateway);

impl Offline {
    /// A new one, for the demo shops.
    pub fn new() -> Result<Self, Error> {
        Self::with(Profile::default())
    }

    /// One with this profile.
    pub fn with(profile: Profile) -> Result<Self, Error> {
        let (ledger, shops) = (Ledger::open(None)?, Shops::with(&[]));
        Ok(Self(Gateway::new(ledger, shops, PathBuf::new(), Default::default(), Default::default(), profile)))
    }

    /// The JSON answer to the body of a request; `None` if its profile gives none. Requested faults are ignored: they are the
    /// network's.
    pub fn answer(&self, body: &[u8]) -> Option<String> {
        let answer = Form::parse(body).map_or_else(Answer::from, |form| self.0.serve(&form));
        (!answer.silent).then(|| answer.json())
    }

    /// Its profile.
    pub fn profile(&self) -> &Profile {
        &self.0.profile
    }

    /// As [`crate::Sandbox::mint`].
    pub fn mint(&self, request: &PaykeyRequest) -> Result<String, Error> {
        paykeys::mint(&self.0, request.clone()).map_err(Into::into)
    }

    /// As [`crate::Sandbox::transaction`].
    pub fn transaction(&self, txid: &str) -> Result<Option<LedgerEntry>, Error> {
        journal::find(self.0.ledger().read(), txid).map_err(Into::into)
    }
}
