//! The pages for browsers: the payment window, its script, the demo shop, receipts and the merchant admin.

mod app;
mod app_terms;
mod checks;
mod choices;
mod deliveries;
mod demo;
mod merchant_admin;
mod open_windows;
mod page;
mod purchase;
mod receipt;
mod refusals;
mod returned;
mod window;

pub use demo::Checkout;

use crate::gateway::Gateway;
use crate::session;
use axum::Router;
use axum::body::Body;
use axum::http::Response;
use axum::http::header::{CONTENT_TYPE, HeaderValue};
use axum::middleware;
use axum::routing::{get, post};
use demo::Demo;
use open_windows::Windows;
use std::sync::Arc;

/// All pages, scripts and styles.
pub(crate) fn routes(gateway: Arc<Gateway>, web: String, checkout: Option<Arc<dyn Checkout>>) -> Router {
    let shop = Router::new()
        .route("/demo", get(demo::order))
        .route("/demo/demo.js", get(|| asset(JAVASCRIPT, DEMO_SCRIPT)))
        .route("/demo/returned.js", get(|| asset(JAVASCRIPT, RETURNED_SCRIPT)))
        .route("/demo/returnurl", post(demo::returned))
        .route("/demo/payres", post(demo::pay))
        .route("/demo/casnoteurl", post(demo::notified))
        .route("/demo/noteurl", post(demo::told))
        .route("/demo/wapurl", get(demo::back))
        .route("/demo/cancelurl", get(demo::back))
        .with_state(Arc::new(Demo::new(Arc::clone(&gateway), web, checkout)));
    let acts = Router::new()
        .route("/admin/payments/{tid}/cancel", post(merchant_admin::acts::cancel))
        .route("/admin/payments/{tid}/deposit", post(merchant_admin::acts::deposit))
        .route("/admin/payments/{tid}/reverse", post(merchant_admin::acts::reverse))
        .route("/admin/notices/{id}/resend", post(merchant_admin::acts::resend))
        .route("/admin/faults", post(merchant_admin::acts::plan))
        .layer(middleware::from_fn(merchant_admin::acts::from_our_page))
        .with_state(Arc::clone(&gateway));
    let admin = Router::new()
        .route("/xpay/js/receipt_link.js", get(|| asset(JAVASCRIPT, RECEIPT_SCRIPT)))
        .route("/WEB_SERVER/js/receipt_link.js", get(|| asset(JAVASCRIPT, RECEIPT_SCRIPT)))
        .route("/pg/wmp/etc/jsp/Receipt_Link.jsp", get(receipt::of_payment))
        .route("/xpay/cashreceipt", get(receipt::of_cash))
        .route("/admin", get(merchant_admin::list))
        .route("/admin/payments.csv", get(merchant_admin::download))
        .route("/admin/payments/{tid}", get(merchant_admin::show))
        .route("/admin/sent", get(merchant_admin::sent::show))
        .route("/admin/notices", get(merchant_admin::notices))
        .route("/admin/faults", get(merchant_admin::faults::show))
        .route("/sandbox/admin.js", get(|| asset(JAVASCRIPT, ADMIN_SCRIPT)))
        .with_state(Arc::clone(&gateway));
    let windows = Router::new()
        .route("/xpay/js/xpay_crossplatform.js", get(|| asset(JAVASCRIPT, SCRIPT)))
        .route("/xpay_crossplatform/sandbox/v1", get(|| asset(JAVASCRIPT, SCRIPT)))
        .route("/xpay_crossplatform/live/v1", get(|| asset(JAVASCRIPT, SCRIPT)))
        .route("/sandbox/sandbox.css", get(|| asset("text/css;charset=utf-8", CSS)))
        .route("/sandbox/icon.svg", get(|| asset("image/svg+xml", ICON)))
        .route("/sandbox/window.js", get(|| asset(JAVASCRIPT, WINDOW_SCRIPT)))
        .route("/sandbox/back.js", get(|| asset(JAVASCRIPT, BACK_SCRIPT)))
        .route("/xpay/window", post(window::open))
        .route("/xpay/authonly", post(window::open_identity))
        .route("/xpay/window/{id}", get(window::show).post(window::answer))
        .route("/xpay/window/{id}/app", get(app::show).post(app::answer))
        .with_state(Arc::new(Windows::new(Arc::clone(&gateway))));
    let record = middleware::from_fn_with_state(Arc::clone(&gateway), session::pages::record);
    shop.merge(acts).merge(admin).merge(windows).layer(record)
}

const SCRIPT: &str = include_str!("../../assets/xpay_crossplatform.js");
const WINDOW_SCRIPT: &str = include_str!("../../assets/window.js");
const BACK_SCRIPT: &str = include_str!("../../assets/back.js");
const DEMO_SCRIPT: &str = include_str!("../../assets/demo.js");
const RETURNED_SCRIPT: &str = include_str!("../../assets/returned.js");
const ADMIN_SCRIPT: &str = include_str!("../../assets/admin.js");
const ICON: &str = include_str!("../../assets/icon.svg");
const RECEIPT_SCRIPT: &str = include_str!("../../assets/receipt_link.js");
const CSS: &str = include_str!("../../assets/sandbox.css");
const JAVASCRIPT: &str = "text/javascript;charset=utf-8";

async fn asset(kind: &'static str, text: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(text));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}
