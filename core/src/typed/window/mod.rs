//! The payment window's request: checks it, signs it, and writes it as hidden fields for the shop's page.
//!
//! The protocol marks some parameters as required that are required only with a certain payment method. They are
//! required here if the request itself names that method:
//!
//! | parameter | required where |
//! | --- | --- |
//! | LGD_CASNOTEURL | LGD_CUSTOM_USABLEPAY or LGD_CUSTOM_FIRSTPAY names SC0040 |
//! | LGD_OCBITEMCODE | they name SC0090 |
//! | LGD_LANGUAGE | LGD_USABLECARD names an issuer abroad (4J, 4M, 4V, 6D, 6I) |
//! | LGD_NOTEURL | never: PayPal, Tenpay and Alipay, which need it, have no code in the protocol |

use std::fmt;

use time::PrimitiveDateTime;
use zeroize::Zeroizing;

use crate::config::{Config, Platform};
use crate::error::{Code, Error, Result};
use crate::protocol::limits;
use crate::protocol::signature::hash_data;
use crate::protocol::tables::WINDOW_REQUEST;
use crate::text::dates;

/// A request to open the payment window. Its `Debug` shows the order ID only.
#[derive(Clone)]
pub struct WindowRequest {
    /// CST_MID: the contracted merchant ID. LGD_MID is made from it, with a leading `t` on the test platform.
    pub cst_mid: String,
    /// LGD_OID: the shop's order ID.
    pub oid: String,
    /// LGD_AMOUNT in won.
    pub amount: u64,
    /// LGD_BUYER: the buyer's name.
    pub buyer: String,
    /// LGD_BUYERID.
    pub buyer_id: String,
    /// LGD_BUYERIP.
    pub buyer_ip: String,
    /// LGD_PRODUCTINFO: the product.
    pub product_info: String,
    /// LGD_RETURNURL: the shop's page that receives the window's result.
    pub return_url: String,
    /// LGD_WINDOW_TYPE: how the page opens the window. The page passes the same value to `openXpay`.
    pub window_type: String,
    /// LGD_DOMAIN_URL, as in the gateway's sample page for the shop.
    pub domain_url: String,
    /// LGD_TIMESTAMP, in Korean time; the current time if not set.
    pub timestamp: Option<PrimitiveDateTime>,
    /// Other parameters, named LGD_… or CST_….
    pub others: Vec<(String, String)>,
}

/// A signed request for the window. Its `Debug` shows names only.
#[derive(Clone)]
pub struct Window {
    fields: Vec<(String, Zeroizing<String>)>,
}

/// Computed here from the other fields.
const SIGNATURE: &str = "LGD_HASHDATA";

/// Defaults for parameters that the shop does not set. All other defaults are the gateway's own.
const DEFAULTS: [(&str, &str); 1] = [("LGD_CUSTOM_PROCESSTYPE", "TWOTR")];

/// A parameter that is required under a condition, and the condition.
type Condition = (&'static str, fn(&WindowRequest) -> bool);

static CONDITIONS: &[Condition] = &[
    ("LGD_CASNOTEURL", |request| request.names_method("SC0040")),
    ("LGD_OCBITEMCODE", |request| request.names_method("SC0090")),
    ("LGD_LANGUAGE", |request| {
        ["4J", "4M", "4V", "6D", "6I"].iter().any(|issuer| request.other("LGD_USABLECARD").contains(issuer))
    }),
    ("LGD_NOTEURL", |_| false),
];

impl WindowRequest {
    /// Checks all parameters and signs the request with the shop's MertKey.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] names the first parameter that is missing, too long, malformed or given twice;
    /// [`Code::NO_MID`] if the configuration has no MertKey for LGD_MID.
    pub fn sign(&self, config: &Config, platform: Platform) -> Result<Window> {
        let mut fields = self.typed_fields(platform);
        self.add_others(&mut fields)?;
        for (name, text) in DEFAULTS {
            if value(&fields, name).is_empty() {
                fields.push(field(name, text));
            }
        }
        self.check(&fields)?;
        let [mid, oid, amount, timestamp] =
            ["LGD_MID", "LGD_OID", "LGD_AMOUNT", "LGD_TIMESTAMP"].map(|name| value(&fields, name).as_bytes());
        let key = config.mert_key(mid)?;
        let hash = hash_data(mid, oid, amount, timestamp, key)?;
        fields.push(field(SIGNATURE, &hash));
        fields.sort_by_key(|(name, _)| table_position(name));
        Ok(Window { fields })
    }

    fn typed_fields(&self, platform: Platform) -> Vec<(String, Zeroizing<String>)> {
        let (name, prefix) = match platform {
            Platform::Test => ("test", "t"),
            Platform::Service => ("service", ""),
        };
        vec![
            field("CST_PLATFORM", name),
            field("CST_MID", &self.cst_mid),
            field("LGD_MID", &format!("{prefix}{}", self.cst_mid)),
            field("LGD_OID", &self.oid),
            field("LGD_AMOUNT", &self.amount.to_string()),
            field("LGD_BUYER", &self.buyer),
            field("LGD_PRODUCTINFO", &self.product_info),
            field("LGD_TIMESTAMP", &self.timestamp.map_or_else(dates::timestamp, dates::format)),
            field("LGD_RETURNURL", &self.return_url),
            field("LGD_WINDOW_TYPE", &self.window_type),
            field("LGD_BUYERID", &self.buyer_id),
            field("LGD_BUYERIP", &self.buyer_ip),
            field("LGD_DOMAIN_URL", &self.domain_url),
        ]
    }

    /// Adds the other parameters. A signed or typed one must not be given again here. Empty values are left out.
    fn add_others(&self, fields: &mut Vec<(String, Zeroizing<String>)>) -> Result<()> {
        for (name, text) in &self.others {
            let known = |b: u8| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_';
            if !(name.starts_with("LGD_") || name.starts_with("CST_")) || !name.bytes().all(known) {
                return Err(Error::new(Code::BAD_VALUE, "a parameter of the window is named LGD_… or CST_…"));
            }
            if name == SIGNATURE || fields.iter().any(|(given, _)| given == name) {
                return Err(Error::bad_value(name, "is given twice"));
            }
            if !text.is_empty() {
                fields.push(field(name, text));
            }
        }
        Ok(())
    }

    fn check(&self, fields: &[(String, Zeroizing<String>)]) -> Result<()> {
        for known in WINDOW_REQUEST.iter().filter(|known| known.required && known.name != SIGNATURE) {
            let condition = CONDITIONS.iter().find(|(name, _)| *name == known.name);
            if condition.is_none_or(|(_, holds)| holds(self)) {
                limits::check_given(known.name, value(fields, known.name))?;
            }
        }
        for (name, text) in fields {
            limits::check(name, text)?;
            limits::check_allowed(name, text)?;
        }
        Ok(())
    }

    fn names_method(&self, paytype: &str) -> bool {
        ["LGD_CUSTOM_USABLEPAY", "LGD_CUSTOM_FIRSTPAY"].iter().any(|name| self.other(name).contains(paytype))
    }

    fn other(&self, name: &str) -> &str {
        let found = self.others.iter().find(|(given, _)| given == name);
        found.map_or("", |(_, text)| text)
    }
}

impl Window {
    /// Names and values, in the order of [`WINDOW_REQUEST`]. Unknown parameters come last, in the shop's order.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The value of a field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields().find(|(given, _)| *given == name).map(|(_, text)| text)
    }

    /// One line of HTML for each field, for the form that the page passes to the window.
    pub fn hidden_fields(&self) -> String {
        let line = |(name, text)| {
            format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escape(name), escape(text))
        };
        self.fields().map(line).collect()
    }
}

impl fmt::Debug for WindowRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WindowRequest").field("oid", &self.oid).finish_non_exhaustive()
    }
}

impl fmt::Debug for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Window").field(&self.fields().map(|(name, _)| name).collect::<Vec<_>>()).finish()
    }
}

fn field(name: &str, text: &str) -> (String, Zeroizing<String>) {
    (name.to_owned(), Zeroizing::new(text.to_owned()))
}

fn value<'a>(fields: &'a [(String, Zeroizing<String>)], name: &str) -> &'a str {
    fields.iter().find(|(given, _)| given == name).map_or("", |(_, text)| text)
}

fn table_position(name: &str) -> usize {
    WINDOW_REQUEST.iter().position(|known| known.name == name).unwrap_or(WINDOW_REQUEST.len())
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            plain => escaped.push(plain),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
