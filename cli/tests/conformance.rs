//! `xpay conformance` before gateways of every profile: what it finds is how they are, and nothing stays paid.

use crate::common::{Said, notice, said};
use crate::sandbox::Running;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;
use xpayclient_sandbox::{Options, PaykeyRequest, Profile, Sandbox};

/// How a gateway may be. An idle connection is kept for ever by all but the last two.
const PROFILES: [&str; 20] = [
    "",
    "unknown-rollback=refused,late-request=approved",
    "unknown-rollback=silent,late-request=approved",
    "unknown-rollback=silent",
    "late-request=approved",
    "second-rollback=refused",
    "second-rollback=silent",
    "declined-rollback=refused",
    "declined-rollback=silent",
    "cancel-rollback=ignored",
    "cancel-rollback=refused",
    "second-payment=repeated",
    "second-payment=shared",
    "report=refused",
    "report=silent",
    "tls=1.2",
    "tls=1.3",
    "code-table=SB06:A001+SB11:P001+S007:XC01",
    "keep-alive=0",
    "keep-alive=1",
];

struct Examined {
    said: Said,
    report: Value,
    page: String,
}

/// Examines the gateway at `home` with a play payment.
fn examine(home: &Path, dir: &Path, paykey: &str) -> Examined {
    let file = dir.join("report.json");
    let idle = if paykey.is_empty() { "0" } else { "2" };
    let mut command = Command::new(env!("CARGO_BIN_EXE_xpay"));
    command.args(["conformance", "--yes", "--patience", "4", "--idle", idle, "--lang", "en"]);
    command.arg("--home").arg(home).arg("--report").arg(&file);
    if !paykey.is_empty() {
        command.args(["--paykey", "--amount", "23400"]);
    }
    let said = said(&mut command, paykey.as_bytes());
    let read = |file: &Path| std::fs::read_to_string(file).unwrap_or_default();
    let report = serde_json::from_str(&read(&file)).unwrap_or_default();
    Examined { said, report, page: read(&file.with_extension("html")) }
}

impl Examined {
    fn profile(&self) -> BTreeMap<String, String> {
        let settings = self.report["profile"].as_object().unwrap();
        settings.iter().map(|(name, value)| (name.clone(), value.as_str().unwrap().to_owned())).collect()
    }

    /// A line for each finding, without measured times, nor what depends on them.
    fn lines(&self) -> Vec<String> {
        let findings = self.report["findings"].as_array().unwrap().iter();
        let untimed = |found: &str| {
            let words = found.split(' ').collect::<Vec<_>>();
            let timed = |at: usize| words.get(at + 1) == Some(&"s");
            let words = words.iter().enumerate();
            words.map(|(at, word)| if timed(at) { "N" } else { word }).collect::<Vec<_>>().join(" ")
        };
        let line = |one: &Value| {
            let [id, verdict, found] = ["id", "verdict", "found"].map(|name| one[name].as_str().unwrap());
            format!("{id} | {} | {} | {verdict}\n", one["expected"]["en"].as_str().unwrap(), untimed(found))
        };
        let kept = |one: &Value| one["id"] == "idle-connection" && one["verdict"] != "otherwise";
        findings.filter(|one| !kept(one)).map(line).collect()
    }

    /// The findings with this verdict.
    fn with(&self, verdict: &str) -> Vec<&str> {
        let findings = self.report["findings"].as_array().unwrap().iter();
        findings.filter(|one| one["verdict"] == verdict).map(|one| one["id"].as_str().unwrap()).collect()
    }
}

fn settings(profile: &Profile) -> BTreeMap<String, String> {
    profile.settings().into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The reports of all profiles are those of this file: the first whole, of the others what differs from it.
const REPORTS: &str = include_str!("reports.txt");

/// Examines a gateway of this profile, and returns the lines of its report.
fn examined_at(text: &str) -> Vec<String> {
    let dir = TempDir::new().unwrap();
    let profile: Profile = text.parse().unwrap();
    let options = Options { dir: dir.path().into(), profile: profile.clone(), ..Options::default() };
    let sandbox = Sandbox::start(options).unwrap();
    let paykey = sandbox.mint(&PaykeyRequest { amount: 23_400, ..PaykeyRequest::default() }).unwrap();
    let conf = OpenOptions::new().append(true).open(sandbox.home().join("conf/lgdacom.conf"));
    writeln!(conf.unwrap(), "aux_url = {}", sandbox.url()).unwrap();
    let found = examine(sandbox.home(), dir.path(), &paykey);
    let mut expected = settings(&profile);
    if text == "keep-alive=1" {
        // How long it took is measured.
        expected.insert("keep-alive".into(), found.profile()["keep-alive"].clone());
        assert_ne!(found.profile()["keep-alive"], "on");
    }
    assert_eq!(found.profile(), expected, "{text}");
    assert!(sandbox.payments().unwrap().iter().all(|payment| payment.balance == 0), "{text}");
    found.lines()
}

#[test]
fn what_is_found_is_the_profile() {
    // Most of the time it waits for a gateway that is silent.
    let lane = |profiles: &[&str]| profiles.iter().map(|text| examined_at(text)).collect::<Vec<_>>();
    let lanes = PROFILES.chunks(5);
    let reports: Vec<_> = std::thread::scope(|scope| {
        let lanes: Vec<_> = lanes.map(|profiles| scope.spawn(move || lane(profiles))).collect();
        lanes.into_iter().flat_map(|lane| lane.join().unwrap()).collect()
    });
    let mut written = String::new();
    for (at, (text, lines)) in PROFILES.iter().zip(&reports).enumerate() {
        let told = lines.iter().filter(|line| at == 0 || !reports[0].contains(line));
        written += &format!("[{text}]\n{}\n", told.cloned().collect::<String>());
    }
    if written != REPORTS {
        let seen = Path::new(env!("CARGO_TARGET_TMPDIR")).join("reports.txt");
        std::fs::write(&seen, written).unwrap();
        panic!("the reports are not those of cli/tests/reports.txt: compare {}", seen.display());
    }
}

#[test]
fn a_report_makes_a_sandbox_that_is_examined_alike() {
    let profile = "unknown-rollback=refused,late-request=approved,declined-rollback=silent,tls=1.2,code-table=SB11:P001";
    let (first, second) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let (_running, start) = Running::start(first.path(), &["--profile", profile]);
    let found = examine(Path::new(start["home"].as_str().unwrap()), first.path(), "");
    assert_eq!(found.said.code, Some(3), "{}", found.said.everything());
    let report = first.path().join("report.json");
    let (_running, start) = Running::start(second.path(), &["--as", report.to_str().unwrap()]);
    let again = examine(Path::new(start["home"].as_str().unwrap()), second.path(), "");
    assert_eq!(again.profile(), found.profile());
    assert_eq!(again.with("otherwise"), found.with("otherwise"));
}

#[test]
fn a_report_has_no_secret_and_both_languages() {
    let dir = TempDir::new().unwrap();
    let sandbox = Sandbox::start(Options { dir: dir.path().into(), ..Options::default() }).unwrap();
    let paykey = sandbox.mint(&PaykeyRequest { amount: 23_400, ..PaykeyRequest::default() }).unwrap();
    let found = examine(sandbox.home(), dir.path(), &paykey);
    let written = format!("{}{}", found.report, found.page);
    for secret in
        [paykey.as_str(), xpayclient_sandbox::DEMO_KEY, xpayclient_sandbox::DEMO_TEST_MID, "0100001234"]
    {
        assert!(!written.contains(secret) && !found.said.everything().contains(secret), "{secret}");
    }
    assert!(found.page.contains("적합성 보고서") && found.page.contains("Conformance report"));
    assert!(found.report["stopped"].is_null());
}

#[test]
fn a_notification_is_told_by_its_names() {
    let dir = TempDir::new().unwrap();
    let sandbox = Sandbox::start(Options { dir: dir.path().into(), ..Options::default() }).unwrap();
    let (file, report) = (dir.path().join("notice"), dir.path().join("report.json"));
    let examined = |body: &str| {
        std::fs::write(&file, body).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_xpay"));
        command.args(["conformance", "--yes", "--idle", "0", "--lang", "en", "--home"]).arg(sandbox.home());
        let said = said(command.arg("--report").arg(&report).arg("--notice").arg(&file), b"");
        let report = serde_json::from_str(&std::fs::read_to_string(&report).unwrap_or_default());
        Examined { said, report: report.unwrap_or_default(), page: String::new() }
    };
    let found = examined(&notice());
    let fields = &found.report["findings"][0]["found"];
    assert!(fields.as_str().unwrap().ends_with("LGD_CASFLAG LGD_CASSEQNO LGD_BUYER"), "{fields}");
    assert!(!found.report.to_string().contains("%C8%AB"), "no value is in it");
    assert!(found.with("otherwise").is_empty(), "{}", found.said.everything());
    assert_eq!(examined(&notice().replace("23400", "23401")).with("otherwise"), ["notice-signature"]);
    examined("LGD_AMOUNT=1").said.failed(2, "no LGD_OID");
}

#[test]
fn it_asks_first_and_never_asks_the_live_gateway() {
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xpay"));
        said(command.arg("conformance").args(arguments).env("LC_ALL", "C.UTF-8").env_remove("XPAY_HOME"), b"")
    };
    run(&["--mode", "service", "--yes"]).failed(2, "only the test gateway");
    run(&["--mid", "tlgdacomxpay"]).failed(2, "no shop's configuration");
    run(&["--report", "/no/such/place/report.json"]).failed(1, "--report");
    run(&["--report", "report.html"]).failed(2, "ends in .json");
    run(&[]).failed(2, "https://xpay-gateway-sandbox.tosspayments.com/xpay/Gateway.do; no money moves");
    let dir = TempDir::new().unwrap();
    let sandbox = Sandbox::start(Options { dir: dir.path().into(), ..Options::default() }).unwrap();
    let home = sandbox.home().to_str().unwrap();
    run(&["--home", home]).failed(2, "--yes");
    assert!(sandbox.requests().is_empty());
    let conf = sandbox.home().join("conf/lgdacom.conf");
    std::fs::write(&conf, "test_url = https://xpay-gateway.tosspayments.com/xpay/Gateway.do\n").unwrap();
    run(&["--home", home, "--yes"]).failed(2, "the live gateway");
}

/// A gateway that approves a payment key that no window made.
#[test]
fn a_wrong_amount_is_not_said_of_the_gateway() {
    let dir = TempDir::new().unwrap();
    let sandbox = Sandbox::start(Options { dir: dir.path().into(), ..Options::default() }).unwrap();
    let paykey = sandbox.mint(&PaykeyRequest { amount: 1000, ..PaykeyRequest::default() }).unwrap();
    let found = examine(sandbox.home(), dir.path(), &paykey);
    found.said.failed(4, "the PAYKEY was for 1000");
    assert!(found.with("otherwise").is_empty(), "{}", found.report);
    assert_eq!(sandbox.payments().unwrap()[0].balance, 0);
    // Its page, given in its place.
    let mut start = Command::new(env!("CARGO_BIN_EXE_xpay"));
    start.args(["sandbox", "--lang", "en", "--dir"]).arg(dir.path().join("other"));
    said(start.arg("--as").arg(dir.path().join("report.html")), b"")
        .failed(1, "JSON file that xpay conformance made");
}

#[test]
fn it_stops_at_a_surprise_that_could_cost() {
    let dir = TempDir::new().unwrap();
    let sandbox = Sandbox::start(Options { dir: dir.path().into(), ..Options::default() }).unwrap();
    let approved = r#"PaymentByKey body={"LGD_RESPCODE":"0000","LGD_RESPMSG":"approved"}"#;
    sandbox.follow(approved.parse().unwrap());
    let paykey = sandbox.mint(&PaykeyRequest { amount: 23_400, ..PaykeyRequest::default() }).unwrap();
    let found = examine(sandbox.home(), dir.path(), &paykey);
    found.said.failed(4, "had to be refused");
    assert!(found.report["stopped"]["ko"].is_string());
    assert!(sandbox.payments().unwrap().is_empty(), "nothing was paid after it");
}
