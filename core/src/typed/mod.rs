//! The typed API: a struct for every LGD_TXNAME, results, the payment window's form, notifications and receipts.

pub mod notice;
pub(crate) mod receipt_link;
pub mod requests;
pub mod results;
pub mod window;
