//! `--dry-run`: every command that moves money, as a user rehearses it. Nothing arrives at the gateway.

use crate::common::{Said, Shop};
use serde_json::Value;
use xpayclient_core::{Client, Config, Outcome, Platform};
use xpayclient_sandbox::{DEMO_KEY, DEMO_TEST_MID};

/// Each command that a person types for money, with what it reads and the parameters of its request.
const COMMANDS: [(&str, &str, &str); 7] = [
    (
        "pay --oid order-1 --amount 23400",
        "SECRET-PAYKEY-1",
        "LGD_TXNAME=PaymentByKey LGD_PAYKEY=*** LGD_AMOUNTCHECKYN=Y LGD_AMOUNT=23400",
    ),
    (
        "cancel --tid tlgda1 --paytype SC0040 --reason SECRET-REASON --refund-account",
        "LGD_RFACCOUNTNUM=SECRET-ACCOUNT\nLGD_RFBANKCODE=088\nLGD_RFCUSTOMERNAME=SECRET-NAME\n",
        "LGD_TXNAME=Cancel LGD_TID=tlgda1 LGD_CANCELREASON=*** LGD_RFACCOUNTNUM=*** LGD_RFBANKCODE=*** LGD_RFCUSTOMERNAME=***",
    ),
    (
        "partial-cancel --tid tlgda1 --amount 400 --remaining 23400",
        "",
        "LGD_TXNAME=PartialCancel LGD_TID=tlgda1 LGD_CANCELAMOUNT=400 LGD_REMAINAMOUNT=23400",
    ),
    (
        "cash-receipt issue --for deposit --oid order-1 --amount 23400 --use income --business-number 1234567890",
        "SECRET-NUMBER-1",
        "LGD_TXNAME=CashReceipt LGD_METHOD=AUTH LGD_PAYTYPE=SC0100 LGD_OID=order-1 LGD_AMOUNT=23400 LGD_CASHCARDNUM=*** \
         LGD_CASHRECEIPTUSE=*** LGD_CUSTOM_BUSINESSNUM=***",
    ),
    (
        "cash-receipt cancel --for transfer --tid tlgda1",
        "",
        "LGD_TXNAME=CashReceipt LGD_METHOD=CANCEL LGD_PAYTYPE=SC0030 LGD_TID=tlgda1",
    ),
    (
        "escrow sent --oid order-1 --product-id goods-1 --date 202611281430 --company-code CJ --number SECRET-PARCEL --people",
        "SECRET-WORKER\nSECRET-TELEPHONE\n",
        "mid=tlgdacomxpay oid=order-1 productid=goods-1",
    ),
    (
        "escrow received --oid order-1 --date 202611281430 --people",
        "SECRET-PERSON\nSECRET-RELATION\n",
        "mid=tlgdacomxpay oid=order-1",
    ),
];

fn rehearse(shop: &Shop, command: &str, stdin: &str, more: &[&str]) -> Said {
    shop.xpay(&[&command.split(' ').collect::<Vec<_>>()[..], &["--dry-run"], more].concat(), stdin)
}

/// Names and values of the request in JSON.
fn parameters(json: &Value) -> Vec<String> {
    let text = |one: &Value, name: &str| one[name].as_str().unwrap().to_owned();
    let parameters = json["parameters"].as_array().unwrap();
    parameters.iter().map(|one| format!("{}={}", text(one, "name"), text(one, "value"))).collect()
}

#[test]
fn the_request_is_shown_in_order_and_masked_and_nothing_is_sent_or_written() {
    let shop = Shop::open();
    for (command, stdin, wanted) in COMMANDS {
        let said = rehearse(&shop, command, stdin, &[]);
        said.has(0, &["nothing was sent", "\n  POST https://"]);
        let json = rehearse(&shop, command, stdin, &["--json"]);
        json.has(0, &[]);
        let object = json.json();
        assert_eq!(object["dry_run"], Value::from(true), "{command}");
        let shown = parameters(&object);
        assert!(shown.join(" ").contains(wanted), "{command}: {shown:?}");
        for line in shown.iter().filter(|line| !line.starts_with("LGD_TXID=")) {
            assert!(said.stdout.contains(&format!("\n  {line}\n")), "{line}: {}", said.stdout);
        }
        let printed = said.everything() + &json.everything();
        assert!(!printed.contains("SECRET") && !printed.contains(DEMO_KEY), "{printed}");
    }
    assert!(shop.sandbox.requests().is_empty() && shop.sandbox.payments().unwrap().is_empty());
    // Log and journal would be there.
    let written: Vec<_> = shop.dir.path().join("log").read_dir().unwrap().collect();
    assert!(written.is_empty(), "{written:?}");
    shop.xpay(&["recover", "--list"], "").has(0, &["nothing is open"]);
}

/// As it would be sent: the address, the shop and what the library adds come from the same code.
#[test]
fn what_is_shown_is_what_is_sent() {
    let shop = Shop::open();
    let command = "pay --oid order-1 --amount 23400";
    let paykey = shop.paykey("order-1", "SC0010");
    let shown = rehearse(&shop, command, &paykey, &["--json"]).json();
    let paid = shop.xpay(&command.split(' ').collect::<Vec<_>>(), &paykey);
    paid.has(0, &["approved"]);
    let sent = shop.sandbox.requests().pop().unwrap();
    let sent: Vec<&str> = sent.parameters.iter().map(|(name, _)| name.as_str()).collect();
    let names = parameters(&shown);
    assert_eq!(names.iter().map(|line| line.split_once('=').unwrap().0).collect::<Vec<_>>(), sent);
    assert!(names.contains(&"LGD_AUTHCODE=***".to_owned()), "{names:?}");
}

#[test]
fn in_service_nothing_is_asked() {
    let shop = Shop::in_service();
    let pay = ["pay", "--oid", "order-1", "--amount", "23400", "--mode", "service", "--dry-run"];
    shop.xpay_of("xpayshop", &pay, &shop.service_paykey("order-1")).has(0, &["  LGD_MID=xpayshop\n"]);
    let said = shop.xpay_of("xpayshop", &pay[..pay.len() - 1], &shop.service_paykey("order-1"));
    said.failed(2, "--yes");
    assert!(shop.sandbox.requests().is_empty());
}

#[test]
fn what_could_not_be_sent_fails_as_without_it() {
    let shop = Shop::open();
    for (command, stdin) in [
        ("pay --oid order-1 --amount 23400", String::new()),
        ("pay --oid order-1 --amount 23400", "k".repeat(101)),
        ("cancel --tid T12345678901234567890123456", String::new()),
        ("cancel --tid tlgda1 --paytype SC0011", String::new()),
        ("partial-cancel --tid tlgda1 --paytype SC0011 --amount 1", String::new()),
        ("cash-receipt cancel --for transfer --tid T12345678901234567890123456", String::new()),
        ("escrow received --oid order-1 --date tomorrow", String::new()),
    ] {
        let words: Vec<_> = command.split(' ').collect();
        let (rehearsed, real) = (rehearse(&shop, command, &stdin, &[]), shop.xpay(&words, &stdin));
        assert_eq!((rehearsed.code, real.code), (Some(1), Some(1)), "{command}");
        assert_eq!(rehearsed.stderr, real.stderr, "{command}");
        let json = rehearse(&shop, command, &stdin, &["--json"]).json();
        assert_eq!((&json["dry_run"], &json["outcome"]), (&true.into(), &"not_sent".into()), "{command}");
    }
    let nobody = ["cancel", "--tid", "tlgda1", "--dry-run"];
    shop.xpay_of("tnobody", &nobody, "").failed(1, "tnobody");
    assert!(shop.sandbox.requests().is_empty());
}

#[test]
fn a_rollback_by_hand_is_rehearsed_and_stays_to_be_done() {
    let shop = Shop::open();
    let client = Client::new(Config::load(shop.sandbox.home()).unwrap(), Platform::Test);
    let mut payment = client.transaction(DEMO_TEST_MID).unwrap();
    payment.set("LGD_TXNAME", "PaymentByKey").unwrap();
    payment.set("LGD_PAYKEY", shop.paykey("order-1", "SC0010")).unwrap();
    payment.set("XPAY_SANDBOX_FAULT", "close").unwrap();
    payment.rollback_on_error(false);
    let tx_id = payment.tx_id().to_owned();
    assert!(matches!(payment.send(), Outcome::InDoubt(_)));
    let (logged, sent) = (shop.logged(), shop.sandbox.requests().len());

    let rollback = ["recover", "--rollback", &tx_id, "--reason", "SECRET-REASON"];
    let said = shop.xpay(&[&rollback[..], &["--dry-run"]].concat(), "");
    let undone = format!("  LGD_RB_TXID={tx_id}\n  LGD_RB_REASON=***\n");
    said.has(0, &["  POST https://", "  LGD_TXNAME=Rollback\n", &undone]);
    assert!(!said.everything().contains("SECRET"));
    assert_eq!((shop.logged(), shop.sandbox.requests().len()), (logged, sent));
    assert_eq!(client.open_transactions().unwrap().len(), 1);

    let unknown = ["recover", "--rollback", "t1", "--reason", "x", "--dry-run"];
    shop.xpay(&unknown, "").failed(1, "[t1] is not open in the journal");
    assert_eq!(shop.xpay(&["recover", "--dry-run"], "").code, Some(2));
    shop.xpay(&rollback, "").has(0, &["rolled back"]);
    assert!(client.open_transactions().unwrap().iter().all(|open| !open.state.is_open()));
}
