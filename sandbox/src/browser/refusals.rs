//! Pages that tell a shop's developer what to correct, or a buyer why it does not go on.

use super::checks::Problem;
use super::page::own as page;
use crate::codes::Refusal;
use askama::Template;
use axum::body::Body;
use axum::http::{Response, StatusCode};

/// A window that does not open.
pub(super) fn unopened(problems: &[Problem]) -> Response<Body> {
    refused(StatusCode::BAD_REQUEST, CLOSED.0, CLOSED.1, problems)
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
#[template(path = "refused.html")]
struct Refused<'a> {
    ko: &'a str,
    en: &'a str,
    problems: &'a [Problem],
}
