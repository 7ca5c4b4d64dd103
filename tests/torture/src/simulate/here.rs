//! The world around one simulated process.

use std::fmt;
use std::io;
use std::panic::resume_unwind;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use xpayclient_core::simulation::{Disk, Line, Lines, Owner, World};
use xpayclient_core::time::OffsetDateTime;

use super::disk::SimulatedDisk;
use super::line::SimulatedLine;
use super::process;
use super::scene::{Moment, Scene};

/// What unwinds through a process that dies.
pub(super) struct Killed;

/// A process in its scene.
#[derive(Clone)]
pub(super) struct Here {
    pub(super) scene: Arc<Scene>,
    pub(super) pid: usize,
}

impl Here {
    /// A moment passes. Does not return to the dead.
    pub(super) fn step(&self) {
        let mut moment = self.scene.moment(self.pid);
        if let Moment::Visited = moment {
            process::visit(&self.scene, self.pid);
            // The visitor may have taken the machine with it.
            moment = self.scene.moment(self.pid);
        }
        if let Moment::Dead = moment {
            resume_unwind(Box::new(Killed));
        }
    }
}

impl World for Here {
    fn lines(&self) -> Option<Arc<dyn Lines>> {
        Some(Arc::new(self.clone()))
    }

    fn disk(&self, _: &Path) -> io::Result<Box<dyn Disk>> {
        self.step();
        Ok(Box::new(SimulatedDisk(self.clone())))
    }

    fn now(&self) -> OffsetDateTime {
        const YEAR: usize = 365 * 86_400;
        let mut state = self.scene.state();
        let mut now = state.now;
        if state.jumpy && state.random.chance(100) {
            now += state.random.below(2 * YEAR) as i64 - YEAR as i64;
            state.jumped = true;
        }
        state.latest = state.latest.max(now);
        OffsetDateTime::from_unix_timestamp(now).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }

    fn pause(&self, time: Duration) {
        self.step();
        self.scene.state().pass(time.as_secs() as i64);
    }

    fn owner(&self) -> Owner {
        self.scene.state().processes[self.pid].owner.clone()
    }

    fn has_ended(&self, owner: &Owner) -> bool {
        self.scene.state().processes.iter().any(|process| process.dead && process.owner == *owner)
    }
}

impl Lines for Here {
    fn connect(&self) -> io::Result<Box<dyn Line>> {
        SimulatedLine::open(self)
    }
}

impl fmt::Debug for Here {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}", self.pid)
    }
}
