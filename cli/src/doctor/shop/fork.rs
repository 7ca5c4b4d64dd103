//! Which fork of the vendor's class a copy is, by the parameters of its constructor.

use super::classes::{Class, Method, Parameter};
use super::tokens::Token;

/// docs/en/forks.md has a row for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fork {
    TwoArguments,
    MertKeyThird,
    MidAndKey,
    LogDirThird,
    ConfigThird,
    ConfigSecond,
    Unknown,
}

/// What a parameter is, as far as its name, type, default and use show.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Config,
    Key,
    Mid,
    Path,
    Other,
}

impl Fork {
    pub(super) fn of(class: &Class, tokens: &[Token]) -> Fork {
        let Some(constructor) = class.constructor() else { return Fork::Unknown };
        let roles: Vec<Role> =
            constructor.parameters.iter().map(|one| role(one, constructor, tokens)).collect();
        match roles[..] {
            [_, Role::Other] => Fork::TwoArguments,
            [_, Role::Other, Role::Key] => Fork::MertKeyThird,
            [_, Role::Other, Role::Path] => Fork::LogDirThird,
            [_, Role::Other, Role::Config] => Fork::ConfigThird,
            [_, Role::Config, Role::Other] => Fork::ConfigSecond,
            [_, Role::Other, Role::Mid, Role::Key] => Fork::MidAndKey,
            _ => Fork::Unknown,
        }
    }

    /// For scripts.
    pub(super) fn name(self) -> &'static str {
        match self {
            Fork::TwoArguments => "two_arguments",
            Fork::MertKeyThird => "mert_key_third",
            Fork::MidAndKey => "mid_and_key",
            Fork::LogDirThird => "log_dir_third",
            Fork::ConfigThird => "config_third",
            Fork::ConfigSecond => "config_second",
            Fork::Unknown => "unknown",
        }
    }

    /// Its constructor, in Korean and English.
    pub(super) fn shape(self) -> (&'static str, &'static str) {
        match self {
            Fork::TwoArguments => ("인자 2개: 홈, mode", "2 arguments: home directory, mode"),
            Fork::MertKeyThird => ("세 번째 인자가 MertKey", "the third argument is a MertKey"),
            Fork::MidAndKey => (
                "세 번째 인자가 상점아이디, 네 번째가 MertKey",
                "the third argument is a merchant ID, the fourth its MertKey",
            ),
            Fork::LogDirThird => ("세 번째 인자가 log_dir", "the third argument is the log_dir"),
            Fork::ConfigThird => (
                "세 번째 인자가 설정 배열, 파일은 읽지 않음",
                "the third argument is the whole configuration, no files are read",
            ),
            Fork::ConfigSecond => (
                "두 번째 인자가 설정 배열, 파일은 읽지 않음",
                "the second argument is the whole configuration, no files are read",
            ),
            Fork::Unknown => (
                "unknown: 생성자가 알려진 어느 변형과도 맞지 않음",
                "unknown: its constructor fits no known fork",
            ),
        }
    }

    /// What to change around it, in Korean and English.
    pub(super) fn around(self) -> (&'static str, &'static str) {
        match self {
            Fork::TwoArguments => ("페이지는 그대로 둡니다", "Leave the pages as they are"),
            Fork::MertKeyThird | Fork::MidAndKey => (
                "페이지는 그대로 둡니다. xpay recover는 파일만 읽으므로 mall.conf에도 <상점아이디> = <MertKey>를 쓰십시오",
                "Leave the pages as they are. Write <merchant ID> = <MertKey> in mall.conf too, because xpay recover reads files only",
            ),
            Fork::LogDirThird => (
                "페이지는 그대로 둡니다. xpay recover가 저널을 찾도록 mall.conf에 같은 log_dir을 쓰십시오",
                "Leave the pages as they are. Write the same log_dir in mall.conf, so that xpay recover finds the journal",
            ),
            Fork::ConfigThird | Fork::ConfigSecond => (
                "페이지는 그대로 둡니다. xpay recover는 파일만 읽으므로 같은 설정(log_dir, 주소, 상점아이디)을 웹 루트 밖의 conf/mall.conf와 conf/lgdacom.conf에 쓰십시오",
                "Leave the pages as they are. Write the same settings (log_dir, addresses, merchant ID) to conf/mall.conf and conf/lgdacom.conf outside the web root, because xpay recover reads files only",
            ),
            Fork::Unknown => (
                "먼저 생성자를 docs/ko/forks.md의 표와 비교하십시오. 맞는 것이 없으면 하위 클래스의 생성자에서 인자를 옮기십시오",
                "First compare the constructor with the table in docs/en/forks.md; if none fits, translate its arguments in the constructor of a subclass",
            ),
        }
    }
}

fn role(parameter: &Parameter, constructor: &Method, tokens: &[Token]) -> Role {
    let name = parameter.name.to_ascii_lowercase().replace('_', "");
    let has = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
    if parameter.array || has(&["config", "settings"]) || is_used_as_array(parameter, constructor, tokens) {
        Role::Config
    } else if name.ends_with("key") {
        Role::Key
    } else if name.ends_with("mid") || has(&["mertid", "merchantid", "shopid", "storeid"]) {
        Role::Mid
    } else if has(&["log", "path", "dir"]) {
        Role::Path
    } else {
        Role::Other
    }
}

/// `$p[…]`, `foreach ($p …` or `is_array($p)` in the constructor.
fn is_used_as_array(parameter: &Parameter, constructor: &Method, tokens: &[Token]) -> bool {
    let body = tokens.get(constructor.body.clone()).unwrap_or_default();
    let variable = format!("${}", parameter.name);
    let is_it = |token: &Token| token.text == variable.as_bytes();
    body.windows(3).any(|three| match three {
        [before, open, it] if is_it(it) && open.is_sign("(") => {
            before.is_word("foreach") || before.is_word("is_array")
        }
        [it, open, _] if is_it(it) => open.is_sign("["),
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::super::classes::declared;
    use super::super::tokens::Tokens;
    use super::*;

    fn fork(constructor: &str) -> Fork {
        let file = format!("<?php class XPayClient {{ {constructor} }}");
        let tokens = Tokens::of(file.as_bytes());
        Fork::of(&declared(&tokens.all)[0], &tokens.all)
    }

    #[test]
    fn each_constructor_is_known_by_its_shape() {
        for (parameters, body, known) in [
            ("$home_dir, $mode = \"real\"", "", Fork::TwoArguments),
            ("$a, $b", "", Fork::TwoArguments),
            ("$home_dir, $mode, $mertkey = ''", "", Fork::MertKeyThird),
            ("$home, $mode, $LGD_MERT_KEY", "", Fork::MertKeyThird),
            ("$home, $mode, $mid, $key", "", Fork::MidAndKey),
            ("$home, $mode, $CST_MID = '', $LGD_MERTKEY = ''", "", Fork::MidAndKey),
            ("$home, $mode, $log_dir", "", Fork::LogDirThird),
            ("$home, $mode, $logPath = null", "", Fork::LogDirThird),
            ("$home, $mode, array $x", "", Fork::ConfigThird),
            ("$home, $mode, $x = array()", "", Fork::ConfigThird),
            ("$home, $mode, $x", "foreach ($x as $k => $v) {}", Fork::ConfigThird),
            ("$home, $mode, $x", "$this->url = $x['url'];", Fork::ConfigThird),
            ("$home, $config, $mode = 'test'", "", Fork::ConfigSecond),
            ("$home, $x, $mode", "if (is_array($x)) {}", Fork::ConfigSecond),
            ("$home, $mode, $something", "", Fork::Unknown),
            ("$home, $mode, $key, $mid", "", Fork::Unknown),
            ("$home", "", Fork::Unknown),
            ("$home, $mode, $mid, $key, $more", "", Fork::Unknown),
            ("$home, $config", "", Fork::Unknown),
        ] {
            for name in ["__construct", "XPayClient", "xpayclient"] {
                assert_eq!(
                    fork(&format!("function {name}({parameters}) {{ {body} }}")),
                    known,
                    "{parameters}"
                );
            }
        }
        assert_eq!(fork("function TX() {}"), Fork::Unknown);
    }
}
