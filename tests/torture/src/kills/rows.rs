//! The rows of the table: what a payer does, its faults, and what must be true afterwards.

use xpayclient_core::State;

use super::bed::{Approval, CaseDir, Ended, Order, PayerProcess, Role, TestBed};
use super::judge::{self, OrderCase};
use super::payer::Way;
use super::shim::{Fault, Plan};
use super::tally::{Count, Tally};

/// One row: every step of `role` × every one of `faults`.
pub(super) struct Row {
    /// As `--only` has it.
    pub(super) name: &'static str,
    role: Role,
    /// Whether the journal holds another process's settled payment already.
    warm: bool,
    pub(super) faults: &'static [Fault],
    run: fn(&RowRun, &mut Tally, Plan),
}

const KILL: &[Fault] = &[Fault::KillBefore, Fault::KillAfter];
const STOP: &[Fault] = &[Fault::StopBefore, Fault::StopAfter];
const FAIL: &[Fault] = &[Fault::Full, Fault::FullOn, Fault::Broken, Fault::BrokenOn, Fault::Short];

const TELL: &[Fault] = &[Fault::InterruptBefore, Fault::InterruptAfter];
const REFUSE: &[Fault] = &[Fault::RefusesTruncate, Fault::RefusesWrite, Fault::RefusesSync];

const STRICT: Role = Role { journal: "strict", ..Role::new(Way::Plain) };
const STRICT_GUARDED: Role = Role { journal: "strict", ..Role::new(Way::Guarded) };

const fn row(
    name: &'static str,
    role: Role,
    faults: &'static [Fault],
    run: fn(&RowRun, &mut Tally, Plan),
) -> Row {
    Row { name, role, warm: false, faults, run }
}

pub(super) const ROWS: &[Row] = &[
    row("plain", Role::new(Way::Plain), KILL, killed),
    Row { warm: true, ..row("warm", Role::new(Way::Plain), KILL, killed) },
    row("guarded", Role::new(Way::Guarded), KILL, killed),
    row("failing", Role::new(Way::Failing), KILL, killed),
    row("lost", Role::new(Way::Lost), KILL, killed),
    row("interrupted", Role::new(Way::Stopped), TELL, failed),
    row("regretted", Role::new(Way::Regretted), STOP, regretted),
    row("cancel", Role::new(Way::Cancel), KILL, refund_killed),
    row("partial-cancel", Role::new(Way::PartialCancel), KILL, refund_killed),
    row("cash-receipt", Role::new(Way::CashReceipt), KILL, refund_killed),
    row("recovery", Role::RECOVERER, KILL, recoverer_killed),
    row("forked", Role::new(Way::Plain), &[Fault::Fork], killed),
    row("stopped", Role::new(Way::Plain), STOP, stopped),
    row("beside", Role::RECOVERER, STOP, beside),
    row("between", Role::RECOVERER, STOP, between),
    row("disk", Role::new(Way::Plain), FAIL, failed),
    row("disk-guarded", Role::new(Way::Guarded), FAIL, failed),
    row("strict", STRICT, FAIL, failed),
    row("strict-guarded", STRICT_GUARDED, FAIL, failed),
    row("one-file", Role::new(Way::Plain), REFUSE, refused_by_one_file),
    row("one-file-strict", STRICT, REFUSE, refused_by_one_file),
];

/// A row on the test bed, with what its runs need.
pub(super) struct RowRun<'a> {
    bed: &'a TestBed,
    pub(super) row: &'a Row,
    /// How often it has sent something once the request has left.
    sent: usize,
    pub(super) steps: usize,
}

impl<'a> RowRun<'a> {
    pub(super) fn new(bed: &'a TestBed, row: &'a Row) -> RowRun<'a> {
        let order = bed.order();
        let usual = bed.run(&bed.dir(), Role::new(Way::Plain), Plan::COUNT, &[order]);
        let mut run = RowRun { bed, row, sent: usual.calls("send"), steps: 0 };
        let dir = run.dir();
        let paying = row.role.way != Way::Recover;
        let orders: Vec<Order> = paying.then(|| bed.order()).into_iter().collect();
        if !paying {
            run.leave_open(&dir);
            run.leave_open(&dir);
        }
        let count = if row.faults == FAIL { Plan::NOTHING } else { Plan::COUNT };
        run.steps = match row.faults == REFUSE {
            // One with other files, one without.
            true => 2,
            false => bed.run(&dir, row.role, count, &orders).steps(),
        };
        run
    }

    pub(super) fn play(&self, plan: Plan) -> Tally {
        let mut tally = Tally::default();
        (self.row.run)(self, &mut tally, plan);
        tally
    }

    fn dir(&self) -> CaseDir {
        let dir = self.bed.dir();
        if self.row.warm {
            self.pay(&dir);
        }
        dir
    }

    /// A payment that nothing happens to.
    fn pay(&self, dir: &CaseDir) -> Ended {
        let order = self.bed.order();
        let ended = self.bed.run(dir, Role::new(Way::Plain), Plan::NOTHING, &[order]);
        assert!(ended.status.success(), "{}", ended.fault);
        ended
    }

    /// A payment whose process dies with the answer in its hands.
    fn leave_open(&self, dir: &CaseDir) -> (Order, Ended) {
        let order = self.bed.order();
        let plan = Plan { step: 0, fault: Fault::KillAnswered };
        let ended = self.bed.run(dir, Role::new(Way::Plain), plan, std::slice::from_ref(&order));
        assert!(ended.was_killed(), "a payer was not killed");
        (order, ended)
    }

    fn case<'c>(&'c self, dir: &'c CaseDir, way: Way, order: &'c Order, ended: &'c Ended) -> OrderCase<'c> {
        OrderCase::of(self.bed, dir, way, order, ended)
    }

    /// Recovery, the verdict on each order, and the merchant's part.
    fn settle(&self, dir: &CaseDir, way: Way, dead: &[(Order, Ended)], tally: &mut Tally) {
        let client = self.bed.client(dir);
        let recovered = judge::recover(&client, tally);
        let open = client.open_transactions().unwrap();
        for (order, ended) in dead {
            self.case(dir, way, order, ended).judge(&open, recovered > 0, tally);
        }
        judge::close(self.bed, &client, |open| dir.has_order(&open.oid), tally);
    }
}

/// Killed if the step of the plan was reached; otherwise it ended well.
fn note_fault(ended: &Ended, tally: &mut Tally) {
    let killed = ended.was_killed();
    tally.add(Count::Faults, usize::from(killed));
    tally.unless(killed || ended.status.success(), || format!("it ended with {}", ended.status));
}

/// A payer dies, leaving a forked child behind where the plan says so.
fn killed(run: &RowRun, tally: &mut Tally, plan: Plan) {
    let (dir, order, role) = (run.dir(), run.bed.order(), run.row.role);
    let ended = run.bed.run(&dir, role, plan, std::slice::from_ref(&order));
    note_fault(&ended, tally);
    let dead = [(order, ended)];
    run.settle(&dir, role.way, &dead, tally);
    dead[0].1.end_child();
    tally.violations.iter_mut().for_each(|line| line.push_str(&format!(" ({})", dead[0].1.fault)));
}

/// A recovery dies while there are two payments for it.
fn recoverer_killed(run: &RowRun, tally: &mut Tally, plan: Plan) {
    let dir = run.dir();
    let dead = [run.leave_open(&dir), run.leave_open(&dir)];
    let ended = run.bed.run(&dir, run.row.role, plan, &[]);
    note_fault(&ended, tally);
    run.settle(&dir, Way::Plain, &dead, tally);
    // What the first recovery had undone already counts as recovered too.
    let undone =
        dead.iter().filter(|(order, ended)| run.bed.approval(ended.tx_id(&order.oid)) == Approval::Undone);
    tally.unless(undone.count() == 2, || format!("not both were undone ({})", ended.fault));
}

/// A payer is stopped; others recover and pay; it goes on and must not have noticed.
fn stopped(run: &RowRun, tally: &mut Tally, plan: Plan) {
    let (dir, order, role) = (run.dir(), run.bed.order(), run.row.role);
    let payer = run.bed.start(&dir, role, plan, std::slice::from_ref(&order));
    if payer.is_stopped() {
        tally.add(Count::Faults, 1);
        leave_alone(run, tally, &dir);
        let other = run.pay(&dir);
        tally.unless(other.status.success(), || "another could not pay meanwhile".into());
        leave_alone(run, tally, &dir);
        payer.resume();
    }
    let ended = payer.end();
    tally.unless(ended.reported(&order.oid) == "approved", || format!("told {}", ended.reported(&order.oid)));
    let fault = ended.fault.clone();
    run.settle(&dir, role.way, &[(order, ended)], tally);
    tally.violations.iter_mut().for_each(|line| line.push_str(&format!(" ({fault})")));
}

/// Recovery must leave running transactions alone, and list them as running.
fn leave_alone(run: &RowRun, tally: &mut Tally, dir: &CaseDir) {
    let client = run.bed.client(dir);
    let rolled_back = client.recover().unwrap().rolled_back;
    tally.unless(rolled_back.is_empty(), || "a running payment was rolled back".into());
    let open = client.open_transactions().unwrap();
    tally.unless(open.iter().all(|open| open.state == State::Running), || format!("not running: {open:?}"));
    // What is written and not handed over yet is listed.
    let marks = dir.last_marks();
    let running = marks.iter().filter(|mark| matches!(&***mark, "begin" | "answered" | "held")).count();
    tally.unless(open.len() == running, || format!("{running} are running, listed are {open:?}"));
}

/// A recovery is stopped while a payment begins, and goes on while that is under way.
fn beside(run: &RowRun, tally: &mut Tally, plan: Plan) {
    let dir = run.dir();
    let dead = run.leave_open(&dir);
    run.pay(&dir);
    let recoverer = run.bed.start(&dir, run.row.role, plan, &[]);
    let stopped = recoverer.is_stopped();
    let paying = run.start_paying(&dir, Fault::StopSent);
    run.overtake((recoverer, stopped), paying, &dead, &dir, tally);
}

/// A payment has locked its file and written nothing; a recovery comes that far and is stopped; the payment goes on until
/// it is sent, and the recovery goes on with what it believes to know.
fn between(run: &RowRun, tally: &mut Tally, plan: Plan) {
    let dir = run.dir();
    let dead = run.leave_open(&dir);
    run.pay(&dir);
    let paying = run.start_paying(&dir, Fault::StopTwice);
    let recoverer = run.bed.start(&dir, run.row.role, plan, &[]);
    let stopped = recoverer.is_stopped();
    paying.1.resume();
    paying.1.is_stopped();
    run.overtake((recoverer, stopped), paying, &dead, &dir, tally);
}

impl RowRun<'_> {
    /// A payer that stops when its request has left, and perhaps before.
    fn start_paying(&self, dir: &CaseDir, fault: Fault) -> (Order, PayerProcess) {
        let (order, plan) = (self.bed.order(), Plan { step: self.sent, fault });
        let payer = self.bed.start(dir, Role::new(Way::Plain), plan, std::slice::from_ref(&order));
        assert!(payer.is_stopped(), "a payer did not stop");
        (order, payer)
    }

    /// The recovery ends before the payment does.
    fn overtake(
        &self,
        (recoverer, stopped): (PayerProcess, bool),
        (order, payer): (Order, PayerProcess),
        dead: &(Order, Ended),
        dir: &CaseDir,
        tally: &mut Tally,
    ) {
        if stopped {
            tally.add(Count::Faults, 1);
            elsewhere(self, tally, dir);
            recoverer.resume();
        }
        let fault = recoverer.end().fault;
        payer.resume();
        let ended = payer.end();
        let reported = ended.reported(&order.oid);
        tally.unless(reported == "approved", || format!("told {reported}"));
        let client = self.bed.client(dir);
        judge::recover(&client, tally);
        self.case(dir, Way::Plain, &order, &ended).judge(&[], true, tally);
        self.case(dir, Way::Plain, &dead.0, &dead.1).judge(&[], true, tally);
        tally.violations.iter_mut().for_each(|line| line.push_str(&format!(" ({fault})")));
    }
}

/// A second recovery beside one that is stopped rolls nothing back that is running.
fn elsewhere(run: &RowRun, tally: &mut Tally, dir: &CaseDir) {
    let second = run.bed.client(dir).recover().unwrap();
    // Before the first has its right and after it has given it back, the second has it.
    tally.unless(!second.elsewhere || second.rolled_back.is_empty(), || {
        "it recovered without the right".into()
    });
}

/// A shop takes an approval back while others look at the journal: one of them has the file at the moment at which the shop
/// was stopped, and keeps it until the shop is done.
fn regretted(run: &RowRun, tally: &mut Tally, plan: Plan) {
    for looking in [Way::Look, Way::Recover] {
        let (dir, order, role) = (run.dir(), run.bed.order(), run.row.role);
        let payer = run.bed.start(&dir, role, plan, std::slice::from_ref(&order));
        let stopped = payer.is_stopped();
        tally.add(Count::Faults, usize::from(stopped));
        let plan = Plan { step: 0, fault: Fault::StopReading };
        let looker = stopped.then(|| run.bed.start(&dir, Role::new(looking), plan, &[]));
        if let Some(looker) = &looker {
            looker.is_stopped();
            payer.resume();
        }
        let ended = payer.end();
        if let Some(looker) = looker {
            looker.resume();
            let status = looker.end().status;
            tally.unless(status.success(), || format!("{looking:?} ended with {status}"));
        }
        let reported = ended.reported(&order.oid);
        tally.unless(reported == "rolled-back", || format!("told {reported}"));
        let left = run.bed.client(&dir).open_transactions().unwrap();
        tally.unless(left.is_empty(), || format!("undone, and {left:?}"));
        run.settle(&dir, role.way, &[(order, ended)], tally);
    }
}

/// What gives money back or issues a receipt is left to whoever asks again, and never undone by recovery.
fn refund_killed(run: &RowRun, tally: &mut Tally, plan: Plan) {
    let (dir, order, role) = (run.dir(), run.bed.order(), run.row.role);
    let ended = run.bed.run(&dir, role, plan, std::slice::from_ref(&order));
    note_fault(&ended, tally);
    let tx_id = ended.tx_id(&order.oid);
    let client = run.bed.client(&dir);
    for _ in 0..2 {
        let rolled_back = client.recover().unwrap().rolled_back;
        tally.unless(rolled_back.is_empty(), || "recovery undid it".into());
    }
    let entry = run.bed.sandbox.transaction(tx_id).unwrap();
    let stands = entry.as_ref().is_some_and(|entry| entry.code == "0000" && !entry.undone);
    tally.unless(entry.is_none_or(|entry| !entry.undone), || "it was undone".into());
    tally.add(Count::Approvals, usize::from(stands));
    let open = client.open_transactions().unwrap();
    let shown = open.iter().any(|open| open.tx_id == tx_id);
    tally.unless(open.iter().all(|open| open.state.name() == "ask_again"), || format!("open: {open:?}"));
    if stands && !shown && ended.reported(&order.oid) != "approved" {
        match dir.is_delivered(tx_id) {
            true => tally.add(Count::Returned, 1),
            false => tally.wrong(Count::Orphans, "nobody knows of it"),
        }
    }
    for open in open {
        tally.unless(client.close(&open.tx_id, "asked again").is_ok(), || "it cannot be closed".into());
        tally.add(Count::Unconfirmed, 1);
    }
    tally.violations.iter_mut().for_each(|line| line.push_str(&format!(" ({})", ended.fault)));
}

/// The journal's first file has to be made anew and cannot be; the payment has its record in another.
fn refused_by_one_file(run: &RowRun, tally: &mut Tally, plan: Plan) {
    let (dir, order, role) = (run.dir(), run.bed.order(), run.row.role);
    run.pay(&dir);
    dir.wear_out_first_file(plan.step == 1);
    let ended = run.bed.run(&dir, role, plan, std::slice::from_ref(&order));
    let (reported, marks) = (ended.reported(&order.oid), dir.marks(ended.tx_id(&order.oid)));
    tally.add(Count::Faults, usize::from(!ended.fault.is_empty()));
    tally.unless(reported == "approved", || format!("told {reported}, with another file at hand"));
    tally.unless(marks == ["begin", "answered", "delivered"], || format!("the journal says {marks:?}"));
    run.settle(&dir, role.way, &[(order, ended)], tally);
}

/// A payer whose disk fails still gets the right outcome.
fn failed(run: &RowRun, tally: &mut Tally, plan: Plan) {
    let (dir, order, role) = (run.dir(), run.bed.order(), run.row.role);
    let ended = run.bed.run(&dir, role, plan, std::slice::from_ref(&order));
    let reported = ended.reported(&order.oid);
    tally.add(Count::Faults, usize::from(!ended.fault.is_empty()));
    tally
        .unless(ended.status.success() && !reported.is_empty(), || format!("it ended with {}", ended.status));
    let client = run.bed.client(&dir);
    let recovered = judge::recover(&client, tally);
    let open = client.open_transactions().unwrap();
    let ordered = reported == "approved";
    let case = OrderCase { ordered, ..run.case(&dir, role.way, &order, &ended) };
    case.judge(&open, recovered > 0, tally);
    tally.unless(reported != "not-sent" || run.bed.sendings(&order) == 0, || {
        "not sent, and yet it came".into()
    });
    if role.journal == "strict" {
        judge_strict(run, tally, &case, &ended.fault);
    }
    judge::close(run.bed, &client, |_| ordered, tally);
    tally.violations.iter_mut().for_each(|line| line.push_str(&format!(" ({})", ended.fault)));
}

/// What came to the gateway was in the journal before, and as durable as the disk reported.
fn judge_strict(run: &RowRun, tally: &mut Tally, case: &OrderCase, fault: &str) {
    let words: Vec<&str> = fault.split(' ').collect();
    let ["step", _, _, call, "early", name] = words[..] else { return };
    let came = run.bed.sendings(case.order) > 0;
    let unsynced = matches!(call, "fsync" | "fdatasync") && name.contains("/journal");
    let written = !case.dir.marks(case.tx_id).is_empty();
    tally.unless(!came || (written && !unsynced), || "sent without a durable record".into());
}
