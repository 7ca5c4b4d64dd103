//! The tests of `xpay` as a user types it, linked into one program.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;
mod doctor;
mod doctor_cases;
mod doctor_shop;
mod dry_run;
mod escrow;
mod payments;
mod queries;
mod recover;
mod sandbox;
