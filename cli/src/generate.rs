//! `xpay completions` for a shell, and the man pages and completions that packages carry.

use crate::Cli;
use crate::failure::Failure;
use clap::{Args, Command, CommandFactory};
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
    shell: Of,
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Of {
    Bash,
    Zsh,
    Fish,
}

/// What a package carries, by the directory that it is written to.
#[derive(Args)]
pub(crate) struct Pages {
    /// 쓸 디렉터리 / the directory they go to
    #[arg(value_name = "DIR")]
    dir: PathBuf,
}

impl From<Of> for Shell {
    fn from(of: Of) -> Shell {
        match of {
            Of::Bash => Shell::Bash,
            Of::Zsh => Shell::Zsh,
            Of::Fish => Shell::Fish,
        }
    }
}

pub(crate) fn completions(arguments: &Completions) {
    clap_complete::generate(Shell::from(arguments.shell), &mut Cli::command(), "xpay", &mut io::stdout());
}

/// `DIR/man/*.1` and `DIR/completions/*`, in place of what an earlier version left there.
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
    let mut cli = Cli::command().disable_help_subcommand(true);
    cli.build();
    man_pages(&cli, &made("man")?)?;
    let completions = made("completions")?;
    for shell in [Of::Bash, Of::Zsh, Of::Fish] {
        clap_complete::generate_to(Shell::from(shell), &mut Cli::command(), "xpay", &completions)?;
    }
    Ok(())
}

/// Of a command and those below it.
fn man_pages(command: &Command, dir: &Path) -> io::Result<()> {
    let man = Man::new(command.clone().after_help(None))
        .source(concat!("xpay ", env!("CARGO_PKG_VERSION")))
        .manual("xpay");
    let mut file = File::create(dir.join(man.get_filename()))?;
    man.render(&mut file)?;
    file.write_all(exit_status(command).as_bytes())?;
    let mut shown = command.get_subcommands().filter(|sub| !sub.is_hide_set());
    shown.try_for_each(|sub| man_pages(sub, dir))
}

/// The section that manuals have for what `--help` says at its end.
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

/// The exit codes that `--help` tells at its end, a line each below a heading, and what they mean.
pub fn exit_codes(command: &Command) -> Vec<(String, String)> {
    let told = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let lines = told.lines().skip(1).filter_map(|line| line.trim().split_once("  "));
    lines.map(|(code, meaning)| (code.to_owned(), meaning.to_owned())).collect()
}
