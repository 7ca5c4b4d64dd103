//! Payments at LG U+ XPay / Toss Payments: the final payment request, cancellations, notifications, and what follows
//! when an answer does not come.
//!
//! A [`Client`] sends typed [`requests`] for the shops of one [`Config`]. [`Transaction::guard`] saves the order before
//! the approval counts:
//!
//! ```no_run
//! use xpayclient_core::requests::PaymentByKey;
//! use xpayclient_core::results::PaymentResult;
//! use xpayclient_core::{Answer, Client, Config, Error, Guarded, Outcome, Platform};
//!
//! # struct Order { oid: String, amount: u64 }
//! # impl Order {
//! #     fn save_paid(&self, _: &PaymentResult) -> Result<(), Box<dyn std::error::Error>> { Ok(()) }
//! #     fn save_in_doubt(&self, _: &Error) {}
//! # }
//! fn client() -> Result<Client, Error> {
//!     Ok(Client::new(Config::load("/home/shop/lgdacom")?, Platform::Test))
//! }
//!
//! /// Pays the order with the payment key that the payment window returned. `Ok` is what the buyer reads.
//! fn pay(client: &Client, order: &Order, paykey: &str) -> Result<String, Error> {
//!     // The gateway declines another amount than the order's.
//!     let request = PaymentByKey::new(paykey).amount(order.amount);
//!     let save = |answer: &Answer| -> Result<(), Box<dyn std::error::Error>> {
//!         let paid = PaymentResult::read(answer)?;
//!         if paid.oid != order.oid {
//!             return Err("the payment key is of another order".into());
//!         }
//!         order.save_paid(&paid)
//!     };
//!     Ok(match client.prepare("tlgdacomxpay", &request)?.guard(save) {
//!         Guarded::Done(_, ()) => "paid".into(),
//!         // It may be paid by an earlier request: nobody knows from the code alone.
//!         Guarded::Declined(answer) if answer.is_repeated() => "please do not pay again: we are looking it up".into(),
//!         Guarded::Declined(answer) => answer.message().into(),
//!         // The order was not saved, or no answer came: the payment is rolled back, or nobody knows yet.
//!         Guarded::Undone(outcome, _) | Guarded::Unanswered(outcome) => match outcome {
//!             Outcome::InDoubt(error) => {
//!                 order.save_in_doubt(&error);
//!                 "please do not pay again: we are looking it up".into()
//!             }
//!             _ => "nothing was charged: please try again".into(),
//!         },
//!     })
//! }
//! ```
//!
//! # Outcomes
//!
//! No request is sent twice, and every outcome is one of four ([`Outcome`]): *answered* (an approval or a decline), *not
//! sent*, *rolled back* (망취소: no money moved) or *in doubt* (money may have moved). What is in doubt is in the journal,
//! and [`Client::recover`] rolls it back. Run `xpay recover` every minute, or call it yourself.
//!
//! An approval of a virtual account ([`results::PaymentResult::virtual_account`]) is no deposit. A notification
//! ([`notice`]) follows it.
//!
//! # It blocks
//!
//! [`Transaction::send`], [`guard`](Transaction::guard) and [`hold`](Transaction::hold) block the calling thread until the
//! outcome is known: at most `timeout` (60 seconds unless the configuration says otherwise) for the answer, about as long
//! again for the Rollbacks of a missing answer, and with `report_error = 1` as long again for a Report. The shop's own step
//! comes on top, and if it fails, about one `timeout` more for its Rollback. The library starts no thread, except to look
//! up a host name. A [`Stop`] ends the wait for the answer, and never the Rollback after it.
//!
//! # From async code
//!
//! Send from a thread that may block:
//!
//! ```no_run
//! use xpayclient_core::requests::PaymentByKey;
//! use xpayclient_core::{Answer, Client, Error, Guarded};
//!
//! async fn pay(client: Client, paykey: String, amount: u64) -> Result<Guarded<(), std::io::Error>, Error> {
//!     let payment = client.prepare("tlgdacomxpay", &PaymentByKey::new(paykey).amount(amount))?;
//!     let paid = tokio::task::spawn_blocking(move || payment.guard(save)).await;
//!     Ok(paid.expect("save does not panic"))
//! }
//!
//! fn save(answer: &Answer) -> Result<(), std::io::Error> {
//! #   let _ = answer;
//!     Ok(()) // the order, in the shop's database
//! }
//! ```
//!
//! **To drop this future does not stop the payment.** A task that is aborted, a `timeout` around it or a browser that hangs
//! up only stops the waiting: the request is sent, and its step runs to the end on its own thread. So everything that an
//! approval needs belongs into the step, and nothing behind the `await`. To end the wait for the answer, keep a [`Stop`] and
//! set it ([`Transaction::stop_with`]): a payment that was sent and has no answer yet is then rolled back, or in doubt.
//!
//! # Where things are
//!
//! | | |
//! | --- | --- |
//! | [`requests`], [`results`] | a struct for each LGD_TXNAME, and typed views of its answer |
//! | [`window`], [`window_return`] | the payment window's form, and what comes back from it |
//! | [`notice`], [`escrow`] | notifications from the gateway, deliveries to it |
//! | [`Error`], [`Code`] | what went wrong, and what to do about it, in English and Korean |
//! | [`tables`], [`signature`], [`encoding`] | the protocol's codes, signatures and CP949 |
//! | [`records`] | what log and journal tell afterwards |
//! | [`diagnosis`], [`binding`] | for `xpay doctor`, and for the bindings to other languages; a shop needs neither |
//!
//! Requests and results grow: they are `#[non_exhaustive]`, and requests are made by `new` and setters. [`Outcome`] and
//! [`Guarded`] never grow, so that a `match` can handle all of them. No `Debug` output shows a secret.
//!
//! # Features
//!
//! `simulation`: `Client::in_world` and the module `simulation`, for simulators of network, disk and clock. It is not
//! part of the stable interface. There is no other, and none is on by default.
//!
//! # Logging
//!
//! Lines go to `log_dir` (a directory, or `-` for standard error; `log_format = json` makes each an object), and to the `log`
//! facade with the target `xpayclient`. A logger at TRACE leaves out the target
//! `ureq_proto` (`RUST_LOG=trace,ureq_proto=debug`): the HTTP engine would write there every byte of an answer, in which
//! there are personal data. Requests' bodies it never sees.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::indexing_slicing))]
#![warn(missing_debug_implementations)]

// Which room may use which: scripts/rooms.py.
mod client;
mod config;
mod error;
mod journal;
mod log;
mod net;
mod os;
mod protocol;
mod session;
mod text;
mod typed;

#[cfg(fuzzing)]
pub mod fuzzing;
#[cfg(test)]
mod vectors;

pub use client::Client;
pub use client::delivery::Unregistered;
pub use client::held::{Guarded, Held};
pub use client::open::{OpenTransaction, State};
pub use client::outcome::Outcome;
pub use client::recovery::{Recovery, Rollbacks};
pub use client::rehearsal::Rehearsal;
pub use client::transaction::Transaction;
pub use config::{Config, Platform};
pub use error::{Code, Error, ErrorKind, Remedy, Result, RollbackResult};
pub use net::stop::Stop;
pub use protocol::answer::{Answer, Row};
pub use protocol::payment_method::PaymentMethod;
pub use protocol::value::Value;
pub use protocol::{signature, tables};
pub use text::dates::{parse as parse_timestamp, timestamp};
pub use text::encoding;
pub use text::secret::Secret;
pub use typed::receipt_link::ReceiptLink;
pub use typed::{escrow, notice, requests, results, window, window_return};

/// What a check of a shop's files and network looks at, as `xpay doctor` does: the settings, the trusted roots, a TLS
/// handshake. A shop needs none of it.
pub mod diagnosis {
    pub use crate::client::interview::{Interview, Offer, Question, Reply, TlsVersion};
    pub use crate::client::probe::{Handshake, Obstacle, Unreached};
    pub use crate::config::{
        InvalidSetting, JournalMode, Kind, LogFormat, SETTINGS, Setting, Settings, is_mert_key, is_sample,
        is_setting,
    };
    pub use crate::net::trust::{Bundle, Root, is_usable_root};
}

/// What log and journal tell afterwards, as `xpay list` and `xpay log` read them: recent requests and how they stand, and
/// the log as it grows.
pub mod records {
    pub use crate::client::history::Journalled;
    pub use crate::client::listing::{Listing, Recent, Wanted};
    pub use crate::client::standing::Standing;
    pub use crate::log::follow::Follow;
    pub use crate::log::lines::{LogFiles, LogLine};
    pub use crate::log::thread::Thread;
}

/// The journal in the shop's own database: what executes its statements, and what an administrator needs.
///
/// A shop on one machine needs none of it: its journal is in files. On many machines, give the client what the shop's driver
/// can do ([`Database`](database::Database)); the statements and what follows from them are this library's.
pub mod database {
    pub use crate::client::database::{Moved, Place, schema};
    pub use crate::journal::database::facts::{DatabaseFacts, DatabaseFault};
    pub use crate::os::database::{Database, Dialect, Operation, Placeholder, Reply, Sql, Statement};
}

/// What the bindings to other languages are made of: the vendor's call sequence on one object ([`Session`](binding::Session)),
/// the tables that their constants and documents are generated from, and steps between which they change threads. A shop
/// in Rust uses [`Client`].
pub mod binding {
    pub use crate::client::outcome::OUTCOMES;
    pub use crate::client::sent::Exchanged;
    pub use crate::error::{CODES, CodeInfo, ERROR_KINDS};
    pub use crate::log::{Level, Sink};
    pub use crate::protocol::effect::{EFFECTS, Effect, EffectInfo, ForBuyer};
    pub use crate::protocol::limits::check as check_value;
    pub use crate::protocol::rollback_reason::STEP_FAILED;
    pub use crate::protocol::vendor_signature::unmatchable;
    pub use crate::protocol::won::{read as read_won, read_payable as read_payable_won};
    pub use crate::session::Session;
    pub use crate::session::call::{ABI, CALLS, Returned};
}

/// For simulators, which supply a client's environment. Not part of the stable interface.
#[cfg(feature = "simulation")]
pub mod simulation {
    pub use crate::os::disk::{Disk, DiskFile};
    pub use crate::os::owner::Owner;
    pub use crate::os::world::{Line, Lines, World};
}

/// The crate of the dates in requests and results.
pub use time;

/// The version of this library, also sent in the `User-Agent`.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
