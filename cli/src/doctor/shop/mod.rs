//! `xpay doctor --shop`: finds the copies of the class in a shop's tree, and says what to swap and what to change around them.

mod calls;
mod classes;
mod copies;
mod fork;
mod homes;
mod known;
mod ours;
mod pages;
mod place;
mod subclasses;
mod tokens;
mod tree;

use super::edit::is_utf16;
use super::finding::{About, Finding, Grade};
use calls::{constructions, literal, literals};
use classes::{Class, declared};
use homes::{Homes, Named};
use known::Known;
use ours::Ours;
use place::Place;
use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use tokens::Tokens;
use tree::{Tree, Why, named_for_it};

/// Reads files only, and sends nothing.
///
/// # Errors
/// `dir` is not a directory, or cannot be read.
pub(super) fn examine(dir: &Path) -> io::Result<Vec<Finding>> {
    let mut tree = Tree::walk(dir)?;
    let known = known(&tree);
    let mut copies = Vec::new();
    let mut findings = Vec::new();
    let mut named = Vec::new();
    for path in std::mem::take(&mut tree.relevant) {
        let Some(file) = tree::read(&path).ok().flatten() else {
            // It was there a moment ago.
            tree.unseen.push((Why::Unreadable, path));
            continue;
        };
        let tokens = Tokens::of(&file);
        let classes = declared(&tokens.all);
        let mut declares = classes.iter().filter(|class| is_the_class(class)).peekable();
        if declares.peek().is_some() {
            copies
                .extend(declares.map(|class| copies::examine(&path, &tokens, &classes, class, &known.ours)));
        } else {
            if named_for_it(&path) && (is_utf16(&file) || !mentions(&tokens, &known.classes)) {
                copies.push(copies::without_class(&path, &tokens));
            }
            findings.extend(pages::examine(&path, &tokens, &classes, &known));
            named.extend(homes_of(&path, &tokens, &known));
        }
        findings.extend(tokens.unclosed.map(|line| unclosed(&path, line)));
    }
    if copies.is_empty() {
        copies.push(no_class(dir, tree.pages));
    }
    let homes = Homes::of(std::mem::take(&mut tree.homes), named).findings();
    Ok(copies.into_iter().chain(findings).chain(homes).chain(unseen(&tree.unseen)).collect())
}

/// In a namespace a subclass may have the same name.
fn is_the_class(class: &Class) -> bool {
    let named = |name: &str| name.eq_ignore_ascii_case("XPayClient");
    named(&class.name) && (class.namespace.is_empty() || !class.parent.as_deref().is_some_and(named))
}

fn mentions(tokens: &Tokens, classes: &BTreeSet<String>) -> bool {
    classes.iter().any(|class| tokens.all.iter().any(|token| token.is_word(class)))
}

/// A first look, because a page may come before the subclass that it constructs.
fn known(tree: &Tree) -> Known {
    let mut known = Known {
        ours: Ours::read(),
        classes: BTreeSet::new(),
        added: BTreeSet::new(),
        forks: BTreeSet::new(),
    };
    let mut children: BTreeMap<String, Vec<(String, Vec<String>)>> = BTreeMap::new();
    for path in &tree.relevant {
        let Some(file) = tree::read(path).ok().flatten() else { continue };
        for class in declared(&Tokens::of(&file).all) {
            let methods = class.methods.iter().map(|method| method.name.to_ascii_lowercase());
            if is_the_class(&class) {
                let extra: Vec<String> = methods.filter(|method| !known.ours.has(method)).collect();
                known.forks.extend(extra);
            } else if let Some(parent) = &class.parent {
                let child = (class.name.to_ascii_lowercase(), methods.collect());
                children.entry(parent.to_ascii_lowercase()).or_default().push(child);
            }
        }
    }
    // Subclasses of subclasses, until there are no more.
    let mut waiting = vec!["xpayclient".to_owned()];
    while let Some(class) = waiting.pop() {
        for (child, methods) in children.remove(&class).unwrap_or_default() {
            known.added.extend(methods);
            waiting.push(child);
        }
        known.classes.insert(class);
    }
    known
}

/// The home directories that a page writes out, without those that are relative to a page.
fn homes_of(path: &Path, tokens: &Tokens, known: &Known) -> Vec<Named> {
    let built = constructions(&tokens.all, &known.classes);
    let literals = literals(&tokens.all);
    let homes = built.iter().filter_map(|one| {
        let home = literal(one.arguments.first()?, &literals)?;
        let windows =
            matches!(home.as_bytes(), [drive, b':', b'/' | b'\\', ..] if drive.is_ascii_alphabetic());
        (home.starts_with('/') || windows).then(|| (path.to_owned(), one.line, home))
    });
    homes.collect()
}

fn unclosed(path: &Path, line: usize) -> Finding {
    Place::new(path, line).found(
        Grade::Warning,
        About::Unseen,
        "여기서 연 따옴표나 주석이 닫히지 않아 그 뒤는 검사하지 못했습니다. php -l로 파일을 검사하십시오",
        "a quote or a comment that begins here is not closed, so that what follows was not checked. Check the file with php -l",
    )
}

fn no_class(dir: &Path, pages: usize) -> Finding {
    let dir = dir.display();
    Finding::new(
        Grade::Error,
        About::NoClass,
        format!("{dir} 아래의 PHP 파일 {pages}개에 class XPayClient가 없습니다. 상점의 최상위 디렉터리를 지정했는지 확인하십시오. 페이지가 include하는 경로가 그 밖에 있으면 그 디렉터리로 다시 실행하십시오"),
        format!("no class XPayClient in the {pages} PHP files below {dir}. Check that it is the shop's top directory; if its pages include a file outside of it, run this for that directory"),
    )
    .fact("pages", pages)
}

fn unseen(all: &[(Why, PathBuf)]) -> Vec<Finding> {
    const SHOWN: usize = 10;
    let texts = [
        (
            Why::Unreadable,
            "읽을 수 없어 검사하지 못했습니다. 상점을 실행하는 사용자로 다시 실행하십시오",
            "cannot be read and was not checked: run this as the user of the shop",
        ),
        (
            Why::TooLarge,
            "4MB가 넘어 검사하지 않았습니다. XPayClient라는 이름이 있는지 직접 확인하십시오",
            "is larger than 4 MB and was not checked: search it for the name XPayClient yourself",
        ),
        (
            Why::Outside,
            "디렉터리 밖을 가리키는 링크라 따라가지 않았습니다. 그 디렉터리로 다시 실행하십시오",
            "is a link to a directory outside and was not followed: run this for that directory too",
        ),
        (
            Why::TooMany,
            "파일이 백만 개를 넘어 여기서 멈추었습니다. 하위 디렉터리를 나누어 실행하십시오",
            "there are more than a million files, and the search ended here: run this for the directories below",
        ),
    ];
    let found = texts.into_iter().filter_map(|(why, ko, en)| {
        let paths: Vec<String> = all
            .iter()
            .filter(|(other, _)| *other == why)
            .map(|(_, path)| path.display().to_string())
            .collect();
        let shown = paths.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
        let more = paths.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(", … (+{more})") } else { String::new() };
        (!paths.is_empty()).then(|| {
            Finding::new(
                Grade::Warning,
                About::Unseen,
                format!("{shown}{more}: {ko}"),
                format!("{shown}{more}: {en}"),
            )
            .fact("paths", paths)
        })
    });
    found.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What never ends, in each place that looks ahead or back: a look at the whole rest for each would take hours.
    #[test]
    fn a_hostile_file_costs_no_more_than_its_size() {
        let dir = std::env::temp_dir().join(format!("xpay-hostile-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap_or_default();
        for piece in [
            "class XPayClient extends ",
            "class a { function b(",
            "class a { function ",
            "new XPayClient(",
            "$a = new XPayClient($a, ",
            "md5(",
            "GetHashDataCas($a, $a, ",
            "$a = $a = ",
            "echo $a->Response_Msg ",
            "class A extends XPayClient { } ",
            "\"{$a[",
            "<<<A\n",
            "?><?php ",
        ] {
            let file = format!("<?php // xpay\n{}", piece.repeat((1 << 18) / piece.len()));
            assert!(std::fs::write(dir.join("page.php"), file).is_ok());
            assert!(examine(&dir).is_ok(), "{piece}");
        }
        assert!(std::fs::remove_dir_all(&dir).is_ok());
    }
}
