//! The tests of `xpay` as a user types it, linked into one program.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;
mod conformance;
mod doctor;
mod doctor_cases;
mod doctor_java;
mod doctor_shop;
mod dry_run;
mod escrow;
mod list;
mod log_on_stderr;
mod looking_mistakes;
mod mistakes;
mod payments;
mod queries;
mod recover;
mod recover_metrics;
mod sandbox;
mod screen;
