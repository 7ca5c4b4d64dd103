//! What the pages are compared with: our class, and what the whole tree declares around it.

use super::ours::Ours;
use std::collections::BTreeSet;

pub(super) struct Known {
    pub(super) ours: Ours,
    /// The class and its subclasses, in small letters.
    pub(super) classes: BTreeSet<String>,
    /// Methods that subclasses add, in small letters.
    pub(super) added: BTreeSet<String>,
    /// Methods that only copies of forks have, in small letters.
    pub(super) forks: BTreeSet<String>,
}

impl Known {
    pub(super) fn lacks(&self, method: &str) -> bool {
        !self.ours.has(method) && !self.added.contains(&method.to_ascii_lowercase())
    }
}
