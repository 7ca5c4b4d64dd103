//! Records the pages that browsers post to: the window's request, and what the buyer answers in it.

use crate::form::Form;
use crate::gateway::Gateway;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::LOCATION;
use axum::http::{Method, Response, StatusCode};
use axum::middleware::Next;
use std::sync::Arc;

/// Pages that are no part of the gateway.
const OTHERS: [&str; 3] = ["/admin", "/demo", "/sandbox"];

/// No page is larger.
const LARGEST: usize = 1 << 20;

/// Around every page.
pub(crate) async fn record(
    State(gateway): State<Arc<Gateway>>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let path = request.uri().path().to_owned();
    let foreign = OTHERS.iter().any(|other| path.starts_with(other));
    let Some(recorder) = gateway.recorder.as_ref().filter(|_| request.method() == Method::POST && !foreign)
    else {
        return next.run(request).await;
    };
    let (head, body) = request.into_parts();
    let Ok(sent) = to_bytes(body, LARGEST).await else { return too_large() };
    let response = next.run(Request::from_parts(head, sent.clone().into())).await;
    let (head, body) = response.into_parts();
    let Ok(page) = to_bytes(body, LARGEST).await else { return too_large() };
    if let Ok(form) = Form::of_page(&sent) {
        let text = String::from_utf8_lossy(&page);
        let location = head.headers.get(LOCATION).and_then(|location| location.to_str().ok());
        let fields = fields(&text);
        let mut answer: Vec<(&str, &str)> = location.map(|to| ("Location", to)).into_iter().collect();
        answer.extend(fields.iter().map(|(name, value)| (name.as_str(), value.as_str())));
        if head.status.is_client_error() {
            answer.extend(problems(&text).map(|name| (PROBLEM, name)));
        }
        let here = (&gateway.shops, &gateway.clock);
        recorder.page(here, &path, &form, head.status.as_u16(), &answer);
    }
    Response::from_parts(head, page.into())
}

fn too_large() -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::PAYLOAD_TOO_LARGE;
    response
}

/// The hidden fields of a page of ours: what goes back to the shop.
fn fields(page: &str) -> Vec<(String, String)> {
    let inputs = page.split("<input type=\"hidden\" name=\"").skip(1);
    let pair = |input: &str| {
        let (name, rest) = input.split_once("\" value=\"")?;
        let (value, _) = rest.split_once('"')?;
        Some((unescape(name), unescape(value)))
    };
    inputs.filter_map(pair).collect()
}

/// What a refused request has instead of fields: the parameters that are wrong.
const PROBLEM: &str = "problem";

fn problems(page: &str) -> impl Iterator<Item = &str> {
    let named = page.split("<dt><code>").skip(1);
    named.filter_map(|rest| rest.split_once("</code>").map(|(name, _)| name)).filter(|name| !name.is_empty())
}

/// The characters that the templates escape.
fn unescape(text: &str) -> String {
    const ESCAPED: [(&str, &str); 5] =
        [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
    ESCAPED.iter().fold(text.to_owned(), |text, (escaped, plain)| text.replace(escaped, plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_fields_are_read_as_they_were_written() {
        let page = "<p>no</p><input type=\"hidden\" name=\"A\" value=\"1 &#38; &#34;2&#34;\">\n\
                    <input type=\"hidden\" name=\"B\" value=\"\">";
        let read = fields(page);
        assert_eq!(read, [("A".to_owned(), "1 & \"2\"".to_owned()), ("B".to_owned(), String::new())]);
    }
}
