//! `xpay hash`, `verify`, `receipt-link`, `log`, `completions` and the man pages: what moves no money.

use crate::common::{Said, Shop, notice};
use serde_json::Value;
use std::fs;
use std::process::Command;
use xpayclient_sandbox::{DEMO_KEY, DEMO_TEST_MID};

#[test]
fn a_hash_is_made_of_what_is_given() {
    let shop = Shop::open();
    let ask = ["hash", "--oid", "order-1", "--amount", "23400", "--timestamp", "20261123101112"];
    let made = format!("{DEMO_TEST_MID}order-12340020261123101112{DEMO_KEY}");
    let said = shop.xpay(&ask, "");
    said.has(0, &["LGD_TIMESTAMP=20261123101112\n", "LGD_HASHDATA="]);
    assert!(!said.everything().contains(DEMO_KEY));
    let json = shop.xpay(&[&ask[..], &["--json"]].concat(), "").json();
    assert_eq!(json["LGD_HASHDATA"], md5(&made));
    let now = shop.xpay(&ask[..5], "").stdout;
    assert!(now.starts_with("LGD_TIMESTAMP=20"), "{now}");
    for (at, wrong, named) in [(2, "O 1", "LGD_OID"), (4, "1won", "LGD_AMOUNT"), (6, "now", "LGD_TIMESTAMP")]
    {
        let mut ask = ask;
        ask[at] = wrong;
        shop.xpay(&ask, "").failed(1, named);
    }
    shop.xpay_of("tnobody", &ask, "").failed(1, "10004");
}

/// By another program than ours.
fn md5(text: &str) -> String {
    let said = crate::common::said(&mut Command::new("md5sum"), text.as_bytes());
    said.stdout.split(' ').next().unwrap().to_owned()
}

#[test]
fn a_notice_is_believed_only_if_it_is_signed_and_the_orders() {
    let shop = Shop::open();
    let ask = ["verify", "--oid", "order-1", "--amount", "23400"];
    shop.xpay(&ask, &notice())
        .has(0, &["signed by the gateway\n  LGD_MID", "not signed: compare", "  LGD_CASFLAG I"]);
    let json = shop.xpay(&[&ask[..], &["--json"]].concat(), &format!("{}\n", notice())).json();
    for (name, value) in [
        ("verified", Value::from(true)),
        ("success", Value::from(true)),
        ("amount", Value::from(23_400)),
        ("tid", Value::from("T1")),
        ("flag", Value::from("I")),
    ] {
        assert_eq!(json[name], value, "{json}");
    }
    shop.xpay_of("lgdacomxpay", &ask, &notice()).failed(2, "a t in front");
    shop.xpay(&["verify", "--oid", "order-1", "--amount", "2"], &notice()).failed(1, "LGD_AMOUNT");
    shop.xpay(&["verify", "--oid", "order-2", "--amount", "23400"], &notice()).failed(1, "LGD_OID");
    shop.xpay(&ask, &notice().replace("LGD_RESPCODE=0000", "LGD_RESPCODE=0001")).failed(1, "LGD_HASHDATA");
    shop.xpay(&ask, "").failed(1, "stdin has no notification");
    let json = shop.xpay(&[&ask[..], &["--json"]].concat(), &notice().replace("23400", "23401"));
    json.has(1, &[r#""verified":false"#, r#""code":"90003""#]);
}

#[test]
fn a_receipt_has_a_link() {
    let shop = Shop::open();
    let said = shop.xpay(&["receipt-link", "--tid", "T1"], "");
    let signed = md5(&format!("{DEMO_TEST_MID}T1{DEMO_KEY}"));
    said.has(0, &["receipt_link.js", &format!("showReceiptByTID('{DEMO_TEST_MID}', 'T1', '{signed}')")]);
    let cash = ["receipt-link", "--oid", "order-1", "--for", "virtual-account", "--seqno", "002", "--json"];
    let call = format!("showCashReceipts('{DEMO_TEST_MID}', 'order-1', '002', 'CAS', 'test')");
    assert_eq!(shop.xpay(&cash, "").json()["call"], call);
    shop.xpay(&["receipt-link", "--tid", "T1')"], "").failed(1, "LGD_TID");
    for wrong in [
        &["receipt-link"][..],
        &["receipt-link", "--oid", "O-1"],
        &["receipt-link", "--tid", "T", "--oid", "O"],
    ] {
        shop.xpay(wrong, "").failed(2, "--");
    }
}

/// Three ways of naming one payment, and the Rollback of another that was lost.
#[test]
fn a_payment_is_found_by_any_of_its_names_and_nothing_secret_with_it() {
    for format in ["text", "json"] {
        let shop = Shop::open();
        shop.set(&format!("log_format = {format}"));
        is_found_by_any_of_its_names(&shop);
    }
}

fn is_found_by_any_of_its_names(shop: &Shop) {
    let pay =
        |oid: &str, key: &str| shop.xpay(&["pay", "--oid", oid, "--amount", "23400", "--json"], key).json();
    let key = shop.paykey("order-1", "SC0010");
    let paid = pay("order-1", &key);
    let [tid, tx_id] = ["tid", "tx_id"].map(|name| paid[name].as_str().unwrap().to_owned());
    let log = |id: &str, more: &[&str]| -> Said { shop.xpay(&[&["log", id], more].concat(), "") };
    for id in ["order-1", &tid, &tx_id] {
        let said = log(id, &[]);
        said.has(
            0,
            &[
                "LGD_TXNAME=PaymentByKey",
                "LGD_PAYKEY=***",
                "journal",
                "answered 0000, held, delivered",
                "settled",
            ],
        );
        assert!(!said.everything().contains(&key));
    }
    let json = log("order-1", &["--json"]).json();
    assert_eq!(json["journal"][0]["tx_id"], tx_id);
    assert_eq!(
        (&json["journal"][0]["open"], &json["journal"][0]["tid"]),
        (&Value::Null, &Value::from(tid.as_str()))
    );
    let line = &json["log"][0];
    assert!(["time", "level", "tx_id", "text"].iter().all(|name| line[name].is_string()), "{line}");

    shop.sandbox.inject("close".parse().unwrap());
    let lost = pay("order-2", &shop.paykey("order-2", "SC0010"));
    log(lost["tx_id"].as_str().unwrap(), &[]).has(0, &["LGD_TXNAME=Rollback", "rolled_back", "settled"]);

    // Approved, another order's, rolled back: the order's name leads to the payment, and that to its Rollback.
    pay("order-4", &shop.paykey("order-5", "SC0010"));
    log("order-5", &[]).has(0, &["LGD_TXNAME=PaymentByKey", "LGD_TXNAME=Rollback", "rolled_back", "settled"]);

    for _ in 0..4 {
        shop.sandbox.inject("close".parse().unwrap());
    }
    let lost = pay("order-3", &shop.paykey("order-3", "SC0010"));
    log(lost["tx_id"].as_str().unwrap(), &[]).has(3, &["in_doubt 20008", "open: in_doubt"]);
    log("order-9", &[]).failed(1, "order-9");
    let before = shop.logged();
    log("order-1", &[]).has(0, &[]);
    assert_eq!(shop.logged(), before, "looking leaves no line");
}

#[test]
fn completions_and_man_pages_know_every_subcommand() {
    let xpay = |arguments: &[&str]| {
        crate::common::said(Command::new(env!("CARGO_BIN_EXE_xpay")).args(arguments), b"")
    };
    for shell in ["bash", "zsh", "fish"] {
        xpay(&["completions", shell]).has(0, &["partial-cancel", "receipt-link"]);
    }
    assert_eq!(xpay(&["completions", "tcsh"]).code, Some(2));
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir(dir.path().join("man")).unwrap();
    fs::write(dir.path().join("man/xpay-gone.1"), "of an earlier version").unwrap();
    let written = xpay(&["generate", dir.path().to_str().unwrap()]);
    written.has(0, &[]);
    for page in ["xpay.1", "xpay-pay.1", "xpay-cash-receipt-issue.1"] {
        assert!(fs::read_to_string(dir.path().join("man").join(page)).unwrap().starts_with(".ie"), "{page}");
    }
    assert!(!dir.path().join("man/xpay-gone.1").exists());
    assert!(fs::read_to_string(dir.path().join("man/xpay-pay.1")).unwrap().contains("\\-\\-oid"));
    let page = |name: &str| fs::read_to_string(dir.path().join("man").join(name)).unwrap();
    let [pay, korean] = [page("xpay-pay.1"), page("ko/xpay-pay.1")];
    assert!(pay.contains(".SH \"EXIT STATUS\"\n.TP\n0\n"), "{pay}");
    assert!(!pay.contains(|one| ('가'..='힣').contains(&one)), "{pay}");
    assert!(korean.contains(".SH \"이름\"") && korean.contains(".SH \"종료 코드\"\n.TP\n0\n"), "{korean}");
    assert!(!korean.contains("done") && !korean.contains("OPTIONS"), "{korean}");
    assert!(page("ko/xpay-escrow-sent.1").contains(".SH \"예\""));
    let mut made: Vec<_> =
        fs::read_dir(dir.path().join("completions")).unwrap().map(|e| e.unwrap().file_name()).collect();
    made.sort();
    assert_eq!(made, ["_xpay", "xpay.bash", "xpay.fish"]);
}
