//! The JSON below /sandbox/, and what it keeps to itself.

use crate::common::Merchant;
use serde_json::{Value, json};

fn get(shop: &Merchant, path: &str) -> (u16, Value) {
    let mut response = shop.agent.get(shop.sandbox.admin_url() + path).call().unwrap();
    let text = response.body_mut().read_to_string().unwrap();
    (response.status().as_u16(), serde_json::from_str(&text).unwrap())
}

fn post(shop: &Merchant, path: &str, kind: &str, body: &str) -> (u16, Value) {
    let request = shop.agent.post(shop.sandbox.admin_url() + path).header("content-type", kind);
    let mut response = request.send(body).unwrap();
    let text = response.body_mut().read_to_string().unwrap();
    (response.status().as_u16(), serde_json::from_str(&text).unwrap())
}

#[test]
fn a_key_is_minted_paid_with_and_seen() {
    let shop = Merchant::new();
    let order = json!({ "oid": "O-1", "amount": 700, "buyer": "똠방각하" }).to_string();
    let (status, minted) = post(&shop, "/paykeys", "application/json", &order);
    assert_eq!(status, 200);
    let paid = shop.call("PaymentByKey", &[("LGD_PAYKEY", minted["LGD_PAYKEY"].as_str().unwrap())]);
    let (_, all) = get(&shop, "/payments");
    assert_eq!((all[0]["oid"].as_str(), all[0]["state"].as_str()), (Some("O-1"), Some("approved")));
    let (_, one) = get(&shop, &format!("/payments/{}", paid.get("LGD_TID")));
    assert_eq!(one["buyer"], "똠방각하");
    assert_eq!(one["transactions"][0]["txid"], paid.txid);
    assert_eq!(one["transactions"][0]["effect"], "approved");
    assert_eq!(get(&shop, "/ready"), (200, json!({ "ready": true })));
}

#[test]
fn only_what_is_new_is_listed() {
    let shop = Merchant::new();
    for amount in [700, 800] {
        shop.paid_by_card(amount);
    }
    let listed = |path: &str| get(&shop, path).1.as_array().map(Vec::len);
    for path in ["/payments", "/requests"] {
        let lengths = ["", "?after=0", "?after=1", "?after=2", "?after=9"]
            .map(|after| listed(&format!("{path}{after}")));
        assert_eq!(lengths, [2, 2, 1, 0, 0].map(Some), "{path}");
        let (status, refused) = get(&shop, &format!("{path}?after=x"));
        assert_eq!((status, refused["code"].is_string()), (400, true), "{path}");
    }
    assert_eq!(get(&shop, "/payments?after=1").1[0]["amount"], 800);
    // Of the requests only the latest are kept: one that is gone still counts.
    for _ in 0..260 {
        shop.send(&[]).unwrap();
    }
    assert_eq!((listed("/requests"), listed("/requests?after=260")), (Some(256), Some(2)));
}

#[test]
fn an_account_is_paid_into() {
    let shop = Merchant::new();
    let order = [("LGD_METHOD", "ASSIGN"), ("LGD_OID", "O-1"), ("LGD_AMOUNT", "700")];
    let tid = shop.call("CyberAccount", &order).get("LGD_TID").to_owned();
    let (status, paid) = post(&shop, "/deposits", "application/json", &json!({ "tid": tid }).to_string());
    assert_eq!((status, paid["state"].as_str(), paid["balance"].as_i64()), (200, Some("paid"), Some(700)));
}

#[test]
fn a_fault_is_laid_for_the_next_request() {
    let shop = Merchant::new();
    let fault = json!({ "fault": "status=500" }).to_string();
    assert_eq!(post(&shop, "/faults", "application/json", &fault).0, 200);
    assert_eq!(shop.send(&[]).unwrap().status(), 500);
    let wrong = json!({ "fault": "status" }).to_string();
    assert_eq!(post(&shop, "/faults", "application/json", &wrong).1["code"], "SB26");
}

#[test]
fn a_script_is_laid_shown_and_taken_away() {
    let shop = Merchant::new();
    let lay = |body: Value| post(&shop, "/faults", "application/json", &body.to_string());
    let (status, shown) = lay(json!({ "script": "* 2 status=500\nCancel hang" }));
    let rule =
        |rule: &str, counted: u64, struck: u64| json!({ "rule": rule, "counted": counted, "struck": struck });
    assert_eq!(
        (status, &shown["script"]),
        (200, &json!([rule("* 2 status=500", 0, 0), rule("Cancel hang", 0, 0)]))
    );
    assert_eq!([1, 2, 3].map(|_| shop.send(&[]).unwrap().status().as_u16()), [200, 500, 200]);

    let (status, refusal) = lay(json!({ "script": "* close\nPay close" }));
    assert_eq!((status, refusal["code"].as_str()), (400, Some("SB32")));
    assert!(refusal["message_en"].as_str().unwrap().contains("line 2"), "{refusal}");
    for wrong in [json!({}), json!({ "fault": "close", "script": "* close" })] {
        assert_eq!(lay(wrong).1["code"], "SB29");
    }
    lay(json!({ "fault": "reset" }));
    let (_, shown) = get(&shop, "/faults");
    let script = json!([rule("* 2 status=500", 3, 1), rule("Cancel hang", 0, 0)]);
    assert_eq!(shown, json!({ "next": ["reset"], "script": script }), "the wrong script changed nothing");

    shop.agent.delete(shop.sandbox.admin_url() + "/faults").call().unwrap();
    assert_eq!(get(&shop, "/faults").1, json!({ "next": [], "script": [] }));
    assert_eq!(shop.send(&[]).unwrap().status(), 200);
}

#[test]
fn only_json_that_says_so_is_read() {
    let shop = Merchant::new();
    for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonx"] {
        let (status, refusal) = post(&shop, "/paykeys", kind, "{}");
        assert_eq!((status, refusal["code"].as_str()), (415, Some("SB28")), "{kind}");
    }
    assert_eq!(post(&shop, "/paykeys", "application/json", "{").1["code"], "SB29");
    assert_eq!(post(&shop, "/paykeys", "application/json", "{\"oidd\":1}").1["code"], "SB29");
    for (wrong, code) in [
        (json!({ "amount": -1 }), "SB02"),
        (json!({ "amount": 0 }), "SB02"),
        (json!({ "amount": 10, "taxfree": 11 }), "SB18"),
        (json!({ "paytype": "SC0100" }), "SB02"),
        (json!({ "finance": "99" }), "SB02"),
        (json!({ "mid": "nobody" }), "SB03"),
        (json!({ "oid": "a b" }), "SB02"),
        (json!({ "timestamp": "today" }), "SB02"),
    ] {
        let (_, refusal) = post(&shop, "/paykeys", "application/json", &wrong.to_string());
        assert_eq!(refusal["code"], code, "{wrong}");
    }
}

#[test]
fn what_is_not_there_says_so_in_both_languages() {
    let shop = Merchant::new();
    for (path, code) in [("/nothing", "SB30"), ("/payments/T-1", "SB15")] {
        let (status, refusal) = get(&shop, path);
        assert_eq!((status, refusal["code"].as_str()), (404, Some(code)));
        assert_ne!(refusal["message_ko"], refusal["message_en"]);
    }
}

#[test]
fn secrets_are_shown_to_no_one() {
    let dir = tempfile::tempdir().unwrap();
    let db = dir.path().join("ledger.db");
    let options = xpayclient_sandbox::Options { db: Some(db.clone()), ..Default::default() };
    let shop = Merchant::with(options);
    let secrets = [
        ("LGD_PAN", "4111111111111111"),
        ("LGD_PIN", "77"),
        ("LGD_PRIVATENO", "891231"),
        ("LGD_BUYERSSN", "8912311234567"),
        ("LGD_UNHEARD_OF", "whoknows"),
        ("VBV_CAVV", "proof-of-3ds"),
        ("VBV_XID", "number-of-3ds"),
        ("VBV_ECI", "05"),
    ];
    // The ledger keeps them, since results repeat them to the shop.
    let personal = [("LGD_BUYERPHONE", "01099998888"), ("LGD_BUYEREMAIL", "me@example.org")];
    let order = [
        ("LGD_OID", "O-1"),
        ("LGD_AMOUNT", "1000"),
        ("LGD_INSTALL", "00"),
        ("LGD_EXPYEAR", "30"),
        ("LGD_EXPMON", "12"),
    ];
    assert_eq!(shop.call("CardAuth", &[&secrets[..], &personal, &order].concat()).code, "0000");
    let recorded = shop.sandbox.requests();
    let shown = [
        get(&shop, "/requests").1.to_string(),
        get(&shop, "/payments").1.to_string(),
        format!("{recorded:?}"),
    ];
    let auth_code = recorded[0].parameters.iter().find(|(name, _)| name == "LGD_AUTHCODE").unwrap();
    let hidden = secrets.iter().map(|(_, value)| *value).filter(|value| value.len() > 2);
    drop(shop);
    let stored = std::fs::read(db).unwrap();
    for value in hidden.chain([auth_code.1.as_str()]) {
        assert!(shown.iter().all(|text| !text.contains(value)), "{value} is shown");
        assert!(!shown.iter().any(|text| personal.iter().any(|(_, value)| text.contains(value))));
        let kept = stored.windows(value.len()).any(|window| window == value.as_bytes());
        assert!(!kept, "{value} is stored");
    }
    assert!(shown[0].contains("O-1"));
    assert!(recorded[0].raw_body.windows(7).any(|window| window == b"LGD_PAN"));
}
