//! `xpay completions` for a shell, and the man pages and completions that packages carry.

use crate::Cli;
use crate::failure::Failure;
use clap::{Args, CommandFactory};
use clap_complete::Shell;
use std::fs;
use std::io;
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
    clap_mangen::generate_to(Cli::command(), made("man")?)?;
    let completions = made("completions")?;
    for shell in [Of::Bash, Of::Zsh, Of::Fish] {
        clap_complete::generate_to(Shell::from(shell), &mut Cli::command(), "xpay", &completions)?;
    }
    Ok(())
}
