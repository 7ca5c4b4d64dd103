//! What the protocol fixes: its tables and limits, signatures, what each LGD_TXNAME does, and what an answer is.

pub(crate) mod answer;
pub(crate) mod effect;
pub(crate) mod fields;
pub(crate) mod limits;
pub(crate) mod means;
pub(crate) mod rollback_reason;
pub mod signature;
pub mod tables;
pub(crate) mod value;
