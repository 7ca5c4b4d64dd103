//! What differs from system to system: the terminal, whose a file is, and what to advise.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
pub(crate) use unix::*;
#[cfg(windows)]
pub(crate) use windows::*;

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX, EXE_SUFFIX};

/// The file of the library.
pub(crate) fn library() -> String {
    format!("{DLL_PREFIX}xpayclient{DLL_SUFFIX}")
}

/// The file of one of our commands.
pub(crate) fn program(name: &str) -> String {
    format!("{name}{EXE_SUFFIX}")
}
