//! What a merchant does on the admin's pages: forms, which work without JavaScript and lead back to their page.

use super::missing;
use crate::codes::{self, Refusal};
use crate::fault::Fault;
use crate::fault::script::Script;
use crate::gateway::Gateway;
use crate::ledger::payment;
use crate::notices::history;
use crate::{cancels, deposits, tables};
use axum::body::Body;
use axum::extract::rejection::FormRejection;
use axum::extract::{Form, Path, Request, State};
use axum::http::header::{HOST, LOCATION, ORIGIN};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use axum::middleware::Next;
use serde::Deserialize;
use std::sync::Arc;

type Shared = State<Arc<Gateway>>;

/// Only a page of the sandbox may post here: a browser says in `Origin` which page does.
pub(in crate::browser) async fn from_our_page(request: Request, next: Next) -> Response<Body> {
    if is_ours(request.headers()) {
        return next.run(request).await;
    }
    missing(
        StatusCode::FORBIDDEN,
        "상점관리자의 페이지에서만 할 수 있습니다. 프로그램은 /sandbox의 JSON API를 쓰십시오.",
        "Only a page of the merchant admin may do this. Programs use the JSON API below /sandbox.",
    )
}

fn is_ours(headers: &HeaderMap) -> bool {
    let header = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let origin = header(ORIGIN).and_then(|origin| origin.split_once("://"));
    origin.is_some_and(|(_, host)| header(HOST) == Some(host))
}

/// Back to the page of the form: with 303 a reload does nothing again.
fn back(outcome: Result<(), Refusal>, page: &str) -> Response<Body> {
    match outcome {
        Ok(()) => {
            let mut response = Response::new(Body::empty());
            *response.status_mut() = StatusCode::SEE_OTHER;
            if let Ok(page) = HeaderValue::from_str(page) {
                response.headers_mut().insert(LOCATION, page);
            }
            response
        }
        Err(refusal) => {
            let said = |text: String| format!("{} {text}", refusal.code());
            missing(StatusCode::BAD_REQUEST, &said(refusal.korean()), &said(refusal.english()))
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::browser) struct Part {
    /// Empty for the whole balance.
    amount: String,
}

/// `POST /admin/payments/{tid}/cancel`.
pub(in crate::browser) async fn cancel(
    State(gateway): Shared,
    Path(tid): Path<String>,
    form: Result<Form<Part>, FormRejection>,
) -> Response<Body> {
    let part = form.map_err(unreadable).and_then(|Form(Part { amount })| match amount.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| codes::MALFORMED.with("amount", "1-10 digits")),
    });
    let answer = part.and_then(|part| {
        let paytype = payment::find(gateway.ledger().read(), &tid)?.map(|payment| payment.paytype);
        Ok((cancels::cancel(&gateway, &tid, part)?, paytype.unwrap_or_default()))
    });
    match answer {
        Ok((answer, paytype)) if !tables::counts_as_done(&paytype, &answer.code) => {
            let said = format!("{} {}", answer.code, answer.message());
            missing(StatusCode::BAD_REQUEST, "취소되지 않았습니다.", &said)
        }
        done => back(done.map(drop), &of_payment(&tid)),
    }
}

/// `POST /admin/payments/{tid}/deposit`.
pub(in crate::browser) async fn deposit(State(gateway): Shared, Path(tid): Path<String>) -> Response<Body> {
    back(deposits::deposit(&gateway, &tid).map(drop), &of_payment(&tid))
}

/// `POST /admin/payments/{tid}/reverse`.
pub(in crate::browser) async fn reverse(State(gateway): Shared, Path(tid): Path<String>) -> Response<Body> {
    back(deposits::reverse(&gateway, &tid).map(drop), &of_payment(&tid))
}

fn of_payment(tid: &str) -> String {
    format!("/admin/payments/{tid}")
}

/// Where the form of a notice is.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::browser) struct Shown {
    /// The payment's page; empty for the list of notices.
    of: String,
}

/// `POST /admin/notices/{id}/resend`.
pub(in crate::browser) async fn resend(
    State(gateway): Shared,
    Path(id): Path<String>,
    form: Result<Form<Shown>, FormRejection>,
) -> Response<Body> {
    let number = id.parse().map_err(|_| codes::NOTICE.on(&id));
    let sent = number.and_then(|id| history::resend(&gateway, id)).map(drop);
    let of = form.map(|Form(Shown { of })| of).unwrap_or_default();
    // No address from outside: a form could lead anywhere with one.
    let known = payment::find(gateway.ledger().read(), &of).ok().flatten();
    back(sent, &known.map_or("/admin/notices".to_owned(), |payment| of_payment(&payment.tid)))
}

/// One of the two is asked for; with neither all faults are taken away.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::browser) struct Plan {
    fault: Option<String>,
    script: Option<String>,
}

/// `POST /admin/faults`.
pub(in crate::browser) async fn plan(
    State(gateway): Shared,
    form: Result<Form<Plan>, FormRejection>,
) -> Response<Body> {
    let planned = form.map_err(unreadable).and_then(|Form(Plan { fault, script })| {
        if let Some(fault) = fault {
            let fault = Fault::parse(&fault)?;
            gateway.faults().push_back(fault);
        } else if let Some(script) = script {
            *gateway.script() = Script::parse(&script)?;
        } else {
            *gateway.script() = Script::default();
            gateway.faults().clear();
        }
        Ok(())
    });
    back(planned, "/admin/faults")
}

fn unreadable(error: FormRejection) -> Refusal {
    codes::MALFORMED.with("form", error)
}
