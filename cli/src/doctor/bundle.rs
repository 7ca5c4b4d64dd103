//! The shop's own `conf/ca-bundle.crt`: unusable certificates, and its age.

use super::edit::Edit;
use super::finding::{About, Finding, Grade};
use super::fix::Fix;
use std::fs;
use std::path::Path;
use xpayclient_core::Config;
use xpayclient_core::diagnosis::Bundle;

/// The age in days after which a bundle that is trusted alone may lack the gateway's next root.
const STALE: u64 = 2 * 365;

pub(super) fn examine(config: &Config) -> Vec<Finding> {
    let Some(bundle) = config.home_dir().map(Bundle::read) else { return Vec::new() };
    let (alone, path) = (config.settings().ca_bundle_only, bundle.path.display());
    if alone && bundle.usable == 0 && config.settings().verify_cert {
        return vec![Finding::new(
            Grade::Error,
            About::CaUnusable,
            format!(
                "ca_bundle_only = 1인데 {path}에 쓸 수 있는 인증서가 없습니다. ca_bundle_only를 지우거나 최신 CA 파일을 그 자리에 두십시오"
            ),
            format!(
                "ca_bundle_only = 1, and {path} has no usable certificate; remove ca_bundle_only, or put a current CA file there"
            ),
        )];
    }
    let file = fs::read(&bundle.path).unwrap_or_default();
    let fix = Edit::DropUseless.apply(&file).map(|_| Fix::Edit(bundle.path.clone(), Edit::DropUseless));
    let useless = |count: usize, about, ko: &str, en: &str| {
        let finding = Finding::new(
            Grade::Warning,
            about,
            format!("{path}에 {ko} 인증서가 {count}개 있어 건너뜁니다. 지우거나 최신 CA 파일로 바꾸십시오"),
            format!(
                "{path} has {count} {en} certificates, which are ignored; remove them, or put a current CA file there"
            ),
        );
        (count > 0).then(|| finding.fact("count", count).fixed_by(fix.clone()))
    };
    let mut findings = Vec::new();
    findings.extend(useless(bundle.expired, About::CaExpired, "만료된", "expired"));
    findings.extend(useless(bundle.damaged, About::CaDamaged, "손상된", "damaged"));
    findings.extend(days(&bundle.path).filter(|days| *days > STALE).map(|days| {
        let grade = if alone { Grade::Warning } else { Grade::Fine };
        let finding = if alone {
            Finding::new(
                grade,
                About::CaStale,
                format!("{path}을(를) {days}일 동안 바꾸지 않았는데 이 파일만 신뢰합니다(ca_bundle_only = 1). 최신 CA 파일로 바꾸거나 ca_bundle_only를 지우십시오"),
                format!("{path} is {days} days old and trusted alone (ca_bundle_only = 1); put a current CA file there, or remove ca_bundle_only"),
            )
        } else {
            Finding::new(
                grade,
                About::CaStale,
                format!("{path}은(는) {days}일 전 것이지만 시스템의 CA도 신뢰하므로 괜찮습니다"),
                format!("{path} is {days} days old, which is harmless: the system's CAs are trusted too"),
            )
        };
        finding.fact("days", days)
    }));
    findings
}

fn days(path: &Path) -> Option<u64> {
    let age = fs::metadata(path).ok()?.modified().ok()?.elapsed().ok()?;
    Some(age.as_secs() / 86_400)
}
