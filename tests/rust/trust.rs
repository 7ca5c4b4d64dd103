//! Certificates that the client trusts: verify_cert, verify_host, ca_bundle_only, and outdated bundles.

use std::fs;
use std::net::TcpListener;

use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair, date_time_ymd};
use xpayclient_core::Code;
use xpayclient_core::binding::Session;
use xpayclient_sandbox::CertificateKind::{self, Expired, Good, Untrusted, WrongHost};
use xpayclient_tests::{MID, Shop, begin};

fn ping(session: &mut Session) -> bool {
    begin(session, &[("LGD_TXNAME", "Ping")]);
    session.tx(true)
}

/// Each certificate under each of the four settings. Only the check that is switched off is skipped.
#[test]
fn verify_cert_and_verify_host_are_independent() {
    let cases: [(CertificateKind, [bool; 4]); 4] = [
        // verify_cert and verify_host: 1 1, 1 0, 0 1, 0 0
        (Good, [true, true, true, true]),
        (WrongHost, [false, true, false, true]),
        (Expired, [false, false, true, true]),
        (Untrusted, [false, false, true, true]),
    ];
    for (certificate, accepted) in cases {
        let shop = Shop::facing(certificate);
        for ((cert, host), accepted) in
            [("1", "1"), ("1", "0"), ("0", "1"), ("0", "0")].into_iter().zip(accepted)
        {
            let (mut session, lines) = shop.session(&[("verify_cert", cert), ("verify_host", host)]);
            assert_eq!(
                ping(&mut session),
                accepted,
                "{certificate:?} {cert} {host}: {}",
                session.response_code()
            );
            assert_eq!(lines.with(&["[WARN ]", "verify_cert = 0"]).len(), usize::from(cert == "0"));
            assert_eq!(lines.with(&["[WARN ]", "verify_host = 0"]).len(), usize::from(host == "0"));
            if !accepted {
                assert_eq!(session.response_code(), Code::SSL.to_string());
            }
        }
    }
}

/// Each request has the risk, so each logs the warning.
#[test]
fn every_request_without_verification_logs_a_warning() {
    let (mut session, lines) = Shop::open().session(&[("verify_cert", "0")]);
    ping(&mut session);
    ping(&mut session);
    assert_eq!(lines.with(&["verify_cert = 0"]).len(), 2);
}

#[test]
fn ca_bundle_only_needs_a_bundle() {
    let shop = Shop::open();
    assert!(ping(&mut shop.session(&[("ca_bundle_only", "1")]).0));
    fs::remove_file(shop.sandbox.ca()).unwrap();
    let (mut session, _) = shop.session(&[("ca_bundle_only", "1")]);
    assert!(!ping(&mut session));
    let said = String::from_utf8(session.response_detail().into_owned()).unwrap();
    assert!(said.contains("ca_bundle_only is 1"), "{said}");
}

/// A process may outlive a root: its client reads a changed bundle as soon as a handshake has failed.
#[test]
fn a_long_lived_client_sees_new_roots() {
    let shop = Shop::open();
    let good = fs::read_to_string(shop.sandbox.ca()).unwrap();
    fs::write(shop.sandbox.ca(), expired_root()).unwrap();
    let client = shop.client(&[("ca_bundle_only", "1")]);
    let ping = || {
        let mut ping = client.transaction(MID).unwrap();
        ping.set("LGD_TXNAME", "Ping").unwrap();
        ping.send().error().map(xpayclient_core::Error::code)
    };
    assert_eq!(ping(), Some(Code::SSL));
    fs::write(shop.sandbox.ca(), good).unwrap();
    assert_eq!(ping(), None);
}

/// The gateway accepts the connection and sends nothing: neither the clock nor a certificate is the cause.
#[test]
fn an_unanswered_handshake_blames_neither_clock_nor_certificate() {
    let shop = Shop::open();
    let mute = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/", mute.local_addr().unwrap());
    let (mut session, _) = shop.session(&[("test_url", &url), ("timeout", "1")]);
    assert!(!ping(&mut session));
    let said = session.detail();
    assert_eq!(session.response_code(), "20101", "{said}");
    for (part, there) in [
        ("did not answer", true),
        ("응답하지 않았습니다", true),
        ("clock", false),
        ("CA ", false),
        ("인증서", false),
    ] {
        assert_eq!(said.contains(part), there, "{part}: {said}");
    }
}

fn expired_root() -> String {
    let mut root = CertificateParams::new([]).unwrap();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    root.not_before = date_time_ymd(2008, 1, 1);
    root.not_after = date_time_ymd(2018, 1, 1);
    root.self_signed(&KeyPair::generate().unwrap()).unwrap().pem()
}

/// Damaged and expired certificates around a valid one are skipped and counted.
#[test]
fn an_outdated_bundle_still_works() {
    let shop = Shop::open();
    let good = fs::read_to_string(shop.sandbox.ca()).unwrap();
    let damaged = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
    let garbled = "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n";
    let aged = [damaged, &expired_root(), garbled, &good, damaged].concat();
    fs::write(shop.sandbox.ca(), aged).unwrap();
    let (mut session, lines) = shop.session(&[]);
    assert!(ping(&mut session), "{}", session.response_code());
    let warned = lines.with(&["[WARN ]", "3 damaged and 1 expired"]);
    assert_eq!(warned.len(), 1, "{:?}", lines.with(&[]));
}
