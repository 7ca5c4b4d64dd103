//! A network that goes down around a payment and comes back late: the outcome that the shop has must still be true.

use std::env;
use std::fs;
use std::io;
use std::process::{Command, ExitCode};
use std::thread::sleep;
use std::time::{Duration, Instant};

use clap::Args;
use xpayclient_sandbox::{Late, Profile};

use super::bed::{Approval, CaseDir, Ended, Order, PayerProcess, Role, TestBed};
use super::payer::Way;
use super::shim::{Fault, Plan};
use super::tally::{self, Count, Tally};
use super::tunnel::Tunnel;
use crate::progress::Progress;

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
struct OutageCase {
    name: String,
    way: Way,
    killed: bool,
    dir: CaseDir,
    order: Order,
    payer: PayerProcess,
}

impl Outage {
    pub(crate) fn run(self) -> ExitCode {
        if let Err(error) = be_alone() {
            println!(
                "NOT TRIED: outages, which need root and the command ip ({error}) / 테스트하지 않음: 네트워크 장애. root 권한과 ip 명령이 필요합니다"
            );
            return if strict() { ExitCode::FAILURE } else { ExitCode::SUCCESS };
        }
        let mut total = Tally::default();
        let began = Instant::now();
        tally::print_head("outage");
        for (name, play) in [("queued", queued as fn(&TestBed, &mut Tally)), ("under way", under_way)] {
            let began = Instant::now();
            let mut tally = Tally::default();
            let progress = Progress::of(name, self.rounds as usize);
            for _ in 0..self.rounds {
                play(
                    &TestBed::with(Profile { late_request: Late::Approved, ..Profile::default() }),
                    &mut tally,
                );
                progress.step();
            }
            drop(progress);
            tally.violations.iter_mut().for_each(|line| *line = format!("{name}: {line}"));
            tally::print_row(name, &tally, began.elapsed());
            total.merge(tally);
        }
        tally::print_row("all", &total, began.elapsed());
        total.verdict()
    }
}

/// Whether nothing may be left out, as in CI.
fn strict() -> bool {
    [("XPAY_STRICT", "1"), ("CI", "true")]
        .iter()
        .any(|(name, value)| env::var(name).is_ok_and(|set| set == *value))
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
fn queued(bed: &TestBed, tally: &mut Tally) {
    let route = Route { bed, url: bed.sandbox.url() };
    let cases = route.cases_before_their_request(TIMEOUT);
    set_line("down").unwrap();
    cases.iter().for_each(|case| case.payer.resume());
    sleep(Duration::from_secs(1));
    cases.iter().filter(|case| case.killed).for_each(|case| case.payer.kill());
    // Those that are stopped ask for their Rollback when the others do.
    sleep(Duration::from_secs(TIMEOUT.into()) - Duration::from_secs(1));
    cases.iter().filter(|case| case.way == Way::Stopped).for_each(|case| case.payer.interrupt());
    sleep(DOWN - Duration::from_secs(TIMEOUT.into()));
    set_line("up").unwrap();
    let ended = route.end(cases);
    let port = bed.sandbox.port();
    wait_until(|| !is_anything_queued(port));
    for (case, ended) in &ended {
        let came = bed.approval(ended.tx_id(&case.order.oid)) != Approval::None;
        tally.unless(!came, || format!("{}: it was delivered after it was given up", case.name));
    }
    route.judge(&ended, tally);
}

/// The request has left its machine and arrives after the Rollback.
fn under_way(bed: &TestBed, tally: &mut Tally) {
    let tunnel = Tunnel::before(bed.sandbox.port());
    let route = Route { bed, url: tunnel.url.clone() };
    let cases = route.cases_before_their_request(TIMEOUT);
    tunnel.hold();
    cases.iter().for_each(|case| case.payer.resume());
    tunnel.wait_for(cases.len());
    cases.iter().filter(|case| case.killed).for_each(|case| case.payer.kill());
    cases.iter().filter(|case| case.way == Way::Stopped).for_each(|case| case.payer.interrupt());
    let ended = route.end(cases);
    tunnel.release();
    let arrived = |ended: &Ended, order: &Order| bed.approval(ended.tx_id(&order.oid)) == Approval::Standing;
    wait_until(|| ended.iter().all(|(case, ended)| arrived(ended, &case.order)));
    for (case, ended) in &ended {
        tally.unless(arrived(ended, &case.order), || format!("{}: nothing came late", case.name));
    }
    route.judge(&ended, tally);
}

/// The gateway and the way to it.
struct Route<'a> {
    bed: &'a TestBed,
    url: String,
}

impl Route<'_> {
    /// One of each kind, all of them standing before the sending of their request.
    fn cases_before_their_request(&self, timeout: u32) -> Vec<OutageCase> {
        let mut cases = Vec::new();
        for (warm, name) in [(true, "kept"), (false, "fresh")] {
            let sent = self.sendings(Role { warm, ..Role::new(Way::Plain) });
            for (way, killed) in
                [(Way::Plain, false), (Way::Guarded, false), (Way::Stopped, false), (Way::Plain, true)]
            {
                let (dir, order) = (self.bed.dir(), self.bed.order());
                let role = Role { warm, timeout, ..Role::new(way) };
                let plan = Plan { step: sent, fault: Fault::StopSending };
                let orders = std::slice::from_ref(&order);
                let payer = self.bed.start_at(&self.url, &dir, role, plan, orders);
                let name = format!("{name} {way:?}{}", if killed { " killed" } else { "" });
                cases.push(OutageCase { name, way, killed, dir, order, payer });
            }
        }
        for case in &cases {
            assert!(case.payer.is_stopped(), "{} did not stop", case.name);
        }
        cases
    }

    /// How often such a payer sends something, the last time its request.
    fn sendings(&self, role: Role) -> usize {
        let order = self.bed.order();
        let payer = self.bed.start_at(&self.url, &self.bed.dir(), role, Plan::COUNT, &[order]);
        payer.end().calls("send")
    }

    /// Every payer to its end, and a recovery right behind it.
    fn end(&self, cases: Vec<OutageCase>) -> Vec<(EndedCase, Ended)> {
        let end = |OutageCase { name, way, killed: _, dir, order, payer }| {
            let ended = payer.end();
            self.recover(&dir, 0);
            (EndedCase { name, way, dir, order }, ended)
        };
        cases.into_iter().map(end).collect()
    }

    fn recover(&self, dir: &CaseDir, ahead: u32) -> Ended {
        let role = Role { ahead, ..Role::RECOVERER };
        self.bed.start_at(&self.url, dir, role, Plan::NOTHING, &[]).end()
    }

    /// Recovery has run once more, later than anything may arrive.
    fn judge(&self, ended: &[(EndedCase, Ended)], tally: &mut Tally) {
        for (case, ended) in ended {
            let (tx_id, reported) = (ended.tx_id(&case.order.oid), ended.reported(&case.order.oid));
            tally.add(Count::Faults, 1);
            let late = self.bed.approval(tx_id) != Approval::None;
            tally.add(Count::Approvals, usize::from(late));
            let recovery = self.recover(&case.dir, LATE);
            tally.unless(recovery.status.success(), || {
                format!("{}: no recovery: {}", case.name, recovery.fault)
            });
            let ordered = case.dir.has_order(&case.order.oid);
            match (self.bed.approval(tx_id), reported) {
                (Approval::None, _) => {}
                (Approval::Undone, _) if ordered => {
                    tally.wrong(Count::WrongRollbacks, format!("{}: an order that was undone", case.name));
                }
                (Approval::Undone, _) => tally.add(Count::Recovered, 1),
                (Approval::Standing, "approved") if ordered || case.way == Way::Plain => {
                    tally.add(Count::Known, 1)
                }
                (Approval::Standing, _) => {
                    let marks = case.dir.marks(tx_id);
                    let what =
                        format!("{}: it stands, and the shop was told [{reported}]; {marks:?}", case.name);
                    tally.wrong(Count::Orphans, what);
                }
            }
        }
    }
}

/// A payer that has ended.
struct EndedCase {
    name: String,
    way: Way,
    dir: CaseDir,
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
