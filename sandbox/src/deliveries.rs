//! The page that takes escrow deliveries: a form in EUC-KR, answered with `OK` or with what is wrong.

use crate::codes::{self, Refusal};
use crate::fault::Fault;
use crate::form::Form;
use crate::gateway::Gateway;
use crate::ledger::delivery::RegisteredDelivery;
use crate::ledger::payment;
use crate::request_log::RecordedRequest;
use crate::transactions::call::require;
use crate::wire::ConnectionNumber;
use crate::{clock, sent, signature, tables};
use axum::body::{Body, Bytes};
use axum::extract::{RawQuery, State};
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, Method, Response, StatusCode};
use axum::routing::get;
use axum::{Extension, Router};
use encoding_rs::EUC_KR;
use std::sync::Arc;

/// The pages of both platforms.
pub(crate) fn routes() -> Router<Arc<Gateway>> {
    let page = || get(register).post(register);
    tables::escrow_paths().fold(Router::new(), |router, path| router.route(path, page()))
}

async fn register(
    State(gateway): State<Arc<Gateway>>,
    Extension(ConnectionNumber(connection)): Extension<ConnectionNumber>,
    method: Method,
    RawQuery(query): RawQuery,
    body: Bytes,
) -> Response<Body> {
    let given = if method == Method::GET { query.unwrap_or_default().into() } else { body };
    let fault = gateway.faults().pop_front();
    let delay = fault.as_ref().and_then(Fault::delay_before);
    let skipped = fault.as_ref().is_some_and(|fault| fault.before && delay.is_none());
    if let Some(delay) = delay {
        tokio::time::sleep(delay).await;
    }
    let (code, answer) = match skipped {
        true => (codes::NOT_DONE.on("").code(), String::new()),
        false => match take(&gateway, &given) {
            Ok(()) => ("0000", "OK".to_owned()),
            Err(refusal) => {
                let text = format!("{} {} / {}", refusal.code(), refusal.korean(), refusal.english());
                (refusal.code(), text)
            }
        },
    };
    // What a shop sent is only a help for whoever looks at it: without it the answer is the same.
    if let Ok(form) = Form::parse(&given) {
        let _ =
            sent::record(&gateway, sent::ESCROW, form.text("mid"), form.iter().map(|(name, _)| name), &[]);
    }
    gateway.requests().push(recorded(&gateway, &given, code, &answer, fault.as_ref(), connection));
    let faulty = match fault {
        Some(fault) => fault.apply(answer).await,
        None => Ok(plain(&answer)),
    };
    faulty.unwrap_or_else(|_| {
        let mut failed = Response::new(Body::empty());
        *failed.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
        failed
    })
}

fn take(gateway: &Gateway, body: &[u8]) -> Result<(), Refusal> {
    let form = Form::parse(body)?;
    require(&form, &["mid", "oid", "dlvtype", "hashdata"])?;
    let shop = gateway.shops.find(form.text("mid"))?;
    let (mid, oid, kind) = (shop.mid.as_str(), form.text("oid"), form.text("dlvtype"));
    let (date, expected) = match kind {
        "03" => {
            require(&form, &["dlvdate", "dlvcompcode", "dlvno"])?;
            let [date, company, number] = ["dlvdate", "dlvcompcode", "dlvno"].map(|name| form.text(name));
            (("dlvdate", date), signature::escrow_sent(mid, oid, date, company, number, &shop.key))
        }
        "01" => {
            require(&form, &["rcvdate"])?;
            let date = form.text("rcvdate");
            (("rcvdate", date), signature::escrow_received(mid, oid, kind, date, &shop.key))
        }
        _ => return Err(codes::MALFORMED.with("dlvtype", "03|01")),
    };
    if !clock::is_stamp(&format!("{}00", date.1)) {
        return Err(codes::MALFORMED.with(date.0, "yyyyMMddHHmm"));
    }
    if !signature::equal(&expected, form.text("hashdata")) {
        return Err(codes::AUTH_CODE.with("hashdata", "MertKey"));
    }
    let mut ledger = gateway.ledger();
    let db = ledger.begin()?;
    let paid = payment::find_of_order(&db, mid, oid)?.ok_or_else(|| codes::TID.on("oid"))?;
    if !paid.escrow {
        return Err(codes::NOT_ESCROW.on("oid"));
    }
    if !paid.is_live() {
        return Err(codes::NOT_APPROVED.on("oid"));
    }
    let text = |name| form.text(name).to_owned();
    let delivery = RegisteredDelivery {
        tid: paid.tid,
        kind: kind.to_owned(),
        product: text("productid"),
        date: date.1.to_owned(),
        company: text("dlvcompcode"),
        number: text("dlvno"),
        at: gateway.clock.stamp(),
    };
    delivery.enter(&db)?;
    Ok(db.commit()?)
}

fn recorded(
    gateway: &Gateway,
    body: &[u8],
    code: &str,
    answer: &str,
    fault: Option<&Fault>,
    connection: u64,
) -> RecordedRequest {
    let form = Form::parse(body).unwrap_or_default();
    let mut request = RecordedRequest { raw_body: body.to_vec(), connection, ..RecordedRequest::default() };
    request.describe(&form);
    RecordedRequest {
        txname: "rcvdlvinfo.jsp".into(),
        mid: form.text("mid").to_owned(),
        code: code.to_owned(),
        fault: fault.map(ToString::to_string).unwrap_or_default(),
        answer: vec![("LGD_RESPMSG".into(), answer.to_owned())],
        at: gateway.clock.stamp(),
        ..request
    }
}

fn plain(answer: &str) -> Response<Body> {
    let mut response = Response::new(Body::from(EUC_KR.encode(answer).0.into_owned()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html;charset=EUC-KR"));
    response
}
