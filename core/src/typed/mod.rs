//! Typed interface: a struct for every LGD_TXNAME, results, the payment window's form, notifications, receipts.

pub mod notice;
pub(crate) mod receipt_link;
pub mod requests;
pub mod results;
pub mod window;
