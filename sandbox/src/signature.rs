//! The signatures of the protocol, independent of the client's code, so that a mistake in one shows in the other.

use data_encoding::HEXLOWER;
use sha1::Digest;
use subtle::ConstantTimeEq;

/// `LGD_AUTHCODE`: SHA-1 of LGD_TXID + MertKey.
pub fn auth_code(txid: &str, mert_key: &str) -> String {
    HEXLOWER.encode(&sha1::Sha1::digest([txid, mert_key].concat()))
}

/// `LGD_HASHDATA` of the payment request the shop's page makes.
///
/// An order number beyond ASCII is signed as the bytes that the shop sends.
pub fn request_hash(
    mid: &str,
    oid: impl AsRef<[u8]>,
    amount: &str,
    timestamp: &str,
    mert_key: &str,
) -> String {
    md5(&[mid.as_bytes(), oid.as_ref(), amount.as_bytes(), timestamp.as_bytes(), mert_key.as_bytes()])
}

/// `LGD_HASHDATA` of a result, of the window's return and of a notice.
pub fn result_hash(
    mid: &str,
    oid: impl AsRef<[u8]>,
    amount: &str,
    code: &str,
    timestamp: &str,
    mert_key: &str,
) -> String {
    let [mid, amount, code] = [mid, amount, code].map(str::as_bytes);
    md5(&[mid, oid.as_ref(), amount, code, timestamp.as_bytes(), mert_key.as_bytes()])
}

/// `LGD_HASHDATA` of an identity check's request.
pub fn identity_hash(mid: &str, buyer_ssn: &str, timestamp: &str, mert_key: &str) -> String {
    md5(&[mid, buyer_ssn, timestamp, mert_key].map(str::as_bytes))
}

/// `authdata` of a receipt link.
pub fn receipt_authdata(mid: &str, tid: &str, mert_key: &str) -> String {
    md5(&[mid, tid, mert_key].map(str::as_bytes))
}

/// `hashdata` of an escrow delivery that was sent.
pub fn escrow_sent(
    mid: &str,
    oid: &str,
    date: &str,
    company_code: &str,
    number: &str,
    mert_key: &str,
) -> String {
    md5(&[mid, oid, date, company_code, number, mert_key].map(str::as_bytes))
}

/// `hashdata` of an escrow delivery that was received.
pub fn escrow_received(mid: &str, oid: &str, kind: &str, date: &str, mert_key: &str) -> String {
    md5(&[mid, oid, kind, date, mert_key].map(str::as_bytes))
}

/// `LGD_HASHDATA` of OpenPay; `token` may be empty.
pub fn openpay_hash(
    mid: &str,
    vendor: &str,
    user: &str,
    token: &str,
    timestamp: &str,
    mert_key: &str,
) -> String {
    let signed = [mid, vendor, user, token, timestamp, mert_key].concat();
    HEXLOWER.encode(&sha2::Sha512::digest(signed))
}

/// Constant-time comparison.
pub fn equal(computed: &str, given: &str) -> bool {
    computed.as_bytes().ct_eq(given.as_bytes()).into()
}

fn md5(parts: &[&[u8]]) -> String {
    HEXLOWER.encode(&md5::Md5::digest(parts.concat()))
}
