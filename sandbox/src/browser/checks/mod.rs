//! Checks every parameter that the shop's page posts to a window, and names all that is wrong or unclear at once.

mod names;
mod values;

use super::purchase::{Purpose, list};
use crate::form::Form;
use crate::gateway::Gateway;
use crate::ledger::payment;
pub(super) use crate::sent::Warning as Problem;
use crate::{clock, signature, tables};
use encoding_rs::{EUC_KR, UTF_8};

pub(super) use names::tidy;

/// What is to be said of a request.
#[derive(Default)]
pub(super) struct Findings {
    wrong: Vec<Problem>,
    /// Nobody has published how the real gateway takes it, or shops do it and it works.
    unclear: Vec<Problem>,
}

impl Findings {
    fn wrong(&mut self, field: &str, ko: impl Into<String>, en: impl Into<String>) {
        self.wrong.push(Problem::new(field, ko, en));
    }

    fn unclear(&mut self, field: &str, ko: impl Into<String>, en: impl Into<String>) {
        self.unclear.push(Problem::new(field, ko, en));
    }

    fn missing(&mut self, field: &str) {
        self.wrong(field, "값이 없습니다. 넣어서 보내십시오.", "is missing: set it");
    }

    pub(super) fn warnings(&self) -> &[Problem] {
        &self.unclear
    }

    /// The warnings, or why the window does not open: what is wrong and, if it is strict, what is unclear.
    pub(super) fn settle(self, strict: bool) -> Result<Vec<Problem>, Vec<Problem>> {
        let Self { mut wrong, unclear } = self;
        if strict {
            wrong.extend(unclear.iter().cloned());
        }
        if wrong.is_empty() { Ok(unclear) } else { Err(wrong) }
    }
}

/// Checks a tidied request.
pub(super) fn check(gateway: &Gateway, form: &Form, purpose: Purpose, found: &mut Findings) {
    missing(form, purpose, found);
    values::check(form, found);
    match purpose {
        Purpose::Payment | Purpose::UnionPay => order(gateway, form, found),
        Purpose::Billing => for_no_order(form, found),
        Purpose::Identity => {}
    }
    shop(gateway, form, purpose, found);
}

fn missing(form: &Form, purpose: Purpose, found: &mut Findings) {
    let absent = |name: &&str| form.get(name).is_none();
    match purpose {
        Purpose::Payment | Purpose::UnionPay => {
            let named = ["LGD_CUSTOM_USABLEPAY", "LGD_CUSTOM_FIRSTPAY", "LGD_USABLECARD"];
            let named = named.map(|name| list(form.text(name))).concat();
            for name in tables::required_of_window(&named).filter(absent) {
                match name {
                    // Pages without it are in use.
                    "LGD_DOMAIN_URL" => {}
                    "LGD_WINDOW_TYPE" if form.get("CST_WINDOW_TYPE").is_some() => {}
                    "LGD_WINDOW_TYPE" => {
                        found.unclear(name, "값이 없습니다. 넣어서 보내십시오.", "is missing: set it")
                    }
                    name => found.missing(name),
                }
            }
            if purpose == Purpose::UnionPay && form.get("LGD_NOTEURL").is_none() {
                found.missing("LGD_NOTEURL");
            }
        }
        Purpose::Billing => {
            ["LGD_MID", "LGD_RETURNURL"].into_iter().filter(absent).for_each(|name| found.missing(name));
            if ["LGD_BUYERSSN", "LGD_CHECKSSNYN"].iter().all(absent) {
                found.wrong(
                    "LGD_BUYERSSN",
                    "LGD_BUYERSSN이나 LGD_CHECKSSNYN 가운데 하나를 보내십시오.",
                    "or LGD_CHECKSSNYN is missing: set one of them",
                );
            }
        }
        Purpose::Identity => {
            let names = ["LGD_MID", "LGD_BUYERSSN", "LGD_TIMESTAMP", "LGD_HASHDATA", "LGD_RETURNURL"];
            names.into_iter().filter(absent).for_each(|name| found.missing(name));
        }
    }
}

/// A billing window is for no order.
fn for_no_order(form: &Form, found: &mut Findings) {
    let names = ["LGD_OID", "LGD_AMOUNT", "LGD_TIMESTAMP", "LGD_HASHDATA"];
    for name in names.into_iter().filter(|name| form.get(name).is_some()) {
        found.unclear(
            name,
            "빌링키 발급 창에는 없는 파라미터입니다. 빼십시오.",
            "has no place in a billing window: leave it out",
        );
    }
}

/// Checks the amounts, the closing date, and that the order is not paid yet.
fn order(gateway: &Gateway, form: &Form, found: &mut Findings) {
    let amount = form.text("LGD_AMOUNT");
    if amount.parse() == Ok(0) {
        found.wrong("LGD_AMOUNT", "0원은 결제할 수 없습니다.", "must be over 0");
    }
    let taxfree = form.text("LGD_TAXFREEAMOUNT").parse().unwrap_or(0);
    if amount.parse().is_ok_and(|amount: i64| taxfree > amount) {
        found.wrong("LGD_TAXFREEAMOUNT", "LGD_AMOUNT보다 클 수 없습니다.", "must not be over LGD_AMOUNT");
    }
    let (closes, now) = (form.text("LGD_CLOSEDATE"), gateway.clock.stamp());
    let date = closes.len() == 8 || clock::is_stamp(closes);
    // A day without a time lasts until its end.
    if date && closes < now.get(..closes.len()).unwrap_or_default() {
        found.wrong("LGD_CLOSEDATE", "이미 지난 시각입니다.", "is in the past");
    }
    match payment::is_sold(gateway.ledger().read(), form.text("LGD_MID"), form.text("LGD_OID")) {
        Ok(false) => {}
        Ok(true) => found.wrong(
            "LGD_OID",
            "이미 결제된 주문번호입니다. 주문마다 새 번호를 쓰십시오.",
            "is already paid: use a new one for each order",
        ),
        Err(error) => found.wrong("LGD_OID", error.to_string(), error.to_string()),
    }
}

/// Checks the shop and its signature.
fn shop(gateway: &Gateway, form: &Form, purpose: Purpose, found: &mut Findings) {
    let [mid, oid, amount, timestamp, ssn] =
        ["LGD_MID", "LGD_OID", "LGD_AMOUNT", "LGD_TIMESTAMP", "LGD_BUYERSSN"].map(|name| form.text(name));
    let prefix = if form.text("CST_PLATFORM") == "test" { "t" } else { "" };
    let named = form.get("CST_PLATFORM").is_some() || purpose.is_payment();
    if form.get("CST_MID").is_some_and(|contracted| named && mid != [prefix, contracted].concat()) {
        found.wrong(
            "LGD_MID",
            "CST_PLATFORM이 test이면 \"t\" + CST_MID, 아니면 CST_MID여야 합니다.",
            "must be \"t\" + CST_MID where CST_PLATFORM is test, CST_MID otherwise",
        );
    }
    let key = match gateway.shops.find(mid) {
        Ok(shop) => &shop.key,
        // Its absence is named already.
        Err(_) if mid.is_empty() => return,
        Err(refusal) => return found.wrong("LGD_MID", refusal.korean(), refusal.english()),
    };
    // The signature is of the bytes of the page, which may be in one charset and name the other.
    let signatures = match purpose {
        Purpose::Payment | Purpose::UnionPay => [EUC_KR, UTF_8]
            .map(|charset| signature::request_hash(mid, charset.encode(oid).0, amount, timestamp, key))
            .into(),
        Purpose::Identity => vec![signature::identity_hash(mid, ssn, timestamp, key)],
        Purpose::Billing => return,
    };
    let given = form.get("LGD_HASHDATA");
    if given.is_some_and(|given| !signatures.iter().any(|computed| signature::equal(computed, given))) {
        found.wrong(
            "LGD_HASHDATA",
            "서명이 맞지 않습니다. MertKey와, 서명한 값이 보낸 값과 같은지 확인하십시오.",
            "is not the signature of this request: check the MertKey, and that the signed values are those that were sent",
        );
    }
}
