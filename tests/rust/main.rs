//! The tests of the Rust API, linked into one program. `pool.rs` is another: connections of other tests would displace its own.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod after_a_failure;
mod assumptions;
mod cancellation;
mod database;
mod escrow;
mod face;
mod journal;
mod logs;
mod other_servers;
mod outcomes;
mod proxy;
mod recovery;
mod session;
mod signing;
mod trust;
mod typed;
mod window;
mod wire;
mod words;
