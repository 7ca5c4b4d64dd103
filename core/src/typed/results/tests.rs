//! Tests that all views share, and tests of the small views.

use super::*;
use crate::text::dates;

/// An answer of one row.
pub(super) fn answer(code: &str, row: &[(&str, &str)]) -> Answer {
    let row: serde_json::Map<_, _> =
        row.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    let body = serde_json::json!({
        "LGD_RESPCODE": code,
        "LGD_RESPMSG": "",
        "LGD_RESPONSE": [row],
    });
    Answer::parse(body.to_string().into_bytes(), "TXID").unwrap()
}

/// The row with one value changed.
pub(super) fn with<'a>(row: &[(&'a str, &'a str)], name: &'a str, value: &'a str) -> Vec<(&'a str, &'a str)> {
    let kept = row.iter().copied().filter(|(known, _)| *known != name);
    kept.chain([(name, value)]).collect()
}

#[test]
fn an_unknown_institution_has_the_gateways_name() {
    let row = [("LGD_FINANCECODE", "Z9"), ("LGD_FINANCENAME", "새은행")];
    let read = |row: &[_]| Institution::read(&answer("0000", row), &PaymentMethod::Card);
    let found = read(&row).unwrap();
    assert_eq!((found.code.as_str(), found.name.as_str()), ("Z9", "새은행"));
    assert_eq!(read(&with(&row, "LGD_FINANCECODE", "41")).unwrap().name, "신한");
    assert_eq!(read(&with(&row, "LGD_FINANCECODE", "")), None);
}

/// All fields that the small views read.
const ROW: &[(&str, &str)] = &[
    ("LGD_CASHRECEIPTNUM", "000000001"),
    ("LGD_TID", "T1"),
    ("LGD_OID", "ORDER-1"),
    ("LGD_RESPDATE", "20200515101112"),
    ("LGD_ACCOUNTNUM", "56211100001234"),
    ("LGD_AMOUNT", "23400"),
    ("LGD_FINANCECODE", "26"),
    ("LGD_CASFLAG", "R"),
    ("LGD_CASSEQNO", "001"),
    ("LGD_MOBILENUM", "01012345678"),
    ("LGD_MOBILE_SUBAUTH_NAME", "홍길동"),
    ("LGD_AUTHSUB_CI", "CI=="),
    ("LGD_BILLKEY", "BILLKEY-1"),
    ("LGD_PAYTYPE", "SC0010"),
    ("LGD_PAYDATE", "20200515101112"),
];

type View = fn(&Answer) -> Result<()>;

/// Each view and its required fields.
const VIEWS: [(View, &[&str]); 4] = [
    (
        |answer| CashReceiptResult::read(answer).map(drop),
        &["LGD_CASHRECEIPTNUM", "LGD_TID", "LGD_OID", "LGD_RESPDATE"],
    ),
    (|answer| CyberAccountResult::read(answer).map(drop), &["LGD_ACCOUNTNUM", "LGD_TID"]),
    (|answer| AuthOnlyResult::read(answer).map(drop), &["LGD_TID"]),
    (|answer| BillingKey::read(answer).map(drop), &["LGD_BILLKEY", "LGD_PAYTYPE", "LGD_PAYDATE"]),
];

#[test]
fn a_missing_field_is_named() {
    for (view, names) in VIEWS {
        assert_eq!(view(&answer("0000", ROW)), Ok(()));
        assert!(view(&answer("SB01", ROW)).unwrap_err().cause().contains("LGD_RESPCODE is SB01"));
        for name in names {
            let error = view(&answer("0000", &with(ROW, name, ""))).unwrap_err();
            assert!(error.cause().contains(&format!("{name} is missing")), "{error}");
        }
    }
    let wrong = with(ROW, "LGD_CASFLAG", "r");
    let error = CyberAccountResult::read(&answer("0000", &wrong)).unwrap_err();
    assert!(error.cause().contains("LGD_CASFLAG must be R, I or C"), "{error}");
}

#[test]
fn each_field_has_its_value() {
    let answer = answer("0000", ROW);
    let receipt = CashReceiptResult::read(&answer).unwrap();
    assert_eq!((receipt.number.as_str(), receipt.oid.as_str()), ("000000001", "ORDER-1"));
    assert_eq!(Some(receipt.date), dates::parse("20200515101112"));
    let account = CyberAccountResult::read(&answer).unwrap();
    assert_eq!((account.amount, account.flag), (Some(23_400), Some(CasFlag::Allotted)));
    assert_eq!(account.bank.unwrap().name, "신한");
    let key = BillingKey::read(&answer).unwrap();
    assert_eq!((key.key.expose(), &key.means), ("BILLKEY-1", &PaymentMethod::Card));
    assert!(!format!("{key:?}").contains("BILLKEY-1"));
}

#[test]
fn debug_output_shows_no_person_no_account_and_no_receipt() {
    let answer_to = answer("0000", ROW);
    let receipt = CashReceiptResult::read(&answer_to).unwrap();
    assert_eq!(format!("{receipt:?}"), r#"CashReceiptResult { tid: "T1", oid: "ORDER-1", .. }"#);
    let account = format!("{:?}", CyberAccountResult::read(&answer_to).unwrap());
    assert!(account.contains("T1") && !account.contains("5621"), "{account}");
    let person = AuthOnlyResult::read(&answer("0000", ROW)).unwrap();
    assert_eq!(person.name.as_ref().unwrap().expose(), "홍길동");
    assert_eq!(person.birth, None);
    assert_eq!(format!("{person:?}"), r#"AuthOnlyResult { tid: "T1", .. }"#);
}
