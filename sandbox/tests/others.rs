//! The transactions beside paying in the window: receipts, cards, vouchers, identity, and the services.

use crate::common::{Answer, Merchant};
use xpayclient_sandbox::{PaykeyRequest, PaymentState};

const CARD: &str = "4111111111111111";

#[test]
fn receipts_are_issued_cancelled_and_rolled_back() {
    let shop = Merchant::new();
    let issue = || -> Answer {
        let tid = shop.paid(PaykeyRequest { paytype: "SC0030".into(), ..PaykeyRequest::default() });
        receipt(&shop, &tid, "SC0030")
    };
    let issued = issue();
    let tid = issued.get("LGD_TID").to_owned();
    assert_eq!((issued.code.as_str(), issued.get("LGD_CASHRECEIPTNUM").len()), ("0000", 9));
    assert_eq!(receipt(&shop, &tid, "SC0030").code, "SB23");
    let cancel = |amount| {
        let pairs = [
            ("LGD_METHOD", "CANCEL"),
            ("LGD_PAYTYPE", "SC0030"),
            ("LGD_TID", tid.as_str()),
            ("LGD_AMOUNT", amount),
        ];
        shop.call("CashReceipt", &pairs)
    };
    assert_eq!(cancel("300").code, "0000");
    assert_eq!(cancel("701").code, "SB16");
    let whole = cancel("");
    assert_eq!((whole.code.as_str(), cancel("").code.as_str()), ("0000", "SB24"));
    assert_eq!(shop.rollback(&whole.txid).code, "0000");
    assert_eq!(cancel("701").code, "SB16");

    let gone = issue();
    let tid_gone = gone.get("LGD_TID");
    let pairs = [("LGD_METHOD", "CANCEL"), ("LGD_PAYTYPE", "SC0030"), ("LGD_TID", tid_gone)];
    let cancelled = shop.call("CashReceipt", &pairs);
    shop.rollback(&gone.txid);
    shop.rollback(&cancelled.txid);
    assert_eq!(shop.call("CashReceipt", &pairs).code, "SB24");

    let second = issue();
    assert_eq!(shop.rollback(&second.txid).code, "0000");
    assert_eq!(receipt(&shop, second.get("LGD_TID"), "SC0030").code, "0000");
}

#[test]
fn money_the_gateway_never_saw_gets_a_receipt_too() {
    let shop = Merchant::new();
    let issued = receipt(&shop, "", "SC0100");
    assert_eq!((issued.code.as_str(), issued.get("LGD_TID").len()), ("0000", 24));
    assert_eq!(receipt(&shop, "", "SC0030").code, "SB01");
}

fn receipt(shop: &Merchant, tid: &str, paytype: &str) -> Answer {
    let pairs = [
        ("LGD_METHOD", "AUTH"),
        ("LGD_PAYTYPE", paytype),
        ("LGD_TID", tid),
        ("LGD_OID", "O-1"),
        ("LGD_AMOUNT", "1000"),
        ("LGD_CASHCARDNUM", "01000000000"),
        ("LGD_CASHRECEIPTUSE", "1"),
        ("LGD_CUSTOM_BUSINESSNUM", "1234567890"),
    ];
    shop.call("CashReceipt", &pairs)
}

#[test]
fn a_billing_key_pays_until_its_making_is_rolled_back() {
    let shop = Merchant::new();
    let card = |oid, pan, amount| {
        let pairs = [
            ("LGD_OID", oid),
            ("LGD_AMOUNT", amount),
            ("LGD_PAN", pan),
            ("LGD_INSTALL", "00"),
            ("LGD_EXPYEAR", "30"),
            ("LGD_EXPMON", "12"),
        ];
        shop.call("CardAuth", &pairs)
    };
    assert_eq!(card("O-1", "4111111111111112", "1000").code, "SB25");
    assert_eq!(card("O-1", CARD, "1000").get("LGD_CARDNUM"), "411111******1111");
    let made = card("O-1", CARD, "0");
    let key = made.get("LGD_BILLKEY");
    assert_eq!(card("O-2", key, "700").get("LGD_AMOUNT"), "700");
    assert_eq!(card("O-2", key, "700").code, "A016");
    assert_eq!(shop.sandbox.payments().unwrap().len(), 2);
    shop.rollback(&made.txid);
    assert_eq!(card("O-3", key, "700").code, "SB25");
}

#[test]
fn a_voucher_pays_at_its_last_step() {
    let shop = Merchant::new();
    let order = [
        ("LGD_METHOD", "AUTH"),
        ("LGD_OID", "O-1"),
        ("LGD_AMOUNT", "5000"),
        ("LGD_CULTID", "someone"),
        ("LGD_CULTPASSWD", "secret"),
    ];
    let known = shop.call("GiftCulture", &order);
    let tid = known.get("LGD_TID");
    assert_eq!((shop.payment(tid).state, shop.payment(tid).balance), (PaymentState::Pending, 0));
    let sms = [("LGD_METHOD", "SMS"), ("LGD_TID", tid), ("LGD_CULTID", "someone")];
    assert_eq!(shop.call("GiftCulture", &sms).code, "0000");
    let approve = |amount| {
        let pairs =
            [("LGD_METHOD", "APP"), ("LGD_TID", tid), ("LGD_AMOUNT", amount), ("LGD_CULTPIN", "1234")];
        shop.call("GiftCulture", &pairs).code
    };
    assert_eq!(approve("4999"), "SB14");
    assert_eq!(approve("5000"), "0000");
    assert_eq!(approve("5000"), "SB21");
    assert_eq!(shop.payment(tid).balance, 5000);
}

#[test]
fn an_identity_is_told_once() {
    let shop = Merchant::new();
    let request = PaykeyRequest { identity: true, paytype: "SC0060".into(), ..PaykeyRequest::default() };
    let key = shop.sandbox.mint(&request).unwrap();
    let pairs = [("LGD_AUTHONLYKEY", key.as_str()), ("LGD_PAYTYPE", "SC0060")];
    assert_eq!(shop.call("PaymentByKey", &[("LGD_PAYKEY", &key)]).code, "SB11");
    assert_eq!(shop.call("AuthOnlyByKey", &pairs).get("LGD_MOBILE_SUBAUTH_NAME"), "홍길동");
    assert_eq!(shop.call("AuthOnlyByKey", &pairs).code, "S007");
}

#[test]
fn settlement_is_asked_for_and_taken_back() {
    let shop = Merchant::new();
    let tid = shop.paid_by_card(1000);
    let asked = shop.call("Adjust", &[("LGD_TID", &tid)]);
    assert!(asked.code == "0000" && shop.payment(&tid).settled);
    shop.rollback(&asked.txid);
    assert!(!shop.payment(&tid).settled);
}

#[test]
fn ping_answers_with_as_many_rows_as_asked() {
    let shop = Merchant::new();
    for (asked, rows) in [("", 1), ("0", 0), ("3", 3)] {
        assert_eq!(shop.call("Ping", &[("LGD_RESULTCNT", asked)]).rows.len(), rows);
    }
    assert_eq!(shop.call("Ping", &[("LGD_RESULTCNT", "1001")]).code, "SB02");
}

#[test]
fn reports_are_taken_and_files_given() {
    let shop = Merchant::new();
    assert_eq!(shop.call("Report", &[("LGD_STATUS", "500"), ("LGD_MSG", "<html>")]).code, "0000");
    assert_eq!(shop.call("Patch", &[("LGD_FILE", "../../etc/passwd")]).code, "SB31");
    let txid = shop.txid();
    let auth_code = xpayclient_sandbox::signature::auth_code(&txid, xpayclient_sandbox::DEMO_KEY);
    let pairs = [
        ("LGD_TXNAME", "Patch"),
        ("LGD_MID", xpayclient_sandbox::DEMO_TEST_MID),
        ("LGD_TXID", txid.as_str()),
        ("LGD_AUTHCODE", &auth_code),
        ("LGD_FILE", "lgdacom.conf"),
    ];
    let mut response = shop.send(&pairs).unwrap();
    assert!(response.headers()["content-type"].to_str().unwrap().starts_with("text/plain"));
    assert!(response.body_mut().read_to_string().unwrap().contains(&shop.sandbox.url()));
}

#[test]
fn every_means_of_payment_answers_within_the_limits() {
    let tables: serde_json::Value = serde_json::from_str(include_str!("../protocol/tables.json")).unwrap();
    let shop = Merchant::new();
    let expected = [
        ("SC0010", "LGD_CARDNUM"),
        ("SC0030", "LGD_CASHRECEIPTNUM"),
        ("SC0040", "LGD_ACCOUNTNUM"),
        ("SC0060", "LGD_TELNO"),
        ("SC0070", "LGD_TELNO"),
        ("SC0090", "LGD_OCBAMOUNT"),
        ("SC0111", "LGD_FINANCENAME"),
        ("SC0112", "LGD_FINANCENAME"),
        ("SC0113", "LGD_FINANCENAME"),
        ("SC0220", "LGD_FINANCENAME"),
    ];
    for (paytype, column) in expected {
        let request = PaykeyRequest {
            paytype: paytype.into(),
            buyer: "남궁선우제갈공명황보".into(),
            productinfo: "가".repeat(90),
            ..PaykeyRequest::default()
        };
        let paykey = shop.sandbox.mint(&request).unwrap();
        let paid = shop.call("PaymentByKey", &[("LGD_PAYKEY", &paykey)]);
        assert_ne!(paid.get(column), "", "{paytype}");
        assert_eq!(paid.get("LGD_BUYER"), "남궁선우제");
        for (name, value) in paid.rows[0].as_object().unwrap() {
            let limit = tables["payment_result"][name]["max_bytes"].as_u64().unwrap_or(u64::MAX);
            let bytes = encoding_rs::EUC_KR.encode(value.as_str().unwrap()).0.len();
            assert!(bytes as u64 <= limit, "{paytype} {name}: {bytes} bytes");
        }
    }
}
