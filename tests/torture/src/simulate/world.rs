//! What the library of a simulated process finds around it: network, disk, clock and processes.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use xpayclient_core::database::Database;
use xpayclient_core::simulation::{Disk, Line, Lines, Owner, World};
use xpayclient_core::time::OffsetDateTime;

use super::connection::SimulatedConnection;
use super::database::SimulatedDatabase;
use super::disk::SimulatedDisk;
use super::environment::Environment;
use super::simulation::SimulatedProcess;

impl World for Environment {
    fn lines(&self) -> Option<Arc<dyn Lines>> {
        Some(Arc::new(self.clone()))
    }

    fn disk(&self, _: &Path) -> io::Result<Box<dyn Disk>> {
        self.step();
        Ok(Box::new(SimulatedDisk(self.clone())))
    }

    fn database(&self) -> Option<Arc<dyn Database>> {
        let has_one = self.simulation.state().database.is_some();
        has_one.then(|| Arc::new(SimulatedDatabase(self.clone())) as Arc<dyn Database>)
    }

    fn clock(&self) -> Duration {
        Duration::from_secs(self.simulation.state().elapsed.unsigned_abs())
    }

    fn now(&self) -> OffsetDateTime {
        const YEAR: usize = 365 * 86_400;
        let mut state = self.simulation.state();
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
        // Whatever waits for a while must come to the end of it.
        let seconds = if time < Duration::from_millis(100) { 0 } else { time.as_millis().div_ceil(1000) };
        self.simulation.state().pass(seconds as i64);
    }

    fn owner(&self) -> Owner {
        self.simulation.state().processes[self.pid].owner.clone()
    }

    fn has_ended(&self, owner: &Owner) -> bool {
        let state = self.simulation.state();
        let is = |process: &SimulatedProcess| {
            process.dead && process.owner == *owner && state.hosts[process.host].has_ids
        };
        state.processes.iter().any(is)
    }
}

impl Lines for Environment {
    fn connect(&self) -> io::Result<Box<dyn Line>> {
        SimulatedConnection::open(self)
    }
}
