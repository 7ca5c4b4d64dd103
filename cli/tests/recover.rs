//! `xpay recover` as a user types it.

use crate::common::Said;
use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;
use xpayclient_core::{Client, Config, Outcome, Platform, Transaction};
use xpayclient_sandbox::{DEMO_TEST_MID, Options, PaykeyRequest, Sandbox};

/// A shop with a gateway to itself, whose payments leave something to recover.
pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    pub(crate) client: Client,
    pub(crate) dir: TempDir,
}

impl Shop {
    pub(crate) fn open() -> Shop {
        let dir = tempfile::tempdir().unwrap();
        let sandbox = Sandbox::start(Options { dir: dir.path().into(), ..Options::default() }).unwrap();
        let client = Client::new(Config::load(sandbox.home()).unwrap(), Platform::Test);
        Shop { sandbox, client, dir }
    }

    pub(crate) fn payment(&self) -> Transaction {
        let request = PaykeyRequest { amount: 23_400, ..PaykeyRequest::default() };
        let mut payment = self.client.transaction(DEMO_TEST_MID).unwrap();
        payment.set("LGD_TXNAME", "PaymentByKey").unwrap();
        payment.set("LGD_PAYKEY", self.sandbox.mint(&request).unwrap()).unwrap();
        payment
    }

    /// Approved; the answer is lost and no Rollback asked for. Its LGD_TXID.
    pub(crate) fn doubt(&self) -> String {
        let mut payment = self.payment();
        let tx_id = payment.tx_id().to_owned();
        payment.set("LGD_OID", "order-7").unwrap();
        payment.set("XPAY_SANDBOX_FAULT", "close").unwrap();
        payment.rollback_on_error(false);
        assert!(matches!(payment.send(), Outcome::InDoubt(_)));
        tx_id
    }

    /// Approved, and nobody says whether the shop took note. Its LGD_TXID.
    pub(crate) fn unconfirmed(&self) -> String {
        let payment = self.payment();
        let tx_id = payment.tx_id().to_owned();
        drop(payment.hold());
        tx_id
    }

    /// The next Rollback is refused.
    pub(crate) fn refuse(&self) {
        let answer = r#"before:body={"LGD_RESPCODE":"XC02","LGD_RESPMSG":"not\u001b[31m now"}"#;
        self.sandbox.inject(answer.parse().unwrap());
    }

    fn balance(&self) -> i64 {
        self.sandbox.payments().unwrap().iter().map(|payment| payment.balance).sum()
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xpay"));
        command.arg("recover").arg("--home").arg(self.sandbox.home()).args(arguments);
        command
    }

    pub(crate) fn recover(&self, arguments: &[&str]) -> Said {
        said(&mut self.command(arguments))
    }

    /// What `--list --json` shows.
    pub(crate) fn listed(&self) -> Vec<Value> {
        serde_json::from_str(&self.recover(&["--list", "--json"]).stdout).unwrap()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join("log/journal").join(name)
    }
}

fn said(command: &mut Command) -> Said {
    crate::common::said(command, b"")
}

#[test]
fn what_is_in_doubt_is_listed_rolled_back_and_gone() {
    let shop = Shop::open();
    shop.recover(&[]).has(0, &["0 rolled back, 0 still open"]);
    let tx_id = shop.doubt();
    shop.recover(&["--list"]).has(3, &["STATE", "in_doubt", "order-7", &tx_id]);
    let listed = shop.listed();
    let [open] = &listed[..] else { panic!("{listed:?}") };
    for (name, value) in [
        ("state", "in_doubt"),
        ("tx_id", &tx_id),
        ("mid", DEMO_TEST_MID),
        ("txname", "PaymentByKey"),
        ("platform", "test"),
        ("oid", "order-7"),
        ("file", "000.journal"),
    ] {
        assert_eq!(open[name], value, "{open}");
    }
    assert_eq!(shop.balance(), 23_400);

    shop.recover(&[]).has(0, &["1 rolled back, 0 still open", "rolled_back", &tx_id]);
    assert_eq!(shop.balance(), 0);
    shop.recover(&["--json"]).has(0, &[r#"{"elsewhere":false,"open":[],"rolled_back":[]}"#]);
    shop.recover(&["--list"]).has(0, &["rolled_back", "recovery requests the rollback once more"]);
}

#[test]
fn what_is_refused_stays_until_a_person_decides() {
    let shop = Shop::open();
    let tx_id = shop.doubt();
    shop.refuse();
    let refused = shop.recover(&[]);
    refused.has(3, &["0 rolled back, 1 still open", "refused", "XC02 not [31m now", "--rollback"]);
    assert!(!refused.stdout.contains('\u{1b}'), "what the gateway says must not steer a terminal");
    assert_eq!(shop.listed()[0]["why"]["code"], "XC02");

    assert_eq!(shop.recover(&["--close", &tx_id]).code, Some(2));
    shop.recover(&["--close", &tx_id, "--reason", " "]).failed(1, "reason");
    shop.refuse();
    shop.recover(&["--rollback", &tx_id, "--reason", "order 7 is gone"]).failed(3, "XC02");
    shop.recover(&["--rollback", &tx_id, "--reason", "order 7 is gone"]).has(0, &["rolled back", &tx_id]);
    assert_eq!(shop.balance(), 0);
    shop.recover(&["--rollback", &tx_id, "--reason", "again"]).failed(1, &tx_id);

    let tx_id = shop.doubt();
    shop.recover(&["--close", &tx_id, "--reason", "cancelled by hand"]).has(0, &["closed", &tx_id]);
    assert!(shop.listed().iter().all(|open| open["state"] == "rolled_back"), "nothing of it is open");
    assert_eq!(shop.balance(), 23_400);
}

#[test]
fn what_runs_is_shown_and_left_alone_and_what_nobody_confirmed_is_for_a_person() {
    let shop = Shop::open();
    let held = shop.payment().hold();
    shop.recover(&["--list"]).has(0, &["running"]);
    shop.recover(&[]).has(0, &["0 rolled back, 0 still open"]);
    let _ = held.confirm();

    let tx_id = shop.unconfirmed();
    shop.recover(&[]).has(3, &["unconfirmed", "23400", "--close", &tx_id]);
    shop.recover(&["--rollback", &tx_id, "--reason", "no order"]).has(0, &["rolled back"]);
    assert_eq!(shop.balance(), 23_400);
}

/// A broken cancellation may be asked again at any time and be answered as done: recovery must not take that back.
#[test]
fn a_cancellation_in_doubt_is_asked_again_by_a_person_and_never_undone_by_recovery() {
    let shop = Shop::open();
    let Outcome::Answered(paid) = shop.payment().send() else { panic!("not paid") };
    let tid = paid.get("LGD_TID").unwrap();
    let cancel = |fault: Option<&str>| {
        let mut cancel = shop.client.transaction(DEMO_TEST_MID).unwrap();
        cancel.set("LGD_TXNAME", "Cancel").unwrap();
        cancel.set("LGD_TID", tid).unwrap();
        fault.iter().for_each(|fault| cancel.set("XPAY_SANDBOX_FAULT", *fault).unwrap());
        cancel.rollback_on_error(false);
        (cancel.tx_id().to_owned(), cancel.send())
    };
    let (tx_id, Outcome::InDoubt(error)) = cancel(Some("close")) else { panic!("answered") };
    for (language, said) in
        [("en", error.outcome_note().unwrap().en), ("ko", error.outcome_note().unwrap().ko)]
    {
        assert!(!said.contains("charg") && !said.contains("다시 결제"), "{language}: {said}");
    }
    assert!(error.message().contains("Request the cancellation again"), "{error}");
    assert_eq!(shop.balance(), 0);

    let advice = ["ask_again (Cancel)", "request the cancellation again, then --close"];
    shop.recover(&["--list"]).has(3, &advice);
    shop.recover(&[]).has(3, &["0 rolled back, 1 still open", advice[0]]);
    assert_eq!(shop.balance(), 0, "the refund stands");
    let (_, Outcome::Answered(again)) = cancel(None) else { panic!("no answer") };
    assert_eq!(again.code(), "AV11", "a payment is not cancelled twice");
    shop.recover(&["--close", &tx_id, "--reason", "asked again"]).has(0, &["closed"]);
    shop.recover(&[]).has(0, &[]);
}

/// Approved is the cancellation, and to roll it back would take the buyer's refund.
#[test]
fn a_cancellation_that_nobody_confirmed_is_not_advised_to_be_rolled_back() {
    let shop = Shop::open();
    let Outcome::Answered(paid) = shop.payment().send() else { panic!("not paid") };
    let mut cancel = shop.client.transaction(DEMO_TEST_MID).unwrap();
    cancel.set("LGD_TXNAME", "Cancel").unwrap();
    cancel.set("LGD_TID", paid.get("LGD_TID").unwrap()).unwrap();
    drop(cancel.hold());
    shop.recover(&["--list"]).has(3, &["unconfirmed (Cancel)", "--rollback would take the refund back"]);
}

/// Where the journal cannot be written, that nothing is in it says nothing.
#[test]
fn a_journal_that_cannot_be_written_is_not_an_empty_one() {
    let shop = Shop::open();
    let conf = shop.sandbox.home().join("conf/mall.conf");
    let text = fs::read_to_string(&conf).unwrap() + "\njournal_dir = /proc/nowhere/journal\n";
    fs::write(&conf, text).unwrap();
    for task in [&[][..], &["--list"]] {
        shop.recover(task).failed(1, "/proc/nowhere/journal");
    }
    let client = Client::new(Config::load(shop.sandbox.home()).unwrap(), Platform::Test);
    assert!(client.recover().unwrap_err().message().contains("journal_dir"));
    assert!(!fs::exists("/proc/nowhere").unwrap());
}

#[test]
fn what_is_damaged_goes_by_the_name_of_its_file() {
    let shop = Shop::open();
    shop.doubt();
    let file = shop.file("000.journal");
    let mut bytes = fs::read(&file).unwrap();
    bytes[0] ^= 1;
    fs::write(&file, bytes).unwrap();
    shop.recover(&[]).has(3, &["damaged", "000.journal"]);
    shop.recover(&["--rollback", "000.journal", "--reason", "why not"]).failed(1, "close");
    shop.recover(&["--close", "000.journal", "--reason", "looked it up"]).has(0, &["closed"]);
    shop.recover(&[]).has(0, &[]);
}

/// Switching the journal off is no reason to forget what is in it.
#[test]
fn a_journal_that_was_switched_off_is_finished() {
    let shop = Shop::open();
    shop.doubt();
    let conf = shop.sandbox.home().join("conf/mall.conf");
    let text = fs::read_to_string(&conf).unwrap() + "\njournal = off\n";
    fs::write(&conf, text).unwrap();
    shop.recover(&[]).has(0, &["1 rolled back"]);
    assert_eq!(shop.balance(), 0);
}

#[test]
fn a_gateway_that_is_down_leaves_it_open() {
    let shop = Shop::open();
    let tx_id = shop.doubt();
    let Shop { sandbox, dir, .. } = shop;
    let home = sandbox.home().to_owned();
    sandbox.stop();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xpay"));
        said(command.arg("recover").arg("--home").arg(&home).args(arguments))
    };
    run(&[]).has(3, &["1 still open", "in_doubt", "20004", &tx_id]);
    run(&["--rollback", &tx_id, "--reason", "now"]).failed(3, "20004");
    run(&["--json"]).has(3, &[r#""code":"20004""#]);
    drop(dir);
}

/// The first waits for a gateway that does not answer; the second says so and goes.
#[test]
fn one_recovers_at_a_time() {
    let shop = Shop::open();
    let tx_id = shop.doubt();
    shop.sandbox.inject("before:hang".parse().unwrap());
    let mut first = Ended(shop.command(&[]).stdout(Stdio::null()).spawn().unwrap());
    while shop.sandbox.requests().iter().all(|request| request.txname != "Rollback") {
        assert!(first.0.try_wait().unwrap().is_none());
        std::thread::yield_now();
    }
    shop.recover(&[]).has(4, &["another process is recovering"]);
    shop.recover(&["--json"]).has(4, &[r#""elsewhere":true"#]);
    shop.recover(&["--close", &tx_id, "--reason", "now"]).failed(1, "another process recovers");
    drop(first);
    shop.recover(&[]).has(0, &["1 rolled back"]);
}

/// Ends with the test whatever happens.
pub(crate) struct Ended(pub(crate) Child);

impl Drop for Ended {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_watches_until_it_is_told_to_stop() {
    for signal in ["-INT", "-TERM"] {
        let shop = Shop::open();
        let refused = shop.doubt();
        shop.refuse();
        let mut command = shop.command(&["--watch", "--every", "1"]);
        let mut watch = Ended(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
        let mut stderr = BufReader::new(watch.0.stderr.take().unwrap()).lines();
        let mut stdout = BufReader::new(watch.0.stdout.take().unwrap()).lines();
        let mut next = |words: [&str; 2]| {
            let line = stdout.next().unwrap().unwrap();
            assert!(words.iter().all(|word| line.contains(word)), "{words:?}: {line}");
        };
        assert!(stderr.next().unwrap().unwrap().contains("watching"));
        next(["refused", &refused]);
        // It stays refused, which is not said again.
        let later = shop.doubt();
        next(["rolled_back", &later]);

        let pid = watch.0.id().to_string();
        let kill = Command::new("sh").args(["-c", "kill $0 $1", signal, &pid]).status();
        assert!(kill.unwrap().success());
        assert!(stderr.next().unwrap().unwrap().contains("stopped"));
        assert!(stdout.next().is_none());
        assert_eq!(watch.0.wait().unwrap().code(), Some(0));
    }
}

#[test]
fn misuse_is_told_from_failure() {
    let shop = Shop::open();
    for wrong in [
        &["--list", "--watch"][..],
        &["--list", "--close", "x", "--reason", "r"],
        &["--close", "x", "--rollback", "x", "--reason", "r"],
        &["--close", "x"],
        &["--rollback", "x"],
        &["--rollback", "x", "--reason", ""],
        &["--reason", "r"],
        &["--every", "5"],
        &["--watch", "--every", "0"],
        &["--watch", "--metrics", "localhost:9464"],
        &["--watch", "--metrics", ":9464"],
    ] {
        shop.recover(wrong).failed(2, "--help");
    }
    for task in [&[][..], &["--list"], &["--close", "x", "--reason", "r"]] {
        shop.recover(&[task, &["--metrics", "9464"]].concat()).failed(2, "--metrics goes with --watch");
    }
    shop.recover(&["--close", "x", "--reason", "r"]).failed(1, "x");
    let mut homeless = Command::new(env!("CARGO_BIN_EXE_xpay"));
    said(homeless.arg("recover")).failed(2, "--home");
    said(homeless.args(["--home", "/nowhere"])).failed(1, "10001");
    fs::create_dir_all(shop.dir.path().join("log")).unwrap();
    fs::write(shop.dir.path().join("log/journal"), "a file in its place").unwrap();
    shop.recover(&[]).failed(1, "90006");
    shop.recover(&["--list"]).failed(1, "90006");
}
