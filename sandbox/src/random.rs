//! Names that nobody can guess, or that a seed decides, so that two runs are the same.

use crate::sync::lock;
use data_encoding::HEXLOWER;
use std::sync::Mutex;

/// Where a gateway's random names come from: the system, or a seed.
#[derive(Default)]
pub(crate) struct Random(Option<Mutex<u64>>);

impl Random {
    /// With a seed it repeats itself.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self(seed.map(Mutex::new))
    }

    /// A name of `2 * N` hex digits.
    pub(crate) fn name<const N: usize>(&self) -> Result<String, getrandom::Error> {
        let mut bytes = [0; N];
        match &self.0 {
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
