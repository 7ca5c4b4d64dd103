//! Everything a client needs from outside: connections to the gateway, a disk or a database for the journal, the time, live
//! processes.
//!
//! Clients use `Real`. The feature `simulation` makes the traits public, so that simulators can supply their own.

use std::fmt;
use std::io::{self, Read, Write};
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use time::OffsetDateTime;

use crate::os::clock;
use crate::os::database::Database;
use crate::os::disk::{self, Disk};
use crate::os::owner::Owner;

/// The surroundings of a client.
pub trait World: fmt::Debug + Send + Sync {
    /// Simulated connections, used in place of TCP and TLS. `None` in the real world.
    fn lines(&self) -> Option<Arc<dyn Lines>>;
    /// The disk that holds the journal in `dir`.
    fn disk(&self, dir: &Path) -> io::Result<Box<dyn Disk>>;
    /// The shop's database that keeps the journal, if it does.
    fn database(&self) -> Option<Arc<dyn Database>>;
    /// The time of day. It may jump: only when to ask the gateway again depends on it.
    fn now(&self) -> OffsetDateTime;
    /// A clock that only runs forward, also while the process or its machine is stopped. When it began means nothing.
    fn clock(&self) -> Duration;
    /// Sleeps for `time`.
    fn pause(&self, time: Duration);
    /// The process that runs this.
    fn owner(&self) -> Owner;
    /// Whether a process is known to have ended. `false` if that cannot be determined.
    fn has_ended(&self, owner: &Owner) -> bool;
}

/// Opens simulated connections.
pub trait Lines: fmt::Debug + Send + Sync {
    /// Opens one connection. The simulator may refuse it.
    fn connect(&self) -> io::Result<Box<dyn Line>>;
}

/// One simulated connection, in plain text. A timeout is an error of kind `TimedOut`.
pub trait Line: Read + Write + fmt::Debug + Send + Sync {
    /// Performs the TLS handshake. Nothing is sent before it.
    fn handshake(&mut self) -> io::Result<()>;
}

/// The real world, with what a binding brings.
#[derive(Debug, Default)]
pub(crate) struct Real {
    pub(crate) database: Option<Arc<dyn Database>>,
}

impl World for Real {
    fn lines(&self) -> Option<Arc<dyn Lines>> {
        None
    }

    fn disk(&self, dir: &Path) -> io::Result<Box<dyn Disk>> {
        disk::files(dir)
    }

    fn database(&self) -> Option<Arc<dyn Database>> {
        self.database.clone()
    }

    fn now(&self) -> OffsetDateTime {
        OffsetDateTime::now_utc()
    }

    fn clock(&self) -> Duration {
        clock::now()
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
