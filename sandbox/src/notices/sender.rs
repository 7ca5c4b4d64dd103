//! The thread that delivers notices: one after the other, each again until the shop says `OK` or two hours are over.

use crate::gateway::Gateway;
use crate::ledger::notice::{self, Attempt, Delivery, Notice};
use crate::{clock, text, url};
use encoding_rs::{EUC_KR, UTF_8};
use std::io::{self, Read};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;
use ureq::tls::{Certificate, RootCerts, TlsConfig};

/// The whole body of an answer that counts.
const ANSWER: &[u8] = b"OK";
/// Three minutes between two attempts, in milliseconds.
const INTERVAL: u32 = 180_000;
/// The first attempt, and one every three minutes for two hours.
const ATTEMPTS: i64 = 41;
/// How long a shop may take for all of its answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// How much of an answer is read, and how much of that is kept.
const READ: u64 = 1024;
const KEPT: usize = 80;
/// A number of so many digits may be somebody's card, account or telephone.
const LONG_NUMBER: usize = 7;

/// How the postman goes about it.
#[derive(Clone)]
pub(crate) struct Round {
    /// How many times faster than real time.
    pub(crate) time_scale: u32,
    /// Where everything goes instead of LGD_CASNOTEURL.
    pub(crate) forward: Option<String>,
}

/// The running thread; dropping it ends it and waits until it has ended, with the attempt it is at.
pub(crate) struct Postman {
    gateway: Arc<Gateway>,
    thread: Option<JoinHandle<()>>,
}

impl Postman {
    pub(crate) fn start(gateway: Arc<Gateway>, round: Round) -> io::Result<Self> {
        let (shared, agent) = (Arc::clone(&gateway), agent());
        let work = move || while shared.bell.wait(step(&shared, &agent, &round)) {};
        let thread = std::thread::Builder::new().name("xpay-notices".into()).spawn(work)?;
        Ok(Self { gateway, thread: Some(thread) })
    }
}

impl Drop for Postman {
    fn drop(&mut self) {
        self.gateway.bell.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Round {
    fn interval(&self) -> i64 {
        i64::from(INTERVAL / self.time_scale.max(1)).max(1)
    }
}

/// Delivers what is due first, if it is, and returns how long there is nothing to do; none for until the bell rings.
fn step(gateway: &Gateway, agent: &ureq::Agent, round: &Round) -> Option<Duration> {
    // Books that cannot be read or written now may be so later. At once, it would be an endless number of attempts.
    deliver_first(gateway, agent, round).unwrap_or(Some(milliseconds(round.interval())))
}

fn deliver_first(
    gateway: &Gateway,
    agent: &ureq::Agent,
    round: &Round,
) -> rusqlite::Result<Option<Duration>> {
    let Some(first) = notice::first_due(gateway.ledger().read())? else { return Ok(None) };
    let early = first.due - clock::now_ms();
    if early > 0 {
        return Ok(Some(milliseconds(early)));
    }
    let url = round.forward.as_deref().unwrap_or(&first.url);
    let attempt = attempt(agent, &first, url, gateway.clock.stamp());
    book(gateway, &first, &attempt, round)?;
    Ok(Some(Duration::ZERO))
}

fn milliseconds(count: i64) -> Duration {
    Duration::from_millis(count.unsigned_abs())
}

/// Enters an attempt and what follows from it, unless the notice was asked for again meanwhile.
fn book(gateway: &Gateway, notice: &Notice, attempt: &Attempt, round: &Round) -> rusqlite::Result<()> {
    let tries = notice.tries + 1;
    let state = match (attempt.error.is_empty(), tries >= ATTEMPTS) {
        (true, _) => Delivery::Delivered,
        (false, true) => Delivery::GivenUp,
        (false, false) => Delivery::Waiting,
    };
    let mut ledger = gateway.ledger();
    let db = ledger.begin()?;
    attempt.enter(&db)?;
    if notice::find(&db, notice.id)?.is_some_and(|now| now.due == notice.due) {
        notice::update(&db, notice.id, state, tries, clock::now_ms() + round.interval())?;
    }
    db.commit()
}

fn attempt(agent: &ureq::Agent, notice: &Notice, url: &str, at: String) -> Attempt {
    let (status, answer, error) = match post(agent, url, &notice.body) {
        Ok((200, body)) if body == ANSWER => (200, body, String::new()),
        Ok((200, body)) => (200, body, "the answer is not exactly OK".into()),
        Ok((status, body)) => (status, body, format!("HTTP {status}")),
        Err(error) => (0, Vec::new(), text::fit(&error.to_string(), KEPT).to_owned()),
    };
    Attempt {
        notice: notice.id,
        at,
        url: url::without_secrets(url),
        status,
        error,
        answer: beginning(&answer),
    }
}

/// The status and the beginning of the body.
fn post(agent: &ureq::Agent, url: &str, body: &[u8]) -> Result<(u16, Vec<u8>), ureq::Error> {
    let request = agent.post(url).header("content-type", "application/x-www-form-urlencoded");
    let mut response = request.send(body)?;
    let mut beginning = Vec::new();
    response.body_mut().as_reader().take(READ).read_to_end(&mut beginning)?;
    Ok((response.status().as_u16(), beginning))
}

/// What may be shown of an answer: little, on one line, and no long number.
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

/// Like any other client of the shop: the usual roots, and nothing followed or taken from the environment.
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
        .timeout_global(Some(PATIENCE))
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
        let round = |time_scale| Round { time_scale, forward: None };
        assert_eq!([0, 1, 60, u32::MAX].map(|scale| round(scale).interval()), [180_000, 180_000, 3000, 1]);
    }
}
