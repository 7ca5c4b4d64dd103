//! The callers that are connected, and what each does, so that the daemon ends between payments.

use std::collections::HashMap;
use std::io;
use std::net::Shutdown;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::serve::Progress;

#[derive(Default)]
pub(super) struct Callers {
    connected: Mutex<Connected>,
    changed: Condvar,
}

#[derive(Default)]
struct Connected {
    next: u64,
    all: HashMap<u64, (UnixStream, Progress)>,
}

/// A connected caller; it is forgotten where this is dropped, also by a panic.
pub(super) struct Caller {
    number: u64,
    callers: Arc<Callers>,
}

impl Caller {
    /// `None` if there are as many as there may be.
    pub(super) fn enter(
        callers: &Arc<Callers>,
        stream: &UnixStream,
        most: usize,
    ) -> io::Result<Option<Caller>> {
        let stream = stream.try_clone()?;
        let mut connected = callers.lock();
        if connected.all.len() >= most {
            return Ok(None);
        }
        connected.next += 1;
        let number = connected.next;
        connected.all.insert(number, (stream, Progress::Idle));
        Ok(Some(Caller { number, callers: callers.clone() }))
    }

    pub(super) fn set(&self, progress: Progress) {
        if let Some((_, known)) = self.callers.lock().all.get_mut(&self.number) {
            *known = progress;
        }
        self.callers.changed.notify_all();
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.callers.lock().all.remove(&self.number);
        self.callers.changed.notify_all();
    }
}

impl Callers {
    /// Waits until all are gone. Reads no more from those without a payment, and after `grace` from none: what a caller has
    /// written by then is still answered.
    pub(super) fn finish(&self, grace: Duration) {
        let until = Instant::now() + grace;
        let mut connected = self.lock();
        while !connected.all.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            for (stream, progress) in connected.all.values() {
                if *progress == Progress::Idle || left.is_zero() {
                    // One that is gone already needs none.
                    let _ = stream.shutdown(Shutdown::Read);
                }
            }
            connected = if left.is_zero() {
                self.changed.wait(connected).unwrap_or_else(PoisonError::into_inner)
            } else {
                self.changed.wait_timeout(connected, left).unwrap_or_else(PoisonError::into_inner).0
            };
        }
    }

    fn lock(&self) -> MutexGuard<'_, Connected> {
        self.connected.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
