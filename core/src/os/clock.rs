//! A clock that goes on while the process is stopped or the machine sleeps.

use std::time::Duration;

/// Since an arbitrary moment. A virtual machine that its host has stopped may not know of that time.
pub(super) fn now() -> Duration {
    counted::now()
}

#[cfg(unix)]
mod counted {
    use rustix::time::{ClockId, clock_gettime};

    use super::Duration;

    /// What `CLOCK_MONOTONIC` leaves out on Linux: on macOS it counts sleep.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    const CLOCK: ClockId = ClockId::Boottime;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    const CLOCK: ClockId = ClockId::Monotonic;

    pub(super) fn now() -> Duration {
        let time = clock_gettime(CLOCK);
        Duration::new(time.tv_sec.unsigned_abs(), time.tv_nsec.unsigned_abs() as u32)
    }
}

#[cfg(not(unix))]
mod counted {
    use std::sync::OnceLock;
    use std::time::Instant;

    use super::Duration;

    /// On Windows, `Instant` counts sleep.
    pub(super) fn now() -> Duration {
        static BEGINNING: OnceLock<Instant> = OnceLock::new();
        BEGINNING.get_or_init(Instant::now).elapsed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_only_runs_forward() {
        let before = now();
        let after = now();
        assert!(after >= before);
    }
}
