//! What a person sees: on a terminal of 80 columns, which `script` makes, in both languages; and elsewhere.

use crate::common::{Shop, said};
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use unicode_width::UnicodeWidthStr;
use xpayclient_sandbox::{DEMO_TEST_MID, PaykeyRequest};

/// The output of a command on a terminal with so many columns.
fn on_terminal(columns: usize, command: &str, env: &[(&str, &str)]) -> String {
    let mut script = Command::new("script");
    script.args(["-qec", &format!("{} {command}", env!("CARGO_BIN_EXE_xpay")), "/dev/null"]);
    script.env("COLUMNS", columns.to_string()).env("TERM", "xterm").env_remove("NO_COLOR");
    script.envs(env.iter().copied());
    said(&mut script, b"").stdout
}

fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        plain += before;
        rest = after.split_once(['m', 'K']).map_or("", |(_, after)| after);
    }
    plain + rest
}

/// The shop's home, and its sandbox's directory as one that runs has it.
fn busy_shop() -> (Shop, String) {
    let shop = Shop::open();
    let long = "order-2026-11-29-of-a-shop-that-likes-long-names";
    for oid in ["O-1", long] {
        let key = shop.paykey(oid, "SC0010");
        shop.xpay(&["pay", "--oid", oid, "--amount", "23400"], &key).has(0, &["approved"]);
    }
    for _ in 0..4 {
        shop.sandbox.inject("close".parse().unwrap());
    }
    let key = shop.sandbox.mint(&PaykeyRequest::default()).unwrap();
    shop.xpay(&["pay", "--oid", "O-3", "--amount", "1000"], &key).has(3, &[]);
    let home = shop.sandbox.home().display().to_string();
    (shop, home)
}

#[test]
fn tables_fit_eighty_columns_and_lose_nothing_that_is_needed() {
    let (shop, home) = busy_shop();
    let open = shop.xpay(&["recover", "--list", "--json"], "").json();
    let tx_id = open[0]["tx_id"].as_str().unwrap();
    for (language, in_doubt) in [("en", "in_doubt"), ("ko", "결과불명")] {
        for command in ["list", "recover --list"] {
            let shown = on_terminal(80, &format!("{command} --home {home} --lang {language}"), &[]);
            let plain = without_colours(&shown);
            for line in plain.lines() {
                assert!(line.trim_end().width() <= 80, "{command}: {line}\n{plain}");
            }
            assert!(plain.contains(in_doubt) && plain.contains(tx_id), "{command}: {plain}");
            assert!(shown.contains(&format!("\u{1b}[1;35m{in_doubt}\u{1b}[0m")), "{command}: {shown}");
        }
    }
    let list = without_colours(&on_terminal(80, &format!("list --home {home}"), &[]));
    assert!(list.contains('…') && list.contains("PaymentByKey   23400  O-1"), "{list}");
    // A file gets each request in one line, whole.
    let piped = shop.xpay(&["list"], "");
    assert_eq!(piped.stdout.lines().count(), 4, "{}", piped.stdout);
    assert!(!piped.stdout.contains(['…', '\u{1b}', '\t']), "{}", piped.stdout);
    let row = piped.stdout.lines().find(|line| line.contains("in_doubt")).unwrap();
    assert!(row.contains(tx_id) && row.contains("tlgdacomxpay  test"), "{row}");
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let (shop, home) = busy_shop();
    let coloured = |command: &str, env: &[(&str, &str)]| {
        on_terminal(80, &format!("{command} --home {home}"), env).contains("\u{1b}[1;")
    };
    assert!(coloured("list", &[]) && coloured("list --color=always", &[("NO_COLOR", "1")]));
    for (command, env) in
        [("list", &[("NO_COLOR", "1")][..]), ("list", &[("TERM", "dumb")]), ("list --color never", &[])]
    {
        assert!(!coloured(command, env), "{command} {env:?}");
    }
    assert!(coloured("list", &[("NO_COLOR", "")]), "an empty one is as none");
    assert!(shop.xpay(&["list", "--color", "always"], "").stdout.contains("\u{1b}[1;35min_doubt\u{1b}[0m"));
    assert!(on_terminal(80, "lst", &[]).contains("error"));
    assert!(on_terminal(80, "--help", &[]).contains("\u{1b}["), "clap has its own");
    assert!(!on_terminal(80, "--help --color never", &[]).contains("\u{1b}["));
}

/// Recovery says how far it is, on a terminal only, and leaves nothing of it behind.
#[test]
fn recovery_shows_its_progress_to_a_person() {
    let (shop, home) = busy_shop();
    shop.sandbox.inject("code=XC02".parse().unwrap());
    let quiet = shop.xpay(&["recover"], "");
    assert!(!quiet.stderr.contains(" of "), "{}", quiet.stderr);
    let shown = on_terminal(80, &format!("recover --home {home} --lang en"), &[]);
    assert!(shown.contains("\ropen transaction 1 of 1\u{1b}[K\r\u{1b}[K"), "{shown:?}");
}

/// Nothing comes of it, and until then it is said what is waited for: the line is read before anybody gives up.
#[test]
fn the_doctor_says_what_it_waits_for() {
    let shop = Shop::open();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let mall = shop.sandbox.home().join("conf/mall.conf");
    let text = std::fs::read_to_string(&mall).unwrap();
    std::fs::write(&mall, format!("{text}\ntest_url = https://127.0.0.1:{port}/\n")).unwrap();
    let doctor = |language: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xpay"));
        command.args(["doctor", "--lang", language, "--home"]).arg(shop.sandbox.home());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    for (language, waiting, found) in [
        ("en", "connecting to 127.0.0.1, up to 10 s", "fine: DNS 127.0.0.1"),
        ("ko", "127.0.0.1에 연결하고 있습니다, 최대 10초", "정상: DNS 127.0.0.1"),
    ] {
        let mut doctor = doctor(language);
        let mut stderr = BufReader::new(doctor.stderr.take().unwrap()).lines();
        let mut stdout = BufReader::new(doctor.stdout.take().unwrap()).lines();
        assert!(stderr.any(|line| line.unwrap() == waiting), "{language}");
        // What was found before is there already, while the gateway still says nothing.
        assert!(stdout.any(|line| line.unwrap().starts_with(found)), "{language}");
        // The doctor is let go: the connection is closed without a word.
        drop(listener.accept().unwrap());
        assert_eq!(doctor.wait().unwrap().code(), Some(2));
    }
}

/// A gateway that accepts and says nothing, one behind a firewall that drops, and one that answers no Ping: each is a timeout,
/// by its name and with what to do.
#[test]
fn a_timeout_is_named_as_one() {
    let shop = Shop::open();
    let mall = shop.sandbox.home().join("conf/mall.conf");
    let text = std::fs::read_to_string(&mall).unwrap();
    let found = |url: &str| {
        std::fs::write(&mall, format!("{text}\ntimeout = 1\n{url}\n")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_xpay"));
        let said = said(command.args(["doctor", "--json", "--home"]).arg(shop.sandbox.home()), b"");
        let findings = said.json()["findings"].as_array().unwrap().clone();
        findings.into_iter().find(|finding| finding["grade"] == "error").unwrap()
    };
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = |listener: &TcpListener| {
        format!("test_url = https://127.0.0.1:{}/", listener.local_addr().unwrap().port())
    };
    let mute = found(&at(&silent));
    assert_eq!((&mute["about"], &mute["facts"]["connected"]), (&"no_answer".into(), &true.into()));
    assert!(mute["en"].as_str().unwrap().contains("timed out: connected"), "{mute}");
    assert!(
        mute["ko"].as_str().unwrap().contains("제한 시간 1초") && mute["facts"]["seconds"] == 1,
        "{mute}"
    );

    // As if dropped: a queue of connections that is full takes no more.
    let full = full_queue();
    let dropped = found(&at(&full.0));
    assert_eq!((&dropped["about"], &dropped["facts"]["connected"]), (&"no_answer".into(), &false.into()));
    assert!(dropped["en"].as_str().unwrap().contains("firewall"), "{dropped}");

    shop.sandbox.inject("hang".parse().unwrap());
    let ping = found("");
    assert_eq!((&ping["about"], &ping["facts"]["seconds"]), (&"ping".into(), &1.into()));
    assert!(ping["en"].as_str().unwrap().contains("Ping tlgdacomxpay timed out"), "{ping}");
}

/// A listener that accepts nothing, with connections that fill its queue.
fn full_queue() -> (TcpListener, Vec<std::net::TcpStream>) {
    use rustix::net::{AddressFamily, SocketType, bind, listen, socket};
    let raw = socket(AddressFamily::INET, SocketType::STREAM, None).unwrap();
    bind(&raw, &std::net::SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
    listen(&raw, 0).unwrap();
    let listener = TcpListener::from(raw);
    let address = listener.local_addr().unwrap();
    let limit = std::time::Duration::from_millis(300);
    let connected = std::iter::from_fn(|| std::net::TcpStream::connect_timeout(&address, limit).ok());
    let connected = connected.take(64).collect();
    (listener, connected)
}

/// Stdout has the findings alone, in the order of the JSON, and nothing of the waiting.
#[test]
fn findings_keep_their_order() {
    let shop = Shop::open();
    let doctor = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xpay"));
        said(
            command.arg("doctor").args(arguments).arg("--home").arg(shop.sandbox.home()).env("LC_ALL", "C"),
            b"",
        )
    };
    let names = || {
        let json = doctor(&["--json"]);
        assert_eq!(json.stderr, "");
        let findings = json.json()["findings"].as_array().unwrap().clone();
        findings.iter().map(|finding| finding["about"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    let (first, second) = (names(), names());
    assert_eq!(first, second);
    let printed = doctor(&[]);
    assert_eq!(printed.stdout.lines().count(), first.len(), "{}", printed.everything());
    assert!(printed.stderr.lines().all(|line| line.contains(", up to ")), "{}", printed.stderr);
    assert!(!printed.stdout.contains('\r'));
}

/// What was done stays done, and the exit code says it, if nobody reads or the disk is full.
#[test]
fn no_command_stumbles_over_closed_output() {
    let shop = Shop::open();
    let cases: [(&[&str], i32); 8] = [
        (&["recover"], 0),
        (&["recover", "--list", "--json"], 0),
        (&["list", "--json"], 0),
        (&["list", "--state", "paid", "--json"], 2),
        (&["ping"], 0),
        (&["hash", "--oid", "O-1", "--amount", "100", "--json"], 0),
        (&["cancel", "--tid", "tlgda2026112912345678901", "--dry-run"], 0),
        (&["pay", "--json"], 2),
    ];
    for (arguments, code) in cases {
        let full = || File::options().write(true).open("/dev/full").unwrap();
        let mut command = shop.command(arguments);
        let ended = command.stdin(Stdio::null()).stderr(full()).stdout(full()).status().unwrap();
        assert_eq!(ended.code(), Some(code), "{arguments:?}");
    }
}

/// A payment key that is typed is not shown to whoever looks on.
#[test]
fn a_secret_that_is_typed_is_not_shown() {
    let shop = Shop::open();
    let key = shop.paykey("O-1", "SC0010");
    let (xpay, home) = (env!("CARGO_BIN_EXE_xpay"), shop.sandbox.home().display());
    let pay = format!("{xpay} pay --home {home} --mid {DEMO_TEST_MID} --oid O-1 --amount 23400 --lang en");
    let mut script = Command::new("script");
    let piped = script.args(["-qec", &pay, "/dev/null"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut typed = piped.spawn().unwrap();
    let mut shown = BufReader::new(typed.stdout.take().unwrap()).lines().map_while(Result::ok);
    assert_eq!(shown.next().as_deref().map(str::trim_end), Some("enter LGD_PAYKEY; it is not shown"));
    writeln!(typed.stdin.take().unwrap(), "{key}").unwrap();
    let shown: String = shown.collect();
    assert!(typed.wait().unwrap().success() && shown.contains("approved"), "{shown}");
    assert!(!shown.contains(&key), "{shown}");
}

/// The terminal is then as before: it shows what is typed. Nothing was sent.
#[test]
fn ctrl_c_where_a_secret_is_typed_ends_the_command_in_order() {
    let shop = Shop::open();
    let (xpay, home) = (env!("CARGO_BIN_EXE_xpay"), shop.sandbox.home().display());
    for name in ["pay", "verify"] {
        let command =
            format!("{xpay} {name} --home {home} --mid {DEMO_TEST_MID} --oid O-1 --amount 23400 --lang en");
        let mut script = Command::new("script");
        script.args(["-qec", &format!("stty -a; {command}; echo ended $?; stty -a"), "/dev/null"]);
        let mut typed = script.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let mut shown = BufReader::new(typed.stdout.take().unwrap()).lines().map_while(Result::ok);
        let before: Vec<_> = shown.by_ref().take_while(|line| !line.contains("it is not shown")).collect();
        // A part of the secret, and then the key.
        let mut keyboard = typed.stdin.take().unwrap();
        keyboard.write_all(b"half a key\x03").unwrap();
        let shown: Vec<_> = shown.collect();
        assert_eq!(shown[0].trim_end(), "error: the input was interrupted", "{shown:?}");
        assert_eq!(shown[1].trim_end(), "ended 130", "{shown:?}");
        assert_eq!(shown[2..], before, "{shown:?}");
        typed.wait().unwrap();
        drop(keyboard);
    }
    assert_eq!(shop.xpay(&["list"], "").stdout.lines().count(), 0);
}
