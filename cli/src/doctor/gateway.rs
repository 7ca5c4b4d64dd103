//! The gateway: DNS, handshake, certificates, clock, and a Ping of each shop.

use super::finding::{About, Finding, Grade};
use super::report::Report;
use super::settings;
use crate::certificate::Certificate;
use crate::ping;
use crate::readonly;
use crate::shop::Mode;
use crate::system::{NEWER_ROOTS, SET_CLOCK};
use std::time::{Duration, Instant, SystemTime};
use xpayclient_core::diagnosis::{Handshake, Obstacle, Unreached};
use xpayclient_core::tables::HOSTS;
use xpayclient_core::{Code, Config, Error};

/// How much the clocks may differ.
const SKEW: Duration = Duration::from_secs(60);

/// A certificate with fewer days left should have been renewed.
const SOON: i64 = 14;

pub(super) fn examine(config: &Config, mode: Mode, report: &mut Report) {
    let client = readonly::client(config, mode.into());
    let patience = client.patience();
    let begun = Instant::now();
    report.waits("DNS에 게이트웨이를 묻고 있습니다", "looking up the gateway", patience);
    let (host, addresses) = match client.look_up() {
        Ok(found) => found,
        Err(error) if error.code() == Code::HTTP_URL => {
            let addressed =
                report.findings().iter().any(|found| matches!(found.about, About::Missing | About::Http));
            return report.add((!addressed).then(|| Finding::of(error)));
        }
        Err(error) => return report.add([Finding::failed(About::Dns, error)]),
    };
    let took = milliseconds(begun);
    let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    let text = format!("DNS {host}: {}, {took} ms", addresses.join(" "));
    report.add([Finding::new(Grade::Fine, About::Dns, text.clone(), text)
        .fact("host", host.as_str())
        .fact("addresses", addresses)
        .fact("milliseconds", took)]);
    let begun = Instant::now();
    report.waits(&format!("{host}에 연결하고 있습니다"), &format!("connecting to {host}"), patience);
    match client.look_at_gateway() {
        Ok(reached) => {
            report.add(handshake(config, &reached, milliseconds(begun)));
            ping_shops(config, mode, report);
        }
        Err(unreached) => report.add([obstacle(unreached, patience)]),
    }
}

/// How far it came: a firewall that drops looks otherwise than one that refuses, and otherwise than a wrong port.
fn obstacle(Unreached { error, obstacle, .. }: Unreached, patience: Duration) -> Finding {
    let seconds = patience.as_secs();
    match obstacle {
        Obstacle::Name => Finding::failed(About::Dns, error),
        Obstacle::Refused => Finding::failed(About::ConnectionRefused, error).after(
            "연결이 거부되었습니다. 그 포트를 여는 서버가 없거나 방화벽이 거부했습니다. ",
            "the connection was refused: nothing listens at that port, or a firewall rejects it. ",
        ),
        Obstacle::Silence => Finding::failed(About::NoAnswer, error)
            .after(
                &format!("제한 시간 {seconds}초 안에 연결되지 않았습니다. 대개 방화벽이 막고 있습니다. "),
                &format!("timed out: no connection within {seconds} s, most often because a firewall drops it. "),
            )
            .fact("seconds", seconds)
            .fact("connected", false),
        Obstacle::Mute => Finding::failed(About::NoAnswer, error)
            .after(
                &format!("연결은 되었으나 제한 시간 {seconds}초 안에 아무 응답이 없었습니다. 게이트웨이나 중간 장비가 응답하지 않습니다. "),
                &format!("timed out: connected, and then nothing came within {seconds} s, from the gateway or a device before it. "),
            )
            .fact("seconds", seconds)
            .fact("connected", true),
        Obstacle::Tls | Obstacle::Other => Finding::failed(About::Tls, error),
    }
}

fn handshake(config: &Config, handshake: &Handshake, took: u64) -> Vec<Finding> {
    let chain: Vec<Certificate> = handshake.chain.iter().map(|der| Certificate::read(der)).collect();
    let mut findings = vec![tls(handshake, &chain, took)];
    findings.extend(untrusted(config, handshake, &chain));
    findings.extend(chain.first().and_then(expiring));
    findings.extend(handshake.date.as_deref().and_then(|date| clock(date, SystemTime::now())));
    findings
}

fn tls(handshake: &Handshake, chain: &[Certificate], took: u64) -> Finding {
    let names: Vec<&str> = chain.iter().map(|certificate| certificate.subject.as_str()).collect();
    let root = handshake.root.as_ref().map(|root| {
        let file = root.file.as_ref().map_or("built in".to_owned(), |file| file.display().to_string());
        (Certificate::read(&root.certificate).subject, file)
    });
    let until = chain.first().map(|leaf| leaf.until.clone()).unwrap_or_default();
    let vouched = root.as_ref().map(|(subject, file)| format!(" ← {subject} ({file})")).unwrap_or_default();
    let protocol = handshake.protocol.replace("TLSv1_", "TLS 1.");
    let answer = handshake.status.map(|status| format!(", HTTP {status}")).unwrap_or_default();
    let chained = names.join(" ← ");
    let text = format!("{protocol} {}, {chained}{vouched}, ~ {until}{answer}, {took} ms", handshake.cipher);
    let certificates: Vec<_> = chain.iter().map(|one| serde_json::json!(one)).collect();
    let (root, file) = root.unzip();
    Finding::new(Grade::Fine, About::Tls, text.clone(), text)
        .fact("protocol", protocol)
        .fact("cipher", handshake.cipher.clone())
        .fact("chain", certificates)
        .fact("root", root)
        .fact("root_file", file)
        .fact("http_status", handshake.status)
        .fact("milliseconds", took)
}

/// Also if verification is switched off, because then nobody vouches for the gateway.
fn untrusted(config: &Config, handshake: &Handshake, chain: &[Certificate]) -> Option<Finding> {
    if handshake.root.is_some() || chain.first().is_some_and(|leaf| leaf.days < 0) {
        return None;
    }
    let [ko, en] = NEWER_ROOTS;
    let issuer = chain.last().map(|last| last.issuer.clone()).unwrap_or_default();
    let grade = if config.settings().verify_cert { Grade::Error } else { Grade::Warning };
    Some(
        Finding::new(
            grade,
            About::Untrusted,
            format!("신뢰하는 CA 가운데 서버 인증서를 보증하는 것이 없습니다(발급자 {issuer}). {ko}하거나 그 CA의 인증서를 conf/ca-bundle.crt에 넣으십시오"),
            format!("the server's certificate is not signed by a trusted CA (issuer {issuer}); {en}, or put that CA's certificate into conf/ca-bundle.crt"),
        )
        .fact("issuer", issuer),
    )
}

fn expiring(leaf: &Certificate) -> Option<Finding> {
    let (days, until, [ko, en]) = (leaf.days, &leaf.until, NEWER_ROOTS);
    let finding = match days {
        ..0 => Finding::new(
            Grade::Error,
            About::Expiring,
            format!(
                "서버 인증서가 만료되었습니다({until}). 이 서버의 시계를 확인한 뒤 결제사에 문의하십시오"
            ),
            format!(
                "the server's certificate has expired ({until}); check this machine's clock, then ask the payment company"
            ),
        ),
        0..SOON => Finding::new(
            Grade::Warning,
            About::Expiring,
            format!(
                "서버 인증서가 {days}일 뒤({until}) 만료됩니다. 새 인증서의 CA를 신뢰하도록 {ko}하십시오"
            ),
            format!(
                "the server's certificate expires in {days} days ({until}); {en}, so that the CA of the next one is trusted"
            ),
        ),
        SOON.. => return None,
    };
    Some(finding.fact("days", days))
}

/// `date` is the gateway's HTTP date.
fn clock(date: &str, now: SystemTime) -> Option<Finding> {
    let theirs = httpdate::parse_http_date(date).ok()?;
    let (off, ahead) = match now.duration_since(theirs) {
        Ok(off) => (off, true),
        Err(behind) => (behind.duration(), false),
    };
    let seconds = i64::try_from(off.as_secs()).ok()? * if ahead { 1 } else { -1 };
    let finding = if off <= SKEW {
        let text = |what: &str| format!("{what}: {seconds:+} s");
        Finding::new(Grade::Fine, About::Clock, text("시계"), text("clock"))
    } else {
        Finding::new(
            Grade::Warning,
            About::Clock,
            format!("이 서버의 시계가 게이트웨이와 {seconds:+}초 다릅니다. 맞추십시오: {SET_CLOCK}"),
            format!(
                "this machine's clock differs from the gateway's by {seconds:+} s; correct it: {SET_CLOCK}"
            ),
        )
    };
    Some(finding.fact("seconds", seconds))
}

/// Stops at the first without an answer.
fn ping_shops(config: &Config, mode: Mode, report: &mut Report) {
    let patience = config.settings().timeout;
    for mid in settings::shops(config, mode) {
        report.waits(
            &format!("{mid}의 Ping 응답을 기다리고 있습니다"),
            &format!("waiting for the answer to the Ping of {mid}"),
            patience,
        );
        match ping::ask(config, mode.into(), &mid) {
            Ok(pong) => report.add([answered(&mid, &pong)]),
            Err(error) => return report.add([unanswered(error, &mid, patience)]),
        }
    }
}

fn answered(mid: &str, pong: &ping::Pong) -> Finding {
    let text = format!("Ping {mid}: {} {}, {} ms", pong.code, pong.message, pong.milliseconds);
    let finding = if pong.success {
        Finding::new(Grade::Fine, About::Ping, text.clone(), text)
    } else {
        Finding::new(
            Grade::Error,
            About::Ping,
            format!(
                "{text}. {mid}의 MertKey를 상점관리자({})에 있는 것과 비교하십시오. 테스트라면 그 화면의 테스트 보기를 켜십시오",
                HOSTS.admin
            ),
            format!(
                "{text}; compare the MertKey of {mid} with that in the merchant admin ({}, for test with its test view on)",
                HOSTS.admin
            ),
        )
    };
    let took = u64::try_from(pong.milliseconds).unwrap_or(u64::MAX);
    finding.fact("mid", mid).fact("code", pong.code.as_str()).fact("milliseconds", took)
}

fn unanswered(error: Error, mid: &str, patience: Duration) -> Finding {
    let (timed_out, seconds) = (error.code() == Code::TIMEDOUT, patience.as_secs());
    let finding = Finding::failed(About::Ping, error);
    match timed_out {
        true => finding
            .after(
                &format!("Ping {mid}: 제한 시간 {seconds}초 안에 응답이 없었습니다. "),
                &format!("Ping {mid} timed out: no answer within {seconds} s. "),
            )
            .fact("seconds", seconds),
        false => finding.after(&format!("Ping {mid}: "), &format!("Ping {mid}: ")),
    }
    .fact("mid", mid)
}

fn milliseconds(begun: Instant) -> u64 {
    u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_may_be_off_by_a_minute() {
        let date = "Wed, 25 Nov 2026 22:00:00 GMT";
        let there = httpdate::parse_http_date(date).unwrap_or(SystemTime::UNIX_EPOCH);
        let grade = |now| clock(date, now).map(|finding| finding.grade);
        assert!(grade(there + SKEW) == Some(Grade::Fine) && grade(there - SKEW) == Some(Grade::Fine));
        let much = SKEW + Duration::from_secs(1);
        assert!(grade(there + much) == Some(Grade::Warning) && grade(there - much) == Some(Grade::Warning));
        assert!(clock("yesterday", there).is_none());
    }

    #[test]
    fn a_certificate_is_warned_of_before_it_ends() {
        let leaf = |days| Certificate { days, ..Certificate::read(b"") };
        let grade = |days| expiring(&leaf(days)).map(|finding| finding.grade);
        assert!(grade(-1) == Some(Grade::Error) && grade(0) == Some(Grade::Warning));
        assert!(grade(SOON - 1) == Some(Grade::Warning) && grade(SOON).is_none());
    }
}
