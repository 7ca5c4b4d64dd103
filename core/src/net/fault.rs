//! The errors that end an exchange without an answer.

use std::io;

/// Why an exchange ended without an answer.
#[derive(Debug)]
pub(crate) enum Fault {
    Io(io::Error),
    /// The proxy was reached and refused the tunnel; with its reason.
    ProxyRefused(String),
    /// The proxy's name is not a host name.
    InvalidProxyHost(String),
    /// The answer is not HTTP, or breaks one of our limits.
    Unusable(String),
    /// The process stood still: too late to send anything.
    Late,
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Io(error)
    }
}
