//! The gateway: addresses that are no longer answered, and a Ping.

use super::finding::{Finding, Grade};
use super::names;
use crate::ping::{self, Mode};
use xpayclient_core::Config;
use xpayclient_core::encoding::decode;

const RETIRED: [&str; 2] = ["lgdacom.net", "uplus.co.kr"];
const SERVICE: &str = "https://xpay-gateway.tosspayments.com/xpay/Gateway.do";
const TEST: &str = "https://xpay-gateway-sandbox.tosspayments.com/xpay/Gateway.do";

pub(super) fn examine(config: &Config, mode: Mode) -> Vec<Finding> {
    let addresses = [("url", SERVICE), ("test_url", TEST), ("aux_url", "https://…")];
    let mut findings: Vec<Finding> = addresses
        .into_iter()
        .filter_map(|(name, today)| address(name, &decode(config.get(name)?), today))
        .collect();
    findings.push(pinged(config, mode));
    findings
}

fn address(name: &str, value: &str, today: &str) -> Option<Finding> {
    let lower = value.trim().to_ascii_lowercase();
    // Without a scheme it is https.
    let rest = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', ':']).next().unwrap_or_default();
    let retired = RETIRED.iter().any(|old| host == *old || host.ends_with(&format!(".{old}")));
    if retired {
        return Some(Finding::new(
            Grade::Warning,
            "retired_host",
            format!("{name}의 {host}은(는) 옛 주소입니다. {today}(으)로 바꾸십시오"),
            format!("{name}: {host} is an old address; write {today}"),
        ));
    }
    lower.starts_with("http://").then(|| {
        Finding::new(
            Grade::Error,
            "http",
            format!("{name}이(가) http입니다. https만 보냅니다. https로 바꾸십시오"),
            format!("{name} is http; only https is sent to, write https"),
        )
    })
}

/// By the first shop whose id fits the platform: ids for test begin with t.
fn pinged(config: &Config, mode: Mode) -> Finding {
    let test = matches!(mode, Mode::Test);
    let Some((mid, _)) = names::shops(config).find(|(mid, _)| mid.starts_with('t') == test) else {
        return Finding::new(
            Grade::Error,
            "no_shop",
            "mall.conf에 이 mode의 상점 아이디가 없습니다. test는 t로 시작하는 아이디, service는 t가 없는 아이디와 MertKey를 쓰십시오",
            "mall.conf has no shop id for this mode; write <id> = <MertKey>, with an id that begins with t for test and one without for service",
        );
    };
    match ping::ask(config.clone(), mode, &mid) {
        Ok(pong) => {
            let grade = if pong.success { Grade::Fine } else { Grade::Error };
            let ping = format!("Ping {mid}: {} {}, {} ms", pong.code, pong.message, pong.milliseconds);
            Finding::new(grade, "ping", ping.clone(), ping)
        }
        Err(error) => Finding::of(error),
    }
}
