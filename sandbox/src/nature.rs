//! Time and chance: the system's, or decided beforehand, so that two runs say the same.

use crate::clock;
use crate::gateway::lock;
use data_encoding::HEXLOWER;
use std::sync::Mutex;

/// Where a gateway's dates and random names come from. When a notice is due is told by the system's clock alone.
#[derive(Default)]
pub(crate) struct Nature {
    now: Option<i64>,
    seed: Option<Mutex<u64>>,
}

impl Nature {
    /// A clock that stands still at these seconds since 1970, and chance that repeats itself.
    pub(crate) fn new(now: Option<i64>, seed: Option<u64>) -> Self {
        Self { now, seed: seed.map(Mutex::new) }
    }

    /// Seconds since 1970.
    pub(crate) fn now(&self) -> i64 {
        self.now.unwrap_or_else(clock::now)
    }

    /// `yyyyMMddHHmmss` in Korea.
    pub(crate) fn stamp(&self) -> String {
        clock::stamp(self.now())
    }

    /// A name of `2 * N` hex digits, which nobody can guess unless a seed decides it.
    pub(crate) fn name<const N: usize>(&self) -> Result<String, getrandom::Error> {
        let mut bytes = [0; N];
        match &self.seed {
            Some(seed) => {
                let mut state = lock(seed);
                bytes.fill_with(|| (next(&mut state) >> 56) as u8);
            }
            None => getrandom::fill(&mut bytes)?,
        }
        Ok(HEXLOWER.encode(&bytes))
    }
}

/// SplitMix64: the same each time, and no two neighbours alike.
pub(crate) fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
