//! The extra of the Python package that brings the command: of the package's own version.

use crate::files::{Files, Result};

const FILE: &str = "ffi-python/pyproject.toml";
const BEGIN: &str = "\ncli = [\"xpayclient-cli==";

pub(crate) fn write(files: &mut Files) -> Result<()> {
    files.put_between(FILE, BEGIN, "\"]\n", env!("CARGO_PKG_VERSION"))
}
