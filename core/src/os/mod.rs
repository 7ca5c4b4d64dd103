//! What the operating system gives: files that are ours alone, a disk for the journal, processes that live or ended.
#![cfg_attr(not(feature = "simulation"), allow(unreachable_pub, reason = "public for simulators alone"))]

pub(crate) mod disk;
pub(crate) mod files;
pub(crate) mod owner;
pub(crate) mod world;
