//! One POST to the gateway: an HTTP answer of any status, or a break with its code and whether anything was sent.

use std::io::{ErrorKind, Read};
use std::time::{Duration, Instant};

use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use ureq::config::Config;
use ureq::http::{HeaderMap, Uri};
use ureq::{Proxy, ProxyProtocol};

use crate::code::Code;
use crate::connection::{Channel, Phase, Wire};
use crate::encoding::decode;
use crate::error::{Error, Result};
use crate::kept::{self, Peer};
use crate::stop::Stop;
use crate::tls;

/// An answer larger than this, or one that grows larger when decompressed, is not the gateway's.
const ANSWER_LIMIT: u64 = 10 * 1024 * 1024;

/// How to reach a gateway, and how long to wait.
pub(crate) struct Route<'a> {
    pub(crate) timeout: Duration,
    /// For how long an idle connection is kept for the next; zero for not at all.
    pub(crate) keep_alive: Duration,
    pub(crate) wire: Wire,
    pub(crate) proxies: &'a [(String, u16)],
    pub(crate) user_agent: &'a str,
    /// Whether somebody may end the wait.
    pub(crate) stop: Option<Stop>,
}

/// What came back, whatever its status.
pub(crate) struct HttpAnswer {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) body: Vec<u8>,
}

/// Why no usable answer came.
#[derive(Debug)]
pub(crate) struct Break {
    pub(crate) error: Error,
    /// Whether a byte of the request may have left this machine.
    pub(crate) sent: bool,
    /// Whether not even the proxy could be reached, so that another may be tried.
    proxy_unreached: bool,
    /// The body of an HTTP answer that was not the gateway's, for a Report.
    pub(crate) received: Vec<u8>,
}

impl Break {
    /// Before anything was sent.
    pub(crate) fn unsent(error: Error) -> Break {
        Break { error, sent: false, proxy_unreached: false, received: Vec::new() }
    }

    /// After an HTTP answer that was not the gateway's.
    pub(crate) fn answered(error: Error, received: Vec<u8>) -> Break {
        Break { error, sent: true, proxy_unreached: false, received }
    }
}

/// An https address, with `https://` where it names no scheme.
pub(crate) fn https(address: &[u8]) -> Result<Uri> {
    let text = decode(address);
    let url = match text.split_once("://") {
        Some(("http", _)) => return Err(Error::in_words(Code::HTTP_URL, "http protocol not supported.")),
        Some(_) => text.into_owned(),
        None => format!("https://{text}"),
    };
    let is_https = |uri: &Uri| uri.scheme_str() == Some("https") && uri.host().is_some_and(|h| !h.is_empty());
    let uri = url.parse().ok().filter(is_https);
    uri.ok_or_else(|| Error::new(Code::HTTP_URL, format!("[{url}] is not an https address")))
}

impl Route<'_> {
    /// Sends `body` once. Redirects are not followed and the environment's proxy is not used. Nothing is tried again,
    /// but for the second proxy when the first could not be reached: then nothing has left.
    pub(crate) fn post(&self, url: &Uri, body: &str) -> std::result::Result<HttpAnswer, Break> {
        if self.is_stopped() {
            return Err(Break::unsent(Error::new(Code::INTERRUPTED, "nothing was sent")));
        }
        let Some((first, others)) = self.proxies.split_first() else {
            return self.post_through(None, url, body);
        };
        match (self.post_through(Some(first), url, body), others.first()) {
            (Err(broken), Some(second)) if broken.proxy_unreached && !broken.sent => {
                self.post_through(Some(second), url, body)
            }
            (result, _) => result,
        }
    }

    fn post_through(
        &self,
        proxy: Option<&(String, u16)>,
        url: &Uri,
        body: &str,
    ) -> std::result::Result<HttpAnswer, Break> {
        let peer = self.peer(proxy, url);
        let channel = match peer.as_ref().and_then(kept::take) {
            Some(channel) => channel,
            None => self.channel(proxy)?,
        };
        let agent = channel.begin(Instant::now() + self.timeout, self.stop.clone());
        let exchange = || {
            let request = agent.post(url).content_type("application/x-www-form-urlencoded");
            let config = request.config().timeout_global(Some(self.timeout));
            let (head, body) = config.build().send(body)?.into_parts();
            let body = body.into_with_config().limit(ANSWER_LIMIT).read_to_vec()?;
            Ok(HttpAnswer {
                status: head.status.as_u16(),
                content_type: header(&head.headers, "content-type"),
                body: decompress(&header(&head.headers, "content-encoding"), body)?,
            })
        };
        match (exchange(), peer) {
            (Ok(answer), Some(peer)) => {
                kept::keep(peer, channel, self.keep_alive);
                Ok(answer)
            }
            (Ok(answer), None) => Ok(answer),
            (Err(error), peer) => {
                peer.as_ref().map(kept::forget);
                Err(explain(&error, channel.phase(), url, proxy, self.is_stopped()))
            }
        }
    }

    /// With whom a channel may be kept. Not in a simulator's world.
    fn peer(&self, proxy: Option<&(String, u16)>, url: &Uri) -> Option<Peer> {
        match &self.wire {
            Wire::Tls(tls) => Some(Peer {
                authority: url.authority().map(ToString::to_string).unwrap_or_default(),
                proxy: proxy.cloned(),
                user_agent: self.user_agent.to_owned(),
                tls: tls.clone(),
            }),
            Wire::Simulated(_) => None,
        }
    }

    fn channel(&self, proxy: Option<&(String, u16)>) -> std::result::Result<Channel, Break> {
        let config = Config::builder()
            .https_only(true)
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(proxy.map(tunnel).transpose().map_err(Break::unsent)?)
            .max_idle_connections(self.keep_alive.as_secs().min(1) as usize)
            // Channels age by themselves.
            .max_idle_age(Duration::from_secs(3600))
            .user_agent(self.user_agent)
            .accept_encoding("gzip, deflate")
            .build();
        Ok(Channel::new(config, self.wire.clone()))
    }

    fn is_stopped(&self) -> bool {
        self.stop.as_ref().is_some_and(Stop::is_stopped)
    }
}

fn tunnel((host, port): &(String, u16)) -> Result<Proxy> {
    let proxy = Proxy::builder(ProxyProtocol::Http).host(host).port(*port).build();
    proxy.map_err(|error| Error::new(Code::RESOLVE_PROXY, format!("[{host}] is not a host name: {error}")))
}

fn header(headers: &HeaderMap, name: &str) -> String {
    let value = headers.get(name).and_then(|value| value.to_str().ok());
    value.unwrap_or_default().trim().to_ascii_lowercase()
}

/// Undoes a Content-Encoding. `deflate` is zlib's format by the standard and a bare stream from some servers.
fn decompress(encoding: &str, body: Vec<u8>) -> std::result::Result<Vec<u8>, ureq::Error> {
    match encoding {
        "" | "identity" => Ok(body),
        "gzip" | "x-gzip" => bounded(MultiGzDecoder::new(body.as_slice())),
        "deflate" if body.first().is_some_and(|byte| byte & 0x0F == 8) => {
            bounded(ZlibDecoder::new(body.as_slice()))
        }
        "deflate" => bounded(DeflateDecoder::new(body.as_slice())),
        other => Err(ureq::Error::Other(format!("Content-Encoding {other} was not asked for").into())),
    }
}

fn bounded(decoder: impl Read) -> std::result::Result<Vec<u8>, ureq::Error> {
    let mut body = Vec::new();
    let read = decoder.take(ANSWER_LIMIT + 1).read_to_end(&mut body);
    match read {
        Ok(length) if length as u64 > ANSWER_LIMIT => Err(ureq::Error::BodyExceedsLimit(ANSWER_LIMIT)),
        Ok(_) => Ok(body),
        Err(error) => Err(ureq::Error::Other(format!("the compressed answer is damaged: {error}").into())),
    }
}

/// The phase tells what may have been sent and, mostly, the code; the error only adds its words.
fn explain(
    cause: &ureq::Error,
    phase: Phase,
    url: &Uri,
    proxy: Option<&(String, u16)>,
    stopped: bool,
) -> Break {
    let code = match (phase, cause) {
        _ if stopped => Code::INTERRUPTED,
        (Phase::Resolving, _) if proxy.is_some() => Code::RESOLVE_PROXY,
        (Phase::Resolving, _) => Code::RESOLVE_HOST,
        (Phase::Connecting, _) => Code::CONNECT,
        (Phase::Handshaking, _) => Code::SSL,
        (_, ureq::Error::Timeout(_)) => Code::TIMEDOUT,
        (Phase::Sending, ureq::Error::Io(_)) => Code::SEND,
        (Phase::Receiving, ureq::Error::Io(_)) => Code::RECV,
        _ => Code::TRANSPORT,
    };
    let detail = match cause {
        ureq::Error::Timeout(_) => "timed out".to_owned(),
        // rustls explains at length, to programmers.
        ureq::Error::Io(io) if io.kind() == ErrorKind::UnexpectedEof => {
            "the connection was closed".to_owned()
        }
        ureq::Error::Io(io) => io.to_string(),
        other => other.to_string(),
    };
    let through = proxy.map(|(host, port)| format!(" through proxy {host}:{port}")).unwrap_or_default();
    let whom = url.authority().map(ToString::to_string).unwrap_or_default();
    let unexplained = Error::new(code, format!("{detail} ({whom}{through})"));
    let error = match rustls_error(cause).and_then(tls::remedy) {
        Some(remedy) => unexplained.with_remedy(remedy),
        None => unexplained,
    };
    // A proxy that was reached and said no is not gone around.
    let refused = matches!(cause, ureq::Error::ConnectProxyFailed(_));
    Break {
        error,
        sent: phase >= Phase::Sending,
        proxy_unreached: proxy.is_some() && !stopped && phase <= Phase::Connecting && !refused,
        received: Vec::new(),
    }
}

fn rustls_error(error: &ureq::Error) -> Option<&rustls::Error> {
    match error {
        ureq::Error::Io(io) => io.get_ref()?.downcast_ref(),
        ureq::Error::Other(other) => other.downcast_ref(),
        _ => None,
    }
}

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
    fn each_encoding_that_is_asked_for_is_undone() {
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
    fn what_grows_beyond_the_limit_is_refused() {
        let bomb = all(GzEncoder::new(std::io::repeat(b' ').take(ANSWER_LIMIT + 1), Compression::best()));
        assert!(bomb.len() < 20_000);
        assert!(matches!(decompress("gzip", bomb), Err(ureq::Error::BodyExceedsLimit(_))));
        let largest = all(GzEncoder::new(std::io::repeat(b' ').take(ANSWER_LIMIT), Compression::best()));
        assert_eq!(decompress("gzip", largest).unwrap().len() as u64, ANSWER_LIMIT);
    }
}
