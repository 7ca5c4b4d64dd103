//! `xpay-bridge` at every step of a payment, while the script that waits for it dies: what no script has read is undone.

use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::process::{Child, ChildStdout, Command, ExitCode, Stdio};
use std::time::Instant;

use clap::Args;
use xpayclient_core::State;
use xpayclient_sandbox::DEMO_TEST_MID;

use super::bed::{Approval, CaseDir, Order, PayerProcess, TestBed};
use super::judge;
use super::shim::{self, Fault, Plan};
use super::tally::{self, Count, Tally};
use crate::progress::Progress;

/// Lets the script of an `xpay-bridge` die at every step; needs that beside itself.
#[derive(Args)]
pub(crate) struct Pipes {
    /// Only every N-th step.
    #[arg(long, default_value_t = 1)]
    every: usize,
    /// One step alone.
    #[arg(long)]
    only: Option<usize>,
}

impl Pipes {
    pub(crate) fn run(self) -> ExitCode {
        let (bed, began) = (TestBed::open(), Instant::now());
        tally::print_head("pipes");
        let steps = Script::start(&bed, Plan::COUNT).end_well();
        let meant = |step: &usize| self.only.map_or(step % self.every == 0, |only| *step == only);
        let chosen: Vec<usize> = (1..=steps).filter(meant).collect();
        let mut tally = play_all(&bed, &chosen);
        tally.add(Count::Steps, steps);
        tally::print_row("bridge", &tally, began.elapsed());
        tally.verdict()
    }
}

/// One after the other: a process that another thread is just starting has the script's end of the pipe for a moment.
fn play_all(bed: &TestBed, steps: &[usize]) -> Tally {
    let mut sum = Tally::default();
    let progress = Progress::of("steps of the bridge", steps.len());
    for step in steps {
        let mut tally = Tally::default();
        play(bed, *step, &mut tally);
        let repeat = format!("torture pipes --only {step}");
        tally.violations.iter_mut().for_each(|line| *line = format!("{repeat}: {line}"));
        sum.merge(tally);
        progress.step();
    }
    sum
}

/// The bridge stops before a step; its script reads what is there and dies; the bridge goes on.
fn play(bed: &TestBed, step: usize, tally: &mut Tally) {
    let script = Script::start(bed, Plan { step, fault: Fault::StopBefore });
    let (dir, order, read) = script.die_at_stop(tally);
    let client = bed.client(&dir);
    judge::recover(&client, tally);
    let open = client.open_transactions().unwrap();
    let Some(tx_id) = bed.tx_id_of(&order) else { return };
    let approval = bed.approval(&tx_id);
    tally.add(Count::Approvals, usize::from(approval != Approval::None));
    let unconfirmed = open.iter().any(|open| open.tx_id == tx_id && open.state == State::Unconfirmed);
    tally.add(Count::Unconfirmed, usize::from(unconfirmed));
    match (approval, read) {
        (Approval::None, _) => {}
        (Approval::Undone, true) => tally.wrong(Count::WrongRollbacks, "its script had read it"),
        (Approval::Undone, false) => tally.add(Count::Recovered, 1),
        (Approval::Standing, true) => tally.add(Count::Known, 1),
        // Whose script is gone has nobody to tell, and knows that.
        (Approval::Standing, false) => {
            let marks = dir.marks(&tx_id);
            tally.wrong(Count::Orphans, format!("no script has read it; the journal says {marks:?}"));
        }
    }
}

/// A bridge that has all its calls, and what there is of its script.
struct Script {
    bridge: PayerProcess,
    output: ChildStdout,
    dir: CaseDir,
    order: Order,
    /// How many answers there are up to that of the payment.
    answers: usize,
}

impl Script {
    fn start(bed: &TestBed, plan: Plan) -> Script {
        let (dir, order) = (bed.dir(), bed.order());
        let exe = std::env::current_exe().unwrap().with_file_name("xpay-bridge");
        assert!(exe.exists(), "{} is to be built first", exe.display());
        let mut child: Child = Command::new(&exe)
            .env("LD_PRELOAD", bed.shim())
            .env(shim::PLAN, plan.text())
            .env(shim::ARMED, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let journal = dir.0.join("journal");
        let calls = [
            ("init", vec![bed.sandbox.home().to_str().unwrap(), "test"]),
            ("set_config", vec!["journal_dir", journal.to_str().unwrap()]),
            ("set_config", vec!["log_level", "0"]),
            ("init_tx", vec![DEMO_TEST_MID]),
            ("set", vec!["LGD_TXNAME", "PaymentByKey"]),
            ("set", vec!["LGD_PAYKEY", order.paykey()]),
        ];
        let said = |(name, texts): &(&str, Vec<&str>)| format!("[1,\"{name}\",{texts:?}]\n");
        let lines: String = calls.iter().map(said).chain(["[1,\"tx_held\",[true]]\n".into()]).collect();
        // The input ends behind the last call: as far as the bridge can tell, nothing will ever be confirmed.
        child.stdin.take().unwrap().write_all(lines.as_bytes()).unwrap();
        let output = child.stdout.take().unwrap();
        // The first line is the version.
        let answers = calls.len() + 2;
        Script { bridge: PayerProcess::of(child), output, dir, order, answers }
    }

    /// How many steps there are.
    fn end_well(mut self) -> usize {
        let mut said = String::new();
        self.output.read_to_string(&mut said).unwrap();
        let last = said.lines().last().unwrap();
        assert!(said.lines().count() == self.answers && last.starts_with("[true,"), "{said}");
        self.bridge.end().listed_steps()
    }

    /// Whether the script had read the answer to its payment.
    fn die_at_stop(mut self, tally: &mut Tally) -> (CaseDir, Order, bool) {
        let stopped = self.bridge.is_stopped();
        tally.add(Count::Faults, usize::from(stopped));
        // SAFETY: the descriptor is open; reading on it then gives what is there.
        unsafe { libc::fcntl(self.output.as_raw_fd(), libc::F_SETFL, libc::O_NONBLOCK) };
        let mut said = Vec::new();
        let _ = self.output.read_to_end(&mut said);
        drop(self.output);
        self.bridge.resume();
        let ended = self.bridge.end();
        tally.unless(!ended.was_killed(), || format!("the bridge was ended by {}", ended.status));
        let answers = said.iter().filter(|byte| **byte == b'\n').count();
        (self.dir, self.order, answers >= self.answers)
    }
}
