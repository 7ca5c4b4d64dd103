//! The home directory, the certificates, and what the sandbox will not overwrite.

use crate::common::{Merchant, agent};
use std::fs;
use xpayclient_sandbox::{CertificateKind, DEMO_KEY, Options, Sandbox};

#[test]
fn the_home_leads_to_the_sandbox() {
    let shop = Merchant::new();
    let read = |name| fs::read_to_string(shop.sandbox.home().join("conf").join(name)).unwrap();
    let url = shop.sandbox.url();
    assert!(read("lgdacom.conf").contains(&format!("\nurl = \"{url}\"\ntest_url = \"{url}\"\n")));
    let mall = read("mall.conf");
    for line in ["server_id = 01", "timeout = 60", "auto_rollback = 1", "output_UTF8 = 1"] {
        assert!(mall.lines().any(|written| written == line), "{line}");
    }
    assert!(mall.contains(&format!("\nlgdacomxpay = {DEMO_KEY}\n")));
    assert_eq!(read("ca-bundle.crt").matches("BEGIN CERTIFICATE").count(), 1);
}

#[cfg(unix)]
#[test]
fn the_home_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let shop = Merchant::new();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let conf = shop.sandbox.home().join("conf");
    assert_eq!(mode(&conf), 0o700);
    let files: Vec<_> = fs::read_dir(&conf).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    assert!(files.iter().all(|file| mode(file) == 0o600));
}

#[test]
fn a_merchants_own_configuration_is_left_alone() {
    for name in ["mall.conf", "lgdacom.conf", "ca-bundle.crt"] {
        let dir = tempfile::tempdir().unwrap();
        let conf = dir.path().join("home").join("conf");
        fs::create_dir_all(&conf).unwrap();
        fs::write(conf.join(name), "; mine\ntimeout = 60\n").unwrap();
        let options = || Options { dir: dir.path().to_owned(), ..Options::default() };
        let refused = Sandbox::start(options()).err().unwrap();
        assert!(refused.to_string().contains(name), "{refused}");
        assert_eq!(fs::read_dir(&conf).unwrap().count(), 1, "nothing else was written");
        assert_eq!(fs::read_to_string(conf.join(name)).unwrap(), "; mine\ntimeout = 60\n");
        fs::remove_file(conf.join(name)).unwrap();
        drop(Sandbox::start(options()).unwrap());
        assert!(Sandbox::start(options()).is_ok(), "what it wrote itself it may write again");
    }
}

#[test]
fn only_the_good_certificate_is_good() {
    for (kind, good) in [
        (CertificateKind::Good, true),
        (CertificateKind::Expired, false),
        (CertificateKind::WrongHost, false),
        (CertificateKind::Untrusted, false),
    ] {
        let shop = Merchant::with(Options { certificate: kind, ..Options::default() });
        assert_eq!(shop.send(&[]).is_ok(), good, "{kind:?}");
    }
}

#[test]
fn a_wrong_host_is_wrong_in_its_name_alone() {
    let shop = Merchant::with(Options { certificate: CertificateKind::WrongHost, ..Options::default() });
    let bundle = fs::read(shop.sandbox.ca()).unwrap();
    let refused = agent(&bundle).get(shop.sandbox.admin_url() + "/ready").call().err().unwrap();
    assert!(format!("{refused:?}").contains("NotValidForName"), "{refused:?}");
}

#[test]
fn a_port_in_use_is_said_to_be() {
    let shop = Merchant::new();
    let dir = tempfile::tempdir().unwrap();
    let options = Options { dir: dir.path().to_owned(), port: shop.sandbox.port(), ..Options::default() };
    let refused = Sandbox::start(options).err().unwrap();
    assert!(refused.english().contains(&shop.sandbox.port().to_string()));
}

#[test]
fn only_a_ledger_is_taken_for_a_ledger() {
    let dir = tempfile::tempdir().unwrap();
    let start = |db: &str| {
        let options =
            Options { dir: dir.path().join("d"), db: Some(dir.path().join(db)), ..Options::default() };
        Sandbox::start(options).map(drop).map_err(|error| error.to_string())
    };
    fs::write(dir.path().join("text"), "not a database, but long enough to be looked at as one".repeat(20))
        .unwrap();
    let foreign = rusqlite::Connection::open(dir.path().join("foreign.db")).unwrap();
    foreign.execute_batch("CREATE TABLE customers (name TEXT)").unwrap();
    for db in ["text", "foreign.db", "no/such/place"] {
        let refused = start(db).unwrap_err();
        assert!(refused.contains(db), "{refused}");
    }
    assert!(start("new.db").is_ok() && start("new.db").is_ok());
    assert!(!foreign.table_exists(None, "payment").unwrap());
}
