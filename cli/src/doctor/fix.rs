//! A safe change that `--fix` can make.

use super::edit::Edit;
use std::path::PathBuf;

/// What a finding offers to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fix {
    Edit(PathBuf, Edit),
    /// These permissions are taken from others.
    #[cfg(unix)]
    Close(PathBuf),
    MakeDirectory(PathBuf),
}
