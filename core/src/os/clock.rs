//! A clock that goes on while the process is stopped or the machine sleeps.

use std::time::Duration;

/// Since an arbitrary moment. A virtual machine that its host has stopped may not know of that time.
pub(super) fn now() -> Duration {
    counted::now()
}

/// By /proc/uptime, which counts sleep. rustix asks the kernel's vDSO for `CLOCK_BOOTTIME`, which is not there in a process that
/// valgrind runs: that would crash.
#[cfg(any(target_os = "linux", target_os = "android"))]
mod counted {
    use std::fs;
    use std::sync::OnceLock;
    use std::time::Instant;

    use super::Duration;

    pub(super) fn now() -> Duration {
        /// When this was first asked, by both clocks.
        static BEGINNING: OnceLock<(Instant, Option<Duration>)> = OnceLock::new();
        let (began, counted) = BEGINNING.get_or_init(|| (Instant::now(), uptime()));
        // Where it cannot be read now or never could, std's clock, which leaves sleep out.
        let without_sleep = || counted.unwrap_or_default() + began.elapsed();
        counted.and_then(|_| uptime()).unwrap_or_else(without_sleep)
    }

    fn uptime() -> Option<Duration> {
        let text = fs::read_to_string("/proc/uptime").ok()?;
        Duration::try_from_secs_f64(text.split(' ').next()?.parse().ok()?).ok()
    }
}

/// On macOS, `CLOCK_MONOTONIC` counts sleep.
#[cfg(all(unix, not(any(target_os = "linux", target_os = "android"))))]
mod counted {
    use rustix::time::{ClockId, clock_gettime};

    use super::Duration;

    pub(super) fn now() -> Duration {
        let time = clock_gettime(ClockId::Monotonic);
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
    fn it_runs_forward_with_the_clock_that_leaves_sleep_out() {
        let (began, before) = (std::time::Instant::now(), now());
        while began.elapsed() < Duration::from_millis(30) {
            let after = now();
            // /proc/uptime has hundredths of a second.
            assert!(after >= before && after - before <= began.elapsed() + Duration::from_millis(20));
        }
        assert!(now() > before);
    }
}
