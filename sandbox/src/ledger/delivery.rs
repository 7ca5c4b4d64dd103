//! Escrow deliveries that shops registered.

use super::stored::stored;
use rusqlite::{Connection, Result};
use serde::Serialize;

stored! {
    /// A registered delivery. Nothing of whoever brought or received it is kept.
    #[derive(Clone, Debug, Serialize)]
    pub struct RegisteredDelivery in "delivery" {
        /// LGD_TID of the payment in escrow.
        pub tid: String,
        /// dlvtype: `03` sent, `01` received.
        pub kind: String,
        /// productid.
        pub product: String,
        /// dlvdate or rcvdate.
        pub date: String,
        /// dlvcompcode; empty for one that was received.
        pub company: String,
        /// dlvno; empty for one that was received.
        pub number: String,
        /// When it was registered, Korean time.
        pub at: String,
    }
}

/// Those of a payment, oldest first.
pub(crate) fn of_payment(db: &Connection, tid: &str) -> Result<Vec<RegisteredDelivery>> {
    let mut statement = db.prepare_cached("SELECT * FROM delivery WHERE tid = ?1 ORDER BY rowid")?;
    statement.query_map([tid], RegisteredDelivery::read)?.collect()
}
