//! Random names, which cannot be guessed unless a seed makes them repeatable.

use crate::sync::lock;
use data_encoding::HEXLOWER;
use std::sync::Mutex;

/// The source of random names: the system, or a seeded generator.
#[derive(Default)]
pub(crate) struct Random(Option<Mutex<u64>>);

impl Random {
    /// `None` for the system's random source.
    pub(crate) fn new(seed: Option<u64>) -> Self {
        Self(seed.map(Mutex::new))
    }

    /// A name of `2 * N` hex digits.
    pub(crate) fn name<const N: usize>(&self) -> Result<String, getrandom::Error> {
        Ok(HEXLOWER.encode(&self.bytes::<N>()?))
    }

    /// LGD_PAYKEY: the 14 digits of the time, then 40 digits and capital letters.
    pub(crate) fn paykey(&self, stamp: &str) -> Result<String, getrandom::Error> {
        const LETTERS: &[u8; 36] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
        let letter = |byte: u8| char::from(LETTERS[usize::from(byte) % LETTERS.len()]);
        Ok(stamp.chars().chain(self.bytes::<40>()?.map(letter)).collect())
    }

    fn bytes<const N: usize>(&self) -> Result<[u8; N], getrandom::Error> {
        let mut bytes = [0; N];
        match &self.0 {
            Some(seed) => {
                let mut state = lock(seed);
                bytes.fill_with(|| (next(&mut state) >> 56) as u8);
            }
            None => getrandom::fill(&mut bytes)?,
        }
        Ok(bytes)
    }
}

/// SplitMix64.
pub(crate) fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
    let mixed = (*state ^ (*state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}
