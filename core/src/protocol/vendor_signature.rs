//! Signs for the vendor's calls, whose pages pass what they like: as given, unless the signature would serve as another one.
//!
//! The vendor's class signs any text. Shops rely on it: their timestamps, amounts and order IDs are often not of the
//! protocol's form. The md5 input has no separators, so the bytes decide what a signature is good for, not the field that
//! they came in. Where a page signs what a browser sent, its LGD_HASHDATA must not be one that this shop would accept of
//! the gateway. A request of well-formed amount and timestamp is signed as ever: what it can be read as is the protocol's
//! own weakness ([`SignedResult::verify`]). Of any other request two things are refused, wherever its fields end:
//!
//! - a digit, four of `0-9A-Z` and a date at the end: amount, code and timestamp of a result, of whatever order and code;
//! - 24 bytes with a date in them as an LGD_TID has it: the authdata of that payment's receipt.

use md5::Md5;
use sha2::Sha512;

use crate::error::{Error, Result};
use crate::protocol::limits;
use crate::protocol::signature::{self, digest};

#[cfg(doc)]
use crate::protocol::signature::SignedResult;

/// A signature, and what is wrong with the fields that it was made of.
#[derive(Debug)]
pub(crate) struct Signed {
    /// The vendor's digest.
    pub(crate) digest: String,
    /// One for each malformed field, without its value.
    pub(crate) malformed: Vec<Error>,
}

type Field<'a> = (&'static str, &'a [u8]);

/// LGD_HASHDATA of a payment request.
pub(crate) fn hash_data(
    mid: &[u8],
    oid: &[u8],
    amount: &[u8],
    timestamp: &[u8],
    mert_key: &[u8],
) -> Result<Signed> {
    let fields = [("LGD_MID", mid), ("LGD_OID", oid), ("LGD_AMOUNT", amount), ("LGD_TIMESTAMP", timestamp)];
    let malformed = malformed(&fields)?;
    let loose = [("LGD_AMOUNT", amount), ("LGD_TIMESTAMP", timestamp)]
        .into_iter()
        .find(|(name, value)| limits::check_bytes(name, value).is_err());
    if let Some((name, _)) = loose {
        let joined = [oid, amount, timestamp].concat();
        if ends_like_a_result(&joined) {
            return Err(Error::bad_value(name, "makes the signature one of a payment's result"));
        }
        if is_like_a_payment_id(&joined) {
            return Err(Error::bad_value(name, "makes the signature one of a receipt link"));
        }
    }
    let digest = digest::<Md5>([mid, oid, amount, timestamp, mert_key]);
    Ok(Signed { digest, malformed })
}

/// LGD_HASHDATA of a payment result and of a notification, which pages compare with the received one. The order ID may
/// hold anything.
pub(crate) fn hash_data_cas(
    mid: &[u8],
    oid: &[u8],
    amount: &[u8],
    respcode: &[u8],
    timestamp: &[u8],
    mert_key: &[u8],
) -> Result<Signed> {
    let malformed = malformed(&[("LGD_OID", oid)])?;
    for (name, value) in [("LGD_AMOUNT", amount), ("LGD_RESPCODE", respcode), ("LGD_TIMESTAMP", timestamp)] {
        limits::check_bytes(name, value)?;
    }
    let digest = digest::<Md5>([mid, oid, amount, respcode, timestamp, mert_key]);
    Ok(Signed { digest, malformed })
}

/// LGD_HASHDATA of OpenPay. No other signature of the protocol is a sha512.
pub(crate) fn hash_data_openpay(
    venderno: &[u8],
    mid: &[u8],
    mer_uid: &[u8],
    token: &[u8],
    timestamp: &[u8],
    mert_key: &[u8],
) -> Result<Signed> {
    let fields = signature::openpay_fields(venderno, mid, mer_uid, token, timestamp);
    let malformed = malformed(&fields)?;
    let digest = digest::<Sha512>(fields.iter().map(|(_, value)| *value).chain([mert_key]));
    Ok(Signed { digest, malformed })
}

/// What is wrong with each field. A NUL is refused: C would sign another text.
fn malformed(fields: &[Field<'_>]) -> Result<Vec<Error>> {
    fields.iter().try_for_each(|(name, value)| limits::check_no_nul(name.as_bytes(), value))?;
    Ok(fields.iter().filter_map(|(name, value)| limits::check_bytes(name, value).err()).collect())
}

fn ends_like_a_result(signed: &[u8]) -> bool {
    let Some((rest, timestamp)) = signed.split_last_chunk::<14>() else { return false };
    let Some((rest, respcode)) = rest.split_last_chunk::<4>() else { return false };
    let fits = |name, value: &[u8]| limits::check_bytes(name, value).is_ok();
    fits("LGD_TIMESTAMP", timestamp)
        && fits("LGD_RESPCODE", respcode)
        && rest.last().is_some_and(u8::is_ascii_digit)
}

/// The gateway's number of a payment: 5 characters, the date, 5 characters.
fn is_like_a_payment_id(signed: &[u8]) -> bool {
    signed.len() == 24
        && signed.get(5..19).is_some_and(|date| limits::check_bytes("LGD_TIMESTAMP", date).is_ok())
}

/// Stands where a signature was refused, for pages that compare it with a received one without looking at anything else:
/// nobody can send this text, while an empty one could be sent. It is no number, as which PHP would compare it.
pub fn unmatchable() -> String {
    let mut random = [0; 12];
    if getrandom::fill(&mut random).is_err() {
        // No request can be made then either: it needs random bytes. The clock is not known to anybody to the nanosecond.
        let clock =
            std::time::SystemTime::UNIX_EPOCH.elapsed().map(|since| since.as_nanos()).unwrap_or_default();
        random.iter_mut().zip(clock.to_ne_bytes()).for_each(|(byte, of_clock)| *byte = of_clock);
    }
    format!("refused:{}", base16ct::lower::encode_string(&random))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &[u8] = b"95160cce09854ef44d2edb2bfb05f9f3";
    const MID: &[u8] = b"tlgdacomxpay";

    fn signs(oid: &str, amount: &str, timestamp: &str) -> Option<String> {
        let signed = hash_data(MID, oid.as_bytes(), amount.as_bytes(), timestamp.as_bytes(), KEY);
        signed.ok().map(|signed| signed.digest)
    }

    #[test]
    fn the_vendors_digest_for_what_shops_sign() {
        let worked = signs("test_1234567890020", "50000", "1234567890");
        assert_eq!(worked.as_deref(), Some("8b41c36b5a1838e437e44efa26aa982f"));
        for (oid, amount, timestamp) in [
            ("a.b c", "23400", "20200515101110"),
            ("주문 1", "23400", "20200515101110"),
            ("O-1", "23,400", "20200515101110"),
            ("O-1", "1,234,500", "20200515101110"),
            ("O-1", "23400.00", "20200515101110"),
            ("O-1", "23400", "20200515101110abc"),
            ("O-1", "23400", "2020-05-15 10:11:10"),
            ("20200515101110", "23400", "1732810000"),
            ("test_123", "50000", "200515101110"),
            ("O-1", "23400", ""),
            ("O-1", "", ""),
            ("", "", ""),
        ] {
            let signed =
                hash_data(MID, oid.as_bytes(), amount.as_bytes(), timestamp.as_bytes(), KEY).unwrap();
            let due = digest::<Md5>([MID, oid.as_bytes(), amount.as_bytes(), timestamp.as_bytes(), KEY]);
            assert_eq!(signed.digest, due);
            assert!(!signed.malformed.is_empty(), "{oid} {amount} {timestamp}");
        }
    }

    /// The attack: a request's signature that this shop accepts as a result's.
    #[test]
    fn no_malformed_request_is_signed_as_a_result() {
        for (oid, amount, timestamp) in [
            ("O-1", "23400", "000020200515101110"),
            ("O-1", "23400", "S05320200515101110"),
            ("O-1", "2340", "0000020200515101110"),
            ("O-1", "23400000020200515101110", ""),
            ("O-1", "23400000020200515", "101110"),
            ("O-123400000020200515101110", "", ""),
            ("O-123400000020200515", "", "101110"),
            ("O-123400", "", "000020200515101110"),
            ("주문 1", "23400", "000020200515101110"),
            // The date is the timestamp, and no amount stands before it.
            ("O-1234000000", "", "20200515101110"),
            ("O-1", "x234000000", "20200515101110"),
        ] {
            assert_eq!(signs(oid, amount, timestamp), None, "{oid} {amount} {timestamp}");
        }
    }

    #[test]
    fn no_malformed_request_is_signed_as_a_receipts_link() {
        assert_eq!(signs("tlgda20200515101110A1B2C", "", ""), None);
        assert_eq!(signs("tlgda20200515101110", "12345", ""), None);
        assert!(signs("tlgda20200515101110", "12345", "1").is_some());
    }

    #[test]
    fn a_result_of_any_order_id_is_signed_and_nothing_else_that_is_malformed() {
        let signs = |oid: &str, amount: &str, code: &str, timestamp: &str| {
            let [oid, amount, code, timestamp] = [oid, amount, code, timestamp].map(str::as_bytes);
            hash_data_cas(MID, oid, amount, code, timestamp, KEY).is_ok()
        };
        assert!(signs("주문 1.2", "23400", "0000", "20200515101110"));
        for (amount, code, timestamp) in [
            ("23,400", "0000", "20200515101110"),
            ("", "0000", "20200515101110"),
            ("23400", "0", "20200515101110"),
            ("23400", "0000", "2020051510"),
            ("23400", "0000", "00200515101110"),
        ] {
            assert!(!signs("O-1", amount, code, timestamp), "{amount} {code} {timestamp}");
        }
    }

    #[test]
    fn what_nobody_can_send_is_another_text_each_time() {
        let (one, other) = (unmatchable(), unmatchable());
        assert!(one != other && one.len() == 32 && one.starts_with("refused:"));
    }
}
