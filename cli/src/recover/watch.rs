//! `--watch`: repeats recovery until it is stopped.

use super::exit_codes::exit_code;
use super::round::Round;
use super::watched::Watched;
use crate::failure::Failure;
use crate::language::Language;
use crate::shutdown::Shutdown;
use std::net::SocketAddr;
use std::process::ExitCode;
use std::time::Duration;
use xpayclient_core::Client;

/// The longest pause after failures.
const LONGEST: Duration = Duration::from_secs(600);

/// Prints a line for each transaction that a round rolled back, or whose state changed since the last round. On a signal
/// the current round is finished first. Serves metrics on an address, if one is given.
pub(super) fn run(
    client: &Client,
    every: Duration,
    metrics: Option<SocketAddr>,
    json: bool,
) -> Result<ExitCode, Failure> {
    let patience = |pause: Duration| pause * 3 + client.config().settings().timeout * 2;
    let watched = Watched::new(patience(every));
    // Before anything is recovered, and before it is said that it is.
    if let Some(address) = metrics {
        watched.serve(address)?;
    }
    let mut shutdown = Shutdown::listen().map_err(|error| {
        Failure::new(
            format!("시그널을 받을 수 없습니다({error})"),
            format!("cannot listen for signals ({error})"),
        )
    })?;
    let language = Language::chosen();
    aside!("{}", language.of("복구를 시작합니다", "watching"));
    let mut pause = every;
    let mut known = Vec::new();
    let mut unwritten = String::new();
    loop {
        watched.works(patience(pause));
        let round = Round::run(client, || watched.works(patience(pause)));
        pause = next_pause(pause, every, round.as_ref().map_or(true, |round| round.failed));
        watched.ended(round.as_ref().ok(), patience(pause));
        match round {
            Ok(round) => {
                let lines = round.lines(json);
                lines.iter().filter(|line| !known.contains(*line)).for_each(|line| say!("{line}"));
                known = lines;
                let problem = client.unwritten();
                if problem != unwritten && !problem.is_empty() {
                    aside!("{problem}");
                }
                unwritten = problem;
            }
            Err(failure) => {
                failure.tell();
            }
        }
        if shutdown.comes_within(pause) {
            aside!("{}", language.of("복구를 마칩니다", "stopped"));
            return Ok(exit_code(false));
        }
    }
}

fn next_pause(last: Duration, every: Duration, failed: bool) -> Duration {
    if failed { (last * 2).min(LONGEST.max(every)) } else { every }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_lengthen_the_pause_up_to_ten_minutes() {
        let every = Duration::from_secs(10);
        let mut pauses = vec![every];
        for _ in 0..8 {
            pauses.push(next_pause(pauses[pauses.len() - 1], every, true));
        }
        let seconds: Vec<u64> = pauses.iter().map(Duration::as_secs).collect();
        assert_eq!(seconds, [10, 20, 40, 80, 160, 320, 600, 600, 600]);
        assert_eq!(next_pause(LONGEST, every, false), every);
        let hourly = Duration::from_secs(3600);
        assert_eq!(next_pause(hourly, hourly, true), hourly);
    }
}
