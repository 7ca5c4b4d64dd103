//! `xpay pay`, `cancel`, `partial-cancel` and `cash-receipt` as a user types them, against a sandbox over TLS.

use crate::common::{Said, Shop};
use serde_json::Value;
use std::process::{Command, Stdio};
use xpayclient_sandbox::DEMO_KEY;

impl Shop {
    fn pay(&self, oid: &str, amount: &str, paykey: &str, more: &[&str]) -> Said {
        self.xpay(&[&["pay", "--oid", oid, "--amount", amount], more].concat(), paykey)
    }

    /// A payment by these means; its LGD_TID.
    fn paid(&self, oid: &str, paytype: &str) -> String {
        let said = self.pay(oid, "23400", &self.paykey(oid, paytype), &["--json"]);
        said.has(0, &[]);
        said.json()["tid"].as_str().unwrap().to_owned()
    }

    fn balance(&self, tid: &str) -> i64 {
        self.sandbox.payments().unwrap().iter().find(|payment| payment.tid == tid).unwrap().balance
    }
}

#[test]
fn a_payment_is_told_in_the_language_of_the_locale_and_as_json() {
    let shop = Shop::open();
    let key = shop.paykey("order-1", "SC0010");
    let said = shop.pay("order-1", "23400", &format!("{key}\n"), &[]);
    said.has(
        0,
        &["approved\n", "  code 0000", "  LGD_OID order-1\n", "  LGD_AMOUNT 23400\n", "  LGD_TXID t"],
    );
    assert!(!said.everything().contains(&key) && !said.everything().contains(DEMO_KEY));

    let mut korean = shop.command(&["pay", "--oid", "order-2", "--amount", "23400"]);
    let said =
        crate::common::said(korean.env("LC_ALL", "ko_KR.UTF-8"), shop.paykey("order-2", "SC0010").as_bytes());
    said.has(0, &["승인되었습니다\n", "  코드 0000"]);

    // As PowerShell pipes it.
    let key = format!("\u{feff}{}\r\n", shop.paykey("order-3", "SC0010"));
    let json = shop.pay("order-3", "23400", &key, &["--json"]).json();
    let names: Vec<&String> = json.as_object().unwrap().keys().collect();
    let stable = "account_number amount cash_receipt_number code done message oid outcome paytype tid tx_id";
    assert_eq!(names, stable.split(' ').collect::<Vec<_>>());
    assert_eq!((&json["outcome"], &json["done"]), (&Value::from("answered"), &Value::from(true)));
    assert_eq!((&json["oid"], &json["amount"]), (&Value::from("order-3"), &Value::from("23400")));
    assert!(shop.xpay(&["recover", "--list"], "").stdout.contains("nothing is open"));
}

#[test]
fn a_key_that_paid_before_is_no_decline() {
    let shop = Shop::open();
    let key = shop.paykey("order-1", "SC0010");
    assert_eq!(shop.pay("order-1", "23400", &key, &[]).code, Some(0));
    shop.pay("order-1", "23400", &key, &[]).has(3, &["code S007", "before anybody pays again"]);
    let listed = shop.xpay(&["list", "--json"], "").json();
    let states: Vec<&Value> =
        listed["transactions"].as_array().unwrap().iter().map(|one| &one["state"]).collect();
    assert_eq!(states, ["answered", "answered"]);
}

#[test]
fn what_is_not_the_orders_is_not_paid() {
    let shop = Shop::open();
    let other = shop.pay("order-1", "1000", &shop.paykey("order-1", "SC0010"), &[]);
    other.has(1, &["declined", "code SB"]);

    let other = shop.pay("order-2", "23400", &shop.paykey("order-1", "SC0010"), &[]);
    other.has(1, &["rolled back: no money moved"]);
    other.failed(1, "LGD_OID is not this order's");
    assert!(shop.sandbox.payments().unwrap().iter().all(|payment| payment.balance == 0));
}

/// Whoever was to read of the approval is gone: then it must not stand.
#[test]
fn an_approval_that_cannot_be_told_is_rolled_back() {
    let shop = Shop::open();
    let key = shop.paykey("order-1", "SC0010");
    let mut command = shop.command(&["pay", "--oid", "order-1", "--amount", "23400"]);
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut pay = command.stdin(Stdio::piped()).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
    crate::common::tell(&mut pay, key.as_bytes());
    let done = pay.wait_with_output().unwrap();
    assert_eq!(done.status.code(), Some(1), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(shop.sandbox.payments().unwrap()[0].balance, 0);
}

#[test]
fn a_virtual_account_is_given_out_and_refunded_to_an_account_on_stdin() {
    let shop = Shop::open();
    let said = shop.pay("order-1", "23400", &shop.paykey("order-1", "SC0040"), &[]);
    said.has(0, &["a virtual account was issued", "  LGD_ACCOUNTNUM "]);
    let tid = shop.sandbox.payments().unwrap()[0].tid.clone();
    shop.sandbox.deposit(&tid).unwrap();

    let cancel = ["cancel", "--tid", &tid, "--paytype", "SC0040"];
    shop.xpay(&cancel, "").has(1, &["the cancellation was declined", "LGD_RFACCOUNTNUM"]);
    let with = [&cancel[..], &["--refund-account"]].concat();
    shop.xpay(&with, "").failed(1, "LGD_RFACCOUNTNUM is required");
    shop.xpay(&with, "LGD_RFACCOUNTNUM=11022233344455\nLGD_RFBANK=088\n").failed(1, "LGD_RFBANKCODE");
    let account = "LGD_RFACCOUNTNUM=11022233344455\nLGD_RFBANKCODE=088\nLGD_RFCUSTOMERNAME=홍길동\nLGD_RFPHONE=01012345678\n";
    let said = shop.xpay(&with, account);
    said.has(0, &["cancelled"]);
    assert_eq!(shop.balance(&tid), 0);
    for secret in ["11022233344455", "홍길동", "01012345678"] {
        assert!(!said.everything().contains(secret) && !shop.logged().contains(secret), "{secret}");
    }
}

#[test]
fn money_goes_back_in_part_and_whole() {
    let shop = Shop::open();
    let tid = shop.paid("order-1", "SC0010");
    let part = ["partial-cancel", "--tid", &tid, "--amount", "400", "--reason", "변심"];
    shop.xpay(&[&part[..], &["--remaining", "1"]].concat(), "")
        .has(1, &["the cancellation was declined", "LGD_REMAINAMOUNT"]);
    shop.xpay(&[&part[..], &["--remaining", "23400", "--tax-free", "0"]].concat(), "").has(0, &["cancelled"]);
    assert_eq!(shop.balance(&tid), 23_000);

    let whole = [
        "cancel",
        "--tid",
        &tid,
        "--paytype",
        "SC0010",
        "--requester",
        "shop",
        "--requester-ip",
        "192.0.2.1",
    ];
    let json = shop.xpay(&[&whole[..], &["--json"]].concat(), "").json();
    assert_eq!((&json["outcome"], &json["done"]), (&Value::from("answered"), &Value::from(true)));
    assert_eq!(shop.balance(&tid), 0);
    shop.xpay(&whole, "").has(0, &["code AV11", "cancelled"]);
    shop.xpay(&["cancel", "--tid", &tid], "").has(1, &["code AV11", "declined"]);
    shop.xpay(&["cancel", "--tid", &"T".repeat(25)], "").failed(1, "LGD_TID may have 24 bytes");
}

#[test]
fn a_cash_receipt_is_issued_to_a_number_on_stdin_and_taken_back() {
    let shop = Shop::open();
    let issue = [
        "cash-receipt",
        "issue",
        "--for",
        "deposit",
        "--oid",
        "order-1",
        "--amount",
        "23400",
        "--use",
        "income",
        "--business-number",
        "1234567890",
        "--product-info",
        "shoes",
        "--json",
    ];
    shop.xpay(&issue, "").has(1, &["not_sent", "LGD_CASHCARDNUM is required"]);
    let issued = shop.xpay(&issue, "01012345678\n");
    issued.has(0, &[]);
    assert!(!issued.everything().contains("01012345678") && !shop.logged().contains("01012345678"));
    let tid = issued.json()["tid"].as_str().unwrap().to_owned();
    assert!(!issued.json()["cash_receipt_number"].as_str().unwrap().is_empty());

    let cancel = ["cash-receipt", "cancel", "--for", "deposit", "--tid", &tid];
    shop.xpay(&[&cancel[..], &["--amount", "23401"]].concat(), "").has(1, &["declined"]);
    shop.xpay(&cancel, "").has(0, &["cancelled", "LGD_CASHRECEIPTNUM"]);

    let transfer = shop.paid("order-2", "SC0030");
    let mut of_payment = issue.to_vec();
    of_payment[3] = "transfer";
    shop.xpay(&[&of_payment[..], &["--tid", &transfer]].concat(), "01012345678").has(2, &["--product-info"]);
    of_payment.retain(|word| !["--product-info", "shoes"].contains(word));
    assert_eq!(shop.xpay(&of_payment, "01012345678").code, Some(2), "it has no LGD_TID");
    shop.xpay(&[&of_payment[..], &["--tid", &transfer]].concat(), "01012345678").has(0, &["\"done\":true"]);
}

#[test]
fn what_is_in_doubt_says_what_to_do() {
    let shop = Shop::open();
    for _ in 0..4 {
        shop.sandbox.inject("close".parse().unwrap());
    }
    let said = shop.pay("order-1", "23400", &shop.paykey("order-1", "SC0010"), &[]);
    said.has(3, &["in doubt: money may have moved", "xpay recover", "  LGD_TXID t"]);
    said.failed(3, "20008");
    shop.sandbox.inject("close".parse().unwrap());
    let json = shop.pay("order-2", "23400", &shop.paykey("order-2", "SC0010"), &["--json"]);
    json.has(1, &[r#""outcome":"rolled_back""#, r#""done":false"#, r#""code":"20008""#]);
}

#[test]
fn in_service_nothing_is_sent_without_a_yes() {
    let shop = Shop::in_service();
    let key = || shop.service_paykey("order-1");
    let pay = ["pay", "--mode", "service", "--oid", "order-1", "--amount", "23400"];
    let nobody = shop.xpay_of("xpayshop", &pay, &key());
    nobody.failed(2, "--yes");
    for asked in [
        &["cancel", "--tid", "T1"][..],
        &["partial-cancel", "--tid", "T1", "--amount", "1"],
        &["cash-receipt", "cancel", "--for", "deposit", "--tid", "T1"],
    ] {
        shop.xpay_of("xpayshop", &[asked, &["--mode", "service"]].concat(), "").failed(2, "--yes");
    }
    assert!(shop.sandbox.requests().is_empty());

    let answered = |answer: &str| {
        let file = shop.dir.path().join("paykey");
        std::fs::write(&file, key()).unwrap();
        let home = shop.sandbox.home().display().to_string();
        let xpay = env!("CARGO_BIN_EXE_xpay");
        let line = format!("'{xpay}' {} --home '{home}' --mid xpayshop <'{}'", pay.join(" "), file.display());
        // A terminal of its own, on which it asks.
        let mut script = Command::new("script");
        crate::common::said(
            script.args(["-qec", &line, "/dev/null"]).env("LC_ALL", "C.UTF-8"),
            answer.as_bytes(),
        )
    };
    let said = answered("no\n");
    assert_eq!(said.code, Some(1), "{}", said.everything());
    assert!(said.stdout.contains("Send it? [yes/no]") && said.stdout.contains("nothing was sent"));
    assert!(shop.sandbox.requests().is_empty());
    let said = answered("yes\n");
    assert_eq!(said.code, Some(0), "{}", said.everything());
    shop.xpay_of("xpayshop", &[&pay[..], &["--yes"]].concat(), &shop.service_paykey("order-1"));
    assert!(shop.sandbox.requests().len() >= 2);
}

#[test]
fn wrong_use_and_wrong_values_name_what_is_wrong() {
    let shop = Shop::open();
    for (wrong, named) in [
        (&["pay", "--amount", "1"][..], "--oid"),
        (&["pay", "--oid", "O-1", "--amount", "x"], "--amount"),
        (&["pay", "--oid", "O-1", "--amount", "1", "--paykey", "k"], "--paykey"),
        (&["cancel"], "--tid"),
        (&["partial-cancel", "--tid", "T"], "--amount"),
        (&["cash-receipt", "issue"], "--for"),
    ] {
        shop.xpay(wrong, "").failed(2, named);
    }
    shop.pay("O-1", "1000", "", &[]).failed(1, "LGD_PAYKEY is required");
    shop.pay("O-1", "1000", &"k".repeat(101), &[]).failed(1, "LGD_PAYKEY may have 100 bytes");
    shop.xpay_of("tnobody", &["pay", "--oid", "O-1", "--amount", "1"], "k").failed(1, "10004");
    shop.pay("O-1", "1000", "", &["--json"]).has(1, &[r#""outcome":"not_sent""#, r#""code":"90003""#]);
}
