//! One row of LGD_RESPONSE: ordered names, each value cut to the length that the protocol allows.

use crate::{tables, text};
use serde::{Serialize, Serializer};

/// Ordered pairs. Clients read the names from the first row, so order is part of the answer.
#[derive(Clone, Default)]
pub(crate) struct Row(Vec<(String, String)>);

impl Row {
    /// Sets a value, cut to its limit; a name set before keeps its place.
    pub(crate) fn put(mut self, name: &str, value: impl AsRef<str>) -> Self {
        let limit = tables::result_limit(name).unwrap_or(usize::MAX);
        let value = text::fit(value.as_ref(), limit).to_owned();
        match self.0.iter_mut().find(|(known, _)| known == name) {
            Some(pair) => pair.1 = value,
            None => self.0.push((name.to_owned(), value)),
        }
        self
    }

    /// Names and values, in order.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// This row's pairs, then the other's.
    pub(crate) fn and(self, other: Self) -> Self {
        other.0.into_iter().fold(self, |row, (name, value)| row.put(&name, value))
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}
