//! The bell that wakes the postman: for a new notice, or to go home.

use crate::sync::lock;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Rung by whoever has written a notice.
#[derive(Default)]
pub(crate) struct Bell {
    heard: Mutex<Heard>,
    changed: Condvar,
}

#[derive(Default)]
struct Heard {
    rung: bool,
    stopped: bool,
}

impl Bell {
    /// Something is due sooner than the postman may think.
    pub(crate) fn ring(&self) {
        self.lock().rung = true;
        self.changed.notify_one();
    }

    /// The postman is to go home.
    pub(crate) fn stop(&self) {
        self.lock().stopped = true;
        self.changed.notify_one();
    }

    /// Waits until it rings, for `limit` at most; false when it is time to go home.
    pub(crate) fn wait(&self, limit: Option<Duration>) -> bool {
        let idle = |heard: &mut Heard| !heard.rung && !heard.stopped;
        let mut heard = match limit {
            Some(limit) => {
                let waited = self.changed.wait_timeout_while(self.lock(), limit, idle);
                waited.unwrap_or_else(PoisonError::into_inner).0
            }
            None => self.changed.wait_while(self.lock(), idle).unwrap_or_else(PoisonError::into_inner),
        };
        heard.rung = false;
        !heard.stopped
    }

    fn lock(&self) -> MutexGuard<'_, Heard> {
        lock(&self.heard)
    }
}
