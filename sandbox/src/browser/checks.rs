//! Checks every parameter that the shop's page posts to the window, and returns all problems at once.

use super::app_terms::Terms;
use crate::form::Form;
use crate::gateway::Gateway;
use crate::ledger::payment;
use crate::notices::queue;
use crate::transactions::call;
use crate::{clock, payment_method, signature, tables, text};

/// A checked request of the payment window.
pub(super) struct Purchase {
    pub(super) purpose: Purpose,
    pub(super) mid: String,
    pub(super) oid: String,
    pub(super) amount: i64,
    pub(super) taxfree: i64,
    pub(super) buyer: String,
    pub(super) buyerid: String,
    pub(super) productinfo: String,
    pub(super) timestamp: String,
    pub(super) escrow: bool,
    pub(super) return_url: String,
    /// LGD_ENCODING_RETURNURL.
    pub(super) return_charset: &'static str,
    /// LGD_CUSTOM_USABLEPAY; empty for all.
    pub(super) methods: Vec<String>,
    /// LGD_CUSTOM_FIRSTPAY.
    pub(super) first: String,
    /// LGD_INSTALLRANGE.
    pub(super) months: Vec<u32>,
    /// LGD_NOINTINF.
    pub(super) interest_free: String,
    /// LGD_CLOSEDATE.
    pub(super) closes: String,
    /// LGD_CASNOTEURL.
    pub(super) casnoteurl: String,
    /// LGD_ENCODING_NOTEURL.
    pub(super) encoding_noteurl: String,
    /// LGD_CUSTOM_NOTEURLTIMEOUT, in seconds.
    pub(super) noteurl_timeout: i64,
    /// LGD_CASASSIGNNOTIYN.
    pub(super) casassignnoti: bool,
    /// Which choices are paid for in an app.
    pub(super) app: Terms,
    /// LGD_CUSTOM_SESSIONTIMEOUT, in seconds.
    pub(super) patience: i64,
    usable: [Vec<String>; 3],
    disabled: [Vec<String>; 3],
}

/// What the window is opened for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Purpose {
    Payment,
    /// A billing key (LGD_PAYWINDOWTYPE `CardBillingAuth`).
    Billing,
    Identity,
}

/// A problem with one parameter. Its value is not repeated: it may be personal.
#[derive(Debug)]
pub(super) struct Problem {
    pub(super) field: String,
    pub(super) ko: String,
    pub(super) en: String,
}

impl Problem {
    pub(super) fn new(field: &str, ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { field: field.to_owned(), ko: ko.into(), en: en.into() }
    }
}

impl Purchase {
    /// Issuers or banks that are allowed for a method; empty for all.
    pub(super) fn usable(&self, paytype: &str) -> &[String] {
        of(&self.usable, paytype)
    }

    pub(super) fn disabled(&self, paytype: &str) -> &[String] {
        of(&self.disabled, paytype)
    }
}

const RESTRICTED: [&str; 3] = ["SC0010", "SC0030", "SC0040"];

fn of<'a>(lists: &'a [Vec<String>; 3], paytype: &str) -> &'a [String] {
    let at = RESTRICTED.iter().position(|restricted| *restricted == paytype);
    at.and_then(|at| lists.get(at)).map_or(&[], Vec::as_slice)
}

/// A payment's request.
pub(super) fn purchase(gateway: &Gateway, form: &Form) -> Result<Purchase, Vec<Problem>> {
    let mut problems = Vec::new();
    missing(form, &mut problems);
    shapes(form, &mut problems);
    shop(gateway, form, &mut problems);
    if problems.is_empty() { Ok(read(gateway, form, purpose(form))) } else { Err(problems) }
}

/// The request of an identity check.
pub(super) fn identity(gateway: &Gateway, form: &Form) -> Result<Purchase, Vec<Problem>> {
    const REQUIRED: [&str; 5] = ["LGD_MID", "LGD_BUYERSSN", "LGD_TIMESTAMP", "LGD_HASHDATA", "LGD_RETURNURL"];
    let mut problems: Vec<_> =
        REQUIRED.into_iter().filter(|name| form.get(name).is_none()).map(is_missing).collect();
    shapes(form, &mut problems);
    let [mid, ssn, timestamp] = ["LGD_MID", "LGD_BUYERSSN", "LGD_TIMESTAMP"].map(|name| form.text(name));
    match gateway.shops.find(mid) {
        Ok(shop) => signed(form, &signature::identity_hash(mid, ssn, timestamp, &shop.key), &mut problems),
        Err(refusal) => problems.push(Problem::new("LGD_MID", refusal.korean(), refusal.english())),
    }
    if problems.is_empty() { Ok(read(gateway, form, Purpose::Identity)) } else { Err(problems) }
}

fn purpose(form: &Form) -> Purpose {
    if form.text("LGD_PAYWINDOWTYPE") == "CardBillingAuth" { Purpose::Billing } else { Purpose::Payment }
}

fn is_missing(name: &str) -> Problem {
    Problem::new(name, "값이 없습니다. 넣어서 보내십시오.", "is missing: set it")
}

fn missing(form: &Form, problems: &mut Vec<Problem>) {
    let required = tables::required_of_window().filter(|name| needed(form, name));
    problems.extend(required.filter(|name| form.get(name).is_none()).map(is_missing));
}

/// Some are required only if the request names a certain payment method.
fn needed(form: &Form, name: &str) -> bool {
    let names = |paytype: &str| {
        ["LGD_CUSTOM_USABLEPAY", "LGD_CUSTOM_FIRSTPAY"].iter().any(|name| form.text(name).contains(paytype))
    };
    match name {
        "LGD_CASNOTEURL" => names("SC0040"),
        "LGD_OCBITEMCODE" => names("SC0090"),
        "LGD_LANGUAGE" => {
            ["4J", "4M", "4V", "6D", "6I"].iter().any(|issuer| form.text("LGD_USABLECARD").contains(issuer))
        }
        "LGD_NOTEURL" | "LGD_DOMAIN_URL" => false,
        _ => true,
    }
}

/// What a value must not contain, unless it is a URL.
const FORBIDDEN: [&str; 8] = ["<", ">", "+-", "--", ";", "'", "\"", "\\"];

/// A parameter, the check of its value, and the expected format.
type Shape = (&'static str, fn(&str) -> bool, &'static str);

const SHAPES: &[Shape] = &[
    ("CST_PLATFORM", |text| ["test", "service"].contains(&text), "test | service"),
    ("LGD_OID", |text| call::oid(text).is_ok(), "A-Z a-z 0-9 _ -, 1..63"),
    ("LGD_AMOUNT", |text| call::amount("LGD_AMOUNT", text).is_ok(), "0..9999999999"),
    ("LGD_TAXFREEAMOUNT", |text| call::amount("LGD_TAXFREEAMOUNT", text).is_ok(), "0..9999999999"),
    ("LGD_TIMESTAMP", clock::is_stamp, "yyyyMMddHHmmss"),
    ("LGD_CLOSEDATE", clock::is_stamp, "yyyyMMddHHmmss"),
    ("LGD_RETURNURL", is_url, "http://… | https://…"),
    ("LGD_CASNOTEURL", is_url, "http://… | https://…"),
    ("LGD_WINDOW_TYPE", |text| ["iframe", "submit"].contains(&text), "iframe | submit"),
    ("LGD_ENCODING", is_charset, "UTF-8 | EUC-KR"),
    ("LGD_ENCODING_RETURNURL", is_charset, "UTF-8 | EUC-KR"),
    ("LGD_ENCODING_NOTEURL", is_charset, "UTF-8 | EUC-KR"),
    (
        "LGD_CUSTOM_USABLEPAY",
        |text| list(text).iter().all(|code| payment_method::of(code).is_some()),
        "SC0010-SC0030-…",
    ),
    ("LGD_CUSTOM_FIRSTPAY", |text| payment_method::of(text).is_some(), "SC0010 | SC0030 | …"),
    (
        "LGD_CUSTOM_SESSIONTIMEOUT",
        |text| text.parse().is_ok_and(|minutes: i64| (1..=1440).contains(&minutes)),
        "1..1440",
    ),
    ("LGD_INSTALLRANGE", |text| months(text).is_some(), "0:2:3:…:12"),
    ("LGD_NOINTINF", is_interest_free, "11-3:6,51-3:4:5:6"),
    ("LGD_ESCROW_USEYN", |text| ["Y", "N"].contains(&text), "Y | N"),
];

fn shapes(form: &Form, problems: &mut Vec<Problem>) {
    for (name, value) in form.iter().filter(|(_, value)| !value.is_empty()) {
        if let Some(limit) = tables::request_limit(name).filter(|limit| text::length(value) > *limit) {
            let found = text::length(value);
            problems.push(Problem::new(
                name,
                format!("EUC-KR로 {found}바이트입니다. {limit}바이트까지 됩니다."),
                format!("is {found} bytes of EUC-KR: at most {limit}"),
            ));
        }
        let forbidden = FORBIDDEN.iter().find(|forbidden| value.contains(**forbidden));
        if let Some(forbidden) = forbidden.filter(|_| !name.ends_with("URL")) {
            problems.push(Problem::new(
                name,
                format!("{forbidden} 문자는 쓸 수 없습니다."),
                format!("must not contain {forbidden}"),
            ));
        }
        if let Some((_, _, wanted)) = SHAPES.iter().find(|(known, fits, _)| *known == name && !fits(value)) {
            problems.push(Problem::new(
                name,
                format!("형식이 틀립니다: {wanted}"),
                format!("must be {wanted}"),
            ));
        }
    }
}

/// Checks the shop, its signature, the amounts, and that the order is not paid yet.
fn shop(gateway: &Gateway, form: &Form, problems: &mut Vec<Problem>) {
    let [mid, oid, amount, timestamp] =
        ["LGD_MID", "LGD_OID", "LGD_AMOUNT", "LGD_TIMESTAMP"].map(|name| form.text(name));
    let prefix = if form.text("CST_PLATFORM") == "test" { "t" } else { "" };
    if form.get("CST_MID").is_some_and(|contracted| mid != [prefix, contracted].concat()) {
        problems.push(Problem::new(
            "LGD_MID",
            "CST_PLATFORM이 test이면 \"t\" + CST_MID, 아니면 CST_MID여야 합니다.",
            "must be \"t\" + CST_MID where CST_PLATFORM is test, CST_MID otherwise",
        ));
    }
    if purpose(form) == Purpose::Payment && amount == "0" {
        problems.push(Problem::new("LGD_AMOUNT", "0원은 결제할 수 없습니다.", "must be over 0"));
    }
    let taxfree = form.text("LGD_TAXFREEAMOUNT").parse().unwrap_or(0);
    if amount.parse().is_ok_and(|amount: i64| taxfree > amount) {
        problems.push(Problem::new(
            "LGD_TAXFREEAMOUNT",
            "LGD_AMOUNT보다 클 수 없습니다.",
            "must not be over LGD_AMOUNT",
        ));
    }
    if form
        .get("LGD_CLOSEDATE")
        .is_some_and(|closes| clock::is_stamp(closes) && closes < &*gateway.clock.stamp())
    {
        problems.push(Problem::new("LGD_CLOSEDATE", "이미 지난 시각입니다.", "is in the past"));
    }
    match gateway.shops.find(mid) {
        Ok(shop) => {
            signed(form, &signature::request_hash(mid, oid, amount, timestamp, &shop.key), problems);
        }
        Err(refusal) => problems.push(Problem::new("LGD_MID", refusal.korean(), refusal.english())),
    }
    match payment::is_sold(gateway.ledger().read(), mid, oid) {
        Ok(false) => {}
        Ok(true) => problems.push(Problem::new(
            "LGD_OID",
            "이미 결제된 주문번호입니다. 주문마다 새 번호를 쓰십시오.",
            "is already paid: use a new one for each order",
        )),
        Err(error) => problems.push(Problem::new("LGD_OID", error.to_string(), error.to_string())),
    }
}

fn signed(form: &Form, expected: &str, problems: &mut Vec<Problem>) {
    if form.get("LGD_HASHDATA").is_some_and(|given| !signature::equal(expected, given)) {
        problems.push(Problem::new(
            "LGD_HASHDATA",
            "서명이 맞지 않습니다. MertKey와, 서명한 값이 보낸 값과 같은지 확인하십시오.",
            "is not the signature of this request: check the MertKey, and that the signed values are those that were sent",
        ));
    }
}

fn read(gateway: &Gateway, form: &Form, purpose: Purpose) -> Purchase {
    const MINUTES: i64 = 20;
    let owned = |name: &str| form.text(name).to_owned();
    let or = |given: String, default: String| if given.is_empty() { default } else { given };
    let won = |name: &str| form.text(name).parse().unwrap_or(0);
    let lists = |names: [&str; 3]| names.map(|name| list(form.text(name)));
    let return_charset = text::charset(form.get("LGD_ENCODING_RETURNURL").map(str::as_bytes)).name();
    Purchase {
        purpose,
        mid: owned("LGD_MID"),
        oid: or(
            owned("LGD_OID"),
            gateway.random.name::<8>().map(|id| format!("sandbox-{id}")).unwrap_or_default(),
        ),
        amount: won("LGD_AMOUNT"),
        taxfree: won("LGD_TAXFREEAMOUNT"),
        buyer: owned("LGD_BUYER"),
        buyerid: owned("LGD_BUYERID"),
        productinfo: or(owned("LGD_PRODUCTINFO"), "본인확인 / Identity check".to_owned()),
        timestamp: owned("LGD_TIMESTAMP"),
        escrow: form.text("LGD_ESCROW_USEYN") == "Y",
        return_url: owned("LGD_RETURNURL"),
        return_charset,
        methods: if purpose == Purpose::Billing {
            vec!["SC0010".into()]
        } else {
            list(form.text("LGD_CUSTOM_USABLEPAY"))
        },
        first: owned("LGD_CUSTOM_FIRSTPAY"),
        months: months(form.text("LGD_INSTALLRANGE"))
            .unwrap_or_else(|| (0..=12).filter(|m| *m != 1).collect()),
        interest_free: owned("LGD_NOINTINF"),
        closes: owned("LGD_CLOSEDATE"),
        casnoteurl: owned("LGD_CASNOTEURL"),
        encoding_noteurl: owned("LGD_ENCODING_NOTEURL"),
        noteurl_timeout: queue::patience(form.text("LGD_CUSTOM_NOTEURLTIMEOUT")),
        casassignnoti: form.text("LGD_CASASSIGNNOTIYN") != "N",
        app: Terms::of(form),
        patience: form.text("LGD_CUSTOM_SESSIONTIMEOUT").parse().unwrap_or(MINUTES) * 60,
        usable: lists(["LGD_USABLECARD", "LGD_USABLEBANK", "LGD_USABLECASBANK"]),
        disabled: lists(["LGD_DISABLECARD", "LGD_DISABLEBANK", ""]),
    }
}

/// `SC0010-SC0030`, `11:31`.
fn list(text: &str) -> Vec<String> {
    text.split(['-', ':', ',']).filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// `0:2:3`: no leading zeros, nothing but 0 and 2 to 60.
fn months(text: &str) -> Option<Vec<u32>> {
    let month = |text: &str| {
        let plain = text == "0" || !text.starts_with('0');
        text.parse().ok().filter(|months| plain && (*months == 0 || (2..=60).contains(months)))
    };
    text.split(':').map(month).collect()
}

/// `11-3:6,51-3:4:5:6`.
fn is_interest_free(text: &str) -> bool {
    text.split(',').all(|part| {
        let Some((issuer, range)) = part.split_once('-') else { return false };
        tables::finance_name("SC0010", issuer).is_some() && months(range).is_some()
    })
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

fn is_charset(text: &str) -> bool {
    ["UTF-8", "EUC-KR"].iter().any(|known| known.eq_ignore_ascii_case(text))
}
