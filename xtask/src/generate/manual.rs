//! ffi-c/man/*.3: a man page for each function of the header, from its comment, and xpayclient(3), which names them all.
//!
//! The pages are committed, so that whoever installs or packages the library only copies them.

use std::collections::BTreeSet;

use xpayclient_core::VERSION;

use super::roff;
use crate::files::{Files, Result};

const OVERVIEW: &str = "xpayclient";
/// Every call takes it; xpayclient(3) describes it.
const CLIENT: &str = "xpay_client";

pub(crate) fn write(files: &mut Files) -> Result<()> {
    let header = Files::read("include/xpayclient.h")?;
    let declared = Declared::all(&header);
    let date = date_of_the_release(&Files::read("CHANGELOG.md")?)?;
    let functions: Vec<&Declared> = declared.iter().filter(|one| one.is_function()).collect();
    for function in &functions {
        let page = page(function, &declared, &date);
        files.update(&format!("ffi-c/man/{}.3", function.name), page)?;
    }
    let client = declared.iter().find(|one| one.name == CLIENT).ok_or("the header has no client")?;
    let list: String =
        functions.iter().map(|one| format!(".TP\n.BR {} (3)\n{}", one.name, one.summary())).collect();
    let overview = Files::read("ffi-c/packaging/xpayclient.3.in")?
        .replace("@TITLE@", &title(OVERVIEW, &date))
        .replace("@CLIENT@\n", &roff::paragraphs(&client.comment, &[]))
        .replace("@FUNCTIONS@\n", &list);
    files.update(&format!("ffi-c/man/{OVERVIEW}.3"), overview)?;
    files.mark("ffi-c/man/*.3");
    Ok(())
}

/// The date of the newest release in the changelog; "Unreleased" until it has one.
fn date_of_the_release(changelog: &str) -> Result<String> {
    let heading = changelog.lines().find_map(|line| line.strip_prefix("## ")).unwrap_or_default();
    let date = heading.split_once(" - ").map(|(_, date)| date.to_owned());
    date.ok_or_else(|| format!("CHANGELOG.md: the release has no date: {heading}"))
}

fn title(name: &str, date: &str) -> String {
    format!(".TH {} 3 \"{date}\" \"xpayclient {VERSION}\" \"Library Functions Manual\"", name.to_uppercase())
}

/// A function, a type or a constant of the header, with its comment.
struct Declared {
    name: String,
    /// Without the marks of the comment.
    comment: Vec<String>,
    /// The release that added it.
    since: Option<String>,
    /// On one line, without attributes.
    code: String,
    /// The enumerators, as roff, each with its comment.
    enumerators: Vec<(String, Vec<String>)>,
}

impl Declared {
    fn all(header: &str) -> Vec<Declared> {
        let mut found = Vec::new();
        let mut lines = header.lines();
        while let Some(line) = lines.next() {
            if line == "/**" {
                let comment = comment(&mut lines);
                found.extend(Declared::read(comment, &mut lines));
            }
        }
        found
    }

    /// What follows a comment; `None` for a macro.
    fn read<'a>(mut comment: Vec<String>, lines: &mut impl Iterator<Item = &'a str>) -> Option<Declared> {
        let since = take_since(&mut comment);
        let mut code = String::new();
        let mut enumerators = Vec::new();
        let mut waiting = Vec::new();
        while let Some(line) = lines.next() {
            let line = line.trim();
            if line.starts_with('#') {
                return None;
            }
            if line == "/**" {
                waiting = self::comment(lines);
                take_since(&mut waiting);
            } else if let Some((name, number)) = line.split_once(" = ") {
                let number = number.trim_end_matches(',');
                enumerators.push((format!(".BR {name} \" ({number})\""), std::mem::take(&mut waiting)));
            } else {
                code += &format!("{line} ");
            }
            if line.ends_with(';') {
                break;
            }
        }
        let code = code.replace("XPAY_MUST_CHECK ", "").replace("XPAY_API ", "");
        let mut code = code.trim_end().trim_end_matches(';').to_owned();
        if let Some((instead, rest)) =
            code.strip_prefix("XPAY_DEPRECATED(\"").and_then(|rest| rest.split_once("\") "))
        {
            comment.extend([String::new(), format!("Deprecated: {instead}.")]);
            code = rest.to_owned();
        }
        let head = match code.split_once("(*") {
            Some((_, rest)) => rest.split(')').next(),
            None => code.split('(').next(),
        };
        let name = head?.rsplit([' ', '*']).next()?.to_owned();
        Some(Declared { name, comment, since, code, enumerators })
    }

    fn is_function(&self) -> bool {
        !self.code.starts_with("typedef")
    }

    /// The code after its name: the parameters, each as its type and its name.
    fn parameters(&self) -> Vec<(&str, &str)> {
        let list = self.code.rsplit_once('(').map_or("", |(_, list)| list.trim_end_matches(')'));
        list.split(", ").filter_map(|one| Some(one.split_at(one.rfind([' ', '*'])? + 1))).collect()
    }

    /// The declaration, types in bold and names of parameters in italics, in lines that fit a terminal.
    fn synopsis(&self) -> String {
        let head = self.code.rsplit_once('(').map_or(&*self.code, |(head, _)| head);
        let parameters = self.parameters();
        if parameters.is_empty() {
            return format!(".B \"{head}(void);\"\n");
        }
        let margin = " ".repeat((head.len() + 1).min(24));
        let (mut made, mut line, mut width) = (String::new(), format!("{head}("), head.len() + 1);
        for (number, (kind, name)) in parameters.iter().enumerate() {
            let (name, size) = name
                .split_once('[')
                .map_or((*name, String::new()), |(name, size)| (name, format!("[{size}")));
            let end = if number + 1 == parameters.len() { ");" } else { "," };
            let more = kind.len() + name.len() + size.len() + end.len() + 1;
            if width + more > 72 && width > margin.len() {
                made += &format!(".BI \"{}\"\n", line.trim_end());
                (line, width) = (margin.clone(), margin.len());
            }
            line += &format!("{kind}\" {name} \"{size}{end} ");
            width += more;
        }
        made + &format!(".BI \"{}\"\n", line.trim_end())
    }

    /// The comment's first sentence or its beginning, as NAME and the list of all functions have it.
    fn summary(&self) -> String {
        let first = self
            .comment
            .iter()
            .take_while(|line| !line.is_empty())
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(" ");
        let end = [". ", ": ", "; "].iter().filter_map(|end| first.find(end)).min().unwrap_or(first.len());
        let first = first.get(..end).unwrap_or_default().trim_end_matches('.').replace('`', "");
        let mut short = without_asides(&first);
        while let Some(comma) = short.rfind(", ").filter(|_| short.len() > 70) {
            short.truncate(comma);
        }
        let word = short.split(' ').next().unwrap_or_default();
        // A name stays as it is written.
        let is_name =
            word.len() > 1 && word.chars().skip(1).any(|letter| !letter.is_lowercase() && letter != '\'');
        let first = short.get(..1).unwrap_or_default();
        let first = if is_name { first.to_owned() } else { first.to_lowercase() };
        roff::lines(&(first + short.get(1..).unwrap_or_default()))
    }

    /// What is said of its result, and the rest.
    fn result(&self) -> (Vec<String>, Vec<String>) {
        let (mut said, mut rest) = (Vec::new(), Vec::new());
        for paragraph in self.comment.split(String::is_empty) {
            let text = paragraph.join("\n");
            let begin = ["True: ", "False: ", "False with ", "Returns ", "NULL if ", "Always false"]
                .iter()
                .filter_map(|begin| starts(&text, begin))
                .min();
            match begin {
                Some(at) if !text.starts_with(' ') => {
                    rest.push(text.get(..at).unwrap_or_default().trim_end().to_owned());
                    said.push(text.get(at..).unwrap_or_default().to_owned());
                }
                _ => rest.push(text),
            }
        }
        (lines(&said), lines(&rest))
    }
}

/// The text without what is in parentheses.
fn without_asides(text: &str) -> String {
    let parts = text.split(" (").enumerate();
    parts
        .map(
            |(number, part)| {
                if number == 0 { part } else { part.split_once(')').map_or("", |(_, rest)| rest) }
            },
        )
        .collect()
}

/// Where a sentence of the text begins so.
fn starts(text: &str, begin: &str) -> Option<usize> {
    text.match_indices(begin).map(|(at, _)| at).find(|&at| {
        let before = text.get(..at).unwrap_or_default().trim_end();
        before.is_empty() || before.ends_with('.')
    })
}

/// Paragraphs as lines, with an empty one between two.
fn lines(paragraphs: &[String]) -> Vec<String> {
    let some = paragraphs.iter().filter(|one| !one.is_empty());
    let mut lines: Vec<String> =
        some.flat_map(|one| one.lines().map(str::to_owned).chain([String::new()])).collect();
    lines.pop();
    lines
}

/// The lines of a comment that has begun.
fn comment<'a>(lines: &mut impl Iterator<Item = &'a str>) -> Vec<String> {
    let inner = lines.map(str::trim_start).take_while(|line| !line.ends_with("*/"));
    let mut inner: Vec<String> =
        inner.map(|line| line.strip_prefix("* ").unwrap_or_default().to_owned()).collect();
    while inner.last().is_some_and(String::is_empty) {
        inner.pop();
    }
    inner
}

fn take_since(comment: &mut Vec<String>) -> Option<String> {
    let at = comment.iter().position(|line| line.starts_with("\\since "))?;
    let since = comment.remove(at).trim_start_matches("\\since ").to_owned();
    while comment.last().is_some_and(String::is_empty) {
        comment.pop();
    }
    Some(since)
}

fn page(function: &Declared, declared: &[Declared], date: &str) -> String {
    let parameters: Vec<&str> =
        function.parameters().iter().map(|(_, name)| name.split('[').next().unwrap_or_default()).collect();
    let named =
        |one: &&Declared| !one.is_function() && one.name != CLIENT && function.code.contains(&*one.name);
    let types: Vec<&Declared> = declared.iter().filter(named).collect();
    let (said, rest) = function.result();
    let mut page = format!(
        ".\\\" Generated from include/xpayclient.h by `cargo xtask generate`; do not edit.\n\
         .\\\" SPDX-License-Identifier: MIT OR Apache-2.0\n{}\n.SH NAME\n{} \\-\n{}.SH LIBRARY\n\
         xpayclient\n.RI ( libxpayclient ,\\~ \\-lxpayclient )\n.SH SYNOPSIS\n.nf\n.B #include <xpayclient.h>\n.PP\n",
        title(&function.name, date),
        function.name,
        function.summary(),
    );
    for callback in types.iter().filter(|one| one.enumerators.is_empty()) {
        page += &callback.synopsis();
        page += ".PP\n";
    }
    page += &function.synopsis();
    page += ".fi\n.SH DESCRIPTION\n";
    let rest = if rest.is_empty() { vec![format!("See {OVERVIEW} and below.")] } else { rest };
    page += &roff::paragraphs(&rest, &parameters);
    for one in &types {
        page += &format!(".SS {}\n{}", one.name, roff::paragraphs(&one.comment, &[]));
        for (name, comment) in &one.enumerators {
            page += &format!(".TP\n{name}\n{}", roff::paragraphs(comment, &[]));
        }
    }
    page += ".SH RETURN VALUE\n";
    page += &if said.is_empty() { usual(function).to_owned() } else { roff::paragraphs(&said, &parameters) };
    if let Some(since) = &function.since {
        page += &format!(".SH HISTORY\nxpayclient {since}.\n");
    }
    let text = function
        .comment
        .iter()
        .chain(types.iter().flat_map(|one| &one.comment))
        .cloned()
        .collect::<Vec<_>>()
        .join("\n");
    let mut also: BTreeSet<&str> = roff::words(&text)
        .filter(|word| {
            *word != function.name && declared.iter().any(|one| one.is_function() && one.name == *word)
        })
        .collect();
    also.insert(OVERVIEW);
    let also: Vec<String> = also.iter().map(|name| format!(".BR {name} (3)")).collect();
    page + ".SH SEE ALSO\n" + &also.join(",\n") + "\n"
}

/// What holds of every result of this type.
fn usual(function: &Declared) -> &'static str {
    let changes = !function.code.contains("(const xpay_client");
    if function.code.starts_with("const char *") {
        "A string that ends with a NUL, as described above.\nIt belongs to the library; xpayclient(3) says how long it stays valid.\n"
    } else if function.code.starts_with("void ") {
        "None.\n"
    } else if function.code.starts_with("bool ") && changes {
        "After false,\n.BR xpay_error (3)\nand\n.BR xpay_response_detail (3)\nsay what happened.\n"
    } else if function.code.starts_with("bool ") {
        "true or false, as described above.\n"
    } else {
        "As described above.\n"
    }
}
