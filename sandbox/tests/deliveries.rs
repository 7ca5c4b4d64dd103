//! The page that takes escrow deliveries.

use crate::common::{Merchant, Pairs, encode};
use xpayclient_sandbox::{DEMO_KEY, DEMO_TEST_MID, PaykeyRequest, signature};

const TEST: &str = "/pg/wmp/testadmin/jsp/escrow/rcvdlvinfo.jsp";
const SERVICE: &str = "/pg/wmp/mertadmin/jsp/escrow/rcvdlvinfo.jsp";

fn page(shop: &Merchant, path: &str) -> String {
    shop.sandbox.url().replace("/xpay/Gateway.do", path)
}

fn answer(shop: &Merchant, path: &str, pairs: Pairs<'_>) -> String {
    let request =
        shop.agent.post(page(shop, path)).header("content-type", "application/x-www-form-urlencoded");
    let bytes = request.send(encode(pairs)).unwrap().body_mut().read_to_vec().unwrap();
    encoding_rs::EUC_KR.decode(&bytes).0.into_owned()
}

fn in_escrow(shop: &Merchant, oid: &str) -> String {
    shop.paid(PaykeyRequest { amount: 1000, oid: oid.into(), escrow: true, ..PaykeyRequest::default() })
}

/// A delivery of `oid` that was sent, and its digest.
fn sent<'a>(oid: &'a str, hash: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("mid", DEMO_TEST_MID),
        ("oid", oid),
        ("productid", "goods-1"),
        ("dlvtype", "03"),
        ("dlvdate", "202611281430"),
        ("dlvcompcode", "CJ"),
        ("dlvno", "12"),
        ("dlvworker", "김배송"),
        ("hashdata", hash),
    ]
}

fn hash(oid: &str) -> String {
    signature::escrow_sent(DEMO_TEST_MID, oid, "202611281430", "CJ", "12", DEMO_KEY)
}

#[test]
fn the_digests_are_those_of_the_worked_examples() {
    let vectors: serde_json::Value = serde_json::from_str(include_str!("../protocol/vectors.json")).unwrap();
    let mut kinds = Vec::new();
    for vector in vectors["escrow_delivery"].as_array().unwrap() {
        let text = |name: &str| vector[name].as_str().unwrap_or_default();
        let [mid, oid, kind, key] = ["mid", "oid", "dlvtype", "mert_key"].map(text);
        let made = match kind {
            "03" => {
                signature::escrow_sent(mid, oid, text("dlvdate"), text("dlvcompcode"), text("dlvno"), key)
            }
            _ => signature::escrow_received(mid, oid, kind, text("rcvdate"), key),
        };
        assert_eq!(made, text("md5_hex"));
        kinds.push(kind);
    }
    assert_eq!(kinds, ["03", "01"]);
}

#[test]
fn both_paths_take_a_post_or_a_get_and_answer_exactly_ok() {
    let shop = Merchant::new();
    let tid = in_escrow(&shop, "O-1");
    let hash = hash("O-1");
    let delivery = sent("O-1", &hash);
    assert_eq!([TEST, SERVICE].map(|path| answer(&shop, path, &delivery)), ["OK", "OK"]);
    let asked = format!("{}?{}", page(&shop, TEST), encode(&delivery));
    assert_eq!(shop.agent.get(asked).call().unwrap().body_mut().read_to_string().unwrap(), "OK");
    let received = signature::escrow_received(DEMO_TEST_MID, "O-1", "01", "202611300905", DEMO_KEY);
    let pairs = [
        ("mid", DEMO_TEST_MID),
        ("oid", "O-1"),
        ("dlvtype", "01"),
        ("rcvdate", "202611300905"),
        ("hashdata", &received),
    ];
    assert_eq!(answer(&shop, TEST, &pairs), "OK");
    assert_eq!(shop.sandbox.deliveries(&tid).unwrap().len(), 4);

    let shown = shop.agent.get(format!("{}/admin/payments/{tid}", shop.sandbox.web_url())).call();
    let html = shown.unwrap().body_mut().read_to_string().unwrap();
    for part in ["배송등록", "발송 sent", "수령 received", "2026-11-28 14:30:00", "goods-1"] {
        assert!(html.contains(part), "{part}: {html}");
    }
    assert!(!html.contains("김배송"), "{html}");
}

#[test]
fn what_is_wrong_is_said_and_nothing_is_kept() {
    let shop = Merchant::new();
    let tid = in_escrow(&shop, "O-1");
    shop.paid(PaykeyRequest { amount: 1000, oid: "O-2".into(), ..PaykeyRequest::default() });
    let cancelled = in_escrow(&shop, "O-3");
    shop.call("Cancel", &[("LGD_TID", &cancelled)]);
    let right = hash("O-1");
    for (name, value, said) in [
        ("mid", "nobody", "SB03"),
        ("mid", "", "SB01 mid"),
        ("oid", "", "SB01 oid"),
        ("dlvtype", "02", "SB02 dlvtype"),
        ("dlvtype", "", "SB01 dlvtype"),
        ("dlvdate", "20261128", "SB02 dlvdate"),
        ("dlvcompcode", "", "SB01 dlvcompcode"),
        ("dlvno", "13", "SB06 hashdata"),
        ("hashdata", "", "SB01 hashdata"),
        ("hashdata", "362dd271af9d85b994bf9f12aa16f42b", "SB06 hashdata"),
    ] {
        let mut delivery = sent("O-1", &right);
        delivery.iter_mut().filter(|pair| pair.0 == name).for_each(|pair| pair.1 = value);
        let text = answer(&shop, TEST, &delivery);
        assert!(text.starts_with(said), "{name}={value}: {text}");
    }
    for (oid, said) in [("O-2", "SB48"), ("O-3", "SB21"), ("O-4", "SB15")] {
        let text = answer(&shop, TEST, &sent(oid, &hash(oid)));
        assert!(text.starts_with(said) && text.contains(" / "), "{oid}: {text}");
    }
    assert!(shop.sandbox.deliveries(&tid).unwrap().is_empty());
}
