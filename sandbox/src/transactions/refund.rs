//! Cancel, PartialCancel and Settlement.

use super::call::{Call, Completed, require};
use crate::codes::{self, Code, Refusal};
use crate::ledger::journal::Effect;
use crate::ledger::payment::{self, Payment, PaymentState};
use crate::row::Row;
use crate::{payment_method, tables};

/// Methods that are refunded through a bank, with the bank's RF codes.
const BY_BANK: &[&str] = &["SC0030", "SC0040"];

/// Cancel: refunds the whole balance.
pub(super) fn cancel(call: &Call<'_>) -> Result<Completed, Refusal> {
    let payment = call.payment()?;
    if let Some(answer) = finished(&payment) {
        return answer;
    }
    if payment.state == PaymentState::PartlyCancelled && by_bank(&payment) {
        return Err(codes::REST_IN_ONE.on("LGD_TID"));
    }
    check_account(call, &payment)?;
    draw(call, &payment, payment.balance, payment.taxfree)
}

/// Settlement: returns a virtual account's whole deposit, for which no refund account is sent.
pub(super) fn settlement(call: &Call<'_>) -> Result<Completed, Refusal> {
    let payment = call.payment()?;
    if payment.paytype != "SC0040" {
        return Err(codes::MALFORMED.with("LGD_TID", "SC0040"));
    }
    match finished(&payment) {
        Some(answer) => answer,
        None => draw(call, &payment, payment.balance, payment.taxfree),
    }
}

/// PartialCancel: refunds a part of the balance.
pub(super) fn partial_cancel(call: &Call<'_>) -> Result<Completed, Refusal> {
    let payment = call.payment()?;
    let amount = call.amount("LGD_CANCELAMOUNT")?;
    let taxfree = call.amount("LGD_CANCELTAXFREEAMOUNT")?;
    if let Some(answer) = finished(&payment) {
        return answer;
    }
    check_method(&payment)?;
    check_amount(&payment, amount)?;
    if call.form.get("LGD_REMAINAMOUNT").is_some() && call.amount("LGD_REMAINAMOUNT")? != payment.balance {
        return Err(codes::REMAINING.with("LGD_REMAINAMOUNT", payment.balance));
    }
    // The tax-free share of neither part may be larger than the part.
    let least = (payment.taxfree - (payment.balance - amount)).max(0);
    let most = payment.taxfree.min(amount);
    let given = call.form.get("LGD_CANCELTAXFREEAMOUNT").is_some();
    let taxfree = if given { taxfree } else { least };
    if !(least..=most).contains(&taxfree) {
        return Err(codes::TAX_FREE.with("LGD_CANCELTAXFREEAMOUNT", format!("{least}..{most}")));
    }
    check_account(call, &payment)?;
    draw(call, &payment, amount, taxfree)
}

/// The answer for a payment that has nothing left to refund.
///
/// For a card it is AV11; a bank answers a repeated refund like the first; the others refuse.
fn finished(payment: &Payment) -> Option<Result<Completed, Refusal>> {
    match payment.state {
        PaymentState::Cancelled | PaymentState::RolledBack => Some(match payment.paytype.as_str() {
            "SC0010" => Err(codes::CARD_CANCELLED_BEFORE.on("LGD_TID")),
            _ if by_bank(payment) => Ok(answer(payment, Effect::default())),
            _ => Err(codes::CANCELLED_BEFORE.on("LGD_TID")),
        }),
        PaymentState::Issued => Some(Err(codes::NOT_PAID_IN.on("LGD_TID"))),
        PaymentState::Pending => Some(Err(codes::NOT_APPROVED.on("LGD_TID"))),
        PaymentState::Paid | PaymentState::Approved | PaymentState::PartlyCancelled => None,
    }
}

fn check_method(payment: &Payment) -> Result<(), Refusal> {
    if payment.escrow && by_bank(payment) {
        return Err(codes::ESCROW_IN_PART.on("LGD_TID"));
    }
    if payment_method::of(&payment.paytype).is_some_and(|method| method.in_part) {
        return Ok(());
    }
    Err(codes::NOT_IN_PART.with("LGD_TID", &payment.paytype))
}

fn check_amount(payment: &Payment, amount: i64) -> Result<(), Refusal> {
    const NAME: &str = "LGD_CANCELAMOUNT";
    match (amount, by_bank(payment)) {
        (0, true) => Err(codes::NO_REFUND_AMOUNT.on(NAME)),
        (0, false) => Err(codes::MALFORMED.with(NAME, "> 0")),
        (over, true) if over > payment.balance => Err(codes::OVER_PAID_IN.on(NAME)),
        (over, false) if over > payment.balance => Err(codes::OVER_BALANCE.with(NAME, payment.balance)),
        _ => Ok(()),
    }
}

fn by_bank(payment: &Payment) -> bool {
    BY_BANK.contains(&payment.paytype.as_str())
}

/// Money of a virtual account goes to the buyer's refund account, which is required.
fn check_account(call: &Call<'_>, payment: &Payment) -> Result<(), Refusal> {
    if payment.paytype != "SC0040" {
        return Ok(());
    }
    require(call.form, &["LGD_RFACCOUNTNUM", "LGD_RFBANKCODE", "LGD_RFCUSTOMERNAME"])?;
    let number = call.form.text("LGD_RFACCOUNTNUM");
    if !(1..=20).contains(&number.len()) || !number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(codes::REFUND_ACCOUNT.on("LGD_RFACCOUNTNUM"));
    }
    if number == payment_method::account_number(payment) {
        return Err(codes::REFUND_TO_ITSELF.on("LGD_RFACCOUNTNUM"));
    }
    if tables::takes_refunds(call.form.text("LGD_RFBANKCODE")) {
        return Ok(());
    }
    Err(codes::MALFORMED.with("LGD_RFBANKCODE", "a code of tables.json"))
}

/// This parameter chooses the bank's code in the answer to a refund.
const PRESET: &str = "XPAY_SANDBOX_REFUND";

/// The requested code, if it counts as done; else it is the refusal.
fn preset(call: &Call<'_>, payment: &Payment) -> Result<Option<Code>, Refusal> {
    let Some(wanted) = call.form.get(PRESET) else { return Ok(None) };
    let known = tables::refund_code(wanted).filter(|_| by_bank(payment));
    let code = known.ok_or_else(|| codes::MALFORMED.with(PRESET, "RFnn (SC0030, SC0040)"))?;
    let code = Code { code, ko: "", en: "as XPAY_SANDBOX_REFUND asked" };
    if tables::counts_as_done(&payment.paytype, code.code) { Ok(Some(code)) } else { Err(code.on(PRESET)) }
}

fn draw(call: &Call<'_>, payment: &Payment, amount: i64, taxfree: i64) -> Result<Completed, Refusal> {
    let code = preset(call, payment)?;
    payment::draw(call.db, &payment.tid, amount, taxfree)?;
    let effect = Effect { taxfree, ..Effect::new("cancelled", &payment.tid, amount) };
    Ok(Completed { code, ..answer(payment, effect) })
}

fn answer(payment: &Payment, effect: Effect) -> Completed {
    Completed::row(Row::default().put("LGD_TID", &payment.tid), effect)
}
