//! The test bed: one sandbox, a directory for each case, and payers as processes.

use std::fs;
use std::io::Write;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::ValueEnum;
use tempfile::TempDir;
use xpayclient_core::{Client, Platform};
use xpayclient_sandbox::{Options, PaykeyRequest, Profile, Sandbox};

use super::payer::{self, Way};
use super::shim::{self, Plan};

/// A gateway, a shim and room for the cases.
pub(super) struct TestBed {
    pub(super) sandbox: Sandbox,
    dir: TempDir,
    shim: PathBuf,
    exe: PathBuf,
    cases: AtomicUsize,
}

/// The directory of one case: `journal`, `log` and `orders`.
#[derive(Clone)]
pub(super) struct CaseDir(pub(super) PathBuf);

/// What a buyer agreed to.
pub(super) struct Order {
    pub(super) oid: String,
    paykey: String,
}

/// A payer to be.
#[derive(Clone, Copy)]
pub(super) struct Role {
    pub(super) way: Way,
    /// The setting `journal`.
    pub(super) journal: &'static str,
    pub(super) clients: usize,
    /// The setting `timeout`.
    pub(super) timeout: u32,
    /// Whether it has a connection before it pays.
    pub(super) warm: bool,
    /// How many seconds its clock is ahead.
    pub(super) ahead: u32,
}

impl Role {
    pub(super) const fn new(way: Way) -> Role {
        Role { way, journal: "on", clients: 1, timeout: 30, warm: false, ahead: 0 }
    }

    pub(super) const RECOVERER: Role = Role::new(Way::Recover);
}

impl TestBed {
    pub(super) fn open() -> TestBed {
        TestBed::with(Profile::default())
    }

    pub(super) fn with(profile: Profile) -> TestBed {
        let dir = TempDir::new().unwrap();
        let options = Options { dir: dir.path().join("gateway"), profile, ..Options::default() };
        TestBed {
            sandbox: Sandbox::start(options).unwrap(),
            shim: shim::compile(dir.path()).unwrap(),
            exe: std::env::current_exe().unwrap(),
            dir,
            cases: AtomicUsize::new(0),
        }
    }

    pub(super) fn dir(&self) -> CaseDir {
        let number = self.cases.fetch_add(1, Ordering::Relaxed);
        let dir = self.dir.path().join(number.to_string());
        fs::create_dir(&dir).unwrap();
        CaseDir(dir)
    }

    /// A client in this process, which recovers and looks after what is open.
    pub(super) fn client(&self, dir: &CaseDir) -> Client {
        let role = Role::RECOVERER;
        let config = payer::config(self.sandbox.home(), &dir.0, role.journal, role.timeout).unwrap();
        Client::new(config, Platform::Test)
    }

    pub(super) fn order(&self) -> Order {
        let oid = format!("order-{}", self.cases.fetch_add(1, Ordering::Relaxed));
        let request = PaykeyRequest { oid: oid.clone(), amount: 23_400, ..PaykeyRequest::default() };
        Order { oid, paykey: self.sandbox.mint(&request).unwrap() }
    }

    pub(super) fn start(&self, dir: &CaseDir, role: Role, plan: Plan, orders: &[Order]) -> PayerProcess {
        self.start_at(&self.sandbox.url(), dir, role, plan, orders)
    }

    /// One that pays at another address than the gateway's own.
    pub(super) fn start_at(
        &self,
        url: &str,
        dir: &CaseDir,
        role: Role,
        plan: Plan,
        orders: &[Order],
    ) -> PayerProcess {
        let way = role.way.to_possible_value().unwrap();
        let mut child = Command::new(&self.exe)
            .args(["payer", "--journal", role.journal, "--way", way.get_name()])
            .args(["--clients", &role.clients.to_string(), "--timeout", &role.timeout.to_string()])
            .args(["--url", url])
            .args(role.warm.then_some("--warm"))
            .arg("--home")
            .arg(self.sandbox.home())
            .arg("--dir")
            .arg(&dir.0)
            .env("LD_PRELOAD", &self.shim)
            .env(shim::PLAN, plan.text())
            .env(shim::AHEAD, role.ahead.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let lines: String = orders.iter().map(|order| format!("{} {}\n", order.oid, order.paykey)).collect();
        child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        PayerProcess(child)
    }

    /// A payer from its beginning to its end, whatever that is.
    pub(super) fn run(&self, dir: &CaseDir, role: Role, plan: Plan, orders: &[Order]) -> Ended {
        self.start(dir, role, plan, orders).end()
    }

    /// Whether the gateway approved a transaction, and whether that still stands.
    pub(super) fn approval(&self, tx_id: &str) -> Approval {
        match self.sandbox.transaction(tx_id).unwrap() {
            Some(entry) if entry.effect == "approved" && entry.undone => Approval::Undone,
            Some(entry) if entry.effect == "approved" => Approval::Standing,
            _ => Approval::None,
        }
    }

    /// What processes are run under.
    pub(super) fn shim(&self) -> &Path {
        &self.shim
    }

    /// Under which LGD_TXID a PAYKEY was paid with, as far as the sandbox remembers.
    pub(super) fn tx_id_of(&self, order: &Order) -> Option<String> {
        let paid = |(name, value): &(String, String)| name == "LGD_PAYKEY" && *value == order.paykey;
        let requests = self.sandbox.requests();
        requests.into_iter().find(|request| request.parameters.iter().any(paid)).map(|request| request.txid)
    }

    /// How often a PAYKEY was paid with, as far as the sandbox remembers.
    pub(super) fn sendings(&self, order: &Order) -> usize {
        let paykey = |name: &str, value: &str| name == "LGD_PAYKEY" && value == order.paykey;
        let requests = self.sandbox.requests();
        let paid = |request: &&xpayclient_sandbox::RecordedRequest| {
            request.parameters.iter().any(|(name, value)| paykey(name, value))
        };
        requests.iter().filter(paid).count()
    }
}

impl TestBed {
    /// LGD_TXIDs and PAYKEYs that came more than once, as far as the sandbox remembers.
    pub(super) fn repeated(&self) -> Vec<String> {
        let requests = self.sandbox.requests();
        let repeated = requests.iter().filter(|request| ["SB05", "S007"].contains(&&*request.code));
        repeated.map(|request| request.txid.clone()).collect()
    }

    /// How many approvals stand in the gateway's ledger.
    pub(super) fn standing(&self) -> usize {
        let payments = self.sandbox.payments().unwrap();
        payments.iter().filter(|payment| payment.balance > 0).count()
    }
}

/// A transaction in the gateway's ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Approval {
    None,
    Standing,
    Undone,
}

impl Order {
    pub(super) fn paykey(&self) -> &str {
        &self.paykey
    }
}

impl CaseDir {
    pub(super) fn has_order(&self, oid: &str) -> bool {
        let orders = fs::read_to_string(self.0.join("orders")).unwrap_or_default();
        orders.lines().any(|line| line == format!("approved {oid}"))
    }

    /// What the journal's files say of a transaction, line by line, read without the library.
    pub(super) fn marks(&self, tx_id: &str) -> Vec<String> {
        self.journal().iter().flat_map(|text| marks_in(text, tx_id)).collect()
    }

    /// The last mark of every file.
    pub(super) fn last_marks(&self) -> Vec<String> {
        let last = |text: &String| Some(text.lines().last()?.split(' ').nth(1)?.to_owned());
        self.journal().iter().filter_map(last).collect()
    }

    /// The texts of the journal's files, up to their zeros.
    fn journal(&self) -> Vec<String> {
        let Ok(files) = fs::read_dir(self.0.join("journal")) else { return Vec::new() };
        // Beside them there may be, for a moment, what somebody tries the disk with.
        let files = files.map(|file| file.unwrap().path()).filter(|path| path.extension().is_some());
        let texts = files.map(|path| fs::read(path).unwrap());
        texts
            .map(|bytes| {
                String::from_utf8_lossy(bytes.split(|byte| *byte == 0).next().unwrap_or_default())
                    .into_owned()
            })
            .collect()
    }

    /// The journal's only file has to be made anew for the next transaction; beside it there is a good one, or none.
    pub(super) fn wear_out_first_file(&self, beside: bool) {
        let journal = self.0.join("journal");
        let first = journal.join("000.journal");
        if beside {
            fs::copy(&first, journal.join("001.journal")).unwrap();
        }
        fs::write(first, "").unwrap();
    }

    /// Whether the library had done everything for a transaction: its caller has the answer, or is a return away from it.
    pub(super) fn is_delivered(&self, tx_id: &str) -> bool {
        self.marks(tx_id).iter().any(|mark| mark == "delivered")
    }
}

fn marks_in(text: &str, tx_id: &str) -> Vec<String> {
    let words = text.lines().filter_map(|line| line.split_once(' '));
    let mut marks = Vec::new();
    let mut meant = false;
    for (_, said) in words {
        let kind = said.split(' ').next().unwrap_or_default();
        if kind == "begin" {
            meant = said.split(' ').any(|word| word == format!("tx={tx_id}"));
        }
        if meant {
            marks.push(kind.to_owned());
        }
    }
    marks
}

/// A running payer.
pub(super) struct PayerProcess(Child);

/// How a payer ended, with its output.
pub(super) struct Ended {
    pub(super) status: ExitStatus,
    output: String,
    /// What the shim did to it.
    pub(super) fault: String,
}

impl PayerProcess {
    pub(super) fn of(child: Child) -> PayerProcess {
        PayerProcess(child)
    }

    /// Waits until it is stopped, or has ended: then `false`.
    pub(super) fn is_stopped(&self) -> bool {
        // SAFETY: a zeroed siginfo_t is a valid one.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        // SAFETY: `info` outlives the call. What ended stays to be waited for.
        let waited = unsafe {
            let what = libc::WSTOPPED | libc::WEXITED | libc::WNOWAIT;
            libc::waitid(libc::P_PID, self.0.id(), &raw mut info, what)
        };
        assert_eq!(waited, 0, "waitid");
        info.si_code == libc::CLD_STOPPED
    }

    pub(super) fn resume(&self) {
        self.signal(libc::SIGCONT);
    }

    pub(super) fn kill(&self) {
        self.signal(libc::SIGKILL);
    }

    /// Tells its stop, if it has one.
    pub(super) fn interrupt(&self) {
        self.signal(libc::SIGUSR1);
    }

    fn signal(&self, signal: i32) {
        // SAFETY: it is a child that nobody has waited for yet, so that the number is still its own.
        unsafe { libc::kill(self.0.id() as i32, signal) };
    }

    /// Its output from now on.
    pub(super) fn output(&mut self) -> ChildStdout {
        self.0.stdout.take().unwrap()
    }

    pub(super) fn end(self) -> Ended {
        let output = self.0.wait_with_output().unwrap();
        Ended {
            status: output.status,
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
            fault: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        }
    }
}

impl Ended {
    pub(super) fn was_killed(&self) -> bool {
        self.status.signal() == Some(libc::SIGKILL)
    }

    /// The LGD_TXID of an order.
    pub(super) fn tx_id(&self, oid: &str) -> &str {
        self.after(&["trying", oid])
    }

    pub(super) fn reported(&self, oid: &str) -> &str {
        self.after(&["outcome", oid])
    }

    pub(super) fn steps(&self) -> usize {
        self.after(&["steps"]).parse().unwrap_or_default()
    }

    /// `N ELSEWHERE` of a recoverer.
    pub(super) fn recovered(&self) -> &str {
        self.after(&["recovered"])
    }

    fn after(&self, words: &[&str]) -> &str {
        let prefix = words.join(" ") + " ";
        self.output.lines().find_map(|line| line.strip_prefix(&prefix)).unwrap_or_default()
    }

    /// How many steps a counting run listed.
    pub(super) fn listed_steps(&self) -> usize {
        self.fault.lines().filter(|line| line.starts_with("step ")).count()
    }

    /// How many steps of a kind a counting run listed.
    pub(super) fn calls(&self, call: &str) -> usize {
        self.fault.lines().filter(|line| line.split(' ').nth(3) == Some(call)).count()
    }

    /// The child that a forked payer left behind.
    pub(super) fn end_child(&self) {
        let child = self.fault.lines().find_map(|line| line.strip_prefix("child ")?.parse().ok());
        if let Some(child) = child {
            // SAFETY: our grandchild, which sleeps until this or until its alarm.
            unsafe { libc::kill(child, libc::SIGKILL) };
        }
    }
}
