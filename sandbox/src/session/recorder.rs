//! Writes each request with its answer, without secrets: into a file, or to a replay that compares.

use super::standins::{self, Ids, Side};
use super::{Head, Kind, Line, Pairs};
use crate::clock::Clock;
use crate::error::Error;
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
use std::sync::{Condvar, Mutex, PoisonError};
use tokio::sync::mpsc::UnboundedSender;

/// Below it are the sandbox's own pages, which a buyer answers.
const WINDOWS: &str = "/xpay/window/";

/// The recorder of a gateway.
pub(crate) struct Recorder {
    state: Mutex<State>,
    /// A replayed request has its line.
    rested: Condvar,
}

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
        /// Whether a request is under way that has no line yet.
        busy: bool,
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
    /// Into a file, which only its owner can read from now on; what was in it is gone.
    pub(crate) fn to_file(path: &Path, head: &Head) -> Result<Self, Error> {
        Self::create(path, head).map_err(|error| {
            let file = path.display();
            Error::new(
                format!("기록 파일 {file}을(를) 쓸 수 없습니다({error}). --record에 쓸 수 있는 파일을 지정하십시오"),
                format!("cannot write the record {file} ({error}): pass --record a file that can be written"),
            )
        })
    }

    fn create(path: &Path, head: &Head) -> io::Result<Self> {
        let mut file = files::private_file(path)?;
        if file.metadata()?.is_file() {
            file.set_len(0)?;
            #[cfg(unix)]
            file.set_permissions(std::os::unix::fs::PermissionsExt::from_mode(0o600))?;
        }
        writeln!(file, "{}", serde_json::to_string(head)?)?;
        Ok(Self::new(Out::File(file)))
    }

    /// To a replay, which answers the notices in the shop's place.
    pub(super) fn to_replay(lines: UnboundedSender<Line>, answers: Answers) -> Self {
        Self::new(Out::Replay { lines, answers, answered: 0, noted: 0, busy: false })
    }

    fn new(out: Out) -> Self {
        Self { state: Mutex::new(State { out, next: 1, ids: Ids::default() }), rested: Condvar::new() }
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
        // The signature is of the code, too.
        let answer = answer.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        let answer: Vec<_> = std::iter::once(("LGD_RESPCODE", code)).chain(answer).collect();
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
    pub(crate) fn page(
        &self,
        (shops, clock): (&Shops, &Clock),
        path: &str,
        form: &Form,
        fault: &str,
        status: u16,
        answer: &[(&str, &str)],
    ) {
        let own = path.starts_with(WINDOWS);
        let request: Vec<_> = form.iter().collect();
        let record = Record {
            kind: Kind::Page,
            what: path,
            fault,
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
            answer: &[(standins::SHOPS_ANSWER, answer)],
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
        // A notice names what its request named first, so its line comes after the request's.
        let busy = |state: &mut State| matches!(state.out, Out::Replay { busy: true, .. });
        let waited = self.rested.wait_while(lock(&self.state), busy);
        match &mut waited.unwrap_or_else(PoisonError::into_inner).out {
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
        match &lock(&self.state).out {
            Out::File(_) => false,
            Out::Replay { answers, .. } => answers
                .get(&(notice.oid.clone(), event(notice).to_owned()))
                .is_some_and(|answers| !answers.is_empty()),
        }
    }

    /// How many notices were answered in the shop's place; each will have a line.
    pub(super) fn answered(&self) -> usize {
        match &lock(&self.state).out {
            Out::File(_) => 0,
            Out::Replay { answered, .. } => *answered,
        }
    }

    /// The number of the line that is replayed next.
    pub(super) fn expect(&self, line: u32) {
        let mut state = lock(&self.state);
        state.next = line;
        if let Out::Replay { busy, .. } = &mut state.out {
            *busy = true;
        }
    }

    /// The request that was expected is over.
    pub(super) fn rest(&self) {
        if let Out::Replay { busy, .. } = &mut lock(&self.state).out {
            *busy = false;
        }
        self.rested.notify_all();
    }

    /// What a name of the session stands for here.
    pub(super) fn value(&self, name: &str) -> Option<String> {
        lock(&self.state).ids.value(name).cloned()
    }

    fn write(&self, shops: &Shops, clock: &Clock, record: &Record<'_>) {
        let mut state = lock(&self.state);
        let State { out, next, ids } = &mut *state;
        let n = match out {
            // Notices are sent in a thread of their own.
            Out::Replay { noted, .. } if record.kind == Kind::Note => *noted,
            _ => *next,
        };
        let (request, side) = record.request;
        let mid = |pairs: &[(&str, &str)]| {
            let named = pairs.iter().find(|(name, _)| ["LGD_MID", "mid"].contains(&name.trim_end()));
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
