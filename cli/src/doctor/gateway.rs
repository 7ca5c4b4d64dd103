//! The gateway: its name in DNS, its handshake and certificates, its clock, and a Ping of each shop.

use super::certificate::Certificate;
use super::finding::{About, Finding, Grade};
use super::names;
use crate::ping;
use crate::shop::Mode;
use crate::traceless;
use std::time::{Duration, Instant, SystemTime};
use xpayclient_core::{Client, Code, Config, Error, Handshake};

/// The gateway compares a request's time with its own.
const SKEW: Duration = Duration::from_secs(60);

/// A certificate with fewer days to go should have been renewed.
const SOON: i64 = 14;

/// `addressed`: whether something was said of the platform's address already.
pub(super) fn examine(config: &Config, mode: Mode, addressed: bool) -> Vec<Finding> {
    let client = traceless::client(config, mode.into());
    let begun = Instant::now();
    match client.look_up() {
        Err(error) if error.code() == Code::HTTP_URL && addressed => Vec::new(),
        Err(error) if error.code() == Code::HTTP_URL => vec![Finding::of(error)],
        Err(error) => vec![Finding::failed(About::Dns, error)],
        Ok((host, addresses)) => {
            let took = milliseconds(begun);
            let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            let said = format!("DNS {host}: {}, {took} ms", addresses.join(" "));
            let found = Finding::new(Grade::Fine, About::Dns, said.clone(), said)
                .fact("host", host)
                .fact("addresses", addresses)
                .fact("milliseconds", took);
            let mut findings = vec![found];
            findings.extend(greeted(&client));
            if findings.iter().all(|finding| finding.about != About::Tls || finding.grade == Grade::Fine) {
                findings.extend(pinged(config, mode));
            }
            findings
        }
    }
}

fn greeted(client: &Client) -> Vec<Finding> {
    let begun = Instant::now();
    match client.look_at_gateway() {
        Err(error) => vec![Finding::failed(About::Tls, error)],
        Ok(shown) => {
            let took = milliseconds(begun);
            let chain: Vec<Certificate> = shown.chain.iter().map(|der| Certificate::read(der)).collect();
            let mut findings = vec![tls(&shown, &chain, took)];
            findings.extend(untrusted(client.config(), &shown, &chain));
            findings.extend(chain.first().and_then(expiring));
            findings.extend(shown.date.as_deref().and_then(|date| clock(date, SystemTime::now())));
            findings
        }
    }
}

fn tls(shown: &Handshake, chain: &[Certificate], took: u64) -> Finding {
    let names: Vec<&str> = chain.iter().map(|certificate| certificate.subject.as_str()).collect();
    let root = shown.root.as_ref().map(|root| {
        let file = root.file.as_ref().map_or("built in".to_owned(), |file| file.display().to_string());
        (Certificate::read(&root.certificate).subject, file)
    });
    let until = chain.first().map(|leaf| leaf.until.clone()).unwrap_or_default();
    let vouched = root.as_ref().map(|(subject, file)| format!(" ← {subject} ({file})")).unwrap_or_default();
    let protocol = shown.protocol.replace("TLSv1_", "TLS 1.");
    let said = format!("{protocol} {}, {}{vouched}, ~ {until}, {took} ms", shown.cipher, names.join(" ← "));
    let certificates: Vec<_> = chain.iter().map(|one| serde_json::json!(one)).collect();
    let (root, file) = root.unzip();
    Finding::new(Grade::Fine, About::Tls, said.clone(), said)
        .fact("protocol", protocol)
        .fact("cipher", shown.cipher.clone())
        .fact("chain", certificates)
        .fact("root", root)
        .fact("root_file", file)
        .fact("milliseconds", took)
}

/// Also where verifying is switched off: then the payments are what nobody vouches for.
fn untrusted(config: &Config, shown: &Handshake, chain: &[Certificate]) -> Option<Finding> {
    if shown.root.is_some() || chain.first().is_some_and(|leaf| leaf.days < 0) {
        return None;
    }
    let issuer = chain.last().map(|last| last.issuer.clone()).unwrap_or_default();
    let grade = if config.settings().verify_cert { Grade::Error } else { Grade::Warning };
    Some(
        Finding::new(
            grade,
            About::Untrusted,
            format!("신뢰하는 CA 가운데 서버 인증서를 보증하는 것이 없습니다(발급자 {issuer}). 서버의 ca-certificates를 갱신하거나 그 CA의 인증서를 conf/ca-bundle.crt에 넣으십시오"),
            format!("none of the CAs trusted here vouches for the server's certificate (issuer {issuer}); update ca-certificates, or put that CA's certificate into conf/ca-bundle.crt"),
        )
        .fact("issuer", issuer),
    )
}

fn expiring(leaf: &Certificate) -> Option<Finding> {
    let (days, until) = (leaf.days, &leaf.until);
    let finding = match days {
        ..0 => Finding::new(
            Grade::Error,
            About::Expiring,
            format!(
                "서버 인증서가 만료되었습니다({until}). 이 서버의 시계를 확인한 뒤 결제사에 문의하십시오"
            ),
            format!(
                "the server's certificate has expired ({until}); check this machine's clock, then ask the gateway"
            ),
        ),
        0..SOON => Finding::new(
            Grade::Warning,
            About::Expiring,
            format!(
                "서버 인증서가 {days}일 뒤({until}) 만료됩니다. 새 인증서의 CA를 신뢰하도록 ca-certificates를 갱신해 두십시오"
            ),
            format!(
                "the server's certificate expires in {days} days ({until}); update ca-certificates, so that the next one's CA is trusted"
            ),
        ),
        SOON.. => return None,
    };
    Some(finding.fact("days", days))
}

/// `date` is the gateway's, as HTTP writes it.
fn clock(date: &str, now: SystemTime) -> Option<Finding> {
    let theirs = httpdate::parse_http_date(date).ok()?;
    let (off, ahead) = match now.duration_since(theirs) {
        Ok(off) => (off, true),
        Err(behind) => (behind.duration(), false),
    };
    let seconds = i64::try_from(off.as_secs()).ok()? * if ahead { 1 } else { -1 };
    let finding = if off <= SKEW {
        let said = |what: &str| format!("{what}: {seconds:+} s");
        Finding::new(Grade::Fine, About::Clock, said("시계"), said("clock"))
    } else {
        Finding::new(
            Grade::Warning,
            About::Clock,
            format!(
                "이 서버의 시계가 게이트웨이와 {seconds:+}초 다릅니다. 맞추십시오: timedatectl set-ntp true"
            ),
            format!(
                "this machine's clock differs from the gateway's by {seconds:+} s; set it right: timedatectl set-ntp true"
            ),
        )
    };
    Some(finding.fact("seconds", seconds))
}

/// Until one is not answered: then the next would not be either.
fn pinged(config: &Config, mode: Mode) -> Vec<Finding> {
    let mut findings = Vec::new();
    for mid in names::shops(config, mode) {
        match ping::ask(config, mode.into(), &mid) {
            Ok(pong) => findings.push(answered(&mid, &pong)),
            Err(error) => {
                findings.push(unanswered(error));
                break;
            }
        }
    }
    findings
}

fn answered(mid: &str, pong: &ping::Pong) -> Finding {
    let said = format!("Ping {mid}: {} {}, {} ms", pong.code, pong.message, pong.milliseconds);
    let finding = if pong.success {
        Finding::new(Grade::Fine, About::Ping, said.clone(), said)
    } else {
        Finding::new(
            Grade::Error,
            About::Ping,
            format!("{said}. {mid}의 MertKey를 이 mode의 상점관리자에 있는 것과 비교하십시오"),
            format!("{said}; compare the MertKey of {mid} with the one in the admin page of this mode"),
        )
    };
    let took = u64::try_from(pong.milliseconds).unwrap_or(u64::MAX);
    finding.fact("mid", mid).fact("code", pong.code.as_str()).fact("milliseconds", took)
}

fn unanswered(error: Error) -> Finding {
    Finding::failed(About::Ping, error)
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
