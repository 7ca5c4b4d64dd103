//! The HTTPS server: one thread with a runtime of its own, and connections that can break on purpose.

use crate::admin_api;
use crate::certificate;
use crate::deliveries;
use crate::error::Error;
use crate::fault::stream::{Disruption, FaultyStream, Switch};
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
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::{oneshot, watch};
use tokio_rustls::TlsAcceptor;

/// The running server. Dropping it stops it and waits until it has stopped.
pub(crate) struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Binds the port. From then on connections are queued, so clients may connect.
pub(crate) fn listen(address: IpAddr, port: u16) -> Result<TcpListener, Error> {
    let bound = TcpListener::bind((address, port));
    bound.map_err(|error| {
        Error::new(
            format!(
                "{address}의 포트 {port}를 열 수 없습니다({error}). 다른 포트를 쓰거나 0으로 비어 있는 포트를 쓰십시오"
            ),
            format!("cannot listen on {address} port {port} ({error}): use another port, or 0 for any free one"),
        )
    })
}

impl Server {
    /// The gateway answers on `listener` over TLS. The pages are there too, and on `web` without TLS, because no browser
    /// trusts a sandbox's certificate.
    pub(crate) fn start(
        listener: TcpListener,
        web: TcpListener,
        identity: &certificate::Identity,
        gateway: Arc<Gateway>,
        pages: Router,
        hosts: AllowedHosts,
    ) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        web.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let tls = TlsAcceptor::from(Arc::clone(&identity.server));
        let pages = admin_api::routes().with_state(Arc::clone(&gateway)).merge(pages);
        let pages = pages.layer(middleware::from_fn_with_state(hosts, check_host));
        let router = router(&gateway, pages.clone());
        let count = Arc::new(AtomicU64::new(0));
        let keep_alive = gateway.profile.keep_alive;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("xpay-sandbox".into()).spawn(move || {
            runtime.block_on(async move {
                tokio::select! {
                    _ = stopped => {}
                    _ = accept(listener, move |socket| {
                        let number = ConnectionNumber(count.fetch_add(1, Ordering::Relaxed) + 1);
                        serve(socket, number, tls.clone(), router.clone(), keep_alive)
                    }) => {}
                    _ = accept(web, move |socket| serve_plainly(socket, pages.clone())) => {}
                }
            });
            // The runtime is dropped with all connections, including those that hang.
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

/// The gateway's own addresses beside the pages.
pub(crate) fn router(gateway: &Arc<Gateway>, pages: Router) -> Router {
    let api = Router::new().route("/xpay/Gateway.do", post(wire::answer)).merge(deliveries::routes());
    api.with_state(Arc::clone(gateway)).merge(pages)
}

impl Drop for Server {
    fn drop(&mut self) {
        // An error means that the server has stopped already.
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

/// The host names under which the pages are served; `None` for any, if the sandbox is open to the network.
pub(crate) type AllowedHosts = Option<Arc<[String]>>;

/// Prevents DNS rebinding: a page of another site must not read the ledger through its visitor's browser.
async fn check_host(State(hosts): State<AllowedHosts>, request: Request<Body>, next: Next) -> Response<Body> {
    let host = request.headers().get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host
        .rsplit_once(':')
        .filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()))
        .map_or(host, |(host, _)| host);
    if hosts.is_none_or(|hosts| hosts.iter().any(|name| name == host)) {
        return next.run(request).await;
    }
    let mut refused = Response::new(Body::from(
        "이 이름으로는 응답하지 않습니다 / no page under this host name: use 127.0.0.1",
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
        // A failed accept ends only this connection, not the server.
        match listener.accept().await {
            Ok((socket, _)) => {
                tokio::spawn(serve(socket));
            }
            Err(_) => tokio::task::yield_now().await,
        }
    }
}

/// One connection. Its errors are expected: a refused certificate, a broken connection, a requested fault.
async fn serve(
    socket: TcpStream,
    number: ConnectionNumber,
    tls: TlsAcceptor,
    router: Router,
    keep_alive: Option<u16>,
) {
    let _ = socket.set_nodelay(true);
    let Ok(stream) = tls.accept(socket).await else { return };
    let switch = Switch::default();
    let stream = FaultyStream::new(stream, switch.clone());
    let router = TowerToHyperService::new(router);
    let (busy, mut idle) = watch::channel(0);
    let service = service_fn(move |mut request: Request<Incoming>| {
        request.extensions_mut().insert(number);
        let (answer, switch, busy) = (router.call(request), switch.clone(), busy.clone());
        async move {
            busy.send_modify(|requests| *requests += 1);
            let response = answer.await;
            busy.send_modify(|requests| *requests -= 1);
            response.map_err(io::Error::other).and_then(|response| disrupt(response, &switch))
        }
    });
    let connection = http1::Builder::new()
        .keep_alive(keep_alive != Some(0))
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let patience =
        keep_alive.filter(|seconds| *seconds > 0).map(|seconds| Duration::from_secs(seconds.into()));
    loop {
        tokio::select! {
            _ = connection.as_mut() => return,
            () = idle_for(&mut idle, patience) => connection.as_mut().graceful_shutdown(),
        }
    }
}

/// Ends once no request was served for so long; never without a limit.
async fn idle_for(requests: &mut watch::Receiver<u32>, patience: Option<Duration>) {
    let Some(patience) = patience else { return std::future::pending().await };
    loop {
        // An error means that the connection is over.
        if requests.wait_for(|requests| *requests == 0).await.is_err() {
            return std::future::pending().await;
        }
        match tokio::time::timeout(patience, requests.changed()).await {
            Ok(_) => {}
            Err(_) => return,
        }
    }
}

async fn serve_plainly(socket: TcpStream, router: Router) {
    let service = TowerToHyperService::new(router);
    let _ = http1::Builder::new().serve_connection(TokioIo::new(socket), service).await;
}

/// Passes the disruption of a response to the stream. If nothing is sent, an error makes hyper close the connection at once.
fn disrupt(response: Response<Body>, switch: &Switch) -> io::Result<Response<Body>> {
    let Some(disruption) = response.extensions().get::<Disruption>().copied() else { return Ok(response) };
    switch.set(disruption);
    if disruption.sends_nothing() { Err(io::Error::other("closed on request")) } else { Ok(response) }
}
