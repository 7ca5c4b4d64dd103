//! The one table of settings: name, kind, default and meaning. The typed struct, the documentation and the doctor are
//! made from it.

use std::any::Any;
use std::path::{Path, PathBuf};

use super::kind::{Kind, read, safe, value};
use crate::config::{Config, Entries};
use crate::text::encoding::decode;

/// A setting in the configuration files, which also hold merchant IDs with their MertKeys.
#[derive(Debug)]
#[non_exhaustive]
pub struct Setting {
    /// The name in the file.
    pub name: &'static str,
    /// The value if the file has none.
    pub default: &'static str,
    /// The kind of its value.
    pub kind: Kind,
    /// What it does, in English.
    pub en: &'static str,
    /// What it does, in Korean.
    pub ko: &'static str,
}

macro_rules! settings {
    ($($name:ident: $kind:ident = $default:literal, $en:literal, $ko:literal;)*) => {
        /// Every setting, in the order of the documentation.
        pub static SETTINGS: &[Setting] = &[$(
            Setting {
                name: stringify!($name),
                default: $default,
                kind: Kind::$kind,
                en: $en,
                ko: $ko,
            }
        ),*];

        /// The typed settings of a configuration, with defaults and safe values filled in and directories resolved
        /// below home_dir.
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        #[allow(non_snake_case, reason = "as merchants' files have it")]
        pub struct Settings {
            $(#[doc = $en] pub $name: value::$kind,)*
            /// Whether the log goes to standard error: log_dir is `-` in the files and none here.
            pub log_to_stderr: bool,
            /// Whether a value was invalid and is replaced.
            has_invalid: bool,
        }

        impl Settings {
            /// Whether the setting with this name is a flag and on, its default included.
            pub fn is_on(&self, name: &[u8]) -> bool {
                match name {
                    $(name if name == stringify!($name).as_bytes() => {
                        (&self.$name as &dyn Any).downcast_ref::<bool>() == Some(&true)
                    })*
                    _ => false,
                }
            }

            /// One pass over the entries: most clients are made for one payment.
            fn read_each(entries: &Entries) -> Settings {
                let mut settings = Settings {
                    $($name: read::$kind($default).unwrap_or_else(safe::$kind),)*
                    log_to_stderr: false,
                    has_invalid: false,
                };
                for (name, text) in entries {
                    match name.as_slice() {
                        $(name if name == stringify!($name).as_bytes() => match read::$kind(&decode(text)) {
                            Some(value) => settings.$name = value,
                            None => {
                                settings.$name = safe::$kind();
                                settings.has_invalid = true;
                            }
                        },)*
                        _ => {}
                    }
                }
                settings
            }
        }
    };
}

settings! {
    url: Text = "", "Gateway URL of the service platform", "실거래 게이트웨이 주소";
    test_url: Text = "", "Gateway URL of the test platform", "테스트 게이트웨이 주소";
    aux_url: Text = "", "URL for Report and Patch, https only", "Report와 Patch 주소. https만 가능";
    escrow_url: Text = "", "Where escrow deliveries of the service platform are registered; empty: the gateway's own page", "실거래 에스크로 배송등록 주소. 비우면 게이트웨이의 주소";
    test_escrow_url: Text = "", "Where escrow deliveries of the test platform are registered; empty: the gateway's own page", "테스트 에스크로 배송등록 주소. 비우면 게이트웨이의 주소";
    server_id: Text = "", "Distinguishes several servers of one shop; part of every LGD_TXID", "상점 서버 구분값. LGD_TXID에 들어갑니다";
    timeout: Seconds = "60", "Seconds for a whole request, 1 to 3600", "요청 전체의 제한 시간(초), 1~3600";
    keep_alive: Idle = "4", "Seconds that an idle connection is kept for the next payment, 0 to 60; must be lower than the gateway's own limit", "다음 결제를 위해 유휴 연결을 유지하는 시간(초), 0~60. 게이트웨이의 유지 시간보다 짧아야 합니다";
    log_dir: Directory = "", "Directory of the daily log; a relative path starts from home_dir; -: standard error instead of files; no log without it", "일별 로그 디렉터리. 절대 경로가 아니면 home_dir 기준. -: 파일 대신 표준 오류로 출력. 없으면 기록하지 않음";
    log_format: LogForm = "text", "How the lines of log_dir are written: text, or json (an object a line)", "log_dir에 기록하는 줄의 형식: text 또는 json(한 줄에 객체 하나)";
    log_level: Level = "3", "0 FATAL, 1 ERROR, 2 WARN, 3 INFO, 4 DEBUG", "0 FATAL, 1 ERROR, 2 WARN, 3 INFO, 4 DEBUG";
    verify_cert: Flag = "1", "1: verify the server's certificate", "1: 서버 인증서를 검증";
    verity_cert: Flag = "1", "Misspelling of verify_cert on the vendor's page; read if verify_cert is missing", "verify_cert의 오기. verify_cert가 없을 때 읽음";
    verify_host: Flag = "1", "1: check the host name in the certificate", "1: 인증서의 호스트 이름을 확인";
    report_error: Flag = "0", "1: report HTTP and JSON failures to aux_url", "1: HTTP/JSON 오류를 aux_url로 보고";
    auto_rollback: Flag = "1", "0: no automatic rollback of a request without an answer", "0: 응답이 없어도 자동 망취소를 하지 않음";
    output_UTF8: Flag = "0", "1: answers in UTF-8, 0: in EUC-KR", "1: 응답을 UTF-8로, 0: EUC-KR로";
    start_session: Flag = "1", "PHP: 1: new XPayClient starts a session in a web page that has none, as the vendor's class does; 0: it does not", "PHP: 1: 세션이 없는 웹 페이지에서 new XPayClient가 기존 클래스처럼 세션을 시작, 0: 시작하지 않음";
    default_secure_protocols: Protocols = "2048", "From old files; TLS 1.2 and 1.3 are always offered", "구버전 설정. 항상 TLS 1.2와 1.3을 사용";
    ca_bundle_only: Flag = "0", "1: trust only conf/ca-bundle.crt, not the system's roots (on Windows the built-in ones)", "1: 시스템 루트(Windows는 내장 루트) 없이 conf/ca-bundle.crt만 신뢰";
    keystore_cacerts_dir: Text = "", "From old JSP files; no effect", "구버전 JSP 설정, 효과 없음";
    proxy_host: Text = "", "HTTP proxy (CONNECT)", "HTTP 프록시(CONNECT)";
    proxy_port: Port = "80", "Port of the HTTP proxies", "HTTP 프록시 포트";
    proxy_sub_host: Text = "", "Used when proxy_host cannot be reached", "proxy_host에 연결할 수 없을 때 사용";
    journal: Journal = "on", "Record of payments in progress, for recovery: on, off, or strict (nothing is sent without it)", "진행 중인 결제의 기록(복구용): on, off, strict(기록할 수 없으면 보내지 않음)";
    journal_dir: Directory = "", "Directory of the journal, on a local disk; default: journal in log_dir, or in home_dir if log_dir is no directory", "저널 디렉터리(로컬 디스크). 기본값은 log_dir 아래 journal, log_dir이 디렉터리가 아니면 home_dir 아래";
    journal_dsn: Text = "", "The shop's database that keeps the journal in place of files, as PDO writes it (mysql:host=…;dbname=… or pgsql:host=…;dbname=…); PHP and Python connect to it, other programs give a store of their own", "파일 대신 저널을 보관할 상점 데이터베이스. PDO 형식(mysql:host=…;dbname=… 또는 pgsql:host=…;dbname=…). PHP와 Python이 연결하며, 그 밖의 프로그램은 저장소 함수를 직접 지정";
    journal_user: Text = "", "User of that database", "그 데이터베이스의 사용자";
    journal_password_file: File = "", "File with that user's password; a relative path starts from home_dir", "그 사용자의 비밀번호가 든 파일. 절대 경로가 아니면 home_dir 기준";
    log_except: Names = "", "Parameter names that are never logged, separated by commas", "로그에 남기지 않을 항목 이름(쉼표로 구분)";
}

/// The log_dir that is no directory, as in other programs of this kind.
const STANDARD_ERROR: &str = "-";

impl Settings {
    pub(super) fn read(home_dir: Option<&Path>, entries: &Entries) -> Settings {
        let mut settings = Settings::read_each(entries);
        if !entries.contains_key("verify_cert".as_bytes()) {
            settings.verify_cert = settings.verity_cert;
        }
        // A relative directory is below home_dir, not below the process's working directory, which may be in a web
        // root. This includes paths that are absolute only on Windows.
        let below_home = |dir: PathBuf| home_dir.unwrap_or(Path::new("")).join(dir);
        settings.log_to_stderr = settings.log_dir.as_deref() == Some(Path::new(STANDARD_ERROR));
        settings.log_dir = settings.log_dir.filter(|_| !settings.log_to_stderr);
        settings.log_dir = settings.log_dir.map(below_home);
        let beside = settings.log_dir.as_deref().or(home_dir).map(|dir| dir.join("journal"));
        settings.journal_dir = settings.journal_dir.map(below_home).or(beside);
        settings.journal_password_file = settings.journal_password_file.map(below_home);
        settings
    }

    /// The proxies to try in order, as host and port. None means a direct connection.
    pub fn proxies(&self) -> impl Iterator<Item = (&str, u16)> {
        let hosts = [&self.proxy_host, &self.proxy_sub_host].into_iter().map(|host| host.trim());
        hosts.filter(|host| !host.is_empty()).map(|host| (host, self.proxy_port))
    }
}

/// Whether `name` is a setting of this library. Any other name in the files may be a merchant ID with its MertKey.
pub fn is_setting(name: impl AsRef<[u8]>) -> bool {
    SETTINGS.iter().any(|setting| setting.name.as_bytes() == name.as_ref())
}

/// Whether `value` is a well-formed MertKey: 32 hex digits.
pub fn is_mert_key(value: impl AsRef<[u8]>) -> bool {
    let value = value.as_ref();
    value.len() == 32 && value.iter().all(u8::is_ascii_hexdigit)
}

/// A setting with an invalid value.
#[derive(Debug)]
#[non_exhaustive]
pub struct InvalidSetting {
    /// The setting's name.
    pub name: &'static str,
    /// The value in the file.
    pub value: String,
    /// What replaces it and what to write, in English.
    pub en: &'static str,
    /// The same in Korean.
    pub ko: &'static str,
}

pub(super) fn invalid_settings(config: &Config) -> Vec<InvalidSetting> {
    if !config.settings().has_invalid {
        return Vec::new();
    }
    let invalid = SETTINGS.iter().filter_map(|setting| {
        let value = decode(config.get(setting.name)?);
        let (en, ko) = setting.kind.fallback();
        (!setting.kind.accepts(&value)).then(|| InvalidSetting {
            name: setting.name,
            value: value.into(),
            en,
            ko,
        })
    });
    invalid.collect()
}

/// A log line for each invalid value.
pub(crate) fn warnings(config: &Config) -> Vec<String> {
    let line = |InvalidSetting { name, value, en, ko }| format!("{name} = [{value}]: {en}. / {ko}.");
    invalid_settings(config).into_iter().map(line).collect()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::config::kind::JournalMode;

    fn with(name: &str, value: &str) -> Config {
        let mut config = Config::new();
        config.set(name, value);
        config
    }

    #[test]
    fn every_default_is_valid() {
        for Setting { name, kind, default, .. } in SETTINGS {
            assert!(kind.accepts(default), "{name}");
        }
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
    fn an_empty_flag_is_off_and_a_missing_one_has_its_default() {
        assert!(Config::new().settings().auto_rollback);
        assert!(!Config::new().settings().output_UTF8);
        assert!(!with("auto_rollback", "").settings().auto_rollback);
        assert!(with("output_UTF8", "1").settings().output_UTF8);
    }

    #[test]
    fn the_journal_is_on_unless_switched_off() {
        let modes = [
            ("on", JournalMode::On),
            ("1", JournalMode::On),
            ("", JournalMode::Off),
            ("off", JournalMode::Off),
            ("strict", JournalMode::Strict),
            ("maybe", JournalMode::On),
        ];
        assert_eq!(Config::new().settings().journal, JournalMode::On);
        for (text, mode) in modes {
            let config = with("journal", text);
            assert_eq!(config.settings().journal, mode, "{text}");
            assert_eq!(warnings(&config).is_empty(), text != "maybe", "{text}");
        }
    }

    #[test]
    fn the_journal_is_in_the_log_directory() {
        let mut config = Config::new();
        assert_eq!(config.settings().journal_dir, None);
        config.set("log_dir", "/var/log/shop");
        assert_eq!(config.settings().journal_dir, Some("/var/log/shop/journal".into()));
        config.set("journal_dir", "/var/lib/shop");
        assert_eq!(config.settings().journal_dir, Some("/var/lib/shop".into()));
    }

    /// A journal in a directory named `-` would be found by nobody.
    #[test]
    fn standard_error_is_no_directory() {
        let mut config = Config::below("/home/shop");
        config.set("log_dir", "-");
        let settings = config.settings();
        assert!(settings.log_to_stderr && settings.log_dir.is_none());
        assert_eq!(settings.journal_dir, Some("/home/shop/journal".into()));
        config.set("log_dir", "./-");
        assert!(!config.settings().log_to_stderr && config.settings().log_dir.is_some());
    }

    /// A program hands over what the system calls the path, which the INI dialect leaves as it is without quotes.
    #[cfg(windows)]
    #[test]
    fn a_canonical_path_of_windows_is_read_as_one_that_is_written() {
        let mut config = Config::below(r"\\?\C:\shop");
        let dirs =
            |config: &Config| (config.settings().log_dir.clone(), config.settings().journal_dir.clone());
        config.set("log_dir", r"\\?\D:\log");
        assert_eq!(dirs(&config), (Some(r"D:\log".into()), Some(r"D:\log\journal".into())));
        config.set("log_dir", "../log");
        assert_eq!(config.settings().log_dir, Some(r"C:\shop\../log".into()));
    }

    #[test]
    fn the_misspelt_verify_cert_counts_if_the_right_one_is_missing() {
        let mut config = with("verity_cert", "0");
        assert!(!config.settings().verify_cert);
        config.set("verify_cert", "1");
        assert!(config.settings().verify_cert);
    }

    #[test]
    fn invalid_values_are_warned_of() {
        for (name, value) in [
            ("keep_alive", "61"),
            ("default_secure_protocols", "512"),
            ("default_secure_protocols", "2560"),
            ("log_format", "JSON lines"),
            ("log_level", "9"),
            ("auto_rollback", "2"),
            ("proxy_port", "70000"),
        ] {
            let warned = warnings(&with(name, value));
            assert!(warned.len() == 1 && warned[0].contains(name) && warned[0].contains(" / "), "{warned:?}");
        }
        assert!(warnings(&with("default_secure_protocols", "3072")).is_empty());
        assert!(warnings(&with("tshop", "a MertKey")).is_empty());
    }
}
