//! What `--metrics` serves while recovery works: the metrics, and whether it is well. Recovery never waits for whoever reads it.

use super::health::Health;
use super::metrics::Metrics;
use super::round::Round;
use crate::failure::Failure;
use crate::language::Language;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use axum::routing::get;
use hyper::server::conn::http1;
use hyper_util::rt::TokioIo;
use hyper_util::service::TowerToHyperService;
use prometheus_client::encoding::prometheus_text;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;

/// At once: the journal and the gateway need file descriptors, too.
const CONNECTIONS: usize = 16;

/// For one request with its answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// Shared by recovery and by whoever asks.
#[derive(Clone)]
pub(super) struct Watched(Arc<Mutex<Known>>);

struct Known {
    metrics: Metrics,
    health: Health,
}

impl Watched {
    /// `patience` is how long nothing may happen.
    pub(super) fn new(patience: Duration) -> Watched {
        let health = Health::new(Instant::now(), patience);
        Watched(Arc::new(Mutex::new(Known { metrics: Metrics::new(), health })))
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn works(&self, patience: Duration) {
        self.known().health.works(Instant::now(), patience);
    }

    /// After a round; `None` if it ended with an error.
    pub(super) fn ended(&self, round: Option<&Round>, patience: Duration) {
        let mut known = self.known();
        known.metrics.ended(round);
        known.health.ended(round.is_some(), Instant::now(), patience);
    }

    /// Serves from a thread of its own, from now on to the end of the process.
    pub(super) fn serve(&self, address: SocketAddr) -> Result<(), Failure> {
        let unserved = |error: io::Error| unserved(address, &error);
        let listener = TcpListener::bind(address).map_err(unserved)?;
        let bound = listener.local_addr().map_err(unserved)?;
        listener.set_nonblocking(true).map_err(unserved)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(unserved)?;
        let routes = Router::new().route("/metrics", get(metrics)).route("/healthz", get(health));
        let accepting = accept(listener, routes.with_state(self.clone()));
        let thread = thread::Builder::new().name("metrics".into());
        thread.spawn(move || runtime.block_on(accepting)).map_err(unserved)?;
        let language = Language::chosen();
        aside!("{}: http://{bound}/metrics", language.of("지표", "metrics"));
        Ok(())
    }
}

async fn accept(listener: TcpListener, routes: Router) {
    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else { return };
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    // It is never closed.
    while let Ok(place) = places.clone().acquire_owned().await {
        match listener.accept().await {
            Ok((stream, _)) => {
                let routes = routes.clone();
                tokio::spawn(async move {
                    let _ = tokio::time::timeout(PATIENCE, answer(stream, routes)).await;
                    drop(place);
                });
            }
            // There are no file descriptors, or the caller is gone.
            Err(_) => tokio::time::sleep(Duration::from_millis(100)).await,
        }
    }
}

async fn answer(stream: TcpStream, routes: Router) {
    let service = TowerToHyperService::new(routes);
    // The caller may leave early.
    let _ = http1::Builder::new().keep_alive(false).serve_connection(TokioIo::new(stream), service).await;
}

async fn metrics(State(watched): State<Watched>) -> impl IntoResponse {
    ([(CONTENT_TYPE, prometheus_text::CONTENT_TYPE)], watched.known().metrics.text())
}

async fn health(State(watched): State<Watched>) -> impl IntoResponse {
    let verdict = watched.known().health.verdict(Instant::now());
    let status = if verdict.is_well() { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, format!("{}\n", verdict.sentence(Language::chosen())))
}

fn unserved(address: SocketAddr, error: &io::Error) -> Failure {
    Failure::new(
        format!(
            "--metrics {address}에서 지표를 제공할 수 없습니다({error}). 다른 주소나 포트를 쓰십시오. 아무것도 복구하지 않았습니다"
        ),
        format!(
            "cannot serve metrics on {address} ({error}): write another address or port after --metrics. Nothing was recovered"
        ),
    )
}
