//! A lock that a panic does not poison.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// A thread that panicked while holding a lock has left data that is whole: every change to it is one step.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
