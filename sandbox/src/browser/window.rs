//! The payment window: the shop's page opens it, the buyer answers, and the result goes back to the shop.

use super::app::{self, Visit};
use super::checks::{self, Problem, Purchase, Purpose};
use super::choices::{self, MethodChoice};
use super::page::{grouped, own as page};
use crate::codes::Refusal;
use crate::form::Form;
use crate::gateway::Gateway;
use crate::ledger::billing_key;
use crate::paykeys::{self, PaykeyRequest};
use crate::sync::lock;
use crate::{codes, tables};
use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderValue, Response, StatusCode};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// All windows, open and answered.
pub(super) struct Windows {
    pub(super) gateway: Arc<Gateway>,
    open: Mutex<HashMap<String, Arc<Window>>>,
}

/// One window; its id cannot be guessed.
pub(super) struct Window {
    pub(super) purchase: Purchase,
    opened: i64,
    /// What the buyer's answer came to, once there is one: it does not change any more.
    answered: Mutex<Option<Outcome>>,
}

/// What an answer came to.
#[derive(Clone)]
enum Outcome {
    /// A result for the shop.
    Back(Fields),
    /// The buyer goes on in an app.
    App(Arc<Visit>),
}

type Fields = Vec<(&'static str, String)>;
pub(super) type Shared = State<Arc<Windows>>;

impl Windows {
    pub(super) fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway, open: Mutex::default() }
    }

    fn enter(&self, purchase: Purchase) -> Result<String, Refusal> {
        let id = self.gateway.random.name::<16>()?;
        let now = self.gateway.clock.now();
        let mut open = lock(&self.open);
        // A window is forgotten after a day.
        open.retain(|_, window| now - window.opened < 86_400);
        open.insert(id.clone(), Arc::new(Window { purchase, opened: now, answered: Mutex::default() }));
        Ok(id)
    }

    pub(super) fn find(&self, id: &str) -> Option<Arc<Window>> {
        lock(&self.open).get(id).cloned()
    }
}

/// `POST /xpay/window`, from the shop's page.
pub(super) async fn open(State(windows): Shared, body: Bytes) -> Response<Body> {
    begin(&windows, &body, checks::purchase)
}

/// `POST /xpay/authonly`, from the shop's page.
pub(super) async fn open_identity(State(windows): Shared, body: Bytes) -> Response<Body> {
    begin(&windows, &body, checks::identity)
}

type Check = fn(&Gateway, &Form) -> Result<Purchase, Vec<Problem>>;

fn begin(windows: &Windows, body: &[u8], check: Check) -> Response<Body> {
    let problem = |refusal: Refusal| vec![Problem::new("", refusal.korean(), refusal.english())];
    let id = Form::parse(body)
        .map_err(problem)
        .and_then(|form| check(&windows.gateway, &form))
        .and_then(|purchase| windows.enter(purchase).map_err(problem));
    match id {
        Ok(id) => redirect(&format!("/xpay/window/{id}")),
        Err(problems) => refused(StatusCode::BAD_REQUEST, CLOSED.0, CLOSED.1, &problems),
    }
}

/// With 303 a reload opens no second window.
pub(super) fn redirect(path: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    if let Ok(path) = HeaderValue::from_str(path) {
        response.headers_mut().insert(LOCATION, path);
    }
    response
}

/// `GET /xpay/window/{id}`: what the buyer sees.
pub(super) async fn show(State(windows): Shared, Path(id): Path<String>) -> Response<Body> {
    let Some(window) = windows.find(&id) else { return closed() };
    let answered = lock(&window.answered).clone();
    match answered.or_else(|| window.timed_out(windows.gateway.clock.now()).map(Outcome::Back)) {
        Some(outcome) => go_on(&id, &window, &outcome),
        None => {
            let purchase = &window.purchase;
            let choices = choices::choices(purchase);
            page(
                StatusCode::OK,
                &WindowPage { purchase, amount: grouped(purchase.amount), choices: &choices },
            )
        }
    }
}

/// `POST /xpay/window/{id}`: the buyer's answer. A second one does not change the result.
pub(super) async fn answer(State(windows): Shared, Path(id): Path<String>, body: Bytes) -> Response<Body> {
    let Some(window) = windows.find(&id) else { return closed() };
    let mut answered = lock(&window.answered);
    let outcome = match &*answered {
        Some(outcome) => outcome.clone(),
        None => window
            .timed_out(windows.gateway.clock.now())
            .map_or_else(|| window.answer(&windows.gateway, &body), Outcome::Back),
    };
    *answered = Some(outcome.clone());
    go_on(&id, &window, &outcome)
}

fn go_on(id: &str, window: &Window, outcome: &Outcome) -> Response<Body> {
    match outcome {
        Outcome::Back(fields) => back(&window.purchase, fields),
        Outcome::App(_) => redirect(&app::path(id)),
    }
}

impl Window {
    /// The visit to an app, if the answer led to one.
    pub(super) fn visit(&self) -> Option<Arc<Visit>> {
        match &*lock(&self.answered) {
            Some(Outcome::App(visit)) => Some(Arc::clone(visit)),
            _ => None,
        }
    }

    pub(super) fn is_late(&self, now: i64) -> bool {
        now - self.opened > self.purchase.patience
    }

    fn timed_out(&self, now: i64) -> Option<Fields> {
        self.is_late(now).then(|| self.result(&codes::WINDOW_LATE.on("LGD_CUSTOM_SESSIONTIMEOUT")))
    }

    fn answer(&self, gateway: &Gateway, body: &[u8]) -> Outcome {
        let agreed = Form::parse(body).and_then(|form| {
            if form.text("answer") != "pay" {
                return Err(codes::WINDOW_CANCELLED.on("LGD_RESPCODE"));
            }
            self.agree(gateway, self.consent(&form))
        });
        agreed.unwrap_or_else(|refusal| Outcome::Back(self.result(&refusal)))
    }

    fn agree(&self, gateway: &Gateway, consent: PaykeyRequest) -> Result<Outcome, Refusal> {
        choices::check(&self.purchase, &consent)?;
        match app::leads_to(self, &consent) {
            Some(way) => Ok(Outcome::App(Arc::new(Visit::new(way, paykeys::mint(gateway, consent)?)))),
            None => {
                let key = self.key(gateway, consent)?;
                Ok(Outcome::Back([self.result(&codes::OK.on("")), key].concat()))
            }
        }
    }

    /// The key that the shop gets for the buyer's consent.
    fn key(&self, gateway: &Gateway, consent: PaykeyRequest) -> Result<Fields, Refusal> {
        match self.purchase.purpose {
            Purpose::Payment => Ok(vec![("LGD_PAYKEY", paykeys::mint(gateway, consent)?)]),
            Purpose::Identity => Ok(vec![("LGD_AUTHONLYKEY", paykeys::mint(gateway, consent)?)]),
            Purpose::Billing => {
                let name = tables::finance_name("SC0010", &consent.finance)
                    .ok_or_else(|| codes::MALFORMED.with("LGD_FINANCECODE", "card_issuers"))?;
                let (key, _) = billing_key::make(
                    gateway.ledger().read(),
                    &gateway.random,
                    &consent.mid,
                    &consent.finance,
                )?;
                Ok(vec![
                    ("LGD_BILLKEY", key),
                    ("LGD_PAYTYPE", consent.paytype),
                    ("LGD_PAYDATE", gateway.clock.stamp()),
                    ("LGD_FINANCECODE", consent.finance),
                    ("LGD_FINANCENAME", name.to_owned()),
                ])
            }
        }
    }

    fn consent(&self, form: &Form) -> PaykeyRequest {
        let purchase = &self.purchase;
        let default = PaykeyRequest::default();
        let paytype = form.get("paytype").map_or(default.paytype, str::to_owned);
        let finance = form.text(&format!("finance-{paytype}")).to_owned();
        let install = form.get("install").map_or(default.install, str::to_owned);
        PaykeyRequest {
            identity: purchase.purpose == Purpose::Identity,
            nointerest: paytype == "SC0010" && choices::is_interest_free(purchase, &finance, &install),
            finance,
            install,
            paytype,
            mid: purchase.mid.clone(),
            oid: purchase.oid.clone(),
            amount: purchase.amount,
            taxfree: purchase.taxfree,
            escrow: purchase.escrow,
            buyer: purchase.buyer.clone(),
            buyerid: purchase.buyerid.clone(),
            productinfo: purchase.productinfo.clone(),
            timestamp: purchase.timestamp.clone(),
            closedate: purchase.closes.clone(),
            casnoteurl: purchase.casnoteurl.clone(),
            encoding_noteurl: purchase.encoding_noteurl.clone(),
            noteurl_timeout: purchase.noteurl_timeout,
            casassignnoti: purchase.casassignnoti,
            age: 0,
        }
    }

    pub(super) fn result(&self, refusal: &Refusal) -> Fields {
        let purchase = &self.purchase;
        vec![
            ("LGD_RESPCODE", refusal.code().to_owned()),
            ("LGD_RESPMSG", refusal.message()),
            ("LGD_MID", purchase.mid.clone()),
            ("LGD_OID", purchase.oid.clone()),
            ("LGD_AMOUNT", purchase.amount.to_string()),
        ]
    }
}

pub(super) fn back(purchase: &Purchase, fields: &Fields) -> Response<Body> {
    let (url, charset) = (&purchase.return_url, purchase.return_charset);
    page(StatusCode::OK, &Back { url, charset, fields })
}

/// A page that says why a payment was refused.
pub(super) fn refusal(refusal: &Refusal) -> Response<Body> {
    let problem = Problem::new(refusal.code(), refusal.korean(), refusal.english());
    refused(StatusCode::BAD_REQUEST, "결제할 수 없습니다", "It cannot be paid", &[problem])
}

pub(super) fn closed() -> Response<Body> {
    let problem = Problem::new(
        "",
        "결제창이 닫혔거나 샌드박스가 다시 시작되었습니다. 상점에서 다시 여십시오.",
        "The window was closed, or the sandbox was restarted: open it again from the shop.",
    );
    refused(StatusCode::NOT_FOUND, CLOSED.0, CLOSED.1, &[problem])
}

const CLOSED: (&str, &str) = ("결제창을 열 수 없습니다", "The payment window cannot be opened");

/// A page for the shop's developer.
pub(super) fn refused(status: StatusCode, ko: &str, en: &str, problems: &[Problem]) -> Response<Body> {
    page(status, &Refused { ko, en, problems })
}

#[derive(Template)]
#[template(path = "window.html")]
struct WindowPage<'a> {
    purchase: &'a Purchase,
    amount: String,
    choices: &'a [MethodChoice],
}

#[derive(Template)]
#[template(path = "refused.html")]
struct Refused<'a> {
    ko: &'a str,
    en: &'a str,
    problems: &'a [Problem],
}

#[derive(Template)]
#[template(path = "back.html")]
struct Back<'a> {
    url: &'a str,
    charset: &'a str,
    fields: &'a Fields,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::Ledger;
    use crate::shops::{DEMO_KEY, DEMO_TEST_MID, Shops};
    use crate::signature;

    #[test]
    fn nobody_agrees_when_the_windows_time_is_over() {
        let gateway = Gateway::new(
            Ledger::open(None).unwrap(),
            Shops::with(&[]),
            Default::default(),
            Default::default(),
            Default::default(),
            Default::default(),
        );
        let hash = signature::identity_hash(DEMO_TEST_MID, "9001011", "20261123101112", DEMO_KEY);
        let form: Form = [
            ("LGD_MID", DEMO_TEST_MID),
            ("LGD_BUYERSSN", "9001011"),
            ("LGD_TIMESTAMP", "20261123101112"),
            ("LGD_RETURNURL", "http://shop.example/"),
            ("LGD_CUSTOM_SESSIONTIMEOUT", "2"),
            ("LGD_HASHDATA", &hash),
        ]
        .into_iter()
        .collect();
        let purchase = checks::identity(&gateway, &form).unwrap();
        let window = Window { purchase, opened: 1000, answered: Mutex::default() };
        assert!(window.timed_out(1120).is_none());
        let fields = window.timed_out(1121).unwrap();
        assert_eq!(fields[0], ("LGD_RESPCODE", "SB41".to_owned()));
    }
}
