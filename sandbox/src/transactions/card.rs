//! CardAuth: pays by card without the payment window: by number, 3-D Secure, ISP or billing key. CardAuthOfflinePos: a terminal.

use super::call::{Call, Completed, require};
use crate::codes::{self, Refusal};
use crate::ledger::billing_key;
use crate::ledger::journal::Effect;
use crate::ledger::payment::{Payment, PaymentState};
use crate::row::Row;
use crate::{payment_method, tables};

/// What an authentication by 3-D Secure leaves.
const SECURE: &[&str] = &["VBV_CAVV", "VBV_XID", "VBV_ECI"];

/// The issuer of cards by ISP, which have no number here to tell it.
const ISP_ISSUER: &str = "31";

/// With amount 0 it makes a billing key for the card; any other amount is paid with the card or the key.
pub(super) fn auth(call: &Call<'_>) -> Result<Completed, Refusal> {
    let pan = call.form.text("LGD_PAN");
    let known = billing_key::issuer(call.db, pan, &call.shop.mid)?;
    let install = months(call, "LGD_INSTALL", 2)?;
    if known.is_none() {
        check_card(call, pan)?;
    }
    let issuer = known.as_deref().unwrap_or(default_issuer());
    if call.amount("LGD_AMOUNT")? > 0 {
        let card = Card { issuer, install, nointerest: call.form.text("LGD_NOINT") == "1" };
        let shown = known.is_none().then(|| ("LGD_CARDNUM", mask(pan)));
        return pay(call, &card, shown);
    }
    // A key made from a key would outlive the card holder's consent.
    if known.is_some() {
        return Err(codes::MALFORMED.with("LGD_AMOUNT", "> 0"));
    }
    make_key(call, issuer)
}

/// A card by ISP: what its page left stands for the number.
pub(super) fn isp(call: &Call<'_>) -> Result<Completed, Refusal> {
    let install = months(call, "KVP_QUOTA", 1)?;
    let card = Card { issuer: ISP_ISSUER, install, nointerest: call.form.text("KVP_NOINT") == "1" };
    pay(call, &card, Some(("LGD_ISPKEY", "SANDBOXISP".to_owned())))
}

/// A card at the shop's terminal, which reads its number.
pub(super) fn terminal(call: &Call<'_>) -> Result<Completed, Refusal> {
    let install = months(call, "LGD_INSTALL", 2)?;
    let card = Card { issuer: default_issuer(), install, nointerest: call.form.text("LGD_NOINT") == "1" };
    pay(call, &card, None)
}

struct Card<'a> {
    issuer: &'a str,
    install: String,
    nointerest: bool,
}

fn default_issuer() -> &'static str {
    payment_method::of("SC0010").map_or("", |method| method.finance)
}

fn pay(call: &Call<'_>, card: &Card<'_>, shown: Option<(&str, String)>) -> Result<Completed, Refusal> {
    let order = call.order("SC0010", card.issuer, PaymentState::Approved)?;
    let payment = Payment { install: card.install.clone(), nointerest: card.nointerest, ..order };
    call.book(&payment)?;
    let row = payment_method::result(call.db, &payment, call.shop)?;
    let row = shown.into_iter().fold(row, |row, (name, value)| row.put(name, value));
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

/// Instalment months in two digits, of which one may be left out where `least` is 1; 00 if there are none.
fn months(call: &Call<'_>, name: &str, least: usize) -> Result<String, Refusal> {
    let months = call.form.get(name).unwrap_or("00");
    let sane = (least..=2).contains(&months.len()) && months.bytes().all(|byte| byte.is_ascii_digit());
    if sane { Ok(format!("{months:0>2}")) } else { Err(codes::MALFORMED.with(name, "00, 02-36")) }
}

/// With 3-D Secure its proof is complete. Without it the expiry date is required; whether the PIN and the birth date are
/// depends on the shop's contract.
fn check_card(call: &Call<'_>, pan: &str) -> Result<(), Refusal> {
    let digits = pan.bytes().all(|byte| byte.is_ascii_digit());
    if !digits || !(14..=16).contains(&pan.len()) || !passes_luhn(pan) {
        return Err(codes::PAN.on("LGD_PAN"));
    }
    let secure = ["VBV_CAVV", "VBV_XID"].iter().any(|name| call.form.get(name).is_some());
    require(call.form, if secure { SECURE } else { &["LGD_EXPYEAR", "LGD_EXPMON"] })
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
