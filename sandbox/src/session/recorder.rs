//! Writes each request with its answer, without secrets: into a file, or to a replay that compares.

use super::standins::{self, Ids, Side};
use super::{Head, Kind, Line, Pairs};
use crate::clock::Clock;
use crate::files;
use crate::form::Form;
use crate::ledger::notice::Notice;
use crate::shops::Shops;
use crate::sync::lock;
use encoding_rs::{EUC_KR, UTF_8};
use std::collections::{HashMap, VecDeque};
use std::fs::File;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Mutex;
use tokio::sync::mpsc::UnboundedSender;

/// The recorder of a gateway.
pub(crate) struct Recorder(Mutex<State>);

struct State {
    out: Out,
    /// The number of the next line.
    next: u32,
    ids: Ids,
}

enum Out {
    File(File),
    Replay {
        lines: UnboundedSender<Line>,
        answers: Answers,
        /// The number of notices that were answered.
        answered: usize,
        /// The line of the last of them.
        noted: u32,
    },
}

/// What shops answered to notices, by LGD_OID and event.
pub(super) type Answers = HashMap<(String, String), VecDeque<ShopAnswer>>;

/// HTTP status and body, and the line that has them.
#[derive(Default)]
pub(super) struct ShopAnswer {
    pub(super) line: u32,
    pub(super) status: u16,
    pub(super) body: String,
}

/// What is recorded of a request.
struct Record<'a> {
    kind: Kind,
    what: &'a str,
    fault: &'a str,
    request: (&'a [(&'a str, &'a str)], Side),
    status: &'a str,
    answer: &'a [(&'a str, &'a str)],
}

impl Recorder {
    /// Into a new file, which only its owner can read.
    pub(crate) fn to_file(path: &Path, head: &Head) -> io::Result<Self> {
        let mut file = files::private_file(path)?;
        file.set_len(0)?;
        writeln!(file, "{}", serde_json::to_string(head)?)?;
        Ok(Self::new(Out::File(file)))
    }

    /// To a replay, which answers the notices in the shop's place.
    pub(super) fn to_replay(lines: UnboundedSender<Line>, answers: Answers) -> Self {
        Self::new(Out::Replay { lines, answers, answered: 0, noted: 0 })
    }

    fn new(out: Out) -> Self {
        Self(Mutex::new(State { out, next: 1, ids: Ids::default() }))
    }

    /// A transaction.
    pub(crate) fn transaction(
        &self,
        (shops, clock): (&Shops, &Clock),
        form: &Form,
        fault: &str,
        code: &str,
        answer: &[(String, String)],
    ) {
        let request: Vec<_> = form.iter().collect();
        let answer: Vec<_> = answer.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let record = Record {
            kind: Kind::Tx,
            what: form.text("LGD_TXNAME"),
            fault,
            request: (&request, Side::Shop),
            status: code,
            answer: &answer,
        };
        self.write(shops, clock, &record);
    }

    /// A page that a browser posted to.
    pub(super) fn page(
        &self,
        (shops, clock): (&Shops, &Clock),
        path: &str,
        form: &Form,
        status: u16,
        answer: &[(&str, &str)],
    ) {
        let own = path.matches('/').count() > 2;
        let request: Vec<_> = form.iter().collect();
        let record = Record {
            kind: Kind::Page,
            what: path,
            fault: "",
            request: (&request, if own { Side::Buyer } else { Side::Shop }),
            status: &status.to_string(),
            answer,
        };
        self.write(shops, clock, &record);
    }

    /// A notice, and what the shop answered.
    pub(crate) fn notice(
        &self,
        (shops, clock): (&Shops, &Clock),
        notice: &Notice,
        status: u16,
        answer: &str,
    ) {
        // The body does not tell its charset.
        let read = |charset| Form::in_charset(&notice.body, charset);
        let form = read(UTF_8).or_else(|_| read(EUC_KR)).unwrap_or_default();
        let request: Vec<_> = form.iter().collect();
        let record = Record {
            kind: Kind::Note,
            what: event(notice),
            fault: "",
            request: (&request, Side::Gateway),
            status: &status.to_string(),
            answer: &[("answer", answer)],
        };
        self.write(shops, clock, &record);
    }

    /// What a developer did.
    pub(crate) fn act(
        &self,
        (shops, clock): (&Shops, &Clock),
        name: &str,
        request: &[(&str, &str)],
        code: &str,
        answer: &[(&str, &str)],
    ) {
        let request = (request, Side::Developer);
        self.write(
            shops,
            clock,
            &Record { kind: Kind::Act, what: name, fault: "", request, status: code, answer },
        );
    }

    /// What the recorded shop answered to this notice, in a replay; status 0 when it was not asked.
    pub(crate) fn answer_to(&self, notice: &Notice) -> Option<(u16, String)> {
        match &mut lock(&self.0).out {
            Out::File(_) => None,
            Out::Replay { answers, answered, noted, .. } => {
                *answered += 1;
                let asked = answers.get_mut(&(notice.oid.clone(), event(notice).to_owned()));
                let ShopAnswer { line, status, body } =
                    asked.and_then(VecDeque::pop_front).unwrap_or_default();
                *noted = line;
                Some((status, body))
            }
        }
    }

    /// Whether the recorded shop has an answer to this notice left.
    pub(super) fn has_answer_to(&self, notice: &Notice) -> bool {
        match &lock(&self.0).out {
            Out::File(_) => false,
            Out::Replay { answers, .. } => answers
                .get(&(notice.oid.clone(), event(notice).to_owned()))
                .is_some_and(|answers| !answers.is_empty()),
        }
    }

    /// How many notices were answered in the shop's place; each will have a line.
    pub(super) fn answered(&self) -> usize {
        match &lock(&self.0).out {
            Out::File(_) => 0,
            Out::Replay { answered, .. } => *answered,
        }
    }

    /// The number of the line that is replayed next.
    pub(super) fn expect(&self, line: u32) {
        lock(&self.0).next = line;
    }

    /// What a name of the session stands for here.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        lock(&self.0).ids.value(name).cloned()
    }

    fn write(&self, shops: &Shops, clock: &Clock, record: &Record<'_>) {
        let mut state = lock(&self.0);
        let State { out, next, ids } = &mut *state;
        let n = match out {
            // Notices are sent in a thread of their own.
            Out::Replay { noted, .. } if record.kind == Kind::Note => *noted,
            _ => *next,
        };
        let (request, side) = record.request;
        let mid = |pairs: &[(&str, &str)]| {
            let named = pairs.iter().find(|(name, _)| name.trim_end() == "LGD_MID");
            named.and_then(|(_, mid)| shops.find(mid).ok())
        };
        let shop = mid(request).or_else(|| mid(record.answer));
        let line = Line {
            n,
            at: clock.stamp(),
            kind: record.kind,
            what: ids.path(record.what, n),
            fault: record.fault.to_owned(),
            request: standins::hide(ids, n, request, shop, side),
            status: record.status.to_owned(),
            answer: answer(ids, n, record.answer, shop),
        };
        match out {
            Out::File(file) => {
                *next += 1;
                let text = serde_json::to_string(&line).unwrap_or_default();
                if let Err(error) = writeln!(file, "{text}") {
                    eprintln!(
                        "세션을 기록하지 못했습니다({error}) / the session could not be recorded ({error})"
                    );
                }
            }
            // An error means that the replay is over.
            Out::Replay { lines, .. } => drop(lines.send(line)),
        }
    }
}

/// LGD_CASFLAG of an account's notice; of any other the parameter that named its address.
fn event(notice: &Notice) -> &str {
    if notice.flag.is_empty() { &notice.name } else { &notice.flag }
}

fn answer(ids: &mut Ids, n: u32, pairs: &[(&str, &str)], shop: Option<&crate::shops::Shop>) -> Pairs {
    let mut hidden = standins::hide(ids, n, pairs, shop, Side::Gateway);
    for (_, value) in hidden.iter_mut().filter(|(name, _)| name == "Location") {
        *value = ids.path(value, n);
    }
    hidden
}
