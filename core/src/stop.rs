//! A caller that will not wait any longer, which is told from another thread.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// Ends the wait of the transaction it is given to: Ctrl-C, or a task that is cancelled.
///
/// What has not left by then never leaves. What has left is treated like an answer that never came: rolled back at once,
/// or in doubt and in the journal. Rollbacks are not ended by it.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicBool>);

impl Stop {
    /// One that was not told yet.
    pub fn new() -> Stop {
        Stop::default()
    }

    /// From now on, for good.
    pub fn stop(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// Whether it was told.
    pub fn is_stopped(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}
