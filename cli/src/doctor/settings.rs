//! Settings and shops of the files: misspelt, missing or invalid settings, merchant IDs and their MertKeys.

use super::edit::Edit;
use super::files::Files;
use super::finding::{About, Finding, Grade};
use crate::shop::Mode;
use xpayclient_core::diagnosis::{InvalidSetting, SETTINGS, is_mert_key, is_sample, is_setting};
use xpayclient_core::encoding::decode;
use xpayclient_core::tables::HOSTS;
use xpayclient_core::{Config, Platform};
use xpayclient_sandbox::DEMO_MID;

pub(super) fn examine(config: &Config, files: &Files, mode: Mode) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        config.invalid_settings().into_iter().map(|setting| invalid_value(setting, files)).collect();
    findings.extend(config.iter().filter_map(|(name, value)| unknown(config, name, value, files)));
    findings.extend(missing(config, files, mode));
    findings.extend(unverified(config));
    findings.extend(same_keys(config));
    findings.extend(sample(config));
    findings.extend(no_shop(config, mode));
    findings
}

/// The merchant IDs of a platform that have a MertKey.
pub(super) fn shops(config: &Config, mode: Mode) -> Vec<String> {
    let is_test = |mid: &String| config.is_of(mid.as_bytes(), Platform::Test);
    let all = keys(config).map(|(mid, _)| mid);
    all.filter(|mid| is_test(mid) == matches!(mode, Mode::Test)).collect()
}

fn keys(config: &Config) -> impl Iterator<Item = (String, &[u8])> {
    config.shops().map(|(mid, key)| (decode(mid).into_owned(), key))
}

/// Copied files often contain the sample shop, whose MertKey is printed in the manuals.
fn sample(config: &Config) -> Option<Finding> {
    let (samples, real): (Vec<_>, Vec<_>) = keys(config).partition(|(_, key)| is_sample(key));
    let samples: Vec<String> = samples.into_iter().map(|(mid, _)| mid).collect();
    let names = samples.join(", ");
    (!samples.is_empty() && !real.is_empty()).then(|| {
        Finding::new(
            Grade::Warning,
            About::SampleKey,
            format!("[{names}]의 MertKey는 매뉴얼에 공개된 샘플 키입니다. 실제 상점과 함께 두면 누구나 통보를 위조할 수 있으므로 이 키로는 검증하지 않습니다. 그 줄을 지우십시오"),
            format!("the MertKey of [{names}] is the public sample of the manuals; beside a real shop anybody could forge notifications with it, so it verifies nothing. Delete that line"),
        )
        .fact("mids", samples)
    })
}

/// `--fix` changes only default_secure_protocols, because that does not change what the library does.
fn invalid_value(InvalidSetting { name, value, en, ko, .. }: InvalidSetting, files: &Files) -> Finding {
    let message = |text: &str| format!("{name} = [{value}]: {text}");
    if name != "default_secure_protocols" {
        return Finding::new(Grade::Warning, About::Value, message(ko), message(en));
    }
    let edit = Edit::Replace { name: "default_secure_protocols", old: value.clone(), new: "2048".into() };
    Finding::new(Grade::Warning, About::Protocols, message(ko), message(en)).fixed_by(files.fix(&edit))
}

/// The value is never shown: it may be a mistyped MertKey.
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
            "a line of mall.conf has a MertKey left of its =; write <merchant ID> = <MertKey>",
        ));
    }
    Some(match nearest_setting(&text) {
        Some(meant) if config.get(meant).is_some() => Finding::new(
            Grade::Warning,
            About::Misspelt,
            format!("[{text}]은(는) 없는 설정이고 {meant}은(는) 따로 있습니다. [{text}] 줄을 지우십시오"),
            format!("[{text}] is not a setting, and there is also {meant}; delete the line [{text}]"),
        ),
        Some(meant) => Finding::new(
            Grade::Warning,
            About::Misspelt,
            format!("[{text}]은(는) 없는 설정입니다. {meant}(으)로 고치십시오"),
            format!("[{text}] is not a setting; write {meant}"),
        )
        .fixed_by(files.fix(&Edit::Rename { from: name.to_vec(), to: meant })),
        None => Finding::new(
            Grade::Warning,
            About::MertKey,
            format!(
                "[{text}]은(는) 설정이 아니고, 상점아이디라면 MertKey가 16진수 32자리가 아닙니다({}자). 상점관리자({})에서 다시 복사하십시오",
                decode(value).chars().count(),
                HOSTS.admin
            ),
            format!(
                "[{text}] is not a setting; if it is a merchant ID its MertKey is not 32 hex digits (it has {} characters); copy it again from the merchant admin ({})",
                decode(value).chars().count(),
                HOSTS.admin
            ),
        ),
    })
}

/// The setting with the most similar name, if it is similar enough; case is ignored.
fn nearest_setting(name: &str) -> Option<&'static str> {
    // In a short name two wrong letters are too many.
    let near = if name.chars().count() < 6 { 1 } else { 2 };
    let name = name.to_lowercase();
    let distance = |setting: &str| strsim::levenshtein(&name, &setting.to_lowercase());
    let nearest = SETTINGS.iter().map(|setting| (distance(setting.name), setting.name)).min();
    nearest.filter(|(distance, _)| *distance <= near).map(|(_, name)| name)
}

/// Unless there is a similar name, the fix adds the current address to lgdacom.conf.
fn missing(config: &Config, files: &Files, mode: Mode) -> Option<Finding> {
    let (name, value) = mode.gateway();
    let given = config.get(name);
    if given.is_some_and(|value| !value.trim_ascii().is_empty()) {
        return None;
    }
    let finding = Finding::new(
        Grade::Error,
        About::Missing,
        format!("{name}이(가) 없습니다. lgdacom.conf에 쓰십시오: {name} = {value}"),
        format!("{name} is missing; write in lgdacom.conf: {name} = {value}"),
    );
    let misspelt =
        config.iter().any(|(other, _)| !is_setting(other) && nearest_setting(&decode(other)) == Some(name));
    let absent = given.is_none() && !misspelt;
    Some(finding.fixed_by(absent.then(|| files.fix_last(&Edit::Append { name, value })).flatten()))
}

/// Without a fix: payments would stop if the certificate cannot be verified.
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
            format!("{name} = 0: an attacker on the network can pose as the gateway; write {name} = 1"),
        )
    });
    findings.collect()
}

/// Usual in old contracts, and no fault of the shop's.
fn same_keys(config: &Config) -> Vec<Finding> {
    let shops: Vec<_> = keys(config).filter(|(mid, _)| mid != DEMO_MID).collect();
    let same = shops
        .iter()
        .filter(|(mid, key)| shops.iter().any(|(test, other)| *test == format!("t{mid}") && key == other));
    let found = same.map(|(mid, _)| {
        Finding::new(
            Grade::Fine,
            About::SameKey,
            format!("{mid}와(과) t{mid}의 MertKey가 같습니다. 오래된 계약에서는 흔합니다. 새로 발급되는 키는 서로 다르므로, Ping이 거절되면 {}에서 각각 복사하십시오", HOSTS.admin),
            format!("{mid} and t{mid} have the same MertKey, as is common in old contracts; keys issued today differ: if a Ping is refused, copy each from {}", HOSTS.admin),
        )
    });
    found.collect()
}

fn no_shop(config: &Config, mode: Mode) -> Option<Finding> {
    shops(config, mode).is_empty().then(|| {
        Finding::new(
            Grade::Error,
            About::NoShop,
            "mall.conf에 이 mode의 상점아이디가 없습니다. test는 t로 시작하는 아이디, service는 t가 없는 아이디를 <상점아이디> = <MertKey>로 쓰십시오",
            "mall.conf has no merchant ID for this mode; write <merchant ID> = <MertKey>; for test the ID begins with t, for service without",
        )
    })
}
