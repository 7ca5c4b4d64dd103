//! One POST to the gateway. It returns an HTTP answer of any status, or an error and whether the request may have left.

use std::fmt;
use std::io::{ErrorKind, Read};
use std::time::Duration;

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use crate::error::{Code, Error, Remedy};
use crate::net::address::Address;
use crate::net::connection::{Connection, Phase, Progress, Wire};
use crate::net::fault::Fault;
use crate::net::http::{self, BODY_LIMIT, Response};
use crate::net::pool::{self, Peer};
use crate::net::socket::End;
use crate::net::stop::Stop;
use crate::net::trust;
use crate::os::world::World;

/// How to reach the gateway, and how long to wait.
pub(crate) struct Route<'a> {
    pub(crate) timeout: Duration,
    /// How long an idle connection stays in the pool; zero turns the pool off.
    pub(crate) keep_alive: Duration,
    pub(crate) wire: Wire,
    pub(crate) proxies: Vec<(String, u16)>,
    pub(crate) user_agent: &'a str,
    /// The encoding that Content-Type names.
    pub(crate) charset: Option<&'static str>,
    /// Cancels the wait.
    pub(crate) stop: Option<Stop>,
    /// By when, on the world's clock, the request must have left.
    pub(crate) send_by: Option<(&'a dyn World, Duration)>,
}

/// Why no usable answer came.
pub(crate) struct Break {
    pub(crate) error: Error,
    /// Whether a byte of the request may have left this machine.
    pub(crate) sent: bool,
    /// Whether the proxy could not be reached, so that the next proxy may be tried.
    proxy_unreached: bool,
    /// Whether the time was over, or the system gave up waiting.
    pub(crate) timed_out: bool,
    /// The body of an HTTP answer that is not the gateway's, for a Report.
    pub(crate) received: Vec<u8>,
}

impl Break {
    /// An error before anything was sent.
    pub(crate) fn unsent(error: Error) -> Break {
        Break { error, sent: false, proxy_unreached: false, timed_out: false, received: Vec::new() }
    }

    /// An error after an HTTP answer that is not the gateway's.
    pub(crate) fn answered(error: Error, received: Vec<u8>) -> Break {
        Break { error, sent: true, proxy_unreached: false, timed_out: false, received }
    }
}

/// Without what was received: it may hold the buyer's data.
impl fmt::Debug for Break {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Break").field("error", &self.error).field("sent", &self.sent).finish_non_exhaustive()
    }
}

impl Route<'_> {
    /// Sends `body` once. Does not follow redirects, does not use the environment's proxy, and retries only in one case: the
    /// second proxy, if the first could not be reached. Nothing has left then.
    pub(crate) fn post(&self, url: &Address, body: &str) -> Result<Response, Break> {
        self.through_proxies(url, |proxy, progress| {
            // Before a connection is opened: an invalid request is not the connection's fault.
            let request = http::post(url, self.user_agent, self.charset, body)?;
            let pooled = self.peer(proxy, url).filter(|_| !self.keep_alive.is_zero()).and_then(pool::take);
            let mut connection = match pooled {
                Some(connection) => connection,
                None => self.open(proxy, url, progress)?,
            };
            connection.wait_until(&progress.end);
            self.check_time()?;
            connection.send(&request.bytes, progress)?;
            let mut response = request.answer(|into| connection.receive(into))?;
            // A server may refuse before it has read the whole request; the unread rest must not arrive later.
            if (200..300).contains(&response.status) {
                connection.answered();
            }
            response.body = decompress(&response.content_encoding, response.body)?;
            if response.reusable {
                self.keep(proxy, url, connection);
            }
            Ok(response)
        })
    }

    /// Opens a connection outside the pool.
    pub(crate) fn connection(&self, url: &Address) -> Result<Connection, Break> {
        self.through_proxies(url, |proxy, progress| self.open(proxy, url, progress))
    }

    /// As [`Route::post`], outside the pool: on the connection that is there, and leaves there what can be used again. `raw`
    /// gets the bytes of the answer as they come.
    pub(crate) fn post_alone(
        &self,
        url: &Address,
        body: &str,
        kept: &mut Option<Connection>,
        raw: &mut Vec<u8>,
    ) -> Result<Response, Break> {
        self.through_proxies(url, |proxy, progress| {
            let request = http::post(url, self.user_agent, self.charset, body)?;
            let mut connection = match kept.take() {
                Some(connection) => connection,
                None => self.open(proxy, url, progress)?,
            };
            connection.wait_until(&progress.end);
            connection.send(&request.bytes, progress)?;
            let mut response = request.answer(|into| {
                let before = into.len();
                let received = connection.receive(into)?;
                raw.extend_from_slice(into.get(before..).unwrap_or_default());
                Ok(received)
            })?;
            connection.answered();
            response.body = decompress(&response.content_encoding, response.body)?;
            *kept = Some(connection).filter(|_| response.reusable);
            Ok(response)
        })
    }

    /// Opens a connection for the next request, unless the pool has one that lasts for at least half of `keep_alive`.
    pub(crate) fn warm_up(&self, url: &Address) -> Result<(), Break> {
        self.through_proxies(url, |proxy, progress| {
            let ready = |peer| pool::is_ready(peer, self.keep_alive / 2);
            if !self.peer(proxy, url).is_some_and(ready) {
                let connection = self.open(proxy, url, progress)?;
                self.keep(proxy, url, connection);
            }
            Ok(())
        })
    }

    /// Opens a connection outside the pool and sends a request without a body. Returns the connection and the head of the
    /// answer, which is empty if none arrives.
    pub(crate) fn probe(&self, url: &Address) -> Result<(Connection, Vec<u8>), Break> {
        self.through_proxies(url, |proxy, progress| {
            let mut connection = self.open(proxy, url, progress)?;
            let mut head = Vec::new();
            let mut ended = connection.send(http::head(url, self.user_agent).as_bytes(), progress).is_err();
            while !ended && http::status(&head).is_none() && head.len() < http::HEAD_LIMIT {
                ended = !matches!(connection.receive(&mut head), Ok(1..));
            }
            Ok((connection, head))
        })
    }

    fn through_proxies<T>(
        &self,
        url: &Address,
        mut exchange: impl FnMut(Option<&(String, u16)>, &mut Progress) -> Result<T, Fault>,
    ) -> Result<T, Break> {
        if self.is_stopped() {
            return Err(Break::unsent(Error::new(Code::INTERRUPTED, "nothing was sent")));
        }
        let mut through = |proxy: Option<&(String, u16)>| {
            let mut progress = Progress::new(End::new(self.timeout, self.stop.clone()));
            exchange(proxy, &mut progress).map_err(|fault| {
                self.peer(proxy, url).map(pool::forget);
                explain(&fault, progress.phase, url, proxy, self.is_stopped())
            })
        };
        let Some((first, others)) = self.proxies.split_first() else {
            return through(None);
        };
        match (through(Some(first)), others.first()) {
            (Err(broken), Some(second)) if broken.proxy_unreached && !broken.sent => through(Some(second)),
            (result, _) => result,
        }
    }

    fn open(
        &self,
        proxy: Option<&(String, u16)>,
        url: &Address,
        progress: &mut Progress,
    ) -> Result<Connection, Fault> {
        let mut connection = Connection::open(&self.wire, url, proxy, self.user_agent, progress)?;
        // Bytes that arrive before the request cannot be its answer.
        connection.check_idle()?;
        Ok(connection)
    }

    fn keep(&self, proxy: Option<&(String, u16)>, url: &Address, connection: Connection) {
        if let Some(peer) = self.peer(proxy, url) {
            pool::keep(peer, connection, self.keep_alive);
        }
    }

    /// The pool's key; `None` for simulated connections, which are not pooled.
    fn peer<'a>(&'a self, proxy: Option<&'a (String, u16)>, url: &'a Address) -> Option<Peer<'a>> {
        match &self.wire {
            Wire::Tls(tls) => Some(Peer { authority: &url.authority, proxy, tls }),
            Wire::Simulated(_) => None,
        }
    }

    /// Whether it is too late to send anything.
    fn check_time(&self) -> Result<(), Fault> {
        match self.send_by {
            Some((world, by)) if world.clock() >= by => Err(Fault::Late),
            _ => Ok(()),
        }
    }

    fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(Stop::is_stopped)
    }
}

/// Decodes a Content-Encoding. `deflate` is zlib's format by the standard, and a raw stream from some servers.
fn decompress(encoding: &str, body: Vec<u8>) -> Result<Vec<u8>, Fault> {
    match encoding {
        "" | "identity" => Ok(body),
        "gzip" | "x-gzip" => bounded(MultiGzDecoder::new(body.as_slice())),
        "deflate" if body.first().is_some_and(|byte| byte & 0x0F == 8) => {
            bounded(ZlibDecoder::new(body.as_slice()))
        }
        "deflate" => bounded(DeflateDecoder::new(body.as_slice())),
        other => Err(Fault::Unusable(format!("Content-Encoding {other} was not asked for"))),
    }
}

fn bounded(decoder: impl Read) -> Result<Vec<u8>, Fault> {
    let mut body = Vec::new();
    match decoder.take(BODY_LIMIT as u64 + 1).read_to_end(&mut body) {
        Ok(length) if length > BODY_LIMIT => {
            Err(Fault::Unusable(format!("the decompressed answer is larger than {BODY_LIMIT} bytes")))
        }
        Ok(_) => Ok(body),
        Err(error) => Err(Fault::Unusable(format!("the compressed answer is damaged: {error}"))),
    }
}

/// Makes the error. The phase decides whether the request may have left and, mostly, the code; the fault adds the detail.
fn explain(
    fault: &Fault,
    phase: Phase,
    url: &Address,
    proxy: Option<&(String, u16)>,
    stopped: bool,
) -> Break {
    let io = match fault {
        Fault::Io(error) => Some(error),
        _ => None,
    };
    let timed_out = io.is_some_and(|error| error.kind() == ErrorKind::TimedOut);
    let code = match phase {
        _ if stopped => Code::INTERRUPTED,
        _ if matches!(fault, Fault::Late) => Code::JOURNAL,
        _ if matches!(fault, Fault::Unusable(_)) => Code::TRANSPORT,
        Phase::Resolving if proxy.is_some() => Code::RESOLVE_PROXY,
        Phase::Resolving => Code::RESOLVE_HOST,
        Phase::Connecting => Code::CONNECT,
        Phase::Handshaking if io.is_some() => Code::SSL,
        _ if timed_out => Code::TIMEDOUT,
        Phase::Sending if io.is_some() => Code::SEND,
        Phase::Receiving if io.is_some() => Code::RECV,
        _ => Code::TRANSPORT,
    };
    let detail = match fault {
        Fault::Io(_) if timed_out => "timed out".to_owned(),
        // The text of rustls is long and written for programmers.
        Fault::Io(error) if error.kind() == ErrorKind::UnexpectedEof => {
            "the connection was closed".to_owned()
        }
        Fault::Io(error) => error.to_string(),
        Fault::ProxyRefused(why) => format!("the proxy refused the tunnel: {why}"),
        Fault::InvalidProxyHost(why) | Fault::Unusable(why) => why.clone(),
        Fault::Late => "nothing was sent: this process stood still for so long that recovery may have taken the payment over".to_owned(),
    };
    let through = proxy.map(|(host, port)| format!(" through proxy {host}:{port}")).unwrap_or_default();
    let unexplained = Error::new(code, format!("{detail} ({}{through})", url.authority));
    // The error of TLS itself, such as a refused certificate; `None` if only the connection failed.
    let refused = io.and_then(|error| error.get_ref()?.downcast_ref::<rustls::Error>());
    let remedy = match (code, refused) {
        (Code::SSL, None) if timed_out => Some(&NO_HANDSHAKE),
        (Code::SSL, None) => Some(&BROKEN_HANDSHAKE),
        _ => refused.and_then(trust::remedy),
    };
    let error = match remedy {
        Some(remedy) => unexplained.with_remedy(remedy),
        None => unexplained,
    };
    // The next proxy is not tried if this proxy was reached and refused.
    let refused = matches!(fault, Fault::ProxyRefused(_) | Fault::Late);
    Break {
        error,
        sent: phase >= Phase::Sending,
        timed_out,
        proxy_unreached: proxy.is_some() && !stopped && phase <= Phase::Connecting && !refused,
        received: Vec::new(),
    }
}

/// The handshake timed out before any certificate was checked.
static NO_HANDSHAKE: Remedy = Remedy {
    en: "The gateway accepted the connection but did not answer the TLS handshake in time: check the firewall and the proxy, and \
         try again later",
    ko: "게이트웨이가 제한 시간 안에 TLS 연결 요청에 응답하지 않았습니다. 방화벽과 프록시를 확인하고 잠시 후 다시 시도하십시오",
};

static BROKEN_HANDSHAKE: Remedy = Remedy {
    en: "The gateway, or a device before it, closed the connection before anything was sent: check address and port in \
         lgdacom.conf, the firewall and the proxy",
    ko: "아무것도 보내기 전에 게이트웨이 또는 중간 장비가 연결을 끊었습니다. lgdacom.conf의 주소와 포트, 방화벽, 프록시를 확인하십시오",
};

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::Compression;
    use flate2::read::{DeflateEncoder, GzEncoder, ZlibEncoder};

    fn all(mut from: impl Read) -> Vec<u8> {
        let mut bytes = Vec::new();
        from.read_to_end(&mut bytes).unwrap();
        bytes
    }

    #[test]
    fn debug_output_shows_nothing_of_what_was_received() {
        let broken = Break::answered(Error::internal("no answer"), b"name=1234".to_vec());
        assert!(!format!("{broken:?}").contains("49"), "{broken:?}");
    }

    #[test]
    fn each_encoding_that_is_asked_for_is_decoded() {
        let text: &[u8] = b"{\"LGD_RESPCODE\":\"0000\"}";
        let level = Compression::default();
        for (encoding, body) in [
            ("", text.to_vec()),
            ("gzip", all(GzEncoder::new(text, level))),
            ("deflate", all(ZlibEncoder::new(text, level))),
            ("deflate", all(DeflateEncoder::new(text, level))),
        ] {
            assert_eq!(decompress(encoding, body).unwrap(), text, "{encoding}");
        }
        assert!(decompress("br", text.to_vec()).is_err());
        assert!(decompress("gzip", text.to_vec()).is_err());
    }

    #[test]
    fn a_body_that_decompresses_beyond_the_limit_is_refused() {
        let limit = BODY_LIMIT as u64;
        let bomb = all(GzEncoder::new(std::io::repeat(b' ').take(limit + 1), Compression::best()));
        assert!(bomb.len() < 20_000);
        assert!(matches!(decompress("gzip", bomb), Err(Fault::Unusable(_))));
        let largest = all(GzEncoder::new(std::io::repeat(b' ').take(limit), Compression::best()));
        assert_eq!(decompress("gzip", largest).unwrap().len(), BODY_LIMIT);
    }
}
