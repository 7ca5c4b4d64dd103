//! The likeliest mistakes at each subcommand: the exit code, what the message names, one language at a time, one object with
//! `--json`, and that nothing was sent.

use crate::common::{Said, Shop, said};
use crate::sandbox::Running;
use serde_json::Value;
use std::path::Path;
use std::process::Command;
use xpayclient_sandbox::{Options, Sandbox};

/// The command line, its stdin, the exit code, and what the message names.
pub(crate) type Mistake = (&'static str, &'static str, i32, &'static str);

/// What every subcommand of a shop gets wrong in the same way: the home, the platform and the merchant ID.
const OF_A_SHOP: &[Mistake] = &[
    ("--mid tlgdacomxpay", "", 2, "XPAY_HOME"),
    ("--home /nowhere --mid tlgdacomxpay", "", 1, "10001"),
    ("--home {home}/conf/mall.conf --mid tlgdacomxpay", "", 2, "give [{home}]"),
    ("--home {home}/conf --mid tlgdacomxpay", "", 2, "give [{home}]"),
    ("--home {dir} --mid tlgdacomxpay", "", 1, "10002"),
    ("--config {home} --mid tlgdacomxpay", "", 2, "--home"),
    ("--home {home}", "", 2, "--mid"),
    ("--home {home} --mid lgdacomxpay", "", 2, "--mode service"),
    ("--home {home} --mid TLGDACOMXPAY", "", 2, "a t in front"),
    ("--home {home} --mid tlgdacomxpay --mode service", "", 2, "--mode test"),
    ("--home {home} --mid tnobody", "", 1, "10004"),
    ("--home {home} --mid tlgdacomxpay --mode live", "", 2, "test, service"),
    ("--home {home} --mid tlgdacomxpay --service", "", 2, "--mode service"),
    ("--home {home} --mid tlgdacomxpay --key 0123456789abcdef", "", 2, "stdin"),
];

/// A right command line of each of them, but for the shop.
const SHOPS: &[(&str, &str)] = &[
    ("pay --oid O-1 --amount 1000", "KEY"),
    ("cancel --tid T1", ""),
    ("partial-cancel --tid T1 --amount 100", ""),
    (
        "cash-receipt issue --for deposit --oid O-1 --amount 1000 --use income --business-number 1234567890",
        "01012345678",
    ),
    ("cash-receipt cancel --for transfer --tid T1", ""),
    ("escrow sent --oid O-1 --company-code CJ --number 1", ""),
    ("escrow received --oid O-1", ""),
    ("receipt-link --tid T1", ""),
    ("hash --oid O-1 --amount 1000", ""),
    ("verify --oid O-1 --amount 1000", "LGD_OID=O-1"),
    ("ping", ""),
];

/// `{shop}` is the home and the merchant ID.
const OF_MONEY: &[Mistake] = &[
    ("pay {shop} --amount 1000", "KEY", 2, "--oid"),
    ("pay {shop} --oid O-1 --amount 1,000", "KEY", 2, "whole won"),
    ("pay {shop} --oid O-1 --amount -5", "KEY", 2, "negative"),
    ("pay {shop} --oid O-1 --amount -1,000", "KEY", 2, "whole won"),
    ("pay {shop} --oid O-1 --amount 0", "KEY", 2, "1 won or more"),
    ("pay {shop} --oid O-1 --amount 1e3", "KEY", 2, "whole won"),
    ("pay {shop} --oid O-1 --amount 1000.50", "KEY", 2, "fraction"),
    ("pay {shop} --oid O-1 --amount 만원", "KEY", 2, "whole won"),
    ("pay {shop} --oid O-1 --amount １０００", "KEY", 2, "whole won"),
    ("pay {shop} --oid O-1 --amount=", "KEY", 2, "--amount"),
    ("pay {shop} --oid O-1 --amount 4111111111111111", "KEY", 2, "999999999999"),
    ("pay {shop} --oid O-1 --amount", "KEY", 2, "--amount"),
    ("pay {shop} --oid= --amount 1000", "KEY", 2, "LGD_OID"),
    ("pay {shop} --oid 주문1 --amount 1000", "KEY", 2, "letters, digits"),
    ("pay {shop} --oid O-1 --amount 1000 --paykey SECRET", "", 2, "stdin"),
    ("pay {shop} --oid O-1 --amount 1000 SECRET", "", 2, "stdin"),
    ("pay {shop} --oid O-1 --amount 1000", "", 1, "LGD_PAYKEY"),
    ("pay {shop} --oid O-1 --amount 1000", "\nKEY\n", 1, "LGD_PAYKEY"),
    ("pay {shop} --oid O-1 --amount 1000", "LGD_PAYKEY=SECRET", 1, "LGD_PAYKEY"),
    ("pay {shop} --oid O-1 --amount 1000", "SEC RET", 1, "blanks"),
    ("pay --home {home} --mid xpayshop --mode service --oid O-1 --amount 1000", "KEY", 2, "--yes"),
    ("cancel {shop}", "", 2, "--tid"),
    ("cancel {shop} --tid order-1", "", 2, "is an order ID"),
    ("cancel {shop} --oid order-1", "", 2, "--tid"),
    ("cancel {shop} --tid=", "", 1, "LGD_TID"),
    ("cancel {shop} --tid T12345678901234567890123456", "", 1, "LGD_TID"),
    ("cancel {shop} --tid T1 --amount 100", "", 2, "partial-cancel"),
    ("cancel {shop} --tid T1 --paytype card", "", 1, "SC0010"),
    ("cancel {shop} --tid T1 --refund-account 11022233344455", "", 2, "stdin"),
    ("cancel {shop} --tid T1 --refund-account", "", 1, "LGD_RFACCOUNTNUM"),
    ("cancel {shop} --tid T1 --refund-account", "11022233344455 088", 1, "LGD_RFBANKCODE"),
    ("cancel {shop} --tid T1 --tid T2", "", 2, "twice"),
    ("cancel --home {home} --mid xpayshop --mode service --tid T1", "", 2, "--yes"),
    ("partial-cancel {shop} --tid T1", "", 2, "--amount"),
    ("partial-cancel {shop} --amount 100", "", 2, "--tid"),
    ("partial-cancel {shop} --tid T1 --amount 0", "", 2, "1 won or more"),
    ("partial-cancel {shop} --tid T1 --amount -400", "", 2, "negative"),
    ("partial-cancel {shop} --tid T1 --amount 1,000", "", 2, "whole won"),
    ("partial-cancel {shop} --tid T1 --amount all", "", 2, "whole won"),
    ("partial-cancel {shop} --tid T1 --amount 100 --remain 1000", "", 2, "--remaining"),
    ("partial-cancel {shop} --tid T1 --amount 100 --remaining 0", "", 2, "1 won or more"),
    ("partial-cancel {shop} --tid T1 --amount 100 --tax-free -1", "", 2, "negative"),
    ("partial-cancel {shop} --tid order-1 --amount 100", "", 2, "is an order ID"),
    ("cash-receipt {shop} --for deposit", "", 2, "--home"),
    ("cash-receipt issue {shop} --oid O-1", "", 2, "--for"),
    ("cash-receipt issue {shop} --for card {receipt}", "", 2, "deposit"),
    ("cash-receipt issue {shop} --for transfer {receipt}", "", 2, "--tid"),
    ("cash-receipt issue {shop} --for virtual-account --tid T1 {receipt}", "", 2, "--seqno"),
    ("cash-receipt issue {shop} --for virtual-account --tid T1 --seqno 1 {receipt}", "", 2, "001"),
    ("cash-receipt issue {shop} --for deposit --tid T1 {receipt}", "01012345678", 2, "--tid"),
    ("cash-receipt issue {shop} --for deposit {receipt}", "", 1, "LGD_CASHCARDNUM"),
    ("cash-receipt issue {shop} --for deposit {receipt} --phone 01012345678", "", 2, "stdin"),
    (
        "cash-receipt issue {shop} --for deposit --oid O-1 --amount 1000 --use me --business-number 1",
        "",
        2,
        "income",
    ),
    (
        "cash-receipt issue {shop} --for deposit --oid O-1 --amount 1000 --use income --business-number 123-45-67890",
        "01012345678",
        1,
        "LGD_CUSTOM_BUSINESSNUM",
    ),
    ("cash-receipt cancel {shop} --for deposit", "", 2, "--tid"),
    ("cash-receipt cancel {shop} --for deposit --tid T1 --amount 0", "", 2, "1 won or more"),
    ("escrow {shop}", "", 2, "--home"),
    ("escrow send {shop}", "", 2, "sent"),
    ("escrow sent {shop} --oid O-1 --number 1", "", 2, "--company-code"),
    ("escrow sent {shop} --oid O-1 --company-code CJ", "", 2, "--number"),
    ("escrow sent {shop} --oid O-1 --company-code CJ대한통운 --number 1", "", 1, "dlvcompcode"),
    ("escrow sent {shop} --oid O-1 --company-code CJ --number 1 --date 2026-11-28", "", 1, "dlvdate"),
    ("escrow sent {shop} --oid O-1 --company-code CJ --number 1 --order-date today", "", 1, "orderdate"),
    ("escrow sent {shop} --oid O.1 --company-code CJ --number 1", "", 1, "LGD_OID"),
    ("escrow sent {shop} --oid O-1 --company-code CJ --number 1 --people", "SECRET\n", 1, "dlvworkertel"),
    ("escrow sent {shop} --oid O-1 --company-code CJ --number 1 --phone 01012345678", "", 2, "stdin"),
    ("escrow received {shop} --oid O-1 --date now", "", 1, "rcvdate"),
    ("escrow received {shop}", "", 2, "--oid"),
    ("escrow received {shop} --oid O-1 --people SECRET", "", 2, "stdin"),
    ("pay {shop} --oid O-1 --amount 1000 --lang kr", "KEY", 2, "ko, en"),
    ("pey {shop}", "", 2, "pay"),
];

const RECEIPT: &str = "--oid O-1 --amount 1000 --use income --business-number 1234567890";

const OF_QUERIES: &[Mistake] = &[
    ("receipt-link {shop}", "", 2, "--tid"),
    ("receipt-link {shop} --oid O-1", "", 2, "--for"),
    ("receipt-link {shop} --tid T1 --oid O-1", "", 2, "cannot be used"),
    ("receipt-link {shop} --tid T1 --for deposit", "", 2, "cannot be used"),
    ("receipt-link {shop} --tid T1')", "", 1, "LGD_TID"),
    ("receipt-link {shop} --tid=", "", 1, "LGD_TID"),
    ("receipt-link {shop} --oid O-1 --for card", "", 2, "deposit"),
    ("receipt-link {shop} --oid O-1 --for deposit --seqno 1", "", 2, "001"),
    ("receipt-link {shop} --oid O.1 --for deposit", "", 1, "LGD_OID"),
    ("receipt-link {shop} T1", "", 2, "--name"),
    ("hash {shop} --amount 1000", "", 2, "--oid"),
    ("hash {shop} --oid O-1", "", 2, "--amount"),
    ("hash {shop} --oid O.1 --amount 1000", "", 1, "LGD_OID"),
    ("hash {shop} --oid O-1 --amount 1,000", "", 1, "LGD_AMOUNT"),
    ("hash {shop} --oid O-1 --amount -5", "", 1, "LGD_AMOUNT"),
    ("hash {shop} --oid O-1 --amount 12345.00", "", 1, "LGD_AMOUNT"),
    ("hash {shop} --oid O-1 --amount=", "", 1, "LGD_AMOUNT"),
    ("hash {shop} --oid O-1 --amount 1000 --timestamp 20261128", "", 1, "LGD_TIMESTAMP"),
    ("hash {shop} --oid O-1 --amount 1000 --timestamp now", "", 1, "LGD_TIMESTAMP"),
    ("hash {shop} --oid O-1 --amount 1000 --mertkey SECRET", "", 2, "mall.conf"),
    ("verify {shop} --amount 1000", "", 2, "--oid"),
    ("verify {shop} --oid O-1", "", 2, "--amount"),
    ("verify {shop} --oid O-1 --amount 1,000", "", 2, "whole won"),
    ("verify {shop} --oid O-1 --amount 1000", "", 1, "stdin has no notification"),
    ("verify {shop} --oid O-1 --amount 1000", "{\"LGD_OID\":\"O-1\"}", 1, "stdin has no notification"),
    ("verify {shop} --oid O-1 --amount 1000", "<html>", 1, "stdin has no notification"),
    ("verify {shop} --oid O-1 --amount 1000", "LGD_OID=O-2", 1, "LGD_OID"),
    ("verify {shop} --oid O-1 --amount 1000", "LGD_OID=O-1&LGD_AMOUNT=1000", 1, "LGD_MID"),
    (
        "verify {shop} --oid O-1 --amount 1000",
        "LGD_OID=O-1&LGD_MID=tlgdacomxpay&LGD_AMOUNT=900",
        1,
        "LGD_AMOUNT",
    ),
    (
        "verify {shop} --oid O-1 --amount 1000",
        "LGD_OID=O-1&LGD_MID=tlgdacomxpay&LGD_AMOUNT=1000&LGD_RESPCODE=0000&LGD_TIMESTAMP=20261128101112&LGD_HASHDATA=0123456789abcdef0123456789abcdef",
        1,
        "LGD_HASHDATA",
    ),
    ("ping {shop} now", "", 2, "--name"),
    ("ping {shop} --timeout 3", "", 2, "--timeout"),
    ("completions", "", 2, "SHELL"),
    ("completions powershell", "", 2, "bash, zsh, fish"),
    ("completions --shell bash", "", 2, "--shell"),
    ("completions bash zsh", "", 2, "--name"),
    ("bridge --listen", "", 2, "--listen"),
    ("bridge {dir}/bridge.sock", "", 2, "--name"),
    ("bridge --socket {dir}/bridge.sock", "", 2, "--socket"),
    ("bridge --listen {home}/conf/mall.conf", "", 1, "is no socket"),
    ("bridge --listen {dir}/none/bridge.sock", "", 1, "{dir}/none"),
];

/// `{dir}` is a running sandbox's, `{taken}` its port.
const OF_THE_SANDBOX: &[Mistake] = &[
    ("sandbox", "", 2, "--dir"),
    ("sandbox start --dir {new}", "", 2, "start"),
    ("sandbox --dir {dir}", "", 1, "already running"),
    ("sandbox --dir {home}/conf/mall.conf", "", 1, "mall.conf"),
    ("sandbox --dir {new} --port {taken}", "", 1, "port {taken}"),
    ("sandbox --dir {new} --port 70000", "", 2, "65535"),
    ("sandbox --dir {new} --bind localhost", "", 2, "IP address"),
    ("sandbox --dir {new} --shops {dir}/none", "", 1, "{dir}/none"),
    ("sandbox --dir {new} --faults {home}/conf/mall.conf", "", 1, "line 1"),
    ("sandbox --dir {new} --db {dir}/none/ledger", "", 1, "{dir}/none/ledger"),
    ("sandbox --dir {new} --certificate bad", "", 2, "expired"),
    ("sandbox --dir {new} --clock noon", "", 1, "yyyyMMddHHmmss"),
    ("sandbox --dir {new} --time-scale 0", "", 2, "1 or more"),
    ("sandbox --dir {new} --forward-notices localhost", "", 1, "http"),
    ("sandbox --dir {new} --record {dir}/none/record", "", 1, "{dir}/none/record"),
    ("sandbox paykey --oid O-1 --amount 1000", "", 2, "--dir"),
    ("sandbox paykey --dir {new} --oid O-1 --amount 1000", "", 1, "xpay sandbox --dir {new}"),
    ("sandbox paykey --dir {dir} --amount 1000", "", 2, "--oid"),
    ("sandbox paykey --dir {dir} --oid O.1 --amount 1000", "", 1, "LGD_OID"),
    ("sandbox paykey --dir {dir} --oid O-1 --amount 0", "", 1, "amount"),
    ("sandbox paykey --dir {dir} --oid O-1 --amount -1", "", 2, "negative"),
    ("sandbox paykey --dir {dir} --oid O-1 --amount 1,000", "", 2, "whole won"),
    ("sandbox paykey --dir {dir} --oid O-1 --amount 1000 --paytype card", "", 1, "SC0010"),
    ("sandbox paykey --dir {dir} --oid O-1 --amount 1000 --mid tnobody", "", 1, "unknown shop"),
    ("sandbox paykey --dir {dir} --oid O-1 --amount 1000 --casnoteurl here", "", 1, "LGD_CASNOTEURL"),
    ("sandbox ledger", "", 2, "--dir"),
    ("sandbox ledger --dir {new}", "", 1, "xpay sandbox --dir {new}"),
    ("sandbox ledger {dir}", "", 2, "--name"),
    ("sandbox notices --dir {new}", "", 1, "xpay sandbox --dir {new}"),
    ("sandbox notices --dir {dir} --resend 9", "", 1, "SB34"),
    ("sandbox notices --dir {dir} --resend all", "", 2, "whole number"),
    ("sandbox replay", "", 2, "FILE"),
    ("sandbox replay {dir}/none", "", 1, "{dir}/none"),
    ("sandbox replay {home}/conf/mall.conf", "", 1, "--record"),
    ("trigger --dir {dir} --oid O-1", "", 2, "EVENT"),
    ("trigger paid --dir {dir} --oid O-1", "", 2, "deposit-cancel"),
    ("trigger deposit --oid O-1", "", 2, "--dir"),
    ("trigger deposit --dir {dir}", "", 2, "--tid"),
    ("trigger deposit --dir {dir} --oid O-1 --tid T1", "", 2, "cannot be used"),
    ("trigger deposit --dir {new} --oid O-1", "", 1, "xpay sandbox --dir {new}"),
    ("trigger deposit --dir {dir} --oid O-9", "", 1, "O-9"),
    ("trigger deposit --dir {dir} --tid T9", "", 1, "T9"),
];

/// Tries each mistake in both languages and for a script.
pub(crate) struct Mistakes<'a> {
    pub(crate) values: Vec<(&'a str, String)>,
    /// Somewhere that is no shop.
    pub(crate) here: &'a Path,
}

impl Mistakes<'_> {
    fn filled(&self, text: &str) -> String {
        self.values
            .iter()
            .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
    }

    fn xpay(&self, line: &str, stdin: &str, more: &[&str]) -> Said {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xpay"));
        command.args(self.filled(line).split(' ')).args(more).current_dir(self.here);
        said(command.env("LC_ALL", "C.UTF-8").env_remove("XPAY_HOME"), stdin.as_bytes())
    }

    pub(crate) fn check(&self, line: &str, stdin: &str, code: i32, named: &str) {
        let named = self.filled(named);
        let english = self.xpay(line, stdin, &[]);
        let told = english.everything();
        assert_eq!(english.code, Some(code), "{line}: {told}");
        assert!(told.contains(&named), "{line}: no {named} in {told}");
        assert_eq!(told.lines().filter(|line| line.starts_with("error: ")).count(), 1, "{line}: {told}");
        assert!(!told.contains(|one| ('가'..='힣').contains(&one)), "{line}: {told}");
        assert!(!told.lines().any(|line| line.trim() == "code"), "{line}: a code that is none: {told}");
        if !line.contains("--lang") {
            let korean = self.xpay(line, stdin, &["--lang", "ko"]);
            let told = korean.everything();
            assert_eq!(korean.code, Some(code), "{line}: {told}");
            assert_eq!(told.lines().filter(|line| line.starts_with("오류: ")).count(), 1, "{line}: {told}");
            assert!(!told.contains("error: ") && !told.contains("Usage"), "{line}: {told}");
        }
        // What it says goes to another program, in lines of its own.
        if line.starts_with("bridge") && code == 1 {
            return;
        }
        let json = self.xpay(line, stdin, &["--json"]);
        assert_eq!(json.code, Some(code), "{line}: {}", json.everything());
        let object = serde_json::from_str::<Value>(&json.stdout);
        assert!(object.is_ok(), "{line}: {object:?}: {}", json.everything());
        let object = object.unwrap();
        let error = &object["error"];
        let texts = ["kind", "code", "message"].map(|name| error[name].as_str());
        assert!(texts.iter().all(Option::is_some), "{line}: {object}");
        assert!(code != 2 || error["kind"] == "usage", "{line}: {object}");
        let everything = told + &json.everything();
        for secret in ["SECRET", "4111111111111111", "11022233344455", "01012345678"] {
            assert!(!everything.contains(secret), "{line}: {everything}");
        }
    }
}

/// A gateway with a payment `order-1`, and what the lines name.
pub(crate) fn with(shop: Shop, run: impl FnOnce(&Mistakes)) {
    let paid =
        shop.xpay(&["pay", "--oid", "order-1", "--amount", "23400"], &shop.paykey("order-1", "SC0010"));
    paid.has(0, &[]);
    let home = shop.sandbox.home().display().to_string();
    let here = tempfile::tempdir().unwrap();
    let values = vec![
        ("receipt", RECEIPT.to_owned()),
        ("shop", format!("--home {home} --mid tlgdacomxpay")),
        ("home", home),
        ("dir", here.path().display().to_string()),
    ];
    let asked = shop.sandbox.requests().len();
    run(&Mistakes { values, here: here.path() });
    assert_eq!(shop.sandbox.requests().len(), asked, "nothing was sent");
    assert_eq!(shop.sandbox.payments().unwrap()[0].balance, 23_400);
}

#[test]
fn of_every_subcommand_of_a_shop() {
    with(Shop::in_service(), |mistakes| {
        for &(command, stdin) in SHOPS {
            for &(more, _, code, named) in OF_A_SHOP {
                mistakes.check(&format!("{command} {more}"), stdin, code, named);
            }
        }
    });
}

#[test]
fn of_commands_for_money() {
    with(Shop::in_service(), |mistakes| {
        for &(line, stdin, code, named) in OF_MONEY {
            mistakes.check(line, stdin, code, named);
        }
    });
}

#[test]
fn of_questions_and_other_programs() {
    with(Shop::open(), |mistakes| {
        for &(line, stdin, code, named) in OF_QUERIES {
            mistakes.check(line, stdin, code, named);
        }
    });
}

#[test]
fn of_the_sandbox() {
    let [dir, new] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (_running, told) = Running::start(dir.path(), &[]);
    let values = vec![
        ("dir", dir.path().display().to_string()),
        ("home", told["home"].as_str().unwrap().to_owned()),
        ("taken", told["port"].to_string()),
        ("new", new.path().join("new").display().to_string()),
    ];
    let mistakes = Mistakes { values, here: new.path() };
    for &(line, stdin, code, named) in OF_THE_SANDBOX {
        mistakes.check(line, stdin, code, named);
    }
}

/// A gateway that is not there: the request is not sent, and that is said.
#[test]
fn a_gateway_that_is_gone_is_told_as_an_object_too() {
    let dir = tempfile::tempdir().unwrap();
    let sandbox = Sandbox::start(Options { dir: dir.path().into(), ..Options::default() }).unwrap();
    let home = sandbox.home().display().to_string();
    sandbox.stop();
    let values = vec![("shop", format!("--home {home} --mid tlgdacomxpay"))];
    let mistakes = Mistakes { values, here: dir.path() };
    for (line, stdin) in [
        ("ping {shop}", ""),
        ("pay {shop} --oid O-1 --amount 1000", "KEY"),
        ("cancel {shop} --tid T1", ""),
        ("escrow received {shop} --oid O-1", ""),
    ] {
        mistakes.check(line, stdin, 1, "20004");
    }
}

#[test]
fn the_home_is_found_and_named() {
    let shop = Shop::open();
    let home = shop.sandbox.home();
    let hash = |environment: Option<&Path>, here: &Path| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xpay"));
        command.args(["hash", "--mid", "tlgdacomxpay", "--oid", "O-1", "--amount", "1000"]);
        command
            .env("LC_ALL", "C.UTF-8")
            .env("XPAY_HOME", environment.unwrap_or(Path::new("")))
            .current_dir(here);
        said(&mut command, b"")
    };
    let nowhere = tempfile::tempdir().unwrap();
    let named = hash(Some(home), nowhere.path());
    named.has(0, &["LGD_HASHDATA="]);
    assert!(
        named.stderr.contains(&format!("{}/conf/mall.conf (XPAY_HOME)", home.display())),
        "{}",
        named.stderr
    );
    let here = hash(None, home);
    here.has(0, &["LGD_HASHDATA="]);
    assert!(here.stderr.contains("(the current directory)"), "{}", here.stderr);
    // A wrong XPAY_HOME does not lead to the shop that happens to be here.
    hash(Some(nowhere.path()), home).failed(1, "10002");
    hash(None, nowhere.path()).failed(2, "--home DIR");
    // Nor does one that another user left where an operator passes by. Only root can give it away here.
    if std::os::unix::fs::chown(home.join("conf/mall.conf"), Some(65_534), None).is_ok() {
        hash(None, home).failed(2, "another user's");
        hash(Some(home), nowhere.path()).has(0, &["LGD_HASHDATA="]);
    }
}
