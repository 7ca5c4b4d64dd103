//! `xpay doctor` and `xpay ping` as a user types them, on configurations that are broken in one way each.

use serde_json::Value;
use std::fs;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::thread;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;
use xpayclient_core::{Client, Config, Outcome, Platform};
use xpayclient_sandbox::{CertificateKind, DEMO_TEST_MID, Options, PaykeyRequest, Sandbox};

struct Shop {
    sandbox: Sandbox,
    /// Where the sandbox's own files are; they go with it.
    _dir: TempDir,
}

impl Shop {
    /// A shop that the doctor finds nothing wrong with.
    fn sound() -> Shop {
        Shop::showing(CertificateKind::Good)
    }

    /// The same but for its gateway's certificate.
    fn showing(certificate: CertificateKind) -> Shop {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { dir: dir.path().into(), certificate, ..Options::default() };
        let sandbox = Sandbox::start(options).unwrap();
        let shop = Shop { sandbox, _dir: dir };
        fs::set_permissions(shop.mall(), fs::Permissions::from_mode(0o600)).unwrap();
        shop
    }

    fn mall(&self) -> PathBuf {
        self.sandbox.home().join("conf/mall.conf")
    }

    /// mall.conf with CRLF and a comment in EUC-KR, as shops' editors leave it, and `line` at its end.
    fn with(line: &str) -> Shop {
        let shop = Shop::sound();
        let mut mall = b"; \xBB\xF3\xC1\xA1\r\n".to_vec();
        mall.extend(fs::read_to_string(shop.mall()).unwrap().replace('\n', "\r\n").bytes());
        mall.extend(format!("\r\n{line}\r\n").bytes());
        fs::write(shop.mall(), mall).unwrap();
        shop
    }

    fn xpay(&self, command: &str, arguments: &[&str]) -> Output {
        let mut xpay = Command::new(env!("CARGO_BIN_EXE_xpay"));
        xpay.arg(command).arg("--home").arg(self.sandbox.home()).args(arguments).output().unwrap()
    }

    fn findings(&self) -> (Option<i32>, Vec<Value>) {
        let said = self.xpay("doctor", &["--json"]);
        let json: Value = serde_json::from_slice(&said.stdout).unwrap();
        (said.status.code(), json["findings"].as_array().unwrap().clone())
    }

    /// The doctor says exactly this of the shop, beside what is fine.
    #[track_caller]
    fn has(&self, code: i32, about: &[&str]) {
        let (exit, findings) = self.findings();
        let wrong = findings.iter().filter(|finding| finding["grade"] != "fine");
        let names: Vec<_> = wrong.map(|finding| finding["about"].as_str().unwrap()).collect();
        assert_eq!(names, about, "{findings:?}");
        assert_eq!(exit, Some(code), "{findings:?}");
    }
}

#[test]
fn a_sound_shop_is_fine_and_answers() {
    let shop = Shop::with("");
    shop.has(0, &[]);
    let pinged = shop.xpay("ping", &["--mid", DEMO_TEST_MID, "--json"]);
    let pong: Value = serde_json::from_slice(&pinged.stdout).unwrap();
    assert_eq!((pinged.status.code(), pong["code"].as_str()), (Some(0), Some("0000")));
}

#[test]
fn misspelt_settings_and_senseless_values() {
    Shop::with("time_out = 5").has(1, &["misspelt"]);
    Shop::with("default_secure_protocols = 2560").has(1, &["protocols"]);
    Shop::with("timeout = 0").has(1, &["value"]);
    Shop::with("verity_cert = 1").has(0, &[]);
}

#[test]
fn shop_ids_and_their_keys() {
    Shop::with("othershop = 0123456789abcdef").has(1, &["mert_key"]);
    let key = "5f0e7c1f0b7a4b0c9d3b8a6f1e2d3c4b";
    Shop::with(&format!("mine = {key}\r\ntmine = {key}")).has(2, &["sample_key", "ping"]);
}

#[test]
fn addresses() {
    Shop::with("aux_url = http://example.com/").has(2, &["http"]);
    Shop::with("url = https://xpayclient.lgdacom.net/xpay/Gateway.do").has(1, &["retired_host"]);
    Shop::with("url = xpayclient.lgdacom.net/xpay/Gateway.do").has(1, &["retired_host"]);
    Shop::with("test_url = https://localhost:1/").has(2, &["connection_refused"]);
    Shop::with("test_url = https://gateway.invalid/").has(2, &["dns"]);
    Shop::with("test_url = ftp://localhost/").has(2, &["refused"]);
}

/// Both keys the same is usual in old contracts: a note, and no reason for an exit code.
#[test]
fn one_key_for_test_and_service_is_a_note() {
    let key = "5f0e7c1f0b7a4b0c9d3b8a6f1e2d3c4b";
    let (_, findings) = Shop::with(&format!("mine = {key}\r\ntmine = {key}")).findings();
    let note = findings.iter().find(|finding| finding["about"] == "same_key").unwrap();
    assert_eq!(note["grade"], "fine");
    assert!(note["en"].as_str().unwrap().contains("https://app.tosspayments.com"), "{note}");
}

/// A host that a firewall cuts off looks otherwise than one that refuses, and otherwise than one that speaks no TLS.
#[test]
fn how_far_the_connection_came() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    Shop::with(&format!("timeout = 1\r\ntest_url = https://127.0.0.1:{port}/")).has(2, &["no_answer"]);

    let plain = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = plain.local_addr().unwrap().port();
    let server =
        thread::spawn(move || plain.accept().unwrap().0.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n"));
    Shop::with(&format!("test_url = https://127.0.0.1:{port}/")).has(2, &["tls"]);
    server.join().unwrap().unwrap();

    let (_, findings) = Shop::sound().findings();
    let tls = findings.iter().find(|finding| finding["about"] == "tls").unwrap();
    assert_eq!(tls["facts"]["http_status"], 405, "a HEAD reached the gateway: {tls}");
}

/// Through a proxy that nobody has, so that nothing leaves this machine.
#[test]
fn what_a_firewall_has_to_let_out() {
    let of = |url: &str| {
        let lines = format!("proxy_host = 127.0.0.1\r\nproxy_port = 1\r\ntest_url = {url}");
        let (_, findings) = Shop::with(&lines).findings();
        let about = |name: &str| findings.iter().find(|finding| finding["about"] == name).cloned();
        (about("firewall"), about("older_host"))
    };
    let (firewall, older) = of("https://xpay-gateway.tosspayments.com/xpay/Gateway.do");
    let firewall = firewall.unwrap();
    assert!(older.is_none() && firewall["grade"] == "fine");
    assert_eq!(
        (&firewall["facts"]["as_of"], &firewall["facts"]["port"]),
        (&"2025-11-18".into(), &443.into())
    );
    for part in ["121.67.39.15", "18.98.133.67", "2025-11-18", "They change"] {
        assert!(firewall["en"].as_str().unwrap().contains(part), "{firewall}");
    }
    let (firewall, older) = of("xpayvvip.tosspayments.com/xpay/Gateway.do");
    assert!(
        firewall.unwrap()["en"]
            .as_str()
            .unwrap()
            .contains("210.98.141.16 103.182.250.5 103.182.251.5 and more")
    );
    assert!(older.unwrap()["en"].as_str().unwrap().contains("still answers"));
    let (firewall, _) = of("https://xpay-gateway-sandbox.tosspayments.com/xpay/Gateway.do");
    assert!(firewall.unwrap()["en"].as_str().unwrap().contains("no list of its addresses is published"));
    let (_, sandbox) = Shop::sound().findings();
    assert!(sandbox.iter().all(|finding| finding["about"] != "firewall"), "{sandbox:?}");
}

/// A path of Windows is one strange name here, which no fix makes.
#[test]
fn a_windows_path_is_named_and_never_made() {
    for path in ["C:\\lgdacom\\log", "D:/xpay/log", "..\\log", "\\\\server\\log"] {
        let shop = Shop::with(&format!("log_dir = {path}"));
        shop.has(1, &["log_dir"]);
        let fixed = shop.xpay("doctor", &["--fix", "--yes", "--lang", "en"]);
        let said = String::from_utf8(fixed.stdout).unwrap();
        assert!(said.contains("is a path of Windows") && !said.contains("can fix"), "{path}: {said}");
        let home = fs::read_dir(shop.sandbox.home()).unwrap().map(|entry| entry.unwrap().file_name());
        assert_eq!(home.collect::<Vec<_>>(), ["conf"], "{path}");
    }
}

#[test]
fn places() {
    Shop::with("log_dir = /nowhere/at/all").has(1, &["log_dir"]);
    // Standard error is not looked for on the disk, and none is made there.
    let shop = Shop::with("log_dir = -");
    let (code, findings) = shop.findings();
    assert!(code == Some(0) && findings.iter().all(|one| one["check"] != "log_dir"), "{findings:?}");
    assert!(!shop.sandbox.home().join("-").exists());
    Shop::with("journal_dir = /dev/null/journal").has(2, &["journal_dir", "journal"]);
    let shop = Shop::sound();
    fs::set_permissions(shop.mall(), fs::Permissions::from_mode(0o644)).unwrap();
    shop.has(1, &["readable"]);
    let shop = Shop::sound();
    fs::write(shop.sandbox.home().join("index.php"), "").unwrap();
    shop.has(1, &["web_root"]);
}

#[test]
fn files_that_cannot_be_read() {
    let shop = Shop::with("timeout = \"5");
    shop.has(2, &["refused"]);
    fs::remove_file(shop.mall()).unwrap();
    shop.has(2, &["refused"]);
}

#[test]
fn the_locale_or_the_option_decides_the_language_and_no_key_is_shown() {
    let shop = Shop::with("othershop = 0123456789abcdef");
    let korean = String::from_utf8(shop.xpay("doctor", &["--lang", "ko"]).stdout).unwrap();
    let english = String::from_utf8(shop.xpay("doctor", &["--lang", "en"]).stdout).unwrap();
    assert!(korean.contains("경고: [othershop]") && !korean.contains("0123456789abcdef"), "{korean}");
    assert!(english.contains("warning: [othershop]") && !english.contains("0123456789abcdef"), "{english}");
}

#[test]
fn the_handshake_is_shown_with_who_vouches_for_it() {
    let (_, findings) = Shop::sound().findings();
    let tls = findings.iter().find(|finding| finding["about"] == "tls").unwrap();
    let facts = &tls["facts"];
    assert_eq!(
        (facts["protocol"].as_str(), facts["root"].as_str()),
        (Some("TLS 1.3"), Some("xpay sandbox CA"))
    );
    assert!(facts["cipher"].as_str().unwrap().starts_with("TLS13_"), "{facts}");
    assert!(facts["root_file"].as_str().unwrap().ends_with("conf/ca-bundle.crt"), "{facts}");
    assert_eq!(facts["chain"][0]["subject"], "xpay sandbox");
    let clock = findings.iter().find(|finding| finding["about"] == "clock").unwrap();
    assert!(clock["facts"]["seconds"].is_i64(), "{clock}");
}

#[test]
fn certificates_that_nobody_should_trust() {
    for (certificate, about) in [
        (CertificateKind::Untrusted, &["untrusted", "ping"][..]),
        (CertificateKind::Expired, &["expiring", "ping"]),
        (CertificateKind::WrongHost, &["ping"]),
    ] {
        Shop::showing(certificate).has(2, about);
    }
}

/// A fix leaves every byte that it does not change, keeps the file's mode, and a backup of that mode.
#[test]
fn a_fix_keeps_what_it_does_not_change_and_a_backup() {
    let shop = Shop::with("log_exept = LGD_OID ; \u{c8fc}");
    let secret = "0123456789abcdef0123456789abcdef";
    let old = [fs::read(shop.mall()).unwrap(), format!("other = {secret}\r\n").into_bytes()].concat();
    fs::write(shop.mall(), &old).unwrap();
    fs::set_permissions(shop.mall(), fs::Permissions::from_mode(0o640)).unwrap();

    let refused = shop.xpay("doctor", &["--fix"]);
    assert_eq!((refused.status.code(), fs::read(shop.mall()).unwrap()), (Some(2), old.clone()));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("--yes"), "{refused:?}");

    let fixed = shop.xpay("doctor", &["--fix", "--yes", "--lang", "en"]);
    let said = String::from_utf8(fixed.stdout).unwrap();
    // The sample shop stays beside a real one, which is for a person to mend.
    assert_eq!(fixed.status.code(), Some(1), "{said}");
    assert!(said.contains("- log_exept = ***") && said.contains("+ log_except = LGD_OID"), "{said}");
    assert!(!said.contains(secret) && !said.contains("95160cce"), "{said}");
    let text = String::from_utf8_lossy(&old).into_owned();
    let new = fs::read(shop.mall()).unwrap();
    assert_eq!(String::from_utf8_lossy(&new), text.replace("log_exept", "log_except"));
    let conf = shop.sandbox.home().join("conf");
    let files: Vec<_> = fs::read_dir(&conf).unwrap().map(|entry| entry.unwrap().path()).collect();
    let backups: Vec<_> =
        files.iter().filter(|path| path.extension().is_some_and(|end| end == "bak")).collect();
    assert!(backups.len() == 1 && files.len() == 4, "{files:?}");
    assert_eq!(fs::read(backups[0]).unwrap(), old);
    for file in [backups[0], &shop.mall()] {
        assert_eq!(fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o640);
    }
}

/// /tmp and /var/log, given as log_dir, are not closed.
#[test]
fn a_directory_that_others_use_is_left_open() {
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let shop = Shop::with(&format!("log_dir = {}", dir.path().display()));
    shop.has(1, &["readable"]);
    fs::write(dir.path().join("syslog"), "").unwrap();
    assert_eq!(shop.xpay("doctor", &["--fix", "--yes"]).status.code(), Some(1));
    assert_eq!(fs::metadata(dir.path()).unwrap().permissions().mode() & 0o777, 0o755);
    fs::remove_file(dir.path().join("syslog")).unwrap();
    assert_eq!(shop.xpay("doctor", &["--fix", "--yes"]).status.code(), Some(0));
    assert_eq!(fs::metadata(dir.path()).unwrap().permissions().mode() & 0o777, 0o750);
}

#[test]
fn what_the_journal_holds_is_told_until_it_is_recovered() {
    let shop = Shop::sound();
    let client = Client::new(Config::load(shop.sandbox.home()).unwrap(), Platform::Test);
    let mut payment = client.transaction(DEMO_TEST_MID).unwrap();
    payment.set("LGD_TXNAME", "PaymentByKey").unwrap();
    payment.set("LGD_PAYKEY", shop.sandbox.mint(&PaykeyRequest::default()).unwrap()).unwrap();
    payment.set("XPAY_SANDBOX_FAULT", "close").unwrap();
    payment.rollback_on_error(false);
    assert!(matches!(payment.send(), Outcome::InDoubt(_)));

    shop.has(1, &["journal"]);
    let (_, findings) = shop.findings();
    let journal = findings.iter().find(|finding| finding["about"] == "journal").unwrap();
    assert_eq!(journal["facts"]["states"], serde_json::json!({"in_doubt": 1}));
    assert!(journal["en"].as_str().unwrap().contains("xpay recover --home"), "{journal}");
    assert!(shop.xpay("recover", &[]).status.success());
    shop.has(0, &[]);
}

/// What is not PHP is said, and is an error of nobody who did not name it.
#[test]
fn php_is_asked_where_it_is_named() {
    let shop = Shop::sound();
    assert_eq!(shop.xpay("doctor", &["--php", "/bin/false"]).status.code(), Some(1));
    let php = shop.sandbox.home().join("php");
    let said = r#"{"version":"8.2.1","old":false,"ffi":true,"ffi_enable":"preload","ffi_preload":"","opcache_preload":"/x/preload.php","opcache":true,"proc_open":true,"ini":"/etc/php.ini"}"#;
    // Written by another process: one that another test starts could have it open still, and then it cannot be run.
    let mut write = Command::new("sh");
    write.args([
        "-c",
        r#"printf '#!/bin/sh\necho "PHP Warning: x"\necho %s\n' "'$1'" >"$0" && chmod +x "$0""#,
    ]);
    assert!(write.args([php.to_str().unwrap(), said]).status().unwrap().success());
    let doctor = shop.xpay("doctor", &["--json", "--php", php.to_str().unwrap()]);
    let json: Value = serde_json::from_slice(&doctor.stdout).unwrap();
    let found =
        json["findings"].as_array().unwrap().iter().find(|finding| finding["about"] == "php").unwrap();
    assert_eq!((found["facts"]["backend"].as_str(), doctor.status.code()), (Some("ffi"), Some(0)), "{found}");
}

/// As on a terminal, which `script` makes; what is answered there decides.
#[test]
fn a_fix_is_asked_for() {
    let shop = Shop::with("log_exept = LGD_OID");
    let old = fs::read(shop.mall()).unwrap();
    let answered = |answer: &str| {
        let xpay = env!("CARGO_BIN_EXE_xpay");
        let command = format!("{xpay} doctor --lang en --fix --home {}", shop.sandbox.home().display());
        let mut script = Command::new("script");
        script.args(["-qec", &command, "/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut running = script.spawn().unwrap();
        running.stdin.as_mut().unwrap().write_all(answer.as_bytes()).unwrap();
        let said = running.wait_with_output().unwrap();
        (said.status.code(), String::from_utf8(said.stdout).unwrap())
    };
    let (exit, said) = answered("n\n");
    assert!(said.contains("make this change? [y/N]") && said.contains("+ log_except"), "{said}");
    assert_eq!((exit, fs::read(shop.mall()).unwrap()), (Some(1), old));
    let (exit, said) = answered("y\n");
    assert_eq!(exit, Some(0), "{said}");
}

/// A backup holds the keys too: a file is closed before it is copied.
#[test]
fn a_backup_is_not_more_open_than_its_file_was_meant_to_be() {
    let shop = Shop::with("log_exept = LGD_OID");
    fs::set_permissions(shop.mall(), fs::Permissions::from_mode(0o644)).unwrap();
    let fixed = shop.xpay("doctor", &["--json", "--fix", "--yes"]);
    let json: Value = serde_json::from_slice(&fixed.stdout).unwrap();
    let did: Vec<_> = json["changes"].as_array().unwrap().iter().map(|change| &change["did"]).collect();
    assert_eq!(did, ["closed", "edited"], "{json}");
    let backup = json["changes"][1]["backup"].as_str().unwrap();
    assert_eq!(fs::metadata(backup).unwrap().permissions().mode() & 0o777, 0o640);
}

#[test]
fn a_bundle_that_is_old_or_damaged() {
    let old = SystemTime::now() - Duration::from_secs(3 * 365 * 86_400);
    let age = |shop: &Shop| {
        let bundle = shop.sandbox.home().join("conf/ca-bundle.crt");
        fs::OpenOptions::new().append(true).open(bundle).unwrap().set_modified(old).unwrap();
    };
    let shop = Shop::with("ca_bundle_only = 1");
    age(&shop);
    shop.has(1, &["ca_stale"]);
    let shop = Shop::sound();
    age(&shop);
    shop.has(0, &[]);

    let bundle = shop.sandbox.home().join("conf/ca-bundle.crt");
    let whole = fs::read_to_string(&bundle).unwrap();
    let damaged = "-----BEGIN CERTIFICATE-----\nbm8gY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n";
    fs::write(&bundle, format!("{damaged}{whole}")).unwrap();
    shop.has(1, &["ca_damaged"]);
    assert_eq!(shop.xpay("doctor", &["--fix", "--yes"]).status.code(), Some(0));
    assert_eq!(fs::read_to_string(&bundle).unwrap(), whole);
}

/// A shop whose lgdacom.conf lacks an address gets today's, which no test asks.
#[test]
fn a_missing_address_is_told() {
    let shop = Shop::sound();
    fs::write(shop.sandbox.home().join("conf/lgdacom.conf"), "; empty\r\n").unwrap();
    shop.has(2, &["missing"]);
    let (_, findings) = shop.findings();
    assert_eq!(findings[0]["fixable"], true);
    assert!(findings[0]["en"].as_str().unwrap().contains("test_url = https://xpay-gateway-sandbox."));
}
