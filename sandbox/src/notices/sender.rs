//! The thread that sends notices, one after the other, each again until the shop's answer ends it or two hours are over.

use super::answer::{self, Judgement, Rollback, Verdict};
use crate::app_payments;
use crate::gateway::Gateway;
use crate::ledger::notice::{self, Attempt, Delivery, Notice};
use crate::{clock, text, url};
use encoding_rs::{EUC_KR, UTF_8};
use std::io::{self, Read};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// Three minutes between two attempts, in milliseconds.
const INTERVAL: u32 = 180_000;
/// The first attempt, and one every three minutes for two hours.
const ATTEMPTS: i64 = 41;
/// How many bytes of an answer are read, and how many of them are kept.
const READ: u64 = 1024;
const KEPT: usize = 80;
/// A number with this many digits may be a card, account or telephone number.
const LONG_NUMBER: usize = 7;

/// When and where notices are sent.
#[derive(Clone)]
pub(crate) struct Schedule {
    /// How many times faster than real time.
    pub(crate) time_scale: u32,
    /// The address for all notices instead of the shop's own.
    pub(crate) forward: Option<String>,
}

/// The running thread. Dropping it stops it and waits for the current attempt.
pub(crate) struct Sender {
    gateway: Arc<Gateway>,
    thread: Option<JoinHandle<()>>,
}

impl Sender {
    pub(crate) fn start(gateway: Arc<Gateway>, schedule: Schedule) -> io::Result<Self> {
        let (shared, agent) = (Arc::clone(&gateway), agent());
        let work = move || while shared.wakeup.wait(step(&shared, &agent, &schedule)) {};
        let thread = std::thread::Builder::new().name("xpay-notices".into()).spawn(work)?;
        Ok(Self { gateway, thread: Some(thread) })
    }
}

impl Drop for Sender {
    fn drop(&mut self) {
        self.gateway.wakeup.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Schedule {
    fn interval(&self) -> i64 {
        i64::from(INTERVAL / self.time_scale.max(1)).max(1)
    }
}

/// Sends the notice that is due first, and returns how long to sleep; `None` until a new notice.
fn step(gateway: &Gateway, agent: &ureq::Agent, schedule: &Schedule) -> Option<Duration> {
    // If the ledger fails, try again after the usual interval, not at once.
    deliver_first(gateway, agent, schedule).unwrap_or(Some(milliseconds(schedule.interval())))
}

fn deliver_first(
    gateway: &Gateway,
    agent: &ureq::Agent,
    schedule: &Schedule,
) -> rusqlite::Result<Option<Duration>> {
    let Some(first) = notice::first_due(gateway.ledger().read())? else { return Ok(None) };
    let early = first.due - clock::now_ms();
    if early > 0 {
        return Ok(Some(milliseconds(early)));
    }
    let url = schedule.forward.as_deref().unwrap_or(&first.url);
    let answer = match gateway.recorder.as_ref().and_then(|recorder| recorder.answer_to(&first)) {
        Some((status, body)) => Ok((status, body.into_bytes())),
        None => post(agent, url, &first),
    };
    let (attempt, verdict) = attempt(gateway, answer, &first, url);
    record(gateway, &first, &attempt, verdict, schedule)?;
    if let Some(recorder) = &gateway.recorder {
        recorder.notice((&gateway.shops, &gateway.clock), &first, attempt.status, &attempt.answer);
    }
    gateway.answered.notify_waiters();
    Ok(Some(Duration::ZERO))
}

fn milliseconds(count: i64) -> Duration {
    Duration::from_millis(count.unsigned_abs())
}

/// Records an attempt and what follows from it. A notice that was queued again meanwhile stays in the queue.
fn record(
    gateway: &Gateway,
    notice: &Notice,
    attempt: &Attempt,
    verdict: Verdict,
    schedule: &Schedule,
) -> rusqlite::Result<()> {
    let tries = notice.tries + 1;
    let state = match verdict {
        Verdict::Accepted => Delivery::Delivered,
        Verdict::RolledBack => Delivery::RolledBack,
        Verdict::Again if tries >= ATTEMPTS => Delivery::GivenUp,
        Verdict::Again => Delivery::Waiting,
    };
    let mut ledger = gateway.ledger();
    let db = ledger.begin()?;
    attempt.enter(&db)?;
    let rolled_back = state == Delivery::RolledBack;
    if rolled_back {
        app_payments::take_back(&db, &notice.tid)?;
    }
    if rolled_back || notice::find(&db, notice.id)?.is_some_and(|now| now.round == notice.round) {
        notice::update(&db, notice.id, state, tries, clock::now_ms() + schedule.interval())?;
    }
    db.commit()
}

type Answered = Result<(u16, Vec<u8>), ureq::Error>;

fn attempt(gateway: &Gateway, answer: Answered, notice: &Notice, url: &str) -> (Attempt, Verdict) {
    let at = gateway.clock.stamp();
    let rollback = Rollback::of(&notice.rollback);
    let (status, body, judgement) = match answer {
        Ok((status, body)) => {
            let judgement = answer::judge(status, &body, rollback, gateway.strict);
            (status, body, judgement)
        }
        Err(error) => {
            let error = text::fit(&error.to_string(), KEPT).to_owned();
            (0, Vec::new(), answer::fail(rollback, error))
        }
    };
    let Judgement { verdict, error, warning } = judgement;
    let (url, answer) = (url::without_secrets(url), beginning(&body));
    (Attempt { notice: notice.id, at, url, status, error, warning, answer }, verdict)
}

/// The status and the beginning of the body.
fn post(agent: &ureq::Agent, url: &str, notice: &Notice) -> Result<(u16, Vec<u8>), ureq::Error> {
    let request = agent.post(url).header("content-type", "application/x-www-form-urlencoded");
    // For the whole answer of the shop.
    let limit = Duration::from_secs(notice.patience.unsigned_abs());
    let mut response = request.config().timeout_global(Some(limit)).build().send(&notice.body[..])?;
    let mut beginning = Vec::new();
    response.body_mut().as_reader().take(READ).read_to_end(&mut beginning)?;
    Ok((response.status().as_u16(), beginning))
}

/// The part of an answer that may be shown: short, on one line, without long numbers.
fn beginning(answer: &[u8]) -> String {
    let readable = text::decode(answer, UTF_8).unwrap_or_else(|| EUC_KR.decode(answer).0);
    let line: String = readable.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text::fit(&without_numbers(&line), KEPT).to_owned()
}

fn without_numbers(line: &str) -> String {
    let mut shown = String::new();
    for part in line.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let word = part.trim_start_matches(|c: char| c.is_ascii_digit());
        let number = &part[..part.len() - word.len()];
        shown += if number.len() < LONG_NUMBER { number } else { "***" };
        shown += word;
    }
    shown
}

/// With the usual roots, no redirects and no proxy from the environment.
fn agent() -> ureq::Agent {
    let roots = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter();
    let roots = roots.map(|root| Certificate::from_der(root)).collect::<Vec<_>>();
    let tls = TlsConfig::builder()
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .root_certs(RootCerts::from(roots))
        .build();
    ureq::Agent::config_builder()
        .tls_config(tls)
        .proxy(None)
        .max_redirects(0)
        .http_status_as_error(false)
        .build()
        .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_shown_in_part() {
        assert_eq!(beginning(b"OK\n"), "OK ");
        assert_eq!(beginning("오류 01012345678, 21\u{0}행".as_bytes()), "오류 ***, 21 행");
        assert_eq!(beginning(&EUC_KR.encode("오류 1234567").0), "오류 ***");
        assert_eq!(beginning(&[b'x'; 500]).len(), KEPT);
    }

    #[test]
    fn two_hours_are_forty_intervals() {
        assert_eq!((ATTEMPTS - 1) * i64::from(INTERVAL), 2 * 60 * 60 * 1000);
        let schedule = |time_scale| Schedule { time_scale, forward: None };
        assert_eq!([0, 1, 60, u32::MAX].map(|scale| schedule(scale).interval()), [180_000, 180_000, 3000, 1]);
    }
}
