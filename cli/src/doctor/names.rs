//! The names and values of the files: misspelt settings, values that mean nothing, shop ids and their MertKeys.

use super::finding::{Finding, Grade};
use xpayclient_core::encoding::decode;
use xpayclient_core::{Config, SETTINGS};
use xpayclient_sandbox::DEMO_MID;

pub(super) fn examine(config: &Config) -> Vec<Finding> {
    let values = config.suspects().into_iter().map(|suspect| {
        let said = |text: &str| format!("{} = [{}]: {text}", suspect.name, suspect.value);
        Finding::new(Grade::Warning, "value", said(suspect.ko), said(suspect.en))
    });
    let unknown = config.iter().filter_map(|(name, value)| unknown(&decode(name), value));
    values.chain(unknown).chain(same_keys(config)).collect()
}

/// The shop ids of the configuration.
pub(super) fn shops(config: &Config) -> impl Iterator<Item = (String, &[u8])> {
    config.iter().filter(|(name, value)| !is_setting(&decode(name)) && is_mert_key(value)).map(
        |(name, value)| {
            let name = decode(name);
            (name.strip_prefix("MID_").unwrap_or(&name).to_owned(), value)
        },
    )
}

/// The value is never shown: it may be a MertKey with a digit too many.
fn unknown(name: &str, value: &[u8]) -> Option<Finding> {
    if is_setting(name) || is_mert_key(value) {
        return None;
    }
    let nearest = SETTINGS.iter().map(|setting| (distance(name, setting.name), setting.name)).min()?;
    Some(match nearest {
        (1 | 2, meant) => Finding::new(
            Grade::Warning,
            "misspelt",
            format!("[{name}]은(는) 없는 설정입니다. {meant}(으)로 고치십시오"),
            format!("[{name}] is no setting; write {meant}"),
        ),
        _ => Finding::new(
            Grade::Warning,
            "mert_key",
            format!(
                "[{name}]은(는) 설정이 아니고, 상점 아이디라면 MertKey가 16진수 32자리가 아닙니다. 상점관리자에서 다시 복사하십시오"
            ),
            format!(
                "[{name}] is no setting, and if it is a shop id its MertKey is not 32 hex digits; copy it again from the shop's admin page"
            ),
        ),
    })
}

/// A test shop has a key of its own; only the published demo shop has one key for both.
fn same_keys(config: &Config) -> Vec<Finding> {
    let shops: Vec<_> = shops(config).filter(|(mid, _)| mid != DEMO_MID).collect();
    let same = shops
        .iter()
        .filter(|(mid, key)| shops.iter().any(|(test, other)| *test == format!("t{mid}") && key == other));
    let found = same.map(|(mid, _)| {
        Finding::new(
            Grade::Warning,
            "same_key",
            format!("{mid}와(과) t{mid}의 MertKey가 같습니다. 테스트와 서비스의 MertKey는 다릅니다. 각각의 상점관리자에서 복사하십시오"),
            format!("{mid} and t{mid} have the same MertKey; test and service have keys of their own, copy each from its own admin page"),
        )
    });
    found.collect()
}

fn is_setting(name: &str) -> bool {
    SETTINGS.iter().any(|setting| setting.name == name)
}

fn is_mert_key(value: &[u8]) -> bool {
    value.len() == 32 && value.iter().all(u8::is_ascii_hexdigit)
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
