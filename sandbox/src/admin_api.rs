//! The admin API, JSON below `/sandbox/`: payment keys without a browser, the ledger, deposits, notices and faults.
//!
//! | request | with | does |
//! | --- | --- | --- |
//! | `GET /sandbox/ready` | | tells that the sandbox is running |
//! | `POST /sandbox/paykeys` | [`PaykeyRequest`] | returns a PAYKEY; an account's notices go to `casnoteurl`, in the charset `encoding_noteurl` |
//! | `GET /sandbox/payments` | `?q=…&state=…&from=yyyy-MM-dd&to=…` | the payments, oldest first; of these Korean days, with this text |
//! | `GET /sandbox/payments/{tid}` | | one payment with its transactions and deliveries |
//! | `POST /sandbox/deposits` | `{"tid": …}` | a deposit into the virtual account: notice `I` |
//! | `POST /sandbox/deposits/cancel` | `{"tid": …}` | a reversal of the deposit: notice `C` |
//! | `GET /sandbox/notices` | | all notices, each with its `attempts` |
//! | `POST /sandbox/notices/{id}/resend` | `{}` | sends one now and, if needed, for another two hours |
//! | `GET /sandbox/requests` | | the latest requests |
//! | `GET /sandbox/sent` | | every parameter's name that shops sent, known or not, with the warnings |
//! | `GET`, `POST`, `DELETE /sandbox/faults` | `{"fault": …}` or `{"script": …}` | the planned faults |
//!
//! Payments, notices and requests take `?limit=N`: the answer's header `Link` then names the address of the next N, with
//! `after=` the number of the last one. Without a limit all are listed.
//!
//! A POST needs `Content-Type: application/json`. A refusal is `{"code", "message_ko", "message_en"}`.

use crate::codes::{self, Refusal};
use crate::error::Error;
use crate::fault::Fault;
use crate::fault::script::{Rule, Script};
use crate::gateway::Gateway;
use crate::ledger::delivery::{self, RegisteredDelivery};
use crate::ledger::journal::{self, LedgerEntry};
use crate::ledger::payment::{self, Payment};
use crate::notices::history;
use crate::paykeys::{self, PaykeyRequest};
use crate::search::Search;
use crate::{cancels, deposits, reply, sent};
use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, State};
use axum::http::header::{CONTENT_TYPE, LINK};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri};
use axum::routing::{get, post};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::sync::Arc;

type Shared = State<Arc<Gateway>>;

/// The routes of the admin API; an unknown path is answered in JSON too.
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
        .route("/sandbox/sent", get(list_sent))
        .route("/sandbox/faults", post(plan).get(show_plan).delete(forget_plan))
        .fallback(nowhere)
}

async fn ready() -> Response<Body> {
    respond(Ok(json!({ "ready": true })))
}

async fn mint(State(gateway): Shared, headers: HeaderMap, body: Bytes) -> Response<Body> {
    respond(read::<PaykeyRequest>(&headers, &body).and_then(|request| {
        let name = if request.identity { "LGD_AUTHONLYKEY" } else { "LGD_PAYKEY" };
        paykeys::mint_by_hand(&gateway, request).map(|key| json!({ name: key }))
    }))
}

/// What a list is asked for. Oldest first: what is new comes behind what was read.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Asked {
    /// The number of the last one that the caller has seen.
    after: i64,
    /// At most so many; then the answer has a `Link` to the next ones.
    limit: i64,
}

impl Default for Asked {
    fn default() -> Self {
        Self { after: 0, limit: i64::MAX }
    }
}

/// The same of payments, which can be searched.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct AskedPayments {
    after: i64,
    limit: i64,
    q: String,
    state: String,
    from: String,
    to: String,
}

impl Default for AskedPayments {
    fn default() -> Self {
        let Asked { after, limit } = Asked::default();
        let Search { q, state, from, to } = Search::default();
        Self { after, limit, q, state, from, to }
    }
}

type Query<T> = Result<axum::extract::Query<T>, QueryRejection>;

fn read_query<T>(query: Query<T>) -> Result<T, Refusal> {
    query.map(|axum::extract::Query(asked)| asked).map_err(|error| codes::JSON.with("query", error))
}

async fn list(State(gateway): Shared, uri: Uri, query: Query<AskedPayments>) -> Response<Body> {
    let page = read_query(query).and_then(|asked| {
        let AskedPayments { after, limit, q, state, from, to } = asked;
        let wanted = Search { q, state, from, to }.wanted()?;
        let found = payment::after(gateway.ledger().read(), &wanted, after, one_more(limit)?)?;
        Ok(Page::of(found, limit))
    });
    respond_with_page(&uri, page)
}

/// A part of a list, and the number of its last one if there are more.
struct Page<T> {
    rows: Vec<T>,
    next: Option<i64>,
}

/// One more than is shown tells whether there are more.
fn one_more(limit: i64) -> Result<i64, Refusal> {
    if limit > 0 { Ok(limit.saturating_add(1)) } else { Err(codes::MALFORMED.with("limit", "> 0")) }
}

impl<T> Page<T> {
    /// Of the numbered rows that were found, one more than `limit` if there are so many.
    fn of(mut found: Vec<(i64, T)>, limit: i64) -> Self {
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|(number, _)| *number);
        Self { rows: found.into_iter().map(|(_, row)| row).collect(), next }
    }
}

/// The rows, and in the header `Link` where the next ones are (RFC 8288).
fn respond_with_page<T: Serialize>(uri: &Uri, page: Result<Page<T>, Refusal>) -> Response<Body> {
    let (rows, next) = match page {
        Ok(page) => (Ok(page.rows), page.next),
        Err(refusal) => (Err(refusal), None),
    };
    let mut response = respond(rows);
    if let Some(next) = next {
        let others = uri.query().unwrap_or_default().split('&');
        let others = others.filter(|pair| !pair.is_empty() && !pair.starts_with("after="));
        let query: String = others.map(|pair| format!("{pair}&")).collect();
        let link = format!("<{}?{query}after={next}>; rel=\"next\"", uri.path());
        if let Ok(link) = HeaderValue::from_str(&link) {
            response.headers_mut().insert(LINK, link);
        }
    }
    response
}

/// A payment with its transactions and its escrow deliveries.
#[derive(Serialize)]
struct History {
    #[serde(flatten)]
    payment: Payment,
    transactions: Vec<LedgerEntry>,
    deliveries: Vec<RegisteredDelivery>,
}

async fn show(State(gateway): Shared, Path(tid): Path<String>) -> Response<Body> {
    respond(history(&gateway, &tid))
}

fn history(gateway: &Gateway, tid: &str) -> Result<History, Refusal> {
    let ledger = gateway.ledger();
    let payment = payment::find(ledger.read(), tid)?.ok_or_else(|| codes::TID.on(tid))?;
    Ok(History {
        payment,
        transactions: journal::of_payment(ledger.read(), tid)?,
        deliveries: delivery::of_payment(ledger.read(), tid)?,
    })
}

/// Of the whole balance, or of a part.
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
    let cancelled = read::<Cancel>(&headers, &body).and_then(|request| {
        let answer = cancels::cancel(&gateway, &tid, request.amount)?;
        Ok(json!({ "code": answer.code, "message": answer.message() }))
    });
    respond(cancelled)
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
    respond(read::<Deposit>(&headers, &body).and_then(|asked| deposits::reverse(&gateway, &asked.tid)))
}

async fn list_notices(State(gateway): Shared, uri: Uri, query: Query<Asked>) -> Response<Body> {
    let page = read_query(query).and_then(|Asked { after, limit }| {
        let found = history::after(&gateway, after, one_more(limit)?)?;
        Ok(Page::of(found.into_iter().map(|log| (log.notice.id, log)).collect(), limit))
    });
    respond_with_page(&uri, page)
}

/// An empty body: the id is in the path.
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

async fn requests(State(gateway): Shared, uri: Uri, query: Query<Asked>) -> Response<Body> {
    let page = read_query(query).and_then(|Asked { after, limit }| {
        let found = gateway.requests().after(after, one_more(limit)?);
        Ok(Page::of(found, limit))
    });
    respond_with_page(&uri, page)
}

async fn list_sent(State(gateway): Shared) -> Response<Body> {
    respond(sent::all(&gateway))
}

/// One of the two: a fault for the next request, or rules for all of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FaultRequest {
    fault: Option<String>,
    script: Option<String>,
}

async fn plan(State(gateway): Shared, headers: HeaderMap, body: Bytes) -> Response<Body> {
    respond(read::<FaultRequest>(&headers, &body).and_then(|request| match (request.fault, request.script) {
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

/// The faults for the next requests, and the script with its counters.
fn planned(gateway: &Gateway) -> Value {
    let next: Vec<_> = gateway.faults().iter().map(ToString::to_string).collect();
    let script = gateway.script();
    let rule =
        |rule: &Rule| json!({ "rule": rule.text(), "counted": rule.counted(), "struck": rule.failed() });
    json!({ "next": next, "script": script.rules().iter().map(rule).collect::<Vec<_>>() })
}

async fn nowhere(uri: Uri) -> Response<Body> {
    respond::<Value>(Err(codes::PATH.on(uri.path())))
}

/// Requires the Content-Type of JSON, which a page of another origin cannot send without a preflight.
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

/// The HTTP status of a refusal; 400 unless there is a better one.
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
