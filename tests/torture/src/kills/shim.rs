//! The shim of `shim.c` from both of its sides: compiled and given a plan by the harness, armed by the payer.

use std::ffi::CStr;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::str::FromStr;

const SOURCE: &str = include_str!("shim.c");

/// Where the plan is handed over.
pub(super) const PLAN: &str = "TORTURE_PLAN";

/// Whether every step of the main thread counts from the beginning.
pub(super) const ARMED: &str = "TORTURE_ARMED";

/// How many seconds a process's clock is ahead.
pub(super) const AHEAD: &str = "TORTURE_AHEAD";

/// Compiles the shim into `dir`.
pub(super) fn compile(dir: &Path) -> io::Result<PathBuf> {
    let (source, library) = (dir.join("shim.c"), dir.join("shim.so"));
    std::fs::write(&source, SOURCE)?;
    let flags = ["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"];
    let built = Command::new("cc").args(flags).args([&library, &source]).arg("-ldl").status()?;
    if built.success() { Ok(library) } else { Err(io::Error::other("cc cannot compile the shim")) }
}

/// What happens at one step of a payer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Plan {
    pub(super) step: usize,
    pub(super) fault: Fault,
}

/// What can happen there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// Nothing; every step is reported.
    Count,
    /// Nothing; the steps of the disk are counted alone.
    CountDisk,
    KillBefore,
    KillAfter,
    /// When it has the answer and is about to write that.
    KillAnswered,
    StopBefore,
    StopAfter,
    /// At the N-th time that something is sent.
    StopSent,
    /// Before something is sent for the N-th time.
    StopSending,
    /// Its wait is cancelled.
    InterruptBefore,
    InterruptAfter,
    /// Before its record is written, its file being locked; and at the N-th time that something is sent.
    StopTwice,
    /// Forks a child that lives on, then kills.
    Fork,
    /// The disk is full, once.
    Full,
    /// The disk is full and stays so.
    FullOn,
    /// The disk cannot do this, once.
    Broken,
    /// The disk can do nothing any more.
    BrokenOn,
    /// Half of it is written.
    Short,
    /// The first file of the journal cannot be emptied, written or synced.
    RefusesTruncate,
    RefusesWrite,
    RefusesSync,
    /// When it has read the first file of the journal, which it may hold.
    StopReading,
}

/// The names that `--only` knows, and the plan for the shim, with `#` for the step and `!` for the error.
const FAULTS: [(Fault, &str, &str, i32); 22] = [
    (Fault::Count, "count", "count:0:before", 0),
    (Fault::CountDisk, "count-disk", "disk:0:before", 0),
    (Fault::KillBefore, "before", "kill:#:before", 0),
    (Fault::KillAfter, "after", "kill:#:after", 0),
    (Fault::KillAnswered, "answered", "kill:2:before:0:pwrite64", 0),
    (Fault::StopBefore, "stop-before", "stop:#:before", 0),
    (Fault::StopAfter, "stop-after", "stop:#:after", 0),
    (Fault::StopSent, "stop-sent", "stop:#:after:0:send", 0),
    (Fault::StopSending, "stop-sending", "stop:#:before:0:send", 0),
    (Fault::InterruptBefore, "interrupt-before", "tell:#:before", 0),
    (Fault::InterruptAfter, "interrupt-after", "tell:#:after", 0),
    (Fault::StopTwice, "stop-twice", "stop:1:before:#:pwrite64", 0),
    (Fault::Fork, "fork", "fork:#:after", 0),
    (Fault::Full, "full", "fail:#:once:!", libc::ENOSPC),
    (Fault::FullOn, "full-on", "fail:#:on:!", libc::ENOSPC),
    (Fault::Broken, "broken", "fail:#:once:!", libc::EIO),
    (Fault::BrokenOn, "broken-on", "fail:#:on:!", libc::EIO),
    (Fault::Short, "short", "short:#:once", 0),
    (Fault::RefusesTruncate, "refuses-truncate", "refuse:#:on:!:ftruncate64", libc::EIO),
    (Fault::RefusesWrite, "refuses-write", "refuse:#:on:!:write", libc::ENOSPC),
    (Fault::RefusesSync, "refuses-sync", "refuse:#:on:!:fsync", libc::EIO),
    (Fault::StopReading, "stop-reading", "hold:0:after:0:read", 0),
];

impl Plan {
    pub(super) const COUNT: Plan = Plan { step: 0, fault: Fault::Count };
    pub(super) const NOTHING: Plan = Plan { step: 0, fault: Fault::CountDisk };

    /// As the shim reads it.
    pub(super) fn text(self) -> String {
        let found = FAULTS.iter().find(|(fault, ..)| *fault == self.fault);
        let (text, error) = found.map_or(("", 0), |(_, _, text, error)| (*text, *error));
        text.replace('#', &self.step.to_string()).replace('!', &error.to_string())
    }
}

/// As `--only` has it.
impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = FAULTS.iter().find(|(fault, ..)| *fault == self.fault).map_or("", |(_, name, ..)| *name);
        write!(f, "{}:{name}", self.step)
    }
}

impl FromStr for Plan {
    type Err = String;

    fn from_str(text: &str) -> Result<Plan, String> {
        let unknown = || format!("[{text}] is not STEP:FAULT");
        let (step, name) = text.split_once(':').ok_or_else(unknown)?;
        let fault = FAULTS.iter().find(|(_, known, ..)| *known == name).ok_or_else(unknown)?.0;
        Ok(Plan { step: step.parse().map_err(|_| unknown())?, fault })
    }
}

/// From here on the steps of this thread count.
pub(super) fn arm() {
    if let Some(arm) = find(c"torture_arm") {
        // SAFETY: this is `void torture_arm(void)`; without its result the ABI is the same.
        unsafe { arm() };
    }
}

/// They count no more. How many there were in this process.
pub(super) fn disarm() -> i64 {
    // SAFETY: this is `long torture_disarm(void)` of the shim.
    find(c"torture_disarm").map_or(0, |disarm| unsafe { disarm() })
}

fn find(name: &CStr) -> Option<unsafe extern "C" fn() -> libc::c_long> {
    // SAFETY: the name ends with NUL; looking it up runs nothing.
    let found = unsafe { libc::dlsym(libc::RTLD_DEFAULT, name.as_ptr()) };
    // SAFETY: null becomes `None`; what else has this name is the shim's function without arguments.
    unsafe { std::mem::transmute(found) }
}
