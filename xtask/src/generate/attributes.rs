//! The list of generated files in .gitattributes, by which a review may pass over them.

use crate::files::{Files, Result};

const BEGIN: &str = "`cargo xtask generate` writes the list.\n";

pub(crate) fn write(files: &mut Files) -> Result<()> {
    let page = Files::read(".gitattributes")?;
    let (by_hand, _) =
        page.split_once(BEGIN).ok_or_else(|| format!(".gitattributes lacks the mark\n{BEGIN}"))?;
    let list: String = files.whole().iter().map(|file| format!("/{file} linguist-generated\n")).collect();
    files.update(".gitattributes", format!("{by_hand}{BEGIN}{list}"))
}
