//! A form that the gateway POSTs to the shop, by itself or through the buyer's browser: reads it, and compares it with the
//! shop's own order.
//!
//! The shop's own names come back in it too (LGD_RETURN_MERT_CUSTOM_PARAM). They may be of any form and occur several
//! times. A name that a page could take for one of the protocol's may not: a page could use the last value while the check
//! used the first.

use std::collections::HashSet;

use zeroize::Zeroizing;

use crate::config::{Config, Platform};
use crate::error::{Code, Error, Result};
use crate::protocol::fields::Fields;
use crate::protocol::limits;
use crate::protocol::tables::{Holds, WINDOW_REQUEST};
use crate::protocol::{signature, vendor_signature};
use crate::text::encoding::decode;
use crate::text::form;

/// The largest accepted form in bytes. Within the protocol's limits the largest has about a tenth of this.
pub const MAX_BODY: usize = 64 * 1024;

/// The most parameters of a form, which is also PHP's limit. Finding a value costs time for each of them.
const MAX_PARAMETERS: usize = 1000;

/// Names and values in their order. Each value was decoded from UTF-8 or CP949.
#[derive(Default)]
pub(crate) struct Posted {
    values: Vec<(String, Zeroizing<String>)>,
    /// LGD_OID as it came: its bytes are signed.
    oid: Vec<u8>,
}

impl Fields for Posted {
    fn value(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }
}

impl Posted {
    /// What was read and verified before.
    pub(crate) fn kept(values: Vec<(String, String)>) -> Posted {
        let values = values.into_iter().map(|(name, value)| (name, Zeroizing::new(value))).collect();
        Posted { values, oid: Vec::new() }
    }

    pub(crate) fn parse(body: &[u8]) -> Result<Posted> {
        if body.len() > MAX_BODY {
            let detail = format!("the form may have {MAX_BODY} bytes; found {}", body.len());
            return Err(Error::new(Code::BAD_VALUE, detail));
        }
        let (mut posted, mut seen) = (Posted::default(), HashSet::new());
        for pair in body.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
            let mut parts = pair.splitn(2, |b| *b == b'=');
            let [name, value] = [parts.next(), parts.next()].map(Option::unwrap_or_default);
            let name = read_name(name)?;
            let value =
                form::decode(value).ok_or_else(|| Error::bad_value(&name, "has a broken % escape"))?;
            limits::check_no_nul(name.as_bytes(), &value)?;
            if !may_repeat(&name) && !seen.insert(name.clone()) {
                return Err(Error::bad_value(&name, "is given twice"));
            }
            if name == "LGD_OID" {
                posted.oid = value.to_vec();
            }
            posted.values.push((name, Zeroizing::new(decode(&value).into_owned())));
            if posted.values.len() > MAX_PARAMETERS {
                let detail = format!("the form may have {MAX_PARAMETERS} parameters, and has more");
                return Err(Error::new(Code::BAD_VALUE, detail));
            }
        }
        Ok(posted)
    }

    /// LGD_OID, if an order can have it. Shops' order IDs hold dots, blanks and Hangul too; nothing else is accepted, for a
    /// page that makes a path or a statement of it.
    pub(crate) fn claimed_oid(&self) -> Option<&str> {
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ' ');
        let fits = |oid: &&str| oid.len() <= 128 && !oid.starts_with(['.', ' ']) && oid.chars().all(plain);
        self.given("LGD_OID").filter(fits)
    }

    /// Verifies that it is about the merchant `mid` and `amount` won, and that its signature fits that merchant's MertKey.
    pub(crate) fn verify(&self, config: &Config, platform: Platform, mid: &str, amount: u64) -> Result<()> {
        let key = config.verifying_key(mid.as_bytes(), platform)?;
        self.compare("LGD_MID", mid, "is not the order's shop")?;
        self.compare("LGD_AMOUNT", &amount.to_string(), "is not the order's amount")?;
        let [amount, respcode, timestamp, hash_data] =
            ["LGD_AMOUNT", "LGD_RESPCODE", "LGD_TIMESTAMP", "LGD_HASHDATA"]
                .map(|name| self.value(name).unwrap_or_default().as_bytes());
        if self.claimed_oid().is_none() {
            return Err(Error::bad_value("LGD_OID", "is missing, or no order can have it"));
        }
        // The order ID may be of any form: it is the one by which the shop found its order.
        let signed =
            vendor_signature::hash_data_cas(mid.as_bytes(), &self.oid, amount, respcode, timestamp, key)?;
        signature::compare(&signed.digest, hash_data)
    }

    /// Fails with `otherwise` unless a value is the order's.
    pub(crate) fn compare(&self, name: &str, due: &str, otherwise: &str) -> Result<()> {
        if self.value(name) == Some(due) { Ok(()) } else { Err(Error::bad_value(name, otherwise)) }
    }

    /// Without the parameter `name`.
    pub(crate) fn without(mut self, name: &str) -> Posted {
        self.values.retain(|(known, _)| known != name);
        self
    }

    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The shop's own names and their values.
    pub(crate) fn own(&self) -> impl Iterator<Item = (&str, &str)> {
        self.iter().filter(|(name, _)| !is_of_protocol(name))
    }

    /// For `Debug`.
    pub(crate) fn names(&self) -> Vec<&str> {
        self.iter().map(|(name, _)| name).collect()
    }
}

fn read_name(encoded: &[u8]) -> Result<String> {
    let wrong = |why| Err(Error::new(Code::BAD_VALUE, format!("a parameter name {why}")));
    let Some(bytes) = form::decode(encoded) else { return wrong("has a broken % escape") };
    let name = decode(&bytes);
    let plain = name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    if !plain && passes_for_protocol(&name) {
        return wrong(
            "begins like one of the protocol's and has characters other than letters, digits and _",
        );
    }
    Ok(name.into_owned())
}

/// PHP skips blanks before a name, and reads most other characters as `_`.
fn passes_for_protocol(name: &str) -> bool {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    is_of_protocol(&name.trim_start().chars().take(4).map(plain).collect::<String>())
}

fn is_of_protocol(name: &str) -> bool {
    ["LGD_", "CST_", "KVP_", "VBV_"].iter().any(|start| name.starts_with(start))
}

fn may_repeat(name: &str) -> bool {
    !is_of_protocol(name)
        || WINDOW_REQUEST.iter().any(|field| field.name == name && field.holds == Holds::Repeats)
}
