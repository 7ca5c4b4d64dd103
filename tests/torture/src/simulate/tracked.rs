//! A transaction as the simulator knows it: what was requested, and what its caller knows.

/// A transaction of a shop.
pub(super) struct Tracked {
    pub(super) tx_id: String,
    pub(super) host: usize,
    pub(super) mode: Mode,
    /// Whether it was sent without a step of the shop's own.
    pub(super) plain: bool,
    pub(super) kind: Kind,
    pub(super) reported: Reported,
    /// Whether the shop wished to undo it.
    pub(super) undo: bool,
    /// Whether its record was on the disk, durably, when its request left; `None` when none left.
    pub(super) kept: Option<bool>,
    /// Whether it was done after its sender's wait.
    pub(super) late: bool,
    /// Whether its Rollback, to be asked for once more, was written over before anybody did.
    pub(super) forgotten: bool,
    /// Whether the disk failed it.
    pub(super) disk_failed: bool,
    /// Whether its journal was wiped or damaged after it began.
    pub(super) journal_damaged: bool,
    /// Whether the mark that its caller has the answer was made, after which there is nothing but the return.
    pub(super) handed: bool,
    /// Whether the mark was made that its caller is about to hold its approval, for a step of its own.
    pub(super) held: bool,
    /// Whether the journal could not be written although only some of its files cannot be made anew.
    pub(super) refused: bool,
    /// Whether a person closed it, knowing of it.
    pub(super) closed: bool,
    /// Whether a replica without something of it took the database's place.
    pub(super) lost_by_failover: bool,
    /// Whether it was sent when another process had taken it over already.
    pub(super) sent_late: bool,
    /// Whether that mark was written and the disk failed, or its file emptied in its place and not durably yet: whether
    /// its process ended just then or a moment later nobody can tell.
    pub(super) unsettled: bool,
}

/// What an LGD_TXNAME is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Pays,
    /// Money goes back, or a receipt is issued.
    GivesBack,
}

/// `journal` of mall.conf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mode {
    Off,
    On,
    Strict,
}

/// What the caller knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reported {
    /// Nothing: it never got an outcome.
    Nothing,
    NotSent,
    RolledBack,
    InDoubt,
    Approved,
    Declined,
}

impl Tracked {
    pub(super) fn new(tx_id: &str, host: usize, mode: Mode, plain: bool, kind: Kind) -> Tracked {
        Tracked {
            tx_id: tx_id.to_owned(),
            host,
            mode,
            plain,
            kind,
            reported: Reported::Nothing,
            undo: false,
            kept: None,
            late: false,
            forgotten: false,
            disk_failed: false,
            journal_damaged: false,
            handed: false,
            held: false,
            refused: false,
            closed: false,
            lost_by_failover: false,
            sent_late: false,
            unsettled: false,
        }
    }

    /// Whether only its caller may undo it, and does not know that it is undone.
    pub(super) fn is_to_be_asked_again(&self) -> bool {
        self.kind == Kind::GivesBack && !self.undo && self.reported != Reported::RolledBack
    }

    /// Whether its caller holds its approval, or a person has seen that it stands.
    pub(super) fn is_known(&self) -> bool {
        self.is_held_by_its_caller() || self.closed
    }

    fn is_held_by_its_caller(&self) -> bool {
        self.reported == Reported::Approved || self.reported == Reported::Nothing && self.handed
    }

    /// Whether its caller wants to keep it.
    pub(super) fn is_counted_on(&self) -> bool {
        self.is_held_by_its_caller() && !self.undo
    }
}
