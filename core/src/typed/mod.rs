//! The gateway in types: a struct for every LGD_TXNAME, results, the payment window's form, notices, receipts.

pub mod notice;
pub(crate) mod receipt_link;
pub mod requests;
pub mod results;
pub mod window;
