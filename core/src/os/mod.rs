//! What the operating system gives: files that are ours alone, a disk for the journal, processes that live or ended.

pub(crate) mod disk;
pub(crate) mod files;
pub(crate) mod owner;
#[doc(hidden)]
pub mod world;
