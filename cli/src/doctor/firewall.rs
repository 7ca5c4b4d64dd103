//! What a firewall has to let out for the configured host, as of the day on which the operator named it. Notes only.

use super::addresses::host;
use super::finding::{About, Finding, Grade};
use crate::shop::Mode;
use xpayclient_core::Config;
use xpayclient_core::encoding::decode;
use xpayclient_core::tables::{Age, HOSTS};

pub(super) fn examine(config: &Config, mode: Mode) -> Vec<Finding> {
    let (name, current) = mode.gateway();
    let value = config.get(name).map(decode).unwrap_or_default();
    let host = host(&value);
    match HOSTS.age(host) {
        Some(Age::Today) => vec![outgoing(host)],
        Some(Age::Older) => vec![older(name, host, current), outgoing(host)],
        Some(Age::Retired) | None => Vec::new(),
    }
}

fn older(name: &str, host: &str, current: &str) -> Finding {
    Finding::new(
        Grade::Fine,
        About::OlderHost,
        format!("{name}의 {host}은(는) 아직 응답하는 이전 이름입니다. 지금의 주소는 {current}입니다"),
        format!("{name}: {host} is an older name that still answers; today's address is {current}"),
    )
    .fact("host", host)
}

fn outgoing(host: &str) -> Finding {
    let (day, port) = (HOSTS.day, HOSTS.port);
    let addresses = HOSTS.addresses(host);
    if addresses.is_empty() {
        return Finding::new(
            Grade::Fine,
            About::Firewall,
            format!("방화벽: {host}의 TCP {port} 포트로 나가는 연결을 허용해야 합니다. 이 호스트의 IP 목록은 공지되지 않았으므로 이름으로 허용하십시오"),
            format!("firewall: let out TCP {port} to {host}; no list of its addresses is published, so allow it by name"),
        )
        .fact("host", host)
        .fact("port", port);
    }
    let list = addresses.join(" ");
    let cut = HOSTS.older_is_cut && HOSTS.age(host) == Some(Age::Older);
    let (more_ko, more_en) = if cut { (" 외", " and more") } else { ("", "") };
    Finding::new(
        Grade::Fine,
        About::Firewall,
        format!("방화벽: {host}의 TCP {port} 포트로 나가는 연결을 허용해야 합니다. {day} 공지의 IP: {list}{more_ko}. IP는 바뀌므로 결제사의 공지를 확인하십시오"),
        format!("firewall: let out TCP {port} to {host}; its addresses in the operator's notice of {day}: {list}{more_en}. They change: check the operator's notices"),
    )
    .fact("host", host)
    .fact("port", port)
    .fact("as_of", day)
    .fact("addresses", addresses)
}
