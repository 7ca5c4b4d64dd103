//! A connection that knows how far it came. Whether money may have moved is decided by this, never by an error's text.

use std::fmt;
use std::io::{Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
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

/// An agent for one exchange that ends by `deadline`, and the phase it is in.
pub(crate) fn agent(config: Config, tls: Arc<ClientConfig>, deadline: Instant) -> (Agent, Progress) {
    let progress = Progress::default();
    let proxy: ConnectProxyConnector = ConnectProxyConnector::default();
    let connector =
        ().chain(proxy).chain(TcpConnector::default()).chain(Tls {
            config: tls,
            deadline,
            progress: progress.clone(),
        });
    let resolver = NotingResolver { inner: DefaultResolver::default(), progress: progress.clone() };
    (Agent::with_parts(config, connector, resolver), progress)
}

/// The phase, shared by the parts of one exchange. It only ever moves forward.
#[derive(Clone, Debug, Default)]
pub(crate) struct Progress(Arc<AtomicU8>);

impl Progress {
    pub(crate) fn phase(&self) -> Phase {
        const PHASES: [Phase; 4] = [Phase::Resolving, Phase::Connecting, Phase::Handshaking, Phase::Sending];
        let reached = usize::from(self.0.load(Ordering::SeqCst));
        PHASES.get(reached).copied().unwrap_or(Phase::Receiving)
    }

    fn reach(&self, phase: Phase) {
        self.0.fetch_max(phase as u8, Ordering::SeqCst);
    }
}

#[derive(Debug)]
struct NotingResolver {
    inner: DefaultResolver,
    progress: Progress,
}

impl Resolver for NotingResolver {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let addresses = self.inner.resolve(uri, config, timeout)?;
        self.progress.reach(Phase::Connecting);
        Ok(addresses)
    }
}

/// Wraps the open socket in TLS. The handshake is finished here, before ureq may send anything.
struct Tls {
    config: Arc<ClientConfig>,
    deadline: Instant,
    progress: Progress,
}

impl<In: Transport> Connector<In> for Tls {
    type Out = Either<In, TlsTransport>;

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
        sock.set_timeout(NextTimeout {
            after: Duration::Exact(self.deadline.saturating_duration_since(Instant::now())),
            ..details.timeout
        });
        conn.complete_io(&mut sock)?;
        let config = details.config;
        Ok(Some(Either::B(TlsTransport {
            stream: StreamOwned { conn, sock },
            buffers: LazyBuffers::new(config.input_buffer_size(), config.output_buffer_size()),
            progress: self.progress.clone(),
        })))
    }
}

/// The name to find in the certificate: the URL's host, without the brackets of an IPv6 address.
fn server_name(uri: &Uri) -> Result<ServerName<'static>, Error> {
    let host = uri.host().unwrap_or_default();
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    ServerName::try_from(bare.to_owned()).map_err(|_| Error::BadUri(host.to_owned()))
}

struct TlsTransport {
    stream: StreamOwned<ClientConnection, TransportAdapter>,
    buffers: LazyBuffers,
    progress: Progress,
}

impl Transport for TlsTransport {
    fn buffers(&mut self) -> &mut dyn Buffers {
        &mut self.buffers
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        self.progress.reach(Phase::Sending);
        self.stream.sock.set_timeout(timeout);
        let output = self.buffers.output().get(..amount).unwrap_or_default();
        self.stream.write_all(output)?;
        // rustls keeps a socket's error for the next call; asked here, a failed send is not taken for a failed receive.
        self.stream.flush()?;
        Ok(())
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.progress.reach(Phase::Receiving);
        self.stream.sock.set_timeout(timeout);
        let read = self.stream.read(self.buffers.input_append_buf())?;
        self.buffers.input_appended(read);
        Ok(read > 0)
    }

    fn is_open(&mut self) -> bool {
        self.stream.sock.get_mut().is_open()
    }

    fn is_tls(&self) -> bool {
        true
    }
}

impl fmt::Debug for Tls {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tls")
    }
}

impl fmt::Debug for TlsTransport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TlsTransport")
    }
}
