//! `/demo`: a shop with the usual four pages (payreq, returnurl, payres, cas_noteurl), in EUC-KR or UTF-8, and those of apps.

use super::page::{self, Csp};
use crate::form::Form;
use crate::gateway::Gateway;
use crate::shops::{DEMO_KEY, DEMO_MID, DEMO_TEST_MID};
use crate::sync::lock;
use crate::{signature, text};
use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::http::header::HOST;
use axum::http::{HeaderMap, Response, StatusCode};
use encoding_rs::Encoding;
use serde::Deserialize;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// What a shop's server does through the client library, which the sandbox does not use itself.
pub trait Checkout: Send + Sync {
    /// Requests the final payment, of the order's own amount. Returns the names and values of the result, LGD_RESPCODE and
    /// LGD_RESPMSG first.
    fn pay(&self, mid: &str, paykey: &str, amount: i64) -> Vec<(String, String)>;
    /// Verifies the window's return against the shop and the amount of its order; returns what is wrong with it.
    fn verify_return(
        &self,
        body: &[u8],
        mid: &str,
        amount_of: &dyn Fn(&str) -> Option<i64>,
    ) -> Result<(), String>;
    /// Verifies a notice to LGD_CASNOTEURL against the shop and the amount of its order; returns what is wrong with it.
    fn verify_notice(
        &self,
        body: &[u8],
        mid: &str,
        amount_of: &dyn Fn(&str) -> Option<i64>,
    ) -> Result<(), String>;
}

/// The shop with its orders.
pub(super) struct Demo {
    gateway: Arc<Gateway>,
    /// The address of the gateway's window.
    window: String,
    checkout: Option<Arc<dyn Checkout>>,
    orders: Mutex<HashMap<String, Ordered>>,
}

/// An order, and whether an app has paid it.
struct Ordered {
    amount: i64,
    paid_by_app: bool,
}

type Shared = State<Arc<Demo>>;

impl Demo {
    pub(super) fn new(gateway: Arc<Gateway>, window: String, checkout: Option<Arc<dyn Checkout>>) -> Self {
        Self { gateway, window, checkout, orders: Mutex::default() }
    }

    fn enter(&self, oid: &str, amount: i64) {
        lock(&self.orders).insert(oid.to_owned(), Ordered { amount, paid_by_app: false });
    }

    fn amount_of(&self, oid: &str) -> Option<i64> {
        lock(&self.orders).get(oid).map(|order| order.amount)
    }

    fn verify(&self, notice: &[u8]) -> Result<(), String> {
        let checkout = self.checkout.as_ref().ok_or(NO_CHECKOUT)?;
        checkout.verify_notice(notice, DEMO_TEST_MID, &|oid| self.amount_of(oid))
    }

    /// The shop's pages open the payment window, which is of another origin.
    fn page(&self, charset: &'static Encoding, template: &impl Template) -> Response<Body> {
        page::of(StatusCode::OK, charset, template, Csp::With(&self.window))
    }
}

/// The query of the order page.
#[derive(Deserialize)]
#[serde(default)]
pub(super) struct OrderOptions {
    encoding: String,
    amount: i64,
    means: String,
    window: String,
    /// LGD_CUSTOM_ROLLBACK; empty for no payment by app.
    app: String,
    /// What the shop answers to the result of an app.
    answer: String,
}

impl Default for OrderOptions {
    fn default() -> Self {
        Self {
            encoding: "EUC-KR".into(),
            amount: 23_400,
            means: String::new(),
            window: "iframe".into(),
            app: String::new(),
            answer: OK.into(),
        }
    }
}

/// `GET /demo`: the order, signed by the shop (payreq).
pub(super) async fn order(
    State(demo): Shared,
    headers: HeaderMap,
    Query(options): Query<OrderOptions>,
) -> Response<Body> {
    let charset = text::charset(Some(options.encoding.as_bytes()));
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or("127.0.0.1");
    let oid = format!("demo-{}", demo.gateway.random.name::<6>().unwrap_or_default());
    let (timestamp, amount) = (demo.gateway.clock.stamp(), options.amount.to_string());
    demo.enter(&oid, options.amount);
    let hash = signature::request_hash(DEMO_TEST_MID, &oid, &amount, &timestamp, DEMO_KEY);
    let app = for_app(&demo, host, &oid, &options);
    let fields = [
        ("CST_PLATFORM", "test".to_owned()),
        ("CST_MID", DEMO_MID.into()),
        ("LGD_MID", DEMO_TEST_MID.into()),
        ("LGD_OID", oid),
        ("LGD_AMOUNT", amount.clone()),
        ("LGD_BUYER", "홍길동".into()),
        ("LGD_PRODUCTINFO", "똠방각하 머그컵".into()),
        ("LGD_TIMESTAMP", timestamp),
        ("LGD_HASHDATA", hash),
        ("LGD_RETURNURL", format!("http://{host}/demo/returnurl")),
        ("LGD_CASNOTEURL", format!("{}/demo/casnoteurl", demo.window)),
        ("LGD_WINDOW_TYPE", options.window.clone()),
        ("LGD_BUYERID", "guest".into()),
        ("LGD_BUYERIP", "127.0.0.1".into()),
        ("LGD_CUSTOM_PROCESSTYPE", "TWOTR".into()),
        ("LGD_CUSTOM_USABLEPAY", options.means.clone()),
        ("LGD_INSTALLRANGE", "0:2:3:6:12".into()),
        ("LGD_ENCODING", charset.name().into()),
        ("LGD_ENCODING_RETURNURL", charset.name().into()),
        ("LGD_ENCODING_NOTEURL", charset.name().into()),
        ("LGD_RESPCODE", String::new()),
        ("LGD_RESPMSG", String::new()),
        ("LGD_PAYKEY", String::new()),
    ];
    let fields = fields.into_iter().chain(app).collect::<Vec<_>>();
    let amount = page::grouped(options.amount);
    demo.page(
        charset,
        &Order { charset: charset.name(), gateway: &demo.window, amount, options: &options, fields: &fields },
    )
}

/// What a shop sends for payments by app: where the result goes, and the buyer.
fn for_app(demo: &Demo, host: &str, oid: &str, options: &OrderOptions) -> Vec<(&'static str, String)> {
    if options.app.is_empty() {
        return Vec::new();
    }
    let noteurl = format!("{}/demo/noteurl?answer={}", demo.window, options.answer);
    let wapurl = format!("http://{host}/demo/wapurl?LGD_OID={oid}");
    let cancelurl = format!("http://{host}/demo/cancelurl?LGD_OID={oid}");
    vec![
        ("LGD_CUSTOM_ROLLBACK", options.app.clone()),
        ("LGD_KVPMISPAUTOAPPYN", "A".into()),
        ("LGD_KVPMISPNOTEURL", noteurl.clone()),
        ("LGD_KVPMISPWAPURL", wapurl.clone()),
        ("LGD_KVPMISPCANCELURL", cancelurl.clone()),
        ("LGD_MTRANSFERAUTOAPPYN", "A".into()),
        ("LGD_MTRANSFERNOTEURL", noteurl),
        ("LGD_MTRANSFERWAPURL", wapurl),
        ("LGD_MTRANSFERCANCELURL", cancelurl),
    ]
}

/// `POST /demo/returnurl`: the window's result, inside the window's frame, once it is verified.
pub(super) async fn returned(State(demo): Shared, body: Bytes) -> Response<Body> {
    let (charset, form) = read(&body);
    let amount_of = |oid: &str| demo.amount_of(oid);
    let verified = match &demo.checkout {
        Some(checkout) => checkout.verify_return(&body, DEMO_TEST_MID, &amount_of),
        None => Err(NO_CHECKOUT.into()),
    };
    let [code, message, key] = match &verified {
        Ok(()) => ["LGD_RESPCODE", "LGD_RESPMSG", "LGD_PAYKEY"].map(|name| form.text(name)),
        Err(wrong) => ["SHOP", wrong, ""],
    };
    let fields = [
        ("LGD_RESPCODE", code),
        ("LGD_RESPMSG", message),
        ("LGD_PAYKEY", key),
        ("LGD_OID", form.text("LGD_OID")),
    ];
    demo.page(charset, &Returned { charset: charset.name(), fields: &fields })
}

/// `POST /demo/payres`: the shop's server asks for the payment. Only now money moves.
pub(super) async fn pay(State(demo): Shared, body: Bytes) -> Response<Body> {
    let (charset, form) = read(&body);
    let paykey = form.text("LGD_PAYKEY").to_owned();
    let amount = demo.amount_of(form.text("LGD_OID"));
    let result = match (&demo.checkout, amount) {
        (Some(checkout), Some(amount)) => {
            let checkout = Arc::clone(checkout);
            // This thread also serves the gateway, so it must not wait for it.
            let paid = tokio::task::spawn_blocking(move || checkout.pay(DEMO_TEST_MID, &paykey, amount));
            paid.await.unwrap_or_else(|error| vec![("LGD_RESPMSG".into(), error.to_string())])
        }
        (None, _) => vec![("LGD_RESPMSG".into(), NO_CHECKOUT.into())],
        (_, None) => vec![("LGD_RESPMSG".into(), "이 상점의 주문이 아닙니다 / no order of this shop".into())],
    };
    let paid = result.iter().any(|(name, value)| name == "LGD_RESPCODE" && value == "0000");
    demo.page(charset, &Paid { charset: charset.name(), paid, result: &result })
}

/// `POST /demo/casnoteurl`: exactly `OK`, once the notice is verified.
pub(super) async fn notified(State(demo): Shared, body: Bytes) -> Response<Body> {
    Response::new(Body::from(demo.verify(&body).map_or_else(|wrong| wrong, |()| OK.to_owned())))
}

/// The answer that the order page asked for.
#[derive(Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    answer: String,
}

impl Default for Wish {
    fn default() -> Self {
        Self { answer: OK.into() }
    }
}

/// `POST /demo/noteurl`: an app's result. The order is paid before the answer is `OK`.
pub(super) async fn told(State(demo): Shared, Query(wish): Query<Wish>, body: Bytes) -> Response<Body> {
    let answer = demo.verify(&body).map_or_else(
        |wrong| wrong,
        |()| {
            let (_, form) = read(&body);
            if let Some(order) = lock(&demo.orders).get_mut(form.text("LGD_OID")) {
                order.paid_by_app = wish.answer == OK;
            }
            ANSWERS
                .iter()
                .find(|known| **known == wish.answer)
                .map_or_else(String::new, |known| (*known).to_owned())
        },
    );
    Response::new(Body::from(answer))
}

/// Which order the buyer of an app comes back to.
#[derive(Deserialize)]
pub(super) struct Back {
    #[serde(rename = "LGD_OID", default)]
    oid: String,
}

/// `GET /demo/wapurl` and `/demo/cancelurl`: whether the order is paid only the result tells, not that the buyer is here.
pub(super) async fn back(State(demo): Shared, Query(back): Query<Back>) -> Response<Body> {
    let paid = lock(&demo.orders).get(&back.oid).is_some_and(|order| order.paid_by_app);
    let charset = text::charset(Some(b"UTF-8"));
    demo.page(charset, &Paid { charset: charset.name(), paid, result: &[("LGD_OID".to_owned(), back.oid)] })
}

/// The answer to a notice that is saved.
const OK: &str = "OK";

/// What the shop can be made to answer to the result of an app.
const ANSWERS: [&str; 3] = [OK, "ROLLBACK", "FAIL"];

const NO_CHECKOUT: &str = "xpay sandbox로 실행하십시오 / run it by `xpay sandbox`";

/// Reads a form in the charset it names. The window's result names none: if it is valid UTF-8 beyond ASCII it is UTF-8,
/// else EUC-KR.
fn read(body: &[u8]) -> (&'static Encoding, Form) {
    let (euc_kr, utf_8) = (text::charset(None), text::charset(Some(b"UTF-8")));
    let named = [body, b"&LGD_ENCODING=UTF-8"].concat();
    let is_utf_8 = |form: &Form| form.iter().any(|(_, value)| !value.is_ascii());
    match (Form::parse(&named).ok().filter(is_utf_8), Form::parse(body)) {
        (Some(form), _) => (utf_8, form),
        (None, Ok(form)) => (text::charset(form.get("LGD_ENCODING").map(str::as_bytes)), form),
        (None, Err(_)) => (euc_kr, Form::default()),
    }
}

#[derive(Template)]
#[template(path = "demo_order.html")]
struct Order<'a> {
    charset: &'a str,
    gateway: &'a str,
    amount: String,
    options: &'a OrderOptions,
    fields: &'a [(&'static str, String)],
}

#[derive(Template)]
#[template(path = "demo_returned.html")]
struct Returned<'a> {
    charset: &'a str,
    fields: &'a [(&'static str, &'a str)],
}

#[derive(Template)]
#[template(path = "demo_paid.html")]
struct Paid<'a> {
    charset: &'a str,
    paid: bool,
    result: &'a [(String, String)],
}
