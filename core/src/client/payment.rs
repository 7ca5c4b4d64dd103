//! The facts of a transaction that its Rollback, its journal record and its messages need.

use crate::client::request::Request;
use crate::journal::record::Record;
use crate::protocol::effect::Effect;
use crate::protocol::value::Value;

/// A transaction that a Rollback can undo.
#[derive(Clone, Debug)]
pub(crate) struct Payment {
    pub(crate) mid: String,
    pub(crate) tx_id: String,
    pub(crate) hash_type: Option<Value>,
    /// What the transaction does, which the Rollback undoes.
    pub(crate) effect: Effect,
}

impl Payment {
    /// From a journal record.
    pub(crate) fn from_record(record: &Record) -> Payment {
        let hash_type = Some(&record.hash_type).filter(|kind| !kind.is_empty());
        Payment {
            mid: record.mid.clone(),
            tx_id: record.tx_id.clone(),
            hash_type: hash_type.map(|kind| Value::from(kind.as_str())),
            effect: Effect::of(&record.txname),
        }
    }

    pub(crate) fn from_request(request: &Request) -> Payment {
        Payment {
            mid: request.mid().to_owned(),
            tx_id: request.tx_id().to_owned(),
            hash_type: request.get("LGD_HASHTYPE").cloned(),
            effect: request.effect(),
        }
    }
}
