//! Replays a recorded session against a gateway of its own, and says what was answered differently.

use super::recorder::{Answers, Recorder, ShopAnswer};
use super::standins::{self, RIGHT, SHOPS_ANSWER, WRONG};
use super::{FORMAT, Head, Kind, Line, Pairs};
use crate::clock::{self, Clock};
use crate::codes::Refusal;
use crate::error::Error;
use crate::fault::Fault;
use crate::form;
use crate::gateway::Gateway;
use crate::ledger::{Ledger, notice};
use crate::notices::history;
use crate::notices::sender::{Schedule, Sender};
use crate::paykeys::{self, PaykeyRequest};
use crate::random::Random;
use crate::shops::Shops;
use crate::wire::ConnectionNumber;
use crate::{browser, cancels, deposits, server, text, txid};
use axum::Router;
use axum::body::Body;
use axum::http::{Request, header};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};
use tokio::time::timeout;

/// A request that was answered otherwise than recorded.
#[derive(Clone, Debug)]
pub struct Difference {
    /// The number of its line.
    pub line: u32,
    /// LGD_TXNAME, the path of a page, LGD_CASFLAG or the address's name of a notice, or the name of an act.
    pub what: String,
    /// What is different: the code, a name, or a value.
    pub of: String,
    /// As recorded; empty if it was not there.
    pub recorded: String,
    /// As replayed; empty if it was not there.
    pub replayed: String,
}

/// What a replay came to.
#[derive(Clone, Debug)]
pub struct Replay {
    /// How many lines were compared.
    pub lines: usize,
    /// The differences, by line.
    pub differences: Vec<Difference>,
}

/// How long an answer may take that the recorded gateway gave.
const PATIENCE: Duration = Duration::from_secs(20);
/// Three minutes between two notices take 50 ms.
const TIME_SCALE: u32 = 3600;

/// Replays the session in `file`. Nothing is sent anywhere: the notices are answered as the recorded shop did.
pub fn replay(file: &Path) -> Result<Replay, Error> {
    let (head, lines) = read(file)?;
    let unable = |error: String| {
        Error::new(format!("재생할 수 없습니다({error})"), format!("cannot replay ({error})"))
    };
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| unable(error.to_string()))?;
    let (sender, received) = unbounded_channel();
    let recorder = Arc::new(Recorder::to_replay(sender, answers(&lines)));
    let gateway = Arc::new(gateway(&head, Arc::clone(&recorder))?);
    let pages = browser::routes(Arc::clone(&gateway), String::new(), None);
    let router = server::router(&gateway, pages);
    let schedule = Schedule { time_scale: TIME_SCALE, forward: None };
    let _sender = Sender::start(Arc::clone(&gateway), schedule).map_err(|error| unable(error.to_string()))?;
    let run = Run { gateway, recorder, router, received, notes: Vec::new(), differences: Vec::new() };
    runtime.block_on(run.all(&lines))
}

/// The shops of the recorded gateway, with MertKeys of their own.
fn gateway(head: &Head, recorder: Arc<Recorder>) -> Result<Gateway, Error> {
    let random = Random::default();
    let unknown = head.shops.iter().filter(|mid| Shops::with(&[]).find(mid).is_err());
    let keyed = unknown.map(|mid| Ok((mid.clone(), random.name::<16>()?)));
    let shops = keyed.collect::<Result<Vec<_>, getrandom::Error>>();
    let shops = Shops::with(&shops.map_err(|error| Error::from(Refusal::from(error)))?);
    let profile = head.profile.parse()?;
    let mut gateway =
        Gateway::new(Ledger::open(None)?, shops, PathBuf::new(), Clock::new(Some(0)), random, profile);
    gateway.strict = head.strict;
    gateway.recorder = Some(recorder);
    Ok(gateway)
}

fn read(file: &Path) -> Result<(Head, Vec<Line>), Error> {
    let name = file.display();
    let wrong = |number: usize, error: String| {
        Error::new(
            format!(
                "{name}의 {number}번째 줄을 읽을 수 없습니다({error}). xpay sandbox --record가 만든 파일이어야 합니다"
            ),
            format!(
                "cannot read line {number} of {name} ({error}): it must be a file of xpay sandbox --record"
            ),
        )
    };
    let text = std::fs::read_to_string(file).map_err(|error| {
        Error::new(
            format!("{name}을(를) 열 수 없습니다({error}). xpay sandbox --record가 만든 파일을 지정하십시오"),
            format!("cannot open {name} ({error}): name a file of xpay sandbox --record"),
        )
    })?;
    let mut lines = text.lines();
    let head: Head = serde_json::from_str(lines.next().unwrap_or_default())
        .map_err(|error| wrong(1, error.to_string()))?;
    if head.xpay_session != FORMAT {
        return Err(wrong(1, format!("xpay_session {}, not {FORMAT}", head.xpay_session)));
    }
    let line = |(at, text): (usize, &str)| {
        serde_json::from_str(text).map_err(|error| wrong(at + 2, error.to_string()))
    };
    let lines = lines.enumerate().map(line).collect::<Result<_, _>>()?;
    Ok((head, lines))
}

/// The order and event of a notice.
fn note_key(line: &Line) -> (String, String) {
    (pair(&line.request, "LGD_OID").to_owned(), line.what.clone())
}

fn pair<'a>(pairs: &'a Pairs, name: &str) -> &'a str {
    pairs.iter().find(|(known, _)| known == name).map_or("", |(_, value)| value)
}

fn answers(lines: &[Line]) -> Answers {
    let mut answers: Answers = HashMap::new();
    for line in lines.iter().filter(|line| line.kind == Kind::Note) {
        let (status, body) =
            (line.status.parse().unwrap_or_default(), pair(&line.answer, SHOPS_ANSWER).to_owned());
        answers.entry(note_key(line)).or_default().push_back(ShopAnswer { line: line.n, status, body });
    }
    answers
}

struct Run {
    gateway: Arc<Gateway>,
    recorder: Arc<Recorder>,
    router: Router,
    received: UnboundedReceiver<Line>,
    /// The notices that came.
    notes: Vec<Line>,
    differences: Vec<Difference>,
}

impl Run {
    async fn all(mut self, lines: &[Line]) -> Result<Replay, Error> {
        for line in lines.iter().filter(|line| line.kind != Kind::Note && !line.request.is_empty()) {
            self.settle().await;
            if let Some(at) = clock::parse(&line.at) {
                self.gateway.clock.set(at);
            }
            self.recorder.expect(line.n);
            let replayed = self.send(line).await;
            self.recorder.rest();
            match replayed {
                Some(replayed) => self.compare(line, &replayed),
                None => self.differ(line, "answer", &line.status, ""),
            }
        }
        self.settle().await;
        self.compare_notes(lines);
        self.differences.sort_by_key(|difference| difference.line);
        Ok(Replay { lines: lines.len(), differences: self.differences })
    }

    /// Waits for the notices that the recorded shop had answered by now.
    async fn settle(&mut self) {
        loop {
            let due = notice::first_due(self.gateway.ledger().read()).ok().flatten();
            let waits = due.is_some_and(|due| self.recorder.has_answer_to(&due));
            if !waits && self.recorder.answered() <= self.notes.len() {
                return;
            }
            match timeout(PATIENCE, self.received.recv()).await {
                Ok(Some(note)) => self.notes.push(note),
                _ => return,
            }
        }
    }

    /// Sends a request anew, and returns how it would be recorded now.
    async fn send(&mut self, line: &Line) -> Option<Line> {
        let pairs = self.anew(line);
        match line.kind {
            Kind::Note => return None,
            Kind::Act => act(&self.gateway, &line.what, &pairs),
            Kind::Tx | Kind::Page => {
                let path =
                    if line.kind == Kind::Tx { "/xpay/Gateway.do".to_owned() } else { self.path(&line.what) };
                if let Ok(fault) = Fault::parse(&line.fault) {
                    self.gateway.faults().push_front(fault);
                }
                // A task of its own: a fault may keep the answer back for ever.
                let answer = TowerToHyperService::new(self.router.clone()).call(request(&path, &pairs)?);
                let task = tokio::spawn(answer);
                let replayed = self.next_answer().await;
                task.abort();
                return replayed;
            }
        }
        self.next_answer().await
    }

    async fn next_answer(&mut self) -> Option<Line> {
        loop {
            let line = timeout(PATIENCE, self.received.recv()).await.ok()??;
            if line.kind != Kind::Note {
                return Some(line);
            }
            self.notes.push(line);
        }
    }

    /// The path of a page, with the id of the window that was opened here.
    fn path(&self, path: &str) -> String {
        path.split('/')
            .map(|part| self.recorder.value(part).unwrap_or_else(|| part.to_owned()))
            .collect::<Vec<_>>()
            .join("/")
    }

    /// The request with the numbers and keys of this gateway, and signed anew.
    fn anew(&self, line: &Line) -> Pairs {
        let named = ["LGD_MID", "mid"].map(|name| pair(&line.request, name));
        let shop = named.iter().find_map(|mid| self.gateway.shops.find(mid).ok());
        let (mid, key) = shop.map_or(("", ""), |shop| (&shop.mid, &shop.key));
        let value = |text: &str| match standins::kind_of(text) {
            Some(kind) => self.recorder.value(text).unwrap_or_else(|| self.made(kind, mid)),
            None => text.to_owned(),
        };
        let mut pairs: Pairs = line.request.iter().map(|(name, text)| (name.clone(), value(text))).collect();
        let sent: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let identity = usize::from(line.what == "/xpay/authonly");
        let right = |name: &str| {
            let mut all = standins::signatures(name, &sent, key);
            if all.len() > 1 { all.swap_remove(identity) } else { all.pop().unwrap_or_default() }
        };
        let signed: Vec<_> = sent
            .iter()
            .map(|(name, value)| match *value {
                RIGHT => right(name),
                WRONG => "0".repeat(40),
                value => value.to_owned(),
            })
            .collect();
        for ((_, value), signed) in pairs.iter_mut().zip(signed) {
            *value = signed;
        }
        pairs
    }

    /// A number or key that this gateway has not given out.
    fn made(&self, kind: &str, mid: &str) -> String {
        let random = &self.gateway.random;
        let made = match kind {
            "txid" => txid::make(random, mid, &self.gateway.clock.stamp()).ok(),
            _ => random.name::<20>().ok(),
        };
        made.unwrap_or_default()
    }

    fn compare(&mut self, recorded: &Line, replayed: &Line) {
        if recorded.status != replayed.status {
            self.differ(recorded, "code", &recorded.status, &replayed.status);
        }
        self.compare_pairs(recorded, &recorded.answer, &replayed.answer);
    }

    fn compare_pairs(&mut self, line: &Line, recorded: &Pairs, replayed: &Pairs) {
        for (name, value) in recorded {
            match replayed.iter().find(|(known, _)| known == name) {
                None => self.differ(line, &format!("-{name}"), value, ""),
                Some((_, other)) if other != value => self.differ(line, name, value, other),
                Some(_) => {}
            }
        }
        for (name, value) in replayed {
            if !recorded.iter().any(|(known, _)| known == name) {
                self.differ(line, &format!("+{name}"), "", value);
            }
        }
    }

    /// Each recorded notice with the one that came in its place.
    fn compare_notes(&mut self, lines: &[Line]) {
        while let Ok(line) = self.received.try_recv() {
            self.notes.push(line);
        }
        let mut came = std::mem::take(&mut self.notes);
        let recorded: Vec<_> = lines.iter().filter(|line| line.kind == Kind::Note).collect();
        for line in &recorded {
            match came.iter().position(|note| note_key(note) == note_key(line)) {
                Some(at) => {
                    let note = came.remove(at);
                    self.compare_pairs(line, &line.request, &note.request);
                }
                None => self.differ(line, "notice", &line.what, ""),
            }
        }
        // A notice is sent again until it is answered, perhaps after the recording ended; one of an order that had none is new.
        for note in came.iter().filter(|note| !recorded.iter().any(|line| note_key(line) == note_key(note))) {
            self.differ(note, "notice", "", &note.what);
        }
    }

    fn differ(&mut self, line: &Line, of: &str, recorded: &str, replayed: &str) {
        self.differences.push(Difference {
            line: line.n,
            what: line.what.clone(),
            of: of.to_owned(),
            recorded: recorded.to_owned(),
            replayed: replayed.to_owned(),
        });
    }
}

/// What a developer did, done again. Its outcome is in the line that it records.
fn act(gateway: &Gateway, name: &str, pairs: &Pairs) {
    let tid = pair(pairs, "tid");
    match name {
        "paykey" => drop(paykeys::mint_by_hand(gateway, paykey_request(pairs))),
        "deposit" => drop(deposits::deposit(gateway, tid)),
        "reverse" => drop(deposits::reverse(gateway, tid)),
        "cancel" => drop(cancels::cancel(gateway, tid, pair(pairs, "amount").parse().ok())),
        "resend" => drop(history::resend(gateway, pair(pairs, "id").parse().unwrap_or_default())),
        _ => {}
    }
}

/// Each field in the type that it has by default.
fn paykey_request(pairs: &Pairs) -> PaykeyRequest {
    let mut json = serde_json::to_value(PaykeyRequest::default()).unwrap_or_default();
    for (name, text) in pairs {
        let read = serde_json::from_str(text).ok().filter(|_| !json[name].is_string());
        json[name] = read.unwrap_or_else(|| text.clone().into());
    }
    serde_json::from_value(json).unwrap_or_default()
}

fn request(path: &str, pairs: &Pairs) -> Option<Request<Body>> {
    let charset = text::charset(Some(pair(pairs, "LGD_ENCODING").as_bytes()));
    let body = form::write(pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())), charset);
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .extension(ConnectionNumber(0))
        .body(body.into())
        .ok()
}
