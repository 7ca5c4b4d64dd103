//! What ends an exchange without an answer.

use std::io;

/// What ends an exchange without an answer.
#[derive(Debug)]
pub(crate) enum Fault {
    Io(io::Error),
    /// A proxy that was reached and opens no way, with what it said.
    ProxyRefused(String),
    /// The proxy's name can be none.
    NoHost(String),
    /// What came is not HTTP, or not what may be taken.
    Unusable(String),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Io(error)
    }
}
