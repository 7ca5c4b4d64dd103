//! `xpay sandbox` as a user types it.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::time::Duration;
use xpayclient_core::notice::UnverifiedNotice;
use xpayclient_core::results::CasFlag;
use xpayclient_core::{Client, Config, Outcome, Platform};

fn xpay(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xpay")).args(arguments).env("LC_ALL", "C.UTF-8").output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Exit code and what was said on stderr.
fn refused(arguments: &[&str]) -> (Option<i32>, String) {
    let output = xpay(arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.stdout.is_empty() && said.contains("error: "), "{said}");
    (output.status.code(), said)
}

/// A sandbox in a process of its own, which ends with the test whatever happens.
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn start(dir: &Path, more: &[&str]) -> (Self, Value) {
        let mut child = Command::new(env!("CARGO_BIN_EXE_xpay"))
            .args(["sandbox", "--dir", dir.to_str().unwrap()])
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        (Self(child), serde_json::from_str(&line).unwrap())
    }

    fn signal(mut self, name: &str) -> Option<i32> {
        let pid = self.0.id().to_string();
        // The shell's own, for not every machine has the program.
        let kill = Command::new("sh").args(["-c", "kill $0 $1", name, &pid]).status();
        assert!(kill.unwrap().success());
        self.0.wait().unwrap().code()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_starts_gives_keys_and_stops() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().to_str().unwrap();
    for signal in ["-INT", "-TERM"] {
        let (running, said) = Running::start(dir.path(), &[]);
        assert_eq!(
            (said["ready"].as_bool(), said["pid"].as_u64()),
            (Some(true), Some(running.0.id().into()))
        );
        let file = dir.path().join("sandbox.json");
        let saved: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
        assert_eq!(saved, said);
        assert!(Path::new(said["ca"].as_str().unwrap()).is_file());

        let order = ["sandbox", "paykey", "--dir", at, "--oid", "O-1", "--amount", "1000"];
        let key = stdout(&xpay(&order));
        assert!(key.trim_end().len() > 20 && key.lines().count() == 1, "{key}");
        let json: Value = serde_json::from_str(&stdout(&xpay(&[&order[..], &["--json"]].concat()))).unwrap();
        assert!(json["LGD_PAYKEY"].is_string());
        let heading = stdout(&xpay(&["sandbox", "ledger", "--dir", at]));
        assert!(heading.starts_with("TID"), "{heading}");
        assert_eq!(stdout(&xpay(&["sandbox", "ledger", "--dir", at, "--json"])), "[]\n");

        let (code, said) = refused(&["sandbox", "paykey", "--dir", at, "--oid", "O 1", "--amount", "1000"]);
        assert!(code == Some(1) && said.contains("LGD_OID"), "{said}");
        assert_eq!(running.signal(signal), Some(0));
        assert!(!file.exists());
    }
    assert_eq!(refused(&["sandbox", "ledger", "--dir", at]).0, Some(1));
}

/// Backslashes are what a path of Windows has.
#[test]
fn the_library_reads_the_directories_as_they_are() {
    let parent = tempfile::tempdir().unwrap();
    for name in [r"C:\\new\\log", r"\\?\C:\shop", r#"a "b" 'c' ; d = e # f"#, "상점 = on", r"tail\"] {
        let dir = parent.path().join(name);
        let options = xpayclient_sandbox::Options { dir: dir.clone(), ..Default::default() };
        let sandbox = xpayclient_sandbox::Sandbox::start(options).unwrap();
        let config = Config::load(sandbox.home()).unwrap();
        assert_eq!(config.settings().log_dir, Some(dunce::canonicalize(dir.join("log")).unwrap()), "{name}");
    }
}

#[test]
fn a_script_comes_from_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let (at, script) = (dir.path().to_str().unwrap(), dir.path().join("faults.txt"));
    let name = script.to_str().unwrap();
    let start = ["sandbox", "--dir", at, "--faults", name];
    let (code, said) = refused(&start);
    assert!(code == Some(1) && said.contains("faults.txt"), "{said}");
    std::fs::write(&script, "# fails\nPaymentByKey explode\n").unwrap();
    let (code, said) = refused(&start);
    let words = ["faults.txt", "line 2", "before:"];
    assert!(code == Some(1) && words.iter().all(|word| said.contains(word)), "{said}");
    std::fs::write(&script, "* hang\n").unwrap();
    let (running, _) = Running::start(dir.path(), &["--faults", name]);
    assert_eq!(running.signal("-TERM"), Some(0));
}

#[test]
fn other_shops_come_from_a_file() {
    let dir = tempfile::tempdir().unwrap();
    let (at, file) = (dir.path().to_str().unwrap(), dir.path().join("shops.conf"));
    let name = file.to_str().unwrap();
    std::fs::write(&file, "# ours\ntourshop = 0123456789abcdef0123456789abcdef\nfedcba9876543210\n").unwrap();
    let (code, said) = refused(&["sandbox", "--dir", at, "--shops", name]);
    assert!(code == Some(1) && said.contains("line 3") && !said.contains("fedcba"), "{said}");
    std::fs::write(&file, "tourshop = 0123456789abcdef0123456789abcdef\n").unwrap();
    let (running, _) = Running::start(dir.path(), &["--shops", name]);
    let key =
        xpay(&["sandbox", "paykey", "--dir", at, "--mid", "tourshop", "--oid", "O-1", "--amount", "100"]);
    assert!(key.status.success(), "{key:?}");
    let conf = std::fs::read_to_string(dir.path().join("home/conf/mall.conf")).unwrap();
    assert!(conf.contains("tourshop = 0123456789abcdef"), "{conf}");
    assert_eq!(running.signal("-TERM"), Some(0));
}

/// For snapshots: the same clock and seed give the same keys, numbers and dates.
#[test]
fn two_runs_say_the_same() {
    let run = || {
        let dir = tempfile::tempdir().unwrap();
        let at = dir.path().to_str().unwrap();
        let (_running, _) = Running::start(dir.path(), &["--clock", "20261123101112", "--seed", "7"]);
        let order = ["sandbox", "paykey", "--dir", at, "--amount", "1000"];
        (
            stdout(&xpay(&[&order[..], &["--oid", "O-1"]].concat())),
            stdout(&xpay(&[&order[..], &["--oid", "O-2"]].concat())),
        )
    };
    let (first, second) = run();
    assert_ne!(first, second);
    assert_eq!(run(), (first, second));
    let dir = tempfile::tempdir().unwrap();
    let (code, said) = refused(&["sandbox", "--dir", dir.path().to_str().unwrap(), "--clock", "noon"]);
    assert!(code == Some(1) && said.contains("noon"), "{said}");
}

/// It says so aloud, and is reached by the name it was given, which its certificate bears.
#[test]
fn another_address_is_warned_of() {
    let dir = tempfile::tempdir().unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_xpay"))
        .args(["sandbox", "--dir", dir.path().to_str().unwrap(), "--bind", "0.0.0.0", "--host", "localhost"])
        .env("LC_ALL", "C.UTF-8")
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut warning = String::new();
    BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut warning).unwrap();
    assert!(warning.starts_with("warning: ") && warning.contains("everybody"), "{warning}");
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let running = Running(child);
    assert!(line.contains("https://localhost:") && line.contains("http://localhost:"), "{line}");
    let ledger = xpay(&["sandbox", "ledger", "--dir", dir.path().to_str().unwrap(), "--json"]);
    assert_eq!(stdout(&ledger), "[]\n");
    assert_eq!(running.signal("-TERM"), Some(0));
}

#[test]
fn two_in_one_directory_or_on_one_port_are_one_too_many() {
    let dir = tempfile::tempdir().unwrap();
    for kind in ["good", "expired"] {
        let (_running, said) = Running::start(dir.path(), &["--certificate", kind]);
        let second = refused(&["sandbox", "--dir", dir.path().to_str().unwrap()]);
        assert!(second.0 == Some(1) && second.1.contains("already running"), "{}", second.1);
        let elsewhere = dir.path().join("elsewhere");
        let port = said["port"].to_string();
        let second = refused(&["sandbox", "--dir", elsewhere.to_str().unwrap(), "--port", &port]);
        assert!(second.0 == Some(1) && second.1.contains(&port), "{}", second.1);
    }
}

#[test]
fn what_a_killed_sandbox_leaves_behind_hinders_nobody() {
    let dir = tempfile::tempdir().unwrap();
    let (running, _) = Running::start(dir.path(), &[]);
    assert_eq!(running.signal("-KILL"), None);
    assert!(dir.path().join("sandbox.json").exists());
    let (running, _) = Running::start(dir.path(), &[]);
    assert_eq!(running.signal("-TERM"), Some(0));
}

/// A shop's page that answers `OK` to every notice: its address, and what it was posted.
fn page() -> (String, Receiver<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/note", listener.local_addr().unwrap());
    let (sender, posted) = mpsc::channel();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut reader = BufReader::new(stream.unwrap());
            let lines = reader.by_ref().lines().map(|line| line.unwrap().to_ascii_lowercase());
            let head: Vec<_> = lines.take_while(|line| !line.is_empty()).collect();
            let length = head.iter().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            let mut body = vec![0; length.parse().unwrap()];
            reader.read_exact(&mut body).unwrap();
            if sender.send(body).is_err() {
                return;
            }
            let answer = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nOK";
            reader.into_inner().write_all(answer.as_bytes()).unwrap();
        }
    });
    (url, posted)
}

#[test]
fn the_bank_acts_and_the_shop_is_told() {
    let dir = tempfile::tempdir().unwrap();
    let at = dir.path().to_str().unwrap();
    let (url, posted) = page();
    let start = ["--time-scale", "60", "--forward-notices", &url];
    let (_running, said) = Running::start(dir.path(), &start);
    let config = || Config::load(said["home"].as_str().unwrap()).unwrap();
    // The time limit is there for a test that fails.
    let told = || {
        let body = posted.recv_timeout(Duration::from_secs(30)).unwrap();
        UnverifiedNotice::parse(&body)
            .unwrap()
            .verify(&config(), Platform::Test, said["mid"].as_str().unwrap(), 700)
            .unwrap()
    };

    let order = ["paykey", "--oid", "O-1", "--amount", "700", "--paytype", "SC0040"];
    let wanted = ["--dir", at, "--casnoteurl", "http://shop.example/note"];
    let key = stdout(&xpay(&[&["sandbox"], &order[..], &wanted].concat()));
    let client = Client::new(config(), Platform::Test);
    let mut payment = client.transaction(said["mid"].as_str().unwrap()).unwrap();
    payment.set("LGD_TXNAME", "PaymentByKey").unwrap();
    payment.set("LGD_PAYKEY", key.trim_end()).unwrap();
    assert!(matches!(payment.send(), Outcome::Answered(_)));
    let allotted = told();
    assert_eq!((allotted.flag, allotted.oid.as_str()), (Some(CasFlag::Allotted), "O-1"));

    let trigger = |event, name, value| stdout(&xpay(&["trigger", event, "--dir", at, name, value]));
    let shown = trigger("deposit", "--oid", "O-1");
    assert!(shown.contains(" paid ") && shown.contains(&allotted.tid), "{shown}");
    assert_eq!(told().flag, Some(CasFlag::PaidIn));
    let shown = trigger("deposit-cancel", "--tid", &allotted.tid);
    assert!(shown.contains(" issued "), "{shown}");
    assert_eq!(told().flag, Some(CasFlag::DepositCancelled));

    let notices = |more: &[&str]| stdout(&xpay(&[&["sandbox", "notices", "--dir", at], more].concat()));
    let shown = notices(&[]);
    let words = ["ID", " R ", " I ", " C ", " delivered ", url.as_str()];
    assert!(shown.lines().count() == 4 && words.iter().all(|word| shown.contains(word)), "{shown}");
    assert!(notices(&["--resend", "2"]).contains(" waiting "));
    assert_eq!(told().flag, Some(CasFlag::PaidIn));
    let json: Value = serde_json::from_str(&notices(&["--json"])).unwrap();
    assert_eq!(json[0]["attempts"][0]["answer"], "OK");

    let nobody = ["trigger", "deposit", "--dir", at, "--oid", "O-2"];
    assert!(refused(&nobody).1.contains("O-2"));
    let twice = ["trigger", "deposit-cancel", "--dir", at, "--oid", "O-1"];
    assert!(refused(&twice).1.contains("SB33"));
    assert!(refused(&["sandbox", "notices", "--dir", at, "--resend", "9"]).1.contains("SB34"));
}

/// The status line of the window's answer to a request that the real gateway may take or not.
fn window_of(web: &str) -> String {
    let body = "LGD_MID=tlgdacomxpay&LGD_RETURNURL=http://shop.example/&LGD_PAYWINDOWTYPE=CardBillingAuth\
                &LGD_CHECKSSNYN=N&LGD_OID=order-1";
    let host = web.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    let length = body.len();
    write!(stream, "POST /xpay/window HTTP/1.1\r\nhost: {host}\r\ncontent-length: {length}\r\n\r\n{body}")
        .unwrap();
    let mut status = String::new();
    BufReader::new(stream).read_line(&mut status).unwrap();
    status
}

#[test]
fn a_strict_sandbox_refuses_what_another_warns_of() {
    for (more, status) in [(&[][..], "303"), (&["--strict"][..], "400")] {
        let dir = tempfile::tempdir().unwrap();
        let (_running, said) = Running::start(dir.path(), more);
        let answered = window_of(said["web"].as_str().unwrap());
        assert!(answered.contains(status), "{more:?}: {answered}");
    }
}

#[test]
fn misuse_is_told_from_failure() {
    let trigger = ["trigger", "deposit", "--dir", "x"];
    for wrong in [
        &["sandbox"][..],
        &["sandbox", "--dir", "x", "--certificate", "fine"],
        &["sandbox", "--dir", "x", "--time-scale", "0"],
        &trigger,
        &[&trigger[..], &["--oid", "O-1", "--tid", "T-1"]].concat(),
        &["sandbox", "trigger"],
    ] {
        assert_eq!(refused(wrong).0, Some(2), "{wrong:?}");
    }
    assert!(stdout(&xpay(&["--version"])).starts_with("xpay "));
}

#[test]
fn a_session_is_recorded_and_replayed() {
    let dir = tempfile::tempdir().unwrap();
    let (at, file) = (dir.path().to_str().unwrap(), dir.path().join("session.jsonl"));
    let name = file.to_str().unwrap();
    let (running, _) = Running::start(dir.path(), &["--record", name]);
    xpay(&["sandbox", "paykey", "--dir", at, "--oid", "O-1", "--amount", "1000", "--buyer", "똠방각하"]);
    running.signal("-TERM");
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.lines().count() == 2 && text.contains("{paykey:1}") && !text.contains("똠방각하"), "{text}");

    let replayed = xpay(&["sandbox", "replay", name]);
    assert_eq!((replayed.status.code(), stdout(&replayed).lines().count()), (Some(0), 1));
    std::fs::write(&file, text.replace("\"0000\"", "\"SB02\"")).unwrap();
    let replayed = xpay(&["sandbox", "replay", name, "--json"]);
    let said: Value = serde_json::from_str(&stdout(&replayed)).unwrap();
    let difference = serde_json::json!({ "line": 1, "what": "paykey", "of": "code", "recorded": "SB02", "replayed": "0000" });
    assert_eq!((replayed.status.code(), &said["differences"][0]), (Some(1), &difference));

    std::fs::write(&file, "{}").unwrap();
    let (code, said) = refused(&["sandbox", "replay", name]);
    assert!(code == Some(1) && said.contains("line 1"), "{said}");
}
