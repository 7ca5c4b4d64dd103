//! `xpay doctor --shop` on trees of our own making, laid out as shops with each fork of the vendor's class are. Each file of
//! `tests/shops` is one: what it is, its files behind `--- PATH`, and what is found behind `--- expected`.

use serde_json::Value;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;
use xpayclient_core::VERSION;

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn doctor(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xpay")).arg("doctor").args(arguments).output().unwrap()
}

struct Report {
    exit: Option<i32>,
    findings: Vec<Value>,
}

impl Report {
    fn of(shop: &Path) -> Report {
        let shop = shop.to_str().unwrap();
        let said = doctor(&["--json", "--shop", shop]);
        let json: Value = serde_json::from_slice(&said.stdout).unwrap();
        let mut findings = json["findings"].as_array().unwrap().clone();
        findings.retain(|finding| finding["about"] != "php");
        let report = Report { exit: said.status.code(), findings };
        assert_eq!(json["exit"], report.exit.unwrap());
        for language in ["ko", "en"] {
            let shown = String::from_utf8(doctor(&["--lang", language, "--shop", shop]).stdout).unwrap();
            assert!(!shown.contains(KEY) && !json.to_string().contains(KEY), "{shown}");
            assert!(!shown.contains(&KEY[..31]), "a part of it is too much: {shown}");
        }
        report
    }

    /// A line for each: grade, name, file with lines, and what is special.
    fn lines(&self, shop: &Path) -> Vec<String> {
        let below = |path: &Value| {
            let path = path.as_str().unwrap();
            path.strip_prefix(shop.to_str().unwrap()).unwrap_or(path).trim_start_matches('/').to_owned()
        };
        let line = |finding: &Value| {
            let facts = &finding["facts"];
            let mut words: Vec<String> =
                ["grade", "about"].map(|name| finding[name].as_str().unwrap().to_owned()).to_vec();
            if let Some(lines) = facts["lines"].as_array() {
                let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
                words.push(format!("{}:{}", below(&facts["file"]), lines.join(",")));
            }
            if facts["home"].is_string() {
                words.push(below(&facts["home"]));
            }
            words.extend(facts["fork"].as_str().map(str::to_owned));
            if let Some(methods) = facts["methods"].as_array() {
                words.push(methods.iter().map(|name| name.as_str().unwrap()).collect::<Vec<_>>().join(", "));
            }
            if let Some(recover) = facts["recover"].as_array() {
                words.push(recover.len().to_string());
            }
            words.join(" ")
        };
        self.findings.iter().map(line).collect()
    }

    fn english(&self, about: &str) -> String {
        let found = self.findings.iter().filter(|finding| finding["about"] == about);
        found.map(|finding| finding["en"].as_str().unwrap().to_owned() + "\n").collect()
    }
}

fn put(path: &Path, content: impl AsRef<[u8]>) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// The tree of a file of `tests/shops` with the given line breaks, and what is expected of it.
fn laid_out(file: &Path, line_break: &str) -> (TempDir, Vec<String>) {
    let dir = tempfile::tempdir().unwrap();
    let text = fs::read_to_string(file).unwrap();
    let (tree, expected) = text.split_once("\n--- expected\n").unwrap();
    for part in tree.split("\n--- ").skip(1) {
        let (path, content) = part.split_once('\n').unwrap_or((part, ""));
        put(&dir.path().join(path), content.replace('\n', line_break));
    }
    (dir, expected.lines().map(str::to_owned).collect())
}

fn shop(name: &str) -> TempDir {
    laid_out(&Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/shops/{name}.txt")), "\n").0
}

#[test]
fn each_fork_is_known_and_each_page_that_needs_a_change() {
    let mut played = 0;
    for file in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/shops")).unwrap() {
        let file = file.unwrap().path();
        for line_break in ["\n", "\r\n"] {
            let (dir, expected) = laid_out(&file, line_break);
            let report = Report::of(dir.path());
            assert_eq!(report.lines(dir.path()), expected, "{}: {:#?}", file.display(), report.findings);
            let worst = |grade: &str| expected.iter().any(|line| line.starts_with(grade));
            let exit = if worst("error") { 2 } else { i32::from(worst("warning")) };
            assert_eq!(report.exit, Some(exit), "{}", file.display());
        }
        played += 1;
    }
    assert!(played >= 9, "{played}");
}

#[test]
fn what_to_do_is_said() {
    let report = Report::of(shop("two-arguments").path());
    let class = report.english("class");
    for words in [
        "Replace this file by XPayClient.php",
        "libxpayclient.so or xpay next to it",
        "JSON.php next to it is no longer",
    ] {
        assert!(class.contains(words), "{class}");
    }
    let homes = Report::of(shop("two-homes").path());
    let recover = homes.english("journals");
    assert_eq!(recover.matches("xpay recover --home").count(), 2, "{recover}");
    assert!(homes.english("home").contains("xpay doctor --home"), "{:?}", homes.findings);
    let arrays = Report::of(shop("configuration-arrays").path()).english("class");
    assert!(arrays.contains("class Helper") && arrays.contains("xpay recover reads files only"), "{arrays}");
    let unknown = Report::of(shop("unknown").path()).english("class");
    assert!(unknown.contains("docs/en/forks.md") && unknown.contains(r"extends \XPayClient"), "{unknown}");
}

/// Two homes with one log_dir have one journal, which each home's keys may be needed for.
#[test]
fn homes_that_share_a_journal() {
    let shop = shop("two-homes");
    for home in ["lgdacom", "lgdacom_mobile"] {
        put(&shop.path().join("plugin").join(home).join("conf/mall.conf"), "log_dir = ../log\n");
    }
    let journals =
        Report::of(shop.path()).findings.into_iter().find(|one| one["about"] == "journals").unwrap();
    assert_eq!(journals["facts"]["journals"], 1, "{journals}");
    assert_eq!(journals["facts"]["recover"].as_array().unwrap().len(), 2, "{journals}");
}

#[test]
fn ours_is_known_by_its_version_and_wants_its_library() {
    let dir = tempfile::tempdir().unwrap();
    let class =
        fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/doctor/shop/XPayClient.php")).unwrap();
    let file = dir.path().join("lgdacom/XPayClient.php");
    put(&file, &class);
    let alone = Report::of(dir.path());
    assert!(alone.english("class").contains("neither libxpayclient.so nor xpay"), "{:?}", alone.findings);
    // What is no PHP is not looked at, whatever its size.
    let library = dir.path().join("lgdacom/libxpayclient.so");
    fs::File::create(library).unwrap().set_len(5 << 20).unwrap();
    let sound = Report::of(dir.path());
    assert_eq!(sound.findings[0]["grade"], "fine", "{:?}", sound.findings);
    assert_eq!(sound.english("unseen"), "");
    assert_eq!(sound.findings[0]["facts"]["version"], VERSION);
    let text = String::from_utf8(class).unwrap();
    put(&file, text.replace(&format!("XPayClient ({VERSION}/PHP)"), "XPayClient (0.0.1/PHP)"));
    let old = Report::of(dir.path()).english("class");
    assert!(old.contains("its version is 0.0.1"), "{old}");
}

/// EUC-KR in comments, strings and names of files, as shops have it.
#[test]
fn pages_in_euc_kr() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let dir = tempfile::tempdir().unwrap();
    let page = [
        &b"<?php // \xB0\xE1\xC1\xA6 class XPayClient\r\n$a = '\xC7\xD1\xB1\xDB\x8B\x41'; /* \xB0\xA1 */\r\n"
            [..],
        b"class XPayClient { function XPayClient($home, $mode) {} }\r\n",
    ]
    .concat();
    put(&dir.path().join(OsStr::from_bytes(b"\xB0\xE1\xC1\xA6.php")), page);
    let report = Report::of(dir.path());
    assert_eq!(report.findings[0]["facts"]["lines"], serde_json::json!([3]), "{:?}", report.findings);
    assert_eq!(report.findings[0]["facts"]["fork"], "two_arguments");
}

#[test]
fn a_walk_ends_and_names_what_it_did_not_see() {
    let shop = shop("two-arguments");
    let outside = tempfile::tempdir().unwrap();
    put(
        &outside.path().join("XPayClient.php"),
        "<?php class XPayClient { function XPayClient($home, $mode) {} }",
    );
    let place = shop.path();
    symlink(".", place.join("loop")).unwrap();
    symlink("lgdacom", place.join("again")).unwrap();
    symlink("nowhere", place.join("broken.php")).unwrap();
    symlink(outside.path(), place.join("elsewhere")).unwrap();
    symlink(outside.path().join("XPayClient.php"), place.join("linked.php")).unwrap();
    // It cannot be read, whoever asks.
    symlink("/proc/self/mem", place.join("memory.php")).unwrap();
    fs::File::create(place.join("huge.php")).unwrap().set_len(50 << 20).unwrap();
    assert!(Command::new("mkfifo").arg(place.join("pipe.php")).status().unwrap().success());
    put(&place.join(".git/XPayClient.php"), "<?php class XPayClient {}");
    put(&place.join("deep").join("d/".repeat(200)).join("XPayClient.php"), "<?php class XPayClient {}");

    let report = Report::of(place);
    let files: Vec<_> = report.lines(place).into_iter().filter(|line| line.contains(" class ")).collect();
    assert_eq!(files.len(), 3, "{files:?}");
    assert!(files.iter().any(|line| line.contains("linked.php")), "{files:?}");
    let unseen = report.english("unseen");
    for (name, words) in [
        ("memory.php", "cannot be read"),
        ("huge.php", "larger than 4 MB"),
        ("elsewhere", "link to a directory outside"),
    ] {
        assert!(unseen.lines().any(|line| line.contains(name) && line.contains(words)), "{name}: {unseen}");
    }
    for name in ["loop", "again", "broken", "pipe"] {
        assert!(!unseen.contains(name), "{unseen}");
    }
}

#[test]
fn wrong_usage() {
    let shop = shop("two-arguments");
    let file = shop.path().join("payres.php");
    for (arguments, said) in [
        (&["--shop", "/nowhere/at/all"][..], "is not a directory that can be read"),
        (&["--shop", file.to_str().unwrap()], "is not a directory that can be read"),
        (&["--shop", "/tmp", "--home", "/tmp"], "cannot be used with"),
        (&["--shop", "/tmp", "--fix"], "cannot be used with"),
        (&["--shop", "/tmp", "--mode", "service"], "cannot be used with"),
        (&[], "--home"),
    ] {
        let output = doctor(arguments);
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {stderr}");
        assert!(stderr.contains(said) && stderr.contains("error: "), "{arguments:?}: {stderr}");
    }
}
