//! `torture`: what breaks, dies and fails on the way of a payment, far more often than any shop will see it.
//!
//! Every trial ends with the same question: does the shop know of every approval at the gateway, and does every approval
//! that it knows of stand?
#![allow(clippy::unwrap_used, reason = "a trial stops at the first surprise of its own")]

mod cost;
mod cuts;
mod kills;
mod progress;
mod random;
mod simulate;
mod trade;

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
    Cuts(cuts::Cuts),
    /// Kills, stops and forks real processes at every step, and lets their disk fail
    Kills(kills::Kills),
    /// Lets sixty-four processes pay at once and die at random
    Crowd(kills::Crowd),
    /// Lets two web hosts recover their own
    Hosts(kills::Hosts),
    /// Takes the line down around payments, and lets it come back late
    Outage(kills::Outage),
    /// Lets the script of an `xpay-bridge` die at every step
    Pipes(kills::Pipes),
    /// Plays random runs in a world without time, network and disk
    Simulate(simulate::Simulate),
    /// Lets many clients pay, cancel in part and refund at once
    Trade(trade::Trade),
    /// Measures what the journal costs a payment
    Cost(cost::Cost),
    /// A process that pays, for the other trials
    #[command(hide = true)]
    Payer(kills::Payer),
}

fn main() -> ExitCode {
    match Cli::parse().trial {
        Trial::Cuts(cuts) => cuts.run(),
        Trial::Kills(kills) => kills.run(),
        Trial::Crowd(crowd) => crowd.run(),
        Trial::Hosts(hosts) => hosts.run(),
        Trial::Outage(outage) => outage.run(),
        Trial::Pipes(pipes) => pipes.run(),
        Trial::Simulate(simulate) => simulate.run(),
        Trial::Trade(trade) => trade.run(),
        Trial::Cost(cost) => cost.run(),
        Trial::Payer(payer) => payer.run(),
    }
}
