//! `xpay doctor --from java`: what it finds in two files, and what it must not show of them.

use crate::common::Shop;
use serde_json::Value;
use std::fs;

const KEY: &str = "5f0e7c1f0b7a4b0c9d3b8a6f1e2d3c4b";

/// What Java and this library read alike of every setting whose default differs.
const ALIKE: &str = "timeout = 20\nverify_cert = 1\nverify_host = 1\nauto_rollback = 1\n";

/// The doctor's findings about Java for these files. Those about the sandbox's own addresses are none.
fn findings(shop: &Shop, mall: &str, lgdacom: &str) -> Vec<Value> {
    let conf = shop.sandbox.home().join("conf");
    let url = shop.sandbox.url();
    fs::write(conf.join("mall.conf"), mall).unwrap();
    fs::write(conf.join("lgdacom.conf"), format!("{lgdacom}\nurl = {url}\ntest_url = {url}\n")).unwrap();
    said(shop, &["--from", "java"])
}

fn said(shop: &Shop, more: &[&str]) -> Vec<Value> {
    let home = shop.sandbox.home().to_str().unwrap().to_owned();
    let arguments = [&["doctor", "--json", "--home", &home], more].concat();
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_xpay")).args(arguments).output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let all = json["findings"].as_array().unwrap().iter();
    all.filter(|finding| finding["about"].as_str().unwrap().starts_with("java_")).cloned().collect()
}

/// Each is about, name, Java's number and this library's.
#[track_caller]
fn told(shop: &Shop, mall: &str, lgdacom: &str) -> Vec<String> {
    let short = |finding: &Value| {
        let facts = &finding["facts"];
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let number = |name: &str| facts[name].as_i64().map(|number| format!(" {number}")).unwrap_or_default();
        format!("{} {}{}{}", text(&finding["about"]), text(&facts["name"]), number("java"), number("here"))
    };
    findings(shop, mall, lgdacom).iter().map(short).collect()
}

#[test]
fn only_another_effect_is_told() {
    let shop = Shop::open();
    for (mall, lgdacom, expected) in [
        // Lines that differ as comments, sections, words and quotes, with one effect.
        ("# timeout = 5\n ; timeout = 6\n[timeout]\n", "", &[][..]),
        ("report_error = off\noutput_UTF8 = \"0\"\n", "report_error = 1\noutput_UTF8 = 1", &[]),
        ("report_error = no ; not used\nlog_dir =\n", "", &[]),
        ("timeout = \"20\"\n", "", &[]),
        // A setting that only this library has.
        ("journal = on\nkeep_alive = 4 ; s\n", "", &[]),
        // What mall.conf writes over is read by neither.
        ("", "timeout = \"5\"\ntshop = 'x'", &["java_value tshop"]),
        ("auto_rollback = off\nauto_rollback = 1\n", "auto_rollback = on", &[]),
        ("timeout = '5'\n", "timeout = 7", &["java_value timeout 20 5"]),
        // Numbers.
        ("timeout =\n", "", &["java_default timeout 20 60"]),
        ("timeout = soon\n", "", &["java_default timeout 20 60"]),
        ("timeout = 0\n", "", &["java_default timeout 0 60"]),
        ("timeout = 9999999999\n", "", &["java_default timeout 20 60"]),
        ("auto_rollback = 2\n", "", &["java_default auto_rollback 0 1"]),
        ("verify_host = yes\n", "", &["java_value verify_host 0 1"]),
        // Nobody observed what 2 did there.
        ("verify_cert = 2\n", "", &[]),
        ("report_error = on\n", "", &["java_value report_error 0 1"]),
        ("server_id = \"01\"\nproxy_host = none\n", "", &["java_value server_id", "java_value proxy_host"]),
        // The prefix.
        (&format!("MID_tshop = {KEY}\n"), "", &["java_mid MID_tshop"]),
        (&format!("MID_tshop = {KEY}\ntshop = {KEY}\n"), "", &[]),
        ("MID_tshop =\n", "", &[]),
    ] {
        assert_eq!(told(&shop, &format!("{ALIKE}{mall}"), lgdacom), expected, "{mall:?} {lgdacom:?}");
    }
}

/// In front of a comment, of a line that says what Java did without it, and of one that Java then had from elsewhere.
#[test]
fn a_mark_matters_by_the_line_behind_it() {
    let shop = Shop::open();
    let rest = "verify_host = 1\nauto_rollback = 1\n";
    for (mall, lgdacom, expected) in [
        ("\u{feff}; comment\ntimeout = 60\nverify_cert = 1\n", "\u{feff}", &[][..]),
        ("\u{feff}timeout = 20\nverify_cert = 1\n", "", &[]),
        ("\u{feff}timeout = 5\nverify_cert = 1\n", "", &["java_bom timeout 20 5"]),
        ("\u{feff}verify_cert = 0\ntimeout = 60\n", "verify_cert = 1", &["java_bom verify_cert 1 0"]),
        ("timeout = 60\nverify_cert = 1\n", "\u{feff}timeout = 5", &[]),
    ] {
        assert_eq!(told(&shop, &format!("{mall}{rest}"), lgdacom), expected, "{mall:?} {lgdacom:?}");
    }
}

/// Without settings, Java checked no certificate. Only what concerns payments is a warning.
#[test]
fn defaults_and_grades() {
    let shop = Shop::open();
    let defaults = ["timeout 20 60", "verify_cert 0 1", "verify_host 0 1", "auto_rollback 0 1"];
    assert_eq!(told(&shop, "", ""), defaults.map(|one| format!("java_default {one}")));
    let found = findings(&shop, &format!("{ALIKE}log_dir = \"/tmp\"\ntimeout = \"5\"\n"), "");
    let grades: Vec<_> =
        found.iter().map(|one| (one["facts"]["name"].as_str(), one["grade"].as_str())).collect();
    assert_eq!(grades, [(Some("timeout"), Some("warning")), (Some("log_dir"), Some("fine"))]);
    assert_eq!((&found[0]["facts"]["line"], &found[0]["fixable"]), (&6.into(), &false.into()));
    assert!(found[0]["facts"]["file"].as_str().unwrap().ends_with("conf/mall.conf"), "{found:?}");
}

/// A shop that comes from PHP has nothing of all this.
#[test]
fn without_the_option_nothing_is_told() {
    let shop = Shop::open();
    let mall = format!("\u{feff}timeout = 5\nMID_tshop = {KEY}\ntother = '{KEY}'\n");
    assert_eq!(findings(&shop, &mall, "").len(), 6);
    assert!(said(&shop, &[]).is_empty());
}

#[test]
fn no_key_and_no_comment_is_shown() {
    let shop = Shop::open();
    let mall = format!(
        "{ALIKE}tshop = \"{KEY}\"\ntother = {KEY} ; word-one\n{KEY} = 'tswapped'\nnote = 'word-two'\n\
         timeout = 5 ; word-three {KEY}\nlog_dir = '/{KEY}'\nMID_t{KEY} = {KEY}\n"
    );
    let found = findings(&shop, &mall, "");
    assert_eq!(found.len(), 7, "{found:?}");
    let all = serde_json::to_string(&found).unwrap();
    for secret in [KEY, "word-", "tswapped"] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
}
