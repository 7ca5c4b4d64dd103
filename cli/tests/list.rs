//! `xpay list`, and `xpay log --follow`: what happened, and what is happening.

use crate::common::{Said, Shop, said};
use serde_json::Value;
use std::fs::{self, OpenOptions};
use std::io::{BufRead, BufReader, Lines, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

impl Shop {
    fn buy(&self, oid: &str) -> Value {
        let key = self.paykey(oid, "SC0010");
        self.xpay(&["pay", "--oid", oid, "--amount", "23400", "--json"], &key).json()
    }

    fn list(&self, arguments: &[&str]) -> Said {
        self.look("list", arguments)
    }

    fn listed(&self, arguments: &[&str]) -> Vec<Value> {
        self.list(&[&["--json"], arguments].concat()).json()["transactions"].as_array().unwrap().clone()
    }

    /// A command without --mid.
    pub(crate) fn look(&self, command: &str, arguments: &[&str]) -> Said {
        said(&mut self.looking(command, arguments), b"")
    }

    pub(crate) fn looking(&self, command: &str, arguments: &[&str]) -> Command {
        let mut xpay = Command::new(env!("CARGO_BIN_EXE_xpay"));
        xpay.arg(command).arg("--home").arg(self.sandbox.home()).args(arguments).env("LC_ALL", "C.UTF-8");
        xpay
    }

    pub(crate) fn set(&self, line: &str) {
        let mall = self.sandbox.home().join("conf/mall.conf");
        let mut file = OpenOptions::new().append(true).open(mall).unwrap();
        writeln!(file, "\n{line}").unwrap();
    }

    fn log_dir(&self) -> PathBuf {
        self.dir.path().join("log")
    }

    fn forget_journal(&self) {
        fs::remove_dir_all(self.log_dir().join("journal")).unwrap();
    }
}

fn states(listed: &[Value]) -> Vec<(&str, &str)> {
    listed.iter().map(|one| (one["oid"].as_str().unwrap(), one["state"].as_str().unwrap())).collect()
}

/// An approval, a decline, one that is rolled back, and one in doubt: as both tell it, and as the log alone does.
#[test]
fn requests_are_listed_as_they_stand() {
    for format in ["text", "json"] {
        let shop = Shop::open();
        shop.set(&format!("log_format = {format}"));
        are_listed_as_they_stand(&shop);
    }
}

fn are_listed_as_they_stand(shop: &Shop) {
    let paid = shop.buy("O-1");
    shop.sandbox.inject("code=0110".parse().unwrap());
    shop.buy("O-2");
    shop.sandbox.inject("close".parse().unwrap());
    let rolled_back = shop.buy("O-3");
    for _ in 0..4 {
        shop.sandbox.inject("close".parse().unwrap());
    }
    let in_doubt = shop.buy("O-4");
    let tid = paid["tid"].as_str().unwrap();
    shop.xpay(&["cancel", "--tid", tid], "").has(0, &["cancelled"]);

    let listed = shop.listed(&[]);
    let stand = |tx_id: &Value| {
        let found: Vec<&Value> = listed.iter().filter(|one| one["tx_id"] == *tx_id).collect();
        assert_eq!(found.len(), 1, "{listed:?}");
        found[0]["state"].as_str().unwrap().to_owned()
    };
    assert_eq!(listed.len(), 5, "a Rollback is no request of its own: {listed:?}");
    assert_eq!(stand(&paid["tx_id"]), "answered", "the cancellation is a request of its own");
    assert_eq!(
        (stand(&rolled_back["tx_id"]), stand(&in_doubt["tx_id"])),
        ("rolled_back".into(), "in_doubt".into())
    );
    assert_eq!(listed.iter().filter(|one| one["state"] == "declined").count(), 1);
    let ats: Vec<&str> = listed.iter().map(|one| one["at"].as_str().unwrap()).collect();
    assert!(ats.is_sorted_by(|one, next| one >= next), "{ats:?}");
    shop.list(&[]).has(3, &["AT", "STATE", "in_doubt", "PaymentByKey", "Cancel", "O-1", "23400"]);

    // Which of them: by state in both languages, by order, by number, by day.
    assert_eq!(shop.listed(&["--state", "in_doubt"]).len(), 1);
    assert_eq!(shop.listed(&["--state", "결과불명,거절"]).len(), 2);
    assert_eq!(states(&shop.listed(&["--oid", "O-1"])), [("O-1", "answered")]);
    let said = shop.list(&["--limit", "2", "--state", "answered,rolled_back"]);
    assert_eq!((said.code, said.stdout.lines().count()), (Some(0), 3), "{}", said.everything());
    assert!(said.stderr.contains("--limit"), "{}", said.stderr);
    let day = xpayclient_core::timestamp();
    let day = format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..8]);
    assert_eq!(shop.listed(&["--day", &day]).len() + shop.listed(&["--day", "2020-01-01"]).len(), 5);
    assert_eq!(shop.listed(&["--since", &day]).len(), 5);
    shop.list(&["--day", "2020-01-01"]).has(0, &[]);

    // The log alone knows the answers. What was in doubt has ended in some way, since the journal no longer has it.
    shop.forget_journal();
    let alone = shop.listed(&[]);
    let of = |tx_id: &Value| alone.iter().find(|one| one["tx_id"] == *tx_id).unwrap();
    assert_eq!(
        (&of(&paid["tx_id"])["state"], &of(&paid["tx_id"])["oid"]),
        (&"answered".into(), &"O-1".into())
    );
    assert_eq!(of(&paid["tx_id"])["tid"], paid["tid"]);
    assert_eq!(of(&rolled_back["tx_id"])["state"], "rolled_back");
    assert_eq!(of(&in_doubt["tx_id"])["state"], "unknown");
    assert!(alone.iter().all(|one| one["platform"].is_null() && one["in_journal"] == false));
    let said = shop.list(&[]);
    said.has(0, &["unknown"]);
    assert!(said.stderr.contains("merchant admin"), "{}", said.stderr);
    shop.set("journal = off");
    assert_eq!(shop.listed(&["--state", "in_doubt"]).len(), 1, "nothing has undone it");
    assert!(!shop.log_dir().join("journal").exists(), "looking writes nothing");
}

/// A log that records errors alone has no approvals, and that is said.
#[test]
fn what_is_not_known_is_said() {
    let shop = Shop::open();
    shop.set("log_level = 1");
    shop.buy("O-1");
    shop.sandbox.inject("close".parse().unwrap());
    let rolled_back = shop.buy("O-2");
    let limits = |said: &Said| said.json()["limits"].clone();
    assert_eq!(shop.listed(&[]).len(), 2, "the journal still shows both");
    assert_eq!(limits(&shop.list(&["--json"])), serde_json::json!(["log_without_answers"]));
    shop.forget_journal();
    let listed = shop.listed(&[]);
    assert_eq!(
        (listed.len(), &listed[0]["tx_id"], &listed[0]["state"]),
        (1, &rolled_back["tx_id"], &"rolled_back".into())
    );
    let said = shop.list(&[]);
    assert!(
        said.stderr.contains("log_level = 1") && said.stderr.contains("neither approvals"),
        "{}",
        said.stderr
    );

    shop.set("log_dir = \njournal = off");
    let said = shop.list(&["--json"]);
    assert_eq!((said.code, limits(&said)), (Some(0), serde_json::json!(["no_log", "no_journal"])));
    assert!(shop.list(&[]).stderr.contains("no transactions"));
}

/// What the journal has may be older than days of the log that would not be read for so few, and a payment may be undone on any
/// later day.
#[test]
fn no_day_is_passed_over() {
    let shop = Shop::open();
    for oid in ["O-1", "O-2"] {
        shop.buy(oid);
    }
    let day = |day: &str, lines: &[&str]| {
        let lines: String =
            lines.iter().map(|line| format!("2099-01-{day} 10:11:12 [INFO ] {line}\n")).collect();
        fs::write(shop.log_dir().join(format!("log_209901{day}.log")), lines).unwrap();
    };
    day(
        "01",
        &[
            "[A] LGD_TXID=A LGD_MID=tshop LGD_TXNAME=PaymentByKey",
            "[A] 0000 ok LGD_OID=A-1 LGD_AMOUNT=100",
            "[B] LGD_TXID=B LGD_MID=tshop LGD_TXNAME=PaymentByKey",
            "[B] 0000 ok LGD_OID=B-1 LGD_AMOUNT=100",
        ],
    );
    day("02", &[]);
    day("03", &[]);
    day("08", &["[C] LGD_TXID=C LGD_MID=tshop LGD_TXNAME=Rollback LGD_RB_TXID=A", "[C] 0000 ok"]);
    assert_eq!(shop.listed(&["--limit", "1"])[0]["at"], "20990101101112", "not one of the journal's");
    let of_day = shop.listed(&["--day", "2099-01-01", "--limit", "5"]);
    assert_eq!(states(&of_day), [("A-1", "rolled_back"), ("B-1", "answered")]);
}

/// `xpay log --follow`, which ends with the test whatever happens.
struct Following {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Following {
    /// It follows when this returns.
    fn start(shop: &Shop, arguments: &[&str]) -> Following {
        let mut command = shop.looking("log", &[&["--follow"], arguments].concat());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut said = String::new();
        BufReader::new(child.stderr.take().unwrap()).read_line(&mut said).unwrap();
        assert!(said.contains(shop.log_dir().to_str().unwrap()) && said.contains("Ctrl-C"), "{said}");
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Following { child, lines }
    }

    fn next(&mut self) -> String {
        self.lines.next().unwrap().unwrap()
    }

    fn ends_well(mut self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(self.child.wait().unwrap().code(), Some(0));
        assert!(self.lines.next().is_none());
    }
}

impl Drop for Following {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn write(file: &PathBuf, text: &str) {
    OpenOptions::new().create(true).append(true).open(file).unwrap().write_all(text.as_bytes()).unwrap();
}

#[test]
fn the_log_is_followed_over_midnight_and_rotation() {
    let shop = Shop::open();
    fs::create_dir_all(shop.log_dir()).unwrap();
    let [today, tomorrow] = ["20261129", "20261130"].map(|day| shop.log_dir().join(format!("log_{day}.log")));
    let line = |text: &str| format!("2026-11-29 23:59:59 [INFO ] [T-1] {text}\n");
    write(&today, &(1..=12).map(|number| line(&format!("before {number}"))).collect::<String>());
    let mut follow = Following::start(&shop, &[]);
    for number in 3..=12 {
        assert_eq!(follow.next() + "\n", line(&format!("before {number}")));
    }
    write(&today, "2026-11-29 23:59:59 [INFO ] [T-1] hal");
    write(&tomorrow, &line("first"));
    assert_eq!(follow.next() + "\n", line("first"));
    write(&today, "f\n");
    assert_eq!(follow.next() + "\n", line("half"));
    fs::rename(&tomorrow, shop.log_dir().join("log_20261130.log.1")).unwrap();
    write(&tomorrow, &line("anew\u{1b}[31m"));
    assert_eq!(follow.next() + "\n", line("anew [31m"));
    follow.ends_well("-TERM");
}

/// One order among those that others pay; as JSON, an object a line, with nothing that the log does not show.
#[test]
fn one_order_is_followed_among_others() {
    let shop = Shop::open();
    // Files may have lines of both forms.
    shop.buy("O-1");
    shop.set("log_format = json");
    let mut follow = Following::start(&shop, &["O-2", "--json"]);
    shop.buy("O-3");
    let key = shop.paykey("O-2", "SC0010");
    let paid = shop.xpay(&["pay", "--oid", "O-2", "--amount", "23400", "--json"], &key).json();
    let requested: Value = serde_json::from_str(&follow.next()).unwrap();
    assert_eq!(requested["tx_id"], paid["tx_id"]);
    let text = requested["text"].as_str().unwrap();
    assert!(text.contains("LGD_TXNAME=PaymentByKey") && text.contains("LGD_PAYKEY=***"), "{text}");
    let answered: Value = serde_json::from_str(&follow.next()).unwrap();
    assert!(answered["text"].as_str().unwrap().contains("LGD_OID=O-2"), "{answered}");
    assert!(["time", "level", "tx_id", "text"].iter().all(|name| answered[name].is_string()), "{answered}");
    follow.ends_well("-INT");
    // What it has is shown first, to one who comes late.
    let mut late = Following::start(&shop, &["O-2"]);
    assert!(late.next().contains("LGD_TXNAME=PaymentByKey") && late.next().contains("LGD_OID=O-2"));
    late.ends_well("-TERM");
}

/// Nobody who reads any more ends it, too.
#[test]
fn it_ends_when_nobody_reads() {
    let shop = Shop::open();
    shop.buy("O-1");
    let mut command = shop.looking("log", &["--follow"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}
