//! The HTTPS server: one thread with a runtime of its own, and an accept loop that can hang up on purpose.

use crate::admin_api;
use crate::certificate;
use crate::error::Error;
use crate::fault::stream::{Line, Mischief, Switch};
use crate::gateway::Gateway;
use crate::wire::{self, ConnectionNumber};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::header::HOST;
use axum::http::{Request, Response, StatusCode};
use axum::middleware::{self, Next};
use axum::routing::post;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use std::io;
use std::net::{IpAddr, TcpListener};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio_rustls::TlsAcceptor;

/// The running server; dropping it ends it and waits until it has ended.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Takes the port. From here on connections queue up, so whoever is told the port may connect.
pub(crate) fn listen(address: IpAddr, port: u16) -> Result<TcpListener, Error> {
    let bound = TcpListener::bind((address, port));
    bound.map_err(|error| {
        Error::new(
            format!(
                "{address}의 포트 {port}를 열 수 없습니다({error}). 다른 포트를 쓰거나 0으로 비어 있는 포트를 쓰세요"
            ),
            format!("cannot listen on {address} port {port} ({error}): use another port, or 0 for any free one"),
        )
    })
}

impl Server {
    /// The gateway answers on `listener` over TLS. What is for people is there as well, and on `web` without TLS: no
    /// browser trusts a sandbox's certificate.
    pub(crate) fn start(
        listener: TcpListener,
        web: TcpListener,
        identity: &certificate::Identity,
        gateway: Arc<Gateway>,
        pages: Router,
        names: Names,
    ) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        web.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let tls = TlsAcceptor::from(Arc::clone(&identity.server));
        let pages = admin_api::routes().with_state(Arc::clone(&gateway)).merge(pages);
        let pages = pages.layer(middleware::from_fn_with_state(names, known_by));
        let api = Router::new().route("/xpay/Gateway.do", post(wire::answer)).with_state(gateway);
        let router = api.merge(pages.clone());
        let count = Arc::new(AtomicU64::new(0));
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("xpay-sandbox".into()).spawn(move || {
            runtime.block_on(async move {
                tokio::select! {
                    _ = stopped => {}
                    _ = accept(listener, move |socket| {
                        let number = ConnectionNumber(count.fetch_add(1, Ordering::Relaxed) + 1);
                        serve(socket, number, tls.clone(), router.clone())
                    }) => {}
                    _ = accept(web, move |socket| serve_plainly(socket, pages.clone())) => {}
                }
            });
            // The runtime goes with its connections, those that hang included.
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Either end may be gone already: a server that ended by itself needs no stopping.
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// By which names people reach the pages; `None` where any will do, because strangers are expected.
pub(crate) type Names = Option<Arc<[String]>>;

/// A page of elsewhere, whose name was made to lead here, is not to read the books in its visitor's browser.
async fn known_by(State(names): State<Names>, request: Request<Body>, next: Next) -> Response<Body> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(host, |(host, _)| host);
    if names.is_none_or(|names| names.iter().any(|name| name == host)) {
        return next.run(request).await;
    }
    let mut refused = Response::new(Body::from(
        "이 이름으로는 응답하지 않습니다 / not answered under this name: use 127.0.0.1",
    ));
    *refused.status_mut() = StatusCode::MISDIRECTED_REQUEST;
    refused
}

async fn accept<F>(listener: TcpListener, serve: impl Fn(TcpStream) -> F) -> io::Result<()>
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = tokio::net::TcpListener::from_std(listener)?;
    loop {
        // A failed accept is the caller's loss (it left, or files ran out for a moment), not the server's end.
        match listener.accept().await {
            Ok((socket, _)) => {
                tokio::spawn(serve(socket));
            }
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

/// One connection. Its errors are the client's: a refused certificate, a broken line, a fault asked for.
async fn serve(socket: TcpStream, number: ConnectionNumber, tls: TlsAcceptor, router: Router) {
    let _ = socket.set_nodelay(true);
    let Ok(stream) = tls.accept(socket).await else { return };
    let switch = Switch::default();
    let line = Line::new(stream, switch.clone());
    let router = TowerToHyperService::new(router);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(number);
        let (answer, switch) = (router.call(request), switch.clone());
        async move { answer.await.map_err(io::Error::other).and_then(|response| obey(response, &switch)) }
    });
    let _ = http1::Builder::new().serve_connection(TokioIo::new(line), service).await;
}

async fn serve_plainly(socket: TcpStream, router: Router) {
    let service = TowerToHyperService::new(router);
    let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
}

/// Tells the line what is to become of a response. An error instead of one makes hyper close the connection at once.
fn obey(response: Response<Body>, switch: &Switch) -> io::Result<Response<Body>> {
    let Some(mischief) = response.extensions().get::<Mischief>().copied() else { return Ok(response) };
    switch.set(mischief);
    if mischief.is_mute() { Err(io::Error::other("closed on request")) } else { Ok(response) }
}
