//! The public methods of our own class, from the file that shops copy.

use super::classes::declared;
use super::tokens::Tokens;
use std::collections::BTreeSet;

/// A list beside it would lag.
const CLASS: &[u8] = include_bytes!("../../../../ffi-php/src/XPayClient.php");

pub(super) struct Ours(BTreeSet<String>);

impl Ours {
    pub(super) fn read() -> Ours {
        let tokens = Tokens::of(CLASS);
        let classes = declared(&tokens.all);
        let methods =
            classes.iter().filter(|class| class.name == "XPayClient").flat_map(|class| &class.methods);
        Ours(methods.filter(|method| method.public).map(|method| method.name.to_ascii_lowercase()).collect())
    }

    pub(super) fn has(&self, method: &str) -> bool {
        self.0.contains(&method.to_ascii_lowercase())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pages_call_is_in_it() {
        let ours = Ours::read();
        for method in
            ["__construct", "Init_TX", "set", "TX", "Response", "Rollback", "Log", "VerifyHashDataCas"]
        {
            assert!(ours.has(method), "{method}");
        }
        assert!(!ours.has("show") && !ours.has("obey"), "those are private");
    }
}
