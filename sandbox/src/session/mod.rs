//! A shop's session with the gateway, recorded without secrets, to be replayed as a test.
//!
//! The file has one JSON object a line. The first is a [`Head`], each other one a [`Line`]. What must not be kept is
//! replaced by a stand-in that keeps the session replayable:
//!
//! | in the file | stands for |
//! | --- | --- |
//! | `{txid:7}`, `{paykey:2}`, `{tid:3}`, `{billkey:2}`, `{receipt:5}`, `{window:1}` | a number or key that first came in this line; a replay makes its own |
//! | `{right}`, `{wrong}` | a signature that fits the request and the MertKey, or does not |
//! | `x`, `0`, `가` | a letter, a digit, another character of a buyer's data, an address, a card number, or whatever the protocol does not know |

pub(crate) mod pages;
pub(crate) mod recorder;
pub(crate) mod replay;
mod standins;

use crate::profile::Profile;
use serde::{Deserialize, Serialize};

/// The version of the format.
const FORMAT: u32 = 1;

/// The first line: the sandbox that recorded.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Head {
    xpay_session: u32,
    /// `--strict`.
    strict: bool,
    /// The LGD_MIDs that the gateway knew.
    shops: Vec<String>,
    /// Its profile, as `--profile` reads it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    profile: String,
}

impl Head {
    pub(crate) fn new(strict: bool, shops: Vec<String>, profile: &Profile) -> Self {
        Self { xpay_session: FORMAT, strict, shops, profile: profile.to_string() }
    }
}

/// Names and values, in order.
type Pairs = Vec<(String, String)>;

/// Who sent what to whom.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    /// The shop's server to the gateway: a transaction.
    Tx,
    /// A browser to the gateway: the window's request, and what the buyer answers in it.
    Page,
    /// The gateway to the shop's server: a notice.
    Note,
    /// A developer to the sandbox: a PAYKEY without a window, a deposit, a cancellation by the merchant.
    Act,
}

/// A request and its answer.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// From 1.
    n: u32,
    /// When, Korean time.
    at: String,
    kind: Kind,
    /// LGD_TXNAME, the path of a page, LGD_CASFLAG or the address's name of a notice, or the name of an act.
    what: String,
    /// The fault that the transaction met.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    fault: String,
    request: Pairs,
    /// The code of the answer, or the HTTP status.
    status: String,
    answer: Pairs,
}
