//! The body of a notice: the payment's result, and what has just happened to the money of an account.

use super::flag::Flag;
use crate::ledger::payment::Payment;
use crate::row::Row;
use crate::shops::Shop;
use crate::{codes, form, payment_method};
use encoding_rs::Encoding;
use rusqlite::{Connection, Result};

/// The form that is posted, in the shop's charset.
pub(super) fn write(
    db: &Connection,
    payment: &Payment,
    shop: &Shop,
    event: Row,
    charset: &'static Encoding,
) -> Result<Vec<u8>> {
    let row = Row::default()
        .put("LGD_RESPCODE", codes::OK.code)
        .put("LGD_RESPMSG", codes::OK.ko)
        .and(payment_method::result(db, payment, shop)?)
        .put("LGD_HASHDATA", payment_method::signed(payment, shop, charset))
        .and(event);
    Ok(form::write(row.iter(), charset).into_bytes())
}

/// An event of an account.
pub(super) fn event(amount: i64, flag: Flag, seqno: &str) -> Row {
    let (total, now) = money(amount, flag);
    Row::default()
        .put("LGD_CASTAMOUNT", total.to_string())
        .put("LGD_CASCAMOUNT", now.to_string())
        .put("LGD_CASFLAG", flag.code())
        .put("LGD_CASSEQNO", seqno)
}

/// LGD_CASTAMOUNT, the total of the deposits, and LGD_CASCAMOUNT, the amount of this event.
fn money(amount: i64, flag: Flag) -> (i64, i64) {
    match flag {
        Flag::Issued => (0, 0),
        Flag::Deposited => (amount, amount),
        Flag::Reversed => (0, amount),
    }
}
