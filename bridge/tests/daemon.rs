//! The daemon as its callers meet it: one socket, many callers, and an end in order.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

use std::io::{BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;
use xpayclient_tests::{MID, Shop, journal_states};

/// A running daemon. Dropping it kills it.
struct Daemon {
    child: Child,
    socket: PathBuf,
}

impl Daemon {
    fn start(dir: &Path) -> Daemon {
        let socket = dir.join("bridge.sock");
        let mut child = command(&socket).spawn().unwrap();
        let mut told = String::new();
        BufReader::new(child.stderr.as_mut().unwrap()).read_line(&mut told).unwrap();
        assert!(told.contains("listening at"), "{told}");
        Daemon { child, socket }
    }

    fn call(&self) -> Caller {
        let mut caller = Caller::new(UnixStream::connect(&self.socket).unwrap());
        assert_eq!(caller.line(), "[2,2]\n");
        caller
    }

    fn terminate(&self) {
        kill_process(Pid::from_child(&self.child), Signal::TERM).unwrap();
    }

    fn end(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn command(socket: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xpay-bridge"));
    command.arg("--listen").arg(socket).stderr(Stdio::piped());
    command
}

/// What a daemon that cannot start says.
fn refused(socket: &Path) -> String {
    let output = command(socket).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    String::from_utf8(output.stderr).unwrap()
}

struct Caller(BufReader<UnixStream>);

impl Caller {
    fn new(stream: UnixStream) -> Caller {
        Caller(BufReader::new(stream))
    }

    fn say(&mut self, call: &str, texts: &[&str]) {
        self.0.get_mut().write_all(format!("[1,\"{call}\",{texts:?}]\n").as_bytes()).unwrap();
    }

    /// Empty at the end.
    fn line(&mut self) -> String {
        let mut line = String::new();
        self.0.read_line(&mut line).unwrap();
        line
    }

    fn ask(&mut self, call: &str, texts: &[&str]) -> String {
        self.say(call, texts);
        self.line()
    }

    /// A payment that is ready to be sent.
    fn begin(&mut self, shop: &Shop, fault: &str) {
        for (call, texts) in [
            ("init", vec![shop.sandbox.home().to_str().unwrap(), "test"]),
            ("init_tx", vec![MID]),
            ("set", vec!["LGD_TXNAME", "PaymentByKey"]),
            ("set", vec!["LGD_PAYKEY", &shop.paykey()]),
            ("set", vec!["XPAY_SANDBOX_FAULT", fault]),
        ] {
            let answer = self.ask(call, &texts);
            assert!(answer.starts_with("[true"), "{call}: {answer}");
        }
    }
}

/// Waits until the gateway has a payment, which it answers later.
fn wait_for_the_gateway(shop: &Shop) {
    while shop.requests("PaymentByKey").is_empty() {
        std::thread::yield_now();
    }
}

#[test]
fn the_socket_is_its_users_alone_and_goes_away_with_its_daemon() {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path());
    let mode = std::fs::metadata(&daemon.socket).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut idle = daemon.call();
    assert!(idle.ask("timestamp", &[]).starts_with("[\"20"));
    daemon.terminate();
    assert_eq!(idle.line(), "", "who has nothing under way is let go");
    let socket = daemon.socket.clone();
    assert!(daemon.end().success());
    assert!(!socket.exists());
}

#[test]
fn a_dead_daemons_socket_is_replaced_and_a_live_ones_is_not() {
    let dir = TempDir::new().unwrap();
    let first = Daemon::start(dir.path());
    let socket = first.socket.clone();
    assert!(refused(&socket).contains("another daemon listens at"));
    assert!(first.call().ask("timestamp", &[]).starts_with('['));
    drop(first);
    assert!(socket.exists());
    assert!(Daemon::start(dir.path()).call().ask("timestamp", &[]).starts_with('['));
}

#[test]
fn what_is_no_socket_is_not_replaced() {
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("bridge.sock");
    std::fs::write(&file, "the shop's").unwrap();
    assert!(refused(&file).contains("is no socket"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "the shop's");
    // Another program has the socket, and no lock.
    std::fs::remove_file(&file).unwrap();
    let _other = std::os::unix::net::UnixListener::bind(&file).unwrap();
    assert!(refused(&file).contains("another daemon listens at"));
    assert!(refused(&dir.path().join("missing/bridge.sock")).contains("cannot be made"));
}

#[test]
fn an_approval_whose_caller_is_gone_is_undone_while_the_daemon_lives() {
    let (dir, shop) = (TempDir::new().unwrap(), Shop::open());
    let daemon = Daemon::start(dir.path());
    let mut caller = daemon.call();
    caller.begin(&shop, "delay=300");
    caller.say("tx_held", &["1"]);
    drop(caller);
    while shop.requests("Rollback").is_empty() {
        std::thread::yield_now();
    }
    assert!(daemon.call().ask("timestamp", &[]).starts_with('['));
    daemon.terminate();
    assert!(daemon.end().success());
    assert_eq!(shop.balance(), 0);
    assert!(journal_states(&shop.client(&[])).is_empty());
}

#[test]
fn a_held_approval_whose_caller_is_gone_is_unconfirmed_while_the_daemon_lives() {
    let (dir, shop) = (TempDir::new().unwrap(), Shop::open());
    let daemon = Daemon::start(dir.path());
    let mut caller = daemon.call();
    caller.begin(&shop, "delay=1");
    assert!(caller.ask("tx_held", &["1"]).contains("\"response_code\":\"0000\""));
    drop(caller);
    let client = shop.client(&[]);
    while journal_states(&client) != [xpayclient_core::State::Unconfirmed] {
        std::thread::yield_now();
    }
    assert_eq!(shop.balance(), 23_400);
    assert!(daemon.call().ask("timestamp", &[]).starts_with('['));
}

#[test]
fn a_payment_under_way_is_finished_after_the_signal() {
    let (dir, shop) = (TempDir::new().unwrap(), Shop::open());
    let daemon = Daemon::start(dir.path());
    let mut caller = daemon.call();
    caller.begin(&shop, "delay=500");
    caller.say("tx_held", &["1"]);
    wait_for_the_gateway(&shop);
    daemon.terminate();
    while daemon.socket.exists() {
        std::thread::yield_now();
    }
    assert!(UnixStream::connect(&daemon.socket).is_err(), "nobody new is served");
    assert!(caller.line().contains("\"response_code\":\"0000\""));
    // The shop's step, which takes its time.
    assert!(caller.ask("timestamp", &[]).starts_with("[\"20"));
    assert!(caller.ask("confirm", &[]).starts_with("[true"));
    assert_eq!(caller.line(), "");
    assert!(daemon.end().success());
    assert_eq!(shop.balance(), 23_400);
    assert!(journal_states(&shop.client(&[])).is_empty());
}

#[test]
fn a_caller_that_writes_no_calls_stops_no_other() {
    let dir = TempDir::new().unwrap();
    let daemon = Daemon::start(dir.path());
    let mut other = daemon.call();
    let mut caller = daemon.call();
    caller.0.get_mut().write_all(b"GET / HTTP/1.1\r\n").unwrap();
    assert_eq!(caller.line(), "");
    let endless = vec![b'a'; 5 * 1024 * 1024];
    let mut caller = daemon.call();
    // The rest is not read any more.
    let _ = caller.0.get_mut().write_all(&endless);
    let _ = caller.0.read_to_end(&mut Vec::new());
    assert!(other.ask("timestamp", &[]).starts_with("[\"20"));
}

#[test]
fn two_callers_share_a_kept_connection() {
    let (dir, shop) = (TempDir::new().unwrap(), Shop::open());
    let daemon = Daemon::start(dir.path());
    for _ in 0..2 {
        let mut caller = daemon.call();
        caller.begin(&shop, "delay=1");
        assert!(caller.ask("tx_held", &["1"]).contains("\"response_code\":\"0000\""));
        assert!(caller.ask("confirm", &[]).starts_with("[true"));
    }
    let connections: Vec<_> = shop.requests("PaymentByKey").iter().map(|one| one.connection).collect();
    assert_eq!(connections.len(), 2);
    assert_eq!(connections[0], connections[1]);
}
