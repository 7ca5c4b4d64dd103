//! Signatures: every LGD_HASHDATA of the protocol, made and verified.
//!
//! md5 and sha1 are what the gateway checks; they are not a choice. The md5 input has no separators, so a
//! payment request with the timestamp `0000` + 10 digits signs the same bytes as a notice: verification
//! therefore checks the grammar of each field first.

use std::fmt::Write;

use sha1::{Digest, Sha1};
use subtle::ConstantTimeEq;

use crate::code::Code;
use crate::error::{Error, Result};

/// LGD_AUTHCODE: sha1 of LGD_TXID and MertKey.
pub fn auth_code(tx_id: &str, mert_key: &[u8]) -> String {
    hex(&Sha1::new().chain_update(tx_id).chain_update(mert_key).finalize())
}

/// LGD_HASHDATA of a payment request, for the page that opens the payment window.
pub fn hash_data(mid: &[u8], oid: &[u8], amount: &[u8], timestamp: &[u8], mert_key: &[u8]) -> String {
    md5(&[mid, oid, amount, timestamp, mert_key])
}

/// LGD_HASHDATA of a payment result and of a notice (cas_noteurl).
pub fn hash_data_cas(
    mid: &[u8],
    oid: &[u8],
    amount: &[u8],
    respcode: &[u8],
    timestamp: &[u8],
    mert_key: &[u8],
) -> String {
    md5(&[mid, oid, amount, respcode, timestamp, mert_key])
}

/// `authdata` of a receipt link.
pub fn receipt_authdata(mid: &[u8], tid: &[u8], mert_key: &[u8]) -> String {
    md5(&[mid, tid, mert_key])
}

/// LGD_HASHDATA of an identity check (AuthOnly) request.
pub fn hash_data_auth_only(mid: &[u8], buyer_ssn: &[u8], timestamp: &[u8], mert_key: &[u8]) -> String {
    md5(&[mid, buyer_ssn, timestamp, mert_key])
}

/// The signature of an escrow delivery registration.
pub fn escrow_delivery(
    mid: &[u8],
    oid: &[u8],
    date: &[u8],
    company_code: &[u8],
    number: &[u8],
    mert_key: &[u8],
) -> String {
    md5(&[mid, oid, date, company_code, number, mert_key])
}

/// LGD_HASHDATA of OpenPay: sha512; `token` is empty where there is none.
pub fn hash_data_openpay(
    venderno: &[u8],
    mid: &[u8],
    mer_uid: &[u8],
    token: &[u8],
    timestamp: &[u8],
    mert_key: &[u8],
) -> String {
    digest::<sha2::Sha512>(&[mid, venderno, mer_uid, token, timestamp, mert_key])
}

/// What a result or notice says of itself, still to be believed.
#[derive(Clone, Copy, Debug)]
pub struct SignedResult<'a> {
    /// LGD_MID
    pub mid: &'a [u8],
    /// LGD_OID
    pub oid: &'a [u8],
    /// LGD_AMOUNT: digits only
    pub amount: &'a [u8],
    /// LGD_RESPCODE: exactly four of `0-9A-Z`
    pub respcode: &'a [u8],
    /// LGD_TIMESTAMP: exactly 14 digits
    pub timestamp: &'a [u8],
    /// LGD_HASHDATA: 32 hex digits
    pub hash_data: &'a [u8],
}

impl SignedResult<'_> {
    /// Checks the grammar of each field, then the signature in constant time.
    ///
    /// Where LGD_OID ends and LGD_AMOUNT begins is not signed: compare both with the shop's own order before
    /// anything is delivered.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] names the first field that has not its form, or LGD_HASHDATA when the signature is wrong.
    pub fn verify(&self, mert_key: &[u8]) -> Result<()> {
        let digits = |text: &[u8]| !text.is_empty() && text.iter().all(u8::is_ascii_digit);
        let code_char = |b: &u8| b.is_ascii_digit() || b.is_ascii_uppercase();
        let oid_char = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
        let oid_fits = (1..=63).contains(&self.oid.len());
        let forms = [
            (!self.mid.is_empty(), "LGD_MID must not be empty"),
            (oid_fits && self.oid.iter().all(oid_char), "LGD_OID must be 1 to 63 letters, digits, - or _"),
            (digits(self.amount), "LGD_AMOUNT must be digits only"),
            (
                self.respcode.len() == 4 && self.respcode.iter().all(code_char),
                "LGD_RESPCODE must be four of 0-9 and A-Z",
            ),
            (self.timestamp.len() == 14 && digits(self.timestamp), "LGD_TIMESTAMP must be 14 digits"),
        ];
        if let Some((_, rule)) = forms.iter().find(|(holds, _)| !holds) {
            return Err(Error::new(Code::BAD_VALUE, rule));
        }
        let expected =
            hash_data_cas(self.mid, self.oid, self.amount, self.respcode, self.timestamp, mert_key);
        if expected.as_bytes().ct_eq(self.hash_data).into() {
            Ok(())
        } else {
            Err(Error::new(Code::BAD_VALUE, "LGD_HASHDATA does not fit the other fields and the MertKey"))
        }
    }
}

fn md5(parts: &[&[u8]]) -> String {
    digest::<md5::Md5>(parts)
}

fn digest<D: Digest>(parts: &[&[u8]]) -> String {
    let mut digest = D::new();
    parts.iter().for_each(|part| digest.update(part));
    hex(&digest.finalize())
}

/// Lower-case hex digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(2 * bytes.len());
    for byte in bytes {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
