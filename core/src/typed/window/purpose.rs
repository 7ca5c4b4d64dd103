//! What a window is for, which decides what it takes and what is signed.

use super::form::{Field, value};
use super::warning::{NOT_FOR_BILLING, NOT_SET, Notes};
use crate::config::Config;
use crate::error::{Error, Result};
use crate::protocol::limits::check_given;
use crate::protocol::signature::{hash_data, hash_data_auth_only};
use crate::protocol::tables::WINDOW_REQUEST;
use crate::protocol::won::check_moving;

/// What the window is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// A payment for an order.
    Payment,
    /// A payment by UnionPay (LGD_PAYWINDOWTYPE `CUPS`).
    UnionPay,
    /// A billing key (LGD_PAYWINDOWTYPE `CardBillingAuth`, `CardBillingAuth_smartphone`). No order, no signature.
    Billing,
    /// An identity check (LGD_PAYTYPE `ASC…`).
    Identity,
}

/// Made or computed here.
pub(super) const HASH: &str = "LGD_HASHDATA";

/// The protocol marks them as required; pages without them are in use.
const LEFT_OUT: [&str; 2] = ["LGD_WINDOW_TYPE", "LGD_DOMAIN_URL"];

impl Purpose {
    /// By LGD_PAYWINDOWTYPE and LGD_PAYTYPE.
    pub(super) fn of(fields: &[Field]) -> Result<Purpose> {
        let window = value(fields, "LGD_PAYWINDOWTYPE");
        let (identity, billing) =
            (value(fields, "LGD_PAYTYPE").starts_with("ASC"), window.starts_with("CardBillingAuth"));
        match (identity, billing) {
            (true, true) => Err(Error::bad_value(
                "LGD_PAYTYPE",
                "names an identity check, but LGD_PAYWINDOWTYPE a billing key",
            )),
            (true, false) => Ok(Purpose::Identity),
            (false, true) => Ok(Purpose::Billing),
            (false, false) if window == "CUPS" => Ok(Purpose::UnionPay),
            (false, false) => Ok(Purpose::Payment),
        }
    }

    /// Whether LGD_TIMESTAMP is sent.
    pub(super) fn has_timestamp(self) -> bool {
        self != Purpose::Billing
    }

    /// Defaults for parameters that the shop does not set. All other defaults are the gateway's own.
    pub(super) fn defaults(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Purpose::Payment | Purpose::UnionPay => &[("LGD_CUSTOM_PROCESSTYPE", "TWOTR")],
            Purpose::Billing | Purpose::Identity => &[],
        }
    }

    /// Refuses the first required parameter that is not there.
    pub(super) fn check_required(self, fields: &[Field], notes: &mut Notes) -> Result<()> {
        let given = |name| check_given(name, value(fields, name));
        match self {
            Purpose::Payment => check_table(fields, notes),
            // Without the notification nobody hears of the payment.
            Purpose::UnionPay => check_table(fields, notes).and_then(|()| given("LGD_NOTEURL")),
            Purpose::Billing => {
                ["CST_MID", "LGD_RETURNURL"].into_iter().try_for_each(given)?;
                if value(fields, "LGD_CHECKSSNYN").is_empty() && value(fields, "LGD_BUYERSSN").is_empty() {
                    return Err(Error::bad_value(
                        "LGD_BUYERSSN or LGD_CHECKSSNYN",
                        "is required in a billing window",
                    ));
                }
                let misplaced = ["LGD_OID", "LGD_AMOUNT", "LGD_TIMESTAMP"];
                let mut misplaced = misplaced.into_iter().filter(|name| !value(fields, name).is_empty());
                misplaced.try_for_each(|name| notes.warn(name, &NOT_FOR_BILLING))
            }
            Purpose::Identity => {
                ["CST_MID", "LGD_BUYERSSN", "LGD_PAYTYPE", "LGD_RETURNURL"].into_iter().try_for_each(given)
            }
        }
    }

    /// Refuses a payment of nothing.
    pub(super) fn check_amount(self, fields: &[Field]) -> Result<()> {
        match self {
            Purpose::Payment | Purpose::UnionPay => check_moving("LGD_AMOUNT", value(fields, "LGD_AMOUNT")),
            Purpose::Billing | Purpose::Identity => Ok(()),
        }
    }

    /// LGD_HASHDATA; `None` for a window without one.
    pub(super) fn hash(self, fields: &[Field], config: &Config) -> Result<Option<String>> {
        let bytes = |name| value(fields, name).as_bytes();
        let (mid, timestamp) = (bytes("LGD_MID"), bytes("LGD_TIMESTAMP"));
        let hash = match self {
            Purpose::Payment | Purpose::UnionPay => {
                hash_data(mid, bytes("LGD_OID"), bytes("LGD_AMOUNT"), timestamp, config.mert_key(mid)?)
            }
            Purpose::Identity => {
                hash_data_auth_only(mid, bytes("LGD_BUYERSSN"), timestamp, config.mert_key(mid)?)
            }
            Purpose::Billing => return Ok(None),
        };
        hash.map(Some)
    }
}

/// The parameters of a payment that the table requires, always or for a payment method or issuer that the request names.
fn check_table(fields: &[Field], notes: &mut Notes) -> Result<()> {
    let named = |code: &&str| {
        let lists = ["LGD_CUSTOM_USABLEPAY", "LGD_CUSTOM_FIRSTPAY", "LGD_USABLECARD"];
        lists.iter().any(|list| value(fields, list).split(['-', ':', ',']).any(|one| one == *code))
    };
    for known in WINDOW_REQUEST.iter().filter(|known| known.name != HASH) {
        if !known.required && !known.required_for.iter().any(named) {
            continue;
        }
        let given = check_given(known.name, value(fields, known.name));
        match given {
            Err(_) if LEFT_OUT.contains(&known.name) => {
                let stands_in =
                    known.name == "LGD_WINDOW_TYPE" && !value(fields, "CST_WINDOW_TYPE").is_empty();
                if !stands_in {
                    notes.warn(known.name, &NOT_SET)?;
                }
            }
            given => given?,
        }
    }
    Ok(())
}
