//! The tests of the sandbox as a client meets it, linked into one program.
#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod admin;
mod admin_pages;
mod answers;
mod cards;
mod common;
mod deliveries;
mod faults;
mod home;
mod mobile;
mod money;
mod notices;
mod others;
mod pages;
mod payments;
mod receipts;
mod refusals;
mod session;
mod shop;
mod signatures;
mod trade;
mod window;
mod window_requests;
mod window_returns;
