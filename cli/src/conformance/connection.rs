//! TLS and HTTP: what the gateway speaks, and how long it keeps a connection that nobody uses.

use super::examination::{Examination, Surprise};
use super::finding::{NOTHING, Text, Verdict};
use super::talk::Heard;
use crate::certificate::Certificate;
use std::thread::sleep;
use std::time::{Duration, Instant};
use xpayclient_core::diagnosis::{Handshake, Interview, Offer, Reply, TlsVersion};

/// How often an idle connection is looked at.
const LOOK: Duration = Duration::from_millis(100);

/// TLS: its versions, its certificates, and the protocol that it would choose.
pub(super) fn tls(examination: &mut Examination) -> Result<(), Surprise> {
    let shake = |offer| {
        let mut interview = examination.client().interview(offer)?;
        interview.handshake().map_err(|unreached| unreached.error)
    };
    let speaks = |version| shake(Offer { tls: Some(version), ..Offer::default() }).is_ok();
    let usual = shake(Offer::default())?;
    let (old, new) = (speaks(TlsVersion::Tls12), speaks(TlsVersion::Tls13));
    let offered = shake(Offer { alpn: &["h2", "http/1.1"], ..Offer::default() });
    let versions = match (old, new) {
        (true, true) => "1.2+1.3",
        (true, false) => "1.2",
        _ => "1.3",
    };
    examination.set("tls", versions);
    examination.add(
        "tls-versions",
        Some(8),
        Text::new("TLS 1.2만으로, 1.3만으로 연결", "connecting with TLS 1.2 only, and with 1.3 only"),
        Text::same("1.2+1.3"),
        versions.to_owned(),
        Verdict::of(versions == "1.2+1.3"),
    );
    examination.note(
        "certificates",
        Text::new("인증서 체인과 그 루트", "the chain of certificates and its root"),
        chain(&usual),
        Text::new(
            "체인을 보증하는 루트가 신뢰 목록에 있어야 합니다",
            "the root that vouches for the chain has to be among the trusted ones",
        ),
    );
    let chosen = match &offered {
        Ok(handshake) => handshake.alpn.clone().unwrap_or_else(|| NOTHING.into()),
        Err(error) => error.code().to_string(),
    };
    examination.note(
        "alpn",
        Text::new("ALPN으로 h2와 http/1.1을 제안", "offering h2 and http/1.1 by ALPN"),
        chosen,
        Text::new(
            "라이브러리는 HTTP/1.1만 쓰며 ALPN을 제안하지 않습니다",
            "the library speaks HTTP/1.1 only and offers nothing by ALPN",
        ),
    );
    Ok(())
}

fn chain(handshake: &Handshake) -> String {
    let names = handshake.chain.iter().map(|der| Certificate::read(der));
    let names: Vec<_> = names.map(|one| format!("{} (~{})", one.subject, one.until)).collect();
    let root = handshake.root.as_ref().map(|root| Certificate::read(&root.certificate).subject);
    format!("{} <- {}", names.join(" <- "), root.unwrap_or_else(|| "?".into()))
}

/// The HTTP of an answer.
pub(super) fn http(examination: &mut Examination, reply: &Reply) {
    let header = |name| reply.header(name).unwrap_or(NOTHING).to_owned();
    let length = match (reply.header("transfer-encoding"), reply.header("content-length")) {
        (Some(coding), _) => coding.to_owned(),
        (None, Some(_)) => "content-length".to_owned(),
        (None, None) => "Connection: close".to_owned(),
    };
    for (id, ko, en, found, meaning) in [
        ("http-server", "Server 헤더", "the header Server", header("server"), NO_MATTER),
        ("http-length", "본문의 길이", "the length of the body", length, EITHER),
        ("http-coding", "본문의 압축", "the compression of the body", header("content-encoding"), EITHER),
        ("http-type", "Content-Type", "Content-Type", header("content-type"), EITHER),
        ("http-keep-alive", "Keep-Alive 헤더", "the header Keep-Alive", header("keep-alive"), NO_MATTER),
        ("http-connection", "Connection 헤더", "the header Connection", header("connection"), EITHER),
    ] {
        examination.note(id, Text::new(ko, en), found, meaning.into());
    }
}

const NO_MATTER: [&str; 2] = ["라이브러리는 보지 않습니다", "the library does not look at it"];
const EITHER: [&str; 2] = ["라이브러리는 모두 처리합니다", "the library takes any of them"];

/// A connection that is left alone from now on.
pub(super) struct Idle {
    interview: Interview,
    since: Instant,
    kept: bool,
}

/// Opens one and asks a Ping on it.
pub(super) fn leave_idle(examination: &mut Examination) -> Result<Idle, Surprise> {
    let ping = examination.talk.question("Ping")?;
    let mut interview = examination.client().interview(Offer::default())?;
    let kept = interview.ask(&ping)?.reusable;
    Ok(Idle { interview, since: Instant::now(), kept })
}

/// How long the gateway kept it, at most `limit`.
pub(super) fn look_at_idle(examination: &mut Examination, mut idle: Idle, limit: Duration) {
    let waiting = |idle: &mut Idle| idle.since.elapsed() < limit && idle.interview.is_open();
    while idle.kept && waiting(&mut idle) {
        sleep(LOOK);
    }
    let seconds = idle.since.elapsed().as_secs();
    let (setting, found) = match (idle.kept, idle.interview.is_open()) {
        (false, _) => ("0".to_owned(), "0 s".to_owned()),
        (true, true) => ("on".to_owned(), format!("> {seconds} s")),
        (true, false) => (seconds.to_string(), format!("{seconds} s")),
    };
    examination.set("keep-alive", &setting);
    let verdict = match idle.kept && idle.since.elapsed() >= examination.keep_alive() {
        true => Verdict::Expected,
        // It was looked at for less time than the library keeps one.
        false if idle.kept && idle.interview.is_open() => Verdict::Unknown,
        false => Verdict::Otherwise,
    };
    examination.add(
        "idle-connection",
        Some(7),
        Text::new("쉬는 연결을 유지하는 시간", "how long an idle connection is kept"),
        Text::same(format!("> {} s", examination.keep_alive().as_secs())),
        found,
        verdict,
    );
}

/// What the HTTP of the first answer is read from.
pub(super) fn reply_of(heard: Heard) -> Option<Reply> {
    match heard {
        Heard::Reply(reply) => Some(reply),
        Heard::Silence(_) | Heard::Failed(_) => None,
    }
}
