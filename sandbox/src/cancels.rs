//! Cancellations by the merchant's hand, in the admin.

use crate::codes::{self, Refusal};
use crate::form::Form;
use crate::gateway::{Answer, Gateway};
use crate::ledger::payment::{self, Payment};
use crate::{signature, txid};

/// Cancels the whole balance of a payment, or a part of it.
pub(crate) fn cancel(gateway: &Gateway, tid: &str, part: Option<i64>) -> Result<Answer, Refusal> {
    let outcome = apply(gateway, tid, part);
    let amount = part.map(|part| part.to_string());
    let code = outcome.as_ref().map_or("", |answer| &*answer.code);
    let asked = [("tid", tid), ("amount", amount.as_deref().unwrap_or_default())];
    gateway.record_act("cancel", &asked, &outcome, &[("LGD_RESPCODE", code)]);
    outcome
}

fn apply(gateway: &Gateway, tid: &str, part: Option<i64>) -> Result<Answer, Refusal> {
    let payment = payment::find(gateway.ledger().read(), tid)?.ok_or_else(|| codes::TID.on(tid))?;
    Ok(gateway.serve(&request(gateway, &payment, part)?))
}

/// A cancellation as the shop would send it.
fn request(gateway: &Gateway, payment: &Payment, part: Option<i64>) -> Result<Form, Refusal> {
    let shop = gateway.shops.find(&payment.mid)?;
    let txid = txid::make(&gateway.random, &shop.mid, &gateway.clock.stamp())?;
    let amount = part.map(|amount| amount.to_string());
    let pairs = [
        ("LGD_TXNAME", if part.is_some() { "PartialCancel" } else { "Cancel" }),
        ("LGD_MID", &shop.mid),
        ("LGD_TXID", &txid),
        ("LGD_AUTHCODE", &signature::auth_code(&txid, &shop.key)),
        ("LGD_TID", &payment.tid),
        ("LGD_CANCELREASON", "상점관리자"),
        // The refund account, which a merchant asks the buyer for.
        ("LGD_RFACCOUNTNUM", "11000000000"),
        ("LGD_RFBANKCODE", "004"),
        ("LGD_RFCUSTOMERNAME", &payment.buyer),
    ];
    let amount = amount.as_deref().map(|amount| ("LGD_CANCELAMOUNT", amount));
    Ok(pairs.into_iter().chain(amount).collect())
}
