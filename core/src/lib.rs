//! The core of xpayclient: it makes every decision, and the bindings only convert.
//!
//! A payment passes through these parts:
//! - [`Config`]: the settings and MertKeys.
//! - `request`: LGD_TXID, LGD_AUTHCODE and the ordered parameters.
//! - `exchange`: one POST over TLS, which knows whether anything left.
//! - [`Answer`]: the gateway's rows.
//! - [`Outcome`]: answered, not sent, rolled back, or in doubt.
//!
//! [`Client`] connects them; [`Session`] offers the same with the vendor's call sequence. The typed API is in
//! [`requests`], [`results`], [`window`] (the payment window's form), [`window_return`] (what comes back from it),
//! [`notice`] and [`escrow`].
//!
//! ```no_run
//! use xpayclient_core::{Client, Config, Outcome, Platform};
//!
//! # fn main() -> Result<(), xpayclient_core::Error> {
//! let client = Client::new(Config::load("/home/shop/lgdacom")?, Platform::Test);
//! let mut payment = client.transaction("tlgdacomxpay")?;
//! payment.set("LGD_TXNAME", "PaymentByKey")?;
//! payment.set("LGD_PAYKEY", "the key that the payment window returned")?;
//! match payment.send() {
//!     Outcome::Answered(answer) if answer.is_success() => println!("paid: {:?}", answer.get("LGD_TID")),
//!     Outcome::Answered(answer) => println!("declined: {} {}", answer.code(), answer.message()),
//!     Outcome::NotSent(error) | Outcome::RolledBack(error) => println!("not paid: {error}"),
//!     Outcome::InDoubt(error) => println!("look it up before charging again: {error}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! A logger at TRACE leaves out the target `ureq_proto` (`RUST_LOG=trace,ureq_proto=debug`): the HTTP engine would write there
//! every byte of an answer, in which there are personal data. Requests' bodies it never sees.
#![forbid(unsafe_code)]
#![cfg_attr(not(test), deny(clippy::indexing_slicing))]

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
pub use client::history::Journalled;
pub use client::listing::{Listing, Recent, Wanted};
pub use client::open::{OpenTransaction, State};
pub use client::outcome::{OUTCOMES, Outcome};
pub use client::probe::{Handshake, Obstacle, Unreached};
pub use client::recovery::Recovery;
pub use client::sent::Exchanged;
pub use client::standing::Standing;
pub use client::transaction::Transaction;
pub use config::Platform;
pub use config::{Config, is_sample};
pub use config::{InvalidSetting, SETTINGS, Setting, Settings, is_mert_key, is_setting};
pub use config::{JournalMode, Kind};
pub use error::RollbackResult;
pub use error::{CODES, Code, CodeInfo, ERROR_KINDS, ErrorKind, Remedy};
pub use error::{Error, Result};
pub use log::follow::Follow;
pub use log::lines::{LogFiles, LogLine};
pub use log::thread::Thread;
pub use log::{Level, Sink};
pub use net::stop::Stop;
pub use net::trust::{Bundle, Root, is_usable_root};
pub use protocol::answer::{Answer, Row};
pub use protocol::effect::{EFFECTS, Effect, EffectInfo, ForBuyer};
pub use protocol::payment_method::PaymentMethod;
pub use protocol::rollback_reason::STEP_FAILED;
pub use protocol::value::Value;
pub use protocol::vendor_signature::unmatchable;
pub use protocol::won::{read as read_won, read_payable as read_payable_won};
pub use protocol::{signature, tables};
pub use session::Session;
pub use session::call::{ABI, CALLS, Returned};
pub use text::dates::{parse as parse_timestamp, timestamp};
pub use text::encoding;
pub use text::secret::Secret;
pub use typed::receipt_link::ReceiptLink;
pub use typed::{escrow, notice, requests, results, window, window_return};

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
