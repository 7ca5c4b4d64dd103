//! A session is recorded without secrets, and replayed.

use crate::common::{Merchant, REFUND};
use crate::mobile;
use crate::pages::{field, opened, post};
use crate::shop::Page;
use std::fs;
use std::path::{Path, PathBuf};
use xpayclient_sandbox::{Options, PaykeyRequest, replay};

const DELIVERIES: &str = "/pg/wmp/testadmin/jsp/escrow/rcvdlvinfo.jsp";

/// Records what `shop` does.
fn recorded(dir: &Path, work: impl FnOnce(&Merchant)) -> PathBuf {
    let file = dir.join("session.jsonl");
    let shop = Merchant::with(Options { record: Some(file.clone()), ..Options::default() });
    work(&shop);
    drop(shop);
    file
}

/// Window, payment, cancellations, a card, a billing key, an account with its deposit, a Rollback and mistakes.
fn a_day(shop: &Merchant) {
    let window = opened(shop, &[("LGD_BUYEREMAIL", "me@example.org"), ("LGD_BUYERPHONE", "01099998888")]);
    let back = post(shop, &window, "answer=pay&paytype=SC0010&finance-SC0010=41&install=00");
    let paykey = field(&back, "LGD_PAYKEY");
    let paid = shop.call("PaymentByKey", &[("LGD_PAYKEY", &paykey)]);
    assert_eq!(paid.code, "0000", "{}", paid.message);
    shop.call("PaymentByKey", &[("LGD_PAYKEY", &paykey)]);
    shop.call("PartialCancel", &[("LGD_TID", paid.get("LGD_TID")), ("LGD_CANCELAMOUNT", "1000")]);
    shop.rollback(&paid.txid);
    let card = [
        ("LGD_OID", "card-1"),
        ("LGD_AMOUNT", "1000"),
        ("LGD_INSTALL", "00"),
        ("LGD_PAN", "4111111111111111"),
        ("LGD_EXPYEAR", "30"),
        ("LGD_EXPMON", "12"),
        ("LGD_PRIVATENO", "891231"),
        ("LGD_PIN", "77"),
    ];
    assert_eq!(shop.call("CardAuth", &card).code, "0000");
    let wrong: Vec<_> =
        card.iter().map(|(n, v)| (*n, if *n == "LGD_PAN" { "4111111111111112" } else { v })).collect();
    assert_eq!(shop.call("CardAuth", &wrong).code, "SB25");
    let free: Vec<_> = card.iter().map(|(n, v)| (*n, if *n == "LGD_AMOUNT" { "0" } else { v })).collect();
    let key = shop.call("CardAuth", &free).get("LGD_BILLKEY").to_owned();
    let monthly = [("LGD_OID", "month-1"), ("LGD_AMOUNT", "500"), ("LGD_PAN", &*key), ("LGD_INSTALL", "00")];
    assert_eq!(shop.call("CardAuth", &monthly).code, "0000");
    let escrow = PaykeyRequest { escrow: true, oid: "escrow-1".into(), ..PaykeyRequest::default() };
    shop.paid(escrow);
    for key in [xpayclient_sandbox::DEMO_KEY, "not the key"] {
        let mid = xpayclient_sandbox::DEMO_TEST_MID;
        let hash = xpayclient_sandbox::signature::escrow_sent(
            mid,
            "escrow-1",
            "202611231011",
            "CJ",
            "12345678",
            key,
        );
        let delivery = [
            ("mid", mid),
            ("oid", "escrow-1"),
            ("dlvtype", "03"),
            ("dlvdate", "202611231011"),
            ("dlvcompcode", "CJ"),
            ("dlvno", "12345678"),
            ("dlvworkertel", "01099998888"),
            ("hashdata", &*hash),
        ];
        let url = shop.sandbox.url().replace("/xpay/Gateway.do", DELIVERIES);
        let request = shop.agent.post(url).header("content-type", "application/x-www-form-urlencoded");
        request.send(crate::common::encode(&delivery)).unwrap();
    }
    let account =
        PaykeyRequest { paytype: "SC0040".into(), oid: "account-1".into(), ..PaykeyRequest::default() };
    let tid = shop.paid(account);
    shop.sandbox.deposit(&tid).unwrap();
    shop.call("Cancel", &[&[("LGD_TID", tid.as_str())], REFUND].concat());
    shop.post("", &[("LGD_TXNAME", "Ping"), ("LGD_MID", "nobody"), ("LGD_TXID", "x"), ("LGD_AUTHCODE", "y")]);
    let txid = shop.txid();
    let forged = "0".repeat(40);
    let mid = xpayclient_sandbox::DEMO_TEST_MID;
    shop.post(
        "",
        &[("LGD_TXNAME", "Ping"), ("LGD_MID", mid), ("LGD_TXID", &txid), ("LGD_AUTHCODE", &forged)],
    );
    shop.call("PaymentByKey", &[("LGD_PAYKEY", "never-heard-of"), ("XPAY_SANDBOX_FAULT", "delay=1")]);
}

#[test]
fn a_session_is_answered_the_second_time_as_the_first() {
    let dir = tempfile::tempdir().unwrap();
    let file = recorded(dir.path(), a_day);
    let replayed = replay(&file).unwrap();
    assert!(replayed.differences.is_empty(), "{:#?}", replayed.differences);
    assert!(replayed.lines >= 18, "{}", replayed.lines);
    let text = fs::read_to_string(&file).unwrap();
    let delivered = |code| text.contains(&format!("\"status\":\"200\",\"answer\":[[\"code\",\"{code}\"]]"));
    assert!(delivered("0000") && delivered("SB06"), "{text}");
}

#[test]
fn a_shop_that_takes_a_payment_by_app_back_does_so_again() {
    let dir = tempfile::tempdir().unwrap();
    let file = recorded(dir.path(), |shop| {
        let page = Page::open(&[(200, "ROLLBACK")]);
        let window = mobile::open(shop, &page.url, &[("LGD_CUSTOM_ROLLBACK", "C")]);
        let app = mobile::app(shop, &window, mobile::ISP);
        mobile::left(shop, &app, "answer=pay&order=after");
        let tid = shop.sandbox.payments().unwrap()[0].tid.clone();
        assert_ne!(shop.call("Cancel", &[("LGD_TID", &tid)]).code, "0000");
    });
    let text = fs::read_to_string(&file).unwrap();
    assert!(
        text.contains("\"answer\",\"ROLLBACK\"") && text.contains("LGD_KVPMISPNOTEURL\",\"request"),
        "{text}"
    );
    let found = replay(&file).unwrap().differences;
    assert!(found.is_empty(), "{found:#?}\n{text}");
    // Had the shop answered OK, it could have cancelled.
    fs::write(&file, text.replace("\"answer\",\"ROLLBACK\"", "\"answer\",\"OK\"")).unwrap();
    let found = replay(&file).unwrap().differences;
    assert!(found.iter().any(|one| one.what == "Cancel" && one.replayed == "0000"), "{found:?}");
}

#[test]
fn no_secret_is_in_the_file_and_only_its_owner_reads_it() {
    let dir = tempfile::tempdir().unwrap();
    // Others could read the file that is there.
    fs::write(dir.path().join("session.jsonl"), "of another day").unwrap();
    let file = recorded(dir.path(), a_day);
    let text = fs::read_to_string(&file).unwrap();
    for secret in [
        "of another day",
        xpayclient_sandbox::DEMO_KEY,
        "4111111111111111",
        "891231",
        "me@example.org",
        "01099998888",
        "똠방각하",
        "홍길동",
        "11012345678",
        "SBK",
        "shop.example",
    ] {
        assert!(!text.contains(secret), "{secret}");
    }
    assert!(text.contains("{right}") && text.contains("{wrong}") && text.contains("{paykey:"), "{text}");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&file).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn what_a_shop_prints_or_mistypes_is_no_secret_in_the_file_either() {
    let dir = tempfile::tempdir().unwrap();
    let file = recorded(dir.path(), |shop| {
        let page = Page::open(&[(200, "Duplicate entry 'me@example.org', 010-9999-8888"), (200, "\nOK ")]);
        let account = PaykeyRequest {
            paytype: "SC0040".into(),
            casnoteurl: page.url.clone(),
            ..PaykeyRequest::default()
        };
        let tid = shop.paid(account);
        shop.sandbox.deposit(&tid).unwrap();
        page.next();
        page.next();
        shop.call("Ping", &[("4111111111111111", ""), ("LGD_EXPYEAR", "31"), ("LGD_EXPMON", "07")]);
    });
    let text = fs::read_to_string(&file).unwrap();
    for secret in ["me@", "9999", "4111", "\"31\"", "\"07\""] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    assert!(text.contains("[\"answer\",\" OK \"]"), "{text}");
}

#[test]
fn the_signature_of_each_result_is_right() {
    let dir = tempfile::tempdir().unwrap();
    let file = recorded(dir.path(), |shop| {
        shop.paid_by_card(1000);
    });
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains("[\"LGD_HASHDATA\",\"{right}\"]") && !text.contains("{wrong}"), "{text}");
}

#[test]
fn another_answer_is_a_difference() {
    let dir = tempfile::tempdir().unwrap();
    let file = recorded(dir.path(), a_day);
    let text = fs::read_to_string(&file).unwrap();
    let changed = text.replacen("\"status\":\"0000\"", "\"status\":\"0001\"", 1);
    assert_ne!(changed, text);
    fs::write(&file, changed.replacen("\"LGD_FINANCENAME\"", "\"LGD_FINANCENAME2\"", 1)).unwrap();
    let found = replay(&file).unwrap().differences;
    let all: Vec<_> =
        found.iter().map(|one| (one.of.as_str(), one.recorded.as_str(), one.replayed.as_str())).collect();
    assert!(all.contains(&("code", "0001", "0000")), "{all:?}");
    assert!(all.iter().any(|(of, ..)| *of == "-LGD_FINANCENAME2"), "{all:?}");
    assert!(all.iter().any(|(of, ..)| *of == "+LGD_FINANCENAME"), "{all:?}");
}

#[test]
fn what_is_no_session_is_refused_by_line() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("x");
    for (text, line) in [
        ("", "line 1"),
        ("{}", "line 1"),
        ("{\"xpay_session\":2,\"strict\":false,\"shops\":[]}", "line 1"),
        ("{\"xpay_session\":1,\"strict\":false,\"shops\":[]}\n{\"n\":1}", "line 2"),
    ] {
        fs::write(&file, text).unwrap();
        let error = replay(&file).unwrap_err();
        assert!(error.english().contains(line) && error.korean().contains("--record"), "{error}");
    }
}
