//! The log file: its name and permissions, its lines and levels. It holds no secret and never fails a payment.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;
use xpayclient_core::binding::Level;
use xpayclient_core::binding::Session;
use xpayclient_core::records::LogLine;
use xpayclient_core::timestamp;
use xpayclient_sandbox::DEMO_KEY;
use xpayclient_tests::{MID, Shop, begin};

/// A directory that the log creates itself.
fn log_dir(dir: &TempDir) -> PathBuf {
    dir.path().join("made/by/the/log")
}

fn session(shop: &Shop, dir: &Path, level: &str) -> Session {
    shop.session(&[("log_dir", dir.to_str().unwrap()), ("log_level", level)]).0
}

/// The only file of the directory, by name and content. Midnight may pass between a line and this call, not a day.
fn only_log(dir: &Path) -> (String, String) {
    let files = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    let files: Vec<_> = files.filter(|path| path.is_file()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    let name = files[0].file_name().unwrap().to_str().unwrap().to_owned();
    (name, fs::read_to_string(&files[0]).unwrap())
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

const SECRETS: [(&str, &str); 16] = [
    ("LGD_PAN", "4000000000000002"),
    ("LGD_PIN", "98"),
    ("LGD_PRIVATENO", "1208700997"),
    ("LGD_EXPYEAR", "39"),
    ("LGD_BUYER", "김비밀"),
    ("LGD_BUYERPHONE", "01098765432"),
    ("LGD_BUYEREMAIL", "secret@example.com"),
    ("LGD_BILLKEY", "a-billing-key"),
    ("LGD_ACCOUNTNO", "110-123-456789"),
    ("LGD_CALLBACK", "01011112222"),
    ("LGD_BUYERSSN", "9001011234567"),
    ("KVP_SESSIONKEY", "session-key"),
    ("KVP_ENCDATA", "encrypted-card"),
    ("VBV_CAVV", "secure-proof"),
    ("VBV_XID", "secure-number"),
    ("LGD_NEW_OF_TOMORROW", "unknown-secret"),
];

/// A payment with everything that no log may hold.
fn pay_with_secrets(session: &mut Session) {
    begin(session, &[("LGD_TXNAME", "CardAuth"), ("LGD_OID", "o-1"), ("LGD_AMOUNT", "1000")]);
    for (name, value) in SECRETS {
        assert!(session.set(name.as_bytes(), value));
    }
    assert!(session.set(b"LGD_INSTALL", "00") && session.set(b"VBV_ECI", "05"));
    assert!(session.set(b"LGD_EXPMON", "12") && session.tx(true));
}

fn has_no_secret(text: &str, session: &Session) {
    let values = SECRETS.iter().map(|(_, value)| *value).filter(|value| value.len() > 2);
    for secret in values.chain([DEMO_KEY, session.auth_code()]) {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

#[test]
fn a_payment_is_logged_without_secrets() {
    let shop = Shop::open();
    let dir = TempDir::new().unwrap();
    let mut session = session(&shop, &log_dir(&dir), "4");
    pay_with_secrets(&mut session);
    let (name, text) = only_log(&log_dir(&dir));
    assert!(name.starts_with("log_20") && name.ends_with(".log") && name.len() == "log_20200515.log".len());
    assert_eq!((mode(&log_dir(&dir)), mode(&log_dir(&dir).join(name))), (0o700, 0o600));
    for part in [
        "[INFO ]",
        session.tx_id(),
        "LGD_TXNAME=CardAuth",
        "LGD_OID=o-1",
        "LGD_PAN=***",
        "] 0000 ",
        "[DEBUG]",
    ] {
        assert!(text.contains(part), "{part} not in {text}");
    }
    has_no_secret(&text, &session);
}

/// Every line is an object, masked as the text is, and read again as that text.
#[test]
fn a_payment_is_logged_as_json_without_secrets() {
    let shop = Shop::open();
    let dir = TempDir::new().unwrap();
    let settings = [
        ("log_dir", dir.path().to_str().unwrap()),
        ("log_level", "4"),
        ("log_format", "json"),
        ("log_except", "LGD_INSTALL"),
    ];
    let (mut session, lines) = shop.session(&settings);
    pay_with_secrets(&mut session);
    session.log("하나\n{\"level\":\"FATAL\"} \u{2028}".as_bytes(), Level::Warn);
    let (_, json) = only_log(dir.path());
    has_no_secret(&json, &session);
    let objects: Vec<serde_json::Value> =
        json.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for object in &objects {
        let names: Vec<&String> = object.as_object().unwrap().keys().collect();
        assert_eq!(names, ["fields", "level", "message", "time", "tx_id"], "{object}");
        let time = object["time"].as_str().unwrap();
        assert!(time.len() == "2020-05-15T10:11:12+09:00".len() && time.ends_with("+09:00"), "{time}");
    }
    let sent = objects.iter().find(|one| one["fields"]["LGD_TXNAME"] == "CardAuth").unwrap();
    assert_eq!((&sent["tx_id"], &sent["level"]), (&session.tx_id().into(), &"INFO".into()));
    for (name, value) in
        [("LGD_OID", "o-1"), ("LGD_PAN", "***"), ("LGD_AUTHCODE", "***"), ("LGD_INSTALL", "***")]
    {
        assert_eq!(sent["fields"][name], value, "{name}");
    }
    assert!(objects.iter().any(|one| one["message"].as_str().unwrap().starts_with("0000")));
    assert_eq!(objects.last().unwrap()["message"], "하나\\n{\"level\":\"FATAL\"} \\u{2028}");
    // A callback has the text, whatever the files have.
    let read: Vec<String> = json.lines().map(|line| LogLine::read(line).to_string()).collect();
    assert!(read.len() > 3 && read == lines.with(&[]), "{read:?}");
}

/// Shops log at level 3, and have to find the payment by what the gateway calls it.
#[test]
fn an_approval_is_found_by_its_ids() {
    let shop = Shop::open();
    let dir = TempDir::new().unwrap();
    let mut session = session(&shop, dir.path(), "3");
    let paykey = shop.paykey();
    begin(&mut session, &[("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", &paykey)]);
    assert!(session.tx(true));
    let (_, text) = only_log(dir.path());
    let answer = text.lines().find(|line| line.contains("] 0000 ")).unwrap();
    for name in ["LGD_OID", "LGD_TID", "LGD_AMOUNT"] {
        let value = session.rows()[0].iter().find(|(known, _)| *known == name).unwrap().1;
        assert!(answer.contains(&format!(" {name}={value}")), "{name} not in {answer}");
    }
    assert!(!text.contains(&paykey) && !text.contains("LGD_BUYER="));
}

/// `2020-05-15 10:11:12 [FATAL] [TXID] text`, and a line break in the text is not one in the file.
#[test]
fn a_line_is_one_line() {
    let shop = Shop::open();
    let dir = TempDir::new().unwrap();
    let mut session = session(&shop, dir.path(), "0");
    begin(&mut session, &[]);
    session.log("하나\n2020-05-15 10:11:12 [FATAL] [forged]".as_bytes(), Level::Fatal);
    let (_, text) = only_log(dir.path());
    assert_eq!(text.lines().count(), 1);
    let (stamp, rest) = text.split_at("2020-05-15 10:11:12".len());
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    assert_eq!(digits(stamp).len(), 14);
    assert!(digits(stamp) <= timestamp());
    let forged = "하나\\n2020-05-15 10:11:12 [FATAL] [forged]\n";
    assert_eq!(rest, format!(" [FATAL] [{}] {forged}", session.tx_id()));
}

#[test]
fn levels_are_obeyed() {
    let shop = Shop::open();
    for (level, lines) in [("0", 1), ("1", 2), ("2", 3), ("3", 4), ("4", 5), ("9", 4)] {
        let dir = TempDir::new().unwrap();
        let mut session = session(&shop, dir.path(), level);
        for level in [Level::Fatal, Level::Error, Level::Warn, Level::Info, Level::Debug] {
            session.log(b"said", level);
        }
        let (_, text) = only_log(dir.path());
        assert_eq!(text.lines().filter(|line| line.ends_with("] said")).count(), lines, "{level}");
    }
}

/// If the directory cannot be written, only the log is lost, and one warning says so.
#[test]
fn a_directory_that_cannot_be_written_fails_no_payment() {
    let shop = Shop::open();
    let dir = TempDir::new().unwrap();
    let file = dir.path().join("a file, no directory");
    fs::write(&file, "").unwrap();
    let (mut session, lines) = shop.session(&[("log_dir", file.to_str().unwrap())]);
    for _ in 0..2 {
        begin(&mut session, &[("LGD_TXNAME", "Ping")]);
        assert!(session.tx(true));
    }
    assert_eq!(lines.with(&["log_dir", "cannot be written"]).len(), 1);
}

/// The names of today's and tomorrow's log, in case midnight passes.
fn names() -> [String; 2] {
    let day = |stamp: &str| format!("log_{}.log", &stamp[..8]);
    let tomorrow =
        Command::new("date").env("TZ", "UTC-9").args(["-d", "tomorrow", "+%Y%m%d"]).output().unwrap();
    [day(&timestamp()), day(&String::from_utf8(tomorrow.stdout).unwrap())]
}

/// Anything but a file of our own at the log's path is not written to, waited for or followed. Only the log is lost.
#[test]
fn anything_but_a_log_file_at_the_logs_path_is_left_unchanged() {
    let shop = Shop::open();
    let order = shop.sandbox.home().join("orders.db");
    fs::write(&order, "the shop's own").unwrap();
    let make = |kind: &str, path: &Path| match kind {
        "symlink" => std::os::unix::fs::symlink(&order, path).unwrap(),
        "directory" => fs::create_dir(path).unwrap(),
        _ => assert!(Command::new("mkfifo").arg(path).status().unwrap().success()),
    };
    for kind in ["symlink", "directory", "fifo"] {
        let dir = TempDir::new().unwrap();
        let paths = names().map(|name| dir.path().join(name));
        paths.iter().for_each(|path| make(kind, path));
        // With a reader, so that a writer would not wait for ever.
        let mut readers: Vec<_> = match kind {
            "fifo" => paths.iter().map(|path| reader(path)).collect(),
            _ => Vec::new(),
        };
        let (mut session, lines) =
            shop.session(&[("log_dir", dir.path().to_str().unwrap()), ("log_level", "4")]);
        begin(&mut session, &[("LGD_TXNAME", "Ping")]);
        assert!(session.tx(true), "{kind}: {}", session.detail());
        for reader in &mut readers {
            assert!(!matches!(reader.read(&mut [0; 100]), Ok(1..)), "{kind}: it was written to");
        }
        assert_eq!(lines.with(&["log_dir", "cannot be written"]).len(), 1, "{kind}: {:?}", lines.with(&[]));
    }
    assert_eq!(fs::read_to_string(order).unwrap(), "the shop's own");
}

fn reader(fifo: &Path) -> fs::File {
    const O_NONBLOCK: i32 = 0o4000;
    fs::File::options().read(true).custom_flags(O_NONBLOCK).open(fifo).unwrap()
}

/// A path of another system must not become a directory in the current directory, which may be below a web root.
#[test]
fn a_relative_directory_is_below_home_dir() {
    let shop = Shop::open();
    session(&shop, Path::new(r"C:\lgdacom\log"), "3").log(b"said", Level::Fatal);
    let (_, text) = only_log(&shop.sandbox.home().join(r"C:\lgdacom\log"));
    assert!(text.contains("said"));
}

/// Lines of several processes, as of php-fpm and gunicorn, are not interleaved.
#[test]
fn lines_do_not_mix() {
    const EACH: usize = 100;
    let shop = Shop::open();
    let dir = TempDir::new().unwrap();
    let long = "x".repeat(5000);
    let script = [
        format!("1\tinit\t{}\ttest\n1\tset_config\tlog_level\t0\n", shop.sandbox.home().display()),
        format!("1\tset_config\tlog_dir\t{}\n", dir.path().display()),
        format!("1\tlog\t{long}\t0\n").repeat(EACH),
    ]
    .concat();
    let start = || {
        let mut process = Command::new(env!("CARGO_BIN_EXE_scenario-driver"));
        process.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let mut processes: Vec<_> = (0..4).map(|_| start()).collect();
    std::thread::scope(|scope| {
        for process in &mut processes {
            let mut stdin = process.stdin.take().unwrap();
            scope.spawn(|| stdin.write_all(script.as_bytes()).map(|()| drop(stdin)).unwrap());
        }
    });
    assert!(processes.iter_mut().all(|process| process.wait().unwrap().success()));
    let (_, text) = only_log(dir.path());
    assert_eq!(text.lines().count(), 4 * EACH);
    assert!(text.lines().all(|line| line.ends_with(&format!("[FATAL] [] {long}"))));
}

/// An invalid setting is logged with the value that is used instead.
#[test]
fn invalid_settings_are_logged() {
    let shop = Shop::open();
    let odd = [("timeout", "abc"), ("default_secure_protocols", "512"), ("auto_rollback", "maybe")];
    let (mut session, lines) = shop.session(&odd);
    begin(&mut session, &[("LGD_TXNAME", "Ping")]);
    assert!(session.tx(true));
    for (name, value) in odd {
        assert_eq!(lines.with(&["[WARN ]", name, value, " / "]).len(), 1, "{name}");
    }
    assert_eq!(lines.with(&["[WARN ]", MID]).len(), 0);
}
