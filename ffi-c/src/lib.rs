//! The C ABI: handles, bytes, panics stopped. No decisions: those are `xpayclient_core::binding::Session`'s.
//!
//! The doc comments of the `extern "C"` functions are those of `include/xpayclient.h`.
#![allow(non_camel_case_types, reason = "the names are C's")]
#![deny(clippy::indexing_slicing)]

mod call;
#[rustfmt::skip]
mod constants;
mod handle;
mod listener;
#[cfg(windows)]
mod loaded;
mod owner;
mod said;
mod shown;
mod text;

// In the order in which the header shows them.
mod client;

mod transaction;

mod guard;

mod typed;

mod response;

mod recovery;

mod statement;

mod store;

mod report;

mod log;

mod signature;

mod made;

mod window;

mod notice;

mod posted;

mod returned;

mod escrow;

pub use client::*;
pub use constants::*;
pub use escrow::*;
pub use guard::*;
pub use handle::*;
pub use listener::*;
pub use log::*;
pub use made::*;
pub use notice::*;
pub use recovery::*;
pub use report::*;
pub use response::*;
pub use returned::*;
pub use signature::*;
pub use statement::*;
pub use store::*;
pub use transaction::*;
pub use typed::*;
pub use window::*;
