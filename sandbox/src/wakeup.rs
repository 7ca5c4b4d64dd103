//! Wakes the sender of notices, for a new notice or to stop.

use crate::sync::lock;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Notified by whoever queues a notice.
#[derive(Default)]
pub(crate) struct Wakeup {
    flags: Mutex<Flags>,
    changed: Condvar,
}

#[derive(Default)]
struct Flags {
    notified: bool,
    stopped: bool,
}

impl Wakeup {
    /// A notice was queued.
    pub(crate) fn notify(&self) {
        self.lock().notified = true;
        self.changed.notify_one();
    }

    /// The sender must stop.
    pub(crate) fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_one();
    }

    /// Waits until it is notified, at most for `limit`; false if the sender must stop.
    pub(crate) fn wait(&self, limit: Option<Duration>) -> bool {
        let idle = |flags: &mut Flags| !flags.notified && !flags.stopped;
        let mut flags = match limit {
            Some(limit) => {
                let waited = self.changed.wait_timeout_while(self.lock(), limit, idle);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => self.changed.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner),
        };
        flags.notified = false;
        !flags.stopped
    }

    fn lock(&self) -> MutexGuard<'_, Flags> {
        lock(&self.flags)
    }
}
