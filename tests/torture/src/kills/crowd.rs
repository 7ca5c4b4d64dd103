//! Many processes at once in one journal, many of them killed, while others recover.

use std::io::{BufRead, BufReader};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

use clap::Args;
use xpayclient_core::{OpenTransaction, State};

use super::bed::{Approval, CaseDir, Order, PayerProcess, Role, TestBed};
use super::judge;
use super::payer::Way;
use super::shim::{Fault, Plan};
use super::tally::{self, Count, Tally};
use crate::progress::Progress;
use crate::random::Random;

/// How much each payer has to do.
const PAYMENTS: usize = 6;

/// Sixty-four processes pay at once and die at random; one recovery follows.
#[derive(Args)]
pub(crate) struct Crowd {
    /// How many processes.
    #[arg(long, default_value_t = 64)]
    processes: usize,
    /// How often.
    #[arg(long, default_value_t = 1)]
    rounds: usize,
    /// Chooses who dies, and when.
    #[arg(long, default_value_t = 0)]
    seed: usize,
}

impl Crowd {
    pub(crate) fn run(self) -> ExitCode {
        let mut total = Tally::default();
        let began = Instant::now();
        tally::print_head("crowd");
        for seed in self.seed..self.seed + self.rounds {
            let began = Instant::now();
            let progress = Progress::of(format!("seed {seed}"), self.processes);
            let mut tally = CrowdRun::open(self.processes, seed).play(&progress);
            drop(progress);
            tally::print_row(&format!("seed {seed}"), &tally, began.elapsed());
            let repeat = format!("torture crowd --processes {} --seed {seed}", self.processes);
            tally.violations.iter_mut().for_each(|line| *line = format!("{repeat}: {line}"));
            total.merge(tally);
        }
        tally::print_row("all", &total, began.elapsed());
        total.verdict()
    }
}

/// A line of a payer's output, or its end.
type Event = (usize, Option<String>);

/// A gateway, a journal and a crowd.
struct CrowdRun {
    bed: TestBed,
    dir: CaseDir,
    random: Random,
    payers: Vec<CrowdPayer>,
    events: Receiver<Event>,
    tally: Tally,
}

struct CrowdPayer {
    process: Option<PayerProcess>,
    orders: Vec<Order>,
    lines: Vec<String>,
    /// What the library had finished when the payer died, read before others write over it.
    delivered: Vec<String>,
}

impl CrowdPayer {
    /// The LGD_TXID of an order, once it was tried.
    fn tx_id(&self, oid: &str) -> Option<&str> {
        self.lines.iter().find_map(|line| line.strip_prefix("trying ")?.strip_prefix(oid)?.strip_prefix(' '))
    }
}

impl CrowdRun {
    fn open(processes: usize, seed: usize) -> CrowdRun {
        let bed = TestBed::open();
        let dir = bed.dir();
        let (say, events) = channel();
        let mut round = CrowdRun {
            random: Random::new(seed as u64),
            payers: Vec::new(),
            tally: Tally::default(),
            bed,
            dir,
            events,
        };
        for number in 0..processes {
            round.admit(number, say.clone());
        }
        round
    }

    /// A third dies by itself at some step, a third may be killed from outside, a third lives.
    fn admit(&mut self, number: usize, say: Sender<Event>) {
        let orders: Vec<Order> = (0..PAYMENTS).map(|_| self.bed.order()).collect();
        let fault = if self.random.below(2) == 0 { Fault::KillBefore } else { Fault::KillAfter };
        let plan = match number % 3 {
            0 => Plan { step: 1 + self.random.below(50 * PAYMENTS), fault },
            _ => Plan::NOTHING,
        };
        let clients = if number % 4 == 0 { 3 } else { 1 };
        let role = Role { clients, ..Role::new(Way::Mixed) };
        let mut process = self.bed.start(&self.dir, role, plan, &orders);
        let lines = BufReader::new(process.output()).lines();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = say.send((number, Some(line)));
            }
            let _ = say.send((number, None));
        });
        self.payers.push(CrowdPayer {
            process: Some(process),
            orders,
            lines: Vec::new(),
            delivered: Vec::new(),
        });
    }

    fn play(mut self, progress: &Progress) -> Tally {
        self.watch(progress);
        self.reap();
        self.recover_twice_at_once();
        self.judge();
        self.tally
    }

    /// What the payers say decides when somebody is killed and when somebody recovers.
    fn watch(&mut self, progress: &Progress) {
        let mut running = self.payers.len();
        let mut heard = 0;
        let mut recoverers = Vec::new();
        while running > 0 {
            let (number, line) = self.events.recv().unwrap();
            let Some(line) = line else {
                running -= 1;
                progress.step();
                self.look_after(number);
                continue;
            };
            self.payers[number].lines.push(line);
            heard += 1;
            self.note_sendings(heard);
            self.kill_somebody();
            if heard % 100 == 0 {
                recoverers.push(self.bed.start(&self.dir, Role::RECOVERER, Plan::NOTHING, &[]));
            }
        }
        for recoverer in recoverers {
            let ended = recoverer.end();
            self.tally.unless(ended.status.success(), || format!("a recovery failed: {}", ended.fault));
        }
    }

    /// One of those that are killed from outside, wherever it is; it may be dead already.
    fn kill_somebody(&mut self) {
        const SELDOM: usize = 16;
        let victim = self.random.below(self.payers.len());
        if victim % 3 == 1 && self.random.below(SELDOM) == 0 {
            self.payers[victim].process.as_ref().unwrap().kill();
        }
    }

    fn look_after(&mut self, number: usize) {
        let payer = &mut self.payers[number];
        let tried = payer.orders.iter().filter_map(|order| payer.tx_id(&order.oid));
        payer.delivered = tried.filter(|tx_id| self.dir.is_delivered(tx_id)).map(str::to_owned).collect();
    }

    /// The sandbox forgets, so it is asked before it does.
    fn note_sendings(&mut self, heard: usize) {
        const OFTEN_ENOUGH: usize = 50;
        if heard % OFTEN_ENOUGH == 0 {
            let twice = self.bed.repeated();
            self.tally.unless(twice.is_empty(), || format!("sent twice: {twice:?}"));
        }
    }

    fn reap(&mut self) {
        for payer in &mut self.payers {
            let ended = payer.process.take().unwrap().end();
            let killed = ended.was_killed();
            self.tally.add(Count::Faults, usize::from(killed));
            self.tally.unless(killed || ended.status.success(), || format!("it ended: {}", ended.fault));
        }
    }

    /// One recovery is stopped in the middle: the other must leave everything to it.
    fn recover_twice_at_once(&mut self) {
        let midway = Plan { step: 1, fault: Fault::StopSent };
        let first = self.bed.start(&self.dir, Role::RECOVERER, midway, &[]);
        let stopped = first.is_stopped();
        if stopped {
            let second = self.bed.run(&self.dir, Role::RECOVERER, Plan::NOTHING, &[]);
            self.tally.unless(second.recovered() == "0 true", || {
                format!("a second recovery at once: {}", second.recovered())
            });
            first.resume();
        }
        let first = first.end();
        self.tally.unless(first.recovered().ends_with("false"), || "the first recovery was elsewhere".into());
    }

    fn judge(&mut self) {
        let client = self.bed.client(&self.dir);
        judge::recover(&client, &mut self.tally);
        let open = client.open_transactions().unwrap();
        let evidence = Evidence { bed: &self.bed, dir: &self.dir, open: &open };
        let mut known = 0;
        for payer in &self.payers {
            for (number, order) in payer.orders.iter().enumerate() {
                known += usize::from(evidence.judge(payer, number, order, &mut self.tally));
            }
        }
        let ordered = |open: &OpenTransaction| self.dir.has_order(&open.oid);
        judge::close(&self.bed, &client, ordered, &mut self.tally);
        // The ledger as a whole agrees, including late requests.
        let standing = self.bed.standing();
        self.tally.unless(standing == known, || format!("{standing} stand and {known} may"));
    }
}

/// What a verdict is based on.
struct Evidence<'a> {
    bed: &'a TestBed,
    dir: &'a CaseDir,
    open: &'a [OpenTransaction],
}

impl Evidence<'_> {
    /// Whether it stands and may go on standing.
    fn judge(&self, payer: &CrowdPayer, number: usize, order: &Order, tally: &mut Tally) -> bool {
        let Some(tx_id) = payer.tx_id(&order.oid) else { return false };
        let ordered = self.dir.has_order(&order.oid);
        let unconfirmed = |open: &OpenTransaction| open.tx_id == tx_id && open.state == State::Unconfirmed;
        let unconfirmed = self.open.iter().any(unconfirmed);
        let returned =
            Way::Mixed.of(number) == Way::Plain && payer.delivered.iter().any(|known| known == tx_id);
        let approval = self.bed.approval(tx_id);
        tally.add(Count::Unconfirmed, usize::from(unconfirmed));
        tally.add(Count::Approvals, usize::from(approval != Approval::None));
        match approval {
            Approval::None => tally.unless(!ordered, || "an order without an approval".into()),
            Approval::Undone if ordered => tally.wrong(Count::WrongRollbacks, format!("{tx_id} was undone")),
            Approval::Undone => tally.add(Count::Recovered, 1),
            Approval::Standing if ordered => tally.add(Count::Known, 1),
            Approval::Standing if unconfirmed => return false,
            Approval::Standing if returned => tally.add(Count::Returned, 1),
            Approval::Standing => {
                tally.wrong(Count::Orphans, format!("an orphan: {:?}", self.dir.marks(tx_id)));
            }
        }
        approval == Approval::Standing
    }
}
