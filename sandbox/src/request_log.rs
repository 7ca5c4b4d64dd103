//! The last requests the gateway received, kept in memory only, for tests to look at.

use crate::form::Form;
use crate::mask;
use serde::{Serialize, Serializer};
use std::collections::VecDeque;
use std::fmt;

/// How many requests are kept.
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
    /// The code of the answer, or what it would have been without the fault; `SB27` if the fault came first.
    pub code: String,
    /// The requested fault, if any.
    pub fault: String,
    /// Names and values, decoded.
    #[serde(serialize_with = "masked")]
    pub parameters: Vec<(String, String)>,
    /// The answer, or what it would have been without the fault: the message, then the first row.
    #[serde(serialize_with = "masked")]
    pub answer: Vec<(String, String)>,
    /// The number of its connection, counted from the server's start.
    pub connection: u64,
    /// Its Content-Type, which may name an encoding.
    pub content_type: String,
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
        let masked =
            self.parameters.iter().map(|(name, value)| (mask::name(name), mask::masked(name, value)));
        f.debug_struct("RecordedRequest")
            .field("code", &self.code)
            .field("fault", &self.fault)
            .field("parameters", &masked.collect::<Vec<_>>())
            .field("body_bytes", &self.raw_body.len())
            .finish_non_exhaustive()
    }
}

fn masked<S: Serializer>(parameters: &[(String, String)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer
        .collect_map(parameters.iter().map(|(name, value)| (mask::name(name), mask::masked(name, value))))
}

/// A ring buffer: the newest request replaces the oldest.
#[derive(Default)]
pub(crate) struct RequestLog {
    kept: VecDeque<RecordedRequest>,
    count: usize,
}

impl RequestLog {
    pub(crate) fn push(&mut self, request: RecordedRequest) {
        if self.kept.len() == KEPT {
            self.kept.pop_front();
        }
        self.kept.push_back(request);
        self.count += 1;
    }

    /// How many there were, including those no longer kept.
    pub(crate) fn count(&self) -> i64 {
        self.count.try_into().unwrap_or(i64::MAX)
    }

    pub(crate) fn all(&self) -> Vec<RecordedRequest> {
        self.kept.iter().cloned().collect()
    }

    /// Those that are kept and came after the first `seen`, at most `limit`, each with its number from 1.
    pub(crate) fn after(&self, seen: i64, limit: i64) -> Vec<(i64, RecordedRequest)> {
        let first = self.count - self.kept.len() + 1;
        let numbered = (first..).zip(&self.kept).map(|(number, request)| (number as i64, request));
        let after = numbered.skip_while(|(number, _)| *number <= seen);
        let limit = usize::try_from(limit).unwrap_or(usize::MAX);
        after.take(limit).map(|(number, request)| (number, request.clone())).collect()
    }
}
