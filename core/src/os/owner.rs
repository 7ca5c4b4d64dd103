//! Which process wrote a record, so that its death can be told from its silence.

use std::fs;

/// A process: the boot of the machine it ran in, its namespace, its number and when it started.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Owner {
    boot: String,
    namespace: String,
    pid: u32,
    started: u64,
}

impl Owner {
    /// A process as a simulator or a test has it.
    #[cfg(any(test, feature = "simulation"))]
    pub fn new(boot: impl Into<String>, pid: u32) -> Owner {
        Owner { boot: boot.into(), pid, ..Owner::default() }
    }

    /// The process that runs this. Off Linux only its number is known, and never that it ended.
    pub(crate) fn current() -> Owner {
        let pid = std::process::id();
        Owner { boot: boot(), namespace: namespace(), pid, started: started(pid).unwrap_or_default() }
    }

    /// Whether the machine has not been started anew since: then all that it wrote, synced or not, can be read.
    pub(crate) fn same_boot(&self, now: &Owner) -> bool {
        !self.boot.is_empty() && self.boot == now.boot
    }

    /// Whether it is known to have ended, as every process of an earlier boot has: a journal is on a disk that no other
    /// machine has. Of one in a container's other namespace it is not known.
    pub(crate) fn has_ended(&self) -> bool {
        let here = Owner::current();
        if self.started == 0 || self.boot.is_empty() || here.boot.is_empty() {
            return false;
        }
        let still_runs = self.namespace != here.namespace || started(self.pid) == Some(self.started);
        self.boot != here.boot || !still_runs
    }

    pub(crate) fn to_text(&self) -> String {
        format!("{}/{}/{}/{}", self.boot, self.namespace, self.pid, self.started)
    }

    /// What cannot be read is a process of which nothing is known.
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
    fs::read_to_string("/proc/sys/kernel/random/boot_id").unwrap_or_default().trim().to_owned()
}

fn namespace() -> String {
    let link = fs::read_link("/proc/self/ns/pid").unwrap_or_default();
    link.to_string_lossy().chars().filter(char::is_ascii_digit).collect()
}

/// When a process that has not ended was started, in the kernel's ticks. One that only waits to be reaped has ended.
fn started(pid: u32) -> Option<u64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name before this may hold anything, blanks and brackets included.
    let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
    let ended = matches!(fields.next(), Some("Z" | "X"));
    let start = fields.nth(18)?.parse().ok()?;
    (!ended).then_some(start)
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn a_process_is_recognised_alive_and_dead() {
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
    fn of_another_boot_all_have_ended_of_another_namespace_nothing_is_known() {
        let gone = Owner { started: 1, ..Owner::current() };
        assert!(gone.has_ended());
        let before = Owner { boot: "another".into(), ..Owner::current() };
        assert!(before.has_ended() && !Owner::current().has_ended());
        assert!(!Owner { boot: String::new(), ..gone.clone() }.has_ended());
        assert!(!Owner { namespace: "another".into(), ..gone }.has_ended());
        assert!(!Owner::from_text("what is this").has_ended());
    }
}
