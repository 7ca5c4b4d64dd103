//! `torture cost`: what the journal costs a payment, beside the same payment without one and beside the disk alone.

use std::fs::OpenOptions;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use crate::progress::Progress;
use clap::Args;
use tempfile::TempDir;
use xpayclient_core::{Client, Config, Platform};
use xpayclient_sandbox::{DEMO_TEST_MID, Options, PaykeyRequest, Sandbox};

#[derive(Args)]
pub(crate) struct Cost {
    /// Payments in each mode; they take turns, so that other load affects both.
    #[arg(long, default_value_t = 300)]
    payments: usize,
    /// The directory whose disk is measured; a temporary one by default.
    #[arg(long)]
    dir: Option<PathBuf>,
}

impl Cost {
    pub(crate) fn run(&self) -> ExitCode {
        let dir = match &self.dir {
            Some(dir) => TempDir::new_in(dir),
            None => TempDir::new(),
        };
        let dir = dir.unwrap();
        let sandbox =
            Sandbox::start(Options { dir: dir.path().join("sandbox"), ..Options::default() }).unwrap();
        let clients = ["off", "on"].map(|journal| {
            let mut config = Config::load(sandbox.home()).unwrap();
            config.set("journal", journal);
            config.set("journal_dir", dir.path().join("journal").as_os_str().as_encoded_bytes());
            Client::new(config, Platform::Test)
        });
        let mut times = [Vec::new(), Vec::new()];
        let progress = Progress::of("payments", self.payments);
        for round in 0..=self.payments {
            for (client, times) in clients.iter().zip(&mut times) {
                let took = pay(&sandbox, client);
                // The first payment of each reads the roots and makes the file.
                if round > 0 {
                    times.push(took);
                }
            }
            progress.step();
        }
        drop(progress);
        let [off, on] = times.map(median);
        let sync = median((0..self.payments).map(sync_in(&dir)).collect());
        println!("a write and fdatasync on this disk  {sync:>9.1?}");
        println!("a payment without a journal         {off:>9.1?}");
        println!(
            "a payment with the journal          {on:>9.1?}   × {:.2}",
            on.as_secs_f64() / off.as_secs_f64()
        );
        println!("the journal's part                  {:>9.1?}", on.saturating_sub(off));
        ExitCode::SUCCESS
    }
}

fn pay(sandbox: &Sandbox, client: &Client) -> Duration {
    let mut payment = client.transaction(DEMO_TEST_MID).unwrap();
    payment.set("LGD_TXNAME", "PaymentByKey").unwrap();
    payment.set("LGD_PAYKEY", sandbox.mint(&PaykeyRequest::default()).unwrap()).unwrap();
    let start = Instant::now();
    let outcome = payment.send();
    let took = start.elapsed();
    assert!(outcome.answer().is_some_and(|answer| answer.is_success()), "{outcome:?}");
    took
}

/// A file as the journal has them: made of zeros, then overwritten a line at a time.
fn sync_in(dir: &TempDir) -> impl FnMut(usize) -> Duration {
    let path = dir.path().join("sync");
    let file = OpenOptions::new().create_new(true).write(true).open(path).unwrap();
    file.write_all_at(&[0; 32 * 1024], 0).unwrap();
    file.sync_all().unwrap();
    move |line| {
        let start = Instant::now();
        file.write_all_at(&[b'x'; 300], (line * 300 % (32 * 1024 - 300)) as u64).unwrap();
        file.sync_data().unwrap();
        start.elapsed()
    }
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
