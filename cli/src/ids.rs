//! Numbers on the command line: what is easily mistaken is refused before anything is sent.

use crate::failure::Failure;
use crate::readonly;
use xpayclient_core::binding::check_value;
use xpayclient_core::{Config, Error, Platform};

/// An order ID. The gateway would approve the payment of another one, and it would be rolled back.
pub(crate) fn oid(text: &str) -> Result<String, Error> {
    match text {
        "" => Err(Error::bad_value("LGD_OID", "is required; found 0 bytes")),
        _ => check_value("LGD_OID", text).map(|()| text.to_owned()),
    }
}

/// The number of a deposit.
pub(crate) fn seqno(text: &str) -> Result<String, Error> {
    let three_digits = text.len() == 3 && text.bytes().all(|byte| byte.is_ascii_digit());
    if three_digits {
        Ok(text.to_owned())
    } else {
        Err(Error::bad_value("LGD_SEQNO", "has three digits, as in 001"))
    }
}

/// Rejects the order ID of a payment in the place of its payment ID, as far as the journal knows it.
pub(crate) fn check_tid(config: &Config, platform: Platform, tid: &str) -> Result<(), Failure> {
    // Without a journal the gateway decides.
    let history = readonly::journal(config, platform, None).history().unwrap_or_default();
    let Some(paid) = history.iter().rfind(|one| one.oid == tid && !one.tid.is_empty() && one.tid != tid)
    else {
        return Ok(());
    };
    Err(Failure::misuse(
        format!("[{tid}]은(는) 주문번호(LGD_OID)입니다. 거래번호(LGD_TID)를 주십시오: --tid {}", paid.tid),
        format!("[{tid}] is an order ID (LGD_OID); give the payment ID (LGD_TID): --tid {}", paid.tid),
    ))
}
