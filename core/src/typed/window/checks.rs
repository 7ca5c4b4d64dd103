//! Checks of names and values: what is certainly wrong is an error, what the gateway may take is a warning.

use std::net::Ipv6Addr;

use super::form::{Field, value};
use super::warning::{
    ADDRESS, DAY_ONLY, ESCAPES, IPV6, NOT_JSON, NOT_RETURNED, Notes, TWO_TYPES, UNEVEN, UNKNOWN_NAME,
    UNKNOWN_VALUE, Words,
};
use crate::config::Platform;
use crate::error::{Code, Error, Remedy, Result};
use crate::protocol::limits;
use crate::protocol::tables::{self, Holds, IDENTITY_MEANS, PAYWINDOW_TYPES, WINDOW_REQUEST, WINDOW_TYPES};

/// Whether a name belongs to the gateway. All others are the shop's own.
pub(super) fn is_gateways(name: &str) -> bool {
    name.starts_with("LGD_") || name.starts_with("CST_")
}

/// Whether a parameter may be there once for each item.
pub(super) fn repeats(name: &str) -> bool {
    tables::field(name).is_some_and(|field| field.holds == Holds::Repeats)
}

/// Refuses a name that no form can have. A name of another page's may be personal: it is not repeated.
pub(super) fn check_name(name: &str) -> Result<()> {
    let letter = |c: char| match is_gateways(name) {
        true => c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_',
        false => c.is_alphanumeric() || "_-.[]".contains(c),
    };
    if name.is_empty() || !name.chars().all(letter) {
        let rule = "the name of a parameter has letters, digits and _; LGD_… and CST_… have capital letters";
        return Err(Error::new(Code::BAD_VALUE, rule));
    }
    Ok(())
}

/// Checks all names and values.
pub(super) fn check(fields: &[Field], notes: &mut Notes) -> Result<()> {
    let returned = value(fields, "LGD_RETURN_MERT_CUSTOM_PARAM") == "Y";
    for (name, text) in fields {
        if !is_gateways(name) && !returned {
            notes.warn(name, &NOT_RETURNED)?;
        }
        if is_gateways(name) && !WINDOW_REQUEST.iter().any(|known| known.name == name) {
            notes.warn(name, &UNKNOWN_NAME)?;
        }
        if let Err(error) = limits::check(name, text) {
            notes.warn(name, unclear_form(name, text).ok_or(error)?)?;
        }
        if let Err(error) = limits::check_allowed(name, text) {
            notes.warn(name, unclear_content(name, text).ok_or(error)?)?;
        }
        if let Some(words) = unknown_content(name, text) {
            notes.warn(name, words)?;
        }
    }
    check_window_types(fields, notes)?;
    check_items(fields, notes)
}

static SECURE: Remedy = Remedy {
    en: "Give the address of the page with https://, and set up TLS for it",
    ko: "이 페이지의 주소를 https://로 넣고, 서버에 TLS를 설정하십시오",
};

/// A buyer's browser takes the payment key there; http:// would show it to everybody between. On the test platform no money
/// moves.
pub(super) fn check_return_url(fields: &[Field], platform: Platform) -> Result<()> {
    const NAME: &str = "LGD_RETURNURL";
    if platform == Platform::Test || value(fields, NAME).starts_with("https://") {
        return Ok(());
    }
    Err(Error::bad_value(NAME, "must begin with https:// on the service platform").with_remedy(&SECURE))
}

/// A form that is not the protocol's and that shops send.
fn unclear_form(name: &str, text: &str) -> Option<&'static Words> {
    match name {
        "LGD_CLOSEDATE" if text.len() == 8 => {
            limits::check(name, &format!("{text}000000")).is_ok().then_some(&DAY_ONLY)
        }
        "LGD_BUYERIP" => text.parse::<Ipv6Addr>().is_ok().then_some(&IPV6),
        _ => None,
    }
}

/// Characters that the window forbids, where a value can hardly do without.
fn unclear_content(name: &str, text: &str) -> Option<&'static Words> {
    match name {
        _ if name.ends_with("URL") => (!text.contains(['<', '>', '\'', '"', '\\'])).then_some(&ADDRESS),
        "LGD_DIVIDE_INFO" => limits::check_allowed(name, &text.replace('\\', "")).is_ok().then_some(&ESCAPES),
        _ => None,
    }
}

/// Values of which the protocol has a list, and others.
fn unknown_content(name: &str, text: &str) -> Option<&'static Words> {
    let known = match name {
        "LGD_WINDOW_TYPE" | "CST_WINDOW_TYPE" => WINDOW_TYPES.contains(&text),
        "LGD_PAYWINDOWTYPE" => PAYWINDOW_TYPES.iter().any(|(known, _)| *known == text),
        "LGD_PAYTYPE" => IDENTITY_MEANS.iter().any(|(known, _)| *known == text),
        "LGD_CUSTOM_ROLLBACK" => ["Y", "C", "N"].contains(&text),
        "LGD_KVPMISPAUTOAPPYN" | "LGD_MTRANSFERAUTOAPPYN" => ["Y", "A", "N"].contains(&text),
        "LGD_CUSTOM_SWITCHINGTYPE" => ["IFRAME", "SUBMIT"].contains(&text),
        "LGD_DIVIDE_INFO" => return (!is_json(text)).then_some(&NOT_JSON),
        _ => true,
    };
    (!known).then_some(&UNKNOWN_VALUE)
}

fn is_json(text: &str) -> bool {
    serde_json::from_str::<serde_core::de::IgnoredAny>(text).is_ok()
}

/// CST_WINDOW_TYPE counts as LGD_WINDOW_TYPE; which of two counts is not known.
fn check_window_types(fields: &[Field], notes: &mut Notes) -> Result<()> {
    let [theirs, older] = ["LGD_WINDOW_TYPE", "CST_WINDOW_TYPE"].map(|name| value(fields, name));
    if !theirs.is_empty() && !older.is_empty() && theirs != older {
        notes.warn("CST_WINDOW_TYPE", &TWO_TYPES)?;
    }
    Ok(())
}

/// The names of an item belong together by their place.
fn check_items(fields: &[Field], notes: &mut Notes) -> Result<()> {
    let count = |name: &str| fields.iter().filter(|(given, _)| given == name).count();
    let counts: Vec<_> = WINDOW_REQUEST
        .iter()
        .filter(|known| known.holds == Holds::Repeats)
        .map(|known| (known.name, count(known.name)))
        .filter(|(_, count)| *count > 0)
        .collect();
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or_default();
    let mut short = counts.iter().filter(|(_, count)| *count < most);
    short.try_for_each(|(name, _)| notes.warn(name, &UNEVEN))
}
