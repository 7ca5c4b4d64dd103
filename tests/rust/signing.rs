//! The signatures of the vendor's calls: whatever a page signs, none of them is accepted as a payment's result.

use xpayclient_core::binding::{Session, unmatchable};
use xpayclient_core::signature::SignedResult;

const MID: &str = "tshop";
const KEY: &str = "0123456789abcdef0123456789abcdef";
const DATE: &str = "20200515101110";

fn session() -> Session {
    let mut session = Session::new("test");
    session.init_mode(b"test");
    assert!(session.set_config(MID.as_bytes(), KEY.as_bytes()));
    session
}

/// A page signs what a browser sent as timestamp, or as order ID without an amount. Wherever the fields end, no part of what
/// it signs can be presented as amount, code and date of a result.
#[test]
fn no_cut_of_a_signed_request_is_a_result() {
    let mut session = session();
    let mut signed = 0;
    let pieces = ["", "O-1", "0", "23400", "0000", "S053", DATE, "20200515", "101110", ",", "주", " "];
    for oid in pieces {
        for first in pieces {
            for second in pieces {
                for timestamp in ["".to_owned(), first.to_owned() + second, format!("{first}{second}{DATE}")]
                {
                    for amount in ["23400", "1", "", first] {
                        let fields = [oid, amount, &timestamp].map(str::as_bytes);
                        let made = session.vendor_hash_data(MID.as_bytes(), fields[0], fields[1], fields[2]);
                        let whole = [oid, amount, &timestamp].concat();
                        let strict = session.hash_data(MID.as_bytes(), b"O", fields[1], fields[2]).is_some();
                        if let Some(made) = made.filter(|_| !strict) {
                            signed += 1;
                            assert!(
                                !is_a_result(&mut session, whole.as_bytes(), made.as_bytes()),
                                "{fields:?}"
                            );
                        }
                    }
                }
            }
        }
    }
    assert!(signed > 5_000, "{signed}");
}

/// Whether any cut of the bytes into order ID, amount, code and date is a verified result.
fn is_a_result(session: &mut Session, whole: &[u8], hash_data: &[u8]) -> bool {
    let Some(rest) = whole.len().checked_sub(18) else { return false };
    let (mid, respcode, timestamp) = (MID.as_bytes(), &whole[rest..rest + 4], &whole[rest + 4..]);
    (0..rest).any(|end| {
        let (oid, amount) = whole[..rest].split_at(end);
        session.verify(&SignedResult { mid, oid, amount, respcode, timestamp, hash_data })
            || session
                .vendor_hash_data_cas(mid, oid, amount, respcode, timestamp)
                .as_deref()
                .map(str::as_bytes)
                == Some(hash_data)
    })
}

#[test]
fn nothing_that_was_refused_can_be_sent() {
    let mut session = session();
    for refused in [unmatchable(), unmatchable()] {
        let fields = [MID, "O-1", "23400", "0000", DATE].map(str::as_bytes);
        let [mid, oid, amount, respcode, timestamp] = fields;
        let hash_data = refused.as_bytes();
        assert!(!session.verify(&SignedResult { mid, oid, amount, respcode, timestamp, hash_data }));
        assert!(refused.parse::<f64>().is_err(), "PHP compares numbers as such");
    }
}
