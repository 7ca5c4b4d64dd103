//! `log_dir = -`: lines on standard error, what cannot read them again, and a standard error that nobody reads.

use crate::common::{Shop, tell};
use serde_json::Value;
use std::process::{Command, Stdio};
use xpayclient_sandbox::{DEMO_KEY, DEMO_TEST_MID};

fn logging(format: &str) -> Shop {
    let shop = Shop::open();
    shop.set(&format!("log_dir = -\nlog_format = {format}\nlog_level = 4"));
    shop
}

const PAY: [&str; 6] = ["pay", "--oid", "O-1", "--amount", "23400", "--json"];

#[test]
fn each_line_is_an_object_without_secrets() {
    let shop = logging("json");
    let key = shop.paykey("O-1", "SC0010");
    let paid = shop.xpay(&PAY, &key);
    paid.has(0, &["\"outcome\":\"answered\""]);
    let lines: Vec<Value> = paid.stderr.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let sent = lines.iter().find(|line| line["fields"]["LGD_TXNAME"] == "PaymentByKey").unwrap();
    assert_eq!((&sent["tx_id"], &sent["fields"]["LGD_PAYKEY"]), (&paid.json()["tx_id"], &"***".into()));
    let answered = lines.iter().find(|line| line["level"] == "DEBUG").unwrap();
    assert!(answered["fields"].as_object().unwrap().values().any(|value| value == "***"), "{answered}");
    assert!(!paid.stderr.contains(&key) && !paid.stderr.contains(DEMO_KEY), "{}", paid.stderr);
    // A directory of that name would be made in the home.
    assert!(!shop.sandbox.home().join("-").exists());
    assert!(shop.sandbox.home().join("journal").is_dir(), "the journal is below home_dir");
    assert_eq!(shop.logged(), "", "no file has what went there");
}

#[test]
fn what_cannot_read_it_says_so() {
    let shop = logging("text");
    let paid = shop.xpay(&PAY, &shop.paykey("O-1", "SC0010"));
    let line = paid.stderr.lines().find(|line| line.contains("LGD_TXNAME=PaymentByKey")).unwrap();
    assert!(line.contains("[INFO ]") && line.contains("LGD_PAYKEY=***"), "{line}");
    let json = shop.look("list", &["--json"]).json();
    assert_eq!((&json["log"], &json["limits"]), (&Value::Null, &serde_json::json!(["log_on_stderr"])));
    assert_eq!(json["transactions"][0]["oid"], "O-1", "the journal shows it");
    let listed = shop.look("list", &[]);
    assert!(listed.stderr.contains("log_dir = -"), "{}", listed.everything());
    let found = shop.look("log", &["O-1"]);
    found.has(0, &["journal", "answered 0000"]);
    assert!(found.stderr.contains("standard error"), "{}", found.everything());
    for arguments in [&["O-9"][..], &["--follow"]] {
        shop.look("log", arguments).failed(1, "standard error");
    }
}

/// The reader is gone, or there never was one: lines are lost, and no payment.
#[test]
fn nobody_reads_it() {
    for format in ["text", "json"] {
        let shop = logging(format);
        let mut xpay = shop.command(&PAY);
        xpay.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = xpay.spawn().unwrap();
        drop(child.stderr.take());
        tell(&mut child, shop.paykey("O-1", "SC0010").as_bytes());
        assert_eq!(child.wait().unwrap().code(), Some(0));
        let mut closed = Command::new("sh");
        let xpay = env!("CARGO_BIN_EXE_xpay");
        closed
            .args(["-c", "exec \"$@\" 2>&-", "sh", xpay])
            .args(PAY.map(|word| if word == "O-1" { "O-2" } else { word }));
        closed.arg("--home").arg(shop.sandbox.home()).args(["--mid", DEMO_TEST_MID]);
        crate::common::said(&mut closed, shop.paykey("O-2", "SC0010").as_bytes())
            .has(0, &["\"outcome\":\"answered\""]);
        assert_eq!(shop.sandbox.payments().unwrap().len(), 2);
    }
}
