//! Makes and verifies every LGD_HASHDATA of the protocol.
//!
//! The protocol fixes md5 and sha1. The md5 input has no separators, so a payment request with the timestamp `0000` +
//! 10 digits signs the same bytes as a notification. Fields may come from a browser. Therefore every field must be
//! well-formed before anything is signed or verified. A malformed field is [`Code::BAD_VALUE`].

use md5::Md5;
use sha1::{Digest, Sha1};
use sha2::Sha512;
use subtle::ConstantTimeEq;

use crate::error::{Code, Error, Result};
use crate::protocol::limits;
use crate::text::dates;

/// LGD_AUTHCODE: sha1 of LGD_TXID and MertKey.
pub fn auth_code(tx_id: &str, mert_key: &[u8]) -> String {
    digest::<Sha1>([tx_id.as_bytes(), mert_key])
}

/// LGD_HASHDATA of a payment request, for the page that opens the payment window.
pub fn hash_data(mid: &[u8], oid: &[u8], amount: &[u8], timestamp: &[u8], mert_key: &[u8]) -> Result<String> {
    let fields = [("LGD_MID", mid), ("LGD_OID", oid), ("LGD_AMOUNT", amount), ("LGD_TIMESTAMP", timestamp)];
    signed::<Md5>(&fields, mert_key)
}

/// LGD_HASHDATA of a payment result and of a notification (cas_noteurl).
pub fn hash_data_cas(
    mid: &[u8],
    oid: &[u8],
    amount: &[u8],
    respcode: &[u8],
    timestamp: &[u8],
    mert_key: &[u8],
) -> Result<String> {
    let fields = [
        ("LGD_MID", mid),
        ("LGD_OID", oid),
        ("LGD_AMOUNT", amount),
        ("LGD_RESPCODE", respcode),
        ("LGD_TIMESTAMP", timestamp),
    ];
    signed::<Md5>(&fields, mert_key)
}

/// `authdata` of a receipt link.
pub fn receipt_authdata(mid: &[u8], tid: &[u8], mert_key: &[u8]) -> Result<String> {
    signed::<Md5>(&[("LGD_MID", mid), ("LGD_TID", tid)], mert_key)
}

/// LGD_HASHDATA of an identity check (AuthOnly) request.
///
/// A buyer types LGD_BUYERSSN into the shop's page. Signed as it came, it could be the order ID, the amount and the code
/// of a payment's result, or the order ID and the amount of another request. So it must be a resident number, or the
/// birth date in it, with or without the digit that follows. An order ID with a letter in it cannot be read as one.
pub fn hash_data_auth_only(
    mid: &[u8],
    buyer_ssn: &[u8],
    timestamp: &[u8],
    mert_key: &[u8],
) -> Result<String> {
    if !is_person(buyer_ssn) {
        let rule = "must be the 13 digits of a resident number, or its first 6 or 7";
        return Err(Error::bad_value("LGD_BUYERSSN", rule));
    }
    if buyer_ssn.ends_with(b"0000") {
        let rule =
            "ends in 0000 and so makes the signature one of a payment's result; give its first 6 or 7 digits";
        return Err(Error::bad_value("LGD_BUYERSSN", rule));
    }
    let fields = [("LGD_MID", mid), ("LGD_BUYERSSN", buyer_ssn), ("LGD_TIMESTAMP", timestamp)];
    signed::<Md5>(&fields, mert_key)
}

/// `hashdata` of an escrow delivery that was sent (`03`). The protocol defines no format for its own fields.
pub fn escrow_sent(
    mid: &[u8],
    oid: &[u8],
    date: &[u8],
    company_code: &[u8],
    number: &[u8],
    mert_key: &[u8],
) -> Result<String> {
    let fields = [
        ("LGD_MID", mid),
        ("LGD_OID", oid),
        ("dlvdate", date),
        ("dlvcompcode", company_code),
        ("dlvno", number),
    ];
    signed::<Md5>(&fields, mert_key)
}

/// `hashdata` of an escrow delivery that the buyer received (`01`).
pub fn escrow_received(mid: &[u8], oid: &[u8], kind: &[u8], date: &[u8], mert_key: &[u8]) -> Result<String> {
    signed::<Md5>(&[("LGD_MID", mid), ("LGD_OID", oid), ("dlvtype", kind), ("rcvdate", date)], mert_key)
}

/// LGD_HASHDATA of OpenPay: sha512. `token` is empty if there is none.
pub fn hash_data_openpay(
    venderno: &[u8],
    mid: &[u8],
    mer_uid: &[u8],
    token: &[u8],
    timestamp: &[u8],
    mert_key: &[u8],
) -> Result<String> {
    signed::<Sha512>(&openpay_fields(venderno, mid, mer_uid, token, timestamp), mert_key)
}

/// What OpenPay signs, in its order.
pub(crate) fn openpay_fields<'a>(
    venderno: &'a [u8],
    mid: &'a [u8],
    mer_uid: &'a [u8],
    token: &'a [u8],
    timestamp: &'a [u8],
) -> [(&'static str, &'a [u8]); 5] {
    [
        ("LGD_MID", mid),
        ("LGD_VENDERNO", venderno),
        ("LGD_OPENPAY_MER_UID", mer_uid),
        ("LGD_OPENPAY_TOKEN", token),
        ("LGD_TIMESTAMP", timestamp),
    ]
}

/// The signed fields of a result or a notification, not verified yet.
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
    /// Checks the format of each field, then compares the signature in constant time.
    ///
    /// The signature does not cover where one field ends and the next begins. A payment request of 20,000 won has the
    /// same signature as a notification of 2 won with the code `0000`. So pass the shop's own LGD_OID and LGD_AMOUNT
    /// here, not the received ones, or compare them before anything is delivered.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] names the first malformed field, or LGD_HASHDATA if the signature is wrong.
    pub fn verify(&self, mert_key: &[u8]) -> Result<()> {
        let SignedResult { mid, oid, amount, respcode, timestamp, hash_data } = *self;
        compare(&hash_data_cas(mid, oid, amount, respcode, timestamp, mert_key)?, hash_data)
    }
}

/// Compares a received LGD_HASHDATA in constant time.
pub(crate) fn compare(expected: &str, received: &[u8]) -> Result<()> {
    if received.is_empty() {
        return Err(Error::bad_value("LGD_HASHDATA", "is missing"));
    }
    if expected.as_bytes().ct_eq(received).into() {
        Ok(())
    } else {
        Err(Error::new(Code::BAD_VALUE, "LGD_HASHDATA does not match the other fields and the MertKey"))
    }
}

/// A birth date (yyMMdd) and no, one or seven more digits.
fn is_person(buyer_ssn: &[u8]) -> bool {
    let digits = std::str::from_utf8(buyer_ssn).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()));
    let born = |text: &str| dates::parse(&format!("20{}000000", text.get(..6)?));
    matches!(buyer_ssn.len(), 6 | 7 | 13) && digits.and_then(born).is_some()
}

/// Digests all fields and the MertKey. Rejects the first malformed field.
fn signed<D: Digest>(fields: &[(&str, &[u8])], mert_key: &[u8]) -> Result<String> {
    fields.iter().try_for_each(|(name, value)| limits::check_bytes(name, value))?;
    Ok(digest::<D>(fields.iter().map(|(_, value)| *value).chain([mert_key])))
}

/// In lower-case hex digits.
pub(crate) fn digest<'a, D: Digest>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut digest = D::new();
    parts.into_iter().for_each(|part| digest.update(part));
    base16ct::lower::encode_string(&digest.finalize())
}
