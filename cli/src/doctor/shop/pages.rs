//! What a page needs changed before or after the class is swapped.

use super::calls::{Construction, arguments_of, calls, constructions};
use super::classes::Class;
use super::known::Known;
use super::place::Place;
use super::subclasses::{self, body, is_subclass};
use super::tokens::{Kind, Token, Tokens};
use crate::doctor::finding::{About, Finding, Grade};
use std::collections::BTreeSet;
use std::path::Path;
use xpayclient_core::diagnosis::is_mert_key;
use xpayclient_core::encoding::decode;

pub(super) fn examine(file: &Path, tokens: &Tokens, classes: &[Class], known: &Known) -> Vec<Finding> {
    let built = constructions(&tokens.all, &known.classes);
    let mut findings = Vec::new();
    findings.extend(by_reference(file, &tokens.all));
    findings.extend(built.iter().filter_map(|one| construction(file, one)));
    findings.extend(subclasses::examine(file, &tokens.all, classes, known));
    findings.extend(members(file, &tokens.all, classes, &built, known));
    findings.extend(hash_by_hand(file, &tokens.all));
    findings.extend(session(file, &tokens.all, &built));
    findings.extend(message(file, &tokens.all));
    findings
}

fn by_reference(file: &Path, tokens: &[Token]) -> Option<Finding> {
    let pairs = tokens
        .windows(2)
        .filter(|pair| matches!(pair, [sign, new] if sign.is_sign("&") && new.is_word("new")));
    let place = Place::of(file, pairs.filter_map(|pair| Some(pair.last()?.line)))?;
    Some(place.found(
        Grade::Error,
        About::ByReference,
        "= &new는 PHP 7부터 문법 오류이고 이 클래스는 PHP 7.4부터 실행됩니다. &를 지우십시오: = new",
        "= &new is a syntax error since PHP 7, and the class needs PHP 7.4. Remove the &: = new",
    ))
}

/// Arguments that fit no constructor. What they are is never shown: one may be a MertKey.
fn construction(file: &Path, one: &Construction) -> Option<Finding> {
    let count = one.arguments.len();
    let third = match one.arguments.get(2..) {
        Some([[text]]) if text.kind == Kind::Text => text.text,
        _ => b"",
    };
    // Behind an array it is the mode.
    let is_mode = ["test", "service", "real"].iter().any(|mode| third.eq_ignore_ascii_case(mode.as_bytes()));
    let is_path = third.iter().any(|byte| matches!(byte, b'/' | b'\\'));
    let strange = count == 3 && !third.is_empty() && !is_mode && !is_path && !is_mert_key(third);
    let spread = one.arguments.iter().any(|argument| argument.first().is_some_and(|sign| sign.is_sign(".")));
    if spread || count <= 4 && !strange {
        return None;
    }
    let place = Place::new(file, one.line);
    Some(if strange {
        place.found(
            Grade::Warning,
            About::Construction,
            "세 번째 인자가 MertKey(16진수 32자리)도 경로도 배열도 아닙니다. 이 클래스는 이름을 대고 거부합니다. 인자를 고치거나 하위 클래스에서 옮기십시오",
            "the third argument is neither a MertKey (32 hex digits) nor a path nor an array: the class refuses it by name. Correct it, or translate it in a subclass",
        )
    } else {
        place.found(
            Grade::Warning,
            About::Construction,
            format!("인자가 {count}개입니다. 이 클래스는 4개까지 읽습니다. 하위 클래스의 생성자에서 인자를 옮기십시오"),
            format!("{count} arguments; the class reads up to 4. Translate them in the constructor of a subclass"),
        )
    })
}

fn members(
    file: &Path,
    tokens: &[Token],
    classes: &[Class],
    built: &[Construction],
    known: &Known,
) -> Option<Finding> {
    // What a trait or __call brings is not seen.
    let whole = |class: &&Class| {
        is_subclass(class, known) && class.traits.is_empty() && class.method("__call").is_none()
    };
    let inside = classes.iter().filter(whole).flat_map(|class| calls(body(class, tokens)));
    let inside = inside.filter(|call| {
        (call.receiver == b"$this" || call.receiver.eq_ignore_ascii_case(b"parent"))
            && !call.method.eq_ignore_ascii_case("XPayClient")
    });
    // What another file constructed is known by its name only, so that only what a fork has counts.
    let of_fork = |method: &str| known.forks.contains(&method.to_ascii_lowercase());
    let named = |receiver: &[u8]| decode(receiver).to_ascii_lowercase().contains("xpay");
    let receivers: BTreeSet<&[u8]> = built.iter().filter_map(|one| one.receiver).collect();
    let outside = calls(tokens)
        .into_iter()
        .filter(|call| receivers.contains(call.receiver) || named(call.receiver) && of_fork(&call.method));
    let asks =
        ["method_exists", "is_callable"].iter().any(|ask| tokens.iter().any(|token| token.is_word(ask)));
    let texts = tokens.iter().filter(|token| asks && token.kind == Kind::Text);
    let asked: BTreeSet<String> = texts.map(|text| decode(text.text).to_ascii_lowercase()).collect();
    let is_asked = |method: &str| asked.contains(&method.to_ascii_lowercase());
    let lacking: Vec<_> =
        inside.chain(outside).filter(|call| known.lacks(&call.method) && !is_asked(&call.method)).collect();
    let names: BTreeSet<&str> = lacking.iter().map(|call| call.method.as_str()).collect();
    let names: Vec<&str> = names.into_iter().collect();
    let joined = names.join(", ");
    let finding = Place::of(file, lacking.iter().map(|call| call.line))?.found(
        Grade::Error,
        About::Member,
        format!("이 클래스에 없는 메서드를 부릅니다: {joined}. 기존 클래스에서 그 메서드를 하위 클래스로 옮기고, 페이지가 하위 클래스를 생성하게 하십시오"),
        format!("calls methods that the class does not have: {joined}. Move them from the old class to a subclass, and let the page construct the subclass"),
    );
    Some(finding.fact("methods", names))
}

const POSTED: [&str; 6] =
    ["$_POST", "$_REQUEST", "$_GET", "$HTTP_POST_VARS", "$HTTP_GET_VARS", "$HTTP_RAW_POST_DATA"];

/// Beyond it a statement is data.
const LONGEST_STATEMENT: usize = 100;

fn is_of_request(token: &Token) -> bool {
    POSTED.iter().any(|posted| token.text == posted.as_bytes())
}

/// Variables that the file fills from the request.
fn filled<'a>(tokens: &[Token<'a>]) -> BTreeSet<&'a [u8]> {
    let assigned = tokens.windows(2).enumerate().filter_map(|(at, pair)| match pair {
        [name, sign] if name.kind == Kind::Variable && sign.is_sign("=") => Some((at + 2, name.text)),
        _ => None,
    });
    let posted = assigned.filter(|(at, _)| {
        let value = tokens.iter().skip(*at).take(LONGEST_STATEMENT);
        value.take_while(|token| !token.is_sign(";")).any(is_of_request)
    });
    posted.map(|(_, name)| name).collect()
}

/// `$LGD_…` may come by `extract` or register_globals.
fn is_posted(token: &Token, filled: &BTreeSet<&[u8]>) -> bool {
    let named = token.text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case(b"$LGD_"));
    token.kind == Kind::Variable && (named || is_of_request(token) || filled.contains(token.text))
}

fn hash_by_hand(file: &Path, tokens: &[Token]) -> Option<Finding> {
    let filled = filled(tokens);
    // The merchant ID may be posted: it chooses the key.
    let signed = arguments_of("GetHashDataCas", tokens).into_iter().filter(|(_, arguments)| {
        let order = arguments.iter().skip(1).take(2).copied().flatten();
        order.take(LONGEST_STATEMENT).any(|token| is_posted(token, &filled))
    });
    let digests = arguments_of("md5", tokens).into_iter().filter(|(_, arguments)| {
        let names = |part: &str| {
            let mut all = arguments.iter().copied().flatten().take(LONGEST_STATEMENT);
            all.any(|token| decode(token.text).to_ascii_uppercase().contains(part))
        };
        names("RESPCODE") && names("OID") && names("AMOUNT")
    });
    let place = Place::of(file, signed.chain(digests).map(|(line, _)| line))?;
    Some(place.found(
        Grade::Warning,
        About::HashByHand,
        "통보의 LGD_HASHDATA를 받은 값으로 계산해 직접 비교합니다. 다른 주문이나 금액의 서명이 통과할 수 있습니다. 상점 주문의 mid, oid, amount로 VerifyHashDataCas를 부르십시오",
        "computes LGD_HASHDATA of a notification from what was posted and compares it by hand: the signature of another order or amount may pass. Call VerifyHashDataCas with mid, oid and amount of your own order",
    ))
}

fn session(file: &Path, tokens: &[Token], built: &[Construction]) -> Option<Finding> {
    let started = tokens.iter().any(|token| token.is_word("session_start"));
    let used = tokens.iter().find(|token| token.text == b"$_SESSION" || token.text == b"$HTTP_SESSION_VARS");
    let place = Place::new(file, used.filter(|_| !started && !built.is_empty())?.line);
    Some(place.found(
        Grade::Fine,
        About::Session,
        "이 파일에는 session_start()가 없습니다. 다른 파일도 부르지 않는다면 클래스의 생성자가 시작하는 세션에 기댑니다. 이 클래스도 시작하며, mall.conf의 start_session = 0이 끕니다",
        "has no session_start() of its own. Unless a file that it includes has one, it relies on the session that the class's constructor starts. This class starts one too; start_session = 0 in mall.conf switches that off",
    ))
}

fn message(file: &Path, tokens: &[Token]) -> Option<Finding> {
    const SHOWS: [&str; 9] =
        ["echo", "print", "printf", "die", "exit", "alert", "alert_close", "alert_replace", "msg"];
    let ends = |token: &Token| [";", "{", "}", "?>"].iter().any(|sign| token.is_sign(sign));
    let mut shows = false;
    let shown = tokens.iter().filter(|token| {
        let begins = token.is_sign("<?=") || SHOWS.iter().any(|show| token.is_word(show));
        shows = !ends(token) && (shows || begins);
        shows && token.is_word("Response_Msg")
    });
    let place = Place::of(file, shown.map(|token| token.line))?;
    Some(place.found(
        Grade::Fine,
        About::Message,
        "Response_Msg()를 화면에 출력합니다. 라이브러리의 메시지는 구매자를 위한 짧은 문장입니다. 운영자를 위한 내용은 Response_Detail()과 로그에 있습니다",
        "prints Response_Msg(). The library's own messages are a short sentence for the buyer; what the operator needs is in Response_Detail() and in the log",
    ))
}
