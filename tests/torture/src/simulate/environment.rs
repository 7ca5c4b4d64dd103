//! The world around one simulated process.

use std::fmt;
use std::panic::resume_unwind;
use std::sync::Arc;

use super::simulation::{Moment, Simulation};

/// What unwinds through a process that dies.
pub(super) struct Killed;

/// A process in its simulation.
#[derive(Clone)]
pub(super) struct Environment {
    pub(super) simulation: Arc<Simulation>,
    pub(super) pid: usize,
}

impl Environment {
    /// A moment passes. Does not return to the dead.
    pub(super) fn step(&self) {
        let mut moment = self.simulation.moment(self.pid);
        if let Moment::Visited = moment {
            self.simulation.run_other_process(self.pid);
            // The visitor may have taken the machine with it.
            moment = self.simulation.moment(self.pid);
        }
        if let Moment::Dead = moment {
            resume_unwind(Box::new(Killed));
        }
    }
}

impl fmt::Debug for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "process {}", self.pid)
    }
}
