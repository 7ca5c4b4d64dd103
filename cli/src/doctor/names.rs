//! The names and values of the files: misspelt or missing settings, values that mean nothing, shop ids and their MertKeys.

use super::edit::Edit;
use super::files::Files;
use super::finding::{About, Finding, Grade};
use super::today;
use crate::shop::Mode;
use xpayclient_core::encoding::decode;
use xpayclient_core::{Config, InvalidSetting, Platform, SETTINGS, is_mert_key, is_sample, is_setting};
use xpayclient_sandbox::DEMO_MID;

pub(super) fn examine(config: &Config, files: &Files, mode: Mode) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        config.invalid_settings().into_iter().map(|setting| invalid(setting, files)).collect();
    findings.extend(config.iter().filter_map(|(name, value)| unknown(config, name, value, files)));
    findings.extend(missing(config, files, mode));
    findings.extend(unverified(config));
    findings.extend(same_keys(config));
    findings.extend(sample(config));
    findings.extend(no_shop(config, mode));
    findings
}

/// The shop ids of a platform, with a MertKey each.
pub(super) fn shops(config: &Config, mode: Mode) -> Vec<String> {
    let is_test = |mid: &String| config.is_of(mid.as_bytes(), Platform::Test);
    let all = keys(config).map(|(mid, _)| mid);
    all.filter(|mid| is_test(mid) == matches!(mode, Mode::Test)).collect()
}

fn keys(config: &Config) -> impl Iterator<Item = (String, &[u8])> {
    config.shops().map(|(mid, key)| (decode(mid).into_owned(), key))
}

/// Copied files still have the vendor's sample shop, whose MertKey is printed in the manuals.
fn sample(config: &Config) -> Option<Finding> {
    let (samples, real): (Vec<_>, Vec<_>) = keys(config).partition(|(_, key)| is_sample(key));
    let samples: Vec<String> = samples.into_iter().map(|(mid, _)| mid).collect();
    let names = samples.join(", ");
    (!samples.is_empty() && !real.is_empty()).then(|| {
        Finding::new(
            Grade::Warning,
            About::SampleKey,
            format!("[{names}]의 MertKey는 매뉴얼에 공개된 샘플 키입니다. 실제 상점과 함께 두면 누구나 통보를 위조할 수 있으므로 이 키로는 검증하지 않습니다. 그 줄을 지우십시오"),
            format!("the MertKey of [{names}] is the sample that the manuals print; beside a real shop anybody could forge notifications with it, so nothing is verified by it. Delete that line"),
        )
        .fact("mids", samples)
    })
}

/// Of these only the protocols are changed by `--fix`: nothing else happens then than happens now.
fn invalid(InvalidSetting { name, value, en, ko, .. }: InvalidSetting, files: &Files) -> Finding {
    let said = |text: &str| format!("{name} = [{value}]: {text}");
    if name != "default_secure_protocols" {
        return Finding::new(Grade::Warning, About::Value, said(ko), said(en));
    }
    let edit = Edit::Replace { name: "default_secure_protocols", old: value.clone(), new: "2048".into() };
    Finding::new(Grade::Warning, About::Protocols, said(ko), said(en)).fixed_by(files.fix(&edit))
}

/// The value is never shown: it may be a MertKey with a digit too many.
fn unknown(config: &Config, name: &[u8], value: &[u8], files: &Files) -> Option<Finding> {
    let text = decode(name);
    if is_setting(name) || is_mert_key(value) && !is_mert_key(name) {
        return None;
    }
    if is_mert_key(name) {
        return Some(Finding::new(
            Grade::Warning,
            About::Swapped,
            "mall.conf의 한 줄에 MertKey가 = 왼쪽에 있습니다. <상점아이디> = <MertKey> 순서로 쓰십시오",
            "a line of mall.conf has a MertKey left of its =; write <shop id> = <MertKey>",
        ));
    }
    Some(match meant(&text) {
        Some(meant) if config.get(meant).is_some() => Finding::new(
            Grade::Warning,
            About::Misspelt,
            format!("[{text}]은(는) 없는 설정이고 {meant}은(는) 따로 있습니다. [{text}] 줄을 지우십시오"),
            format!("[{text}] is no setting, and {meant} is there beside it; delete the line [{text}]"),
        ),
        Some(meant) => Finding::new(
            Grade::Warning,
            About::Misspelt,
            format!("[{text}]은(는) 없는 설정입니다. {meant}(으)로 고치십시오"),
            format!("[{text}] is no setting; write {meant}"),
        )
        .fixed_by(files.fix(&Edit::Rename { from: name.to_vec(), to: meant })),
        None => Finding::new(
            Grade::Warning,
            About::MertKey,
            format!(
                "[{text}]은(는) 설정이 아니고, 상점 아이디라면 MertKey가 16진수 32자리가 아닙니다({}자). 상점관리자에서 다시 복사하십시오",
                decode(value).chars().count()
            ),
            format!(
                "[{text}] is no setting, and if it is a shop id its MertKey is not 32 hex digits (it has {} characters); copy it again from the shop's admin page",
                decode(value).chars().count()
            ),
        ),
    })
}

/// The setting that a name is near to.
fn meant(name: &str) -> Option<&'static str> {
    // Of three letters, two are another word.
    let near = if name.chars().count() < 6 { 1 } else { 2 };
    let nearest = SETTINGS.iter().map(|setting| (distance(name, setting.name), setting.name)).min();
    nearest.filter(|(distance, _)| *distance <= near).map(|(_, name)| name)
}

/// Where no name is near to it, today's address is added to lgdacom.conf.
fn missing(config: &Config, files: &Files, mode: Mode) -> Option<Finding> {
    let (name, value) = today(mode);
    let said = config.get(name);
    if said.is_some_and(|value| !value.trim_ascii().is_empty()) {
        return None;
    }
    let finding = Finding::new(
        Grade::Error,
        About::Missing,
        format!("{name}이(가) 없습니다. lgdacom.conf에 쓰십시오: {name} = {value}"),
        format!("{name} is missing; write in lgdacom.conf: {name} = {value}"),
    );
    let misspelt = config.iter().any(|(other, _)| !is_setting(other) && meant(&decode(other)) == Some(name));
    let absent = said.is_none() && !misspelt;
    Some(finding.fixed_by(absent.then(|| files.fix_last(&Edit::Append { name, value })).flatten()))
}

/// Not changed by `--fix`: where the certificate does not verify, payments would stop.
fn unverified(config: &Config) -> Vec<Finding> {
    let settings = config.settings();
    let off = [("verify_cert", settings.verify_cert), ("verify_host", settings.verify_host)]
        .into_iter()
        .filter(|(_, on)| !on);
    let findings = off.map(|(name, _)| {
        Finding::new(
            Grade::Warning,
            About::Unverified,
            format!("{name} = 0: 중간에서 누구든 게이트웨이인 척할 수 있습니다. {name} = 1로 쓰십시오"),
            format!("{name} = 0: anybody on the way can pose as the gateway; write {name} = 1"),
        )
    });
    findings.collect()
}

/// A test shop has a key of its own; only the published demo shop has one key for both.
fn same_keys(config: &Config) -> Vec<Finding> {
    let shops: Vec<_> = keys(config).filter(|(mid, _)| mid != DEMO_MID).collect();
    let same = shops
        .iter()
        .filter(|(mid, key)| shops.iter().any(|(test, other)| *test == format!("t{mid}") && key == other));
    let found = same.map(|(mid, _)| {
        Finding::new(
            Grade::Warning,
            About::SameKey,
            format!("{mid}와(과) t{mid}의 MertKey가 같습니다. 테스트와 서비스의 MertKey는 다릅니다. 각각의 상점관리자에서 복사하십시오"),
            format!("{mid} and t{mid} have the same MertKey; test and service have keys of their own, copy each from its own admin page"),
        )
    });
    found.collect()
}

fn no_shop(config: &Config, mode: Mode) -> Option<Finding> {
    shops(config, mode).is_empty().then(|| {
        Finding::new(
            Grade::Error,
            About::NoShop,
            "mall.conf에 이 mode의 상점 아이디가 없습니다. test는 t로 시작하는 아이디, service는 t가 없는 아이디를 <상점아이디> = <MertKey>로 쓰십시오",
            "mall.conf has no shop id for this mode; write <shop id> = <MertKey>, with an id that begins with t for test and one without for service",
        )
    })
}

/// How many characters must change (Levenshtein), capitals aside.
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.to_lowercase().chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (i, a) in one.to_lowercase().chars().enumerate() {
        let mut diagonal = i;
        let mut left = i + 1;
        for (cell, b) in row.iter_mut().skip(1).zip(&other) {
            let here = (*cell + 1).min(left + 1).min(diagonal + usize::from(a != *b));
            diagonal = std::mem::replace(cell, here);
            left = here;
        }
        if let Some(first) = row.first_mut() {
            *first = i + 1;
        }
    }
    row.last().copied().unwrap_or(0)
}
