//! What is said of each copy of the class: whose it is, and what to swap.

use super::classes::Class;
use super::fork::Fork;
use super::ours::Ours;
use super::place::Place;
use super::tokens::{Kind, Token, Tokens};
use crate::doctor::finding::{About, Finding, Grade};
use crate::system::{library, program};
use std::fs;
use std::path::Path;
use xpayclient_core::VERSION;

/// What PHP runs under its own name. Another ending keeps a backup.
const RUN: [&str; 9] = ["php", "inc", "phtml", "html", "htm", "lib", "module", "tpl", "skin"];

/// For a file that declares a class XPayClient.
pub(super) fn examine(
    file: &Path,
    tokens: &Tokens,
    classes: &[Class],
    class: &Class,
    ours: &Ours,
) -> Finding {
    let place = Place::new(file, class.line);
    if tokens.all.iter().any(|token| token.is_word("XPayClient_Library")) {
        return examine_ours(&place, tokens);
    }
    let fork = Fork::of(class, &tokens.all);
    let (shape, around) = (fork.shape(), fork.around());
    let (library, xpay) = (library(), program("xpay"));
    let (mut ko, mut en) = if class.namespace.is_empty() {
        (
            format!(
                "기존 클래스입니다({}). 이 파일을 배포된 XPayClient.php로 바꾸고 옆에 {library} 또는 {xpay}를 두십시오. {}",
                shape.0, around.0
            ),
            format!(
                "the vendor's class ({}). Replace this file by XPayClient.php of the release, and put {library} or {xpay} next to it. {}",
                shape.1, around.1
            ),
        )
    } else {
        let namespace = &class.namespace;
        let stub = format!("namespace {namespace}; class XPayClient extends \\XPayClient {{}}");
        (
            format!(
                "네임스페이스 {namespace}에 있는 기존 클래스입니다({}). 배포된 XPayClient.php는 네임스페이스가 없습니다. 다른 곳에 두고, 이 파일은 그것을 require하는 하위 클래스로 바꾸십시오: {stub}. {}",
                shape.0, around.0
            ),
            format!(
                "the vendor's class in the namespace {namespace} ({}). XPayClient.php of the release has no namespace: put it elsewhere, and make this file a subclass that requires it: {stub}. {}",
                shape.1, around.1
            ),
        )
    };
    let extra = extra(class, ours);
    if !extra.is_empty() {
        let names = extra.join(", ");
        ko += &format!(". 이 사본에만 있는 메서드: {names}. 페이지가 쓰면 하위 클래스로 옮기십시오");
        en +=
            &format!(". Methods that only this copy has: {names}. Move those that pages call to a subclass");
    }
    let others = others(classes, class);
    if !others.is_empty() {
        let names = others.join(", ");
        ko += &format!(". 같은 파일에 {names}도 있습니다. 쓰이고 있으면 먼저 다른 파일로 옮기십시오");
        en +=
            &format!(". The file also declares {names}: if it is in use, move it to a file of its own first");
    }
    if beside(file, &["json.php"]) {
        ko += ". 옆의 JSON.php는 이 클래스에 더 필요하지 않습니다";
        en += ". JSON.php next to it is no longer needed by the class";
    }
    let mut grade = Grade::Warning;
    if !is_run(file) {
        grade = Grade::Fine;
        ko = format!(
            "백업으로 보이는 이름입니다. 웹 루트 밖에 보관하십시오. 페이지가 이 이름을 include한다면: {ko}"
        );
        en = format!(
            "its name looks like a backup's: keep it outside the web root. If a page includes it: {en}"
        );
    }
    place
        .found(grade, About::Class, ko, en)
        .fact("fork", fork.name())
        .fact("version", version(&tokens.all))
        .fact("only_here", extra)
}

/// A file with the class's name that declares no class.
pub(super) fn without_class(file: &Path, tokens: &Tokens) -> Finding {
    let place = Place::new(file, 1);
    let includes = ["require", "require_once", "include", "include_once"];
    if tokens.all.iter().any(|token| includes.iter().any(|word| token.is_word(word))) {
        return place.found(
            Grade::Fine,
            About::Class,
            "클래스를 선언하지 않고 다른 파일을 include합니다. 바꿀 것은 그 파일입니다",
            "declares no class; it includes other files. Those are what to swap",
        );
    }
    place
        .found(
            Grade::Warning,
            About::Class,
            "이름은 XPayClient이지만 class XPayClient를 찾을 수 없어 알 수 없습니다(unknown). 비었거나 암호화(ionCube 등)되었거나 UTF-16입니다. 파일을 열어 보고, 결제에 쓰이면 배포된 XPayClient.php로 바꾸십시오",
            "unknown: it is named XPayClient, but no class XPayClient can be seen in it. It is empty, encoded (ionCube and others) or UTF-16. Open it; if payments use it, replace it by XPayClient.php of the release",
        )
        .fact("fork", Fork::Unknown.name())
}

fn examine_ours(place: &Place, tokens: &Tokens) -> Finding {
    let found = version(&tokens.all);
    let files = [
        "libxpayclient.so",
        "libxpayclient.dylib",
        "xpayclient.dll",
        "xpay",
        "xpay.exe",
        "xpay-bridge",
        "xpay-bridge.exe",
    ];
    let (library, xpay) = (library(), program("xpay"));
    let file = place.file();
    let package = file.parent().and_then(Path::parent).is_some_and(|package| package.join("lib").is_dir());
    let finding = if found.as_deref() != Some(VERSION) {
        let shown = found.as_deref().unwrap_or("?");
        place.found(
            Grade::Warning,
            About::Class,
            format!("이미 이 라이브러리의 클래스이지만 버전이 {shown}이고 이 xpay는 {VERSION}입니다. 클래스, {library}, {xpay}를 같은 배포본으로 맞추십시오"),
            format!("already ours, but its version is {shown} and this xpay is {VERSION}: take the class, {library} and {xpay} from one release"),
        )
    } else if !package && !beside(file, &files) {
        place.found(
            Grade::Warning,
            About::Class,
            format!("이미 이 라이브러리의 클래스({VERSION})이지만 옆에 {library}도 {xpay}도 없습니다. 하나를 두거나 XPAYCLIENT_LIB 또는 XPAYCLIENT_COMMAND로 지정하십시오"),
            format!("already ours ({VERSION}), but neither {library} nor {xpay} is next to it: put one there, or name it in XPAYCLIENT_LIB or XPAYCLIENT_COMMAND"),
        )
    } else {
        place.found(
            Grade::Fine,
            About::Class,
            format!("이미 이 라이브러리의 클래스입니다({VERSION})"),
            format!("already ours ({VERSION})"),
        )
    };
    finding.fact("fork", "ours").fact("version", found)
}

/// `XPayClient (VERSION/PHP)`, LGD_USER_AGENT.
fn version(tokens: &[Token]) -> Option<String> {
    let texts = tokens.iter().filter(|token| token.kind == Kind::Text);
    let texts = texts.filter_map(|token| std::str::from_utf8(token.text).ok());
    let agents = texts.filter_map(|text| text.strip_prefix("XPayClient (")?.strip_suffix("/PHP)"));
    let plain = |text: &&str| {
        text.len() < 20 && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.')
    };
    agents.filter(plain).map(str::to_owned).next()
}

/// Public methods that ours has not, except the constructor.
fn extra(class: &Class, ours: &Ours) -> Vec<String> {
    let public = class.methods.iter().filter(|method| method.public && !method.name.starts_with("__"));
    let names = public.map(|method| &method.name).filter(|name| !name.eq_ignore_ascii_case(&class.name));
    names.filter(|name| !ours.has(name)).cloned().collect()
}

fn others(classes: &[Class], class: &Class) -> Vec<String> {
    let others = classes.iter().filter(|other| other.body.start != class.body.start);
    others.map(|other| format!("class {}", other.name)).collect()
}

/// Whether one of the files, named in small letters, is in the same directory.
fn beside(file: &Path, names: &[&str]) -> bool {
    let Some(entries) = file.parent().and_then(|parent| fs::read_dir(parent).ok()) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name().to_string_lossy().to_ascii_lowercase();
        names.contains(&name.as_str())
    })
}

fn is_run(file: &Path) -> bool {
    let ending = file.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
    ending.is_some_and(|ending| RUN.contains(&ending.as_str()) || is_php_of_a_version(&ending))
}

/// `php5`.
fn is_php_of_a_version(ending: &str) -> bool {
    ending.strip_prefix("php").is_some_and(|version| version.bytes().all(|byte| byte.is_ascii_digit()))
}
