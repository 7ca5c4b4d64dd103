//! CashReceipt: issuing and cancelling cash receipts.

use super::call::{Call, Completed, require};
use crate::codes::{self, Refusal};
use crate::ledger::journal::Effect;
use crate::ledger::new_tid;
use crate::ledger::receipt::{self, Receipt};
use crate::row::Row;
use crate::{payment_method, tables};

const PAYTYPES: &[&str] = &["SC0030", "SC0040", "SC0100"];

/// LGD_CASHRECEIPTUSE.
const PURPOSES: &[&str] = &["1", "2"];

/// Whether a payment of this method can have a receipt.
pub(crate) fn has(paytype: &str) -> bool {
    ["SC0030", "SC0040"].contains(&paytype)
}

/// Refuses a wish for a receipt that no payment of this method can have.
pub(crate) fn check_wish(paytype: &str, purpose: &str) -> Result<(), Refusal> {
    match (has(paytype), PURPOSES.contains(&purpose)) {
        (true, true) => Ok(()),
        (false, true) => Err(codes::MALFORMED.with("paytype", "SC0030|SC0040")),
        (_, false) => Err(codes::MALFORMED.with("LGD_CASHRECEIPTUSE", PURPOSES.join("|"))),
    }
}

/// The receipt that a deposit into a new account shall issue; empty for none.
pub(super) fn wanted(call: &Call<'_>) -> Result<String, Refusal> {
    match call.form.text("LGD_CASHRECEIPTUSE") {
        "" | "0" => Ok(String::new()),
        wish => check_wish("SC0040", wish).map(|()| wish.to_owned()),
    }
}

/// AUTH. The gateway has no payment for SC0100, so the receipt gets a TID of its own.
pub(super) fn issue(call: &Call<'_>) -> Result<Completed, Refusal> {
    let paytype = call.one_of("LGD_PAYTYPE", PAYTYPES)?;
    let purpose = call.one_of("LGD_CASHRECEIPTUSE", PURPOSES)?;
    let amount = call.some_amount("LGD_AMOUNT")?;
    call.tax_free(amount)?;
    let seqno = seqno(call)?.to_owned();
    let tid = if paytype == "SC0100" {
        new_tid(call.db, &call.shop.mid, &call.stamp())?
    } else {
        require(call.form, &["LGD_TID"])?;
        if receipt::find(call.db, &call.shop.mid, call.form.text("LGD_TID"), &seqno)?.is_some() {
            return Err(codes::RECEIPT_THERE.on("LGD_TID"));
        }
        paid_tid(call, paytype, amount)?
    };
    let receipt = Receipt {
        number: receipt::new_number(call.db)?,
        txid: call.form.text("LGD_TXID").to_owned(),
        tid,
        seqno,
        mid: call.shop.mid.clone(),
        oid: call.oid()?.to_owned(),
        paytype: paytype.to_owned(),
        purpose: purpose.to_owned(),
        amount,
        balance: amount,
    };
    receipt.enter(call.db)?;
    Ok(answer(call, &receipt, "receipt_issued", amount))
}

/// CANCEL, whole or with LGD_AMOUNT in part.
pub(super) fn cancel(call: &Call<'_>) -> Result<Completed, Refusal> {
    let paytype = call.one_of("LGD_PAYTYPE", PAYTYPES)?;
    let tid = call.form.text("LGD_TID");
    let receipt = receipt::find(call.db, &call.shop.mid, tid, seqno(call)?)?
        .filter(|receipt| receipt.paytype == paytype)
        .ok_or_else(|| codes::RECEIPT.on("LGD_TID"))?;
    let amount = match call.form.get("LGD_AMOUNT") {
        Some(_) => call.some_amount("LGD_AMOUNT")?,
        None => receipt.balance,
    };
    if amount > receipt.balance {
        return Err(codes::OVER_BALANCE.with("LGD_AMOUNT", receipt.balance));
    }
    receipt::draw(call.db, &receipt.number, amount)?;
    Ok(answer(call, &receipt, "receipt_cancelled", amount))
}

/// The payment that the receipt is for: of the same method, paid, and of at least this amount.
fn paid_tid(call: &Call<'_>, paytype: &str, amount: i64) -> Result<String, Refusal> {
    let payment = call.payment()?;
    if payment.paytype != paytype {
        return Err(codes::MALFORMED.with("LGD_PAYTYPE", payment.paytype));
    }
    if !payment.is_live() {
        return Err(codes::NOT_APPROVED.on("LGD_TID"));
    }
    // Several deposits may have several receipts, but together not for more than was paid.
    let rest = payment.balance - receipt::in_force(call.db, &payment.tid)?;
    if amount > rest {
        return Err(codes::OVER_BALANCE.with("LGD_AMOUNT", rest.max(0)));
    }
    Ok(payment.tid)
}

/// As long as LGD_CASSEQNO, the number of a virtual account's deposit. The only deposit that an account takes is the first.
fn seqno<'a>(call: &'a Call<'_>) -> Result<&'a str, Refusal> {
    let seqno = match call.form.get("LGD_SEQNO") {
        None | Some(payment_method::ONLY_DEPOSIT) => receipt::FIRST,
        Some(seqno) => seqno,
    };
    let limit = tables::result_limit("LGD_CASSEQNO").unwrap_or(6);
    let sane = seqno.len() <= limit && seqno.bytes().all(|byte| byte.is_ascii_digit());
    if sane { Ok(seqno) } else { Err(codes::MALFORMED.with("LGD_SEQNO", format!("1-{limit} digits"))) }
}

fn answer(call: &Call<'_>, receipt: &Receipt, effect: &'static str, amount: i64) -> Completed {
    let row = Row::default()
        .put("LGD_CASHRECEIPTNUM", &receipt.number)
        .put("LGD_TID", &receipt.tid)
        .put("LGD_OID", &receipt.oid)
        .put("LGD_RESPDATE", call.stamp());
    Completed::row(row, Effect::new(effect, &receipt.number, amount))
}
