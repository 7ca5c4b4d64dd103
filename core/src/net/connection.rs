//! A connection and the phase of its exchange. The phase, never an error's text, decides whether money may have moved.

use std::fmt;
use std::io::{self, BufRead, ErrorKind, Read, Write};
use std::sync::Arc;

use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection};

use crate::net::address::{Address, is_host_name};
use crate::net::fault::Fault;
use crate::net::http;
use crate::net::socket::{End, Socket, resolve};
use crate::os::world::{Line, Lines};

/// The phase of an exchange with the gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Phase {
    /// Resolving the host name: the proxy's if there is a proxy.
    Resolving,
    /// Opening the socket, or the tunnel of the proxy.
    Connecting,
    /// The socket is open. No byte of the request can leave before the TLS handshake is done.
    Handshaking,
    /// Bytes of the request may have left.
    Sending,
    /// The whole request was written; waiting for the answer.
    Receiving,
}

/// The state of one exchange. Its phase only moves forward.
#[derive(Debug)]
pub(crate) struct Progress {
    pub(crate) phase: Phase,
    pub(crate) end: End,
}

impl Progress {
    pub(crate) fn new(end: End) -> Progress {
        Progress { phase: Phase::Resolving, end }
    }
}

/// How connections to the gateway are made.
#[derive(Clone)]
pub(crate) enum Wire {
    /// TLS with this configuration, over TCP or a proxy's tunnel.
    Tls(Arc<ClientConfig>),
    Simulated(Arc<dyn Lines>),
}

/// An open connection to the gateway, after its handshake. It serves one exchange after the other.
pub(crate) enum Connection {
    Tls(Box<ClientConnection>, Socket),
    Simulated(Box<dyn Line>),
}

impl Connection {
    /// Opens a connection and completes the handshake. Sends nothing of a request.
    pub(crate) fn open(
        wire: &Wire,
        address: &Address,
        proxy: Option<&(String, u16)>,
        user_agent: &str,
        progress: &mut Progress,
    ) -> Result<Connection, Fault> {
        match wire {
            Wire::Tls(config) => {
                let mut socket = match proxy {
                    None => dial(&address.host, address.port, progress)?,
                    Some((host, port)) if is_host_name(host) => {
                        tunnel(dial(host, *port, progress)?, address, user_agent)?
                    }
                    Some((host, _)) => {
                        return Err(Fault::InvalidProxyHost(format!("[{host}] is not a host name")));
                    }
                };
                progress.phase = Phase::Handshaking;
                let name = ServerName::try_from(address.host.clone()).map_err(io::Error::other)?;
                let mut tls = ClientConnection::new(config.clone(), name).map_err(io::Error::other)?;
                tls.complete_io(&mut socket)?;
                Ok(Connection::Tls(Box::new(tls), socket))
            }
            Wire::Simulated(lines) => {
                progress.phase = Phase::Connecting;
                let mut line = lines.connect()?;
                progress.phase = Phase::Handshaking;
                line.handshake()?;
                Ok(Connection::Simulated(line))
            }
        }
    }

    /// The TLS session; `None` if the connection is simulated.
    pub(crate) fn tls(&self) -> Option<&ClientConnection> {
        match self {
            Connection::Tls(tls, _) => Some(tls),
            Connection::Simulated(_) => None,
        }
    }

    /// Sets the deadline and the cancellation token of the next exchange.
    pub(crate) fn wait_until(&mut self, end: &End) {
        if let Connection::Tls(_, socket) = self {
            socket.wait_until(end);
        }
    }

    /// Whether the connection is open and has received nothing since the last answer but messages of TLS itself. Does not wait.
    pub(crate) fn is_idle(&mut self) -> bool {
        self.check_idle().is_ok()
    }

    /// Like [`Connection::is_idle`], with the reason if it is not idle.
    pub(crate) fn check_idle(&mut self) -> Result<(), Fault> {
        let Connection::Tls(tls, socket) = self else { return Ok(()) };
        loop {
            let state = tls.process_new_packets().map_err(io::Error::other)?;
            if state.plaintext_bytes_to_read() > 0 {
                return Err(Fault::Unusable("the server sent data before the request".into()));
            }
            if state.peer_has_closed() {
                return Err(io::Error::from(ErrorKind::UnexpectedEof).into());
            }
            match tls.read_tls(&mut socket.without_waiting()) {
                Ok(1..) => {}
                Ok(0) => return Err(io::Error::from(ErrorKind::UnexpectedEof).into()),
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// Notes that the whole answer to the request has arrived.
    pub(crate) fn answered(&mut self) {
        if let Connection::Tls(_, socket) = self {
            socket.answered();
        }
    }

    /// Sends a whole request. If the exchange was cancelled before, nothing of the request leaves, now or later.
    pub(crate) fn send(&mut self, request: &[u8], progress: &mut Progress) -> io::Result<()> {
        progress.end.check()?;
        progress.phase = Phase::Sending;
        match self {
            Connection::Tls(tls, socket) => {
                socket.expect_answer();
                let mut rest = request;
                while !rest.is_empty() {
                    let taken = tls.writer().write(rest)?;
                    rest = rest.get(taken..).unwrap_or_default();
                    flush(tls, socket)?;
                }
            }
            Connection::Simulated(line) => line.write_all(request)?,
        }
        progress.phase = Phase::Receiving;
        Ok(())
    }

    /// Appends the bytes that arrive next and returns their number; 0 once the other side has closed.
    pub(crate) fn receive(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        match self {
            Connection::Tls(tls, socket) => loop {
                let mut reader = tls.reader();
                match reader.fill_buf() {
                    Ok(piece) => {
                        let length = piece.len();
                        into.extend_from_slice(piece);
                        reader.consume(length);
                        return Ok(length);
                    }
                    Err(error) if error.kind() == ErrorKind::WouldBlock => {}
                    Err(error) => return Err(error),
                }
                tls.read_tls(socket)?;
                if let Err(error) = tls.process_new_packets() {
                    // Sends the TLS alert, if the connection still takes it.
                    let _ = flush(tls, socket);
                    return Err(io::Error::new(ErrorKind::InvalidData, error));
                }
                flush(tls, socket)?;
            },
            Connection::Simulated(line) => {
                let mut piece = [0; 4096];
                let length = line.read(&mut piece)?;
                into.extend_from_slice(piece.get(..length).unwrap_or_default());
                Ok(length)
            }
        }
    }
}

fn flush(tls: &mut ClientConnection, socket: &mut Socket) -> io::Result<()> {
    while tls.wants_write() {
        if tls.write_tls(socket)? == 0 {
            return Err(ErrorKind::WriteZero.into());
        }
    }
    Ok(())
}

fn dial(host: &str, port: u16, progress: &mut Progress) -> io::Result<Socket> {
    let addresses = resolve(host, port, &progress.end)?;
    progress.phase = Phase::Connecting;
    Socket::connect(&addresses, &progress.end)
}

/// Asks the proxy for a tunnel to the gateway.
fn tunnel(mut socket: Socket, address: &Address, user_agent: &str) -> Result<Socket, Fault> {
    socket.write_all(http::connect(address, user_agent).as_bytes())?;
    // Byte by byte: the bytes after the blank line are not the proxy's.
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if head.len() > http::HEAD_LIMIT || socket.read(&mut byte)? == 0 {
            return Err(Fault::ProxyRefused("its answer is not HTTP".into()));
        }
        head.extend_from_slice(&byte);
    }
    match http::status(&head) {
        Some(200..300) => Ok(socket),
        Some(status) => Err(Fault::ProxyRefused(format!("it answered with status {status}"))),
        None => Err(Fault::ProxyRefused("its answer is not HTTP".into())),
    }
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connection")
    }
}
