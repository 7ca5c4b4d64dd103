//! The addresses in the files: retired hosts, and http.

use super::edit::Edit;
use super::files::Files;
use super::finding::{About, Finding, Grade};
use crate::shop::Mode;
use xpayclient_core::Config;
use xpayclient_core::encoding::decode;
use xpayclient_core::tables::{Age, HOSTS};

pub(super) fn examine(config: &Config, files: &Files) -> Vec<Finding> {
    let gateways = [Mode::Service, Mode::Test].map(Mode::gateway);
    let addresses = gateways.map(|(name, today)| (name, Some(today))).into_iter().chain([("aux_url", None)]);
    addresses.filter_map(|(name, today)| address(name, &decode(config.get(name)?), today, files)).collect()
}

/// `today` replaces a retired host. There is none for aux_url.
fn address(name: &'static str, value: &str, today: Option<&str>, files: &Files) -> Option<Finding> {
    let lower = value.trim().to_ascii_lowercase();
    let authority = authority(&lower);
    let host = host(&lower);
    if HOSTS.age(host) == Some(Age::Retired) {
        return Some(retired(name, value, host, today, files));
    }
    lower.starts_with("http://").then(|| {
        // With a port of its own, https is not likely to work.
        let old = value.get(.."http://".len()).filter(|_| !authority.contains(':'));
        let edit = old.map(|old| Edit::Replace { name, old: old.into(), new: "https://".into() });
        Finding::new(
            Grade::Error,
            About::Http,
            format!("{name}이(가) http입니다. https만 보냅니다. https로 바꾸십시오"),
            format!("{name} is http, and only https is used; write https"),
        )
        .fixed_by(edit.and_then(|edit| files.fix(&edit)))
    })
}

/// Without a scheme it is https.
fn authority(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split('/').next().unwrap_or_default()
}

pub(super) fn host(url: &str) -> &str {
    authority(url).split(':').next().unwrap_or_default().trim()
}

fn retired(name: &'static str, value: &str, host: &str, today: Option<&str>, files: &Files) -> Finding {
    match today {
        Some(today) => Finding::new(
            Grade::Warning,
            About::RetiredHost,
            format!("{name}의 {host}은(는) 옛 주소입니다. {today}(으)로 바꾸십시오"),
            format!("{name}: {host} is an old address; write {today}"),
        )
        .fixed_by(files.fix(&Edit::Replace { name, old: value.into(), new: today.into() })),
        None => Finding::new(
            Grade::Warning,
            About::RetiredHost,
            format!("{name}의 {host}은(는) 옛 주소이고, 지금은 {name}을(를) 쓰지 않습니다. 그 줄 앞에 ;를 쓰십시오"),
            format!("{name}: {host} is an old address, and {name} is not used any more; put a ; before the line"),
        )
        .fixed_by(files.fix(&Edit::Comment { name })),
    }
}
