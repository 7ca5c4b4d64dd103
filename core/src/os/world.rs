//! What a client needs from outside: lines to the gateway, a disk for the journal, the time, and who is alive.
//!
//! The real one is `Real`. The feature `simulation` makes the traits public, for simulators that bring their own.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use time::OffsetDateTime;

use crate::os::disk::{self, Disk};
use crate::os::owner::Owner;

/// The surroundings of a client.
pub trait World: fmt::Debug + Send + Sync {
    /// Lines that stand in for TCP and TLS. `None` in the real world.
    fn lines(&self) -> Option<Arc<dyn Lines>>;
    /// The disk that holds the journal in `dir`.
    fn disk(&self, dir: &Path) -> io::Result<Box<dyn Disk>>;
    /// The time of day. It may jump; nothing is decided by it.
    fn now(&self) -> OffsetDateTime;
    /// Waits.
    fn pause(&self, time: Duration);
    /// This process.
    fn owner(&self) -> Owner;
    /// Whether a process is known to have ended. `false` where that cannot be told.
    fn has_ended(&self, owner: &Owner) -> bool;
}

/// Opens simulated lines.
pub trait Lines: fmt::Debug + Send + Sync {
    /// One connection, which may be refused.
    fn connect(&self) -> io::Result<Box<dyn Line>>;
}

/// One simulated connection, in plain text. A timeout is an error of the kind `TimedOut`.
pub trait Line: Read + Write + fmt::Debug + Send + Sync {
    /// The TLS handshake, before which nothing is sent.
    fn handshake(&mut self) -> io::Result<()>;
}

/// The real world.
#[derive(Debug)]
pub(crate) struct Real;

impl World for Real {
    fn lines(&self) -> Option<Arc<dyn Lines>> {
        None
    }

    fn disk(&self, dir: &Path) -> io::Result<Box<dyn Disk>> {
        disk::files(dir)
    }

    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }

    fn pause(&self, time: Duration) {
        thread::sleep(time);
    }

    fn owner(&self) -> Owner {
        Owner::current()
    }

    fn has_ended(&self, owner: &Owner) -> bool {
        owner.has_ended()
    }
}
