//! What a buyer can choose in the window: payment methods, issuers and banks, instalments.

use super::purchase::{Purchase, Purpose};
use crate::codes::{self, Refusal};
use crate::paykeys::PaykeyRequest;
use crate::transactions::receipt;
use crate::{payment_method, tables};

/// A payment method with its choices.
pub(super) struct MethodChoice {
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
    /// The closing date of the virtual account.
    pub(super) closes: Option<String>,
    /// Whether the buyer can ask for a cash receipt.
    pub(super) receipt: bool,
    /// A parameter that the shop must send for this method and did not.
    pub(super) lacks: Option<&'static str>,
}

/// A number of monthly instalments; 0 for a single payment.
pub(super) struct Months(pub(super) u32);

impl Months {
    pub(super) fn value(&self) -> String {
        format!("{:02}", self.0)
    }

    pub(super) fn label(&self) -> String {
        match self.0 {
            0 => "일시불 / single payment".to_owned(),
            months => format!("{months}개월 / {months} months"),
        }
    }
}

impl MethodChoice {
    pub(super) fn has_choices(&self) -> bool {
        !self.finances.is_empty() || self.closes.is_some() || self.lacks.is_some()
    }
}

/// English names of the payment methods, and what is chosen for each.
const NAMES: [(&str, &str, &str, &str); 14] = [
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
    ("ASC001", "Card", "카드사", "Issuer"),
    ("ASC002", "Mobile phone", "통신사", "Carrier"),
    ("ASC004", "Bank account", "은행", "Bank"),
    ("ASC007", "Mobile phone, another way", "통신사", "Carrier"),
];

/// The methods that the shop allows, in the protocol's order; LGD_CUSTOM_FIRSTPAY is preselected. If the window has none
/// of them, all.
pub(super) fn choices(purchase: &Purchase) -> Vec<MethodChoice> {
    let all: Vec<&'static str> = match purchase.purpose {
        Purpose::Identity => tables::identity_means().iter().map(|(code, _)| *code).collect(),
        _ => payment_method::paytypes().collect(),
    };
    let allowed = |paytype: &&&str| purchase.methods.iter().any(|allowed| allowed == **paytype);
    let any = all.iter().any(|paytype| allowed(&paytype));
    let mut choices: Vec<MethodChoice> = all
        .iter()
        .filter(|paytype| !any || allowed(paytype))
        .map(|paytype| choice(paytype, purchase))
        .collect();
    let first = purchase.text("LGD_CUSTOM_FIRSTPAY");
    let wanted = choices.iter().position(|choice| choice.paytype == first).unwrap_or(0);
    if let Some(choice) = choices.get_mut(wanted) {
        choice.first = true;
    }
    choices
}

/// Refuses what the window does not offer.
pub(super) fn check(purchase: &Purchase, chosen: &PaykeyRequest) -> Result<(), Refusal> {
    let choices = choices(purchase);
    let offered = choices.iter().find(|choice| choice.paytype == chosen.paytype);
    let choice = offered.ok_or_else(|| codes::MALFORMED.with("paytype", "LGD_CUSTOM_USABLEPAY"))?;
    if let Some(name) = choice.lacks {
        return Err(codes::MISSING.on(name));
    }
    if !choice.finances.is_empty() && !choice.finances.iter().any(|(code, _)| *code == chosen.finance) {
        return Err(codes::MALFORMED.with("LGD_FINANCECODE", choice.finance_en));
    }
    if !choice.months.is_empty() && !choice.months.iter().any(|months| months.value() == chosen.install) {
        return Err(codes::MALFORMED.with("LGD_INSTALL", "LGD_INSTALLRANGE"));
    }
    if !choice.receipt && !chosen.cash_receipt.is_empty() {
        return Err(codes::MALFORMED.with("LGD_CASHRECEIPTUSE", "LGD_CASHRECEIPTYN"));
    }
    Ok(())
}

/// Whether LGD_NOINTINF (`11-3:6,51-3:4:5:6`) names this issuer with this many months.
pub(super) fn is_interest_free(purchase: &Purchase, issuer: &str, install: &str) -> bool {
    let free = |part: &str| {
        let Some((known, months)) = part.split_once('-') else { return false };
        known == issuer && months.split(':').any(|months| months.parse() == install.parse::<u32>())
    };
    purchase.text("LGD_NOINTINF").split(',').any(free)
}

fn choice(paytype: &'static str, purchase: &Purchase) -> MethodChoice {
    let named = NAMES.iter().find(|(known, ..)| *known == paytype);
    let (_, en, finance_ko, finance_en) = named.copied().unwrap_or((paytype, "", "", ""));
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    let means = tables::identity_means().iter().find(|(code, _)| *code == paytype).map(|(_, ko)| *ko);
    let order = purchase.purpose.is_payment();
    let card = order && paytype == "SC0010";
    MethodChoice {
        paytype,
        ko: means.or_else(|| tables::paytype_name(paytype)).unwrap_or(paytype),
        en,
        first: false,
        finance_ko,
        finance_en,
        finances: finances(paytype, purchase),
        months: if card { months(purchase) } else { Vec::new() },
        interest_free: some(purchase.owned("LGD_NOINTINF")).filter(|_| card),
        closes: some(purchase.closes()).filter(|_| paytype == "SC0040"),
        receipt: receipt::has(paytype) && purchase.text("LGD_CASHRECEIPTYN") != "N",
        lacks: tables::required_for(paytype).find(|name| order && purchase.text(name).is_empty()),
    }
}

/// Issuers, banks or carriers, without those that the shop excludes.
fn finances(paytype: &str, purchase: &Purchase) -> Vec<(&'static str, &'static str)> {
    let paytype = payment_method::behind(paytype);
    let usual = payment_method::of(paytype).map_or("", |method| method.finance);
    let (usable, disabled) = (purchase.usable(paytype), purchase.disabled(paytype));
    // A bank may be listed by its older code.
    let named = |given: &String, code: &str, name: &str| {
        given == code || tables::finance_name(paytype, given) == Some(name)
    };
    let mut all = tables::finances(paytype);
    all.retain(|(code, name)| {
        let listed = |list: &[String]| list.iter().any(|given| named(given, code, name));
        (usable.is_empty() || listed(&usable)) && !listed(&disabled)
    });
    // The default first.
    all.sort_by_key(|(code, _)| *code != usual);
    all
}

/// LGD_INSTALLRANGE, for amounts that can be paid in instalments.
fn months(purchase: &Purchase) -> Vec<Months> {
    const LEAST: i64 = 50_000;
    let range = if purchase.amount < LEAST { &[0][..] } else { &purchase.months };
    range.iter().map(|months| Months(*months)).collect()
}
