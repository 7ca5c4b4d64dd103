//! The floor: the bytes of a payment over rustls and nothing else, one after the other on one connection.
//!
//! Usage: `bench-floor PORT ROOT_PEM WARM COUNT`
#![allow(clippy::unwrap_used, reason = "a bench stops at the first surprise")]

mod measure;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use xpayclient_core::VERSION;

/// The request as the library sends it.
const BODY: &str = "LGD_TXID=tlgdacomxpay-0120261125101112da39a3ee5e6b4b0d3255bfef95601890afd80709&\
     LGD_AUTHCODE=da39a3ee5e6b4b0d3255bfef95601890afd80709&LGD_MID=tlgdacomxpay&LGD_TXNAME=PaymentByKey&\
     LGD_PAYKEY=5VPN0GU8RBX1Y1JPSK3MDCF2E8XGNMVH";

fn main() {
    let words: Vec<String> = std::env::args().collect();
    let number = |at: usize| words[at].parse::<u32>().unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(&words[2]).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let socket = TcpStream::connect(("127.0.0.1", u16::try_from(number(1)).unwrap())).unwrap();
    socket.set_nodelay(true).unwrap();
    let connection = ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap();
    let mut stream = StreamOwned::new(connection, socket);

    let request = format!(
        "POST /xpay/Gateway.do HTTP/1.1\r\nHost: localhost:{}\r\nUser-Agent: XPayClient ({VERSION}/C)\r\nAccept: */*\r\n\
         Accept-Encoding: gzip, deflate\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{BODY}",
        words[1],
        BODY.len()
    );
    let mut answer = [0; 16384];
    let mut whole = 0;
    measure::measure(number(3), number(4), || {
        stream.write_all(request.as_bytes()).unwrap();
        let mut received = 0;
        // The first answer gives the length of each.
        while received == 0 || received < whole {
            received += stream.read(&mut answer[received..]).unwrap();
        }
        whole = received;
    });
    assert!(answer.starts_with(b"HTTP/1.1 200"));
}
