//! The current user of a client: one call at a time, and reads from the shop's step.

use std::cell::Cell;
use std::ptr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::said::Aside;

/// The current user of a client: 0 for none, otherwise the thread and its state. It is outside the borrowed data, so
/// that it can be read meanwhile.
#[derive(Default)]
pub(crate) struct Owner(AtomicUsize);

/// The state of a thread in a client, in the two low bits of the word.
const DOING: usize = 0b11;
/// Reads: no code of the caller runs meanwhile, so others may wait for its end.
pub(crate) const LOOKING: usize = 1;
/// Changes: the session is borrowed.
pub(crate) const CALLING: usize = 2;
/// Runs the shop's step, inside a call. The session is not borrowed.
pub(crate) const STEPPING: usize = 3;

/// How often to wait for another thread's read. It ends at once, unless a fork left it behind.
const PATIENCE: usize = 10_000;

impl Owner {
    /// Takes the word. Returns the value to restore.
    pub(crate) fn take(&self, doing: usize) -> Result<usize, Aside> {
        let here = here();
        for _ in 0..PATIENCE {
            match self.0.compare_exchange(0, here | doing, Ordering::Acquire, Ordering::Relaxed) {
                Ok(free) => return Ok(free),
                Err(now) if now & !DOING == here => return self.take_again(now, doing),
                Err(now) if now & DOING == LOOKING => thread::yield_now(),
                Err(_) => break,
            }
        }
        Err(Aside::InUse)
    }

    /// In its step a thread may read.
    fn take_again(&self, now: usize, doing: usize) -> Result<usize, Aside> {
        match (now & DOING, doing) {
            (STEPPING, LOOKING) => {
                self.put(here() | doing);
                Ok(now)
            }
            (STEPPING, _) => Err(Aside::InStep),
            _ => Err(Aside::InCall),
        }
    }

    /// Changes from the step to a call. `None` unless this thread is in a step.
    pub(crate) fn take_from_step(&self) -> Option<usize> {
        let step = here() | STEPPING;
        let call = here() | CALLING;
        self.0.compare_exchange(step, call, Ordering::Acquire, Ordering::Relaxed).ok()
    }

    pub(crate) fn put(&self, word: usize) {
        self.0.store(word, Ordering::Release);
    }
}

/// A number of this thread, unique among living threads.
pub(crate) fn here() -> usize {
    thread_local!(static HERE: Cell<usize> = const { Cell::new(0) });
    HERE.with(|here| ptr::from_ref(here).addr())
}
