//! The merchant admin's pages and lists without a browser: pages of a list, days, the file, forms, and what shops send.

use crate::common::{Merchant, REFUND};
use crate::pages::{field, get, open, opened, post};
use serde_json::{Value, json};
use xpayclient_sandbox::{Options, PaykeyRequest, PaymentState};

/// A shop with so many payments, all at one time.
fn with_payments(count: usize) -> Merchant {
    let shop = Merchant::with(Options { clock: Some("20261123101112".into()), ..Options::default() });
    for number in 1..=count {
        let order = PaykeyRequest { oid: format!("order-{number}"), ..PaykeyRequest::default() };
        shop.paid(order);
    }
    shop
}

fn json(shop: &Merchant, path: &str) -> (u16, Value, String) {
    let mut response = shop.agent.get(shop.sandbox.admin_url() + path).call().unwrap();
    let link = response.headers().get("link").map_or("", |link| link.to_str().unwrap()).to_owned();
    let text = response.body_mut().read_to_string().unwrap();
    (response.status().as_u16(), serde_json::from_str(&text).unwrap(), link)
}

fn orders(list: &Value) -> Vec<&str> {
    list.as_array().unwrap().iter().map(|payment| payment["oid"].as_str().unwrap()).collect()
}

#[test]
fn a_list_is_followed_by_its_links() {
    let shop = with_payments(5);
    let (_, first, link) = json(&shop, "/payments?limit=2&state=approved");
    assert_eq!(orders(&first), ["order-1", "order-2"]);
    assert_eq!(link, "</sandbox/payments?limit=2&state=approved&after=2>; rel=\"next\"");
    let (_, second, link) = json(&shop, "/payments?limit=2&state=approved&after=2");
    assert_eq!(orders(&second), ["order-3", "order-4"]);
    assert_eq!(link, "</sandbox/payments?limit=2&state=approved&after=4>; rel=\"next\"");
    let (_, last, link) = json(&shop, "/payments?limit=2&state=approved&after=4");
    assert_eq!((orders(&last), link.as_str()), (vec!["order-5"], ""));
    assert_eq!(orders(&json(&shop, "/payments?limit=5").1).len(), 5);
    let (_, requests, link) = json(&shop, "/requests?limit=4");
    assert_eq!((requests.as_array().unwrap().len(), link.contains("after=4")), (4, true));
    for wrong in
        ["limit=0", "limit=-1", "limit=x", "from=2026-02-30", "to=20261123", "state=lost", "beyond=1"]
    {
        let (status, refused, _) = json(&shop, &format!("/payments?{wrong}"));
        assert_eq!((status, refused["code"].is_string()), (400, true), "{wrong}");
    }
}

#[test]
fn days_are_korean_and_end_at_midnight() {
    let shop = with_payments(1);
    for (query, found) in [
        ("from=2026-11-23&to=2026-11-23", 1),
        ("from=2026-11-24", 0),
        ("to=2026-11-22", 0),
        ("from=2026-11-22", 1),
        ("q=order-1&from=2026-11-23", 1),
        ("q=order-2", 0),
        ("q=%25", 0),
    ] {
        assert_eq!(orders(&json(&shop, &format!("/payments?{query}")).1).len(), found, "{query}");
        let page = get(&shop, &format!("/admin?{query}"));
        assert_eq!(page.text.matches("<tr><td").count(), found, "{query}");
    }
    let wrong = get(&shop, "/admin?from=yesterday");
    assert!(wrong.status == 400 && wrong.text.contains("yyyy-MM-dd"), "{}", wrong.text);
    assert_eq!(get(&shop, "/admin?page=0").status, 400);
}

#[test]
fn the_newest_come_first_fifty_a_page() {
    let shop = with_payments(51);
    let first = get(&shop, "/admin").text;
    assert_eq!(first.matches("<tr><td").count(), 50);
    assert!(first.contains(">order-51<") && !first.contains(">order-1<"));
    assert!(first.contains("1–50 / 51") && first.contains("/admin?page=2"), "{first}");
    let second = get(&shop, "/admin?page=2").text;
    assert!(second.contains(">order-1<") && !second.contains(">order-2<"));
    // The sum is of all pages.
    assert!(second.contains("51,000 won in total"));
}

#[test]
fn the_file_has_all_pages_and_nothing_that_a_spreadsheet_computes() {
    let shop = Merchant::new();
    for (oid, buyer) in [("1234567890123456", "=HYPERLINK(1)"), ("order-2", "\"quoted\", 홍길동")] {
        let order = PaykeyRequest { oid: oid.into(), buyer: buyer.into(), ..PaykeyRequest::default() };
        shop.paid(order);
    }
    let file = get(&shop, "/admin/payments.csv").text;
    let lines: Vec<_> = file.trim_end().split("\r\n").collect();
    assert!(file.starts_with("\u{feff}\"시각\",") && lines.len() == 3, "{file}");
    assert!(lines[2].contains("\"'1234567890123456\"") && lines[2].contains("\"'=HYPERLINK(1)\""), "{file}");
    assert!(lines[1].contains("\"\"\"quoted\"\", 홍길동\"") && lines[1].contains("\"1000\""), "{file}");
    assert_eq!(get(&shop, "/admin/payments.csv?q=order-2").text.lines().count(), 2);
}

#[test]
fn only_a_card_has_instalments_and_they_are_digits() {
    let shop = Merchant::new();
    let order = PaykeyRequest { install: "=1+1".into(), ..PaykeyRequest::default() };
    assert_eq!(shop.sandbox.mint(&order).unwrap_err().code(), "SB02");
    let account =
        [("LGD_METHOD", "ASSIGN"), ("LGD_OID", "a-1"), ("LGD_AMOUNT", "500"), ("LGD_INSTALL", "=2+2")];
    assert_eq!(shop.call("CyberAccount", &account).code, "0000");
    let window = opened(&shop, &[]);
    let back = post(&shop, &window, "answer=pay&paytype=SC0030&finance-SC0030=004&install=%3D3%2B3");
    let key = field(&back, "LGD_PAYKEY");
    assert_eq!(shop.call("PaymentByKey", &[("LGD_PAYKEY", &key)]).code, "0000");
    let file = get(&shop, "/admin/payments.csv").text;
    assert!(file.lines().count() == 3 && !file.contains("=2+2") && !file.contains("=3+3"), "{file}");
}

/// Posts a form of the admin as a browser does on a page of `origin`.
fn submit(shop: &Merchant, path: &str, body: &str, origin: &str) -> (u16, String, String) {
    let request = shop.agent.post(shop.sandbox.web_url() + path).header("origin", origin);
    let mut response =
        request.header("content-type", "application/x-www-form-urlencoded").send(body).unwrap();
    let to = response.headers().get("location").map_or("", |to| to.to_str().unwrap()).to_owned();
    (response.status().as_u16(), to, response.body_mut().read_to_string().unwrap())
}

#[test]
fn a_form_does_what_the_api_does_and_leads_back() {
    let shop = Merchant::new();
    let ours = shop.sandbox.web_url();
    let tid = shop.paid_by_card(1000);
    let page = format!("/admin/payments/{tid}");
    let (status, to, _) = submit(&shop, &format!("{page}/cancel"), "amount=400", &ours);
    assert_eq!((status, to.as_str(), shop.payment(&tid).balance), (303, page.as_str(), 600));
    let (status, _, text) = submit(&shop, &format!("{page}/cancel"), "amount=4000", &ours);
    assert!(status == 400 && text.contains("SB16"), "{text}");
    assert_eq!(submit(&shop, &format!("{page}/cancel"), "", &ours).0, 303);
    assert_eq!(shop.payment(&tid).state, PaymentState::Cancelled);

    let account = shop.paid(PaykeyRequest { paytype: "SC0040".into(), ..PaykeyRequest::default() });
    let page = format!("/admin/payments/{account}");
    for (act, state) in [("deposit", PaymentState::Paid), ("reverse", PaymentState::Issued)] {
        assert_eq!(submit(&shop, &format!("{page}/{act}"), "", &ours).1, page);
        assert_eq!(shop.payment(&account).state, state);
        let (status, _, text) = submit(&shop, &format!("{page}/{act}"), "", &ours);
        assert!(status == 400 && text.contains("SB"), "{text}");
    }

    let (status, to, _) = submit(&shop, "/admin/faults", "script=*+1+status%3D500%0D%0ACancel+hang", &ours);
    assert_eq!((status, to.as_str()), (303, "/admin/faults"));
    assert_eq!(json(&shop, "/faults").1["script"].as_array().unwrap().len(), 2);
    submit(&shop, "/admin/faults", "", &ours);
    assert_eq!(json(&shop, "/faults").1, json!({ "next": [], "script": [] }));
}

#[test]
fn no_other_site_posts_a_form() {
    let shop = Merchant::new();
    let tid = shop.paid_by_card(1000);
    let port = shop.sandbox.web_url().rsplit(':').next().unwrap().to_owned();
    for origin in
        ["null", "", "https://evil.example", &format!("http://localhost:{port}"), "http://127.0.0.1"]
    {
        let (status, ..) = submit(&shop, &format!("/admin/payments/{tid}/cancel"), "", origin);
        assert_eq!(status, 403, "{origin}");
    }
    assert_eq!(shop.payment(&tid).balance, 1000);
}

#[test]
fn names_without_end_do_not_fill_the_page() {
    let shop = Merchant::new();
    let names: Vec<String> = (0..2100).map(|number| format!("field_{number}")).collect();
    let pairs: Vec<_> = names.iter().map(|name| (name.as_str(), "1")).collect();
    shop.call("Ping", &pairs);
    let (_, sent, _) = json(&shop, "/sent");
    let all = sent.as_array().unwrap();
    let rest = all.iter().find(|sent| sent["kind"] == "?" && sent["name"] == "?").unwrap();
    assert_eq!((all.len(), rest["times"].as_i64().unwrap() + 2000), (2001, 2104));
    // A name that is there counts on.
    shop.call("Ping", &[]);
    let (_, sent, _) = json(&shop, "/sent");
    let txid = sent.as_array().unwrap().iter().find(|sent| sent["name"] == "LGD_TXID").unwrap();
    assert_eq!(txid["times"], 2);
}

#[test]
fn every_name_that_a_shop_sends_is_kept_and_no_value() {
    let shop = Merchant::new();
    opened(
        &shop,
        &[("LGD_CUSTOM_MERTMAME", "whoknows"), ("memo", "whoknows"), ("LGD_CLOSEDATE", "20991231")],
    );
    assert_eq!(open(&shop, &[("LGD_BUYER", "")]).status, 400);
    shop.call("PaymentByKey", &[("LGD_PAYKEY", "never-heard-of"), ("LGD_OID", "O-1")]);
    shop.call("Cancel", &[&[("LGD_TID", "none")], REFUND].concat());
    shop.post("", &[("LGD_TXNAME", "Ping"), ("LGD_MID", "who@knows")]);
    let (_, sent, _) = json(&shop, "/sent");
    let of = |kind: &str, name: &str| {
        let all = sent.as_array().unwrap();
        all.iter().find(|sent| sent["kind"] == kind && sent["name"] == name).cloned().unwrap_or_default()
    };
    assert_eq!(of("window", "LGD_OID")["standing"], "known");
    assert_eq!(of("window", "LGD_OID")["times"], 2);
    shop.call("Cancle", &[("LGD_TID", "none")]);
    let page = get(&shop, "/admin/sent").text;
    let unheard = |title: &str| page.contains(&format!("<h2>{title} · tlgdacomxpay · 모르는 거래"));
    assert!(unheard("Cancle") && !unheard("Cancel") && !unheard("Ping"), "{page}");
    let misspelt = of("window", "LGD_CUSTOM_MERTMAME");
    assert_eq!(
        (&misspelt["standing"], &misspelt["nearest"]),
        (&json!("unknown"), &json!("LGD_CUSTOM_MERTNAME"))
    );
    assert_eq!(of("window", "memo")["nearest"], Value::Null);
    assert!(of("window", "LGD_CLOSEDATE")["warnings"][0]["message_ko"].is_string(), "{sent}");
    assert_eq!(of("PaymentByKey", "LGD_OID")["standing"], "elsewhere");
    assert_eq!(of("Cancel", "LGD_RFBANKCODE")["standing"], "known");
    assert_eq!(of("Ping", "LGD_MID")["mid"], "?");
    let page = get(&shop, "/admin/sent").text;
    for value in ["whoknows", "never-heard-of", "who@knows", "11012345678"] {
        assert!(!sent.to_string().contains(value) && !page.contains(value), "{value}");
    }
    let unknown = get(&shop, "/admin/sent?standing=unknown&kind=window&q=lgd").text;
    assert_eq!(unknown.matches("<tr class").count(), 1, "{unknown}");
    assert!(get(&shop, "/admin/sent?standing=warned").text.contains("LGD_CLOSEDATE"));
}
