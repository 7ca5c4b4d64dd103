//! The app, or UnionPay's page, that a buyer is sent to: the gateway finishes the payment there and tells the shop.

use super::app_terms::{Place, Way, rollback, way};
use super::open_windows::{Shared, Stage, Visit, Window, Windows};
use super::page::{grouped, own as page, redirect};
use super::purchase::Purchase;
use super::refusals::{closed, refusal};
use super::returned::{self, Agreed, back};
use crate::app_payments;
use crate::codes::{self, Refusal};
use crate::form::Form;
use crate::gateway::Gateway;
use crate::ledger::notice::{self, Delivery};
use crate::notices::queue::{self, Target};
use crate::paykeys::{self, PaykeyRequest};
use crate::sync::lock;
use crate::url;
use askama::Template;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{Response, StatusCode};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// The real gateway posts the result before the buyer goes on. Who asks for the other order gets the notice this much later.
const LATER: i64 = 3000;

/// Other notices may be sent first, so a buyer waits longer than one answer may take.
const LONGER: i64 = 30;

/// The visit to an app that a choice leads to, if it leads to one.
pub(super) fn leads_to(
    gateway: &Gateway,
    purchase: &Purchase,
    consent: &PaykeyRequest,
) -> Result<Option<Visit>, Refusal> {
    let Some(way) = way(purchase, &consent.paytype, &consent.finance) else { return Ok(None) };
    let key = paykeys::agree(gateway, consent.clone(), purchase.carried())?;
    let agreed = Agreed { key, consent: consent.clone() };
    Ok(Some(Visit { way, agreed, stage: Mutex::new(Stage::Open) }))
}

impl Visit {
    fn target<'a>(&'a self, window: &'a Window) -> Target<'a> {
        let purchase = &window.purchase;
        Target {
            name: self.way.name,
            url: &self.way.noteurl,
            encoding: purchase.text("LGD_ENCODING_NOTEURL"),
            patience: patience(purchase),
            rollback: rollback(purchase, self.way.place),
        }
    }

    /// The buyer's answer. A second one changes nothing.
    fn decide(&self, gateway: &Gateway, window: &Window, form: &Form) -> Result<(), Refusal> {
        let mut stage = lock(&self.stage);
        if !matches!(*stage, Stage::Open) {
            return Ok(());
        }
        *stage = match form.text("answer") {
            _ if window.is_late(gateway.clock.now()) => Stage::Cancelled,
            "pay" => self.finish(gateway, window, form.text("order") == "before")?,
            "return" if self.way.may_return => Stage::Returned,
            _ => Stage::Cancelled,
        };
        Ok(())
    }

    fn finish(&self, gateway: &Gateway, window: &Window, hurries: bool) -> Result<Stage, Refusal> {
        let delay = if hurries { LATER } else { 0 };
        let target = self.target(window);
        let notice = app_payments::finish(gateway, &window.shop, &self.agreed.key, &target, delay)?;
        Ok(Stage::Paid { notice, hurries })
    }

    /// Where the buyer goes on.
    fn leave(&self, window: &Window, at: &str, paid: bool) -> Response<Body> {
        let (name, to) = match (self.way.place, paid) {
            (Place::UnionPay, _) => {
                let code = if paid { codes::OK } else { codes::WINDOW_CANCELLED };
                let (purchase, shop) = (&window.purchase, &window.shop);
                return back(purchase, &returned::without_key(purchase, shop, at, &code.on("LGD_RESPCODE")));
            }
            (_, true) => ("WAPURL", &self.way.wapurl),
            (_, false) => ("CANCELURL", &self.way.cancelurl),
        };
        if url::is_http(to) {
            return redirect(to);
        }
        let link = url::is_app(to).then_some(to.as_str());
        page(StatusCode::OK, &Left { paid, name, link })
    }
}

/// `GET /xpay/window/{id}/app`: what the buyer sees in the app, or where the buyer goes from there.
pub(super) async fn show(State(windows): Shared, Path(id): Path<String>) -> Response<Body> {
    let Some((window, visit)) = find(&windows, &id) else { return closed() };
    let stage = lock(&visit.stage).clone();
    let gateway = &windows.gateway;
    let paid = match stage {
        Stage::Open if !window.is_late(gateway.clock.now()) => {
            return page(StatusCode::OK, &App::of(&window, &visit));
        }
        Stage::Returned => {
            let Window { purchase, shop, .. } = &*window;
            return back(purchase, &returned::agreed(purchase, shop, &gateway.clock.stamp(), &visit.agreed));
        }
        Stage::Open | Stage::Cancelled => Ok(false),
        Stage::Paid { notice, hurries } => {
            if !hurries {
                first_answer(gateway, notice, patience(&window.purchase) + LONGER).await;
            }
            stands(gateway, notice)
        }
    };
    paid.map_or_else(|refused| refusal(&refused), |paid| visit.leave(&window, &gateway.clock.stamp(), paid))
}

/// `POST /xpay/window/{id}/app`: the buyer approves or cancels.
pub(super) async fn answer(State(windows): Shared, Path(id): Path<String>, body: Bytes) -> Response<Body> {
    let Some((window, visit)) = find(&windows, &id) else { return closed() };
    let decided = Form::parse(&body).and_then(|form| visit.decide(&windows.gateway, &window, &form));
    decided.map_or_else(|refused| refusal(&refused), |()| redirect(&path(&id)))
}

fn patience(purchase: &Purchase) -> i64 {
    queue::patience(purchase.text("LGD_CUSTOM_NOTEURLTIMEOUT"))
}

/// The address of a window's app.
pub(super) fn path(id: &str) -> String {
    format!("/xpay/window/{id}/app")
}

fn find(windows: &Windows, id: &str) -> Option<(Arc<Window>, Arc<Visit>)> {
    let window = windows.find(id)?;
    let visit = window.visit()?;
    Some((window, visit))
}

/// Waits until the notice was sent once.
async fn first_answer(gateway: &Gateway, id: i64, seconds: i64) {
    let wait = async {
        loop {
            let answered = gateway.answered.notified();
            tokio::pin!(answered);
            // From here on no attempt is missed.
            answered.as_mut().enable();
            if notice::attempts(gateway.ledger().read(), id).is_ok_and(|attempts| !attempts.is_empty()) {
                break;
            }
            answered.await;
        }
    };
    // After that time the buyer goes on without it.
    let _ = tokio::time::timeout(Duration::from_secs(seconds.unsigned_abs()), wait).await;
}

/// Whether the answers so far left the approval in force.
fn stands(gateway: &Gateway, id: i64) -> Result<bool, Refusal> {
    let notice = notice::find(gateway.ledger().read(), id)?;
    Ok(notice.is_some_and(|notice| notice.state != Delivery::RolledBack))
}

#[derive(Template)]
#[template(path = "app.html")]
struct App<'a> {
    ko: &'static str,
    en: &'static str,
    window: &'a Window,
    amount: String,
    way: &'a Way,
    noteurl: String,
    rollback: &'static str,
}

impl<'a> App<'a> {
    fn of(window: &'a Window, visit: &'a Visit) -> Self {
        let way = &visit.way;
        Self {
            ko: way.place.korean(),
            en: way.place.english(),
            window,
            amount: grouped(window.purchase.amount),
            noteurl: url::without_secrets(&way.noteurl),
            rollback: rollback(&window.purchase, way.place).code(),
            way,
        }
    }
}

/// Where the shop gave no address to go to, or that of its app.
#[derive(Template)]
#[template(path = "app_left.html")]
struct Left<'a> {
    paid: bool,
    /// The end of the parameter's name.
    name: &'static str,
    link: Option<&'a str>,
}
