//! The body of a notice: the account's result, and what has just happened to its money.

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
    account: &Payment,
    shop: &Shop,
    flag: Flag,
    seqno: &str,
    charset: &'static Encoding,
) -> Result<String> {
    let (total, now) = money(account.amount, flag);
    let row = Row::default()
        .put("LGD_RESPCODE", codes::OK.code)
        .put("LGD_RESPMSG", codes::OK.ko)
        .and(payment_method::result(db, account, shop)?)
        .put("LGD_CASTAMOUNT", total.to_string())
        .put("LGD_CASCAMOUNT", now.to_string())
        .put("LGD_CASFLAG", flag.code())
        .put("LGD_CASSEQNO", seqno);
    Ok(form::write(row.iter(), charset))
}

/// LGD_CASTAMOUNT, the total of the deposits, and LGD_CASCAMOUNT, the amount of this event.
fn money(amount: i64, flag: Flag) -> (i64, i64) {
    match flag {
        Flag::Issued => (0, 0),
        Flag::Deposited => (amount, amount),
        Flag::Reversed => (0, amount),
    }
}
