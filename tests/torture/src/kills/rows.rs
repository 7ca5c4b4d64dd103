//! The rows of the table: what a payer is doing when it is struck, with what, and what must be true afterwards.

use xpayclient_core::State;

use super::judge::{self, Case};
use super::payer::Way;
use super::shim::{Blow, Plan};
use super::stage::{Approval, Ended, Order, Place, Process, Role, Stage};
use super::tally::{Count, Tally};

/// One row: every step of `role` × every one of `blows`.
pub(super) struct Row {
    /// As `--only` has it.
    pub(super) name: &'static str,
    role: Role,
    /// Whether the journal holds another process's settled payment already.
    warm: bool,
    pub(super) blows: &'static [Blow],
    run: fn(&Scene, &mut Tally, Plan),
}

const KILL: &[Blow] = &[Blow::KillBefore, Blow::KillAfter];
const STOP: &[Blow] = &[Blow::StopBefore, Blow::StopAfter];
const FAIL: &[Blow] = &[Blow::Full, Blow::FullOn, Blow::Broken, Blow::BrokenOn, Blow::Short];

const TELL: &[Blow] = &[Blow::InterruptBefore, Blow::InterruptAfter];
const REFUSE: &[Blow] = &[Blow::RefusesTruncate, Blow::RefusesWrite, Blow::RefusesSync];

const STRICT: Role = Role { journal: "strict", ..Role::new(Way::Plain) };
const STRICT_GUARDED: Role = Role { journal: "strict", ..Role::new(Way::Guarded) };

const fn row(
    name: &'static str,
    role: Role,
    blows: &'static [Blow],
    run: fn(&Scene, &mut Tally, Plan),
) -> Row {
    Row { name, role, warm: false, blows, run }
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
    row("forked", Role::new(Way::Plain), &[Blow::Fork], killed),
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

/// A row on the stage, and what its play needs to know.
pub(super) struct Scene<'a> {
    stage: &'a Stage,
    pub(super) row: &'a Row,
    /// How often it has sent something once the request has left.
    sent: usize,
    pub(super) steps: usize,
}

impl<'a> Scene<'a> {
    pub(super) fn new(stage: &'a Stage, row: &'a Row) -> Scene<'a> {
        let order = stage.order();
        let usual = stage.run(&stage.place(), Role::new(Way::Plain), Plan::COUNT, &[order]);
        let mut scene = Scene { stage, row, sent: usual.calls("send"), steps: 0 };
        let place = scene.place();
        let paying = row.role.way != Way::Recover;
        let orders: Vec<Order> = paying.then(|| stage.order()).into_iter().collect();
        if !paying {
            scene.leave_open(&place);
            scene.leave_open(&place);
        }
        let count = if row.blows == FAIL { Plan::NOTHING } else { Plan::COUNT };
        scene.steps = match row.blows == REFUSE {
            // One with other files, one without.
            true => 2,
            false => stage.run(&place, row.role, count, &orders).steps(),
        };
        scene
    }

    pub(super) fn play(&self, plan: Plan) -> Tally {
        let mut tally = Tally::default();
        (self.row.run)(self, &mut tally, plan);
        tally
    }

    fn place(&self) -> Place {
        let place = self.stage.place();
        if self.row.warm {
            self.pay(&place);
        }
        place
    }

    /// A payment that nothing happens to.
    fn pay(&self, place: &Place) -> Ended {
        let order = self.stage.order();
        let ended = self.stage.run(place, Role::new(Way::Plain), Plan::NOTHING, &[order]);
        assert!(ended.status.success(), "{}", ended.blow);
        ended
    }

    /// A payment whose process dies with the answer in its hands.
    fn leave_open(&self, place: &Place) -> (Order, Ended) {
        let order = self.stage.order();
        let plan = Plan { step: 0, blow: Blow::KillAnswered };
        let ended = self.stage.run(place, Role::new(Way::Plain), plan, std::slice::from_ref(&order));
        assert!(ended.was_killed(), "a payer was not killed");
        (order, ended)
    }

    fn case<'c>(&'c self, place: &'c Place, way: Way, order: &'c Order, ended: &'c Ended) -> Case<'c> {
        Case::of(self.stage, place, way, order, ended)
    }

    /// Recovery, the verdict on each order, and the merchant's part.
    fn settle(&self, place: &Place, way: Way, dead: &[(Order, Ended)], tally: &mut Tally) {
        let client = self.stage.client(place);
        let recovered = judge::recover(&client, tally);
        let open = client.open_transactions().unwrap();
        for (order, ended) in dead {
            self.case(place, way, order, ended).judge(&open, recovered > 0, tally);
        }
        judge::close(self.stage, &client, |open| place.has_order(&open.oid), tally);
    }
}

/// Struck, where the plan's step was reached; otherwise it ended well.
fn note_blow(ended: &Ended, tally: &mut Tally) {
    let struck = ended.was_killed();
    tally.add(Count::Blows, usize::from(struck));
    tally.unless(struck || ended.status.success(), || format!("it ended with {}", ended.status));
}

/// A payer dies, leaving a forked child behind where the plan says so.
fn killed(scene: &Scene, tally: &mut Tally, plan: Plan) {
    let (place, order, role) = (scene.place(), scene.stage.order(), scene.row.role);
    let ended = scene.stage.run(&place, role, plan, std::slice::from_ref(&order));
    note_blow(&ended, tally);
    let dead = [(order, ended)];
    scene.settle(&place, role.way, &dead, tally);
    dead[0].1.end_child();
    tally.violations.iter_mut().for_each(|line| line.push_str(&format!(" ({})", dead[0].1.blow)));
}

/// A recovery dies while there are two payments for it.
fn recoverer_killed(scene: &Scene, tally: &mut Tally, plan: Plan) {
    let place = scene.place();
    let dead = [scene.leave_open(&place), scene.leave_open(&place)];
    let ended = scene.stage.run(&place, scene.row.role, plan, &[]);
    note_blow(&ended, tally);
    scene.settle(&place, Way::Plain, &dead, tally);
    // What the first recovery had undone already counts as recovered too.
    let undone = dead
        .iter()
        .filter(|(order, ended)| scene.stage.approval(ended.tx_id(&order.oid)) == Approval::Undone);
    tally.unless(undone.count() == 2, || format!("not both were undone ({})", ended.blow));
}

/// A payer is stopped; others recover and pay; it goes on and must not have noticed.
fn stopped(scene: &Scene, tally: &mut Tally, plan: Plan) {
    let (place, order, role) = (scene.place(), scene.stage.order(), scene.row.role);
    let payer = scene.stage.start(&place, role, plan, std::slice::from_ref(&order));
    if payer.is_stopped() {
        tally.add(Count::Blows, 1);
        leave_alone(scene, tally, &place);
        let other = scene.pay(&place);
        tally.unless(other.status.success(), || "another could not pay meanwhile".into());
        leave_alone(scene, tally, &place);
        payer.resume();
    }
    let ended = payer.end();
    tally.unless(ended.told(&order.oid) == "approved", || format!("told {}", ended.told(&order.oid)));
    let blow = ended.blow.clone();
    scene.settle(&place, role.way, &[(order, ended)], tally);
    tally.violations.iter_mut().for_each(|line| line.push_str(&format!(" ({blow})")));
}

/// Recovery has nothing to do with what is running, and says that it is.
fn leave_alone(scene: &Scene, tally: &mut Tally, place: &Place) {
    let client = scene.stage.client(place);
    let rolled_back = client.recover().unwrap().rolled_back;
    tally.unless(rolled_back.is_empty(), || "a running payment was rolled back".into());
    let open = client.open_transactions().unwrap();
    tally.unless(open.iter().all(|open| open.state == State::Running), || format!("not running: {open:?}"));
    // What is written and not handed over yet is listed.
    let marks = place.last_marks();
    let running = marks.iter().filter(|mark| matches!(&***mark, "begin" | "answered" | "held")).count();
    tally.unless(open.len() == running, || format!("{running} are running, listed are {open:?}"));
}

/// A recovery is stopped while a payment begins, and goes on while that is under way.
fn beside(scene: &Scene, tally: &mut Tally, plan: Plan) {
    let place = scene.place();
    let dead = scene.leave_open(&place);
    scene.pay(&place);
    let recoverer = scene.stage.start(&place, scene.row.role, plan, &[]);
    let stopped = recoverer.is_stopped();
    let paying = scene.start_paying(&place, Blow::StopSent);
    scene.overtake((recoverer, stopped), paying, &dead, &place, tally);
}

/// A payment has locked its file and written nothing; a recovery comes that far and is stopped; the payment goes on until
/// it is sent, and the recovery goes on with what it believes to know.
fn between(scene: &Scene, tally: &mut Tally, plan: Plan) {
    let place = scene.place();
    let dead = scene.leave_open(&place);
    scene.pay(&place);
    let paying = scene.start_paying(&place, Blow::StopTwice);
    let recoverer = scene.stage.start(&place, scene.row.role, plan, &[]);
    let stopped = recoverer.is_stopped();
    paying.1.resume();
    paying.1.is_stopped();
    scene.overtake((recoverer, stopped), paying, &dead, &place, tally);
}

impl Scene<'_> {
    /// A payer that stops when its request has left, and perhaps before.
    fn start_paying(&self, place: &Place, blow: Blow) -> (Order, Process) {
        let (order, plan) = (self.stage.order(), Plan { step: self.sent, blow });
        let payer = self.stage.start(place, Role::new(Way::Plain), plan, std::slice::from_ref(&order));
        assert!(payer.is_stopped(), "a payer did not stop");
        (order, payer)
    }

    /// The recovery ends before the payment does.
    fn overtake(
        &self,
        (recoverer, stopped): (Process, bool),
        (order, payer): (Order, Process),
        dead: &(Order, Ended),
        place: &Place,
        tally: &mut Tally,
    ) {
        if stopped {
            tally.add(Count::Blows, 1);
            elsewhere(self, tally, place);
            recoverer.resume();
        }
        let blow = recoverer.end().blow;
        payer.resume();
        let ended = payer.end();
        let told = ended.told(&order.oid);
        tally.unless(told == "approved", || format!("told {told}"));
        let client = self.stage.client(place);
        judge::recover(&client, tally);
        self.case(place, Way::Plain, &order, &ended).judge(&[], true, tally);
        self.case(place, Way::Plain, &dead.0, &dead.1).judge(&[], true, tally);
        tally.violations.iter_mut().for_each(|line| line.push_str(&format!(" ({blow})")));
    }
}

/// A second recovery beside one that is stopped rolls nothing back that is running.
fn elsewhere(scene: &Scene, tally: &mut Tally, place: &Place) {
    let second = scene.stage.client(place).recover().unwrap();
    // Before the first has its right and after it has given it back, the second has it.
    tally.unless(!second.elsewhere || second.rolled_back.is_empty(), || {
        "it recovered without the right".into()
    });
}

/// A shop takes an approval back while others look at the journal: one of them has the file at the moment at which the shop
/// was stopped, and keeps it until the shop is done.
fn regretted(scene: &Scene, tally: &mut Tally, plan: Plan) {
    for looking in [Way::Look, Way::Recover] {
        let (place, order, role) = (scene.place(), scene.stage.order(), scene.row.role);
        let payer = scene.stage.start(&place, role, plan, std::slice::from_ref(&order));
        let stopped = payer.is_stopped();
        tally.add(Count::Blows, usize::from(stopped));
        let plan = Plan { step: 0, blow: Blow::StopReading };
        let looker = stopped.then(|| scene.stage.start(&place, Role::new(looking), plan, &[]));
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
        let told = ended.told(&order.oid);
        tally.unless(told == "rolled-back", || format!("told {told}"));
        let left = scene.stage.client(&place).open_transactions().unwrap();
        tally.unless(left.is_empty(), || format!("undone, and {left:?}"));
        scene.settle(&place, role.way, &[(order, ended)], tally);
    }
}

/// What gives money back or issues a receipt is left to whoever asks again, and never undone by recovery.
fn refund_killed(scene: &Scene, tally: &mut Tally, plan: Plan) {
    let (place, order, role) = (scene.place(), scene.stage.order(), scene.row.role);
    let ended = scene.stage.run(&place, role, plan, std::slice::from_ref(&order));
    note_blow(&ended, tally);
    let tx_id = ended.tx_id(&order.oid);
    let client = scene.stage.client(&place);
    for _ in 0..2 {
        let rolled_back = client.recover().unwrap().rolled_back;
        tally.unless(rolled_back.is_empty(), || "recovery undid it".into());
    }
    let entry = scene.stage.sandbox.transaction(tx_id).unwrap();
    let stands = entry.as_ref().is_some_and(|entry| entry.code == "0000" && !entry.undone);
    tally.unless(entry.is_none_or(|entry| !entry.undone), || "it was undone".into());
    tally.add(Count::Approvals, usize::from(stands));
    let open = client.open_transactions().unwrap();
    let shown = open.iter().any(|open| open.tx_id == tx_id);
    tally.unless(open.iter().all(|open| open.state.name() == "ask_again"), || format!("open: {open:?}"));
    if stands && !shown && ended.told(&order.oid) != "approved" {
        match place.is_delivered(tx_id) {
            true => tally.add(Count::Returned, 1),
            false => tally.wrong(Count::Orphans, "nobody knows of it"),
        }
    }
    for open in open {
        tally.unless(client.close(&open.tx_id, "asked again").is_ok(), || "it cannot be closed".into());
        tally.add(Count::Unconfirmed, 1);
    }
    tally.violations.iter_mut().for_each(|line| line.push_str(&format!(" ({})", ended.blow)));
}

/// The journal's first file has to be made anew and cannot be; the payment has its record in another.
fn refused_by_one_file(scene: &Scene, tally: &mut Tally, plan: Plan) {
    let (place, order, role) = (scene.place(), scene.stage.order(), scene.row.role);
    scene.pay(&place);
    place.wear_out_first_file(plan.step == 1);
    let ended = scene.stage.run(&place, role, plan, std::slice::from_ref(&order));
    let (told, marks) = (ended.told(&order.oid), place.marks(ended.tx_id(&order.oid)));
    tally.add(Count::Blows, usize::from(!ended.blow.is_empty()));
    tally.unless(told == "approved", || format!("told {told}, with another file at hand"));
    tally.unless(marks == ["begin", "answered", "delivered"], || format!("the journal says {marks:?}"));
    scene.settle(&place, role.way, &[(order, ended)], tally);
}

/// A payer whose disk fails is told the truth.
fn failed(scene: &Scene, tally: &mut Tally, plan: Plan) {
    let (place, order, role) = (scene.place(), scene.stage.order(), scene.row.role);
    let ended = scene.stage.run(&place, role, plan, std::slice::from_ref(&order));
    let told = ended.told(&order.oid);
    tally.add(Count::Blows, usize::from(!ended.blow.is_empty()));
    tally.unless(ended.status.success() && !told.is_empty(), || format!("it ended with {}", ended.status));
    let client = scene.stage.client(&place);
    let recovered = judge::recover(&client, tally);
    let open = client.open_transactions().unwrap();
    let booked = told == "approved";
    let case = Case { booked, ..scene.case(&place, role.way, &order, &ended) };
    case.judge(&open, recovered > 0, tally);
    tally.unless(told != "not-sent" || scene.stage.sendings(&order) == 0, || {
        "not sent, and yet it came".into()
    });
    if role.journal == "strict" {
        judge_strict(scene, tally, &case, &ended.blow);
    }
    judge::close(scene.stage, &client, |_| booked, tally);
    tally.violations.iter_mut().for_each(|line| line.push_str(&format!(" ({})", ended.blow)));
}

/// What came to the gateway was in the journal before, and as durable as the disk said.
fn judge_strict(scene: &Scene, tally: &mut Tally, case: &Case, blow: &str) {
    let words: Vec<&str> = blow.split(' ').collect();
    let ["step", _, _, call, "early", name] = words[..] else { return };
    let came = scene.stage.sendings(case.order) > 0;
    let unsynced = matches!(call, "fsync" | "fdatasync") && name.contains("/journal");
    let written = !case.place.marks(case.tx_id).is_empty();
    tally.unless(!came || (written && !unsynced), || "sent without a durable record".into());
}
