//! The options and exit codes in docs/*/command.md are the command's own. `XPAY_WRITE_HEADER=1` writes them.

#[path = "../../core/tests/committed/mod.rs"]
mod committed;

use crate::Cli;
use crate::generate::exit_codes;
use crate::language::Language;
use clap::{Arg, Command, CommandFactory};

#[test]
fn the_pages_tell_every_option() {
    for (folder, language) in [("en", Language::En), ("ko", Language::Ko)] {
        let file = format!("docs/{folder}/command.md");
        let mut page = committed::read(&file);
        let mut cli = Cli::command();
        cli.build();
        fill(&mut page, &cli, language);
        committed::must_be(&file, &page);
    }
}

/// The part of each subcommand, and of those below it, between two marks of a page that is otherwise written by hand.
fn fill(page: &mut String, command: &Command, language: Language) {
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
        let name = sub.get_bin_name().unwrap();
        let begin = format!("<!-- options of {name}, by make header -->\n\n");
        let (before, rest) = page.split_once(&begin).unwrap_or_else(|| panic!("a page lacks {begin}"));
        let (_, after) = rest.split_once(END).unwrap();
        *page = format!("{before}{begin}{}{END}{after}", told(sub, language));
        fill(page, sub, language);
    }
}

const END: &str = "\n<!-- end of options -->";

fn told(command: &Command, language: Language) -> String {
    let options = command.get_arguments().filter(|one| !one.is_hide_set() && one.get_id() != "help");
    let rows: Vec<String> = options.map(|one| row(one, language)).collect();
    let mut told = String::new();
    if !rows.is_empty() {
        told += &format!("| {} | |\n| --- | --- |\n{}", language.of("옵션", "option"), rows.concat());
    }
    let codes = exit_codes(command);
    if !codes.is_empty() {
        let rows = codes.iter().map(|(code, meaning)| format!("| {code} | {} |\n", part(meaning, language)));
        let rows: String = rows.collect();
        let gap = if told.is_empty() { "" } else { "\n" };
        let heading = language.of("종료 코드", "exit code");
        told += &format!("{gap}| {heading} | |\n| --- | --- |\n{rows}");
    }
    told
}

fn row(option: &Arg, language: Language) -> String {
    let values: Vec<&str> =
        option.get_value_names().unwrap_or_default().iter().map(|one| one.as_str()).collect();
    let takes = option.get_action().takes_values();
    let call = match (option.get_long(), takes) {
        (Some(long), true) => format!("--{long} {}", values.join(" ")),
        (Some(long), false) => format!("--{long}"),
        (None, _) => values.join(" "),
    };
    let mut said = part(&option.get_help().unwrap().to_string(), language);
    let possible = option.get_possible_values();
    if takes && !possible.is_empty() {
        let values = possible.iter().map(|value| match value.get_help() {
            Some(help) => format!("`{}` ({})", value.get_name(), part(&help.to_string(), language)),
            None => format!("`{}`", value.get_name()),
        });
        said += &format!(": {}", values.collect::<Vec<_>>().join(", "));
    }
    if let ([default], true) = (option.get_default_values(), takes) {
        let default = default.to_string_lossy();
        said += &format!(" ({}: `{default}`)", language.of("기본값", "default"));
    }
    let must = if option.is_required_set() { language.of("**필수.** ", "**Required.** ") } else { "" };
    format!("| `{}` | {must}{said} |\n", call.replace('|', "\\|"))
}

/// What is said in Korean, or what is in English behind the slash.
fn part(text: &str, language: Language) -> String {
    let parts: Vec<&str> = text.split(" / ").collect();
    let [korean, english] = parts[..] else { panic!("this is not Korean / English: {text}") };
    language.of(korean, english).replace('|', "\\|")
}
