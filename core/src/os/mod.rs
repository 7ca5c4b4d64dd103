//! What the core needs from the operating system: private files, a disk for the journal, and which processes are
//! alive.
#![cfg_attr(not(feature = "simulation"), allow(unreachable_pub, reason = "public for simulators alone"))]

pub(crate) mod clock;
pub(crate) mod database;
pub(crate) mod disk;
pub(crate) mod files;
pub(crate) mod owner;
pub(crate) mod standard_error;
pub(crate) mod world;
