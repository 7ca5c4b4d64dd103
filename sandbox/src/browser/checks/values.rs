//! The values of a request: lengths, characters and formats, each by itself.

use super::Findings;
use crate::browser::purchase::{is_gateways, list, months};
use crate::form::Form;
use crate::tables::{self, Holds};
use crate::transactions::call;
use crate::{clock, payment_method, text};
use std::net::Ipv4Addr;

pub(super) fn check(form: &Form, found: &mut Findings) {
    for (name, value) in form.iter().filter(|(_, value)| !value.is_empty()) {
        length(name, value, found);
        characters(name, value, found);
        format(name, value, found);
        if name.starts_with("LGD_") && !tables::all_names().any(|known| known == name) {
            found.unclear(
                name,
                "알려지지 않은 이름입니다. 이름을 확인하십시오.",
                "is not a known parameter: check its name",
            );
        }
    }
    window_types(form, found);
    items(form, found);
}

/// Shops send IPv6 addresses and letters behind the time, and banks have codes of three digits today.
const LONGER: [&str; 4] = ["LGD_BUYERIP", "LGD_TIMESTAMP", "LGD_USABLEBANK", "LGD_USABLECASBANK"];

fn length(name: &str, value: &str, found: &mut Findings) {
    let parts = if tables::holds(name) == Holds::List { list(value) } else { vec![value.to_owned()] };
    let longest = parts.iter().map(|part| text::length(part)).max().unwrap_or_default();
    let Some(limit) = tables::request_limit(name).filter(|limit| longest > *limit) else { return };
    let ko = format!("EUC-KR로 {longest}바이트입니다. {limit}바이트까지 됩니다.");
    let en = format!("is {longest} bytes of EUC-KR: at most {limit}");
    if LONGER.contains(&name) {
        found.unclear(name, ko, en);
    } else {
        found.wrong(name, ko, en);
    }
}

/// What a value must not contain.
const FORBIDDEN: [&str; 8] = ["<", ">", "+-", "--", ";", "'", "\"", "\\"];

fn characters(name: &str, value: &str, found: &mut Findings) {
    let json = tables::holds(name) == Holds::Json;
    let Some(forbidden) =
        FORBIDDEN.iter().find(|one| value.contains(**one) && !(json && ["'", "\""].contains(*one)))
    else {
        return;
    };
    let ko = format!("{forbidden} 문자는 쓸 수 없습니다.");
    let en = format!("must not contain {forbidden}");
    // An address may need them, JSON its escapes; and of the shop's own names nobody knows.
    let address = name.ends_with("URL") && ["+-", "--", ";"].contains(forbidden);
    if address || (json && *forbidden == "\\") || !is_gateways(name) {
        found.unclear(name, ko, en);
    } else {
        found.wrong(name, ko, en);
    }
}

/// A parameter, the check of its value, and the expected format.
type Shape = (&'static str, fn(&str) -> bool, &'static str);

/// What does not fit is certainly wrong.
const WRONG: &[Shape] = &[
    ("CST_PLATFORM", |text| ["test", "service"].contains(&text), "test | service"),
    ("LGD_AMOUNT", |text| call::amount("LGD_AMOUNT", text).is_ok(), "0..9999999999"),
    ("LGD_TAXFREEAMOUNT", |text| call::amount("LGD_TAXFREEAMOUNT", text).is_ok(), "0..9999999999"),
    ("LGD_CLOSEDATE", |text| clock::is_stamp(text) || is_day(text), "yyyyMMddHHmmss"),
    ("LGD_RETURNURL", is_url, "http://… | https://…"),
    ("LGD_CASNOTEURL", is_url, "http://… | https://…"),
    ("LGD_NOTEURL", is_url, "http://… | https://…"),
    ("LGD_ENCODING", is_charset, "UTF-8 | EUC-KR"),
    ("LGD_ENCODING_RETURNURL", is_charset, "UTF-8 | EUC-KR"),
    ("LGD_ENCODING_NOTEURL", is_charset, "UTF-8 | EUC-KR"),
    ("LGD_CUSTOM_USABLEPAY", |text| list(text).iter().any(|code| is_method(code)), "SC0010-SC0030-…"),
    ("LGD_CUSTOM_SESSIONTIMEOUT", is_timeout, "1..1440"),
    ("LGD_INSTALLRANGE", |text| months(text).is_some(), "0:2:3:…:12"),
    ("LGD_NOINTINF", |text| text.split(',').all(is_interest_free), "11-3:6,51-3:4:5:6"),
    ("LGD_ESCROW_USEYN", |text| ["Y", "N"].contains(&text), "Y | N"),
];

/// What does not fit may be taken by the gateway or not.
const UNCLEAR: &[Shape] = &[
    ("LGD_OID", |text| call::oid(text).is_ok(), "A-Z a-z 0-9 _ -, 1..63"),
    ("LGD_TIMESTAMP", clock::is_stamp, "yyyyMMddHHmmss"),
    ("LGD_CLOSEDATE", clock::is_stamp, "yyyyMMddHHmmss"),
    ("LGD_BUYERIP", |text| text.parse::<Ipv4Addr>().is_ok(), "IPv4"),
    ("LGD_WINDOW_TYPE", tables::is_window_type, "iframe | submit | popup"),
    ("CST_WINDOW_TYPE", tables::is_window_type, "iframe | submit | popup"),
    ("LGD_PAYWINDOWTYPE", tables::is_paywindow_type, "CardBillingAuth | CUPS"),
    (
        "LGD_PAYTYPE",
        |text| tables::identity_means().iter().any(|(code, _)| *code == text),
        "ASC001 | ASC002 | …",
    ),
    ("LGD_CUSTOM_USABLEPAY", |text| list(text).iter().all(|code| is_method(code)), "SC0010-SC0030-…"),
    ("LGD_CUSTOM_FIRSTPAY", is_method, "SC0010 | SC0030 | …"),
    ("LGD_NOINTINF", |text| text.split(',').all(|part| issuer(part).is_some()), "11-3:6,51-3:4:5:6"),
    ("LGD_USABLECARD", |text| are_known("SC0010", text), "11:51"),
    ("LGD_USABLEBANK", |text| are_known("SC0030", text), "06:11"),
    ("LGD_USABLECASBANK", |text| are_known("SC0040", text), "06:11:20"),
    ("LGD_DIVIDE_INFO", |text| serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok(), "JSON"),
    ("LGD_ESCROW_UNITPRICE", is_number, "0..9999999999"),
    ("LGD_ESCROW_QUANTITY", is_number, "0..9999999999"),
    ("LGD_CUSTOM_ROLLBACK", |text| ["Y", "C", "N"].contains(&text), "Y | C | N"),
    ("LGD_KVPMISPAUTOAPPYN", is_auto_app, "Y | A | N"),
    ("LGD_MTRANSFERAUTOAPPYN", is_auto_app, "Y | A | N"),
    // Pages without a notice send a letter or the scheme of their app.
    ("LGD_KVPMISPNOTEURL", is_url, "http://… | https://…"),
    ("LGD_MTRANSFERNOTEURL", is_url, "http://… | https://…"),
    ("LGD_CUSTOM_SWITCHINGTYPE", |text| ["IFRAME", "SUBMIT"].contains(&text), "IFRAME | SUBMIT"),
];

fn format(name: &str, value: &str, found: &mut Findings) {
    let misfit = |shapes: &'static [Shape]| {
        shapes.iter().find(|(known, fits, _)| *known == name && !fits(value)).map(|(_, _, wanted)| wanted)
    };
    if let Some(wanted) = misfit(WRONG) {
        found.wrong(name, format!("형식이 틀립니다: {wanted}"), format!("must be {wanted}"));
    } else if let Some(wanted) = misfit(UNCLEAR) {
        found.unclear(
            name,
            format!("형식이 다릅니다. 이 형식으로 보내십시오: {wanted}"),
            format!("has another format: send {wanted}"),
        );
    }
}

/// CST_WINDOW_TYPE counts as LGD_WINDOW_TYPE; which of two different ones counts is not known.
fn window_types(form: &Form, found: &mut Findings) {
    if let (Some(one), Some(other)) = (form.get("LGD_WINDOW_TYPE"), form.get("CST_WINDOW_TYPE")) {
        if one != other {
            found.unclear(
                "CST_WINDOW_TYPE",
                "LGD_WINDOW_TYPE과 값이 다릅니다. 하나만 보내십시오.",
                "differs from LGD_WINDOW_TYPE: send one of them",
            );
        }
    }
}

/// The names of an escrow item belong together by their place.
fn items(form: &Form, found: &mut Findings) {
    let counts: Vec<_> = tables::window_names()
        .filter(|name| tables::holds(name) == Holds::Repeats)
        .map(|name| (name, form.all(name).count()))
        .filter(|(_, count)| *count > 0)
        .collect();
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
    for (name, _) in counts.iter().filter(|(_, count)| *count < most) {
        found.unclear(
            name,
            "상품마다 하나씩 있지 않습니다. 모든 상품에 넣으십시오.",
            "is not there once for each item: send it for every item",
        );
    }
}

fn is_method(code: &str) -> bool {
    payment_method::of(code).is_some()
}

fn is_auto_app(text: &str) -> bool {
    ["Y", "A", "N"].contains(&text)
}

fn is_number(text: &str) -> bool {
    call::amount("LGD_AMOUNT", text).is_ok()
}

fn is_timeout(text: &str) -> bool {
    text.parse().is_ok_and(|minutes: i64| (1..=1440).contains(&minutes))
}

fn is_day(text: &str) -> bool {
    clock::is_stamp(&[text, "000000"].concat())
}

/// `11-02:03:06`; zeros in front are harmless here.
fn is_interest_free(part: &str) -> bool {
    let month = |text: &str| text.len() < 4 && text.parse().is_ok_and(|months: u32| months <= 60);
    part.split_once('-').is_some_and(|(_, range)| range.split(':').all(month))
}

/// Whether the lists of issuers and banks have all these codes.
fn are_known(paytype: &str, text: &str) -> bool {
    list(text).iter().all(|code| tables::finance_name(paytype, code).is_some())
}

fn issuer(part: &str) -> Option<&'static str> {
    part.split_once('-').and_then(|(code, _)| tables::finance_name("SC0010", code))
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}

fn is_charset(text: &str) -> bool {
    ["UTF-8", "EUC-KR"].iter().any(|known| known.eq_ignore_ascii_case(text))
}
