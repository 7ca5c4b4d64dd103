//! `xpay recover --watch --metrics`: what a monitor reads while recovery works.

use crate::recover::{Ended, Shop};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Lines, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{ChildStderr, ChildStdout, Command, Stdio};
use std::thread::yield_now;
use xpayclient_core::{Outcome, Transaction, parse_timestamp, timestamp};
use xpayclient_sandbox::{DEMO_TEST_MID, PaykeyRequest};

/// A command that watches and serves.
struct Watching {
    address: String,
    stdout: Lines<BufReader<ChildStdout>>,
    stderr: Lines<BufReader<ChildStderr>>,
    child: Ended,
}

impl Watching {
    /// It serves when this returns.
    fn start(shop: &Shop, every: &str) -> Watching {
        let mut command = shop.command(&["--watch", "--every", every, "--metrics", "0"]);
        let piped = command.env("LC_ALL", "C.UTF-8").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = Ended(piped.spawn().unwrap());
        let mut stderr = BufReader::new(child.0.stderr.take().unwrap()).lines();
        let stdout = BufReader::new(child.0.stdout.take().unwrap()).lines();
        let told = stderr.next().unwrap().unwrap();
        let address = told.strip_prefix("metrics: http://").unwrap().strip_suffix("/metrics").unwrap();
        assert!(address.starts_with("127.0.0.1:"), "a port alone is of this machine: {address}");
        assert!(stderr.next().unwrap().unwrap().contains("watching"));
        Watching { address: address.to_owned(), stdout, stderr, child }
    }

    fn next(&mut self, words: [&str; 2]) {
        let line = self.stdout.next().unwrap().unwrap();
        assert!(words.iter().all(|word| line.contains(word)), "{words:?}: {line}");
    }

    /// The head and the body of an answer.
    fn get(&self, path: &str) -> (String, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\n\r\n", self.address).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (head.to_owned(), body.to_owned())
    }

    #[track_caller]
    fn is(&self, status: &str, sentence: &str) {
        let (head, body) = self.get("/healthz");
        assert!(
            head.starts_with(&format!("HTTP/1.1 {status} ")) && body.contains(sentence),
            "{head}: {body}"
        );
    }

    fn metrics(&self) -> BTreeMap<String, i64> {
        samples(&self.get("/metrics").1)
    }
}

/// Each sample, whose name a HELP and a TYPE announce.
fn samples(text: &str) -> BTreeMap<String, i64> {
    let samples = text.lines().filter(|line| !line.starts_with('#'));
    let samples = samples.map(|line| {
        let (name, value) = line.rsplit_once(' ').unwrap();
        let family = name.split('{').next().unwrap();
        assert!(family.starts_with("xpayclient_"), "{name}");
        for announced in ["HELP", "TYPE"] {
            assert!(text.contains(&format!("# {announced} {family} ")), "{announced} of {family}: {text}");
        }
        (name.to_owned(), value.parse().unwrap())
    });
    samples.collect()
}

/// A cancellation without an answer. Its payment is at the gateway.
fn ask_again(shop: &Shop) {
    let paid = match shop.payment().send() {
        Outcome::Answered(paid) => Some(paid),
        _ => None,
    };
    let paid = paid.unwrap();
    let mut cancel: Transaction = shop.client.transaction(DEMO_TEST_MID).unwrap();
    for (name, value) in
        [("LGD_TXNAME", "Cancel"), ("LGD_TID", paid.get("LGD_TID").unwrap()), ("XPAY_SANDBOX_FAULT", "close")]
    {
        cancel.set(name, value).unwrap();
    }
    cancel.rollback_on_error(false);
    assert!(matches!(cancel.send(), Outcome::InDoubt(_)));
}

/// A process in the same journal that was killed while another gateway had its request, which recovery does not ask.
fn abandoned(shop: &Shop) {
    let other = Shop::open();
    let mall = other.sandbox.home().join("conf/mall.conf");
    let journal = shop.dir.path().join("log/journal");
    let text = fs::read_to_string(&mall).unwrap();
    fs::write(&mall, format!("{text}\njournal_dir = {}\n", journal.display())).unwrap();
    other.sandbox.inject("before:hang".parse().unwrap());
    let request = PaykeyRequest { amount: 23_400, ..PaykeyRequest::default() };
    let key = other.sandbox.mint(&request).unwrap();
    let mut pay = Command::new(env!("CARGO_BIN_EXE_xpay"));
    pay.args(["pay", "--oid", "order-8", "--amount", "23400", "--mid", DEMO_TEST_MID, "--home"]);
    let piped =
        pay.arg(other.sandbox.home()).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut killed = Ended(piped.spawn().unwrap());
    crate::common::tell(&mut killed.0, key.as_bytes());
    while other.sandbox.requests().is_empty() {
        assert!(killed.0.try_wait().unwrap().is_none());
        yield_now();
    }
}

/// Three of them are rolled back, refused and unanswered in the first round; the others stay as they are.
#[test]
fn transactions_in_each_state_are_counted_and_named_nowhere() {
    let shop = Shop::open();
    let tx_ids = [shop.doubt(), shop.doubt(), shop.doubt()];
    ask_again(&shop);
    shop.unconfirmed();
    shop.doubt();
    abandoned(&shop);
    let held = shop.payment().hold();
    let file = |tx_id: &str| {
        let named = shop.listed().into_iter().find(|open| open["tx_id"] == tx_id).unwrap();
        shop.file(named["file"].as_str().unwrap())
    };
    let damaged = shop.doubt();
    let damaged = file(&damaged);
    let mut bytes = fs::read(&damaged).unwrap();
    bytes[0] ^= 1;
    fs::write(&damaged, bytes).unwrap();
    shop.refuse();
    for _ in 0..3 {
        shop.sandbox.inject("close".parse().unwrap());
    }

    let mut watching = Watching::start(&shop, "3600");
    watching.next(["rolled_back", &tx_ids[2]]);
    watching.next(["rolled_back", "PaymentByKey"]);
    watching.next(["refused", &tx_ids[0]]);
    watching.is("200", "without an error");
    let (head, text) = watching.get("/metrics");
    assert!(head.contains("content-type: text/plain; version=0.0.4"), "{head}");
    let samples = samples(&text);
    let expected = [
        ("xpayclient_open_transactions{state=\"abandoned\"}", 1),
        ("xpayclient_open_transactions{state=\"ask_again\"}", 1),
        ("xpayclient_open_transactions{state=\"damaged\"}", 1),
        ("xpayclient_open_transactions{state=\"in_doubt\"}", 1),
        ("xpayclient_open_transactions{state=\"refused\"}", 1),
        ("xpayclient_open_transactions{state=\"unconfirmed\"}", 1),
        ("xpayclient_recovery_failed_rounds_total", 0),
        ("xpayclient_recovery_rounds_total", 1),
        ("xpayclient_rollbacks_total{result=\"confirmed\"}", 2),
        ("xpayclient_rollbacks_total{result=\"refused\"}", 1),
        ("xpayclient_rollbacks_total{result=\"unanswered\"}", 1),
    ];
    for (name, value) in expected {
        assert_eq!(samples.get(name), Some(&value), "{name}: {text}");
    }
    assert!(samples["xpayclient_recovery_last_success_timestamp_seconds"] > 0);
    assert_eq!(samples.len(), expected.len() + 2, "running and rolled back ones are not open: {text}");

    // The journal has the time of each.
    let listed: Vec<Value> = shop
        .listed()
        .into_iter()
        .filter(|one| one["state"] != "rolled_back" && one["state"] != "running")
        .collect();
    let oldest =
        listed.iter().filter_map(|one| one["at"].as_str()).filter(|at| !at.is_empty()).min().unwrap();
    let age = |now: &str| (parse_timestamp(now).unwrap() - parse_timestamp(oldest).unwrap()).whole_seconds();
    let before = age(&timestamp());
    let told = watching.metrics()["xpayclient_oldest_open_transaction_age_seconds"];
    assert!(before <= told && told <= age(&timestamp()) && told > 0, "{before} {told}");
    for secret in [&tx_ids[0], &tx_ids[1], "order-7", DEMO_TEST_MID, "XC02"] {
        assert!(!text.contains(secret), "{secret}: {text}");
    }
    for path in ["/", "/metrics/", "/admin"] {
        assert!(watching.get(path).0.starts_with("HTTP/1.1 404 "), "{path}");
    }
    let _ = held.confirm();
}

/// While a gateway does not answer, whoever asks is answered; and that nothing is open is not said before it is known.
#[test]
fn a_round_that_takes_long_is_no_reason_to_wait() {
    let shop = Shop::open();
    shop.doubt();
    shop.sandbox.inject("before:hang".parse().unwrap());
    let mut watching = Watching::start(&shop, "1");
    while shop.sandbox.requests().iter().all(|request| request.txname != "Rollback") {
        assert!(watching.child.0.try_wait().unwrap().is_none());
        yield_now();
    }
    // Connections that ask nothing keep nobody else away.
    let _idle: Vec<TcpStream> = (0..8).map(|_| TcpStream::connect(&watching.address).unwrap()).collect();
    watching.is("503", "has not ended yet");
    let samples = watching.metrics();
    assert_eq!(samples["xpayclient_recovery_rounds_total"], 0);
    assert!(!samples.keys().any(|name| name.contains("open")), "{samples:?}");
}

#[test]
fn a_journal_that_cannot_be_read_is_told_until_it_can() {
    let shop = Shop::open();
    let tx_id = shop.doubt();
    let mut watching = Watching::start(&shop, "1");
    watching.next(["rolled_back", &tx_id]);
    watching.is("200", "without an error");
    let (journal, aside) = (shop.dir.path().join("log/journal"), shop.dir.path().join("log/aside"));
    fs::rename(&journal, &aside).unwrap();
    fs::write(&journal, "a file in its place").unwrap();
    assert!(watching.stderr.next().unwrap().unwrap().contains("90006"));
    watching.is("503", "ended with an error");
    let samples = watching.metrics();
    let [rounds, failed] =
        ["rounds", "failed_rounds"].map(|name| samples[format!("xpayclient_recovery_{name}_total").as_str()]);
    assert!(failed >= 1 && rounds > failed, "{samples:?}");

    fs::remove_file(&journal).unwrap();
    fs::rename(&aside, &journal).unwrap();
    let tx_id = shop.doubt();
    while !watching.stdout.next().unwrap().unwrap().contains(&tx_id) {}
    watching.is("200", "without an error");
}

/// As below a unit that lets recovery write the journal alone.
#[test]
fn a_log_that_cannot_be_written_is_told_and_recovery_goes_on() {
    let shop = Shop::open();
    let tx_id = shop.doubt();
    let mall = shop.sandbox.home().join("conf/mall.conf");
    let journal = shop.dir.path().join("log/journal");
    let text = fs::read_to_string(&mall).unwrap();
    fs::write(&mall, format!("{text}\njournal_dir = {}\nlog_dir = /proc/nowhere\n", journal.display()))
        .unwrap();
    let mut watching = Watching::start(&shop, "3600");
    watching.next(["rolled_back", &tx_id]);
    assert!(watching.stderr.next().unwrap().unwrap().contains("log_dir [/proc/nowhere] cannot be written"));
}

/// Before anything is recovered.
#[test]
fn an_address_that_is_taken_is_an_error() {
    let shop = Shop::open();
    shop.doubt();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let port = address.rsplit(':').next().unwrap();
    for written in [&address, port, "192.0.2.1:9464"] {
        let said = shop.recover(&["--watch", "--metrics", written]);
        said.failed(1, "cannot serve metrics on");
        assert!(said.stderr.contains("Nothing was recovered"), "{}", said.stderr);
    }
    assert!(shop.sandbox.requests().iter().all(|request| request.txname != "Rollback"));
    shop.recover(&["--list"]).has(3, &["in_doubt"]);
}
