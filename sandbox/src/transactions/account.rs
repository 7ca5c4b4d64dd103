//! CyberAccount: issues and changes virtual accounts without the payment window.

use super::call::{Call, Completed};
use super::receipt;
use crate::codes::{self, Refusal};
use crate::ledger::journal::Effect;
use crate::ledger::notice::Address;
use crate::ledger::payment::{self, Payment, PaymentState};
use crate::notices::flag::Flag;
use crate::notices::queue;
use crate::{clock, payment_method, tables};

/// ASSIGN: issues an account for one order.
pub(super) fn assign(call: &Call<'_>) -> Result<Completed, Refusal> {
    let default = payment_method::of("SC0040").map_or("", |method| method.finance);
    let bank = call.form.get("LGD_BANKCODE").unwrap_or(default);
    if !tables::issues_accounts(bank) {
        return Err(codes::MALFORMED.with("LGD_BANKCODE", "one of virtual_account_banks"));
    }
    let mut account = call.order("SC0040", bank, PaymentState::Issued)?;
    account.closedate = closedate(call)?.unwrap_or_default().to_owned();
    account.cash_receipt = receipt::wanted(call)?;
    check_open(call, &account)?;
    call.book(&account)?;
    queue::set_address(call.db, &address(call, &account.tid))?;
    let notice_queued = queue::enqueue(call.db, call.shop, &account, Flag::Issued, call.stamp())?;
    let effect = Effect::new("approved", &account.tid, account.amount);
    Ok(Completed {
        notice_queued,
        ..Completed::row(payment_method::result(call.db, &account, call.shop)?, effect)
    })
}

/// Where the account's notices go.
fn address(call: &Call<'_>, tid: &str) -> Address {
    let text = |name| call.form.text(name).to_owned();
    Address {
        subject: tid.to_owned(),
        url: text("LGD_CASNOTEURL"),
        encoding: text("LGD_ENCODING_NOTEURL"),
        patience: queue::patience(call.form.text("LGD_CUSTOM_NOTEURLTIMEOUT")),
        issued: call.form.text("LGD_CASASSIGNNOTIYN") != "N",
    }
}

/// CHANGE: changes the amount or the closing date of an account before the deposit.
pub(super) fn change(call: &Call<'_>) -> Result<Completed, Refusal> {
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
    Ok(Completed::row(
        payment_method::result(call.db, &account, call.shop)?,
        Effect { before: closed, ..moved },
    ))
}

fn closedate<'a>(call: &'a Call<'_>) -> Result<Option<&'a str>, Refusal> {
    let given = call.form.get("LGD_CLOSEDATE");
    if given.is_none_or(clock::is_stamp) {
        return Ok(given);
    }
    Err(codes::MALFORMED.with("LGD_CLOSEDATE", "yyyyMMddHHmmss"))
}

/// An expired account takes no deposit, so any change must set a later closing date.
fn check_open(call: &Call<'_>, account: &Payment) -> Result<(), Refusal> {
    if account.is_closed(&call.stamp()) {
        return Err(codes::CLOSED.with("LGD_CLOSEDATE", &account.closedate));
    }
    Ok(())
}
