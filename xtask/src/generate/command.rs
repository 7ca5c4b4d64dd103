//! The options and exit codes in docs/*/command.md, from the command line itself.

use clap::{Arg, Command};
use xpayclient_cli::{Language as Words, exit_codes};

use super::language::{LANGUAGES, Language};
use crate::files::{Files, Result, replaced};

const END: &str = "\n<!-- end of options -->";

pub(crate) fn write(files: &mut Files) -> Result<()> {
    for language in &LANGUAGES {
        let file = format!("docs/{}/command.md", language.folder);
        let mut page = Files::read(&file)?;
        let command = xpayclient_cli::command(language.pick(Words::En, Words::Ko));
        fill(&mut page, &command, language).map_err(|failure| format!("{file}: {failure}"))?;
        files.update(&file, page)?;
    }
    Ok(())
}

/// The part of each subcommand, and of those below it, between two marks of a page that is otherwise written by hand.
fn fill(page: &mut String, command: &Command, language: &Language) -> Result<()> {
    for sub in command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help") {
        let name = sub.get_bin_name().unwrap_or_default();
        let begin = format!("<!-- options of {name}, by cargo xtask generate -->\n\n");
        let text = options(sub, language)?;
        *page = replaced(page, &begin, END, &text).ok_or_else(|| format!("it lacks the mark {begin}"))?;
        fill(page, sub, language)?;
    }
    Ok(())
}

fn options(command: &Command, language: &Language) -> Result<String> {
    let own = |one: &&Arg| !one.is_hide_set() && !one.is_global_set() && one.get_id() != "help";
    let rows: Vec<String> =
        command.get_arguments().filter(own).map(|one| row(one, language)).collect::<Result<_>>()?;
    let mut tables = Vec::new();
    if !rows.is_empty() {
        tables.push(table(language.pick("option", "옵션"), &rows));
    }
    let codes = exit_codes(command);
    if !codes.is_empty() {
        let rows = codes.iter().map(|(code, meaning)| format!("| {code} | {} |\n", escaped(meaning)));
        tables.push(table(language.pick("exit code", "종료 코드"), &rows.collect::<Vec<_>>()));
    }
    Ok(tables.join("\n"))
}

fn table(heading: &str, rows: &[String]) -> String {
    format!("| {heading} | |\n| --- | --- |\n{}", rows.concat())
}

fn row(option: &Arg, language: &Language) -> Result<String> {
    let values: Vec<&str> =
        option.get_value_names().unwrap_or_default().iter().map(|one| one.as_str()).collect();
    let call = match (option.get_long(), option.get_action().takes_values()) {
        (Some(long), true) => format!("--{long} {}", values.join(" ")),
        (Some(long), false) => format!("--{long}"),
        (None, _) => values.join(" "),
    };
    let help = option.get_help().ok_or_else(|| format!("{call} has no help"))?;
    let must = if option.is_required_set() { language.pick("**Required.** ", "**필수.** ") } else { "" };
    Ok(format!("| `{}` | {must}{} |\n", escaped(&call), escaped(&help.to_string())))
}

fn escaped(text: &str) -> String {
    text.replace('|', "\\|")
}
