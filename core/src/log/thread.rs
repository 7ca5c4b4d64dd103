//! The lines of one transaction, order or payment among those of all.

use std::collections::{BTreeSet, VecDeque};

use crate::log::lines::LogLine;

/// How many lines are kept that may turn out to belong to it: an order is named only by the answer to its payment.
const KEPT: usize = 1000;

/// Picks the lines that belong to an LGD_TXID, LGD_OID or LGD_TID, as they come.
#[derive(Debug)]
pub struct Thread {
    /// What it is named by, and each LGD_TXID that belongs to it.
    wanted: BTreeSet<String>,
    passed: VecDeque<LogLine>,
}

impl Thread {
    /// Of whatever has one of these names.
    pub fn of(names: impl IntoIterator<Item = String>) -> Thread {
        let wanted = names.into_iter().filter(|name| !name.is_empty()).collect();
        Thread { wanted, passed: VecDeque::new() }
    }

    /// The lines that are due with this one: itself and those before it that it shows to belong here, or none.
    pub fn take(&mut self, line: LogLine) -> Vec<LogLine> {
        if line.tx_id.is_empty() {
            return Vec::new();
        }
        // A Rollback has its own LGD_TXID and names the one that it undoes.
        if !self.wanted.iter().any(|name| line.names(name)) {
            self.passed.push_back(line);
            if self.passed.len() > KEPT {
                self.passed.pop_front();
            }
            return Vec::new();
        }
        let mut due = Vec::new();
        if self.wanted.insert(line.tx_id.clone()) {
            let (before, others): (Vec<_>, Vec<_>) =
                self.passed.drain(..).partition(|one| one.tx_id == line.tx_id);
            due = before;
            self.passed = others.into();
        }
        due.push(line);
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_brings_the_lines_before_its_name_and_its_rollback() {
        let mut thread = Thread::of(["order-1".into()]);
        let lines = [
            "[A] LGD_TXNAME=PaymentByKey",
            "[C] LGD_TXNAME=PaymentByKey",
            "[] journal: nothing is open",
            "[A] 0000 ok LGD_OID=order-1",
            "[C] 0000 ok LGD_OID=order-2",
            "[B] LGD_TXNAME=Rollback LGD_RB_TXID=A",
            "[B] 0000 ok",
        ];
        let lines = lines.map(|line| LogLine::read(&format!("2026-11-29 10:11:12 [INFO ] {line}")));
        let taken: Vec<String> =
            lines.into_iter().flat_map(|line| thread.take(line)).map(|line| line.tx_id).collect();
        assert_eq!(taken, ["A", "A", "B", "B"]);
    }
}
