//! `xpay completions` for a shell, and the man pages and completions for packages.

use crate::failure::Failure;
use crate::language::Language;
use crate::say;
use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

#[derive(Args)]
pub(crate) struct Completions {
    /// 셸 / the shell
    #[arg(value_enum)]
    shell: SupportedShell,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum SupportedShell {
    Bash,
    Zsh,
    Fish,
}

/// The directory for the files of a package.
#[derive(Args)]
pub(crate) struct Pages {
    /// 쓸 디렉터리 / the directory they go to
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

impl From<SupportedShell> for Shell {
    fn from(shell: SupportedShell) -> Shell {
        match shell {
            SupportedShell::Bash => Shell::Bash,
            SupportedShell::Zsh => Shell::Zsh,
            SupportedShell::Fish => Shell::Fish,
        }
    }
}

pub(crate) fn completions(arguments: &Completions, mut cli: Command) {
    let mut script = Vec::new();
    clap_complete::generate(Shell::from(arguments.shell), &mut cli, "xpay", &mut script);
    say::text(&String::from_utf8_lossy(&script));
}

/// Writes `DIR/man/*.1` in English, `DIR/man/ko/*.1` and `DIR/completions/*`, and removes those of an earlier version.
pub(crate) fn pages(arguments: &Pages) -> Result<(), Failure> {
    write(&arguments.dir).map_err(|error| {
        let dir = arguments.dir.display();
        Failure::new(
            format!("[{dir}]에 쓸 수 없습니다({error})"),
            format!("[{dir}] cannot be written ({error})"),
        )
    })
}

fn write(dir: &Path) -> io::Result<()> {
    let made = |name| -> io::Result<PathBuf> {
        let dir = dir.join(name);
        match fs::remove_dir_all(&dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => fs::create_dir_all(&dir)?,
        }
        Ok(dir)
    };
    let manual = made("man")?;
    let korean = manual.join("ko");
    fs::create_dir(&korean)?;
    man_pages(&crate::command(Language::En), Language::En, &manual)?;
    man_pages(&crate::command(Language::Ko), Language::Ko, &korean)?;
    let completions = made("completions")?;
    for shell in [SupportedShell::Bash, SupportedShell::Zsh, SupportedShell::Fish] {
        let mut words = crate::command(Language::En);
        clap_complete::generate_to(Shell::from(shell), &mut words, "xpay", &completions)?;
    }
    Ok(())
}

/// The man pages of a command and its subcommands.
fn man_pages(command: &Command, language: Language, dir: &Path) -> io::Result<()> {
    let man = Man::new(command.clone().after_help(None))
        .source(concat!("xpay ", env!("CARGO_PKG_VERSION")))
        .manual("xpay");
    let mut page = Vec::new();
    man.render(&mut page)?;
    let page = format!("{}{}{}", String::from_utf8_lossy(&page), examples(command), exit_status(command));
    fs::write(dir.join(man.get_filename()), headings(&page, language))?;
    let mut visible = command.get_subcommands().filter(|sub| !sub.is_hide_set() && sub.get_name() != "help");
    visible.try_for_each(|sub| man_pages(sub, language, dir))
}

/// The headings of a page, as the other pages of a language have them.
const HEADINGS: [(&str, &str); 8] = [
    ("NAME", "이름"),
    ("SYNOPSIS", "사용법"),
    ("DESCRIPTION", "설명"),
    ("OPTIONS", "옵션"),
    ("SUBCOMMANDS", "명령"),
    ("EXIT STATUS", "종료 코드"),
    ("EXAMPLES", "예"),
    ("VERSION", "버전"),
];

fn headings(page: &str, language: Language) -> String {
    let line = |line: &str| {
        let heading = line.strip_prefix(".SH ").map(|name| name.trim_matches('"'));
        let known = heading.and_then(|name| HEADINGS.iter().find(|(en, _)| *en == name));
        match (known, language) {
            (Some((_, ko)), Language::Ko) => format!(".SH \"{ko}\"\n"),
            _ => format!("{line}\n"),
        }
    };
    page.lines().map(line).collect()
}

/// The section EXAMPLES, from what `--help` has before the exit codes, below a heading.
fn examples(command: &Command) -> String {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let Some((examples, _)) = help.split_once("\n\n") else { return String::new() };
    let mut roff = Roff::new();
    roff.control("SH", ["EXAMPLES"]);
    roff.control("nf", []);
    roff.text(examples.lines().skip(1).map(|line| roman(format!("{}\n", line.trim()))).collect::<Vec<_>>());
    roff.control("fi", []);
    roff.render()
}

/// The section EXIT STATUS, from the end of `--help`.
fn exit_status(command: &Command) -> String {
    let mut roff = Roff::new();
    for (number, (code, meaning)) in exit_codes(command).into_iter().enumerate() {
        if number == 0 {
            roff.control("SH", ["EXIT STATUS"]);
        }
        roff.control("TP", []);
        roff.text([roman(code)]);
        roff.text([roman(meaning)]);
    }
    roff.render()
}

/// The exit codes at the end of `--help`, a line each below a heading, and their meaning.
pub fn exit_codes(command: &Command) -> Vec<(String, String)> {
    let help = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let lines = help.lines().skip(1).filter_map(|line| line.trim().split_once("  "));
    lines.map(|(code, meaning)| (code.to_owned(), meaning.to_owned())).collect()
}
