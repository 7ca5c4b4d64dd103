//! Notifications that the gateway POSTs to LGD_CASNOTEURL (virtual account), LGD_NOTEURL (payment result),
//! LGD_KVPMISPNOTEURL and LGD_MTRANSFERNOTEURL (mobile payment, which has an answer of its own: [`Notice::mobile_answer`]).
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

use time::PrimitiveDateTime;

use crate::config::{Config, Platform};
use crate::error::Result;
use crate::protocol::fields::Fields;
use crate::protocol::payment_method::PaymentMethod;
use crate::typed::posted::Posted;
use crate::typed::results::{CasFlag, Institution};

mod mobile;

pub use self::mobile::ROLLBACK;
#[cfg(doc)]
use crate::error::Code;
pub use crate::typed::posted::MAX_BODY;

/// The whole body of the shop's answer to a notification that it has recorded.
pub const ANSWER: &[u8] = OK.as_bytes();

const OK: &str = "OK";

const SUCCESS: &str = "0000";

/// A notification that anybody may have sent. Its `Debug` shows names only.
pub struct UnverifiedNotice {
    form: Posted,
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
    form: Posted,
}

impl UnverifiedNotice {
    /// Parses the body of the gateway's POST, in EUC-KR or UTF-8.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] for more than [`MAX_BODY`] bytes or 1000 parameters, for a malformed `%` escape, and for a name
    /// of the protocol's that occurs twice or in another spelling. With a repeated name, a page could use the last value
    /// while the check used the first.
    pub fn parse(body: &[u8]) -> Result<UnverifiedNotice> {
        Posted::parse(body).map(|form| UnverifiedNotice { form })
    }

    /// The received LGD_OID, to look up the order whose amount [`UnverifiedNotice::verify`] needs. Use it for nothing
    /// else.
    pub fn claimed_oid(&self) -> Option<&str> {
        self.form.claimed_oid()
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
        self.form.verify(config, platform, mid, amount)?;
        Notice::read(self.form)
    }
}

impl Notice {
    /// For bindings: the notification again whose [`Notice::values`] a program has kept after it was verified. This verifies
    /// nothing.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] names the field that is missing or malformed.
    #[doc(hidden)]
    pub fn kept(values: Vec<(String, String)>) -> Result<Notice> {
        Notice::read(Posted::kept(values))
    }

    fn read(form: Posted) -> Result<Notice> {
        let code = form.text("LGD_RESPCODE")?;
        // A failure moved no money, and may have neither.
        let needed =
            |name| if code == SUCCESS { form.text(name) } else { Ok(form.value(name).unwrap_or_default()) };
        let means = PaymentMethod::from_code(needed("LGD_PAYTYPE")?);
        let flag = match means {
            PaymentMethod::VirtualAccount => Some(CasFlag::read(&form)?),
            _ => CasFlag::if_given(&form)?,
        };
        Ok(Notice {
            mid: form.text("LGD_MID")?.to_owned(),
            oid: form.text("LGD_OID")?.to_owned(),
            amount: form.amount("LGD_AMOUNT")?,
            code: code.to_owned(),
            tid: needed("LGD_TID")?.to_owned(),
            flag,
            seqno: form.owned("LGD_CASSEQNO"),
            paid_in_total: form.amount_if_given("LGD_CASTAMOUNT")?,
            paid_in_now: form.amount_if_given("LGD_CASCAMOUNT")?,
            pay_date: form.date_if_given("LGD_PAYDATE")?,
            institution: Institution::read(&form, &means),
            means,
            form,
        })
    }

    /// Whether LGD_RESPCODE is `0000`.
    pub fn is_success(&self) -> bool {
        self.code == SUCCESS
    }

    /// LGD_TID, LGD_CASSEQNO, LGD_CASFLAG and LGD_PAYDATE, which identify a notification: a repetition has the same key, no
    /// other has. Where a bank bars over- and underpayment LGD_CASSEQNO is `000` each time, so only LGD_PAYDATE tells a
    /// second deposit, after a reversal, from the first. None of the four is signed. So an order that is already paid must
    /// not be paid again because the key is new.
    pub fn dedup_key(&self) -> (&str, &str, &str, &str) {
        let seqno = self.seqno.as_deref().unwrap_or_default();
        let at = self.get("LGD_PAYDATE").unwrap_or_default();
        (&self.tid, seqno, self.flag.map_or("", CasFlag::code), at)
    }

    /// All values received, in their order. Only the fields named above are signed.
    pub fn values(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.form.iter()
    }

    /// Any value by name. Only the fields named above are signed.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.form.value(name)
    }
}

impl fmt::Debug for UnverifiedNotice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("UnverifiedNotice").field(&self.form.names()).finish()
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
