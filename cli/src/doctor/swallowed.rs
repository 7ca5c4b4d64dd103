//! Lines that a comment swallowed: gnuboard's mall.conf ends in a comment without a line break, and what is appended becomes a
//! part of it.

use super::files::Files;
use super::finding::{About, Finding, Grade};
use xpayclient_core::Config;
use xpayclient_core::diagnosis::{SETTINGS, is_mert_key, is_setting};
use xpayclient_core::encoding::decode;

pub(super) fn examine(config: &Config, files: &Files) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (path, file) in files.iter() {
        let text = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
        for (index, line) in text.split(|byte| *byte == b'\n').enumerate() {
            let place = format!("{}:{}", path.display(), index + 1);
            findings.extend(swallowed(line, config).map(|name| found(&place, index + 1, &name)));
        }
    }
    findings
}

fn found(place: &str, line: usize, name: &str) -> Finding {
    Finding::new(
        Grade::Warning,
        About::Swallowed,
        format!("{place}: 줄 끝의 [{name} = …]이(가) 앞에 있는 글자에 붙어 있어 읽히지 않습니다. 그 부분을 새 줄로 옮기고, 쓰지 않으면 지우십시오. 줄바꿈 없이 끝나는 파일에 >>로 덧붙이면 이렇게 됩니다"),
        format!("{place}: [{name} = …] at the end of the line is glued to the text before it and is not read. Move it to a line of its own, or delete it if it is not used. Appending with >> to a file without a final line break does this"),
    )
    .fact("line", line)
}

/// The name before the last `=`, if it should have been a line of its own. Never the value, which may be a MertKey.
fn swallowed(line: &[u8], config: &Config) -> Option<String> {
    let equals = line.iter().rposition(|byte| *byte == b'=')?;
    let left = line.get(..equals)?.trim_ascii_end();
    let value = line.get(equals + 1..)?.split(|byte| *byte == b';').next()?.trim_ascii();
    let value = value.strip_prefix(b"\"").and_then(|value| value.strip_suffix(b"\"")).unwrap_or(value);
    let begin = left.iter().rposition(|byte| !is_name(*byte)).map_or(0, |before| before + 1);
    let (before, name) = left.split_at_checked(begin)?;
    // What is read as it stands, and what was made a comment on purpose.
    let marks = before.iter().all(|byte| byte.is_ascii_whitespace() || matches!(byte, b';' | b'#'));
    let text = decode(name).into_owned();
    if is_mert_key(value) {
        let known = config.shops().any(|(mid, _)| mid == name);
        return (!marks && !name.is_empty() && !known && !is_mert_key(name)).then_some(text);
    }
    let comment = before.contains(&b';') || before.trim_ascii_start().starts_with(b"#");
    (comment && !value.is_empty() && is_glued(before, name)).then_some(text)
}

fn is_name(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// A setting directly behind other text. A short name may be a part of any word.
fn is_glued(before: &[u8], name: &[u8]) -> bool {
    let behind_korean = is_setting(name) && before.last().is_some_and(|byte| *byte >= 0x80);
    let ends_in = |setting: &str| {
        let glue = name.strip_suffix(setting.as_bytes()).and_then(|glue| glue.last());
        setting.len() >= 7 && glue.is_some_and(|byte| *byte != b'_')
    };
    behind_korean || !is_setting(name) && SETTINGS.iter().any(|setting| ends_in(setting.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn only_what_was_meant_to_count() {
        let mut config = Config::new();
        config.set("tknown", KEY);
        for (line, name) in [
            ("; 상점tsi_shop = KEY", Some("tsi_shop")),
            ("; end of file tsi_shop = KEY", Some("tsi_shop")),
            ("# end.tsi_shop=\"KEY\"\r", Some("tsi_shop")),
            ("timeout = 60 ; secondstsi_shop = KEY", Some("secondstsi_shop")),
            // A test ID ends in its live ID, which is known.
            ("; 상점ttknown = KEY", Some("ttknown")),
            ("server_id = 01tsi_shop = KEY", Some("01tsi_shop")),
            ("; 로그 디렉터리log_dir = /home/shop/xpay", Some("log_dir")),
            ("; endlog_dir = /home/shop/xpay", Some("endlog_dir")),
            // Made a comment on purpose.
            ("; tsi_shop = KEY", None),
            (";;tsi_shop = KEY ; old", None),
            ("; log_dir = /home/shop/xpay", None),
            ("; for example: log_dir = /home/shop/xpay", None),
            ("; connect_timeout = 5", None),
            ("; 주소 url = https://a", None),
            // Read as they are.
            ("tsi_shop = KEY ; the shop", None),
            ("log_dir = /a", None),
            ("; the old key of tknown = KEY", None),
            ("KEY = KEY", None),
            ("; nothing", None),
            ("", None),
        ] {
            assert_eq!(swallowed(line.replace("KEY", KEY).as_bytes(), &config).as_deref(), name, "{line}");
        }
    }
}
