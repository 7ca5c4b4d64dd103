//! Checks parameter values before they are sent: their length, their format, and what the payment window forbids.
//!
//! Errors name the parameter, its limit and the length found. They never contain the value, which may be a card
//! number.

use zeroize::Zeroizing;

use crate::error::{Error, Result};
use crate::protocol::tables::{self, Holds};
use crate::text::dates;
use crate::text::encoding::{decode, to_cp949};

/// Checks a value's length and format. `check_given` checks for an empty value.
pub fn check(name: &str, value: &str) -> Result<()> {
    check_length(name, value)?;
    let format = FORMATS.iter().find(|(names, ..)| names.contains(&name));
    match format {
        Some((_, rule, holds)) if !holds(value) => Err(Error::bad_value(
            name,
            format!("must be {rule}; found {} bytes of another form", length(value)),
        )),
        _ => Ok(()),
    }
}

/// Like [`check`], for a value in bytes.
pub(crate) fn check_bytes(name: &str, value: &[u8]) -> Result<()> {
    check(name, &decode(value))
}

/// Checks that neither a name nor its value contains a NUL byte. C strings end there, so C code would read another
/// value.
pub(crate) fn check_no_nul(name: &[u8], value: &[u8]) -> Result<()> {
    if name.contains(&0) {
        return Err(Error::bad_value("a name", "holds a NUL byte; remove it"));
    }
    if value.contains(&0) {
        return Err(Error::bad_value(&decode(name), "holds a NUL byte; remove it"));
    }
    Ok(())
}

/// Checks that a required value is not empty.
pub(crate) fn check_given(name: &str, value: &str) -> Result<()> {
    if value.is_empty() { Err(Error::bad_value(name, "is required; found 0 bytes")) } else { Ok(()) }
}

/// Checks that a value contains nothing that the payment window forbids. JSON has quotes.
pub(crate) fn check_allowed(name: &str, value: &str) -> Result<()> {
    let quotes = tables::field(name).is_some_and(|field| field.holds == Holds::Json);
    let forbidden = |one: &&&str| value.contains(**one) && !(quotes && **one == "\"");
    match FORBIDDEN.iter().find(forbidden) {
        Some(found) => Err(Error::bad_value(name, format!("must not hold {found} in the payment window"))),
        None => Ok(()),
    }
}

/// Strings that no value of the payment window may contain.
const FORBIDDEN: [&str; 8] = ["<", ">", "+-", "--", ";", "'", "\"", "\\"];

type Format = (&'static [&'static str], &'static str, fn(&str) -> bool);

/// The names whose values have a format, its description, and its check.
static FORMATS: &[Format] = &[
    (&["LGD_OID"], "1 to 63 letters, digits, - or _", is_oid),
    (
        &[
            "LGD_AMOUNT",
            "LGD_TAXFREEAMOUNT",
            "LGD_CANCELAMOUNT",
            "LGD_REMAINAMOUNT",
            "LGD_CANCELTAXFREEAMOUNT",
            "LGD_VAT",
        ],
        "digits only",
        is_digits,
    ),
    (&["LGD_RESPCODE"], "four of 0-9 and A-Z", is_code),
    (&["LGD_TIMESTAMP", "LGD_CLOSEDATE"], "a date and time as yyyyMMddHHmmss", is_date),
    (&["LGD_INSTALLRANGE"], "months without leading zeros, like 0:2:3:12", is_months),
    (&["LGD_NOINTINF"], "issuers with months, like 11-3:6,51-3:4:5:6", is_interest_free),
    (
        &["LGD_RETURNURL", "LGD_CASNOTEURL", "LGD_NOTEURL", "LGD_KVPMISPNOTEURL", "LGD_MTRANSFERNOTEURL"],
        "an http:// or https:// address",
        is_web_address,
    ),
    (&["LGD_CUSTOM_PROCESSTIMEOUT"], "1 to 86400 seconds", |text| is_number(text, 1, 86_400)),
    (&["LGD_INSTALL"], "two digits, 00 for at once", |text| text.len() == 2 && is_digits(text)),
    (&["LGD_PIN"], "the first two digits of the password", |text| text.len() == 2 && is_digits(text)),
    (&["LGD_EXPYEAR", "LGD_EXPMON"], "digits only", is_digits),
];

fn check_length(name: &str, value: &str) -> Result<()> {
    let Some(field) = tables::field(name) else { return Ok(()) };
    let Some(limit) = field.max_bytes else { return Ok(()) };
    let (longest, each) = match field.holds {
        Holds::List => (value.split(':').map(length).max().unwrap_or_default(), " for each code"),
        Holds::One | Holds::Repeats | Holds::Json => (length(value), ""),
    };
    if longest <= limit {
        return Ok(());
    }
    Err(Error::bad_value(name, format!("may have {limit} bytes of CP949{each}; found {longest}")))
}

/// The length in bytes of CP949, which is how the protocol counts, whatever encoding is sent.
fn length(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { Zeroizing::new(to_cp949(text)).len() }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_number(text: &str, from: u32, to: u32) -> bool {
    is_digits(text) && text.parse().is_ok_and(|number| (from..=to).contains(&number))
}

fn is_oid(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_');
    (1..=63).contains(&text.len()) && text.bytes().all(allowed)
}

fn is_code(text: &str) -> bool {
    text.len() == 4 && text.bytes().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
}

/// An earlier year is no date of a payment: it is other digits that happen to look like one.
fn is_date(text: &str) -> bool {
    dates::parse(text).is_some_and(|at| at.year() >= 2000)
}

fn is_months(text: &str) -> bool {
    text.split(':').all(|month| is_number(month, 0, 99) && (month == "0" || !month.starts_with('0')))
}

/// Zeros in front are harmless here.
fn is_interest_free(text: &str) -> bool {
    text.split(',').all(|card| {
        let issuer = |code: &str| code.len() == 2 && code.bytes().all(|b| b.is_ascii_alphanumeric());
        let months = |text: &str| text.split(':').all(|month| month.len() < 3 && is_digits(month));
        card.split_once('-').is_some_and(|(code, text)| issuer(code) && months(text))
    })
}

fn is_web_address(text: &str) -> bool {
    let rest = ["https://", "http://"].iter().find_map(|scheme| text.strip_prefix(scheme));
    let plain = text.bytes().all(|b| b.is_ascii_graphic());
    plain && rest.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '['))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(name: &str, value: &str) -> String {
        check(name, value).err().map(|error| error.cause().to_owned()).unwrap_or_default()
    }

    #[test]
    fn each_limit_of_the_tables_counts_bytes_of_cp949() {
        let tables = [tables::WINDOW_REQUEST, tables::PAYMENT_RESULT, tables::WINDOW_RESULT];
        for field in tables.into_iter().flatten() {
            // An earlier table may list the name with another limit, which then applies.
            let Some(limit) = tables::max_bytes(field.name) else { continue };
            let found = limit + 2 - limit % 2;
            let cause = refusal(field.name, &"가".repeat(found / 2));
            let each = if field.holds == Holds::List { " for each code" } else { "" };
            let due = format!("{} may have {limit} bytes of CP949{each}; found {found}", field.name);
            assert!(cause.contains(&due), "{cause}");
            assert!(check_length(field.name, &"a".repeat(limit)).is_ok(), "{}", field.name);
        }
    }

    #[test]
    fn the_limit_of_a_list_applies_to_each_code() {
        assert_eq!(check("LGD_USABLECARD", "41:51:61:71"), Ok(()));
        assert!(refusal("LGD_USABLECARD", "41:511").contains("2 bytes of CP949 for each code; found 3"));
    }

    #[test]
    fn each_format_accepts_and_rejects() {
        let cases: [(&str, &[&str], &[&str]); 10] = [
            ("LGD_OID", &["A-1_z", "0"], &["A 1", "주문", "a.b", "a/b"]),
            ("LGD_AMOUNT", &["0", "23400"], &["", "1,000", "-1", "1.5", "+1", "１"]),
            (
                "LGD_TIMESTAMP",
                &["20200515101112"],
                &["2020051510111", "20200230101112", "00200515101112", "today"],
            ),
            ("LGD_INSTALLRANGE", &["0", "0:2:3:12"], &["", "02:03", "0::2", "0:2:", "0,2", "00"]),
            (
                "LGD_NOINTINF",
                &["11-3:6,51-3:4:5:6", "4V-2", "11-02:03:06"],
                &["", "11", "11-", "1-3", "11-003", "11-3,", "11-3;51-3"],
            ),
            (
                "LGD_RETURNURL",
                &["http://a.kr", "https://a.kr/x?y=1&z"],
                &["", "ftp://a", "javascript:x", "https://", "//a", "https:// a"],
            ),
            ("LGD_CUSTOM_PROCESSTIMEOUT", &["1", "86400"], &["0", "86401", "99999999999", "1.5", "-1"]),
            ("LGD_INSTALL", &["00", "12"], &["0", "120", "1a"]),
            ("LGD_PIN", &["00"], &["1", "123", "1x"]),
            ("LGD_EXPMON", &["01"], &["Jan"]),
        ];
        for (name, good, wrong) in cases {
            for value in good {
                assert_eq!(check(name, value), Ok(()), "{value:?}");
            }
            for value in wrong {
                let cause = refusal(name, value);
                assert!(cause.contains(&format!("{name} must be ")), "{name} {value:?}: {cause}");
                assert!(cause.contains(&format!("found {} bytes", length(value))), "{cause}");
                assert!(value.len() < 3 || !cause.ends_with(value), "{cause}");
            }
        }
        assert!(
            refusal("LGD_OID", &"x".repeat(64)).contains("1 to 63 letters, digits, - or _; found 64 bytes")
        );
        assert!(refusal("LGD_OID", &"x".repeat(65)).contains("64 bytes of CP949; found 65"));
    }

    #[test]
    fn an_error_does_not_repeat_the_value() {
        let (name, value) = ("LGD_BUYERSSN", "80010112345678");
        let cause = check(name, value).unwrap_err().to_string();
        assert!(cause.contains(name) && !cause.contains("8001"), "{cause}");
        let cause = check("LGD_PIN", "9876").unwrap_err().to_string();
        assert!(cause.contains("LGD_PIN") && !cause.contains("9876"), "{cause}");
    }

    #[test]
    fn the_window_forbids_eight_strings() {
        for found in ["<", ">", "+-", "--", ";", "'", "\"", "\\"] {
            let error = check_allowed("LGD_PRODUCTINFO", &format!("a{found}b")).unwrap_err();
            assert!(error.cause().contains(&format!("LGD_PRODUCTINFO must not hold {found} ")), "{error}");
        }
        assert_eq!(check_allowed("LGD_PRODUCTINFO", "a-b+c & 50%, (1/2)"), Ok(()));
        assert_eq!(check_allowed("LGD_DIVIDE_INFO", r#"{"a":[1]}"#), Ok(()));
        assert!(check_allowed("LGD_DIVIDE_INFO", r#"{"a":"<"}"#).is_err());
        assert!(check_given("LGD_OID", "").unwrap_err().cause().contains("LGD_OID is required"));
    }
}
