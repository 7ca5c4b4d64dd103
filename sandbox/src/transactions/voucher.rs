//! GiftCulture: culture vouchers without the payment window, in up to three steps.

use super::call::{Call, Completed};
use crate::codes::{self, Refusal};
use crate::ledger::journal::Effect;
use crate::ledger::payment::{self, Payment, PaymentState};
use crate::payment_method;
use crate::row::Row;

/// AUTH: checks the voucher; no money moves yet.
pub(super) fn auth(call: &Call<'_>) -> Result<Completed, Refusal> {
    let payment = call.order("SC0111", "", PaymentState::Pending)?;
    call.book(&payment)?;
    let row = Row::default().put("LGD_TID", &payment.tid);
    Ok(Completed::row(row, Effect::new("approved", &payment.tid, 0)))
}

/// SMS: the real gateway sends the holder a number. The sandbox sends none, and APP accepts any.
pub(super) fn sms(call: &Call<'_>) -> Result<Completed, Refusal> {
    let row = Row::default().put("LGD_TID", pending(call)?.tid);
    Ok(Completed::row(row, Effect::default()))
}

/// APP: the number is accepted and the voucher pays.
pub(super) fn approve(call: &Call<'_>) -> Result<Completed, Refusal> {
    let mut payment = pending(call)?;
    if call.amount("LGD_AMOUNT")? != payment.amount {
        return Err(codes::AMOUNT.with("LGD_AMOUNT", payment.amount));
    }
    call.check_unsold(&payment.oid)?;
    payment.paydate = call.stamp();
    payment::approve(call.db, &payment.tid, &payment.paydate)?;
    let effect = Effect::new("approved", &payment.tid, payment.amount);
    Ok(Completed::row(payment_method::result(call.db, &payment, call.shop)?, effect))
}

fn pending(call: &Call<'_>) -> Result<Payment, Refusal> {
    let payment = call.payment()?;
    let waits = payment.state == PaymentState::Pending;
    if waits { Ok(payment) } else { Err(codes::NOT_APPROVED.on("LGD_TID")) }
}
