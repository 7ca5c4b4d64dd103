//! A shop with a gateway to itself, and the command run for it.

use serde_json::Value;
use std::io::Write;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;
use xpayclient_core::signature::hash_data_cas;
use xpayclient_sandbox::{DEMO_KEY, DEMO_TEST_MID, Options, PaykeyRequest, Sandbox};

/// The shop that has a MertKey in service.
const SERVICE_MID: &str = "xpayshop";

pub(crate) struct Shop {
    pub(crate) sandbox: Sandbox,
    pub(crate) dir: TempDir,
}

/// What a command said, and its exit code.
pub(crate) struct Said {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Shop {
    pub(crate) fn open() -> Shop {
        Shop::with(Vec::new())
    }

    /// With a shop id that is no test's.
    pub(crate) fn in_service() -> Shop {
        Shop::with(vec![(SERVICE_MID.into(), "0123456789abcdef0123456789abcdef".into())])
    }

    fn with(shops: Vec<(String, String)>) -> Shop {
        let dir = tempfile::tempdir().unwrap();
        let options = Options { dir: dir.path().into(), shops, ..Options::default() };
        Shop { sandbox: Sandbox::start(options).unwrap(), dir }
    }

    /// A PAYKEY of 23,400 won.
    pub(crate) fn paykey(&self, oid: &str, paytype: &str) -> String {
        self.mint(DEMO_TEST_MID, oid, paytype)
    }

    pub(crate) fn service_paykey(&self, oid: &str) -> String {
        self.mint(SERVICE_MID, oid, "SC0010")
    }

    fn mint(&self, mid: &str, oid: &str, paytype: &str) -> String {
        let [mid, oid, paytype] = [mid, oid, paytype].map(str::to_owned);
        let request = PaykeyRequest { mid, oid, amount: 23_400, paytype, ..PaykeyRequest::default() };
        self.sandbox.mint(&request).unwrap()
    }

    /// The command for the demo shop.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        self.command_of(DEMO_TEST_MID, arguments)
    }

    /// `--home` and, where the subcommand has it, `--mid` are added.
    fn command_of(&self, mid: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xpay"));
        command.args(arguments).arg("--home").arg(self.sandbox.home()).env("LC_ALL", "C.UTF-8");
        if !["recover", "log", "list"].contains(&arguments[0]) {
            command.args(["--mid", mid]);
        }
        command
    }

    pub(crate) fn xpay(&self, arguments: &[&str], stdin: &str) -> Said {
        self.xpay_of(DEMO_TEST_MID, arguments, stdin)
    }

    pub(crate) fn xpay_of(&self, mid: &str, arguments: &[&str], stdin: &str) -> Said {
        said(&mut self.command_of(mid, arguments), stdin.as_bytes())
    }

    /// All of the library's log.
    pub(crate) fn logged(&self) -> String {
        let files =
            std::fs::read_dir(self.dir.path().join("log")).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|file| file.is_file()).map(|file| std::fs::read_to_string(file).unwrap()).collect()
    }
}

pub(crate) fn said(command: &mut Command, stdin: &[u8]) -> Said {
    let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = piped.spawn().unwrap();
    tell(&mut child, stdin);
    let output = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Said { code: output.status.code(), stdout: text(output.stdout), stderr: text(output.stderr) }
}

/// What a command may have ended without reading.
pub(crate) fn tell(child: &mut Child, stdin: &[u8]) {
    let _ = child.stdin.take().unwrap().write_all(stdin);
}

impl Said {
    #[track_caller]
    pub(crate) fn has(&self, code: i32, words: &[&str]) {
        assert_eq!(self.code, Some(code), "{}", self.everything());
        for word in words {
            assert!(self.stdout.contains(word), "{word}: {}", self.everything());
        }
    }

    /// A failure is told on stderr, in one language.
    #[track_caller]
    pub(crate) fn failed(&self, code: i32, word: &str) {
        assert_eq!(self.code, Some(code), "{}", self.everything());
        assert!(self.stderr.contains("error: ") && !self.stderr.contains("오류: "), "{}", self.everything());
        assert!(self.stderr.contains(word), "{word}: {}", self.everything());
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap()
    }

    pub(crate) fn everything(&self) -> String {
        format!("{}{}", self.stdout, self.stderr)
    }
}

/// A notice as the gateway sends it, signed for 23,400 won.
pub(crate) fn notice() -> String {
    let [mid, oid, amount, code, at] = [DEMO_TEST_MID, "order-1", "23400", "0000", "20261123101112"];
    let hash = hash_data_cas(
        mid.as_bytes(),
        oid.as_bytes(),
        amount.as_bytes(),
        code.as_bytes(),
        at.as_bytes(),
        DEMO_KEY.as_bytes(),
    );
    format!(
        "LGD_RESPCODE={code}&LGD_MID={mid}&LGD_OID={oid}&LGD_AMOUNT={amount}&LGD_TIMESTAMP={at}&LGD_HASHDATA={}\
         &LGD_TID=T1&LGD_PAYTYPE=SC0040&LGD_CASFLAG=I&LGD_CASSEQNO=001&LGD_BUYER=%C8%AB%B1%E6%B5%BF",
        hash.unwrap()
    )
}
