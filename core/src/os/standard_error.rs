//! Standard error as a place for lines: written without a lock, and never waited for long.

use std::io;
use std::time::Duration;

#[cfg(unix)]
use rustix::{fd::OwnedFd, io::Errno};

/// Standard error, as it was when this was made. The number 2 may be that of a journal or of a connection later, if the process
/// closes it.
#[cfg(unix)]
#[derive(Debug)]
pub(crate) struct StandardError(Result<OwnedFd, Errno>);

#[cfg(unix)]
impl StandardError {
    pub(crate) fn open() -> StandardError {
        const AFTER_STANDARD_ERROR: i32 = 3;
        StandardError(rustix::io::fcntl_dupfd_cloexec(io::stderr(), AFTER_STANDARD_ERROR))
    }

    /// Writes a line in one write, or in several if the system takes only a part of it.
    ///
    /// Not by std: a fork can leave its lock taken for ever.
    pub(crate) fn write(&self, line: &[u8], patience: Duration) -> io::Result<()> {
        use std::time::Instant;

        /// Between two tries at one that does not block.
        const PAUSE: Duration = Duration::from_millis(5);
        let file = self.0.as_ref().map_err(|error| *error)?;
        let end = Instant::now() + patience;
        let mut rest = line;
        while !rest.is_empty() {
            let left = end.saturating_duration_since(Instant::now());
            wait(file, left)?;
            match rustix::io::write(file, rest) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => rest = rest.get(written..).unwrap_or_default(),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) if !left.is_zero() => std::thread::sleep(PAUSE.min(left)),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }
}

/// Waits until it takes something. Whoever reads a pipe may hang, and payments must not hang with them; or be gone, and then
/// a write would end a process that does not ignore SIGPIPE.
#[cfg(unix)]
fn wait(file: &OwnedFd, patience: Duration) -> io::Result<()> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    let mut polled = [PollFd::new(file, PollFlags::OUT)];
    let time = Timespec::try_from(patience).unwrap_or_default();
    let found = match poll(&mut polled, Some(&time)) {
        Ok(found) => found,
        // The write says what is to be said, or is tried again.
        Err(Errno::INTR) => return Ok(()),
        Err(error) => return Err(error.into()),
    };
    let [polled] = polled;
    match polled.revents() {
        _ if found == 0 => Err(io::Error::new(io::ErrorKind::TimedOut, "nobody reads it")),
        events if events.intersects(PollFlags::ERR | PollFlags::HUP) => Err(io::ErrorKind::BrokenPipe.into()),
        _ => Ok(()),
    }
}

/// Nothing ends a process that writes to one which nobody reads, and no process forks.
#[cfg(windows)]
#[derive(Debug)]
pub(crate) struct StandardError;

#[cfg(windows)]
impl StandardError {
    pub(crate) fn open() -> StandardError {
        StandardError
    }

    pub(crate) fn write(&self, line: &[u8], _patience: Duration) -> io::Result<()> {
        use std::io::Write;

        io::stderr().write_all(line)
    }
}
