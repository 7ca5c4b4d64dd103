//! The typed API: a struct for every LGD_TXNAME, results, the payment window's form and its return, notifications,
//! receipts and escrow.

pub mod escrow;
pub mod notice;
mod posted;
pub(crate) mod receipt_link;
pub mod requests;
pub mod results;
mod setters;
pub mod window;
pub mod window_return;
