//! Between HTTP and the gateway: reads the form, writes the request log, and applies faults to the answer.

use crate::codes::{self, Refusal};
use crate::fault::{self, Fault};
use crate::form::Form;
use crate::gateway::{Answer, Gateway};
use crate::reply;
use crate::request_log::RecordedRequest;
use crate::sent;
use axum::Extension;
use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode};
use std::sync::Arc;
use std::time::Duration;

/// The number of a request's connection, from 1.
#[derive(Clone, Copy)]
pub(crate) struct ConnectionNumber(pub(crate) u64);

/// `POST /xpay/Gateway.do`.
pub(crate) async fn answer(
    State(gateway): State<Arc<Gateway>>,
    Extension(ConnectionNumber(connection)): Extension<ConnectionNumber>,
    headers: HeaderMap,
    body: Bytes,
) -> Response<Body> {
    let received = Received::from(&gateway, connection, &headers, &body);
    let fault = received.fault.clone();
    let answer = match fault.as_ref().and_then(Fault::delay_before) {
        // In a task of its own: it is executed even if the caller has left.
        Some(delay) => tokio::spawn(received.serve_delayed(gateway, delay))
            .await
            .unwrap_or_else(|error| Answer::from(codes::INTERNAL.with("delay", error))),
        None => received.serve(&gateway),
    };
    if answer.silent {
        std::future::pending::<()>().await;
    }
    let response = match fault {
        Some(fault) => fault.apply(answer.json()).await,
        None => Ok(plain(answer)),
    };
    response.unwrap_or_else(|_| {
        let mut failed = Response::new(Body::empty());
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}

/// A received request with its fault.
struct Received {
    request: RecordedRequest,
    form: Result<Form, Refusal>,
    fault: Option<Fault>,
}

impl Received {
    fn from(gateway: &Gateway, connection: u64, headers: &HeaderMap, body: &Bytes) -> Self {
        let mut request = RecordedRequest {
            at: gateway.clock.stamp(),
            connection,
            content_type: headers
                .get(CONTENT_TYPE)
                .and_then(|one| one.to_str().ok())
                .unwrap_or_default()
                .to_owned(),
            headers: lines(headers),
            raw_body: body.to_vec(),
            ..RecordedRequest::default()
        };
        let injected = gateway.faults().pop_front();
        let (form, fault) = match read(headers, body, &mut request) {
            Ok((form, asked)) => {
                let scripted = gateway.script().fault_for(&form);
                (Ok(form), injected.or(asked).or(scripted))
            }
            Err(refusal) => (Err(refusal), injected),
        };
        request.fault = fault.as_ref().map(ToString::to_string).unwrap_or_default();
        Self { request, form, fault }
    }

    async fn serve_delayed(self, gateway: Arc<Gateway>, delay: Duration) -> Answer {
        tokio::time::sleep(delay).await;
        self.serve(&gateway)
    }

    fn serve(mut self, gateway: &Gateway) -> Answer {
        let skipped = self.fault.is_some_and(|fault| fault.before && fault.delay_before().is_none());
        let (answer, form) = match self.form {
            Ok(form) if skipped => (codes::NOT_DONE.on(fault::PARAMETER).into(), form),
            Ok(form) => (serve(gateway, &form), form),
            Err(refusal) => (refusal.into(), Form::default()),
        };
        self.request.code = answer.code.to_string();
        self.request.answer = answer.recorded();
        if let Some(recorder) = &gateway.recorder {
            let here = (&gateway.shops, &gateway.clock);
            let RecordedRequest { fault, code, answer, .. } = &self.request;
            recorder.transaction(here, &form, fault, code, answer);
        }
        gateway.requests().push(self.request);
        answer
    }
}

fn serve(gateway: &Gateway, form: &Form) -> Answer {
    let names = form.iter().map(|(name, _)| name);
    let recorded = sent::record(gateway, form.text("LGD_TXNAME"), form.text("LGD_MID"), names, &[]);
    recorded.map_or_else(Answer::from, |()| gateway.serve(form))
}

/// The form, and the fault that it asks for.
fn read(
    headers: &HeaderMap,
    body: &[u8],
    request: &mut RecordedRequest,
) -> Result<(Form, Option<Fault>), Refusal> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let declared = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !declared.is_some_and(|declared| declared.starts_with(FORM)) {
        return Err(codes::CONTENT_TYPE.with("Content-Type", FORM));
    }
    let form = Form::parse(body)?;
    request.describe(&form);
    let asked = form.get(fault::PARAMETER).map(Fault::parse).transpose()?;
    Ok((form, asked))
}

fn plain(answer: Answer) -> Response<Body> {
    match answer.file {
        Some(file) => {
            let mut response = Response::new(Body::from(file));
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain;charset=UTF-8"));
            response
        }
        None => reply::json(answer.json()),
    }
}

fn lines(headers: &HeaderMap) -> Vec<(String, String)> {
    let text = |value: &HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    headers.iter().map(|(name, value)| (name.to_string(), text(value))).collect()
}
