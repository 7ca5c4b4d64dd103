//! The requests after a failure, in the vendor's order, and the requests to aux_url: Report and Patch.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use xpayclient_core::binding::Session;
use xpayclient_tests::{Lines, Shop, begin};

fn with_aux(shop: &Shop, settings: &[(&str, &str)]) -> (Session, Lines) {
    let (mut session, lines) = shop.session(settings);
    assert!(session.set_config(b"aux_url", shop.sandbox.url().as_bytes()));
    (session, lines)
}

fn fail(shop: &Shop, session: &mut Session, fault: &str) {
    let paykey = shop.paykey();
    begin(session, &[("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", &paykey), ("XPAY_SANDBOX_FAULT", fault)]);
    assert!(!session.tx(true));
}

/// The names of the transactions that arrived, in order.
fn arrived(shop: &Shop) -> Vec<String> {
    shop.sandbox.requests().into_iter().map(|request| request.txname).collect()
}

fn parameter(shop: &Shop, txname: &str, name: &str) -> String {
    let parameters = shop.only_request(txname).parameters;
    let found = parameters.into_iter().find(|(known, _)| known == name);
    found.map(|(_, value)| value).unwrap_or_default()
}

#[test]
fn rollback_comes_first_and_then_the_report() {
    for (fault, code, reason, body) in [
        ("status=500", "30500", "HTTP 500", "<"),
        ("status=404", "30404", "HTTP 404", "<"),
        ("body=<html>", "40001", "JSON decode fail", "<html>"),
    ] {
        let shop = Shop::open();
        let (mut session, _) = with_aux(&shop, &[("report_error", "1")]);
        fail(&shop, &mut session, fault);
        assert_eq!(arrived(&shop), ["PaymentByKey", "Rollback", "Report"], "{fault}");
        assert_eq!(session.response_code(), code);
        assert_eq!(parameter(&shop, "PaymentByKey", "LGD_TXID"), session.tx_id());
        assert_eq!(parameter(&shop, "Rollback", "LGD_RB_REASON"), reason);
        assert_eq!(parameter(&shop, "Report", "LGD_STATUS"), reason);
        assert!(parameter(&shop, "Report", "LGD_MSG").starts_with(body), "{fault}");
    }
}

#[test]
fn other_failures_and_other_settings_are_not_reported() {
    for (fault, report_error) in [("close", "1"), ("status=500", "0")] {
        let shop = Shop::open();
        fail(&shop, &mut with_aux(&shop, &[("report_error", report_error)]).0, fault);
        assert_eq!(arrived(&shop), ["PaymentByKey", "Rollback"], "{fault}");
    }
}

/// A Report that cannot be sent, such as one over http, changes the log and nothing else that the caller sees.
#[test]
fn reports_go_over_https_only() {
    for (aux_url, said) in
        [("http://127.0.0.1:1/", "http protocol not supported"), ("", "aux_url is not set")]
    {
        let shop = Shop::open();
        let (mut session, lines) = shop.session(&[("report_error", "1"), ("aux_url", aux_url)]);
        fail(&shop, &mut session, "status=500");
        assert_eq!(session.response_code(), "30500");
        assert_eq!(lines.with(&["[WARN ]", "Report: ", said]).len(), 1);
        assert!(!session.report(b"500", b"said by hand"));
        assert_eq!(session.response_code(), "20001");
    }
}

/// A Report does not change the transaction: a later Rollback still undoes the payment.
#[test]
fn a_rollback_after_a_report_undoes_the_payment() {
    let shop = Shop::open();
    let (mut session, _) = with_aux(&shop, &[]);
    let paykey = shop.paykey();
    begin(&mut session, &[("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", &paykey)]);
    assert!(session.tx(true));
    let paid = session.tx_id().to_owned();
    assert!(session.report(b"shop", b"database down"));
    assert!(session.rollback(b"database down"));
    assert_eq!(parameter(&shop, "Rollback", "LGD_RB_TXID"), paid);
    assert_eq!(shop.balance(), 0);
}

/// The Rollback carries the LGD_HASHTYPE of the failed request.
#[test]
fn a_rollback_carries_the_hash_type() {
    let shop = Shop::open();
    let (mut session, _) = shop.session(&[]);
    let paykey = shop.paykey();
    let fault = ("XPAY_SANDBOX_FAULT", "close");
    begin(
        &mut session,
        &[("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", &paykey), ("LGD_HASHTYPE", "SHA"), fault],
    );
    assert!(!session.tx(true));
    assert_eq!(parameter(&shop, "Rollback", "LGD_HASHTYPE"), "SHA");
}

#[test]
fn a_patch_replaces_the_whole_file() {
    let shop = Shop::open();
    let path = shop.sandbox.home().join("conf/lgdacom.conf");
    let before = fs::read(&path).unwrap();
    let (mut session, _) = with_aux(&shop, &[]);
    begin(&mut session, &[]);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    assert!(session.patch(b"lgdacom.conf"), "{}", session.response_code());
    assert_eq!(session.response_code(), "0000");
    assert_eq!(fs::read(&path).unwrap(), before);
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
    assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 3, "nothing is left beside it");
}

#[test]
fn a_refused_patch_changes_nothing() {
    let shop = Shop::open();
    let (mut session, _) = with_aux(&shop, &[]);
    begin(&mut session, &[]);
    let conf = shop.sandbox.home().join("conf");
    let before = fs::read(conf.join("ca-bundle.crt")).unwrap();
    for (file, fault, code) in [
        ("../../etc/passwd", None, "90003"),
        ("index.php", None, "90003"),
        ("ca-bundle.crt", Some("body={\"LGD_RESPCODE\":\"XC01\",\"LGD_RESPMSG\":\"no\"}"), "20201"),
        ("ca-bundle.crt", Some("status=404"), "30404"),
        ("ca-bundle.crt", Some("close"), "20008"),
    ] {
        if let Some(fault) = fault {
            shop.sandbox.inject(fault.parse().unwrap());
        }
        assert!(!session.patch(file.as_bytes()), "{file}");
        assert_eq!(session.response_code(), code, "{file} {fault:?}");
    }
    assert_eq!(fs::read(conf.join("ca-bundle.crt")).unwrap(), before);
}

/// The gateway compresses if the request allows it, and our requests do.
#[test]
fn a_compressed_answer_is_read() {
    let shop = Shop::open();
    let (mut session, _) = shop.session(&[]);
    begin(&mut session, &[("LGD_TXNAME", "Ping"), ("LGD_RESULTCNT", "2"), ("XPAY_SANDBOX_FAULT", "gzip")]);
    assert!(session.tx(true), "{}", session.response_code());
    assert_eq!(session.rows().len(), 2);
}
