//! CyberAccount: virtual accounts given out and changed without the payment window.

use super::call::{Call, Done};
use crate::codes::{self, Refusal};
use crate::ledger::journal::Effect;
use crate::ledger::payment::{self, Payment, State};
use crate::notices::flag::Flag;
use crate::notices::queue;
use crate::{clock, payment_method, tables};

/// ASSIGN: an account for one order.
pub(super) fn assign(call: &Call<'_>) -> Result<Done, Refusal> {
    let default = payment_method::of("SC0040").map_or("", |means| means.finance);
    let bank = call.form.get("LGD_BANKCODE").unwrap_or(default);
    if !tables::issues_accounts(bank) {
        return Err(codes::MALFORMED.with("LGD_BANKCODE", "one of virtual_account_banks"));
    }
    let mut account = call.order("SC0040", bank, State::Issued)?;
    account.closedate = closedate(call)?.unwrap_or_default().to_owned();
    check_open(call, &account)?;
    account.enter(call.db)?;
    let (url, encoding) = (call.form.text("LGD_CASNOTEURL"), call.form.text("LGD_ENCODING_NOTEURL"));
    queue::address(call.db, &account.tid, url, encoding)?;
    let told = queue::tell(call.db, call.shop, &account, Flag::Allotted, call.stamp())?;
    let effect = Effect::new("approved", &account.tid, account.amount);
    Ok(Done { told, ..Done::row(payment_method::result(&account, call.shop), effect) })
}

/// CHANGE: another amount or another last day, while nobody has paid.
pub(super) fn change(call: &Call<'_>) -> Result<Done, Refusal> {
    let mut account = payment::find_issued(call.db, &call.shop.mid, call.oid()?)?
        .ok_or_else(|| codes::TID.on("LGD_OID"))?;
    let before = std::mem::replace(&mut account.amount, call.some_amount("LGD_AMOUNT")?);
    let closed = account.closedate.clone();
    if account.taxfree > account.amount {
        return Err(codes::TAX_FREE.with("LGD_AMOUNT", format!("0..{}", account.amount)));
    }
    account.closedate = closedate(call)?.unwrap_or(&closed).to_owned();
    check_open(call, &account)?;
    payment::reassign(call.db, &account.tid, account.amount, &account.closedate)?;
    let moved = Effect::new("reassigned", &account.tid, account.amount - before);
    Ok(Done::row(payment_method::result(&account, call.shop), Effect { before: closed, ..moved }))
}

fn closedate<'a>(call: &'a Call<'_>) -> Result<Option<&'a str>, Refusal> {
    let given = call.form.get("LGD_CLOSEDATE");
    if given.is_none_or(clock::is_stamp) {
        return Ok(given);
    }
    Err(codes::MALFORMED.with("LGD_CLOSEDATE", "yyyyMMddHHmmss"))
}

/// Nobody could pay into what closed before now: an account that expired needs a later date with any change.
fn check_open(call: &Call<'_>, account: &Payment) -> Result<(), Refusal> {
    if account.is_closed(&call.stamp()) {
        return Err(codes::CLOSED.with("LGD_CLOSEDATE", &account.closedate));
    }
    Ok(())
}
