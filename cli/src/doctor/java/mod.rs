//! `xpay doctor --from java`: what the vendor's Java client made of the same files, where this library does something else.

mod dialect;
mod words;

use super::files::Files;
use super::finding::{About, Finding, Grade};
use dialect::{Line, Lines, is_on, seconds};
use words::{Words, joined};
use xpayclient_core::Config;
use xpayclient_core::diagnosis::{is_mert_key, is_setting};

/// What Java did with the value of a setting.
#[derive(Clone, Copy)]
enum Use {
    Seconds,
    Switch,
    Text,
}

/// The settings that Java had and that do something here. A warning is about what can stop or change payments.
const SETTINGS: &[(&str, Use, Grade)] = &[
    ("url", Use::Text, Grade::Warning),
    ("test_url", Use::Text, Grade::Warning),
    ("aux_url", Use::Text, Grade::Fine),
    ("server_id", Use::Text, Grade::Fine),
    ("timeout", Use::Seconds, Grade::Warning),
    ("log_dir", Use::Text, Grade::Fine),
    ("log_level", Use::Text, Grade::Fine),
    ("verify_cert", Use::Switch, Grade::Warning),
    ("verify_host", Use::Switch, Grade::Warning),
    ("report_error", Use::Switch, Grade::Fine),
    ("auto_rollback", Use::Switch, Grade::Warning),
    ("output_UTF8", Use::Switch, Grade::Warning),
    ("proxy_host", Use::Text, Grade::Warning),
    ("proxy_port", Use::Text, Grade::Warning),
    ("proxy_sub_host", Use::Text, Grade::Warning),
    ("log_except", Use::Text, Grade::Fine),
];

pub(super) fn examine(config: &Config, files: &Files) -> Vec<Finding> {
    let lines = Lines::of(files);
    let mut findings: Vec<Finding> = SETTINGS
        .iter()
        .filter_map(|(name, used, grade)| setting(config, &lines, name, *used, *grade))
        .collect();
    let others = config.iter().map(|(name, _)| name).filter(|name| !is_setting(name));
    findings.extend(others.filter_map(|name| other(config, &lines, name)));
    findings
}

/// A setting that had another effect in Java.
fn setting(config: &Config, lines: &Lines, name: &str, used: Use, grade: Grade) -> Option<Finding> {
    let line = lines.here(name.as_bytes());
    let value = lines.java(name.as_bytes());
    let effect = match used {
        Use::Seconds => {
            let here = i64::try_from(config.settings().timeout.as_secs()).ok()?;
            Some((seconds(value), here))
        }
        Use::Switch => Some((is_on(name, value)?.into(), config.settings().is_on(name.as_bytes()).into())),
        Use::Text => None,
    };
    let same = match effect {
        Some((java, here)) => java == here,
        None => value.unwrap_or_default() == config.get(name).unwrap_or_default(),
    };
    if same {
        return None;
    }
    let about = line.map_or(About::JavaDefault, difference);
    let (did, write) = match effect {
        Some((java, here)) => words::effect(name, java, here),
        None => (None, words::bare_value()),
    };
    let write = if about == About::JavaBom { words::without_mark() } else { write };
    let caution = effect.filter(|(java, here)| java < here).and_then(|_| words::caution(name));
    let told = [Some(words::line_of_setting(name, line, about)), did, Some(write), caution];
    let finding = found(grade, about, joined(told), name, line);
    Some(match effect {
        Some((java, here)) => finding.fact("java", java).fact("here", here),
        None => finding,
    })
}

/// A merchant ID, or a name that nobody knows. The value is never shown: it may be a MertKey.
fn other(config: &Config, lines: &Lines, name: &[u8]) -> Option<Finding> {
    let line = lines.here(name)?;
    let value = lines.java(name);
    let shown = words::masked(name);
    if let Some(mid) = name.strip_prefix(b"MID_").filter(|mid| !mid.is_empty()) {
        let used = config.get(mid).is_none_or(|_| is_setting(mid)) && config.mert_key(mid).is_ok();
        let told = words::prefixed(line, &words::masked(mid));
        return used.then(|| found(Grade::Warning, About::JavaMid, told, &shown, Some(line)));
    }
    if value.unwrap_or_default() == line.here {
        return None;
    }
    let about = difference(line);
    let is_key = is_mert_key(&line.here) && !is_mert_key(name);
    let told = match about {
        About::JavaBom => words::lost_name(line, &shown, is_key && value.is_none()),
        _ => words::value_of_name(line, &shown, is_key),
    };
    Some(found(Grade::Warning, about, told, &shown, Some(line)))
}

/// Why a line had another effect.
fn difference(line: &Line) -> About {
    match &line.java {
        None => About::JavaBom,
        Some(java) if *java != line.here => About::JavaValue,
        Some(_) => About::JavaDefault,
    }
}

fn found(grade: Grade, about: About, [ko, en]: Words, name: &str, line: Option<&Line>) -> Finding {
    let finding = Finding::new(grade, about, ko, en).fact("name", name);
    match line {
        Some(line) => finding.fact("file", line.path.display().to_string()).fact("line", line.number),
        None => finding,
    }
}
