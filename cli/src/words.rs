//! The command line in one language. The sources have every text as `한국어 / English`.
//!
//! The command made here is for words only: help, man pages, completions, and what is wrong with a command line. Its values
//! stay text where they are one of a few words, so the types are read by the command that clap derives.

use crate::language::Language;
use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, Command};
use unicode_width::UnicodeWidthStr;

/// The part of `한국어 / English` in this language, unless there are not exactly two.
pub(crate) fn part(text: &str, language: Language) -> Option<&str> {
    let (ko, en) = text.split_once(" / ")?;
    (!en.contains(" / ")).then(|| language.of(ko, en))
}

/// The whole command in one language, built. Each text that is not in two languages is in `untranslated`.
pub(crate) fn in_one(mut command: Command, language: Language, untranslated: &mut Vec<String>) -> Command {
    command.build();
    Words { language, untranslated }.of_command(command)
}

struct Words<'a> {
    language: Language,
    untranslated: &'a mut Vec<String>,
}

impl Words<'_> {
    fn of_command(&mut self, command: Command) -> Command {
        let language = self.language;
        let is_help = command.get_name() == "help";
        let about = match command.get_about() {
            _ if is_help => language.of(HELP_COMMAND.0, HELP_COMMAND.1).to_owned(),
            Some(about) => self.translated(&about.to_string()),
            None => String::new(),
        };
        let after = command.get_after_help().map(|help| lines(&help.to_string(), language));
        let command = command
            .about(about)
            .subcommand_help_heading(language.of("명령", "Commands"))
            .subcommand_value_name(language.of("명령", "COMMAND"))
            .mut_args(|argument| self.of_argument(argument))
            .mut_subcommands(|sub| self.of_command(sub));
        let command = match after {
            Some(after) => command.after_help(after),
            None => command,
        };
        in_own_words(command, language)
    }

    fn of_argument(&mut self, argument: Arg) -> Arg {
        let language = self.language;
        let heading = match argument.is_positional() {
            true => language.of("인자", "Arguments"),
            false => language.of("옵션", "Options"),
        };
        let mut help = match argument.get_id().as_str() {
            "help" => language.of("도움말을 봅니다", "print help").to_owned(),
            "version" => language.of("버전을 봅니다", "print version").to_owned(),
            // The names of subcommands behind `help`.
            "subcommand" => language.of("이 명령의 도움말", "the command to explain").to_owned(),
            _ => self.translated(&argument.get_help().map(ToString::to_string).unwrap_or_default()),
        };
        let takes = argument.get_action().takes_values();
        let values = if takes { argument.get_possible_values() } else { Vec::new() };
        let values: Vec<PossibleValue> = values.into_iter().map(|value| self.of_value(value)).collect();
        help += &said_of_values(&values, language);
        if let ([default], true, false) =
            (argument.get_default_values(), takes, argument.is_hide_default_value_set())
        {
            help += &format!(" [{}: {}]", language.of("기본값", "default"), default.to_string_lossy());
        }
        let argument = last(argument)
            .help(help)
            .long_help(None)
            .help_heading(heading)
            .hide_possible_values(true)
            .hide_default_value(true);
        if values.is_empty() { argument } else { argument.value_parser(PossibleValuesParser::new(values)) }
    }

    fn of_value(&mut self, value: PossibleValue) -> PossibleValue {
        match value.get_help().map(ToString::to_string) {
            Some(help) => value.help(self.translated(&help)),
            None => value,
        }
    }

    fn translated(&mut self, text: &str) -> String {
        part(text, self.language).map(str::to_owned).unwrap_or_else(|| {
            self.untranslated.push(text.to_owned());
            text.to_owned()
        })
    }
}

const HELP_COMMAND: (&str, &str) = ("명령의 도움말을 봅니다", "print the help of a command");

/// The texts below a help, whose lines have both languages or none.
fn lines(text: &str, language: Language) -> String {
    let line = |line: &str| {
        let indent = line.len() - line.trim_start().len();
        let (indent, words) = line.split_at(indent);
        let (code, words) = words.split_once("  ").map_or(("", words), |(code, words)| (code, words));
        let gap = if code.is_empty() { "" } else { "  " };
        let own = part(words, language).unwrap_or(words);
        let colon = if words.ends_with(':') && !own.ends_with(':') { ":" } else { "" };
        format!("{indent}{code}{gap}{own}{colon}")
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// The values to choose from, behind what an option is.
fn said_of_values(values: &[PossibleValue], language: Language) -> String {
    let shown: Vec<&PossibleValue> = values.iter().filter(|value| !value.is_hide_set()).collect();
    let name = |value: &&PossibleValue| match value.get_help() {
        Some(help) => format!("{} ({help})", value.get_name()),
        None => value.get_name().to_owned(),
    };
    match shown.is_empty() {
        true => String::new(),
        false => {
            let names = shown.iter().map(name).collect::<Vec<_>>().join(", ");
            format!(" [{}: {names}]", language.of("값", "values"))
        }
    }
}

/// clap's own words are English.
fn in_own_words(mut command: Command, language: Language) -> Command {
    let usage = command.render_usage().to_string();
    let usage = usage.trim().trim_start_matches("Usage:").trim_start();
    let usage = usage.replace("[OPTIONS]", language.of("[옵션]", "[OPTIONS]"));
    let heading = language.of("사용법", "Usage");
    command
        .override_usage(folded(&usage))
        .help_template(format!("{{about-with-newline}}\n{heading}: {{usage}}\n\n{{all-args}}{{after-help}}"))
}

/// Lines of at most 80 columns, the heading included. An option stays beside its value.
fn folded(usage: &str) -> String {
    const COLUMNS: usize = 72;
    const INDENT: &str = "\n         ";
    let mut folded = String::new();
    for line in usage.lines() {
        let mut width = 0;
        for word in line.trim().replace(" <", "\u{a0}<").split(' ') {
            let gap = match width {
                0 if folded.is_empty() => "",
                0 => "\n       ",
                _ if width + word.width() > COLUMNS => INDENT,
                _ => " ",
            };
            width = if gap.len() > 1 { word.width() } else { width + 1 + word.width() };
            folded += gap;
            folded += word;
        }
    }
    folded.replace('\u{a0}', " ")
}

/// What every command has comes last.
fn last(argument: Arg) -> Arg {
    let common = ["json", "lang", "color", "help", "version"];
    match common.iter().position(|name| argument.get_id() == name) {
        Some(place) => argument.display_order(900 + place),
        None => argument,
    }
}

/// How a command is called, without a heading.
pub(crate) fn usage(command: &mut Command) -> String {
    let usage = command.render_usage().to_string();
    usage.trim().trim_start_matches("Usage:").trim_start().to_owned()
}
