//! `xpay completions` for a shell, and the man pages and completions for packages.

use crate::failure::Failure;
use clap::{Args, Command};
use clap_complete::Shell;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};
use std::fs::{self, File};
use std::io::{self, Write};
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
    clap_complete::generate(Shell::from(arguments.shell), &mut cli, "xpay", &mut io::stdout());
}

/// Writes `DIR/man/*.1` and `DIR/completions/*`, and removes those of an earlier version.
pub(crate) fn pages(arguments: &Pages, cli: Command) -> Result<(), Failure> {
    write(&arguments.dir, cli).map_err(|error| {
        let dir = arguments.dir.display();
        Failure::new(
            format!("[{dir}]에 쓸 수 없습니다({error})"),
            format!("[{dir}] cannot be written ({error})"),
        )
    })
}

fn write(dir: &Path, cli: Command) -> io::Result<()> {
    let made = |name| -> io::Result<PathBuf> {
        let dir = dir.join(name);
        match fs::remove_dir_all(&dir) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => fs::create_dir_all(&dir)?,
        }
        Ok(dir)
    };
    let mut manual = cli.clone().disable_help_subcommand(true);
    manual.build();
    man_pages(&manual, &made("man")?)?;
    let completions = made("completions")?;
    for shell in [SupportedShell::Bash, SupportedShell::Zsh, SupportedShell::Fish] {
        clap_complete::generate_to(Shell::from(shell), &mut cli.clone(), "xpay", &completions)?;
    }
    Ok(())
}

/// The man pages of a command and its subcommands.
fn man_pages(command: &Command, dir: &Path) -> io::Result<()> {
    let man = Man::new(command.clone().after_help(None))
        .source(concat!("xpay ", env!("CARGO_PKG_VERSION")))
        .manual("xpay");
    let mut file = File::create(dir.join(man.get_filename()))?;
    man.render(&mut file)?;
    file.write_all(exit_status(command).as_bytes())?;
    let mut visible = command.get_subcommands().filter(|sub| !sub.is_hide_set());
    visible.try_for_each(|sub| man_pages(sub, dir))
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
