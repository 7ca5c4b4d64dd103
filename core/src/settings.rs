//! The one table of settings: every name the configuration knows, its default, its meaning.

use std::borrow::Cow;
use std::time::Duration;

use crate::config::Config;
use crate::encoding::decode;

/// A name the configuration files may hold beside shop ids.
#[derive(Debug)]
pub struct Setting {
    /// As written in the file.
    pub name: &'static str,
    /// The value where the file has none.
    pub default: &'static str,
    /// What it does, in English.
    pub en: &'static str,
    /// What it does, in Korean.
    pub ko: &'static str,
}

macro_rules! settings {
    ($($name:literal = $default:literal, $en:literal, $ko:literal;)*) => {
        /// Every setting, in the order of the documentation.
        pub const SETTINGS: &[Setting] = &[$(Setting { name: $name, default: $default, en: $en, ko: $ko }),*];
    };
}

settings! {
    "url" = "", "Gateway address of the service platform", "실거래 게이트웨이 주소";
    "test_url" = "", "Gateway address of the test platform", "테스트 게이트웨이 주소";
    "aux_url" = "", "Address for reports and patches", "Report와 Patch 주소";
    "server_id" = "", "Tells several servers of one shop apart; part of every LGD_TXID", "상점 서버 구분값. LGD_TXID에 들어갑니다";
    "timeout" = "60", "Seconds for a whole request, 1 to 3600", "요청 전체의 제한 시간(초), 1~3600";
    "log_dir" = "", "Directory of the daily log", "일별 로그 디렉터리";
    "log_level" = "3", "0 FATAL, 1 ERROR, 2 WARN, 3 INFO, 4 DEBUG", "0 FATAL, 1 ERROR, 2 WARN, 3 INFO, 4 DEBUG";
    "verify_cert" = "1", "1: verify the server's certificate", "1: 서버 인증서를 검증";
    "verify_host" = "1", "1: check the host name in the certificate", "1: 인증서의 호스트 이름을 확인";
    "report_error" = "0", "1: report HTTP and JSON failures to aux_url", "1: HTTP/JSON 오류를 aux_url로 보고";
    "auto_rollback" = "1", "0: never cancel by itself what got no answer", "0: 응답이 없어도 자동 망취소를 하지 않음";
    "output_UTF8" = "0", "1: answers in UTF-8, 0: in EUC-KR", "1: 응답을 UTF-8로, 0: EUC-KR로";
    "default_secure_protocols" = "2048", "Read for old files; TLS 1.2 and 1.3 are always offered", "구버전 설정. 항상 TLS 1.2와 1.3을 사용";
    "ca_bundle_only" = "0", "1: trust conf/ca-bundle.crt alone, not the system's roots", "1: 시스템 루트 없이 conf/ca-bundle.crt만 신뢰";
    "keystore_cacerts_dir" = "", "Read for old JSP files, without effect", "구버전 JSP 설정, 효과 없음";
    "proxy_host" = "", "HTTP proxy", "HTTP 프록시";
    "proxy_port" = "", "Port of the HTTP proxy", "HTTP 프록시 포트";
    "proxy_sub_host" = "", "Second HTTP proxy", "예비 HTTP 프록시";
    "log_except" = "", "Parameter names never to be logged", "로그에 남기지 않을 항목 이름";
}

/// The settings that steer a transaction, as what they mean.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) server_id: String,
    pub(crate) timeout: Duration,
    pub(crate) auto_rollback: bool,
    pub(crate) ca_bundle_only: bool,
}

impl Settings {
    pub(crate) fn read(config: &Config) -> Settings {
        Settings {
            server_id: text(config, "server_id").into_owned(),
            timeout: timeout(&text(config, "timeout")),
            auto_rollback: flag(config, "auto_rollback"),
            ca_bundle_only: flag(config, "ca_bundle_only"),
        }
    }
}

/// A setting of 0 or 1. `off` and its like read as an empty value, which means 0.
pub(crate) fn flag(config: &Config, name: &str) -> bool {
    !matches!(text(config, name).trim(), "" | "0")
}

fn text<'a>(config: &'a Config, name: &str) -> Cow<'a, str> {
    config.get(name).map_or(Cow::Borrowed(default(name)), decode)
}

fn default(name: &str) -> &'static str {
    let setting = SETTINGS.iter().find(|setting| setting.name == name);
    setting.map_or("", |setting| setting.default)
}

/// A value that cannot mean what it says must not become an endless wait or none at all.
fn timeout(text: &str) -> Duration {
    let seconds = text.trim().parse().ok().filter(|s| (1..=3600).contains(s));
    Duration::from_secs(seconds.unwrap_or(60))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timeout_is_between_a_second_and_an_hour() {
        let cases =
            [("5", 5), ("3600", 3600), ("0", 60), ("-1", 60), ("abc", 60), ("1000000000", 60), ("", 60)];
        for (text, seconds) in cases {
            assert_eq!(timeout(text), Duration::from_secs(seconds), "{text:?}");
        }
    }

    #[test]
    fn flags_are_off_when_empty_and_default_when_missing() {
        let mut config = Config::new();
        assert!(Settings::read(&config).auto_rollback);
        assert!(!flag(&config, "output_UTF8"));
        config.set("auto_rollback", "");
        config.set("output_UTF8", "1");
        assert!(!Settings::read(&config).auto_rollback);
        assert!(flag(&config, "output_UTF8"));
    }
}
