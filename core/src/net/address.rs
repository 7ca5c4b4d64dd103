//! The gateway's https address, parsed from the configuration.

use std::fmt;
use std::net::Ipv6Addr;

use ureq_proto::http::uri::PathAndQuery;

use crate::error::{Code, Error, Result};
use crate::text::encoding::decode;

/// The URL of the gateway. `Display` writes the whole URL.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Address {
    /// Host and port as the URL has them; without a port if the URL has none.
    pub(crate) authority: String,
    /// Without the brackets of an IPv6 address.
    pub(crate) host: String,
    pub(crate) port: u16,
    /// Path and query.
    pub(crate) path: PathAndQuery,
}

impl Address {
    /// Parses an address that begins with `https://` or has no scheme.
    pub(crate) fn parse(address: &[u8]) -> Result<Address> {
        let url = decode(address);
        let rest = match url.split_once("://") {
            Some(("http", _)) => {
                return Err(Error::with_cause(Code::HTTP_URL, "http protocol not supported."));
            }
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => Some(rest),
            Some(_) => None,
            None => Some(&*url),
        };
        let address = rest.and_then(Address::without_scheme);
        address.ok_or_else(|| Error::new(Code::HTTP_URL, format!("[{url}] is not an https address")))
    }

    fn without_scheme(rest: &str) -> Option<Address> {
        let rest = rest.split('#').next()?;
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        let (host, port) = host_and_port(authority)?;
        // `PathAndQuery` accepts letters of any language, which no gateway has in its path.
        path.bytes().all(|byte| byte.is_ascii_graphic()).then_some(())?;
        let path = if path.starts_with('/') { path.parse() } else { format!("/{path}").parse() };
        Some(Address { authority: authority.to_owned(), host: host.to_owned(), port, path: path.ok()? })
    }
}

fn host_and_port(authority: &str) -> Option<(&str, u16)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(bracketed) => {
            let (host, port) = bracketed.split_once(']')?;
            host.parse::<Ipv6Addr>().ok()?;
            (host, port)
        }
        None => {
            let (host, port) = authority.split_at(authority.find(':').unwrap_or(authority.len()));
            (is_host_name(host).then_some(host)?, port)
        }
    };
    match port.strip_prefix(':') {
        Some(port) => Some((host, port.parse().ok().filter(|port| *port != 0)?)),
        None => port.is_empty().then_some((host, 443)),
    }
}

/// Whether `host` has only the characters of host names and IPv4 addresses.
pub(crate) fn is_host_name(host: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    !host.is_empty() && host.bytes().all(plain)
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "https://{}{}", self.authority, self.path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_parsed_into_its_parts() {
        for (text, host, port, url) in [
            (
                "xpay.example:7443/xpay/Gateway.do",
                "xpay.example",
                7443,
                "https://xpay.example:7443/xpay/Gateway.do",
            ),
            ("https://xpay.example", "xpay.example", 443, "https://xpay.example/"),
            ("HTTPS://127.0.0.1/a?b=c#d", "127.0.0.1", 443, "https://127.0.0.1/a?b=c"),
            ("https://[::1]:444?q", "::1", 444, "https://[::1]:444/?q"),
        ] {
            let address = Address::parse(text.as_bytes()).unwrap();
            assert_eq!((address.host.as_str(), address.port), (host, port), "{text}");
            assert_eq!(address.to_string(), url);
            assert_eq!(Address::parse(url.as_bytes()).unwrap(), address);
        }
    }

    #[test]
    fn an_invalid_address_is_refused() {
        for text in [
            "",
            "https://",
            "https:///a",
            "ftp://a/",
            "http://a/",
            "https://a:0/",
            "https://a:65536/",
            "https://a:/",
            "https://u:p@a/",
            "https://a b/",
            "https://a/b c",
            "https://a/<b>",
            "https://a/`b?c",
            "https://a/결제",
            "https://[::1/",
            "https://[a]/",
            "https://결제/",
            "https://a/\r\nX: y",
        ] {
            assert_eq!(Address::parse(text.as_bytes()).unwrap_err().code(), Code::HTTP_URL, "{text}");
        }
    }
}
