//! `xpay sandbox` as a user types it.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

fn xpay(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xpay")).args(arguments).output().unwrap()
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Exit code and what was said on stderr, which must be there in both languages.
fn refused(arguments: &[&str]) -> (Option<i32>, String) {
    let output = xpay(arguments);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(output.stdout.is_empty() && said.contains("오류: ") && said.contains("error: "), "{said}");
    (output.status.code(), said)
}

/// A sandbox in a process of its own, which ends with the test whatever happens.
struct Running(Child);

impl Running {
    fn start(dir: &Path, more: &[&str]) -> (Self, Value) {
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
        assert!(heading.starts_with("거래번호 TID"), "{heading}");
        assert_eq!(stdout(&xpay(&["sandbox", "ledger", "--dir", at, "--json"])), "[]\n");

        let (code, said) = refused(&["sandbox", "paykey", "--dir", at, "--oid", "O 1", "--amount", "1000"]);
        assert!(code == Some(1) && said.contains("LGD_OID"), "{said}");
        assert_eq!(running.signal(signal), Some(0));
        assert!(!file.exists());
    }
    assert_eq!(refused(&["sandbox", "ledger", "--dir", at]).0, Some(1));
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
    let words = ["faults.txt", "2번째 줄", "line 2", "before:"];
    assert!(code == Some(1) && words.iter().all(|word| said.contains(word)), "{said}");
    std::fs::write(&script, "* hang\n").unwrap();
    let (running, _) = Running::start(dir.path(), &["--faults", name]);
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

#[test]
fn misuse_is_told_from_failure() {
    for wrong in [&["sandbox"][..], &["sandbox", "--dir", "x", "--certificate", "fine"], &["pay"]] {
        assert_eq!(refused(wrong).0, Some(2), "{wrong:?}");
    }
    assert!(stdout(&xpay(&["--version"])).starts_with("xpay "));
}
