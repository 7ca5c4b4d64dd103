//! `xpay doctor` and `xpay ping` as a user types them, on configurations that are broken in one way each.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use serde_json::Value;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::{Command, Output};
use tempfile::TempDir;
use xpayclient_sandbox::{DEMO_TEST_MID, Options, Sandbox};

struct Shop {
    sandbox: Sandbox,
    /// Where the sandbox's own files are; they go with it.
    _dir: TempDir,
}

impl Shop {
    /// A shop that the doctor finds nothing wrong with.
    fn sound() -> Shop {
        let dir = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::start(Options { dir: dir.path().into(), ..Options::default() }).unwrap();
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

    /// The doctor says exactly this of the shop, beside the Ping.
    #[track_caller]
    fn has(&self, code: i32, about: &[&str]) {
        let said = self.xpay("doctor", &["--json"]);
        let findings: Vec<Value> = serde_json::from_slice(&said.stdout).unwrap();
        let names: Vec<_> =
            findings.iter().map(|f| f["about"].as_str().unwrap()).filter(|a| *a != "ping").collect();
        assert_eq!(names, about, "{findings:?}");
        assert_eq!(said.status.code(), Some(code), "{findings:?}");
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
    Shop::with("default_secure_protocols = 2560").has(1, &["value"]);
    Shop::with("verity_cert = 1").has(0, &[]);
}

#[test]
fn shop_ids_and_their_keys() {
    Shop::with("othershop = 0123456789abcdef").has(1, &["mert_key"]);
    let key = "5f0e7c1f0b7a4b0c9d3b8a6f1e2d3c4b";
    Shop::with(&format!("mine = {key}\r\ntmine = {key}")).has(1, &["same_key"]);
}

#[test]
fn addresses() {
    Shop::with("aux_url = http://example.com/").has(2, &["http"]);
    Shop::with("url = https://xpayclient.lgdacom.net/xpay/Gateway.do").has(1, &["retired_host"]);
    Shop::with("url = xpayclient.lgdacom.net/xpay/Gateway.do").has(1, &["retired_host"]);
    Shop::with("test_url = https://localhost:1/").has(2, &["refused"]);
}

#[test]
fn places() {
    Shop::with("log_dir = /nowhere/at/all").has(1, &["log_dir"]);
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
