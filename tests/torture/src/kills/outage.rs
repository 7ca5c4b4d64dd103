//! A line that goes down around a payment and comes back late: what the shop was told must be true then, too.

use std::fs;
use std::io;
use std::process::{Command, ExitCode};
use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;
use xpayclient_sandbox::{RollbackRules, Unseen};

use super::payer::Way;
use super::shim::{Blow, Plan};
use super::stage::{Approval, Ended, Order, Place, Process, Role, Stage};
use super::tally::{self, Count, Tally};
use super::tunnel::Tunnel;

/// Lines that come back late, before a gateway that serves a request after its own Rollback.
#[derive(Args)]
pub(crate) struct Outage {
    /// How often.
    #[arg(long, default_value_t = 1)]
    rounds: u32,
}

/// What the payers wait for an answer, and how long the line is down: the Rollback finds it up, while the kernel waits for its
/// next attempt to deliver what it has.
const TIMEOUT: u32 = 3;
const DOWN: Duration = Duration::from_millis(4000);

/// Later than any packet may arrive.
const LATE: u32 = 130;

/// A payer that stood before its request when the line went down.
struct Case {
    name: String,
    way: Way,
    killed: bool,
    place: Place,
    order: Order,
    payer: Process,
}

impl Outage {
    pub(crate) fn run(self) -> ExitCode {
        if let Err(error) = be_alone() {
            println!(
                "OUTAGES NOT TRIED: no network namespace can be made ({error}) / 네트워크 네임스페이스를 만들 수 없어 회선 장애를 시험하지 않음"
            );
            return ExitCode::SUCCESS;
        }
        let mut total = Tally::default();
        let began = Instant::now();
        tally::print_head("outage");
        for (name, play) in [("queued", queued as fn(&Stage, &mut Tally)), ("under way", under_way)] {
            let began = Instant::now();
            let mut tally = Tally::default();
            for _ in 0..self.rounds {
                play(&Stage::with(RollbackRules { unseen: Unseen::Forgotten, once: false }), &mut tally);
            }
            tally.violations.iter_mut().for_each(|line| *line = format!("{name}: {line}"));
            tally::print_row(name, &tally, began.elapsed());
            total.merge(tally);
        }
        tally::print_row("all", &total, began.elapsed());
        super::verdict(&total)
    }
}

/// A network namespace of this process and its children, with a loopback of its own.
fn be_alone() -> io::Result<()> {
    // SAFETY: there is no other thread yet, and nothing is open.
    if unsafe { libc::unshare(libc::CLONE_NEWNET) } != 0 {
        return Err(io::Error::last_os_error());
    }
    set_line("up")
}

fn set_line(state: &str) -> io::Result<()> {
    let done = Command::new("ip").args(["link", "set", "lo", state]).status()?;
    if done.success() { Ok(()) } else { Err(io::Error::other("ip failed")) }
}

/// The line goes down while the request is handed to the kernel, and comes back before the Rollback.
fn queued(stage: &Stage, tally: &mut Tally) {
    let street = Street { stage, url: stage.sandbox.url() };
    let cases = street.cases_before_their_request(TIMEOUT);
    set_line("down").unwrap();
    cases.iter().for_each(|case| case.payer.resume());
    sleep(Duration::from_secs(1));
    cases.iter().filter(|case| case.killed).for_each(|case| case.payer.kill());
    // Those that are stopped ask for their Rollback when the others do.
    sleep(Duration::from_secs(TIMEOUT.into()) - Duration::from_secs(1));
    cases.iter().filter(|case| case.way == Way::Stopped).for_each(|case| case.payer.interrupt());
    sleep(DOWN - Duration::from_secs(TIMEOUT.into()));
    set_line("up").unwrap();
    let ended = street.end(cases);
    let port = stage.sandbox.port();
    wait_until(|| !is_anything_queued(port));
    for (case, ended) in &ended {
        let came = stage.approval(ended.tx_id(&case.order.oid)) != Approval::None;
        tally.unless(!came, || format!("{}: it was delivered after it was given up", case.name));
    }
    street.judge(&ended, tally);
}

/// The request has left its machine and arrives after the Rollback.
fn under_way(stage: &Stage, tally: &mut Tally) {
    let tunnel = Tunnel::before(stage.sandbox.port());
    let street = Street { stage, url: tunnel.url.clone() };
    let cases = street.cases_before_their_request(TIMEOUT);
    tunnel.hold();
    cases.iter().for_each(|case| case.payer.resume());
    sleep(Duration::from_millis(500));
    cases.iter().filter(|case| case.killed).for_each(|case| case.payer.kill());
    cases.iter().filter(|case| case.way == Way::Stopped).for_each(|case| case.payer.interrupt());
    let ended = street.end(cases);
    tunnel.release();
    let arrived =
        |ended: &Ended, order: &Order| stage.approval(ended.tx_id(&order.oid)) == Approval::Standing;
    wait_until(|| ended.iter().all(|(case, ended)| arrived(ended, &case.order)));
    for (case, ended) in &ended {
        tally.unless(arrived(ended, &case.order), || format!("{}: nothing came late", case.name));
    }
    street.judge(&ended, tally);
}

/// The gateway and the way to it.
struct Street<'a> {
    stage: &'a Stage,
    url: String,
}

impl Street<'_> {
    /// One of each kind, all of them standing before the sending of their request.
    fn cases_before_their_request(&self, timeout: u32) -> Vec<Case> {
        let mut cases = Vec::new();
        for (warm, name) in [(true, "kept"), (false, "fresh")] {
            let sent = self.sendings(Role { warm, ..Role::new(Way::Plain) });
            for (way, killed) in
                [(Way::Plain, false), (Way::Guarded, false), (Way::Stopped, false), (Way::Plain, true)]
            {
                let (place, order) = (self.stage.place(), self.stage.order());
                let role = Role { warm, timeout, ..Role::new(way) };
                let plan = Plan { step: sent, blow: Blow::StopSending };
                let orders = std::slice::from_ref(&order);
                let payer = self.stage.start_at(&self.url, &place, role, plan, orders);
                let name = format!("{name} {way:?}{}", if killed { " killed" } else { "" });
                cases.push(Case { name, way, killed, place, order, payer });
            }
        }
        for case in &cases {
            assert!(case.payer.is_stopped(), "{} did not stop", case.name);
        }
        cases
    }

    /// How often such a payer sends something, the last time its request.
    fn sendings(&self, role: Role) -> usize {
        let order = self.stage.order();
        let payer = self.stage.start_at(&self.url, &self.stage.place(), role, Plan::COUNT, &[order]);
        payer.end().calls("send")
    }

    /// Every payer to its end, and a recovery right behind it.
    fn end(&self, cases: Vec<Case>) -> Vec<(Dead, Ended)> {
        let end = |Case { name, way, killed: _, place, order, payer }| {
            let ended = payer.end();
            self.recover(&place, 0);
            (Dead { name, way, place, order }, ended)
        };
        cases.into_iter().map(end).collect()
    }

    fn recover(&self, place: &Place, ahead: u32) -> Ended {
        let role = Role { ahead, ..Role::RECOVERER };
        self.stage.start_at(&self.url, place, role, Plan::NOTHING, &[]).end()
    }

    /// Recovery has run once more, later than anything may arrive.
    fn judge(&self, ended: &[(Dead, Ended)], tally: &mut Tally) {
        for (case, ended) in ended {
            let (tx_id, told) = (ended.tx_id(&case.order.oid), ended.told(&case.order.oid));
            tally.add(Count::Blows, 1);
            let late = self.stage.approval(tx_id) != Approval::None;
            tally.add(Count::Approvals, usize::from(late));
            let recovery = self.recover(&case.place, LATE);
            tally.unless(recovery.status.success(), || {
                format!("{}: no recovery: {}", case.name, recovery.blow)
            });
            let booked = case.place.has_order(&case.order.oid);
            match (self.stage.approval(tx_id), told) {
                (Approval::None, _) => {}
                (Approval::Undone, _) if booked => {
                    tally.wrong(Count::WrongRollbacks, format!("{}: an order that was undone", case.name));
                }
                (Approval::Undone, _) => tally.add(Count::Recovered, 1),
                (Approval::Standing, "approved") if booked || case.way == Way::Plain => {
                    tally.add(Count::Known, 1)
                }
                (Approval::Standing, _) => {
                    let marks = case.place.marks(tx_id);
                    let what = format!("{}: it stands, and the shop was told [{told}]; {marks:?}", case.name);
                    tally.wrong(Count::Orphans, what);
                }
            }
        }
    }
}

/// A payer that has ended.
struct Dead {
    name: String,
    way: Way,
    place: Place,
    order: Order,
}

/// Whether a socket to this port still has something to deliver, whoever's it was.
fn is_anything_queued(port: u16) -> bool {
    let port = format!(":{port:04X}");
    let sockets = fs::read_to_string("/proc/thread-self/net/tcp").unwrap();
    sockets.lines().skip(1).any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let [_, _, remote, _, queues, ..] = words[..] else { return false };
        remote.ends_with(&port) && !queues.starts_with("00000000")
    })
}

fn wait_until(happened: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(20);
    while !happened() && Instant::now() < end {
        sleep(Duration::from_millis(20));
    }
}
