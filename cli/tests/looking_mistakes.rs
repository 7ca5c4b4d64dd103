//! The likeliest mistakes at what only looks, and at recovery: doctor, log, list, recover and the tables of a sandbox. `mistakes`
//! has the others, and says what is checked of each.

use crate::common::Shop;
use crate::mistakes::{Mistake, Mistakes, with};
use crate::sandbox::Running;
use std::fs;

/// What each of them gets wrong in the same way.
const OF_A_HOME: &[Mistake] = &[
    ("", "", 2, "XPAY_HOME"),
    ("--home {home}/conf/mall.conf", "", 2, "give [{home}]"),
    ("--home {home}/conf", "", 2, "give [{home}]"),
    ("--home {home} --lang kr", "", 2, "ko, en"),
    ("--home {home} --color blue", "", 2, "auto, always, never"),
    ("--home {home} --mid tlgdacomxpay", "", 2, "--mid"),
    ("--config {home}", "", 2, "--config"),
    ("--home", "", 2, "--home"),
];

const HOMES: [&str; 4] = ["doctor", "log order-1", "list", "recover --list"];

const LOOKING: &[Mistake] = &[
    ("doctor --home {home} --mode live", "", 2, "test, service"),
    ("doctor --home {home} --yes", "", 2, "--fix"),
    ("doctor --home {home} --fix=all", "", 2, "--fix"),
    ("doctor --home {home} --php", "", 2, "--php"),
    ("doctor --home {home} --from php", "", 2, "java"),
    ("doctor --shop {home} --from java", "", 2, "cannot be used"),
    ("doctor --home {home} --verbose", "", 2, "--verbose"),
    ("doctor --home {home} --shop {home}", "", 2, "cannot be used"),
    ("doctor --shop {dir}/none", "", 2, "{dir}/none"),
    ("doctor --shop {home}/conf/mall.conf", "", 2, "is not a directory"),
    ("doctor --shop {home} --fix", "", 2, "cannot be used"),
    ("doctor --shop {home} --mode service", "", 2, "cannot be used"),
    ("doctor {home}", "", 2, "--name"),
    ("log --home /nowhere order-1", "", 1, "10001"),
    ("log --home {home}", "", 2, "--follow"),
    ("log --home {home} ", "", 2, "LGD_TXID"),
    ("log --home {home} order-9", "", 1, "order-9"),
    ("log --home {home} order-1 order-2", "", 2, "--name"),
    ("log --home {home} --oid order-1", "", 2, "--oid"),
    ("log --home {home} --tail order-1", "", 2, "--tail"),
    ("log --home {home} --folow order-1", "", 2, "--follow"),
    ("log --home {home} --follow=order-1", "", 2, "--follow"),
    ("log --home {home} --since 2026-11-29 order-1", "", 2, "--since"),
    ("list --home /nowhere", "", 1, "10001"),
    ("list --home {home} --limit 0", "", 2, "from 1 to 100000"),
    ("list --home {home} --limit all", "", 2, "whole number"),
    ("list --home {home} --day 20261129", "", 2, "yyyy-MM-dd"),
    ("list --home {home} --day 2026-13-01", "", 2, "2026-13-01"),
    ("list --home {home} --since yesterday", "", 2, "yyyy-MM-dd"),
    ("list --home {home} --since 2026-1-1", "", 2, "yyyy-MM-dd"),
    ("list --home {home} --day 2026-11-29 --since 2026-11-28", "", 2, "cannot be used"),
    ("list --home {home} --state paid", "", 2, "in_doubt"),
    ("list --home {home} --state=", "", 2, "answered"),
    ("list --home {home} --status answered", "", 2, "--state"),
    ("list --home {home} --oid=", "", 2, "--oid"),
    ("list --home {home} --tid T1", "", 2, "--tid"),
    ("list --home {home} order-1", "", 2, "--name"),
    ("recover --home /nowhere", "", 1, "10001"),
    ("recover --home {home} --close order-1", "", 2, "--reason"),
    ("recover --home {home} --rollback order-1", "", 2, "--reason"),
    ("recover --home {home} --reason seen", "", 2, "--close"),
    ("recover --home {home} --close order-1 --reason=", "", 2, "--reason"),
    ("recover --home {home} --close order-1 --reason seen", "", 1, "order-1"),
    ("recover --home {home} --rollback order-1 --reason seen", "", 1, "order-1"),
    ("recover --home {home} --close A --rollback A --reason seen", "", 2, "cannot be used"),
    ("recover --home {home} --list --watch", "", 2, "cannot be used"),
    ("recover --home {home} --every 5", "", 2, "--watch"),
    ("recover --home {home} --watch --every 0", "", 2, "from 1 to 3600"),
    ("recover --home {home} --watch --every 1m", "", 2, "whole number"),
    ("recover --home {home} --dry-run", "", 2, "--dry-run"),
    ("recover --home {home} --close T-1 --reason seen --dry-run", "", 2, "--dry-run"),
    ("recover --home {home} order-1", "", 2, "--name"),
];

/// `{dir}` is a running sandbox's.
const OF_TABLES: &[Mistake] = &[
    ("sandbox ledger --dir {dir}/none", "", 1, "xpay sandbox --dir {dir}/none"),
    ("sandbox ledger --dir {home}", "", 1, "xpay sandbox --dir {home}"),
    ("sandbox ledger --dir {dir} --oid O-1", "", 2, "--oid"),
    ("sandbox ledger --dir {dir} --state paid", "", 2, "--state"),
    ("sandbox ledger --dir {dir} O-1", "", 2, "--name"),
    ("sandbox ledger --home {home}", "", 2, "--home"),
    ("sandbox ledger --dir", "", 2, "--dir"),
    ("sandbox leger --dir {dir}", "", 2, "ledger"),
    ("sandbox notices", "", 2, "--dir"),
    ("sandbox notices --dir {dir} --resend", "", 2, "--resend"),
    ("sandbox notices --dir {dir} --resend -1", "", 2, "-1"),
    ("sandbox notices --dir {dir} --resend 0", "", 1, "SB34"),
    ("sandbox notices --dir {dir} --resend 99999999999", "", 2, "whole number"),
    ("sandbox notices --dir {dir} --oid O-1", "", 2, "--oid"),
    ("sandbox notices --dir {dir} 1", "", 2, "--name"),
    ("sandbox notice --dir {dir}", "", 2, "notices"),
    ("sandbox replay {dir}", "", 1, "{dir}"),
    ("sandbox replay {dir}/empty", "", 1, "{dir}/empty"),
    ("sandbox replay {home}/conf/ca-bundle.crt", "", 1, "--record"),
    ("sandbox replay {dir}/empty {dir}/empty", "", 2, "--name"),
    ("sandbox replay --file {dir}/empty", "", 2, "--file"),
    ("sandbox replay --dir {dir} {dir}/empty", "", 2, "--dir"),
    ("sandbox reply {dir}/empty", "", 2, "replay"),
];

#[test]
fn of_commands_that_look() {
    with(Shop::open(), |mistakes| {
        for command in HOMES {
            for &(more, _, code, named) in OF_A_HOME {
                mistakes.check(format!("{command} {more}").trim_end(), "", code, named);
            }
        }
        for &(line, stdin, code, named) in LOOKING {
            mistakes.check(line, stdin, code, named);
        }
    });
}

#[test]
fn of_the_tables_of_a_sandbox() {
    let [dir, here] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    let (_running, told) = Running::start(dir.path(), &[]);
    fs::write(dir.path().join("empty"), "").unwrap();
    let values =
        vec![("dir", dir.path().display().to_string()), ("home", told["home"].as_str().unwrap().to_owned())];
    let mistakes = Mistakes { values, here: here.path() };
    for &(line, stdin, code, named) in OF_TABLES {
        mistakes.check(line, stdin, code, named);
    }
}

/// Nothing to follow, and nothing that could be followed.
#[test]
fn of_a_log_that_is_not_there() {
    let shop = Shop::open();
    let mall = shop.sandbox.home().join("conf/mall.conf");
    fs::write(&mall, fs::read_to_string(&mall).unwrap() + "\nlog_dir = \n").unwrap();
    with(shop, |mistakes| {
        mistakes.check("log --home {home} --follow", "", 1, "set log_dir");
        mistakes.check("log --home {home} order-9", "", 1, "without log_dir");
    });
}
