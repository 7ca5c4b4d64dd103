//! The disk as a process sees it: every operation may fail, and may be its last.

use std::fmt;
use std::io;
use std::sync::Arc;

use xpayclient_core::simulation::{Disk, DiskFile};

use super::environment::Environment;
use super::files::File;
use super::simulation::Simulation;
use super::tracked::Tracked;

/// The journal's directory.
pub(super) struct SimulatedDisk(pub(super) Environment);

/// A file that is held.
struct SimulatedFile {
    env: Environment,
    file: usize,
    /// `None` when the lock was not asked for.
    handle: Option<u64>,
}

/// The right to recover.
struct Right {
    simulation: Arc<Simulation>,
    pid: usize,
    handle: u64,
}

const ENOSPC: i32 = 28;
const EIO: i32 = 5;
const EACCES: i32 = 13;

impl Environment {
    /// A failure of the disk, if one is due.
    fn disk_fails(&self, operation: &'static str) -> io::Result<()> {
        let mut state = self.simulation.state();
        let fault_rates = state.processes[self.pid].fault_rates.disk;
        // To give space back is what a full disk does most gladly.
        let fault_rates = if operation == "clear" { fault_rates / 3 } else { fault_rates };
        if !state.random.chance(fault_rates) {
            return Ok(());
        }
        let error = state.random.pick(&[ENOSPC, ENOSPC, EIO, EACCES]);
        state.tally.count("disk", operation);
        state.log_process(self.pid, || {
            format!("disk: {operation} FAILS with {}", io::Error::from_raw_os_error(error))
        });
        if let Some(tracked) = state.processes[self.pid].current {
            state.transactions[tracked].disk_failed = true;
        }
        Err(io::Error::from_raw_os_error(error))
    }
}

impl Disk for SimulatedDisk {
    fn check(&self) -> io::Result<()> {
        self.0.step();
        self.0.disk_fails("check")
    }

    fn numbers(&self) -> io::Result<Vec<u32>> {
        self.0.step();
        self.0.disk_fails("list")?;
        Ok(self.0.simulation.state().host_of(self.0.pid).files.numbers())
    }

    fn open(&self, number: u32) -> io::Result<Option<Box<dyn DiskFile>>> {
        self.0.step();
        self.0.disk_fails("open")?;
        let mut state = self.0.simulation.state();
        let files = &mut state.host_of(self.0.pid).files;
        let file = files.find(number).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        let handle = files.lock(file, self.0.pid);
        Ok(handle.map(|handle| self.place(file, Some(handle))))
    }

    fn create(&self, number: u32) -> io::Result<Option<Box<dyn DiskFile>>> {
        self.0.step();
        self.0.disk_fails("create")?;
        let mut state = self.0.simulation.state();
        let files = &mut state.host_of(self.0.pid).files;
        let Some(file) = files.create(number) else { return Ok(None) };
        let handle = files.lock(file, self.0.pid);
        Ok(handle.map(|handle| self.place(file, Some(handle))))
    }

    fn peek(&self, number: u32) -> io::Result<Vec<u8>> {
        self.0.step();
        self.0.disk_fails("look")?;
        let mut state = self.0.simulation.state();
        let files = &mut state.host_of(self.0.pid).files;
        let file = files.find(number).ok_or_else(|| io::Error::from(io::ErrorKind::NotFound))?;
        Ok(files.file(file).seen.clone())
    }

    fn open_despite_lock(&self, number: u32) -> io::Result<Box<dyn DiskFile>> {
        self.0.step();
        self.0.disk_fails("seize")?;
        let mut state = self.0.simulation.state();
        state.log_process(self.0.pid, || format!("seizes file {number}"));
        let file = state.host_of(self.0.pid).files.find(number);
        file.map(|file| self.place(file, None)).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn lock_recovery(&self) -> io::Result<Option<Box<dyn Send>>> {
        self.0.step();
        self.0.disk_fails("lock")?;
        let (simulation, pid) = (self.0.simulation.clone(), self.0.pid);
        let mut state = self.0.simulation.state();
        let files = &mut state.host_of(pid).files;
        if !files.exists {
            return Ok(Some(Box::new(())));
        }
        let right = files.take_right(pid);
        Ok(right.map(|handle| Box::new(Right { simulation, pid, handle }) as Box<dyn Send>))
    }

    fn name(&self, number: u32) -> String {
        format!("{number:03}.journal")
    }
}

impl SimulatedDisk {
    fn place(&self, file: usize, handle: Option<u64>) -> Box<dyn DiskFile> {
        Box::new(SimulatedFile { env: self.0.clone(), file, handle })
    }
}

impl SimulatedFile {
    fn with<T>(&self, work: impl FnOnce(&mut File) -> T) -> T {
        work(self.env.simulation.state().host_of(self.env.pid).files.file(self.file))
    }

    fn log(&self, what: impl FnOnce() -> String) {
        let number = self.with(|file| file.number);
        self.env.simulation.state().log_process(self.env.pid, || format!("file {number}: {}", what()));
    }

    /// The transaction that its process is at. Once handed over there is nothing left but the return.
    fn with_current(&self, note: impl FnOnce(&mut Tracked)) {
        let mut state = self.env.simulation.state();
        if let Some(tracked) = state.processes[self.env.pid].current {
            note(&mut state.transactions[tracked]);
        }
    }

    /// Whether that was in place of a mark after which the caller has its answer.
    fn empty(&self) -> bool {
        self.with(|file| file.set_length(0));
        let handing = self.env.simulation.state().processes[self.env.pid].handing;
        if handing {
            self.with_current(|tracked| tracked.unsettled = true);
        }
        handing
    }

    /// What is written over here, where it waited to be asked for once more: after a day nobody waits for that.
    fn note_forgotten(&self, at: usize) {
        let before =
            self.with(|file| String::from_utf8_lossy(&file.seen[..at.min(file.seen.len())]).into_owned());
        let last = before.rsplit(" begin ").next().filter(|last| last.contains(" rolledback again="));
        let Some(last) = last else { return };
        let mut state = self.env.simulation.state();
        // The random part of an LGD_TXID, which no encoding changes.
        let is = |tracked: &&mut Tracked| last.contains(&tracked.tx_id[tracked.tx_id.len() - 40..]);
        if let Some(tracked) = state.transactions.iter_mut().find(is) {
            tracked.forgotten = true;
        }
    }

    /// Whether this very file cannot be made anew, which is no reason to do without another.
    fn refuses(&self) -> io::Result<()> {
        let refuses = self.with(|file| file.refuses);
        if refuses {
            self.env.simulation.state().tally.count("disk", "reset of one file");
            self.log(|| "REFUSES to be made anew".into());
        }
        if refuses { Err(io::Error::from_raw_os_error(EIO)) } else { Ok(()) }
    }

    /// Makes everything durable, in two moments.
    fn sync_or_fail(&self) -> io::Result<()> {
        if let Err(error) = self.env.disk_fails("sync") {
            let mut state = self.env.simulation.state();
            let state = &mut *state;
            if state.random.chance(500) {
                let host = state.processes[self.env.pid].host;
                state.hosts[host].files.file(self.file).give_up(&mut state.random);
            }
            return Err(error);
        }
        self.with(File::sync);
        Ok(())
    }
}

impl DiskFile for SimulatedFile {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        self.env.step();
        self.env.disk_fails("read")?;
        Ok(self.with(|file| file.seen.clone()))
    }

    fn write(&mut self, at: usize, bytes: &[u8]) -> io::Result<()> {
        self.env.step();
        let line = || bytes.split(|byte| *byte == b'\n').next().unwrap_or_default();
        self.log(|| format!("write at {at}: {}", words(line())));
        let delivered = line().ends_with(b" delivered");
        let text = String::from_utf8_lossy(line());
        let approved = text.contains(" answered code=0000");
        let held = line().ends_with(b" held");
        let mut state = self.env.simulation.state();
        let tracked = state.processes[self.env.pid].current;
        let plain = tracked.is_some_and(|tracked| state.transactions[tracked].plain);
        state.processes[self.env.pid].handing = delivered || (approved && plain);
        drop(state);
        if text.contains(" begin ") {
            self.note_forgotten(at);
        }
        if let Err(error) = self.env.disk_fails("write") {
            let short = self.env.simulation.state().random.below(bytes.len());
            self.with(|file| file.write(at, &bytes[..short]));
            if (delivered || held) && short >= line().len() {
                self.with_current(|tracked| tracked.unsettled = true);
            }
            return Err(error);
        }
        self.with(|file| file.write(at, bytes));
        if delivered {
            // Without IDs it counts once it is synced. Until then it is there or not, should the machine stop.
            let counts = self.env.simulation.state().host_of(self.env.pid).has_ids;
            self.with_current(|tracked| match counts {
                true => tracked.handed = true,
                false => tracked.unsettled = true,
            });
        }
        if held {
            self.with_current(|tracked| tracked.held = true);
        }
        self.env.step();
        Ok(())
    }

    fn sync(&mut self) -> io::Result<()> {
        self.env.step();
        if let Err(error) = self.sync_or_fail() {
            // Its caller is not told, and the library rolls it back by itself.
            if self.with(|file| file.seen[..file.written()].ends_with(b" held\n")) {
                self.with_current(|tracked| (tracked.held, tracked.unsettled) = (false, true));
            }
            return Err(error);
        }
        if self.with(|file| file.seen[..file.written()].ends_with(b" delivered\n")) {
            self.with_current(|tracked| (tracked.handed, tracked.unsettled) = (true, false));
        }
        self.log(|| "sync".into());
        self.env.step();
        Ok(())
    }

    fn reset(&mut self, size: usize) -> io::Result<()> {
        self.env.step();
        self.with(|file| file.set_length(0));
        self.env.step();
        let made = self.refuses().and_then(|()| self.env.disk_fails("reset")).and_then(|()| {
            self.with(|file| file.write(0, &vec![0; size]));
            self.env.step();
            self.sync_or_fail()
        });
        if made.is_err() {
            self.with(|file| file.set_length(0));
        } else {
            self.env.step();
            self.with(File::sync_name);
            let refuses = self.env.simulation.state().random.chance(150);
            self.with(|file| file.refuses = refuses);
        }
        self.log(|| format!("reset {}", if made.is_ok() { "done" } else { "failed" }));
        self.env.step();
        made
    }

    fn clear(&mut self) -> io::Result<()> {
        self.env.step();
        if let Err(error) = self.env.disk_fails("clear") {
            if self.env.simulation.state().random.chance(300) {
                self.empty();
            }
            return Err(error);
        }
        let handing = self.empty();
        self.env.step();
        self.with(File::sync);
        if handing {
            self.with_current(|tracked| tracked.handed = true);
        }
        self.log(|| "cleared".into());
        self.env.step();
        Ok(())
    }

    fn has_vanished(&self) -> bool {
        !self.env.simulation.state().host_of(self.env.pid).files.has_name(self.file)
    }
}

impl Drop for SimulatedFile {
    /// A dead process lets go of nothing any more: its death did, or its child still holds it.
    fn drop(&mut self) {
        let mut state = self.env.simulation.state();
        if let (false, Some(handle)) = (state.processes[self.env.pid].dead, self.handle) {
            state.host_of(self.env.pid).files.unlock(self.file, handle);
        }
    }
}

impl Drop for Right {
    fn drop(&mut self) {
        let mut state = self.simulation.state();
        if !state.processes[self.pid].dead {
            state.host_of(self.pid).files.drop_right(self.handle);
        }
    }
}

/// A line of the journal without what differs from run to run.
fn words(line: &[u8]) -> String {
    let text = String::from_utf8_lossy(line);
    let words: Vec<_> = text.split(' ').skip(1).take(3).filter(|word| !word.starts_with("tx=")).collect();
    words.join(" ")
}

impl fmt::Debug for SimulatedDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimulatedDisk")
    }
}

impl fmt::Debug for SimulatedFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SimulatedFile")
    }
}
