//! Each folder of `tests/doctor` is a shop that is broken as real ones are. The doctor finds what is wrong; what it offers to
//! fix is fixed by it, and the rest by the edit that its advice names, until it finds nothing more and a Ping is answered.
//!
//! `case.json` says what is found (`finds`, in order), the `exit` code, and `by_hand` the edits with the `advice` for each.

use serde::Deserialize;
use serde_json::Value;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use xpayclient_sandbox::{DEMO_MID, DEMO_TEST_MID, Options, Sandbox};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    #[serde(default = "test")]
    mode: String,
    /// What `--from` is given.
    from: Option<String>,
    finds: Vec<String>,
    exit: i32,
    #[serde(default)]
    by_hand: Vec<ByHand>,
    /// Where the shop lies.
    #[serde(default = "home", rename = "in")]
    place: String,
    /// Files that everybody may read.
    #[serde(default)]
    open: Vec<String>,
    #[serde(default)]
    no_log: bool,
    #[serde(default)]
    no_bundle: bool,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum ByHand {
    Edit { advice: String, file: String, from: String, to: String },
    Move { advice: String, r#move: String },
}

fn test() -> String {
    "test".into()
}

fn home() -> String {
    "lgdacom".into()
}

/// The sandbox and what a case's files say of it.
struct World {
    sandbox: Sandbox,
    dir: tempfile::TempDir,
}

impl World {
    fn new() -> World {
        let dir = tempfile::tempdir().unwrap();
        let gateway = dir.path().join("gateway");
        let sandbox = Sandbox::start(Options { dir: gateway, ..Options::default() }).unwrap();
        World { sandbox, dir }
    }

    fn filled(&self, bytes: &[u8]) -> Vec<u8> {
        let ca = fs::read(self.sandbox.home().join("conf/ca-bundle.crt")).unwrap();
        let log = self.dir.path().join("log").to_str().unwrap().to_owned();
        let known = [("{url}", self.sandbox.url().into_bytes()), ("{log}", log.into_bytes()), ("{ca}", ca)];
        known.iter().fold(bytes.to_vec(), |bytes, (name, value)| {
            // The same in the two bytes a character of UTF-16.
            let bytes = replaced(&bytes, name.as_bytes(), value);
            replaced(&bytes, &wide(name.as_bytes()), &wide(value))
        })
    }

    /// A shop as the case's folder has it.
    fn shop(&self, folder: &Path, case: &Case) -> PathBuf {
        let shop = self.dir.path().join(&case.place);
        let conf = shop.join("conf");
        fs::create_dir_all(&conf).unwrap();
        for file in fs::read_dir(folder.join("conf")).unwrap() {
            let file = file.unwrap();
            put(&conf.join(file.file_name()), &self.filled(&fs::read(file.path()).unwrap()));
        }
        let bundle = conf.join("ca-bundle.crt");
        if !case.no_bundle && !bundle.exists() {
            put(&bundle, &self.filled(b"{ca}"));
        }
        for file in &case.open {
            fs::set_permissions(shop.join(file), Permissions::from_mode(0o644)).unwrap();
        }
        if !case.no_log {
            let log = self.dir.path().join("log");
            fs::create_dir(&log).unwrap();
            fs::set_permissions(&log, Permissions::from_mode(0o700)).unwrap();
        }
        shop
    }
}

fn put(path: &Path, content: &[u8]) {
    fs::write(path, content).unwrap();
    fs::set_permissions(path, Permissions::from_mode(0o600)).unwrap();
}

fn wide(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().flat_map(|byte| [*byte, 0]).collect()
}

fn replaced(bytes: &[u8], old: &[u8], new: &[u8]) -> Vec<u8> {
    let at = bytes.windows(old.len()).position(|piece| piece == old);
    match at {
        Some(at) => [&bytes[..at], new, &replaced(&bytes[at + old.len()..], old, new)].concat(),
        None => bytes.to_vec(),
    }
}

fn xpay(arguments: &[&str], home: &Path) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xpay")).args(arguments).arg("--home").arg(home).output().unwrap()
}

struct Report {
    exit: i32,
    findings: Vec<Value>,
    changes: Vec<Value>,
}

impl Report {
    fn of(said: &Output) -> Report {
        let json: Value = serde_json::from_slice(&said.stdout).unwrap();
        let exit = said.status.code().unwrap();
        assert_eq!(json["exit"], exit, "{said:?}");
        let list = |name: &str| json[name].as_array().unwrap().clone();
        Report { exit, findings: list("findings"), changes: list("changes") }
    }

    fn wrong(&self) -> Vec<&str> {
        let wrong = self.findings.iter().filter(|finding| finding["grade"] != "fine");
        wrong.map(|finding| finding["about"].as_str().unwrap()).collect()
    }

    fn advises(&self, advice: &str) -> bool {
        self.findings.iter().any(|finding| finding["en"].as_str().unwrap().contains(advice))
    }
}

fn play(folder: &Path) {
    let name = folder.file_name().unwrap().to_str().unwrap();
    let case: Case = serde_json::from_slice(&fs::read(folder.join("case.json")).unwrap()).unwrap();
    let world = World::new();
    let mut shop = world.shop(folder, &case);
    let doctor = |more: &[&str], shop: &Path| {
        let from = case.from.iter().flat_map(|from| ["--from", from]);
        let arguments: Vec<_> = ["doctor", "--json", "--mode", &case.mode]
            .into_iter()
            .chain(from)
            .chain(more.iter().copied())
            .collect();
        Report::of(&xpay(&arguments, shop))
    };
    let first = doctor(&[], &shop);
    assert_eq!(
        (first.wrong(), first.exit),
        (case.finds.iter().map(String::as_str).collect(), case.exit),
        "{name}: {:?}",
        first.findings
    );

    let offered = first.findings.iter().any(|finding| finding["fixable"] == true);
    let fixed = doctor(&["--fix", "--yes"], &shop);
    assert_eq!(fixed.changes.is_empty(), !offered, "{name}: {:?}", fixed.changes);
    for step in &case.by_hand {
        match step {
            ByHand::Edit { advice, file, from, to } => {
                assert!(fixed.advises(advice), "{name}: {advice}: {:?}", fixed.findings);
                let path = shop.join(file);
                let old = fs::read(&path).unwrap_or_default();
                let new = match from.as_str() {
                    "" => to.clone().into_bytes(),
                    from => replaced(&old, from.as_bytes(), to.as_bytes()),
                };
                assert_ne!(old, new, "{name}");
                put(&path, &world.filled(&new));
            }
            ByHand::Move { advice, r#move } => {
                let advice = advice.replace("{home}", shop.to_str().unwrap());
                assert!(fixed.advises(&advice), "{name}: {advice}: {:?}", fixed.findings);
                let new = world.dir.path().join(r#move);
                fs::create_dir_all(new.parent().unwrap()).unwrap();
                fs::rename(&shop, &new).unwrap();
                shop = new;
            }
        }
    }

    let last = doctor(&[], &shop);
    assert_eq!((last.wrong(), last.exit), (vec![], 0), "{name}: {:?}", last.findings);
    let mid = if case.mode == "test" { DEMO_TEST_MID } else { DEMO_MID };
    let pinged = xpay(&["ping", "--mid", mid, "--mode", &case.mode], &shop);
    assert!(pinged.status.success(), "{name}: {pinged:?}");
}

#[test]
fn from_broken_to_working() {
    let folders = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/doctor");
    let mut played = 0;
    for folder in fs::read_dir(folders).unwrap() {
        play(&folder.unwrap().path());
        played += 1;
    }
    assert!(played >= 10, "{played}");
}
