//! The body of a notice: the payment's result, what the shop sent of the buyer and the goods, and the event.

use super::flag::Flag;
use crate::ledger::payment::Payment;
use crate::ledger::{carried, receipt};
use crate::row::Row;
use crate::shops::Shop;
use crate::{codes, form, payment_method, tables};
use encoding_rs::Encoding;
use rusqlite::{Connection, Result};

/// Methods whose notices carry the number of a cash receipt.
const WITH_RECEIPT: &[&str] = &["SC0030", "SC0040"];

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
        .and(payment_method::result(payment, shop));
    let row = receipt_number(db, payment, buyer_and_goods(db, payment, row)?)?;
    Ok(form::write(row.and(event).iter(), charset).into_bytes())
}

/// What has just happened to the money of an account.
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

/// Every name is there: shops read them without asking.
fn buyer_and_goods(db: &Connection, payment: &Payment, row: Row) -> Result<Row> {
    let carried = carried::of(db, &payment.tid)?;
    let value = |name: &str| carried.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value);
    let missing = tables::buyer_and_goods().iter().filter(|name| row.get(name).is_none());
    Ok(missing.fold(row.clone(), |row, name| row.put(name, value(name))))
}

/// `0` where the ledger has no receipt.
fn receipt_number(db: &Connection, payment: &Payment, row: Row) -> Result<Row> {
    if !WITH_RECEIPT.contains(&payment.paytype.as_str()) {
        return Ok(row);
    }
    let number = receipt::number(db, &payment.tid)?;
    Ok(row.put("LGD_CASHRECEIPTNUM", number.as_deref().unwrap_or("0")))
}
