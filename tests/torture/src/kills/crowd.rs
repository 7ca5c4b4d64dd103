//! Many processes at once in one journal, many of them killed, while others recover.

use std::io::{BufRead, BufReader};
use std::process::ExitCode;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::Instant;

use clap::Args;
use xpayclient_core::{OpenTransaction, State};

use super::judge;
use super::payer::Way;
use super::shim::{Blow, Plan};
use super::stage::{Approval, Order, Place, Process, Role, Stage};
use super::tally::{self, Count, Tally};
use crate::chance::Chance;

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
            let mut tally = Round::open(self.processes, seed).play();
            tally::print_row(&format!("seed {seed}"), &tally, began.elapsed());
            let repeat = format!("torture crowd --processes {} --seed {seed}", self.processes);
            tally.violations.iter_mut().for_each(|line| *line = format!("{repeat}: {line}"));
            total.merge(tally);
        }
        tally::print_row("all", &total, began.elapsed());
        super::verdict(&total)
    }
}

/// What a payer said, or that it says no more.
type Event = (usize, Option<String>);

/// A gateway, a journal and a crowd.
struct Round {
    stage: Stage,
    place: Place,
    chance: Chance,
    payers: Vec<Payer>,
    events: Receiver<Event>,
    tally: Tally,
}

struct Payer {
    process: Option<Process>,
    orders: Vec<Order>,
    said: Vec<String>,
    /// What the library had finished when the payer died, read before others write over it.
    delivered: Vec<String>,
}

impl Payer {
    /// The LGD_TXID of an order, once it was tried.
    fn tx_id(&self, oid: &str) -> Option<&str> {
        self.said.iter().find_map(|line| line.strip_prefix("trying ")?.strip_prefix(oid)?.strip_prefix(' '))
    }
}

impl Round {
    fn open(processes: usize, seed: usize) -> Round {
        let stage = Stage::open();
        let place = stage.place();
        let (say, events) = channel();
        let mut round = Round {
            chance: Chance::new(seed as u64),
            payers: Vec::new(),
            tally: Tally::default(),
            stage,
            place,
            events,
        };
        for number in 0..processes {
            round.admit(number, say.clone());
        }
        round
    }

    /// A third dies by itself at some step, a third may be killed from outside, a third lives.
    fn admit(&mut self, number: usize, say: Sender<Event>) {
        let orders: Vec<Order> = (0..PAYMENTS).map(|_| self.stage.order()).collect();
        let blow = if self.chance.below(2) == 0 { Blow::KillBefore } else { Blow::KillAfter };
        let plan = match number % 3 {
            0 => Plan { step: 1 + self.chance.below(50 * PAYMENTS), blow },
            _ => Plan::NOTHING,
        };
        let clients = if number % 4 == 0 { 3 } else { 1 };
        let role = Role { clients, ..Role::new(Way::Mixed) };
        let mut process = self.stage.start(&self.place, role, plan, &orders);
        let lines = BufReader::new(process.output()).lines();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let _ = say.send((number, Some(line)));
            }
            let _ = say.send((number, None));
        });
        self.payers.push(Payer { process: Some(process), orders, said: Vec::new(), delivered: Vec::new() });
    }

    fn play(mut self) -> Tally {
        self.watch();
        self.reap();
        self.recover_twice_at_once();
        self.judge();
        self.tally
    }

    /// What the payers say decides when somebody is killed and when somebody recovers.
    fn watch(&mut self) {
        let mut running = self.payers.len();
        let mut heard = 0;
        let mut recoverers = Vec::new();
        while running > 0 {
            let (number, line) = self.events.recv().unwrap();
            let Some(line) = line else {
                running -= 1;
                self.look_after(number);
                continue;
            };
            self.payers[number].said.push(line);
            heard += 1;
            self.note_sendings(heard);
            self.kill_somebody();
            if heard % 100 == 0 {
                recoverers.push(self.stage.start(&self.place, Role::RECOVERER, Plan::NOTHING, &[]));
            }
        }
        for recoverer in recoverers {
            let ended = recoverer.end();
            self.tally.unless(ended.status.success(), || format!("a recovery failed: {}", ended.blow));
        }
    }

    /// One of those that are killed from outside, wherever it is; it may be dead already.
    fn kill_somebody(&mut self) {
        const SELDOM: usize = 16;
        let victim = self.chance.below(self.payers.len());
        if victim % 3 == 1 && self.chance.below(SELDOM) == 0 {
            self.payers[victim].process.as_ref().unwrap().kill();
        }
    }

    fn look_after(&mut self, number: usize) {
        let payer = &mut self.payers[number];
        let tried = payer.orders.iter().filter_map(|order| payer.tx_id(&order.oid));
        payer.delivered = tried.filter(|tx_id| self.place.is_delivered(tx_id)).map(str::to_owned).collect();
    }

    /// The sandbox forgets, so it is asked before it does.
    fn note_sendings(&mut self, heard: usize) {
        const OFTEN_ENOUGH: usize = 50;
        if heard % OFTEN_ENOUGH == 0 {
            let twice = self.stage.repeated();
            self.tally.unless(twice.is_empty(), || format!("sent twice: {twice:?}"));
        }
    }

    fn reap(&mut self) {
        for payer in &mut self.payers {
            let ended = payer.process.take().unwrap().end();
            let killed = ended.was_killed();
            self.tally.add(Count::Blows, usize::from(killed));
            self.tally.unless(killed || ended.status.success(), || format!("it ended: {}", ended.blow));
        }
    }

    /// One recovery is stopped in the middle: the other must leave everything to it.
    fn recover_twice_at_once(&mut self) {
        let midway = Plan { step: 1, blow: Blow::StopSent };
        let first = self.stage.start(&self.place, Role::RECOVERER, midway, &[]);
        let stopped = first.is_stopped();
        if stopped {
            let second = self.stage.run(&self.place, Role::RECOVERER, Plan::NOTHING, &[]);
            self.tally.unless(second.recovered() == "0 true", || {
                format!("a second recovery at once: {}", second.recovered())
            });
            first.resume();
        }
        let first = first.end();
        self.tally.unless(first.recovered().ends_with("false"), || "the first recovery was elsewhere".into());
    }

    fn judge(&mut self) {
        let client = self.stage.client(&self.place);
        judge::recover(&client, &mut self.tally);
        let open = client.open_transactions().unwrap();
        let court = Court { stage: &self.stage, place: &self.place, open: &open };
        let mut known = 0;
        for payer in &self.payers {
            for (number, order) in payer.orders.iter().enumerate() {
                known += usize::from(court.judge(payer, number, order, &mut self.tally));
            }
        }
        let booked = |open: &OpenTransaction| self.place.has_order(&open.oid);
        judge::close(&self.stage, &client, booked, &mut self.tally);
        // The books as a whole say the same, also of what came late.
        let standing = self.stage.standing();
        self.tally.unless(standing == known, || format!("{standing} stand and {known} may"));
    }
}

/// What a verdict rests on.
struct Court<'a> {
    stage: &'a Stage,
    place: &'a Place,
    open: &'a [OpenTransaction],
}

impl Court<'_> {
    /// Whether it stands and may go on standing.
    fn judge(&self, payer: &Payer, number: usize, order: &Order, tally: &mut Tally) -> bool {
        let Some(tx_id) = payer.tx_id(&order.oid) else { return false };
        let booked = self.place.has_order(&order.oid);
        let unconfirmed = |open: &OpenTransaction| open.tx_id == tx_id && open.state == State::Unconfirmed;
        let unconfirmed = self.open.iter().any(unconfirmed);
        let returned =
            Way::Mixed.of(number) == Way::Plain && payer.delivered.iter().any(|known| known == tx_id);
        let approval = self.stage.approval(tx_id);
        tally.add(Count::Unconfirmed, usize::from(unconfirmed));
        tally.add(Count::Approvals, usize::from(approval != Approval::None));
        match approval {
            Approval::None => tally.unless(!booked, || "an order without an approval".into()),
            Approval::Undone if booked => tally.wrong(Count::WrongRollbacks, format!("{tx_id} was undone")),
            Approval::Undone => tally.add(Count::Recovered, 1),
            Approval::Standing if booked => tally.add(Count::Known, 1),
            Approval::Standing if unconfirmed => return false,
            Approval::Standing if returned => tally.add(Count::Returned, 1),
            Approval::Standing => {
                tally.wrong(Count::Orphans, format!("an orphan: {:?}", self.place.marks(tx_id)));
            }
        }
        approval == Approval::Standing
    }
}
