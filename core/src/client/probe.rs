//! Examines the gateway without a payment: its addresses, its TLS handshake and its clock. Explains why a payment
//! would fail.

use std::net::IpAddr;
use std::time::Duration;

use rustls::pki_types::CertificateDer;

use crate::client::Client;
use crate::error::{Code, Error, Result};
use crate::net::connection::{Connection, Wire};
use crate::net::exchange::Break;
use crate::net::http;
use crate::net::socket::{End, resolve};
use crate::net::tls;
use crate::net::trust::{self, Root, Trust};

/// The longest wait of a probe, whatever `timeout` is.
const PATIENCE: Duration = Duration::from_secs(10);

/// A gateway's TLS handshake, before anything is sent. Its certificate was not verified: see `root`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Handshake {
    /// `TLSv1_2` or `TLSv1_3`.
    pub protocol: String,
    /// The cipher suite by its IANA name.
    pub cipher: String,
    /// The protocol that the server chose by ALPN, if any was offered.
    pub alpn: Option<String>,
    /// The certificates in DER, the server's own first.
    pub chain: Vec<Vec<u8>>,
    /// The trusted root certificate that the chain leads to now, if there is one.
    pub root: Option<Root>,
    /// The `Date` header of its response, if any.
    pub date: Option<String>,
    /// The HTTP status of its response, if any: whatever it is, a web server was reached.
    pub status: Option<u16>,
}

/// Why there was no handshake.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Unreached {
    /// What happened, and what to do.
    pub error: Error,
    /// What was in the way.
    pub obstacle: Obstacle,
}

/// What is in the way of a handshake.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// The host name has no address.
    Name,
    /// The connection was refused, or there is no way to the host.
    Refused,
    /// No connection in time: a firewall that drops it, most often.
    Silence,
    /// Connected, and then nothing came in time.
    Mute,
    /// Connected, but the TLS handshake failed.
    Tls,
    /// Something of this machine, such as its settings or a proxy.
    Other,
}

impl From<Error> for Unreached {
    fn from(error: Error) -> Unreached {
        Unreached { error, obstacle: Obstacle::Other }
    }
}

impl From<Break> for Unreached {
    fn from(broken: Break) -> Unreached {
        let obstacle = match broken.error.code() {
            Code::RESOLVE_HOST | Code::RESOLVE_PROXY => Obstacle::Name,
            Code::CONNECT if broken.timed_out => Obstacle::Silence,
            Code::SSL | Code::TIMEDOUT if broken.timed_out => Obstacle::Mute,
            Code::CONNECT => Obstacle::Refused,
            Code::SSL => Obstacle::Tls,
            _ => Obstacle::Other,
        };
        Unreached { error: broken.error, obstacle }
    }
}

impl Client {
    /// The host that this machine connects to first, and its addresses. With a proxy, that is the proxy.
    ///
    /// # Errors
    /// [`Code::HTTP_URL`] for an address that cannot be used, [`Code::RESOLVE_HOST`] and [`Code::RESOLVE_PROXY`].
    pub fn look_up(&self) -> Result<(String, Vec<IpAddr>)> {
        let url = self.gateway(self.platform())?;
        let proxy = self.settings().proxies().next();
        let (host, port) = proxy.unwrap_or((&url.host, url.port));
        let found = resolve(host, port, &End::new(self.patience(), None)).map_err(|error| {
            let code = if proxy.is_some() { Code::RESOLVE_PROXY } else { Code::RESOLVE_HOST };
            Error::new(code, format!("{host}: {error}"))
        })?;
        Ok((host.to_owned(), found.iter().map(|address| address.ip()).collect()))
    }

    /// Performs a TLS handshake with the gateway, accepting any certificate. Sends no data of the shop.
    ///
    /// # Errors
    /// Any error that prevents the handshake.
    pub fn look_at_gateway(&self) -> std::result::Result<Handshake, Unreached> {
        let url = self.gateway(self.platform())?;
        let blind = Trust { verify_cert: false, verify_host: false, ..self.trust() };
        let route = self.route_over(Wire::Tls(tls::client_config(&blind)?.config), self.patience(), None);
        let (connection, head) = route.probe(url)?;
        Ok(self.handshake_of(&connection, &head))
    }

    /// The handshake of a connection, and what the head of an answer adds to it.
    pub(super) fn handshake_of(&self, connection: &Connection, head: &[u8]) -> Handshake {
        let tls = connection.tls();
        let chain: &[CertificateDer<'_>] = tls.and_then(|tls| tls.peer_certificates()).unwrap_or_default();
        let or_empty = |text: Option<String>| text.unwrap_or_default();
        Handshake {
            protocol: or_empty(
                tls.and_then(|tls| tls.protocol_version()).map(|version| format!("{version:?}")),
            ),
            cipher: or_empty(
                tls.and_then(|tls| tls.negotiated_cipher_suite()).map(|suite| format!("{:?}", suite.suite())),
            ),
            alpn: tls
                .and_then(|tls| tls.alpn_protocol())
                .map(|protocol| String::from_utf8_lossy(protocol).into_owned()),
            chain: chain.iter().map(|certificate| certificate.to_vec()).collect(),
            root: trust::root_of(&self.trust(), chain),
            date: http::date(head),
            status: http::status(head),
        }
    }

    /// How long [`Client::look_up`] and [`Client::look_at_gateway`] wait at most, each.
    pub fn patience(&self) -> Duration {
        self.settings().timeout.min(PATIENCE)
    }
}
