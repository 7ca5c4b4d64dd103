//! Tests of genuine and forged notifications.

use super::*;
use crate::error::Code;
use crate::protocol::signature::digest;
use crate::text::form;

const MID: &str = "tlgdacomxpay";
const KEY: &str = "95160cce09854ef44d2edb2bfb05f9f3";
/// The amount that the shop has on record for the order.
const ORDERED: u64 = 23_400;
const TIME: &str = "20200515101110";

fn config() -> Config {
    let mut config = Config::new();
    config.set(MID, KEY);
    config.set("timeout", "60");
    config.set("note", "60");
    config
}

/// A deposit of 23,400 won, signed with `key`.
fn deposit(key: &str) -> Vec<(&'static str, String)> {
    let [mid, oid, amount, code, time] = [MID, "ORDER-1", "23400", "0000", TIME];
    let signed = [mid, oid, amount, code, time, key].map(str::as_bytes);
    let hash = digest::<md5::Md5>(signed);
    vec![
        ("LGD_RESPCODE", code.into()),
        ("LGD_MID", mid.into()),
        ("LGD_OID", oid.into()),
        ("LGD_AMOUNT", amount.into()),
        ("LGD_TID", "tlgda2020051510111200001".into()),
        ("LGD_PAYTYPE", "SC0040".into()),
        ("LGD_PAYDATE", "20200515101112".into()),
        ("LGD_TIMESTAMP", time.into()),
        ("LGD_HASHDATA", hash),
        ("LGD_FINANCECODE", "26".into()),
        ("LGD_CASFLAG", "I".into()),
        ("LGD_CASSEQNO", "001".into()),
        ("LGD_CASTAMOUNT", "23400".into()),
        ("LGD_CASCAMOUNT", "23400".into()),
        ("LGD_PAYER", "홍길동".into()),
    ]
}

fn with(name: &str, value: &str) -> Vec<(&'static str, String)> {
    let mut notice = deposit(KEY);
    notice.iter_mut().filter(|(known, _)| *known == name).for_each(|pair| pair.1 = value.to_owned());
    notice
}

fn signed_as(mut notice: Vec<(&'static str, String)>, hash: &str) -> Vec<(&'static str, String)> {
    notice.iter_mut().filter(|(name, _)| *name == "LGD_HASHDATA").for_each(|pair| pair.1 = hash.to_owned());
    notice
}

fn body(pairs: &[(&str, String)], encode: fn(&str) -> Vec<u8>) -> Vec<u8> {
    let mut body = String::new();
    for (name, value) in pairs {
        if !body.is_empty() {
            body.push('&');
        }
        form::encode(name.as_bytes(), &mut body);
        body.push('=');
        form::encode(&encode(value), &mut body);
    }
    body.into_bytes()
}

fn utf8(text: &str) -> Vec<u8> {
    text.as_bytes().to_vec()
}

fn verified(pairs: &[(&str, String)]) -> Result<Notice> {
    UnverifiedNotice::parse(&body(pairs, utf8))?.verify(&config(), Platform::Test, MID, ORDERED)
}

fn refusal(pairs: &[(&str, String)]) -> String {
    verified(pairs).unwrap_err().cause().to_owned()
}

#[test]
fn a_deposit_in_either_encoding() {
    for encode in [utf8, crate::text::encoding::to_cp949] {
        let body = body(&deposit(KEY), encode);
        let notice = UnverifiedNotice::parse(&body).unwrap();
        assert_eq!(notice.claimed_oid(), Some("ORDER-1"));
        let notice = notice.verify(&config(), Platform::Test, MID, ORDERED).unwrap();
        assert!(notice.is_success());
        assert_eq!((notice.mid.as_str(), notice.oid.as_str(), notice.amount), (MID, "ORDER-1", 23_400));
        assert_eq!((&notice.means, notice.flag), (&PaymentMethod::VirtualAccount, Some(CasFlag::PaidIn)));
        assert_eq!((notice.paid_in_total, notice.paid_in_now), (Some(23_400), Some(23_400)));
        assert_eq!(notice.pay_date, crate::text::dates::parse("20200515101112"));
        assert_eq!(notice.institution.as_ref().unwrap().name, "신한");
        assert_eq!(notice.get("LGD_PAYER"), Some("홍길동"));
        assert_eq!(notice.dedup_key(), ("tlgda2020051510111200001", "001", "I", "20200515101112"));
        let shown = format!("{notice:?} {:?}", UnverifiedNotice::parse(&body).unwrap());
        assert!(!shown.contains("홍길동") && !shown.contains("23400"), "{shown}");
    }
    assert_eq!(ANSWER, b"OK");
}

#[test]
fn allotted_paid_in_and_cancelled_are_distinguished() {
    let flags = ["R", "I", "C"].map(|flag| verified(&with("LGD_CASFLAG", flag)).unwrap());
    let read = flags.each_ref().map(|notice| notice.flag.unwrap());
    assert_eq!(read, [CasFlag::Allotted, CasFlag::PaidIn, CasFlag::DepositCancelled]);
    let keys = flags.each_ref().map(Notice::dedup_key);
    assert!(keys[0] != keys[1] && keys[1] != keys[2] && keys[0] != keys[2]);
    // A deposit after a reversal: banks that bar over- and underpayment number none.
    let later = verified(&with("LGD_PAYDATE", "20200515101113")).unwrap();
    assert_ne!(keys[1], later.dedup_key());
    for wrong in ["", "X", "i"] {
        assert!(refusal(&with("LGD_CASFLAG", wrong)).contains("LGD_CASFLAG"), "{wrong:?}");
    }
}

#[test]
fn a_result_of_another_payment_method_has_no_flag() {
    let mut result = with("LGD_PAYTYPE", "SC0010");
    result.retain(|(name, _)| !name.starts_with("LGD_CAS"));
    let notice = verified(&result).unwrap();
    assert_eq!((notice.flag, notice.paid_in_now), (None, None));
    assert_eq!(notice.dedup_key(), ("tlgda2020051510111200001", "", "", "20200515101112"));
}

/// A mobile payment's note, of a card.
fn note() -> Vec<(&'static str, String)> {
    let mut note = with("LGD_PAYTYPE", "SC0010");
    note.retain(|(name, _)| !name.starts_with("LGD_CAS"));
    note
}

#[test]
fn a_mobile_note_is_saved_once_and_answered() {
    let note = verified(&note()).unwrap();
    let tid = note.tid.clone();
    // New: saved, or not.
    assert!(note.is_due(""));
    assert_eq!((note.mobile_answer(&tid), note.mobile_answer("")), (OK, ROLLBACK));
    // Repeated: it is saved already.
    assert!(!note.is_due(&tid));
    // The order was paid by another payment, which stands: this one may not.
    assert!(!note.is_due("tlgda2020051510111200002"));
    assert_eq!(note.mobile_answer("tlgda2020051510111200002"), ROLLBACK);
    // An account was issued, which is no payment.
    let issued = verified(&with("LGD_CASFLAG", "R")).unwrap();
    assert!(!issued.is_due("") && issued.mobile_answer("") == ROLLBACK);
}

/// Nothing was paid, so nothing is taken back, and nothing comes again.
#[test]
fn a_note_of_a_failure_is_answered_with_ok() {
    let hash = digest::<md5::Md5>([MID, "ORDER-1", "23400", "XC01", TIME, KEY].map(str::as_bytes));
    let mut failed = signed_as(note(), &hash);
    failed.iter_mut().filter(|(name, _)| *name == "LGD_RESPCODE").for_each(|pair| pair.1 = "XC01".into());
    for left_out in ["", "LGD_TID", "LGD_PAYTYPE"] {
        failed.retain(|(name, _)| *name != left_out);
        let failed = verified(&failed).unwrap();
        assert!(!failed.is_success() && !failed.is_due(""));
        assert_eq!(failed.mobile_answer("").as_bytes(), ANSWER);
    }
}

#[test]
fn no_signed_field_can_be_changed() {
    let changes = [
        ("LGD_MID", "other"),
        ("LGD_OID", "ORDER-2"),
        ("LGD_AMOUNT", "23401"),
        ("LGD_RESPCODE", "0001"),
        ("LGD_TIMESTAMP", "20200515101111"),
        ("LGD_HASHDATA", "00000000000000000000000000000000"),
        ("LGD_HASHDATA", ""),
    ];
    for (name, value) in changes {
        assert!(verified(&with(name, value)).is_err(), "{name} = {value:?}");
    }
    assert!(refusal(&deposit("00000000000000000000000000000000")).contains("LGD_HASHDATA"));
}

/// The buyer's browser sees the window's request. Cut differently, its signature fits a notification.
#[test]
fn a_payment_request_is_not_accepted_as_a_notice() {
    let request = digest::<md5::Md5>([MID, "ORDER-1", "23400", "00002020051510", KEY].map(str::as_bytes));
    let cut = digest::<md5::Md5>([MID, "ORDER-1", "23400", "0000", "2020051510", KEY].map(str::as_bytes));
    assert_eq!(request, cut, "the attack that this test is about");
    let forged = signed_as(with("LGD_TIMESTAMP", "2020051510"), &request);
    assert!(refusal(&forged).contains("LGD_TIMESTAMP must be a date"));
}

/// The signature does not cover where the amount ends. Only the order can tell.
#[test]
fn a_request_of_20000_won_is_not_accepted_as_a_notice_of_2_won() {
    let request = digest::<md5::Md5>([MID, "ORDER-1", "20000", TIME, KEY].map(str::as_bytes));
    let forged = body(&signed_as(with("LGD_AMOUNT", "2"), &request), utf8);
    let accepted_for =
        |amount| UnverifiedNotice::parse(&forged).unwrap().verify(&config(), Platform::Test, MID, amount);
    assert!(accepted_for(2).is_ok(), "the attack that this test is about");
    let refused = accepted_for(20_000).unwrap_err();
    assert!(refused.cause().contains("LGD_AMOUNT is not the order's amount"), "{refused}");
}

/// The order decides the merchant ID, not the sender of the notification.
#[test]
fn a_notice_of_another_merchant_is_refused_whoever_signed_it() {
    let other = "0123456789abcdef0123456789abcdef";
    let mut config = config();
    config.set("tother", other);
    config.set("tlgdacomxpay", other);
    let signed = |mid: &str, key: &str| {
        let hash = digest::<md5::Md5>([mid, "ORDER-1", "23400", "0000", TIME, key].map(str::as_bytes));
        let notice = body(&signed_as(with("LGD_MID", mid), &hash), utf8);
        UnverifiedNotice::parse(&notice).unwrap().verify(&config, Platform::Test, MID, ORDERED)
    };
    assert!(signed(MID, other).is_ok());
    for (mid, key) in [("tother", other), ("timeout", "60"), ("note", "60"), ("stranger", ""), ("", other)] {
        let refused = signed(mid, key).unwrap_err();
        assert!(refused.cause().contains("LGD_MID is not the order's shop"), "{mid}: {refused}");
    }
    let notice = || UnverifiedNotice::parse(&body(&deposit(other), utf8)).unwrap();
    assert!(
        notice().verify(&config, Platform::Service, MID, ORDERED).is_ok(),
        "the configuration has no live merchant ID beside it"
    );
    config.set("lgdacomxpay", other);
    let refused = notice().verify(&config, Platform::Service, MID, ORDERED).unwrap_err();
    assert!(refused.cause().contains("LGD_MID is a test id"), "{refused}");
}

/// A setting's value is not a MertKey, though both are looked up by name in the same file.
#[test]
fn a_setting_is_not_a_merchant() {
    for (name, refused) in [("timeout", "Key for MID [timeout]"), ("note", "LGD_MID has no MertKey")] {
        let notice = UnverifiedNotice::parse(&body(&with("LGD_MID", name), utf8)).unwrap();
        let error = notice.verify(&config(), Platform::Service, name, ORDERED).unwrap_err();
        assert!(error.cause().contains(refused), "{name}: {error}");
    }
    let stranger = UnverifiedNotice::parse(&body(&with("LGD_MID", "stranger"), utf8)).unwrap();
    let stranger = stranger.verify(&config(), Platform::Service, "stranger", ORDERED).unwrap_err();
    assert_eq!(stranger.code(), Code::NO_MID);
}

#[test]
fn a_signed_but_unreadable_field_is_named() {
    for (name, value) in [
        ("LGD_TID", ""),
        ("LGD_PAYTYPE", ""),
        ("LGD_PAYDATE", "20200231000000"),
        ("LGD_CASTAMOUNT", "-1"),
        ("LGD_CASCAMOUNT", "1.5"),
    ] {
        assert!(refusal(&with(name, value)).contains(name), "{name}");
    }
}

#[test]
fn a_malformed_form_is_refused() {
    let long = vec![b'a'; MAX_BODY + 1];
    let many = "a&".repeat(1001);
    let cases: [(&[u8], &str); 13] = [
        (b"LGD_OID=1&LGD_OID=2", "LGD_OID is given twice"),
        (b"LGD_OID=1&LGD%5FOID=1", "LGD_OID is given twice"),
        (b"LGD_OID=%4", "LGD_OID has a broken % escape"),
        (b"LGD_OID=%+1", "LGD_OID has a broken % escape"),
        (b"%zz=1", "a parameter name has a broken % escape"),
        (b"LGD_OID%00=1", "begins like one of the protocol's"),
        (b"LGD_OID=1%00", "LGD_OID holds a NUL"),
        // PHP reads each as LGD_OID.
        (b"LGD.OID=1", "begins like one of the protocol's"),
        (b"+LGD_OID=1", "begins like one of the protocol's"),
        (b"LGD_OID[]=1", "begins like one of the protocol's"),
        (b"own%00=1", "a name holds a NUL"),
        (many.as_bytes(), "may have 1000 parameters"),
        (&long, "may have 65536 bytes; found 65537"),
    ];
    for (body, due) in cases {
        let error = UnverifiedNotice::parse(body).unwrap_err();
        assert!(error.code() == Code::BAD_VALUE && error.cause().contains(due), "{due}: {error}");
    }
    assert!(UnverifiedNotice::parse(b"").unwrap().verify(&config(), Platform::Test, MID, ORDERED).is_err());
}
