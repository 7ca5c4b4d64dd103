//! An address to listen on, as an option names it: IP:PORT, or a port of this machine alone.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};

/// The text names none.
#[derive(Debug)]
pub(crate) struct NoAddress;

impl NoAddress {
    pub(crate) const KO: &str = "127.0.0.1:9464처럼 IP:포트로 쓰거나 포트만 쓰십시오";
    pub(crate) const EN: &str = "write IP:PORT such as 127.0.0.1:9464, or the port alone";
}

impl fmt::Display for NoAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(NoAddress::EN)
    }
}

impl std::error::Error for NoAddress {}

pub(crate) fn address(text: &str) -> Result<SocketAddr, NoAddress> {
    let of_port = |port: u16| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    text.parse().or_else(|_| text.parse().map(of_port)).map_err(|_| NoAddress)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_alone_is_of_this_machine() {
        let read = |text| address(text).ok().map(|address| address.to_string());
        assert_eq!(read("9464").as_deref(), Some("127.0.0.1:9464"));
        assert_eq!(read("[::1]:9464").as_deref(), Some("[::1]:9464"));
        assert_eq!(read("0.0.0.0:0").as_deref(), Some("0.0.0.0:0"));
        // Every address of the machine is nothing to be written by leaving something out.
        for wrong in ["", ":9464", "127.0.0.1", "localhost:9464", "70000", "9464 "] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }
}
