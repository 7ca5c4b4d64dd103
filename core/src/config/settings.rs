//! The one table of settings: every name the configuration knows, its default, its meaning.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

use crate::config::Config;
use crate::journal::Mode;
use crate::text::encoding::decode;

/// A name the configuration files may hold beside shop ids.
#[derive(Debug)]
pub struct Setting {
    /// As written in the file.
    pub name: &'static str,
    /// The value where the file has none.
    pub default: &'static str,
    /// What its value may be.
    pub kind: Kind,
    /// What it does, in English.
    pub en: &'static str,
    /// What it does, in Korean.
    pub ko: &'static str,
}

/// What the value of a setting may be. Anything else is warned of in the log and replaced by a safe value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Any text.
    Text,
    /// 0 or 1; empty (from `off`, `no`) is 0.
    Flag,
    /// 1 to 3600; anything else is 60.
    Seconds,
    /// 0 to 60; anything else is 4.
    Idle,
    /// 0 to 4; anything else is 3.
    Level,
    /// 2048 or 3072; anything else counts as these.
    Protocols,
    /// 1 to 65535; anything else is 80.
    Port,
    /// `on`, `off` or `strict`; anything else is `on`.
    Journal,
}

macro_rules! settings {
    ($($name:literal = $default:literal $kind:ident, $en:literal, $ko:literal;)*) => {
        /// Every setting, in the order of the documentation.
        pub static SETTINGS: &[Setting] = &[$(
            Setting { name: $name, default: $default, kind: Kind::$kind, en: $en, ko: $ko }
        ),*];
    };
}

settings! {
    "url" = "" Text, "Gateway address of the service platform", "실거래 게이트웨이 주소";
    "test_url" = "" Text, "Gateway address of the test platform", "테스트 게이트웨이 주소";
    "aux_url" = "" Text, "Address for reports and patches, https only", "Report와 Patch 주소. https만 가능";
    "server_id" = "" Text, "Tells several servers of one shop apart; part of every LGD_TXID", "상점 서버 구분값. LGD_TXID에 들어갑니다";
    "timeout" = "60" Seconds, "Seconds for a whole request, 1 to 3600", "요청 전체의 제한 시간(초), 1~3600";
    "keep_alive" = "4" Idle, "Seconds an idle connection is kept for the next payment, 0 to 60; less than the gateway keeps it", "다음 결제를 위해 쉬는 연결을 유지하는 시간(초), 0~60. 게이트웨이의 유지 시간보다 짧아야 합니다";
    "log_dir" = "" Text, "Directory of the daily log, from home_dir where it is not absolute; none without it", "일별 로그 디렉터리. 절대 경로가 아니면 home_dir 기준. 없으면 기록하지 않음";
    "log_level" = "3" Level, "0 FATAL, 1 ERROR, 2 WARN, 3 INFO, 4 DEBUG", "0 FATAL, 1 ERROR, 2 WARN, 3 INFO, 4 DEBUG";
    "verify_cert" = "1" Flag, "1: verify the server's certificate", "1: 서버 인증서를 검증";
    "verity_cert" = "1" Flag, "How the vendor's page prints verify_cert; read where that is missing", "verify_cert의 오기. verify_cert가 없을 때 읽음";
    "verify_host" = "1" Flag, "1: check the host name in the certificate", "1: 인증서의 호스트 이름을 확인";
    "report_error" = "0" Flag, "1: report HTTP and JSON failures to aux_url", "1: HTTP/JSON 오류를 aux_url로 보고";
    "auto_rollback" = "1" Flag, "0: never cancel by itself what got no answer", "0: 응답이 없어도 자동 망취소를 하지 않음";
    "output_UTF8" = "0" Flag, "1: answers in UTF-8, 0: in EUC-KR", "1: 응답을 UTF-8로, 0: EUC-KR로";
    "default_secure_protocols" = "2048" Protocols, "Read for old files; TLS 1.2 and 1.3 are always offered", "구버전 설정. 항상 TLS 1.2와 1.3을 사용";
    "ca_bundle_only" = "0" Flag, "1: trust conf/ca-bundle.crt alone, not the system's roots", "1: 시스템 루트 없이 conf/ca-bundle.crt만 신뢰";
    "keystore_cacerts_dir" = "" Text, "Read for old JSP files, without effect", "구버전 JSP 설정, 효과 없음";
    "proxy_host" = "" Text, "HTTP proxy (CONNECT)", "HTTP 프록시(CONNECT)";
    "proxy_port" = "80" Port, "Port of the HTTP proxies", "HTTP 프록시 포트";
    "proxy_sub_host" = "" Text, "Used when proxy_host cannot be reached", "proxy_host에 연결할 수 없을 때 사용";
    "journal" = "on" Journal, "Record of payments under way, for recovery: on, off, or strict (nothing is sent without it)", "진행 중인 결제의 기록(복구용): on, off, strict(기록할 수 없으면 보내지 않음)";
    "journal_dir" = "" Text, "Directory of the journal, on a local disk; by default journal in log_dir, or in home_dir without one", "저널 디렉터리(로컬 디스크). 기본값은 log_dir 아래 journal, log_dir이 없으면 home_dir 아래";
    "log_except" = "" Text, "Parameter names never to be logged, separated by commas", "로그에 남기지 않을 항목 이름(쉼표로 구분)";
}

impl Kind {
    /// Whether a value can mean what it says.
    fn admits(self, value: &str) -> bool {
        let number = |from: i64, to: i64| value.parse().is_ok_and(|n| (from..=to).contains(&n));
        match self {
            Kind::Text => true,
            Kind::Flag => matches!(value, "" | "0" | "1"),
            Kind::Seconds => number(1, 3600),
            Kind::Idle => number(0, 60),
            Kind::Level => number(0, 4),
            Kind::Protocols => matches!(value, "2048" | "3072"),
            Kind::Port => number(1, 65535),
            // The files' dialect reads on as 1 and off as nothing.
            Kind::Journal => matches!(value, "" | "0" | "off" | "1" | "on" | "strict"),
        }
    }

    /// What is done with any other value, in English and Korean.
    pub const fn instead(self) -> (&'static str, &'static str) {
        match self {
            Kind::Text => ("it is used as it is", "그대로 사용합니다"),
            Kind::Flag => ("it counts as 1; write 0 or 1", "1로 처리합니다. 0 또는 1로 쓰십시오"),
            Kind::Seconds => ("60 is used; write 1 to 3600", "60을 사용합니다. 1~3600으로 쓰십시오"),
            Kind::Idle => ("4 is used; write 0 to 60", "4를 사용합니다. 0~60으로 쓰십시오"),
            Kind::Level => ("3 is used; write 0 to 4", "3을 사용합니다. 0~4로 쓰십시오"),
            Kind::Protocols => {
                ("TLS 1.2 and 1.3 are used; write 2048", "TLS 1.2와 1.3을 사용합니다. 2048로 쓰십시오")
            }
            Kind::Port => ("80 is used; write 1 to 65535", "80을 사용합니다. 1~65535로 쓰십시오"),
            Kind::Journal => {
                ("it counts as on; write on, off or strict", "on으로 처리합니다. on, off, strict로 쓰십시오")
            }
        }
    }
}

/// Whether it is the name of a setting of this library. Any other name in the files may be a shop id with its MertKey.
pub fn is_setting(name: impl AsRef<[u8]>) -> bool {
    SETTINGS.iter().any(|setting| setting.name.as_bytes() == name.as_ref())
}

/// Whether it has the form of a MertKey: 32 hex digits.
pub fn is_mert_key(value: impl AsRef<[u8]>) -> bool {
    let value = value.as_ref();
    value.len() == 32 && value.iter().all(u8::is_ascii_hexdigit)
}

/// A value that cannot mean what it says.
#[derive(Debug)]
pub struct Suspect {
    /// The setting's name.
    pub name: &'static str,
    /// What the file has.
    pub value: String,
    /// What is done with it and what to write, in English.
    pub en: &'static str,
    /// The same in Korean.
    pub ko: &'static str,
}

pub(crate) fn suspects(config: &Config) -> Vec<Suspect> {
    let suspects = SETTINGS.iter().filter_map(|setting| {
        let value = decode(config.get(setting.name)?);
        let (en, ko) = setting.kind.instead();
        (!setting.kind.admits(value.trim())).then(|| Suspect {
            name: setting.name,
            value: value.into(),
            en,
            ko,
        })
    });
    suspects.collect()
}

/// A line for the log about each value that cannot mean what it says.
pub(crate) fn warnings(config: &Config) -> Vec<String> {
    let line = |Suspect { name, value, en, ko }| format!("{name} = [{value}]: {en}. / {ko}.");
    suspects(config).into_iter().map(line).collect()
}

/// The settings that steer a transaction, as what they mean.
#[derive(Clone, Debug)]
pub(crate) struct Settings {
    pub(crate) timeout: Duration,
    pub(crate) keep_alive: Duration,
    pub(crate) auto_rollback: bool,
    pub(crate) report_error: bool,
    pub(crate) verify_cert: bool,
    pub(crate) verify_host: bool,
    pub(crate) ca_bundle_only: bool,
    pub(crate) journal: Mode,
    /// Where the journal lies; nowhere without any directory to begin from.
    pub(crate) journal_dir: Option<PathBuf>,
    /// The proxies to try in turn, as host and port; none for a direct connection.
    pub(crate) proxies: Vec<(String, u16)>,
}

impl Settings {
    pub(crate) fn read(config: &Config) -> Settings {
        let misspelt = config.get("verify_cert").is_none();
        Settings {
            timeout: Duration::from_secs(number(config, "timeout")),
            keep_alive: Duration::from_secs(number(config, "keep_alive")),
            auto_rollback: flag(config, "auto_rollback"),
            report_error: flag(config, "report_error"),
            verify_cert: flag(config, if misspelt { "verity_cert" } else { "verify_cert" }),
            verify_host: flag(config, "verify_host"),
            ca_bundle_only: flag(config, "ca_bundle_only"),
            journal: match text(config, "journal").trim() {
                "" | "0" | "off" => Mode::Off,
                "strict" => Mode::Strict,
                _ => Mode::On,
            },
            journal_dir: journal_dir(config),
            proxies: proxies(config),
        }
    }
}

/// A setting of 0 or 1. `off` and its like read as an empty value, which means 0.
pub(crate) fn flag(config: &Config, name: &str) -> bool {
    !matches!(text(config, name).trim(), "" | "0")
}

/// A setting's text, or its default.
pub(crate) fn text<'a>(config: &'a Config, name: &str) -> Cow<'a, str> {
    config.get(name).map_or(Cow::Borrowed(setting(name).default), decode)
}

/// A setting's number, or its default where the value is not admitted.
pub(crate) fn number<N: FromStr + Default>(config: &Config, name: &str) -> N {
    let Setting { kind, default, .. } = setting(name);
    let text = text(config, name);
    let admitted = if kind.admits(text.trim()) { text.trim() } else { default };
    admitted.parse().unwrap_or_default()
}

fn setting(name: &str) -> &'static Setting {
    static UNKNOWN: Setting = Setting { name: "", default: "", kind: Kind::Text, en: "", ko: "" };
    SETTINGS.iter().find(|setting| setting.name == name).unwrap_or(&UNKNOWN)
}

/// A directory that is not absolute, or only so on Windows, lies in home_dir and not where the process happens to run:
/// that may be below a web root.
pub(crate) fn directory(config: &Config, name: &str) -> Option<PathBuf> {
    let dir = text(config, name);
    (!dir.is_empty()).then(|| config.home_dir().unwrap_or(Path::new("")).join(&*dir))
}

fn journal_dir(config: &Config) -> Option<PathBuf> {
    directory(config, "journal_dir").or_else(|| {
        let beside = directory(config, "log_dir").or_else(|| config.home_dir().map(Path::to_owned));
        beside.map(|dir| dir.join("journal"))
    })
}

fn proxies(config: &Config) -> Vec<(String, u16)> {
    let hosts = ["proxy_host", "proxy_sub_host"].map(|name| text(config, name).trim().to_owned());
    let port = number(config, "proxy_port");
    hosts.into_iter().filter(|host| !host.is_empty()).map(|host| (host, port)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(name: &str, value: &str) -> Config {
        let mut config = Config::new();
        config.set(name, value);
        config
    }

    #[test]
    fn a_timeout_is_between_a_second_and_an_hour() {
        let cases =
            [("5", 5), ("3600", 3600), ("0", 60), ("-1", 60), ("abc", 60), ("1000000000", 60), ("", 60)];
        for (text, seconds) in cases {
            let config = with("timeout", text);
            assert_eq!(config.settings().timeout, Duration::from_secs(seconds), "{text:?}");
            assert_eq!(warnings(&config).is_empty(), seconds.to_string() == text, "{text:?}");
        }
    }

    #[test]
    fn flags_are_off_when_empty_and_default_when_missing() {
        assert!(Config::new().settings().auto_rollback);
        assert!(!flag(&Config::new(), "output_UTF8"));
        assert!(!with("auto_rollback", "").settings().auto_rollback);
        assert!(flag(&with("output_UTF8", "1"), "output_UTF8"));
    }

    #[test]
    fn the_journal_is_on_unless_it_is_switched_off() {
        let modes = [
            ("on", Mode::On),
            ("1", Mode::On),
            ("", Mode::Off),
            ("off", Mode::Off),
            ("strict", Mode::Strict),
            ("maybe", Mode::On),
        ];
        assert_eq!(Config::new().settings().journal, Mode::On);
        for (text, mode) in modes {
            let config = with("journal", text);
            assert_eq!(config.settings().journal, mode, "{text}");
            assert_eq!(warnings(&config).is_empty(), text != "maybe", "{text}");
        }
    }

    #[test]
    fn the_journal_lies_beside_the_log() {
        let mut config = Config::new();
        assert_eq!(config.settings().journal_dir, None);
        config.set("log_dir", "/var/log/shop");
        assert_eq!(config.settings().journal_dir, Some("/var/log/shop/journal".into()));
        config.set("journal_dir", "/var/lib/shop");
        assert_eq!(config.settings().journal_dir, Some("/var/lib/shop".into()));
    }

    #[test]
    fn the_misspelt_verify_cert_counts_where_the_right_one_is_missing() {
        let mut config = with("verity_cert", "0");
        assert!(!config.settings().verify_cert);
        config.set("verify_cert", "1");
        assert!(config.settings().verify_cert);
    }

    #[test]
    fn old_and_odd_values_are_warned_of() {
        for (name, value) in [
            ("keep_alive", "61"),
            ("default_secure_protocols", "512"),
            ("default_secure_protocols", "2560"),
            ("log_level", "9"),
            ("auto_rollback", "2"),
            ("proxy_port", "70000"),
        ] {
            let said = warnings(&with(name, value));
            assert!(said.len() == 1 && said[0].contains(name) && said[0].contains(" / "), "{said:?}");
        }
        assert!(warnings(&with("default_secure_protocols", "3072")).is_empty());
        assert!(warnings(&with("tshop", "a MertKey")).is_empty());
    }
}
