//! Subclasses of the class: what of them PHP or our class no longer runs.

use super::calls::calls;
use super::classes::Class;
use super::known::Known;
use super::place::Place;
use super::tokens::Token;
use crate::doctor::finding::{About, Finding, Grade};
use std::path::Path;

/// Called by the vendor's class itself: ours does not, so that what a subclass writes there is never run.
const INNER: [&str; 13] = [
    "init",
    "GenerateGUID",
    "Get_Unique",
    "Gen_TX_ID",
    "Gen_Auth_Code",
    "Check_Auto_Rollback",
    "set_curl_error",
    "Report_TX",
    "Patch_TX",
    "send_post_data",
    "fetch_url",
    "fetch_into_file",
    "EncryptAndEncode",
];

pub(super) fn is_subclass(class: &Class, known: &Known) -> bool {
    class.parent.as_ref().is_some_and(|parent| known.classes.contains(&parent.to_ascii_lowercase()))
}

pub(super) fn examine(file: &Path, tokens: &[Token], classes: &[Class], known: &Known) -> Vec<Finding> {
    let subclasses = classes.iter().filter(|class| is_subclass(class, known));
    let found = subclasses.flat_map(|class| {
        let wrong: Vec<Finding> =
            [old_parent(file, tokens, class), old_constructor(file, class), never_called(file, class)]
                .into_iter()
                .flatten()
                .collect();
        if wrong.is_empty() { vec![sound(file, tokens, class)] } else { wrong }
    });
    found.collect()
}

pub(super) fn body<'t, 'a>(class: &Class, tokens: &'t [Token<'a>]) -> &'t [Token<'a>] {
    tokens.get(class.body.clone()).unwrap_or_default()
}

fn old_parent(file: &Path, tokens: &[Token], class: &Class) -> Option<Finding> {
    let called = calls(body(class, tokens)).into_iter().filter(|call| {
        ["parent", "XPayClient", "$this"]
            .iter()
            .any(|parent| call.receiver.eq_ignore_ascii_case(parent.as_bytes()))
            && call.method.eq_ignore_ascii_case("XPayClient")
    });
    let (name, place) = (&class.name, Place::of(file, called.map(|call| call.line))?);
    Some(place.found(
        Grade::Error,
        About::Subclass,
        format!("{name}이(가) parent::XPayClient(…)를 부릅니다. 이 클래스의 생성자는 __construct입니다. parent::__construct(…)로 바꾸십시오"),
        format!("{name} calls parent::XPayClient(…), but the constructor of the class is __construct: write parent::__construct(…)"),
    ))
}

fn old_constructor(file: &Path, class: &Class) -> Option<Finding> {
    let name = &class.name;
    let old = class.method(name).filter(|_| class.method("__construct").is_none())?;
    Some(Place::new(file, old.line).found(
        Grade::Error,
        About::Subclass,
        format!("{name}의 생성자가 클래스와 이름이 같습니다. PHP 8은 그것을 부르지 않습니다. 이름을 __construct로 바꾸십시오"),
        format!("the constructor of {name} has the class's name, and PHP 8 does not call it: rename it to __construct"),
    ))
}

fn never_called(file: &Path, class: &Class) -> Option<Finding> {
    let dead: Vec<&str> = INNER.into_iter().filter(|inner| class.method(inner).is_some()).collect();
    let (name, names) = (&class.name, dead.join(", "));
    let lines = class
        .methods
        .iter()
        .filter(|method| dead.iter().any(|inner| method.name.eq_ignore_ascii_case(inner)));
    Some(Place::of(file, lines.map(|method| method.line))?.found(
        Grade::Warning,
        About::Subclass,
        format!("{name}이(가) {names}을(를) 다시 정의합니다. 이 클래스는 그것을 부르지 않으므로 그 코드는 실행되지 않습니다. 하던 일을 Set, TX, Log로 옮기십시오"),
        format!("{name} overrides {names}, which the class never calls: that code does not run. Move what it does to Set, TX or Log"),
    ))
}

fn sound(file: &Path, tokens: &[Token], class: &Class) -> Finding {
    let configures = body(class, tokens).windows(4).any(|four| {
        matches!(four, [this, arrow, config, open] if this.text == b"$this" && arrow.is_sign("->")
            && config.text == b"config" && open.is_sign("["))
    });
    let (ko, en) = if configures {
        (
            ". 실행 중에 쓰는 설정과 MertKey는 xpay recover가 볼 수 없으므로 mall.conf에도 쓰십시오",
            ". xpay recover cannot see settings and MertKeys that it writes at run time: write them in mall.conf too",
        )
    } else {
        ("", "")
    };
    let (name, parent) = (&class.name, class.parent.as_deref().unwrap_or_default());
    Place::new(file, class.line).found(
        Grade::Fine,
        About::Subclass,
        format!("{parent}의 하위 클래스 {name}은(는) 그대로 둡니다{ko}"),
        format!("{name}, a subclass of {parent}: leave it as it is{en}"),
    )
}
