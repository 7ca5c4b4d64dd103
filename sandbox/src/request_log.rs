//! The last requests the gateway received, kept in memory only, for tests to look at.

use crate::form::Form;
use crate::mask;
use serde::{Serialize, Serializer};
use std::collections::VecDeque;
use std::fmt;

/// Enough for any one test, little enough to forget.
const KEPT: usize = 256;

/// One request. What may be secret is reachable in Rust alone: neither `Debug` nor JSON shows it.
#[derive(Clone, Default, Serialize)]
pub struct RecordedRequest {
    /// LGD_TXNAME.
    pub txname: String,
    /// LGD_TXID.
    pub txid: String,
    /// LGD_MID.
    pub mid: String,
    /// The code it was answered with, or would have been but for the fault; `SB27` when the fault came before.
    pub code: String,
    /// The fault that was asked for, if any.
    pub fault: String,
    /// Names and values as they were understood.
    #[serde(serialize_with = "masked")]
    pub parameters: Vec<(String, String)>,
    /// What it was answered with, or would have been but for the fault: the message, then the first row.
    #[serde(serialize_with = "masked")]
    pub answer: Vec<(String, String)>,
    /// On which connection it came, counted from the server's start.
    pub connection: u64,
    /// When, Korean time.
    pub at: String,
    /// The request's header lines, names in lower case.
    #[serde(skip)]
    pub headers: Vec<(String, String)>,
    /// The body, byte by byte.
    #[serde(skip)]
    pub raw_body: Vec<u8>,
}

impl RecordedRequest {
    pub(crate) fn describe(&mut self, form: &Form) {
        self.txname = form.text("LGD_TXNAME").to_owned();
        self.txid = form.text("LGD_TXID").to_owned();
        self.mid = form.text("LGD_MID").to_owned();
        self.parameters = form.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    }
}

impl fmt::Debug for RecordedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.parameters.iter().map(|(name, value)| (name, mask::shown(name, value)));
        f.debug_struct("RecordedRequest")
            .field("code", &self.code)
            .field("fault", &self.fault)
            .field("parameters", &shown.collect::<Vec<_>>())
            .field("body_bytes", &self.raw_body.len())
            .finish_non_exhaustive()
    }
}

fn masked<S: Serializer>(parameters: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(parameters.iter().map(|(name, value)| (name, mask::shown(name, value))))
}

/// The ring: the oldest request makes room for the newest.
#[derive(Default)]
pub(crate) struct Record {
    kept: VecDeque<RecordedRequest>,
    count: i64,
}

impl Record {
    pub(crate) fn push(&mut self, request: RecordedRequest) {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(request);
        self.count += 1;
    }

    /// How many there were, those that are forgotten included.
    pub(crate) fn count(&self) -> i64 {
        self.count
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.kept.iter().cloned().collect()
    }
}
