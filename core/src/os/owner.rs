//! Identifies the process that wrote a record, to tell a dead process from a slow one.

use std::fs;

/// A process: the boot ID of its machine, its PID namespace, its PID and its start time. Outside Linux only its PID is
/// known.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    boot: String,
    namespace: String,
    pid: u32,
    started: u64,
}

impl Owner {
    /// In place of a boot ID where the system has none. A process without even that is one of which nothing is known.
    pub const NO_BOOT_ID: &str = "unknown";

    /// A process made up by a simulator or a test.
    #[cfg(any(test, feature = "simulation"))]
    pub fn new(boot: impl Into<String>, pid: u32) -> Owner {
        Owner { boot: boot.into(), pid, ..Owner::default() }
    }

    /// The process that runs this.
    pub(crate) fn current() -> Owner {
        let pid = std::process::id();
        // Elsewhere nobody may ask: on Windows /proc is a directory that anybody may make on the current drive.
        match cfg!(target_os = "linux") {
            true => {
                Owner { boot: boot(), namespace: namespace(), pid, started: started(pid).unwrap_or_default() }
            }
            false => Owner { boot: Owner::NO_BOOT_ID.into(), pid, ..Owner::default() },
        }
    }

    /// Whether everything that the process wrote to the journal can be read: it was synced, or the machine has not
    /// rebooted since.
    pub(crate) fn is_all_there(&self, now: &Owner) -> bool {
        self.syncs_all() || (!self.boot.is_empty() && self.boot == now.boot)
    }

    /// Whether each of the process's marks is synced: nobody can tell later whether the machine has rebooted since.
    pub(crate) fn syncs_all(&self) -> bool {
        self.boot == Owner::NO_BOOT_ID
    }

    /// Whether the process is known to have ended. Every process of an earlier boot has: a journal is on a local
    /// disk, which no other machine uses. A process in another container's namespace may still run, so the answer is
    /// `false`.
    pub(crate) fn has_ended(&self) -> bool {
        let here = Owner::current();
        if self.started == 0
            || [&self.boot, &here.boot].into_iter().any(|boot| boot.is_empty() || boot == Owner::NO_BOOT_ID)
        {
            return false;
        }
        let still_runs = self.namespace != here.namespace || started(self.pid) == Some(self.started);
        self.boot != here.boot || !still_runs
    }

    pub(crate) fn to_text(&self) -> String {
        format!("{}/{}/{}/{}", self.boot, self.namespace, self.pid, self.started)
    }

    /// Parses [`Owner::to_text`]. Unreadable text gives a process of which nothing is known.
    pub(crate) fn from_text(text: &str) -> Owner {
        let mut parts = text.split('/');
        let mut next = || parts.next().unwrap_or_default();
        Owner {
            boot: next().to_owned(),
            namespace: next().to_owned(),
            pid: next().parse().unwrap_or_default(),
            started: next().parse().unwrap_or_default(),
        }
    }
}

fn boot() -> String {
    fs::read_to_string("/proc/sys/kernel/random/boot_id")
        .map_or(Owner::NO_BOOT_ID.to_owned(), |id| id.trim().to_owned())
}

fn namespace() -> String {
    let link = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    link.to_string_lossy().chars().filter(char::is_ascii_digit).collect()
}

/// The start time of a live process, in kernel ticks. `None` if it has ended.
fn started(pid: u32) -> Option<u64> {
    // Its first thread's, which is the same: where qemu runs a process, that one reads another time in /proc/PID/stat than
    // everybody else does.
    start(&fs::read_to_string(format!("/proc/{pid}/task/{pid}/stat")).ok()?)
}

fn start(stat: &str) -> Option<u64> {
    // The command name before this may contain anything, also spaces and brackets.
    let fields: Vec<&str> = stat.rsplit_once(')')?.1.split_whitespace().collect();
    let [state, threads, start] = [fields.first()?, fields.get(17)?, fields.get(19)?];
    // A zombie has ended, but not one whose other threads go on.
    let ended = matches!(*state, "Z" | "X") && matches!(*threads, "0" | "1");
    start.parse().ok().filter(|_| !ended)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_live_process_has_not_ended_and_a_killed_one_has() {
        let mut child = Command::new("sleep").arg("1000").spawn().unwrap();
        let owner = Owner { pid: child.id(), started: started(child.id()).unwrap(), ..Owner::current() };
        let owner = Owner::from_text(&owner.to_text());
        assert!(!owner.has_ended());
        // Killed and not reaped, then reaped.
        child.kill().unwrap();
        while !owner.has_ended() {}
        child.wait().unwrap();
        assert!(owner.has_ended());
    }

    #[test]
    fn a_zombie_with_other_threads_lives() {
        let stat =
            |threads| format!("7 (a) Z) Z 1 7 7 0 -1 4194500 0 0 0 0 0 0 0 0 20 0 {threads} 0 4321 0 0");
        assert_eq!([0, 1, 2].map(|threads| start(&stat(threads))), [None, None, Some(4321)]);
    }

    #[test]
    fn processes_of_another_boot_have_ended_and_those_of_another_namespace_are_unknown() {
        let gone = Owner { started: 1, ..Owner::current() };
        assert!(gone.has_ended());
        let before = Owner { boot: "another".into(), ..Owner::current() };
        assert!(before.has_ended() && !Owner::current().has_ended());
        for unknown in ["", Owner::NO_BOOT_ID] {
            assert!(!Owner { boot: unknown.into(), ..gone.clone() }.has_ended());
        }
        assert!(!Owner { namespace: "another".into(), ..gone }.has_ended());
        assert!(!Owner::from_text("malformed").has_ended());
    }
}

#[cfg(all(test, not(target_os = "linux")))]
mod tests {
    use super::*;

    /// Also where the current drive has a /proc, as it has under Wine.
    #[test]
    fn without_ids_everything_is_synced_and_nobody_is_known_to_have_ended() {
        let here = Owner::current();
        assert!(here.syncs_all() && here.is_all_there(&Owner::current()));
        assert!(!Owner { pid: here.pid + 1, started: 1, ..here }.has_ended());
    }
}
