//! One transaction in a row that is this process's, and the marks that are made in it.

use std::io;
use std::time::Duration;

use super::row::{Change, Due, Row, Work, column};
use super::{MARGIN, PATIENCE, PAUSE, RowStore, failed};
use crate::journal::record::{Mark, Record, RecordState};
use crate::journal::store::{Kept, Overtaken};
use crate::os::database::{Operation, Reply};
use crate::protocol::effect::Effect;
use crate::text::dates::stamp;

/// A row that this process has claimed or inserted.
#[derive(Debug)]
pub(super) struct RowEntry {
    store: RowStore,
    record: Record,
    state: RecordState,
    /// Who has it.
    owner: String,
    /// How often it was written, by what this process knows.
    step: i64,
    /// Before its last lease began, on the world's clock.
    since: Duration,
    /// Whether a mark was attempted of which nobody knows what became of it.
    unsure: bool,
    /// Another process has it now.
    lost: bool,
}

/// Why a mark was not made.
enum Unmarked {
    /// The row is another's, or gone.
    Lost,
    Failed(io::Error),
}

impl RowEntry {
    pub(super) fn new(
        store: RowStore,
        record: Record,
        state: RecordState,
        owner: String,
        step: i64,
        since: Duration,
    ) -> RowEntry {
        RowEntry { store, record, state, owner, step, since, unsure: false, lost: false }
    }

    /// Writes what a mark says, while the row is this process's.
    fn write(&mut self, change: &Change, until: Duration) -> Result<(), Unmarked> {
        if self.lost {
            return Err(Unmarked::Lost);
        }
        let began = self.store.world.clock();
        loop {
            let step = self.step.to_string();
            let mut values = self.values(change);
            values.extend([Some(self.record.tx_id.clone()), Some(self.owner.clone()), Some(step)]);
            let asked = self.repeat(Operation::Mark, &values, until);
            let (changed, unknown) = asked.map_err(|unmarked| {
                // It may be done all the same, or be done later.
                self.unsure = true;
                Unmarked::Failed(unmarked)
            })?;
            if changed > 0 {
                self.step += 1;
                break;
            }
            let row = match unknown || self.unsure {
                true => self.store.row(&self.record.tx_id).map_err(Unmarked::Failed)?,
                false => None,
            };
            match row.filter(|row| row.owner == self.owner && row.step > self.step) {
                // The first of several attempts did it.
                Some(row) if unknown && row.step == self.step + 1 && !self.unsure => {
                    self.step = row.step;
                    break;
                }
                // An earlier mark was made after all: this one comes after it.
                Some(row) => self.step = row.step,
                None => {
                    self.lost = true;
                    return Err(Unmarked::Lost);
                }
            }
        }
        self.unsure = false;
        if change.due == Due::Lease {
            self.since = began;
        }
        Ok(())
    }

    /// Writes that it may stand, whatever another process made of it before.
    fn write_over(&mut self, change: &Change) -> io::Result<()> {
        match self.write(change, self.patience()) {
            Err(Unmarked::Lost) => self.overwrite(change),
            written => written.map_err(|unmarked| self.error(unmarked)),
        }
    }

    /// Writes it, whoever has the row now, and inserts one if it is gone: in a database that took another one's place, which
    /// had not all of its rows yet.
    fn overwrite(&mut self, change: &Change) -> io::Result<()> {
        let until = self.patience();
        let owner = super::new_owner()?;
        let began = self.store.world.clock();
        let mut values = self.values(change);
        values.extend([Some(owner.clone()), Some(self.record.tx_id.clone())]);
        let (changed, _) = self.repeat(Operation::Put, &values, until)?;
        self.since = began;
        self.lost = false;
        match changed {
            0 => match self.store.insert(&self.record, change, self.state.clone()) {
                Ok(Some(inserted)) => {
                    let RowEntry { owner, step, since, .. } = inserted;
                    (self.owner, self.step, self.since) = (owner, step, since);
                    Ok(())
                }
                Ok(None) => Err(io::Error::other("its row came and went")),
                Err(error) => Err(error.cause),
            },
            _ => {
                self.owner = owner;
                let row = self.store.row(&self.record.tx_id)?;
                match row.filter(|row| row.owner == self.owner) {
                    Some(row) => self.step = row.step,
                    None => self.lost = true,
                }
                Ok(())
            }
        }
    }

    /// Executes a statement until it is done, at the latest until a time of the world's clock. Also returns whether an earlier
    /// attempt may have done it already.
    fn repeat(
        &self,
        operation: Operation,
        values: &[Option<String>],
        until: Duration,
    ) -> io::Result<(u64, bool)> {
        let values: Vec<_> = values.iter().map(Option::as_deref).collect();
        let (mut fresh, mut unknown) = (false, false);
        loop {
            let reply = self.store.ask(operation, &values, fresh);
            match reply {
                Reply::Changed(changed) => return Ok((changed, unknown)),
                Reply::Unknown(_) => unknown = true,
                _ => {}
            }
            fresh = true;
            if self.store.world.clock() + PAUSE >= until || self.store.database.is_gone() {
                return Err(failed(reply));
            }
            self.store.world.pause(PAUSE);
        }
    }

    /// The values that [`Operation::Mark`] and [`Operation::Put`] begin with.
    fn values(&self, change: &Change) -> Vec<Option<String>> {
        let Record { oid, tid, amount, .. } = &self.record;
        let texts = [change.name, &change.code, &change.message, &change.noted_at, oid, tid, amount];
        let due = change.due.seconds(self.store.lease).map(|seconds| seconds.to_string());
        texts.into_iter().map(|text| Some(column(text))).chain([due]).collect()
    }

    fn patience(&self) -> Duration {
        self.store.world.clock() + PATIENCE
    }

    /// Until when an approval can be recorded: then it may be somebody else's soon.
    fn deadline(&self) -> Duration {
        self.since + self.store.lease - MARGIN
    }

    fn taken(&self) -> io::Error {
        io::Error::other("another process has taken the transaction over: this one stood still for too long")
    }

    /// Records an approval, for as long as the row is surely this process's: to undo it at once would undo every sale that is
    /// under way when a database is restarted. After that nobody may be told of it.
    fn approve(&mut self, change: &Change) -> io::Result<()> {
        if self.store.world.clock() >= self.deadline() {
            return Err(io::Error::other("the time for it is over: this process stood still for too long"));
        }
        self.write(change, self.deadline()).map_err(|unmarked| self.error(unmarked))
    }

    fn error(&self, unmarked: Unmarked) -> io::Error {
        match unmarked {
            Unmarked::Lost => self.taken(),
            Unmarked::Failed(error) => error,
        }
    }
}

impl Kept for RowEntry {
    fn record(&self) -> Option<&Record> {
        Some(&self.record)
    }

    fn state(&self) -> &RecordState {
        &self.state
    }

    fn mark_durably(&mut self, mark: &Mark) -> io::Result<()> {
        self.record.update_from(mark);
        let change = Change::of(mark);
        let state = self.state.after(mark);
        let written = match mark {
            Mark::Answered { code, .. } if code == "0000" => self.approve(&change),
            Mark::Doubt { .. } => self.write_over(&change),
            _ => {
                let written = self.write(&change, self.patience());
                match (written, mark) {
                    (Ok(()), _) => Ok(()),
                    // What the gateway confirmed is so, whoever has the row. But the other process may know of something that
                    // arrived later: so it is repeated.
                    (Err(Unmarked::Lost), Mark::RolledBack { again }) => {
                        let now = || stamp(self.store.world.now());
                        let at = again.clone().unwrap_or_else(now);
                        let repeats = Effect::of(&self.record.txname).is_recoverable();
                        self.overwrite(&Change::of(&Mark::RolledBack { again: Some(at).filter(|_| repeats) }))
                    }
                    // The other process has asked for a Rollback, too, or will.
                    (Err(Unmarked::Lost), Mark::Refused { .. } | Mark::NotSent | Mark::Answered { .. }) => {
                        Ok(())
                    }
                    (Err(unmarked), _) => Err(self.error(unmarked)),
                }
            }
        };
        if written.is_ok() {
            self.state = state;
        }
        written
    }

    fn settle(&mut self, mark: &Mark) -> io::Result<()> {
        self.mark_durably(mark)
    }

    /// As it is recorded already.
    fn mark_held(&mut self) -> io::Result<()> {
        self.state = RecordState::Approved { held: true };
        Ok(())
    }

    /// Attempted once: without it the approval is shown as unconfirmed, and left alone.
    fn mark_delivered(&mut self) -> io::Result<()> {
        let now = self.store.world.clock();
        let written = self.write(&Change::of(&Mark::Delivered), now);
        written.map_err(|unmarked| self.error(unmarked))?;
        self.state = RecordState::Settled;
        Ok(())
    }

    fn mark_undoing(&mut self, mark: &Mark) -> io::Result<()> {
        let change = Change { due: Due::Lease, ..Change::of(mark) };
        let state = self.state.after(mark);
        self.write_over(&change)?;
        self.state = state;
        Ok(())
    }

    /// Its row cannot be emptied as a file can: where it cannot be written, recovery may find it.
    fn clear(&mut self) -> io::Result<()> {
        Err(io::Error::other("a row stays"))
    }

    fn prolong(&mut self) {
        let change = Change::begun();
        if self.state == RecordState::Begun {
            // Without it, recovery may ask for a Rollback, too.
            let _ = self.write(&change, self.store.world.clock());
        }
    }

    fn let_go(&mut self) {
        let change = match self.state.clone() {
            RecordState::Doubt { code } => Change::of(&Mark::Doubt { code }),
            RecordState::RolledBack { at } => Change::of(&Mark::RolledBack { again: Some(at) }),
            RecordState::Approved { .. } => Change { due: Due::Now, ..Change::of(&Mark::Held) },
            _ => return,
        };
        // Without it, somebody else sees to it when the time for it is over.
        let _ = self.write(&change, self.store.world.clock());
    }

    fn send_by(&self) -> Option<Duration> {
        Some(self.since + self.store.lease - 2 * MARGIN)
    }

    fn keeps_undelivered(&self) -> bool {
        true
    }

    fn overtaken(&self) -> Option<Overtaken> {
        if !self.lost {
            return None;
        }
        Some(match self.store.row(&self.record.tx_id) {
            Ok(Some(Row { name, .. })) if ["closed", "delivered"].contains(&&*name) => Overtaken::Stands,
            Ok(Some(Row { name, work: Work::Settled, .. })) if name == "rolled_back" => Overtaken::RolledBack,
            _ => Overtaken::Unknown,
        })
    }
}
