//! The verdict on a dead payer: compares the gateway's ledger, the shop's orders and the journal.

use xpayclient_core::{Client, OpenTransaction, State};

use super::bed::{Approval, CaseDir, Ended, Order, TestBed};
use super::payer::Way;
use super::tally::{Count, Tally};

/// Recovers in `dir`; a second time there must be nothing left to do.
pub(super) fn recover(client: &Client, tally: &mut Tally) -> usize {
    let recovery = client.recover().unwrap();
    let again = client.recover().unwrap();
    tally.unless(again.rolled_back.is_empty(), || "a second recovery found more".into());
    let left = again.open.iter().filter(|open| open.state != State::Unconfirmed);
    let left: Vec<String> = left.map(|open| format!("{} {:?}", open.state, open.error)).collect();
    tally.unless(left.is_empty(), || format!("open after recovery: {left:?}"));
    recovery.rolled_back.len()
}

/// One order after recovery.
pub(super) struct OrderCase<'a> {
    pub(super) bed: &'a TestBed,
    pub(super) dir: &'a CaseDir,
    pub(super) way: Way,
    pub(super) order: &'a Order,
    pub(super) tx_id: &'a str,
    pub(super) reported: &'a str,
    /// Whether the shop knows of it.
    pub(super) ordered: bool,
}

impl<'a> OrderCase<'a> {
    pub(super) fn of(
        bed: &'a TestBed,
        dir: &'a CaseDir,
        way: Way,
        order: &'a Order,
        ended: &'a Ended,
    ) -> Self {
        let (tx_id, reported) = (ended.tx_id(&order.oid), ended.reported(&order.oid));
        OrderCase { bed, dir, way, order, tx_id, reported, ordered: dir.has_order(&order.oid) }
    }

    /// Counts it as what it is. `recovered`: recovery has rolled something back.
    pub(super) fn judge(&self, open: &[OpenTransaction], recovered: bool, tally: &mut Tally) {
        let unconfirmed =
            open.iter().any(|open| open.tx_id == self.tx_id && open.state == State::Unconfirmed);
        tally.unless(!unconfirmed || self.may_be_unconfirmed(), || "unconfirmed without a step".into());
        if self.bed.sendings(self.order) > 1 {
            tally.wrong(Count::SentTwice, "sent twice");
        }
        match self.bed.approval(self.tx_id) {
            Approval::None => tally.unless(!self.ordered, || "an order without an approval".into()),
            Approval::Standing => {
                tally.add(Count::Approvals, 1);
                self.judge_standing(unconfirmed, tally);
            }
            Approval::Undone => {
                tally.add(Count::Approvals, 1);
                let in_hand = self.way == Way::Guarded && self.reported.is_empty() && self.was_held();
                tally.unless(!in_hand, || "it was held by its caller, and was undone".into());
                match (self.ordered || self.reported == "approved", recovered) {
                    (true, _) => tally.wrong(Count::WrongRollbacks, "an order whose approval was undone"),
                    (false, true) => tally.add(Count::Recovered, 1),
                    (false, false) => tally.add(Count::RolledBack, 1),
                }
            }
        }
    }

    fn judge_standing(&self, unconfirmed: bool, tally: &mut Tally) {
        let denied = !matches!(self.reported, "" | "approved");
        tally.unless(!denied, || format!("it stands, and the shop was told {}", self.reported));
        let returned = matches!(self.way, Way::Plain | Way::Stopped) && self.dir.is_delivered(self.tx_id);
        if unconfirmed {
            tally.add(Count::Unconfirmed, 1);
        }
        match (self.ordered, unconfirmed, returned) {
            (true, ..) => tally.add(Count::Known, 1),
            (_, true, _) => {}
            (_, _, true) => tally.add(Count::Returned, 1),
            _ => {
                let marks = self.dir.marks(self.tx_id);
                tally.wrong(Count::Orphans, format!("an orphan; the journal says {marks:?}"));
            }
        }
    }

    /// Only if its caller was about to hold it, which the journal has as a mark.
    fn may_be_unconfirmed(&self) -> bool {
        matches!(self.way, Way::Guarded | Way::Failing) && self.was_held()
    }

    fn was_held(&self) -> bool {
        self.dir.marks(self.tx_id).iter().any(|mark| mark == "held")
    }
}

/// The merchant decides what is unconfirmed: with an order it is closed, without one it is undone.
pub(super) fn close(
    bed: &TestBed,
    client: &Client,
    ordered: impl Fn(&OpenTransaction) -> bool,
    tally: &mut Tally,
) {
    let open = || {
        let all = client.open_transactions().unwrap().into_iter();
        all.filter(|open| open.state.is_open()).collect::<Vec<_>>()
    };
    for open in open() {
        let closed = match ordered(&open) {
            true => client.close(&open.tx_id, "there is an order").map(drop),
            false => client.undo_open(&open.tx_id, "there is no order").map(drop),
        };
        tally.unless(closed.is_ok(), || format!("cannot be closed: {closed:?}"));
        let stands = bed.approval(&open.tx_id) == Approval::Standing;
        tally.unless(stands == ordered(&open), || "closed, and not as the order says".into());
    }
    let left = open().len();
    tally.unless(left == 0, || format!("{left} left in the journal"));
}
