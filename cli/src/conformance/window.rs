//! A page on loopback that opens the test window, and the page to which the window returns.

use super::examination::Examination;
use super::finding::Text;
use super::payment::Consent;
use super::report::HEAD;
use crate::failure::Failure;
use crate::language::Language;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::Html;
use axum::routing::{get, post};
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::mpsc;
use xpayclient_core::tables::HOSTS;
use xpayclient_core::window::WindowRequest;
use xpayclient_core::window_return::UnverifiedReturn;
use xpayclient_core::{Platform, timestamp};

/// The play payment, in won.
const AMOUNT: u64 = 1000;

/// What both pages need.
struct Pages {
    form: String,
    script: String,
    returned: mpsc::Sender<Bytes>,
}

/// Waits until the buyer has agreed to the play payment in a browser.
pub(super) fn consent(
    examination: &mut Examination,
    mid: &str,
    script: Option<&str>,
) -> Result<Consent, Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(unserved)?;
    let body = runtime.block_on(serve(examination, mid, script.unwrap_or(HOSTS.window_script_test)))?;
    let returned = UnverifiedReturn::parse(&body)?;
    let oid = returned.claimed_oid().unwrap_or_default().to_owned();
    let config = examination.client().config().clone();
    let returned = returned.verify(&config, Platform::Test, mid, &oid, AMOUNT)?;
    let names: Vec<&str> = returned.values().map(|(name, _)| name).collect();
    examination.note(
        "return-fields",
        Text::new("결제창이 돌려준 항목", "the fields of the window's return"),
        names.join(" "),
        Text::new("이름만 적습니다", "names only"),
    );
    let paykey = returned.pay_key.as_ref().map(|key| key.expose().to_owned()).ok_or_else(|| {
        Failure::new(
            format!("결제창이 {}(으)로 끝났습니다", returned.code),
            format!("the window ended with {}", returned.code),
        )
    })?;
    Ok(Consent { paykey, amount: AMOUNT })
}

async fn serve(examination: &Examination, mid: &str, script: &str) -> Result<Bytes, Failure> {
    let listener = TcpListener::bind("127.0.0.1:0").await.map_err(unserved)?;
    let address = listener.local_addr().map_err(unserved)?;
    let config = examination.client().config();
    let request = WindowRequest::new(
        mid.strip_prefix('t').unwrap_or(mid),
        format!("conformance-{}", timestamp()),
        AMOUNT,
    )
    .buyer("conformance")
    .product_info("conformance")
    .return_url(format!("http://{address}/return"))
    .window_type("submit")
    .other("LGD_CUSTOM_USABLEPAY", "SC0010")
    .other("LGD_ENCODING", "UTF-8")
    .other("LGD_ENCODING_RETURNURL", "UTF-8");
    let form = request.sign(config, Platform::Test)?.hidden_fields();
    let (returned, mut came) = mpsc::channel(1);
    let pages = Arc::new(Pages { form, script: script.replace('"', "%22"), returned });
    let routes = Router::new().route("/", get(open)).route("/return", post(back)).with_state(pages);
    aside!(
        "{}",
        Language::chosen().of(
            format!(
                "브라우저에서 http://{address}/ 를 열고 테스트 결제창에서 결제하십시오. Ctrl-C로 그만둡니다"
            ),
            format!("open http://{address}/ in a browser and pay in the test window; Ctrl-C stops"),
        )
    );
    tokio::select! {
        served = axum::serve(listener, routes) => {
            Err(served.err().map_or_else(|| unserved(std::io::Error::other("it ended")), unserved))
        }
        body = came.recv() => body.ok_or_else(|| unserved(std::io::Error::other("it ended"))),
    }
}

async fn open(State(pages): State<Arc<Pages>>) -> Html<String> {
    let Pages { form, script, .. } = &*pages;
    Html(format!(
        "{HEAD}<h1>xpay conformance</h1><p>테스트 결제 {AMOUNT}원 <span lang=\"en\">· a play payment of {AMOUNT} won</span></p>\
        <form id=\"LGD_PAYINFO\" method=\"post\">{form}</form>\
        <button id=\"pay\">테스트 결제창 열기 · Open the test window</button>\
        <script src=\"{script}\"></script><script>document.getElementById('pay').onclick = function () {{\
        openXpay(document.getElementById('LGD_PAYINFO'), 'test', 'submit', null, '', ''); }};</script></body></html>"
    ))
}

async fn back(State(pages): State<Arc<Pages>>, body: Bytes) -> Html<String> {
    // A second return is not needed.
    let _ = pages.returned.try_send(body);
    Html(format!(
        "{HEAD}<p>터미널에서 계속합니다. <span lang=\"en\">It goes on in the terminal.</span></p></body></html>"
    ))
}

fn unserved(error: std::io::Error) -> Failure {
    Failure::new(
        format!("127.0.0.1에서 페이지를 열 수 없습니다({error}). 대신 --paykey를 쓰십시오"),
        format!("cannot serve the page on 127.0.0.1 ({error}): use --paykey instead"),
    )
}
