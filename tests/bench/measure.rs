//! The measurements of the Rust programs and their output, like `measure.h` for C.

use std::time::Instant;

/// CPU time of this process in microseconds, user and system.
fn cpu() -> f64 {
    // SAFETY: a rusage of zeros is a valid one, and getrusage writes no more than it.
    let used = unsafe {
        let mut used: libc::rusage = std::mem::zeroed();
        libc::getrusage(libc::RUSAGE_SELF, &raw mut used);
        used
    };
    let microseconds = |time: libc::timeval| time.tv_sec as f64 * 1e6 + time.tv_usec as f64;
    microseconds(used.ru_utime) + microseconds(used.ru_stime)
}

/// Runs `pay` this many times after `warm` uncounted runs, and prints the cost of each.
pub(crate) fn measure(warm: u32, count: u32, mut pay: impl FnMut()) {
    (0..warm).for_each(|_| pay());
    let (cpu_before, begun) = (cpu(), Instant::now());
    (0..count).for_each(|_| pay());
    let count = f64::from(count);
    let wall = begun.elapsed().as_secs_f64() * 1e6 / count;
    println!("{{\"cpu\": {:.3}, \"wall\": {wall:.3}}}", (cpu() - cpu_before) / count);
}
