//! The classes and traits that a PHP file declares, with their methods and parameters, as far as tokens show them.

use super::tokens::{Kind, Token, closing};
use std::ops::Range;
use xpayclient_core::encoding::decode;

#[derive(Debug)]
pub(super) struct Class {
    pub(super) name: String,
    pub(super) line: usize,
    /// Empty outside of a namespace.
    pub(super) namespace: String,
    /// Without its namespace.
    pub(super) parent: Option<String>,
    /// That it uses, without their namespaces.
    pub(super) traits: Vec<String>,
    pub(super) methods: Vec<Method>,
    /// Among the file's tokens.
    pub(super) body: Range<usize>,
}

#[derive(Debug)]
pub(super) struct Method {
    pub(super) name: String,
    pub(super) line: usize,
    pub(super) public: bool,
    pub(super) parameters: Vec<Parameter>,
    pub(super) body: Range<usize>,
}

#[derive(Debug)]
pub(super) struct Parameter {
    /// Without its `$`.
    pub(super) name: String,
    /// By its type or its default.
    pub(super) array: bool,
}

impl Class {
    pub(super) fn method(&self, name: &str) -> Option<&Method> {
        self.methods.iter().find(|method| method.name.eq_ignore_ascii_case(name))
    }

    /// `__construct`, or the method that has the class's name, as PHP 4 had it.
    pub(super) fn constructor(&self) -> Option<&Method> {
        self.method("__construct").or_else(|| self.method(&self.name))
    }
}

/// Every class and trait of a file, in order.
pub(super) fn declared(tokens: &[Token]) -> Vec<Class> {
    let mut classes = Vec::new();
    let mut namespace = String::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        // `namespace\f()` is a call.
        if token.is_word("namespace") && tokens.get(at + 1).is_some_and(|next| !next.is_sign("\\")) {
            namespace = path(tokens.get(at + 1..).unwrap_or_default()).join("\\");
        }
        match class(tokens, at, &namespace) {
            Some(class) => {
                at = class.body.end;
                classes.push(class);
            }
            None => at += 1,
        }
    }
    classes
}

/// The words of a name with its namespace: `\A\B`.
pub(super) fn path(tokens: &[Token]) -> Vec<String> {
    let parts = tokens.iter().take_while(|token| token.kind == Kind::Word || token.is_sign("\\"));
    let mut names: Vec<String> = Vec::new();
    let mut joined = true;
    for part in parts {
        if part.kind == Kind::Word && !joined {
            break;
        }
        joined = part.kind == Kind::Sign;
        names.extend((!joined).then(|| decode(part.text).into_owned()));
    }
    names
}

/// What is between the bracket at `at` and the one that closes it, split at its commas.
pub(super) fn arguments<'t, 'a>(tokens: &'t [Token<'a>], at: usize) -> Vec<&'t [Token<'a>]> {
    let inner = tokens.get(at + 1..closing(tokens, at).saturating_sub(1)).unwrap_or_default();
    let mut parts = Vec::new();
    let (mut start, mut index) = (0, 0);
    while let Some(token) = inner.get(index) {
        if token.is_sign(",") {
            parts.extend(inner.get(start..index));
            start = index + 1;
            index += 1;
        } else {
            index = closing(inner, index);
        }
    }
    // The last may end in a comma.
    parts.extend(inner.get(start..).filter(|last| !last.is_empty()));
    parts
}

fn class(tokens: &[Token], at: usize, namespace: &str) -> Option<Class> {
    let named = tokens.get(at + 1).filter(|name| name.kind == Kind::Word)?;
    let before = at.checked_sub(1).and_then(|before| tokens.get(before));
    let other = before.is_some_and(|before| {
        before.is_word("new") || ["::", "->", "?->"].iter().any(|sign| before.is_sign(sign))
    });
    let declares =
        ["class", "trait"].iter().any(|word| tokens.get(at).is_some_and(|token| token.is_word(word)));
    if !declares || other || named.is_word("extends") {
        return None;
    }
    let of_head = |token: &&Token| {
        token.kind == Kind::Word && !token.is_word("class") || token.is_sign("\\") || token.is_sign(",")
    };
    let open = at + 1 + tokens.get(at + 1..)?.iter().take_while(of_head).count();
    let head = tokens.get(at..open).filter(|_| tokens.get(open).is_some_and(|sign| sign.is_sign("{")))?;
    let extends = head.iter().position(|token| token.is_word("extends"));
    let body = open..closing(tokens, open);
    Some(Class {
        name: decode(named.text).into_owned(),
        line: tokens.get(at)?.line,
        namespace: namespace.to_owned(),
        parent: extends.and_then(|extends| path(head.get(extends + 1..)?).pop()),
        traits: traits(tokens, body.clone()),
        methods: methods(tokens, body.clone()),
        body,
    })
}

/// `use A, B;` in the body, not in its methods.
fn traits(tokens: &[Token], body: Range<usize>) -> Vec<String> {
    let mut traits = Vec::new();
    let mut at = body.start + 1;
    while at + 1 < body.end {
        if tokens.get(at).is_some_and(|token| token.is_word("use")) {
            let rest = tokens.get(at + 1..body.end).unwrap_or_default();
            let names =
                rest.split(|token| token.is_sign(";") || token.is_sign("{")).next().unwrap_or_default();
            traits.extend(names.split(|token| token.is_sign(",")).filter_map(|name| path(name).pop()));
        }
        at = closing(tokens, at);
    }
    traits
}

fn methods(tokens: &[Token], body: Range<usize>) -> Vec<Method> {
    let mut methods = Vec::new();
    let mut at = body.start + 1;
    let mut public = true;
    while at + 1 < body.end {
        let Some(token) = tokens.get(at) else { break };
        if token.is_word("function") {
            let Some(method) = method(tokens, at, public) else { break };
            at = method.body.end;
            methods.push(method);
            public = true;
        } else {
            if token.is_word("private") || token.is_word("protected") {
                public = false;
            } else if token.is_sign(";") {
                public = true;
            }
            at = closing(tokens, at);
        }
    }
    methods
}

fn method(tokens: &[Token], at: usize, public: bool) -> Option<Method> {
    let name = at + tokens.get(at + 1..)?.iter().position(|token| token.kind == Kind::Word)? + 1;
    let open = name + tokens.get(name..)?.iter().position(|token| token.is_sign("("))?;
    let after = closing(tokens, open);
    let begins = |token: &Token| token.is_sign("{") || token.is_sign(";");
    let begin = after + tokens.get(after..)?.iter().position(begins)?;
    Some(Method {
        name: decode(tokens.get(name)?.text).into_owned(),
        line: tokens.get(at)?.line,
        public,
        parameters: arguments(tokens, open).into_iter().filter_map(parameter).collect(),
        body: begin..closing(tokens, begin),
    })
}

fn parameter(tokens: &[Token]) -> Option<Parameter> {
    let at = tokens.iter().position(|token| token.kind == Kind::Variable)?;
    let (typed, default) = tokens.split_at(at);
    let array = |token: &Token| token.is_word("array");
    let empty = default.get(2).is_some_and(|value| array(value) || value.is_sign("["));
    Some(Parameter {
        name: decode(tokens.get(at)?.text).trim_start_matches('$').to_owned(),
        array: empty || typed.iter().any(array),
    })
}

#[cfg(test)]
mod tests {
    use super::super::tokens::Tokens;
    use super::*;

    fn classes(file: &str) -> Vec<Class> {
        declared(&Tokens::of(file.as_bytes()).all)
    }

    #[test]
    fn classes_with_parent_and_namespace() {
        let found = classes(
            "<?php namespace A\\B; if (!class_exists('X')) { final class X extends \\C\\Y implements Z { } }
            $x = new class extends X { function f() {} }; echo X::class; class W { const class = 1; }",
        );
        let names: Vec<_> = found
            .iter()
            .map(|class| (class.name.as_str(), class.namespace.as_str(), class.parent.as_deref()))
            .collect();
        assert_eq!(names, [("X", "A\\B", Some("Y")), ("W", "A\\B", None)]);
    }

    #[test]
    fn traits_that_a_class_uses() {
        let found = classes(
            "<?php use X\\Y; trait T { function f() {} }
            class A { use T, \\N\\U; use V { V::f as private g; } function h() { $a = function () use ($b) {}; } }",
        );
        assert_eq!(found[0].methods[0].name, "f");
        assert_eq!(found[1].traits, ["T", "U", "V"]);
    }

    #[test]
    fn methods_with_parameters() {
        let [class] = &classes(
            "<?php class X { var $a = array('function f(' => 1); private $b;
            function X($home, $mode = 'real', array $c, $d = [], ?string &$e = null,) { if (1) { } }
            public static function &g() {} abstract protected function h($x = array()); private function i(): int {} }",
        )[..] else {
            panic!("one class")
        };
        let names: Vec<_> =
            class.methods.iter().map(|method| (method.name.as_str(), method.public)).collect();
        assert_eq!(names, [("X", true), ("g", true), ("h", false), ("i", false)]);
        let constructor = class.constructor().unwrap();
        let parameters: Vec<_> =
            constructor.parameters.iter().map(|one| (one.name.as_str(), one.array)).collect();
        assert_eq!(parameters, [("home", false), ("mode", false), ("c", true), ("d", true), ("e", false)]);
    }

    #[test]
    fn a_file_that_ends_early() {
        for file in [
            "<?php class",
            "<?php class X",
            "<?php class X {",
            "<?php class X { function",
            "<?php class X { function f(",
        ] {
            assert!(classes(file).len() <= 1, "{file}");
        }
    }
}
