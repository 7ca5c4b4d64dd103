//! What the caller knows of a client, so that an answer has only what is new.

use xpayclient_core::binding::Session;

use crate::line::{Json, returned, text, texts};

/// The calls whose results the caller is told without asking.
const READS: [&str; 11] = [
    "outcome",
    "error_kind",
    "is_held",
    "tx_id",
    "auth_code",
    "response_code",
    "response_msg",
    "response_detail",
    "response_json",
    "unwritten",
    "kept_log",
];

/// The rows of the answer: a list of names and values for each.
const ROWS: &str = "rows";

/// What was told last.
pub(crate) struct Told(Vec<(&'static str, Json)>);

impl Told {
    /// Of a new client, of which the caller knows that there is nothing.
    pub(crate) fn new(session: &mut Session) -> Told {
        Told(now(session))
    }

    /// Takes what is new, and returns the names of it.
    pub(crate) fn update(&mut self, session: &mut Session) -> Vec<&'static str> {
        let now = now(session);
        let changed = now.iter().zip(&self.0).filter(|((_, new), (_, old))| **new != **old);
        let names = changed.map(|((name, _), _)| *name).collect();
        self.0 = now;
        names
    }

    /// What is known under these names.
    pub(crate) fn of<'a>(
        &'a self,
        names: &'a [&'static str],
    ) -> impl Iterator<Item = (&'static str, &'a Json)> + Clone {
        self.0.iter().filter(|(name, _)| names.contains(name)).map(|(name, json)| (*name, json))
    }
}

fn now(session: &mut Session) -> Vec<(&'static str, Json)> {
    let mut all: Vec<_> =
        READS.into_iter().filter_map(|name| Some((name, returned(&session.call(name, &[])?)))).collect();
    all.push((ROWS, rows(session)));
    all
}

fn rows(session: &Session) -> Json {
    let mut json = Json::default();
    json.push('[');
    for (at, row) in session.rows().iter().enumerate() {
        if at > 0 {
            json.push(',');
        }
        let shown: Vec<_> =
            row.iter().flat_map(|(name, value)| [name, value]).map(|one| session.output(one)).collect();
        json.push_str(&texts(shown.iter().map(|one| &**one)));
    }
    json.push(']');
    json
}

/// All settings: names and values in turns.
pub(crate) fn settings(session: &Session) -> Json {
    let all: Vec<&[u8]> = session.config().iter().flat_map(|(name, value)| [name, value]).collect();
    if all.is_empty() { text(b"") } else { texts(all.iter().copied()) }
}
