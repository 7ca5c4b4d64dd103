//! The options and exit codes in docs/*/command.md, from the command line itself.

use clap::builder::PossibleValue;
use clap::{Arg, Command};
use xpayclient_cli::exit_codes;

use super::language::{LANGUAGES, Language};
use crate::files::{Files, Result, replaced};

const END: &str = "\n<!-- end of options -->";

pub(crate) fn write(files: &mut Files) -> Result<()> {
    for language in &LANGUAGES {
        let file = format!("docs/{}/command.md", language.folder);
        let mut page = Files::read(&file)?;
        let mut command = xpayclient_cli::command();
        command.build();
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
    let options = command.get_arguments().filter(|one| !one.is_hide_set() && one.get_id() != "help");
    let rows: Vec<String> = options.map(|one| row(one, language)).collect::<Result<_>>()?;
    let mut tables = Vec::new();
    if !rows.is_empty() {
        tables.push(table(language.pick("option", "옵션"), &rows));
    }
    let codes = exit_codes(command);
    if !codes.is_empty() {
        let row =
            |(code, meaning): &(String, String)| Ok(format!("| {code} | {} |\n", part(meaning, language)?));
        let rows: Vec<String> = codes.iter().map(row).collect::<Result<_>>()?;
        tables.push(table(language.pick("exit code", "종료 코드"), &rows));
    }
    Ok(tables.join("\n"))
}

fn table(heading: &str, rows: &[String]) -> String {
    format!("| {heading} | |\n| --- | --- |\n{}", rows.concat())
}

fn row(option: &Arg, language: &Language) -> Result<String> {
    let values: Vec<&str> =
        option.get_value_names().unwrap_or_default().iter().map(|one| one.as_str()).collect();
    let takes = option.get_action().takes_values();
    let call = match (option.get_long(), takes) {
        (Some(long), true) => format!("--{long} {}", values.join(" ")),
        (Some(long), false) => format!("--{long}"),
        (None, _) => values.join(" "),
    };
    let help = option.get_help().ok_or_else(|| format!("{call} has no help"))?;
    let mut text = part(&help.to_string(), language)?;
    let possible = option.get_possible_values();
    if takes && !possible.is_empty() {
        let value = |value: &PossibleValue| {
            Ok(match value.get_help() {
                Some(help) => format!("`{}` ({})", value.get_name(), part(&help.to_string(), language)?),
                None => format!("`{}`", value.get_name()),
            })
        };
        let values: Vec<String> = possible.iter().map(value).collect::<Result<_>>()?;
        text += &format!(": {}", values.join(", "));
    }
    if let ([default], true) = (option.get_default_values(), takes) {
        let default = default.to_string_lossy();
        text += &format!(" ({}: `{default}`)", language.pick("default", "기본값"));
    }
    let must = if option.is_required_set() { language.pick("**Required.** ", "**필수.** ") } else { "" };
    Ok(format!("| `{}` | {must}{text} |\n", call.replace('|', "\\|")))
}

/// What is said in Korean, or what is in English behind the slash.
fn part(text: &str, language: &Language) -> Result<String> {
    match text.split(" / ").collect::<Vec<_>>()[..] {
        [korean, english] => Ok(language.pick(english, korean).replace('|', "\\|")),
        _ => Err(format!("this is not Korean / English: {text}")),
    }
}
