//! HTML responses: rendered, encoded, and with security headers.

use askama::Template;
use axum::body::Body;
use axum::http::header::LOCATION;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use encoding_rs::{Encoding, UTF_8};

/// The origins from which a page may load scripts and frames: the sandbox, and possibly one more.
pub(super) enum Csp<'a> {
    Own,
    With(&'a str),
}

/// A page of the sandbox itself.
pub(super) fn own(status: StatusCode, template: &impl Template) -> Response<Body> {
    of(status, UTF_8, template, Csp::Own)
}

/// A page in a charset. Characters that the charset lacks become numeric references.
pub(super) fn of(
    status: StatusCode,
    charset: &'static Encoding,
    template: &impl Template,
    csp: Csp<'_>,
) -> Response<Body> {
    // Rendering fails only if writing to memory does.
    let text = template.render().unwrap_or_default();
    let (bytes, ..) = charset.encode(&text);
    let mut response = Response::new(Body::from(bytes.into_owned()));
    *response.status_mut() = status;
    let other = if let Csp::With(origin) = csp { origin } else { "" };
    let headers = [
        ("content-type", format!("text/html;charset={}", charset.name())),
        (
            "content-security-policy",
            format!(
                "default-src 'self' {other}; style-src 'self' 'unsafe-inline'; form-action *; base-uri 'none'"
            ),
        ),
        ("cache-control", "no-store".to_owned()),
        // Within the sandbox a form's POST says where it comes from; no other site is told anything.
        ("referrer-policy", "same-origin".to_owned()),
        ("x-content-type-options", "nosniff".to_owned()),
    ];
    for (name, value) in headers {
        if let Ok(value) = HeaderValue::from_str(&value) {
            response.headers_mut().insert(HeaderName::from_static(name), value);
        }
    }
    response
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

/// `23400` as `23,400`.
pub(super) fn grouped(amount: i64) -> String {
    let digits = amount.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
