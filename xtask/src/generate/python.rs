//! What the Python projects take from Cargo.toml: the command of the package's own version, and the address of the project.

use crate::files::{Files, Result};

const FILE: &str = "ffi-python/pyproject.toml";
const BEGIN: &str = "\ncli = [\"xpayclient-cli==";
const ADDRESS: &str = "# The address of the project, by `cargo xtask generate` once Cargo.toml has it.\n";

pub(crate) fn write(files: &mut Files) -> Result<()> {
    files.put_between(FILE, BEGIN, "\"]\n", env!("CARGO_PKG_VERSION"))?;
    let workspace = Files::read("Cargo.toml")?;
    let repository = workspace.lines().find(|line| line.starts_with("repository = "));
    let urls = repository.map_or_else(String::new, |line| format!("[project.urls]\n{line}\n"));
    for file in [FILE, "cli/pyproject.toml"] {
        files.put_between(file, ADDRESS, "\n[tool.maturin]\n", &urls)?;
    }
    Ok(())
}
