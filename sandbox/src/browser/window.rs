//! The payment window: the shop's page opens it, the buyer answers, and the result goes back to the shop.

use super::app;
use super::checks::Problem;
use super::choices::{self, MethodChoice};
use super::open_windows::{Outcome, Shared, Window, Windows};
use super::page::{grouped, own as page, redirect};
use super::purchase::{Item, Purchase, Purpose};
use super::refusals::{closed, unopened};
use super::returned::{self, Agreed, Fields, Registered, back};
use crate::clock;
use crate::codes::{self, Refusal};
use crate::form::Form;
use crate::gateway::Gateway;
use crate::ledger::{billing_key, new_tid};
use crate::notices::queue;
use crate::paykeys::{self, PaykeyRequest};
use crate::sync::lock;
use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode};
use std::sync::Arc;

/// `POST /xpay/window`, from the shop's page.
pub(super) async fn open(State(windows): Shared, body: Bytes) -> Response<Body> {
    begin(&windows, &body, Purpose::Payment)
}

/// `POST /xpay/authonly`, from the shop's page.
pub(super) async fn open_identity(State(windows): Shared, body: Bytes) -> Response<Body> {
    begin(&windows, &body, Purpose::Identity)
}

fn begin(windows: &Windows, body: &[u8], asked: Purpose) -> Response<Body> {
    match windows.open(body, asked) {
        Ok(id) => redirect(&format!("/xpay/window/{id}")),
        Err(problems) => unopened(&problems),
    }
}

/// `GET /xpay/window/{id}`: what the buyer sees.
pub(super) async fn show(State(windows): Shared, Path(id): Path<String>) -> Response<Body> {
    let Some(window) = windows.find(&id) else { return closed() };
    let answered = lock(&window.answered).clone();
    match answered.or_else(|| window.timed_out(windows.gateway.clock.now()).map(Outcome::Back)) {
        Some(outcome) => go_on(&id, &window, &outcome),
        None => {
            let Window { purchase, warnings, .. } = &*window;
            let choices = choices::choices(purchase);
            page(
                StatusCode::OK,
                &WindowPage {
                    purchase,
                    words: Words::of(purchase.purpose),
                    warnings,
                    amount: grouped(purchase.amount),
                    items: purchase.items(),
                    delivery: purchase.delivery(),
                    choices: &choices,
                },
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
    fn timed_out(&self, now: i64) -> Option<Fields> {
        self.is_late(now).then(|| self.refused(now, &codes::WINDOW_LATE.on("LGD_CUSTOM_SESSIONTIMEOUT")))
    }

    fn refused(&self, now: i64, refusal: &Refusal) -> Fields {
        returned::without_key(&self.purchase, &self.shop, &clock::stamp(now), refusal)
    }

    fn answer(&self, gateway: &Gateway, body: &[u8]) -> Outcome {
        let agreed = Form::parse(body).and_then(|form| match form.text("answer") {
            "pay" => self.agreed(gateway, &form),
            _ => Err(codes::WINDOW_CANCELLED.on("LGD_RESPCODE")),
        });
        agreed.unwrap_or_else(|refusal| Outcome::Back(self.refused(gateway.clock.now(), &refusal)))
    }

    /// The way to an app, or the result with the key for what the buyer agreed to.
    fn agreed(&self, gateway: &Gateway, form: &Form) -> Result<Outcome, Refusal> {
        let purchase = &self.purchase;
        let consent = self.consent(form);
        choices::check(purchase, &consent)?;
        let at = gateway.clock.stamp();
        if purchase.purpose == Purpose::Billing {
            let card = register(gateway, &self.shop.mid, &at, consent.finance)?;
            return Ok(Outcome::Back(returned::registered(purchase, &at, &card)));
        }
        if let Some(visit) = app::leads_to(gateway, purchase, &consent)? {
            return Ok(Outcome::App(Arc::new(visit)));
        }
        let key = paykeys::agree(gateway, consent.clone(), purchase.carried())?;
        Ok(Outcome::Back(returned::agreed(purchase, &self.shop, &at, &Agreed { key, consent })))
    }

    fn consent(&self, form: &Form) -> PaykeyRequest {
        let purchase = &self.purchase;
        let default = PaykeyRequest::default();
        let paytype = form.get("paytype").map_or(default.paytype, str::to_owned);
        let finance = form.text(&format!("finance-{paytype}")).to_owned();
        let card = paytype == "SC0010";
        let install = form.get("install").filter(|_| card).map_or(default.install, str::to_owned);
        let cash_receipt = form.text(&format!("cash_receipt-{paytype}")).to_owned();
        PaykeyRequest {
            cash_receipt,
            identity: purchase.purpose == Purpose::Identity,
            nointerest: card && choices::is_interest_free(purchase, &finance, &install),
            finance,
            install,
            paytype,
            mid: purchase.owned("LGD_MID"),
            oid: purchase.owned("LGD_OID"),
            amount: purchase.amount,
            taxfree: purchase.taxfree,
            escrow: purchase.is_escrow(),
            buyer: purchase.owned("LGD_BUYER"),
            buyerid: purchase.owned("LGD_BUYERID"),
            productinfo: purchase.owned("LGD_PRODUCTINFO"),
            timestamp: purchase.owned("LGD_TIMESTAMP"),
            closedate: purchase.closes(),
            casnoteurl: purchase.owned("LGD_CASNOTEURL"),
            encoding_noteurl: purchase.owned("LGD_ENCODING_NOTEURL"),
            noteurl_timeout: queue::patience(purchase.text("LGD_CUSTOM_NOTEURLTIMEOUT")),
            casassignnoti: purchase.text("LGD_CASASSIGNNOTIYN") != "N",
            age: 0,
        }
    }
}

/// Makes a billing key for a card of this issuer.
fn register(gateway: &Gateway, mid: &str, at: &str, finance: String) -> Result<Registered, Refusal> {
    let mut ledger = gateway.ledger();
    let db = ledger.begin()?;
    let (key, _) = billing_key::make(&db, &gateway.random, mid, &finance)?;
    let tid = new_tid(&db, mid, at)?;
    db.commit()?;
    Ok(Registered { key, tid, finance })
}

#[derive(Template)]
#[template(path = "window.html")]
struct WindowPage<'a> {
    purchase: &'a Purchase,
    words: &'static Words,
    warnings: &'a [Problem],
    amount: String,
    items: Vec<Item<'a>>,
    delivery: String,
    choices: &'a [MethodChoice],
}

/// What the window says of its shop, order and buyer, where the shop sent it.
const WHO: [(&str, &str, &str); 3] =
    [("상점", "Shop", "LGD_MID"), ("주문번호", "Order", "LGD_OID"), ("구매자", "Buyer", "LGD_BUYER")];

/// A price for people; what is no number is shown as it was sent.
fn won(price: &str) -> String {
    price.parse().map_or_else(|_| price.to_owned(), |won| format!("{}원", grouped(won)))
}

/// What a window is called and what its buttons say.
struct Words {
    ko: &'static str,
    en: &'static str,
    means_ko: &'static str,
    means_en: &'static str,
    agree: &'static str,
}

impl Words {
    fn of(purpose: Purpose) -> &'static Self {
        match purpose {
            Purpose::Payment => &PAYMENT,
            Purpose::UnionPay => &Self { ko: "은련카드 결제", en: "UnionPay", ..PAYMENT },
            Purpose::Billing => {
                &Self {
                    ko: "카드 등록", en: "Card registration", agree: "등록하기 · Register", ..PAYMENT
                }
            }
            Purpose::Identity => &Self {
                ko: "본인확인",
                en: "Identity check",
                means_ko: "확인 방법",
                means_en: "How to check",
                agree: "확인하기 · Confirm",
            },
        }
    }
}

const PAYMENT: Words = Words {
    ko: "결제",
    en: "Payment",
    means_ko: "결제수단",
    means_en: "Payment method",
    agree: "결제하기 · Pay",
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shops::{DEMO_TEST_MID, Shops};

    #[test]
    fn nobody_agrees_when_the_windows_time_is_over() {
        let sent = [("LGD_MID", DEMO_TEST_MID), ("LGD_CUSTOM_SESSIONTIMEOUT", "2")];
        let purchase = Purchase::read(sent.into_iter().collect(), Purpose::Identity);
        let shop = Shops::with(&[]).find(DEMO_TEST_MID).unwrap().clone();
        let window = Window::new(shop, purchase, Vec::new(), 1000);
        assert!(window.timed_out(1120).is_none());
        let fields = window.timed_out(1121).unwrap();
        assert_eq!(fields[0], ("LGD_RESPCODE".to_owned(), "SB41".to_owned()));
    }
}
