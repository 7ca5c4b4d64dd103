//! Notifications that the gateway POSTs to LGD_CASNOTEURL (virtual account) and LGD_NOTEURL (payment result).
//!
//! Except for the claimed order ID, a notification cannot be read before its signature is verified. Once the shop has
//! recorded it, the shop must answer exactly [`ANSWER`]. After any other answer the gateway sends it again every 3
//! minutes for 2 hours. So the same notification can arrive more than once: [`Notice::dedup_key`] identifies
//! repetitions.
//!
//! ```
//! use xpayclient_core::{Config, Platform};
//! use xpayclient_core::notice::{ANSWER, UnverifiedNotice};
//! use xpayclient_core::results::CasFlag;
//!
//! fn casnote(config: &Config, body: &[u8]) -> Result<&'static [u8], xpayclient_core::Error> {
//!     let notice = UnverifiedNotice::parse(body)?;
//!     let (mid, amount) = order(notice.claimed_oid());
//!     let notice = notice.verify(config, Platform::Test, mid, amount)?;
//!     if notice.is_success() && notice.flag == Some(CasFlag::PaidIn) {
//!         // Compare notice.tid with the order's, then book it once by its dedup_key().
//!     }
//!     Ok(ANSWER)
//! }
//! # fn order(_: Option<&str>) -> (&'static str, u64) { ("tshop", 0) }
//! ```

use std::fmt;

use indexmap::IndexMap;
use time::PrimitiveDateTime;
use zeroize::Zeroizing;

use crate::config::{Config, Platform};
use crate::error::{Code, Error, Result};
use crate::protocol::fields::Fields;
use crate::protocol::limits;
use crate::protocol::payment_method::PaymentMethod;
use crate::protocol::signature::SignedResult;
use crate::text::encoding::decode;
use crate::text::form;
use crate::typed::results::{CasFlag, Institution};

/// The whole body of the shop's answer to a notification that it has recorded.
pub const ANSWER: &[u8] = b"OK";

/// The largest accepted notification in bytes. Within the protocol's limits the largest has about a tenth of this.
pub const MAX_BODY: usize = 64 * 1024;

/// A notification that anybody may have sent. Its `Debug` shows names only.
pub struct UnverifiedNotice {
    values: IndexMap<String, Zeroizing<Vec<u8>>>,
}

/// A notification that was signed with the MertKey.
///
/// LGD_MID, LGD_OID, LGD_AMOUNT, LGD_RESPCODE and LGD_TIMESTAMP are signed, and LGD_AMOUNT is the order's. LGD_TID
/// and LGD_CASFLAG are not signed: compare `tid` with the order's LGD_TID.
#[non_exhaustive]
pub struct Notice {
    /// LGD_MID: the merchant ID.
    pub mid: String,
    /// LGD_OID: the shop's order ID.
    pub oid: String,
    /// LGD_AMOUNT in won.
    pub amount: u64,
    /// LGD_RESPCODE; `0000` is success.
    pub code: String,
    /// LGD_TID: the gateway's payment ID.
    pub tid: String,
    /// LGD_PAYTYPE.
    pub means: PaymentMethod,
    /// LGD_CASFLAG; a notification about a virtual account always has one.
    pub flag: Option<CasFlag>,
    /// LGD_CASSEQNO: the number of the deposit into this account.
    pub seqno: Option<String>,
    /// LGD_CASTAMOUNT in won: the total paid in so far.
    pub paid_in_total: Option<u64>,
    /// LGD_CASCAMOUNT in won: the amount paid in this time.
    pub paid_in_now: Option<u64>,
    /// LGD_PAYDATE, in Korean time.
    pub pay_date: Option<PrimitiveDateTime>,
    /// The bank or other institution.
    pub institution: Option<Institution>,
    values: Values,
}

/// Values as text; each was decoded from UTF-8 or CP949.
struct Values(IndexMap<String, Zeroizing<String>>);

impl Fields for Values {
    fn value(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(|text| text.as_str())
    }
}

impl UnverifiedNotice {
    /// Parses the body of the gateway's POST, in EUC-KR or UTF-8.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] for more than [`MAX_BODY`] bytes, for a malformed `%` escape, and for a name that is not
    /// ASCII or occurs twice. With a repeated name, a page could use the last value while the check used the first.
    pub fn parse(body: &[u8]) -> Result<UnverifiedNotice> {
        if body.len() > MAX_BODY {
            let detail = format!("the notice may have {MAX_BODY} bytes; found {}", body.len());
            return Err(Error::new(Code::BAD_VALUE, detail));
        }
        let mut values = IndexMap::new();
        for pair in body.split(|b| *b == b'&').filter(|pair| !pair.is_empty()) {
            let mut parts = pair.splitn(2, |b| *b == b'=');
            let [name, value] = [parts.next(), parts.next()].map(Option::unwrap_or_default);
            let name = form::decode(name)
                .and_then(|name| String::from_utf8(name.to_vec()).ok())
                .filter(|name| name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_'))
                .ok_or_else(|| {
                    Error::new(Code::BAD_VALUE, "a parameter name of the notification has characters other than letters, digits and _")
                })?;
            let value =
                form::decode(value).ok_or_else(|| Error::bad_value(&name, "has a broken % escape"))?;
            limits::check_no_nul(name.as_bytes(), &value)?;
            if values.contains_key(&name) {
                return Err(Error::bad_value(&name, "is given twice"));
            }
            values.insert(name, value);
        }
        Ok(UnverifiedNotice { values })
    }

    /// The received LGD_OID, to look up the order whose amount [`UnverifiedNotice::verify`] needs. Use it for nothing
    /// else.
    pub fn claimed_oid(&self) -> Option<&str> {
        std::str::from_utf8(self.bytes("LGD_OID")).ok().filter(|oid| limits::check("LGD_OID", oid).is_ok())
    }

    /// Verifies that the notification is for the order's merchant `mid` and `amount` in won, and that its signature
    /// fits that merchant's MertKey. Then reads it. `mid` is the LGD_MID with which the order's payment window was
    /// opened, on the same platform.
    ///
    /// Both must come from the order. An attacker who could choose the merchant ID would choose one with a published
    /// MertKey. And the signature does not cover where the amount begins and ends: the page that opens the payment
    /// window for 20,000 won shows the buyer a valid signature for a notification of 2 won.
    ///
    /// # Errors
    /// [`Code::NO_MID`] if `mid` is not in this configuration; [`Code::BAD_VALUE`] names the field that is missing or
    /// malformed. It names LGD_MID if the merchant is not the order's or belongs to the other platform. It also names
    /// LGD_MID if the MertKey is the vendor's sample, live or beside a real merchant. It names LGD_AMOUNT if the
    /// amount is not the order's, and LGD_HASHDATA if the signature is wrong.
    pub fn verify(self, config: &Config, platform: Platform, mid: &str, amount: u64) -> Result<Notice> {
        let key = config.verifying_key(mid.as_bytes(), platform)?;
        let signed = SignedResult {
            mid: self.bytes("LGD_MID"),
            oid: self.bytes("LGD_OID"),
            amount: self.bytes("LGD_AMOUNT"),
            respcode: self.bytes("LGD_RESPCODE"),
            timestamp: self.bytes("LGD_TIMESTAMP"),
            hash_data: self.bytes("LGD_HASHDATA"),
        };
        if signed.mid != mid.as_bytes() {
            return Err(Error::bad_value("LGD_MID", "is not the order's shop"));
        }
        if signed.amount != amount.to_string().as_bytes() {
            return Err(Error::bad_value("LGD_AMOUNT", "is not the order's amount"));
        }
        signed.verify(key)?;
        Notice::read(self.values)
    }

    fn bytes(&self, name: &str) -> &[u8] {
        self.values.get(name).map_or(&[], |value| value.as_slice())
    }
}

impl Notice {
    fn read(values: IndexMap<String, Zeroizing<Vec<u8>>>) -> Result<Notice> {
        let text =
            |(name, value): (String, Zeroizing<Vec<u8>>)| (name, Zeroizing::new(decode(&value).into_owned()));
        let values = Values(values.into_iter().map(text).collect());
        let means = values.means()?;
        let flag = match means {
            PaymentMethod::VirtualAccount => Some(CasFlag::read(&values)?),
            _ => CasFlag::if_given(&values)?,
        };
        Ok(Notice {
            mid: values.text("LGD_MID")?.to_owned(),
            oid: values.text("LGD_OID")?.to_owned(),
            amount: values.amount("LGD_AMOUNT")?,
            code: values.text("LGD_RESPCODE")?.to_owned(),
            tid: values.text("LGD_TID")?.to_owned(),
            flag,
            seqno: values.owned("LGD_CASSEQNO"),
            paid_in_total: values.amount_if_given("LGD_CASTAMOUNT")?,
            paid_in_now: values.amount_if_given("LGD_CASCAMOUNT")?,
            pay_date: values.date_if_given("LGD_PAYDATE")?,
            institution: Institution::read(&values, &means),
            means,
            values,
        })
    }

    /// Whether LGD_RESPCODE is `0000`.
    pub fn is_success(&self) -> bool {
        self.code == "0000"
    }

    /// LGD_TID, LGD_CASSEQNO and LGD_CASFLAG, which identify a notification: a repetition has the same key, no other
    /// has. None of them is signed. So an order that is already paid must not be paid again because the key is new.
    pub fn dedup_key(&self) -> (&str, &str, &str) {
        (&self.tid, self.seqno.as_deref().unwrap_or_default(), self.flag.map_or("", CasFlag::code))
    }

    /// All values received, in their order. Only the fields named above are signed.
    pub fn values(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.values.0.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Any value by name. Only the fields named above are signed.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.value(name)
    }
}

impl fmt::Debug for UnverifiedNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnverifiedNotice").field(&self.values.keys().collect::<Vec<_>>()).finish()
    }
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notice")
            .field("oid", &self.oid)
            .field("tid", &self.tid)
            .field("code", &self.code)
            .field("flag", &self.flag)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
