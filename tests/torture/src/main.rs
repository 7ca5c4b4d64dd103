//! `torture`: what breaks, dies and fails on the way of a payment, far more often than any shop will see it.
//!
//! Every trial ends with the same question: does the shop know of every approval at the gateway, and does every approval
//! that it knows of stand?
#![allow(clippy::unwrap_used, reason = "a trial stops at the first surprise of its own")]

mod cost;
mod cuts;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Trials of the promise that no approval is ever orphaned.
#[derive(Parser)]
#[command(name = "torture")]
struct Cli {
    #[command(subcommand)]
    trial: Trial,
}

#[derive(Subcommand)]
enum Trial {
    /// Cuts every byte position of a payment's exchange over TLS
    Cuts(cuts::Arguments),
    /// Measures what the journal costs a payment
    Cost(cost::Arguments),
}

fn main() -> ExitCode {
    match Cli::parse().trial {
        Trial::Cuts(arguments) => cuts::run(&arguments),
        Trial::Cost(arguments) => {
            cost::run(&arguments);
            ExitCode::SUCCESS
        }
    }
}
