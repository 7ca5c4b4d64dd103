//! A connection that knows how far it came. Whether money may have moved is decided by this, never by an error's text.

use std::fmt;
use std::io::{self, Read, Write};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};
use ureq::config::Config;
use ureq::http::Uri;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::time::Duration;
use ureq::unversioned::transport::{
    Buffers, ConnectProxyConnector, ConnectionDetails, Connector, Either, LazyBuffers, NextTimeout,
    TcpConnector, Transport, TransportAdapter,
};
use ureq::{Agent, Error};

use crate::stop::Stop;
use crate::world::{Line, Lines};

/// How far an exchange with the gateway came.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// The host name is looked up, the proxy's where there is one.
    Resolving,
    /// The address is known, the socket or the proxy's tunnel is not open yet.
    Connecting,
    /// The socket is open; no byte of the request can have left before the TLS handshake is done.
    Handshaking,
    /// Bytes of the request may have left.
    Sending,
    /// The request was handed over whole; the answer is waited for.
    Receiving,
}

/// What lines to the gateway are made of.
#[derive(Clone)]
pub(crate) enum Wire {
    /// TCP, through a proxy where there is one, and this TLS.
    Tls(Arc<ClientConfig>),
    Simulated(Arc<dyn Lines>),
}

/// A way to the gateway for one exchange after the other, with at most one connection.
pub(crate) struct Channel {
    agent: Agent,
    progress: Progress,
}

impl Channel {
    /// A way that leads over `wire`. Nothing is opened yet.
    pub(crate) fn new(config: Config, wire: Wire) -> Channel {
        let progress = Progress::default();
        let noting = || progress.clone();
        let agent = match wire {
            Wire::Tls(tls) => {
                let proxy: ConnectProxyConnector = ConnectProxyConnector::default();
                let tls = Tls { config: tls, progress: noting() };
                let connector = ().chain(proxy).chain(TcpConnector::default()).chain(tls);
                Agent::with_parts(
                    config,
                    connector,
                    NotingResolver::new(DefaultResolver::default(), noting()),
                )
            }
            Wire::Simulated(lines) => {
                let connector = Simulated { lines, progress: noting() };
                Agent::with_parts(config, connector, NotingResolver::new(Nowhere, noting()))
            }
        };
        Channel { agent, progress }
    }

    /// For an exchange that ends by `deadline` or by `stop`.
    pub(crate) fn begin(&self, deadline: Instant, stop: Option<Stop>) -> &Agent {
        self.progress.begin(End { deadline, stop });
        &self.agent
    }

    /// How far the exchange came.
    pub(crate) fn phase(&self) -> Phase {
        self.progress.phase()
    }
}

/// The phase, shared by the parts of one exchange. Within one it only ever moves forward.
#[derive(Clone, Debug, Default)]
struct Progress(Arc<Exchange>);

#[derive(Debug, Default)]
struct Exchange {
    phase: AtomicU8,
    end: Mutex<Option<End>>,
}

/// When an exchange is over at the latest, and who may end it before.
#[derive(Debug)]
struct End {
    deadline: Instant,
    stop: Option<Stop>,
}

impl Progress {
    fn begin(&self, end: End) {
        *self.end() = Some(end);
        self.0.phase.store(Phase::Resolving as u8, Ordering::SeqCst);
    }

    fn end(&self) -> MutexGuard<'_, Option<End>> {
        self.0.end.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn stop(&self) -> Option<Stop> {
        self.end().as_ref()?.stop.clone()
    }

    /// What is left of the time.
    fn remaining(&self) -> std::time::Duration {
        let left = self.end().as_ref().map(|end| end.deadline.saturating_duration_since(Instant::now()));
        left.unwrap_or_default()
    }

    fn phase(&self) -> Phase {
        const PHASES: [Phase; 4] = [Phase::Resolving, Phase::Connecting, Phase::Handshaking, Phase::Sending];
        let reached = usize::from(self.0.phase.load(Ordering::SeqCst));
        PHASES.get(reached).copied().unwrap_or(Phase::Receiving)
    }

    fn reach(&self, phase: Phase) {
        self.0.phase.fetch_max(phase as u8, Ordering::SeqCst);
    }
}

/// Looks a name up, and again only after a while: ureq asks also where a connection is kept.
#[derive(Debug)]
struct NotingResolver<R> {
    inner: R,
    known: Mutex<Option<(Instant, ResolvedSocketAddrs)>>,
    progress: Progress,
}

/// For how long an address that was looked up is used.
const KNOWN_FOR: std::time::Duration = std::time::Duration::from_secs(60);

impl<R> NotingResolver<R> {
    fn new(inner: R, progress: Progress) -> NotingResolver<R> {
        NotingResolver { inner, known: Mutex::new(None), progress }
    }
}

impl<R: Resolver> Resolver for NotingResolver<R> {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let fresh = known.take().filter(|(since, _)| since.elapsed() < KNOWN_FOR);
        let (since, addresses) = match fresh {
            Some(fresh) => fresh,
            None => (Instant::now(), self.inner.resolve(uri, config, timeout)?),
        };
        *known = Some((since, addresses.clone()));
        self.progress.reach(Phase::Connecting);
        Ok(addresses)
    }
}

/// Wraps the open socket in TLS. The handshake is finished here, before ureq may send anything.
struct Tls {
    config: Arc<ClientConfig>,
    progress: Progress,
}

impl<In: Transport> Connector<In> for Tls {
    type Out = Either<In, NotingTransport<TlsStream>>;

    fn connect(&self, details: &ConnectionDetails, socket: Option<In>) -> Result<Option<Self::Out>, Error> {
        let socket = socket.ok_or(Error::ConnectionFailed)?;
        if !details.needs_tls() {
            // The connection to a proxy, which is asked in clear for a tunnel; the gateway's own URL is always https.
            return Ok(Some(Either::A(socket)));
        }
        self.progress.reach(Phase::Handshaking);
        let mut conn = ClientConnection::new(self.config.clone(), server_name(details.uri)?)
            .map_err(|error| Error::Other(Box::new(error)))?;
        let mut sock = TransportAdapter::new(socket.boxed(), details.current_time.clone());
        let timeout = NextTimeout { after: Duration::Exact(self.progress.remaining()), ..details.timeout };
        self.progress.wait(timeout, |slice| {
            sock.set_timeout(slice);
            conn.complete_io(&mut sock)
        })?;
        let stream =
            TlsStream { stream: StreamOwned { conn, sock }, timeout, progress: self.progress.clone() };
        Ok(Some(Either::B(NotingTransport::new(stream, details.config, &self.progress))))
    }
}

/// The name to find in the certificate: the URL's host, without the brackets of an IPv6 address.
fn server_name(uri: &Uri) -> Result<ServerName<'static>, Error> {
    let host = uri.host().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    ServerName::try_from(bare.to_owned()).map_err(|_| Error::BadUri(host.to_owned()))
}

/// A byte stream after its handshake.
trait Stream: Read + Write + fmt::Debug + Send + Sync + 'static {
    fn set_timeout(&mut self, timeout: NextTimeout);
    fn is_open(&mut self) -> bool;
}

struct TlsStream {
    stream: StreamOwned<ClientConnection, TransportAdapter>,
    timeout: NextTimeout,
    progress: Progress,
}

impl Stream for TlsStream {
    fn set_timeout(&mut self, timeout: NextTimeout) {
        self.stream.sock.set_timeout(timeout);
        self.timeout = timeout;
    }

    /// Nothing may have come since the last answer: neither what TLS has read already, nor what waits in the socket.
    fn is_open(&mut self) -> bool {
        let read = self.stream.conn.process_new_packets();
        let quiet = read.is_ok_and(|state| !state.peer_has_closed() && state.plaintext_bytes_to_read() == 0);
        quiet && self.stream.sock.get_mut().is_open()
    }
}

impl Read for TlsStream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let stream = &mut self.stream;
        self.progress.wait(self.timeout, |slice| {
            stream.sock.set_timeout(slice);
            stream.read(buffer)
        })
    }
}

impl Write for TlsStream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.stream.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.stream.flush()
    }
}

/// How long is waited: to the end, or in slices between which somebody may end it.
impl Progress {
    const SLICE: std::time::Duration = std::time::Duration::from_millis(50);

    /// Tries until `timeout`, which every try is told its share of.
    fn wait<T>(
        &self,
        timeout: NextTimeout,
        mut attempt: impl FnMut(NextTimeout) -> io::Result<T>,
    ) -> io::Result<T> {
        let (Some(_), Duration::Exact(whole)) = (self.stop(), timeout.after) else { return attempt(timeout) };
        let until = Instant::now() + whole;
        loop {
            self.check().map_err(Error::into_io)?;
            let left = until.saturating_duration_since(Instant::now());
            let slice = NextTimeout { after: Duration::Exact(left.min(Self::SLICE)), ..timeout };
            match attempt(slice) {
                Err(error) if left > Self::SLICE && timed_out(&error) => {}
                result => return result,
            }
        }
    }

    fn check(&self) -> Result<(), Error> {
        match self.stop() {
            Some(stop) if stop.is_stopped() => Err(Error::Other("the wait was ended".into())),
            _ => Ok(()),
        }
    }
}

fn timed_out(error: &io::Error) -> bool {
    let cause = error.get_ref().and_then(|cause| cause.downcast_ref::<Error>());
    matches!(cause, Some(Error::Timeout(_)))
}

/// Notes when bytes of the request may leave, and when the answer is waited for.
#[derive(Debug)]
struct NotingTransport<S> {
    stream: S,
    buffers: LazyBuffers,
    progress: Progress,
}

impl<S: Stream> NotingTransport<S> {
    fn new(stream: S, config: &Config, progress: &Progress) -> NotingTransport<S> {
        let buffers = LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size());
        NotingTransport { stream, buffers, progress: progress.clone() }
    }
}

impl<S: Stream> Transport for NotingTransport<S> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        // Before the phase: what is stopped here has not left, nor will it.
        self.progress.check()?;
        self.progress.reach(Phase::Sending);
        self.stream.set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output)?;
        // rustls keeps a socket's error for the next call; asked here, a failed send is not taken for a failed receive.
        self.stream.flush()?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.progress.reach(Phase::Receiving);
        self.stream.set_timeout(timeout);
        let read = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(read);
        Ok(read > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

/// A simulator's line in place of TCP and TLS.
#[derive(Debug)]
struct Simulated {
    lines: Arc<dyn Lines>,
    progress: Progress,
}

impl Connector for Simulated {
    type Out = NotingTransport<Box<dyn Line>>;

    fn connect(&self, details: &ConnectionDetails, _: Option<()>) -> Result<Option<Self::Out>, Error> {
        let mut line = self.lines.connect()?;
        self.progress.reach(Phase::Handshaking);
        line.handshake()?;
        Ok(Some(NotingTransport::new(line, details.config, &self.progress)))
    }
}

impl Stream for Box<dyn Line> {
    // A simulated line knows by itself when its caller would lose patience.
    fn set_timeout(&mut self, _: NextTimeout) {}

    fn is_open(&mut self) -> bool {
        true
    }
}

/// The address of a gateway that has none.
#[derive(Debug)]
struct Nowhere;

impl Resolver for Nowhere {
    fn resolve(&self, _: &Uri, _: &Config, _: NextTimeout) -> Result<ResolvedSocketAddrs, Error> {
        let mut addresses = self.empty();
        addresses.push(SocketAddr::from(([127, 0, 0, 1], 443)));
        Ok(addresses)
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

impl fmt::Debug for TlsStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsStream")
    }
}
