//! Approvals by LGD_PAYKEY, and the transactions before and after them.

use super::call::{Call, Completed, require};
use crate::codes::{self, Refusal};
use crate::ledger::carried;
use crate::ledger::journal::Effect;
use crate::ledger::new_tid;
use crate::ledger::paykey::{self, Consent};
use crate::ledger::payment::{self, Payment, PaymentState};
use crate::notices::flag::Flag;
use crate::notices::queue;
use crate::payment_method;
use crate::profile::SecondPayment;

/// How long a payment key is valid by default, and at most, in seconds.
const LIFETIME: i64 = 600;
const LONGEST: i64 = 86_400;

/// PaymentByKey: the approval, which moves the money.
pub(super) fn by_key(call: &Call<'_>) -> Result<Completed, Refusal> {
    if let Some(paid) = paid_before(call)? {
        return repeated(call, &paid);
    }
    let consent = usable(call)?;
    if call.form.get("LGD_AMOUNTCHECKYN") == Some("Y") {
        require(call.form, &["LGD_AMOUNT"])?;
        check_amount(call, &consent)?;
    }
    let paykey = consent.paykey.clone();
    paykey::spend(call.db, &paykey)?;
    let payment = approval(call, consent)?;
    call.book(&payment)?;
    carried::inherit(call.db, &paykey, &payment.tid)?;
    let notice_queued = payment.state == PaymentState::Issued && enqueue_notice(call, &paykey, &payment)?;
    let effect = Effect::new("approved", &payment.tid, payment.amount);
    Ok(Completed {
        notice_queued,
        ..Completed::row(payment_method::result(call.db, &payment, call.shop)?, effect)
    })
}

/// The payment that this PAYKEY made, if the profile answers with it again.
fn paid_before(call: &Call<'_>) -> Result<Option<Payment>, Refusal> {
    if call.profile.second_payment == SecondPayment::Refused {
        return Ok(None);
    }
    let consent = paykey::find(call.db, call.form.text("LGD_PAYKEY"), false, &call.shop.mid)?;
    match consent.filter(|consent| consent.used) {
        Some(consent) => Ok(payment::find_of_order(call.db, &consent.mid, &consent.oid)?),
        None => Ok(None),
    }
}

fn repeated(call: &Call<'_>, paid: &Payment) -> Result<Completed, Refusal> {
    let effect = match call.profile.second_payment {
        SecondPayment::Shared => Effect::new("approved", &paid.tid, paid.amount),
        SecondPayment::Refused | SecondPayment::Repeated => Effect::default(),
    };
    Ok(Completed::row(payment_method::result(call.db, paid, call.shop)?, effect))
}

/// The account's notices go to the address of the window's request.
fn enqueue_notice(call: &Call<'_>, paykey: &str, account: &Payment) -> Result<bool, Refusal> {
    queue::inherit_address(call.db, paykey, &account.tid)?;
    queue::enqueue(call.db, call.shop, account, Flag::Issued, call.stamp())
}

/// AmountCheck: the same check without the payment.
pub(super) fn amount_check(call: &Call<'_>) -> Result<Completed, Refusal> {
    let consent = usable(call)?;
    check_amount(call, &consent)?;
    Ok(Completed::row(Default::default(), Effect::default()))
}

/// Adjust: the shop asks for settlement.
pub(super) fn adjust(call: &Call<'_>) -> Result<Completed, Refusal> {
    let payment = call.payment()?;
    if !payment_method::of(&payment.paytype).is_some_and(|method| method.adjustable) || !payment.is_live() {
        return Err(codes::NOT_APPROVED.on("LGD_TID"));
    }
    payment::settle(call.db, &payment.tid)?;
    // Only a change can be rolled back.
    let kind = if payment.settled { "" } else { "settled" };
    Ok(Completed::row(Default::default(), Effect::new(kind, &payment.tid, 0)))
}

/// The consent of LGD_PAYKEY, if it is neither used nor expired.
fn usable(call: &Call<'_>) -> Result<Consent, Refusal> {
    let key = call.form.text("LGD_PAYKEY");
    let consent =
        paykey::find(call.db, key, false, &call.shop.mid)?.ok_or_else(|| codes::PAYKEY.on("LGD_PAYKEY"))?;
    let lifetime = lifetime(call)?;
    if consent.used {
        return Err(codes::USED.on("LGD_PAYKEY"));
    }
    if call.now - consent.made > lifetime {
        return Err(codes::PAYKEY_OLD.with("LGD_PAYKEY", lifetime));
    }
    Ok(consent)
}

fn lifetime(call: &Call<'_>) -> Result<i64, Refusal> {
    const NAME: &str = "LGD_CUSTOM_PROCESSTIMEOUT";
    let Some(text) = call.form.get(NAME) else { return Ok(LIFETIME) };
    let seconds = text.parse().ok().filter(|seconds| (1..=LONGEST).contains(seconds));
    seconds.ok_or_else(|| codes::MALFORMED.with(NAME, format!("1-{LONGEST}")))
}

fn check_amount(call: &Call<'_>, consent: &Consent) -> Result<(), Refusal> {
    if call.amount("LGD_AMOUNT")? == consent.amount {
        Ok(())
    } else {
        Err(codes::AMOUNT.with("LGD_AMOUNT", consent.amount))
    }
}

/// The payment of a consent. Buyer and product come from the request if it has them.
fn approval(call: &Call<'_>, consent: Consent) -> Result<Payment, Refusal> {
    let tid = new_tid(call.db, &consent.mid, &call.stamp())?;
    let agreed = consent.payment(tid, call.stamp());
    let or = |name, agreed: String| call.form.get(name).map_or(agreed, str::to_owned);
    Ok(Payment {
        buyer: or("LGD_BUYER", agreed.buyer),
        buyerid: or("LGD_BUYERID", agreed.buyerid),
        productinfo: or("LGD_PRODUCTINFO", agreed.productinfo),
        ..agreed
    })
}
