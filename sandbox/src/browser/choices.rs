//! What a buyer can choose in the window: means of payment, issuers and banks, instalments.

use super::checks::Purchase;
use crate::codes::{self, Refusal};
use crate::paykeys::PaykeyRequest;
use crate::{payment_method, tables};

/// One means of payment as the window offers it.
pub(super) struct Offer {
    pub(super) paytype: &'static str,
    pub(super) ko: &'static str,
    pub(super) en: &'static str,
    pub(super) first: bool,
    pub(super) finance_ko: &'static str,
    pub(super) finance_en: &'static str,
    /// Code and name.
    pub(super) finances: Vec<(&'static str, &'static str)>,
    pub(super) months: Vec<Months>,
    pub(super) interest_free: Option<String>,
    /// Until when an account can be paid into.
    pub(super) closes: Option<String>,
}

/// A number of instalments; 0 is at once.
pub(super) struct Months(pub(super) u32);

impl Months {
    pub(super) fn value(&self) -> String {
        format!("{:02}", self.0)
    }

    pub(super) fn label(&self) -> String {
        match self.0 {
            0 => "일시불 / at once".to_owned(),
            months => format!("{months}개월 / {months} months"),
        }
    }
}

impl Offer {
    pub(super) fn has_choices(&self) -> bool {
        !self.finances.is_empty() || self.closes.is_some()
    }
}

/// English names of the means, and what is chosen with each.
const NAMES: [(&str, &str, &str, &str); 10] = [
    ("SC0010", "Card", "카드사", "Issuer"),
    ("SC0030", "Bank transfer", "은행", "Bank"),
    ("SC0040", "Virtual account", "입금 은행", "Bank"),
    ("SC0060", "Mobile phone", "통신사", "Carrier"),
    ("SC0070", "Landline", "통신사", "Carrier"),
    ("SC0090", "OK Cashbag", "", ""),
    ("SC0111", "Culture voucher", "", ""),
    ("SC0112", "Game voucher", "", ""),
    ("SC0113", "Book voucher", "", ""),
    ("SC0220", "T-money", "", ""),
];

/// What the shop allows, in the protocol's order; what it wants first is chosen.
pub(super) fn offers(purchase: &Purchase) -> Vec<Offer> {
    let allowed = |paytype: &&str| {
        purchase.means.is_empty() || purchase.means.iter().any(|allowed| allowed == *paytype)
    };
    let mut offers: Vec<Offer> =
        payment_method::paytypes().filter(allowed).map(|paytype| offer(paytype, purchase)).collect();
    let wanted = offers.iter().position(|offer| offer.paytype == purchase.first).unwrap_or(0);
    if let Some(offer) = offers.get_mut(wanted) {
        offer.first = true;
    }
    offers
}

/// Refuses what was not offered.
pub(super) fn check(purchase: &Purchase, chosen: &PaykeyRequest) -> Result<(), Refusal> {
    let offers = offers(purchase);
    let offered = offers.iter().find(|offer| offer.paytype == chosen.paytype);
    let offer = offered.ok_or_else(|| codes::MALFORMED.with("paytype", "LGD_CUSTOM_USABLEPAY"))?;
    if !offer.finances.is_empty() && !offer.finances.iter().any(|(code, _)| *code == chosen.finance) {
        return Err(codes::MALFORMED.with("LGD_FINANCECODE", offer.finance_en));
    }
    if !offer.months.is_empty() && !offer.months.iter().any(|months| months.value() == chosen.install) {
        return Err(codes::MALFORMED.with("LGD_INSTALL", "LGD_INSTALLRANGE"));
    }
    Ok(())
}

/// Whether LGD_NOINTINF (`11-3:6,51-3:4:5:6`) names this issuer with so many months.
pub(super) fn is_interest_free(purchase: &Purchase, issuer: &str, install: &str) -> bool {
    let free = |part: &str| {
        let Some((known, months)) = part.split_once('-') else { return false };
        known == issuer && months.split(':').any(|months| months.parse() == install.parse::<u32>())
    };
    purchase.interest_free.split(',').any(free)
}

fn offer(paytype: &'static str, purchase: &Purchase) -> Offer {
    let named = NAMES.iter().find(|(known, ..)| *known == paytype);
    let (_, en, finance_ko, finance_en) = named.copied().unwrap_or((paytype, "", "", ""));
    let card = paytype == "SC0010";
    Offer {
        paytype,
        ko: tables::paytype_name(paytype).unwrap_or(paytype),
        en,
        first: false,
        finance_ko,
        finance_en,
        finances: finances(paytype, purchase),
        months: if card { months(purchase) } else { Vec::new() },
        interest_free: (card && !purchase.interest_free.is_empty()).then(|| purchase.interest_free.clone()),
        closes: (paytype == "SC0040").then(|| purchase.closes.clone()).filter(|date| !date.is_empty()),
    }
}

/// Issuers, banks or carriers, those left out that the shop excludes.
fn finances(paytype: &str, purchase: &Purchase) -> Vec<(&'static str, &'static str)> {
    let usual = payment_method::of(paytype).map_or("", |means| means.finance);
    let mut all = tables::finances(paytype);
    all.retain(|(code, _)| {
        let listed = |list: &[String]| list.iter().any(|given| given == code);
        (purchase.usable(paytype).is_empty() || listed(purchase.usable(paytype)))
            && !listed(purchase.disabled(paytype))
    });
    // The usual one first, since a tester takes what is there.
    all.sort_by_key(|(code, _)| *code != usual);
    all
}

/// LGD_INSTALLRANGE, for amounts that can be paid in instalments at all.
fn months(purchase: &Purchase) -> Vec<Months> {
    const LEAST: i64 = 50_000;
    let range = if purchase.amount < LEAST { &[0][..] } else { &purchase.months };
    range.iter().map(|months| Months(*months)).collect()
}
