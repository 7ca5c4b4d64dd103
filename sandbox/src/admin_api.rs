//! The JSON below `/sandbox/`: keys without a browser, a look into the books, what the bank does, faults to come.
//!
//! | request | with | does |
//! | --- | --- | --- |
//! | `GET /sandbox/ready` | | says that it runs |
//! | `POST /sandbox/paykeys` | [`PaykeyRequest`] | a PAYKEY; `casnoteurl` and `encoding_noteurl` say where an account's notices go |
//! | `GET /sandbox/payments` | | all payments |
//! | `GET /sandbox/payments/{tid}` | | one, with what was done to it |
//! | `POST /sandbox/deposits` | `{"tid": …}` | somebody pays into the virtual account: notice `I` |
//! | `POST /sandbox/deposits/cancel` | `{"tid": …}` | the bank takes the deposit back: notice `C` |
//! | `GET /sandbox/notices` | | all notices, each with its `attempts` |
//! | `POST /sandbox/notices/{id}/resend` | `{}` | sends one now and, if need be, for another two hours |
//! | `GET /sandbox/requests` | | the latest requests |
//! | `GET`, `POST`, `DELETE /sandbox/faults` | `{"fault": …}` or `{"script": …}` | what fails |
//!
//! A POST says `Content-Type: application/json`. A refusal is `{"code", "message_ko", "message_en"}`.

use crate::codes::{self, Refusal};
use crate::error::Error;
use crate::fault::Fault;
use crate::fault::script::{Rule, Script};
use crate::form::Form;
use crate::gateway::Gateway;
use crate::ledger::journal::{self, Entry};
use crate::ledger::payment::{self, Payment};
use crate::notices::history;
use crate::paykeys::{self, PaykeyRequest};
use crate::{deposits, reply, signature};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, Response, StatusCode, Uri};
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

type Shared = State<Arc<Gateway>>;

/// The admin pages; whatever is not there answers in JSON too.
pub(crate) fn routes() -> Router<Arc<Gateway>> {
    Router::new()
        .route("/sandbox/ready", get(ready))
        .route("/sandbox/paykeys", post(mint))
        .route("/sandbox/payments", get(list))
        .route("/sandbox/payments/{tid}", get(show))
        .route("/sandbox/payments/{tid}/cancel", post(cancel))
        .route("/sandbox/changes", get(changes))
        .route("/sandbox/deposits", post(pay_in))
        .route("/sandbox/deposits/cancel", post(take_back))
        .route("/sandbox/notices", get(list_notices))
        .route("/sandbox/notices/{id}/resend", post(resend))
        .route("/sandbox/requests", get(requests))
        .route("/sandbox/faults", post(plan).get(show_plan).delete(forget_plan))
        .fallback(nowhere)
}

async fn ready() -> Response<Body> {
    respond(Ok(json!({ "ready": true })))
}

async fn mint(State(gateway): Shared, headers: HeaderMap, body: Bytes) -> Response<Body> {
    respond(read::<PaykeyRequest>(&headers, &body).and_then(|request| {
        let name = if request.identity { "LGD_AUTHONLYKEY" } else { "LGD_PAYKEY" };
        paykeys::mint(&gateway, request).map(|key| json!({ name: key }))
    }))
}

async fn list(State(gateway): Shared) -> Response<Body> {
    respond(payment::all(gateway.ledger().read()).map_err(Refusal::from))
}

/// A payment with everything that was done to it.
#[derive(Serialize)]
struct History {
    #[serde(flatten)]
    payment: Payment,
    transactions: Vec<Entry>,
}

async fn show(State(gateway): Shared, Path(tid): Path<String>) -> Response<Body> {
    respond(history(&gateway, &tid))
}

fn history(gateway: &Gateway, tid: &str) -> Result<History, Refusal> {
    let ledger = gateway.ledger();
    let payment = payment::find(ledger.read(), tid)?.ok_or_else(|| codes::TID.on(tid))?;
    Ok(History { payment, transactions: journal::of_payment(ledger.read(), tid)? })
}

/// All of it, or a part.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Cancel {
    amount: Option<i64>,
}

async fn cancel(
    State(gateway): Shared,
    Path(tid): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let cancelled = read::<Cancel>(&headers, &body).and_then(|wish| {
        let payment = payment::find(gateway.ledger().read(), &tid)?.ok_or_else(|| codes::TID.on(&tid))?;
        let answer = gateway.serve(&by_hand(&gateway, &payment, wish.amount)?);
        Ok(json!({ "code": answer.code, "message": answer.message() }))
    });
    respond(cancelled)
}

/// A cancel as the shop itself would send it.
fn by_hand(gateway: &Gateway, payment: &Payment, part: Option<i64>) -> Result<Form, Refusal> {
    let shop = gateway.shops.find(&payment.mid)?;
    let txid = format!("{}-01{}{}", shop.mid, gateway.clock.stamp(), gateway.random.name::<20>()?);
    let amount = part.map(|amount| amount.to_string());
    let pairs = [
        ("LGD_TXNAME", if part.is_some() { "PartialCancel" } else { "Cancel" }),
        ("LGD_MID", &shop.mid),
        ("LGD_TXID", &txid),
        ("LGD_AUTHCODE", &signature::auth_code(&txid, &shop.key)),
        ("LGD_TID", &payment.tid),
        ("LGD_CANCELREASON", "상점관리자"),
        // Where a virtual account's money goes, which the merchant would ask the buyer for.
        ("LGD_RFACCOUNTNUM", "11000000000"),
        ("LGD_RFBANKCODE", "004"),
        ("LGD_RFCUSTOMERNAME", &payment.buyer),
    ];
    let amount = amount.as_deref().map(|amount| ("LGD_CANCELAMOUNT", amount));
    Ok(pairs.into_iter().chain(amount).collect())
}

async fn changes(State(gateway): Shared) -> Response<Body> {
    respond(gateway.changes().map(|changes| json!({ "changes": changes })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Deposit {
    tid: String,
}

async fn pay_in(State(gateway): Shared, headers: HeaderMap, body: Bytes) -> Response<Body> {
    respond(read::<Deposit>(&headers, &body).and_then(|asked| deposits::deposit(&gateway, &asked.tid)))
}

async fn take_back(State(gateway): Shared, headers: HeaderMap, body: Bytes) -> Response<Body> {
    respond(read::<Deposit>(&headers, &body).and_then(|asked| deposits::take_back(&gateway, &asked.tid)))
}

async fn list_notices(State(gateway): Shared) -> Response<Body> {
    respond(history::all(&gateway))
}

/// There is nothing to say but which, and that is in the path.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}

async fn resend(
    State(gateway): Shared,
    Path(id): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    respond(read::<Nothing>(&headers, &body).and_then(|Nothing {}| {
        let number = id.parse().map_err(|_| codes::NOTICE.on(&id))?;
        history::resend(&gateway, number)
    }))
}

async fn requests(State(gateway): Shared) -> Response<Body> {
    respond(Ok(gateway.record().all()))
}

/// One of the two: a fault for the next request, or rules for all of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wish {
    fault: Option<String>,
    script: Option<String>,
}

async fn plan(State(gateway): Shared, headers: HeaderMap, body: Bytes) -> Response<Body> {
    respond(read::<Wish>(&headers, &body).and_then(|wish| match (wish.fault, wish.script) {
        (Some(fault), None) => {
            let fault = Fault::parse(&fault)?;
            let echo = json!({ "fault": fault.to_string() });
            gateway.faults().push_back(fault);
            Ok(echo)
        }
        (None, Some(script)) => {
            *gateway.script() = Script::parse(&script)?;
            Ok(planned(&gateway))
        }
        _ => Err(codes::JSON.with("body", "{\"fault\": …} | {\"script\": …}")),
    }))
}

async fn show_plan(State(gateway): Shared) -> Response<Body> {
    respond(Ok(planned(&gateway)))
}

async fn forget_plan(State(gateway): Shared) -> Response<Body> {
    *gateway.script() = Script::default();
    gateway.faults().clear();
    respond(Ok(planned(&gateway)))
}

/// What waits for the next requests, and the script with what it has done so far.
fn planned(gateway: &Gateway) -> Value {
    let next: Vec<_> = gateway.faults().iter().map(ToString::to_string).collect();
    let script = gateway.script();
    let rule =
        |rule: &Rule| json!({ "rule": rule.text(), "counted": rule.counted(), "struck": rule.struck() });
    json!({ "next": next, "script": script.rules().iter().map(rule).collect::<Vec<_>>() })
}

async fn nowhere(uri: Uri) -> Response<Body> {
    respond::<Value>(Err(codes::PATH.on(uri.path())))
}

/// Only JSON that says so: a page of another site cannot send that without asking first.
fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Refusal> {
    const JSON: &str = "application/json";
    let declared = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if declared.and_then(|declared| declared.split(';').next()) != Some(JSON) {
        return Err(codes::CONTENT_TYPE.with("Content-Type", JSON));
    }
    serde_json::from_slice(body).map_err(|error| codes::JSON.with("body", error))
}

fn respond<T: Serialize>(outcome: Result<T, Refusal>) -> Response<Body> {
    let (status, body) = match outcome {
        Ok(value) => (StatusCode::OK, serde_json::to_string(&value)),
        Err(refusal) => {
            let status = status(&refusal);
            let error = Error::from(refusal);
            let body =
                json!({ "code": error.code(), "message_ko": error.korean(), "message_en": error.english() });
            (status, serde_json::to_string(&body))
        }
    };
    let mut response = reply::json(body.unwrap_or_default());
    *response.status_mut() = status;
    response
}

/// HTTP's own word for the refusals it has one for.
fn status(refusal: &Refusal) -> StatusCode {
    const WORDS: [(&str, StatusCode); 5] = [
        (codes::TID.code, StatusCode::NOT_FOUND),
        (codes::PATH.code, StatusCode::NOT_FOUND),
        (codes::NOTICE.code, StatusCode::NOT_FOUND),
        (codes::CONTENT_TYPE.code, StatusCode::UNSUPPORTED_MEDIA_TYPE),
        (codes::INTERNAL.code, StatusCode::INTERNAL_SERVER_ERROR),
    ];
    let word = WORDS.iter().find(|(code, _)| *code == refusal.code());
    word.map_or(StatusCode::BAD_REQUEST, |(_, status)| *status)
}
