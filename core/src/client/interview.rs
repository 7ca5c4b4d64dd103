//! Questions to the test gateway, for `xpay conformance`: requests that may be wrong on purpose, and all that comes back.

use std::fmt;

use rustls::SupportedProtocolVersion;
use rustls::version::{TLS12, TLS13};
use zeroize::Zeroizing;

use crate::client::Client;
use crate::client::probe::{Handshake, Unreached};
use crate::client::request::Request;
use crate::config::Platform;
use crate::error::{Code, Error, Result};
use crate::net::connection::{Connection, Wire};
use crate::net::exchange::Break;
use crate::net::{http, trust};
use crate::protocol::answer::Answer;
use crate::text::form;

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TlsVersion {
    /// 1.2.
    Tls12,
    /// 1.3.
    Tls13,
}

/// What a connection offers. The default is what payments offer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Offer {
    /// Only this version of TLS.
    pub tls: Option<TlsVersion>,
    /// These protocols by ALPN.
    pub alpn: &'static [&'static str],
}

/// A request, as right or wrong as its author wants it. Its `Debug` shows names only.
#[derive(Clone)]
pub struct Question {
    tx_id: String,
    fields: Vec<(String, Zeroizing<Vec<u8>>)>,
}

/// One connection to the test gateway, which is opened when it is needed. Outside the pool, the log and the journal, and
/// nothing that is asked is rolled back by itself: that is the questioner's duty.
pub struct Interview {
    client: Client,
    wire: Wire,
    connection: Option<Connection>,
}

/// All that came back. Its `Debug` shows no body.
#[derive(Clone)]
#[non_exhaustive]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// Names in lower case and values of the HTTP headers, in their order.
    pub headers: Vec<(String, String)>,
    /// The body, decompressed.
    pub body: Vec<u8>,
    /// The answer in the body, if it is well-formed.
    pub answer: Option<Answer>,
    /// Whether the connection can carry another request.
    pub reusable: bool,
}

impl Client {
    /// Begins an interview.
    ///
    /// # Errors
    /// [`Code::BAD_VALUE`] on the service platform: questions are for the test gateway. [`Code::SSL`] without trusted roots.
    pub fn interview(&self, offer: Offer) -> Result<Interview> {
        if self.platform() != Platform::Test {
            return Err(Error::new(Code::BAD_VALUE, "only the test gateway is interviewed"));
        }
        let versions: &[&SupportedProtocolVersion] = match offer.tls {
            Some(TlsVersion::Tls12) => &[&TLS12],
            Some(TlsVersion::Tls13) => &[&TLS13],
            None => rustls::DEFAULT_VERSIONS,
        };
        let (mut tls, _) = trust::make(&self.trust(), versions)?;
        tls.alpn_protocols = offer.alpn.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        Ok(Interview { client: self.clone(), wire: Wire::Tls(tls.into()), connection: None })
    }

    /// A question of the shop `mid`, signed and without parameters: [`Question::set`] adds them.
    ///
    /// # Errors
    /// As [`Client::transaction`].
    pub fn question(&self, mid: &str) -> Result<Question> {
        let request = Request::new(self.config(), mid.as_bytes())?;
        let fields = request.texts().map(|(name, value)| (name.into_owned(), value.into_owned()));
        let fields = fields.map(|(name, value)| (name, Zeroizing::new(value.into_bytes()))).collect();
        Ok(Question { tx_id: request.tx_id().to_owned(), fields })
    }
}

impl Question {
    /// Sets a field, or replaces its bytes in place: those of the library, too.
    #[must_use]
    pub fn set(mut self, name: &str, value: impl AsRef<[u8]>) -> Question {
        let value = Zeroizing::new(value.as_ref().to_vec());
        match self.fields.iter_mut().find(|(known, _)| known == name) {
            Some((_, known)) => *known = value,
            None => self.fields.push((name.to_owned(), value)),
        }
        self
    }

    /// Leaves a field out.
    #[must_use]
    pub fn without(mut self, name: &str) -> Question {
        self.fields.retain(|(known, _)| known != name);
        self
    }

    /// Its LGD_TXID as it was made.
    pub fn tx_id(&self) -> &str {
        &self.tx_id
    }

    fn body(&self) -> Zeroizing<String> {
        let mut body = Zeroizing::new(String::new());
        for (name, value) in &self.fields {
            if !body.is_empty() {
                body.push('&');
            }
            form::encode(name.as_bytes(), &mut body);
            body.push('=');
            form::encode(value, &mut body);
        }
        body
    }
}

impl Interview {
    /// The TLS handshake of its connection, which is opened unless it is. Sends no request.
    ///
    /// # Errors
    /// Any error that prevents the handshake.
    pub fn handshake(&mut self) -> std::result::Result<Handshake, Unreached> {
        let url = self.client.gateway(Platform::Test)?;
        if self.connection.is_none() {
            let route = self.client.route_over(self.wire.clone(), self.client.patience(), None);
            self.connection = Some(route.connection(url)?);
        }
        Ok(match &self.connection {
            Some(connection) => self.client.handshake_of(connection, &[]),
            None => return Err(Error::internal("an interview without a connection").into()),
        })
    }

    /// Sends a question once and returns what came back, whatever it is.
    ///
    /// # Errors
    /// As a payment, if no HTTP answer came: [`Code::TIMEDOUT`] after `timeout`. Whether the request arrived is not known
    /// then.
    pub fn ask(&mut self, question: &Question) -> Result<Reply> {
        let url = self.client.gateway(Platform::Test)?;
        let timeout = self.client.settings().timeout;
        let route = self.client.route_over(self.wire.clone(), timeout, None);
        let mut raw = Vec::new();
        let asked = route.post_alone(url, &question.body(), &mut self.connection, &mut raw);
        let http = asked.map_err(|Break { error, .. }| error)?;
        Ok(Reply {
            status: http.status,
            headers: http::headers(&raw),
            answer: Answer::parse(http.body.clone(), question.tx_id()).ok(),
            body: http.body,
            reusable: http.reusable,
        })
    }

    /// Whether its connection is still open, and the gateway has sent nothing on it since the last answer.
    pub fn is_open(&mut self) -> bool {
        self.connection.as_mut().is_some_and(Connection::is_idle)
    }

    /// Closes its connection. The next question opens another.
    pub fn hang_up(&mut self) {
        self.connection = None;
    }
}

impl Reply {
    /// The value of an HTTP header by its name in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Interview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Interview").field("connection", &self.connection).finish_non_exhaustive()
    }
}

impl fmt::Debug for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.fields.iter().map(|(name, _)| name).collect();
        f.debug_struct("Question").field("tx_id", &self.tx_id).field("names", &names).finish()
    }
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Reply { status, headers, answer, .. } = self;
        f.debug_struct("Reply")
            .field("status", status)
            .field("headers", headers)
            .field("answer", answer)
            .finish_non_exhaustive()
    }
}
