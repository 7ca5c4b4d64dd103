//! The window as a shop's page and a buyer's browser meet it.

use crate::common::{Merchant, encode};
use xpayclient_sandbox::{DEMO_KEY, DEMO_TEST_MID, signature};

pub(crate) const TIMESTAMP: &str = "20261123101112";

/// A request as a good shop's page makes it, with some parameters changed, added or, by "", taken away.
pub(crate) fn request(changes: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = [
        ("CST_PLATFORM", "test"),
        ("CST_MID", "lgdacomxpay"),
        ("LGD_MID", DEMO_TEST_MID),
        ("LGD_OID", "order-1"),
        ("LGD_AMOUNT", "60000"),
        ("LGD_BUYER", "똠방각하"),
        ("LGD_PRODUCTINFO", "머그컵"),
        ("LGD_TIMESTAMP", TIMESTAMP),
        ("LGD_RETURNURL", "https://shop.example/returnurl?a=1&b=2"),
        ("LGD_WINDOW_TYPE", "iframe"),
        ("LGD_BUYERID", "guest"),
        ("LGD_BUYERIP", "127.0.0.1"),
        ("LGD_CUSTOM_PROCESSTYPE", "TWOTR"),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    for (name, value) in changes {
        pairs.retain(|(known, _)| known != name);
        if !value.is_empty() {
            pairs.push(((*name).to_owned(), (*value).to_owned()));
        }
    }
    let value = |name| pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value.as_str());
    if value("LGD_HASHDATA").is_empty() {
        let [mid, oid, amount, timestamp] = ["LGD_MID", "LGD_OID", "LGD_AMOUNT", "LGD_TIMESTAMP"].map(value);
        let hash = signature::request_hash(mid, oid, amount, timestamp, DEMO_KEY);
        pairs.push(("LGD_HASHDATA".into(), hash));
    }
    pairs
}

/// Status, Location and page.
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) location: String,
    pub(crate) text: String,
}

pub(crate) fn post(shop: &Merchant, path: &str, body: &str) -> Page {
    let request = shop.agent.post(shop.sandbox.web_url() + path);
    read(request.header("content-type", "application/x-www-form-urlencoded").send(body).unwrap())
}

pub(crate) fn get(shop: &Merchant, path: &str) -> Page {
    read(shop.agent.get(shop.sandbox.web_url() + path).call().unwrap())
}

pub(crate) fn read(mut response: ureq::http::Response<ureq::Body>) -> Page {
    let location = response.headers().get("location").map(|at| at.to_str().unwrap().to_owned());
    Page {
        status: response.status().as_u16(),
        location: location.unwrap_or_default(),
        text: response.body_mut().read_to_string().unwrap(),
    }
}

pub(crate) fn open(shop: &Merchant, changes: &[(&str, &str)]) -> Page {
    send(shop, "/xpay/window", &request(changes))
}

/// As a browser sends it.
pub(crate) fn send(shop: &Merchant, path: &str, request: &[(String, String)]) -> Page {
    let pairs: Vec<_> = request.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    post(shop, path, &encode(&pairs))
}

/// The path of a window that opened.
pub(crate) fn opened(shop: &Merchant, changes: &[(&str, &str)]) -> String {
    let page = open(shop, changes);
    assert_eq!(page.status, 303, "{}", page.text);
    page.location
}

/// The names and values that go back to the shop, in order.
pub(crate) fn fields(page: &Page) -> Vec<(String, String)> {
    let parts = page.text.split("type=\"hidden\" name=\"").skip(1);
    let read = |part: &str| {
        let (name, rest) = part.split_once('"').unwrap();
        let value = rest.strip_prefix(" value=\"").unwrap().split('"').next().unwrap();
        (name.to_owned(), value.to_owned())
    };
    parts.map(read).collect()
}

/// A hidden field of the page that goes back to the shop.
pub(crate) fn field(page: &Page, name: &str) -> String {
    let all = fields(page);
    let found = all.iter().find(|(known, _)| known == name);
    assert!(found.is_some(), "{name} is missing: {}", page.text);
    found.unwrap().1.clone()
}
