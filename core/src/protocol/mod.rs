//! The protocol: its tables and limits, signatures, the effect of each LGD_TXNAME, and answers.

pub(crate) mod answer;
pub(crate) mod effect;
pub(crate) mod fields;
pub(crate) mod limits;
pub(crate) mod payment_method;
pub(crate) mod rollback_reason;
pub mod signature;
pub mod tables;
pub(crate) mod value;
pub(crate) mod vendor_signature;
pub(crate) mod won;
