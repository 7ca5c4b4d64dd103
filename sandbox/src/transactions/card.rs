//! CardAuth: pays by card number or billing key without the payment window.

use super::call::{Call, Completed, require};
use crate::codes::{self, Refusal};
use crate::ledger::billing_key;
use crate::ledger::journal::Effect;
use crate::ledger::payment::PaymentState;
use crate::row::Row;
use crate::{payment_method, tables};

/// With amount 0 it makes a billing key for the card; any other amount is paid with the card or the key.
pub(super) fn auth(call: &Call<'_>) -> Result<Completed, Refusal> {
    let pan = call.form.text("LGD_PAN");
    let known = billing_key::issuer(call.db, pan, &call.shop.mid)?;
    check_install(call)?;
    if known.is_none() {
        check_card(call, pan)?;
    }
    let default = payment_method::of("SC0010").map_or("", |method| method.finance);
    let issuer = known.as_deref().unwrap_or(default);
    if call.amount("LGD_AMOUNT")? > 0 {
        return pay(call, issuer, known.is_none().then(|| mask(pan)));
    }
    // A key made from a key would outlive the card holder's consent.
    if known.is_some() {
        return Err(codes::MALFORMED.with("LGD_AMOUNT", "> 0"));
    }
    make_key(call, issuer)
}

fn pay(call: &Call<'_>, issuer: &str, shown: Option<String>) -> Result<Completed, Refusal> {
    let payment = call.order("SC0010", issuer, PaymentState::Approved)?;
    payment.enter(call.db)?;
    let row = payment_method::result(&payment, call.shop);
    let row = match shown {
        Some(number) => row.put("LGD_CARDNUM", number),
        None => row,
    };
    Ok(Completed::row(row, Effect::new("approved", &payment.tid, payment.amount)))
}

fn make_key(call: &Call<'_>, issuer: &str) -> Result<Completed, Refusal> {
    let (key, digest) = billing_key::make(call.db, call.random, &call.shop.mid, issuer)?;
    let row = Row::default()
        .put("LGD_MID", &call.shop.mid)
        .put("LGD_OID", call.oid()?)
        .put("LGD_AMOUNT", "0")
        .put("LGD_PAYTYPE", "SC0010")
        .put("LGD_PAYDATE", call.stamp())
        .put("LGD_FINANCECODE", issuer)
        .put("LGD_FINANCENAME", tables::finance_name("SC0010", issuer).unwrap_or(""))
        .put("LGD_BILLKEY", key);
    Ok(Completed::row(row, Effect::new("billing_key_made", &digest, 0)))
}

fn check_install(call: &Call<'_>) -> Result<(), Refusal> {
    let months = call.form.text("LGD_INSTALL");
    let sane = months.len() == 2 && months.bytes().all(|byte| byte.is_ascii_digit());
    if sane { Ok(()) } else { Err(codes::MALFORMED.with("LGD_INSTALL", "00, 02-36")) }
}

/// Whether the PIN and the birth date are required depends on the shop's contract; the expiry date always is.
fn check_card(call: &Call<'_>, pan: &str) -> Result<(), Refusal> {
    let digits = pan.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !(14..=16).contains(&pan.len()) || !passes_luhn(pan) {
        return Err(codes::PAN.on("LGD_PAN"));
    }
    require(call.form, &["LGD_EXPYEAR", "LGD_EXPMON"])
}

fn passes_luhn(pan: &str) -> bool {
    let digits = pan.chars().rev().filter_map(|digit| digit.to_digit(10));
    let weigh = |(at, digit): (usize, u32)| match (at % 2, digit * 2) {
        (0, _) => digit,
        (_, doubled) if doubled > 9 => doubled - 9,
        (_, doubled) => doubled,
    };
    digits.enumerate().map(weigh).sum::<u32>() % 10 == 0
}

/// Only the first six and the last four digits of a card number may be shown.
fn mask(pan: &str) -> String {
    let hidden = |(at, digit)| if (6..pan.len() - 4).contains(&at) { '*' } else { digit };
    pan.chars().enumerate().map(hidden).collect()
}
