//! What `--from java` says, in Korean and English.

use super::dialect::Line;
use crate::doctor::edit::without_hex;
use crate::doctor::finding::About;
use xpayclient_core::encoding::decode;

/// Korean, then English.
pub(super) type Words = [String; 2];

/// One sentence after the other.
pub(super) fn joined(told: impl IntoIterator<Item = Option<Words>>) -> Words {
    let (ko, en): (Vec<String>, Vec<String>) = told.into_iter().flatten().map(|[ko, en]| (ko, en)).unzip();
    [ko.join(". "), en.join(". ")]
}

/// A name without what may be a MertKey in its place.
pub(super) fn masked(name: &[u8]) -> String {
    without_hex(&decode(name))
}

/// The value of a setting. What is behind a `;` may be anything, a MertKey too.
fn shown(value: &[u8]) -> String {
    let mut pieces = value.splitn(2, |byte| *byte == b';');
    let text = masked(pieces.next().unwrap_or_default());
    if pieces.next().is_some() { format!("{text}; …") } else { text }
}

fn place(line: &Line) -> String {
    format!("{}:{}", line.path.display(), line.number)
}

/// Where the setting is, and how both read it.
pub(super) fn line_of_setting(name: &str, line: Option<&Line>, about: About) -> Words {
    let Some(line) = line else {
        return [format!("{name}이(가) 파일에 없습니다"), format!("{name} is not in the files")];
    };
    let (place, here) = (place(line), shown(&line.here));
    match (&line.java, about) {
        (None, _) => lost(&place, name),
        (Some(java), About::JavaValue) => {
            let java = shown(java);
            [
                format!(
                    "{place}: {name}을(를) Java는 [{java}](으)로, 이 라이브러리는 [{here}](으)로 읽습니다"
                ),
                format!("{place}: Java read {name} as [{java}], this library reads [{here}]"),
            ]
        }
        _ => [format!("{place}: {name} = [{here}]"), format!("{place}: {name} = [{here}]")],
    }
}

/// What a number or a switch did in Java and does here, and what to write.
pub(super) fn effect(name: &str, java: i64, here: i64) -> (Option<Words>, Words) {
    let on = java < here;
    let (did, write) = match name {
        "timeout" => (
            [
                format!("Java의 제한 시간은 {java}초였고 이 라이브러리는 {here}초입니다"),
                format!("Java's time limit was {java} seconds, this library's is {here}"),
            ],
            if (1..=3600).contains(&java) {
                choice(name, java, here)
            } else {
                ["timeout을 1~3600으로 쓰십시오".into(), "Write a timeout of 1 to 3600".into()]
            },
        ),
        "verify_cert" | "verify_host" => {
            let (ko, en) = match name {
                "verify_cert" => ("게이트웨이의 인증서를", "the gateway's certificate"),
                _ => ("인증서의 호스트 이름을", "the host name in the certificate"),
            };
            let write =
                [format!("{name} = 1로 쓰고 켜 두십시오"), format!("Write {name} = 1 and leave it on")];
            let did = if on {
                [
                    format!("Java는 {ko} 확인하지 않았고 이 라이브러리는 확인합니다"),
                    format!("Java did not check {en}, this library does"),
                ]
            } else {
                [
                    format!("Java는 {ko} 확인했고 이 라이브러리는 확인하지 않습니다"),
                    format!("Java checked {en}, this library does not"),
                ]
            };
            (did, write)
        }
        "auto_rollback" => {
            let did = if on {
                [
                    "Java는 응답이 없는 요청을 망취소하지 않았고 이 라이브러리는 망취소합니다".into(),
                    "Java did not roll back a request without an answer, this library does".into(),
                ]
            } else {
                [
                    "Java는 응답이 없는 요청을 망취소했고 이 라이브러리는 망취소하지 않습니다".into(),
                    "Java rolled back a request without an answer, this library does not".into(),
                ]
            };
            (did, choice(name, java, here))
        }
        _ => (
            [
                format!("Java는 {java}, 이 라이브러리는 {here}(으)로 처리합니다"),
                format!("It was {java} for Java and is {here} for this library"),
            ],
            choice(name, java, here),
        ),
    };
    (Some(did), write)
}

fn choice(name: &str, java: i64, here: i64) -> Words {
    [
        format!(
            "이 라이브러리의 값을 쓰려면 {name} = {here}, Java처럼 하려면 {name} = {java}(으)로 쓰십시오"
        ),
        format!("Write {name} = {here} to choose this library's value, or {name} = {java} to keep Java's"),
    ]
}

/// What to know before choosing, of what was off in Java.
pub(super) fn caution(name: &str) -> Option<Words> {
    match name {
        "verify_cert" | "verify_host" => Some([
            "확인할 수 없는 인증서면 결제가 멈추므로, 아래의 TLS 점검과 Ping의 결과를 보십시오".into(),
            "Payments stop if the certificate cannot be verified: see the check of TLS and the Ping below"
                .into(),
        ]),
        "auto_rollback" => Some([
            "0이면 상점이 모르는 승인이 남을 수 있습니다".into(),
            "With 0 an approval may remain that the shop does not know of".into(),
        ]),
        _ => None,
    }
}

pub(super) fn bare_value() -> Words {
    [
        "그 줄에는 쓰려는 값만 따옴표와 주석 없이 쓰십시오".into(),
        "Write only the value that is meant on that line, without quotes and without a comment".into(),
    ]
}

pub(super) fn without_mark() -> Words {
    [
        "파일을 BOM 없이 저장하십시오. 필요 없는 줄이면 먼저 지우십시오".into(),
        "Save the file without the mark; if the line is not meant, delete it first".into(),
    ]
}

fn lost(place: &str, name: &str) -> Words {
    [
        format!(
            "{place}: 파일이 BOM으로 시작하여 Java는 첫 줄의 [{name}]을(를) 읽지 못했고 이 라이브러리는 읽습니다"
        ),
        format!(
            "{place}: the file begins with a byte order mark (BOM), so Java lost [{name}] in the first line; this library reads it"
        ),
    ]
}

/// A line that is not a setting's, in the first line behind a mark. `unknown`: Java had no key of that merchant ID.
pub(super) fn lost_name(line: &Line, name: &str, unknown: bool) -> Words {
    let no_key = unknown.then(|| {
        [
            "그래서 Java에서는 그 상점아이디의 MertKey가 없었습니다(10004)".into(),
            "So that merchant ID had no MertKey in Java (10004)".into(),
        ]
    });
    joined([Some(lost(&place(line), name)), no_key, Some(without_mark())])
}

/// A merchant ID that only this library finds.
pub(super) fn prefixed(line: &Line, mid: &str) -> Words {
    let place = place(line);
    [
        format!(
            "{place}: Java는 MID_를 알지 못하여 상점아이디 [{mid}]의 MertKey가 없었고(10004), 이 라이브러리는 이 줄에서 찾습니다. 쓰는 상점아이디면 {mid} = <MertKey>로 쓰고, 아니면 그 줄을 지우십시오"
        ),
        format!(
            "{place}: Java did not know the prefix MID_, so the merchant ID [{mid}] had no MertKey there (10004); this library finds it in this line. Write {mid} = <MertKey> if the merchant ID is used, otherwise delete the line"
        ),
    ]
}

/// A line that is not a setting's, with more than the bare value.
pub(super) fn value_of_name(line: &Line, name: &str, is_key: bool) -> Words {
    let place = place(line);
    if is_key {
        return [
            format!(
                "{place}: Java는 [{name}]의 = 뒤를 따옴표와 주석까지 모두 MertKey로 썼고, 이 라이브러리는 MertKey만 읽습니다. 이 파일로는 Java에서 이 상점아이디로 결제할 수 없었습니다. 상점이 쓰던 파일인지 확인하고, 그 줄에는 {name} = <MertKey>만 쓰십시오"
            ),
            format!(
                "{place}: Java took all after the = of [{name}] for its MertKey, quotes and comments too; this library reads the MertKey alone. With this file Java cannot have paid for this merchant ID. Check that it is the file that the shop used, and write only {name} = <MertKey> on that line"
            ),
        ];
    }
    let read = [
        format!(
            "{place}: Java는 [{name}]의 = 뒤를 따옴표, 주석, off 같은 낱말까지 쓰인 그대로 읽었고, 이 라이브러리는 설정 파일의 문법으로 읽습니다"
        ),
        format!(
            "{place}: Java took all after the = of [{name}] as it is, with quotes, comments and words such as off; this library does not"
        ),
    ];
    joined([Some(read), Some(bare_value())])
}
