//! The public methods of our own class, with those of its traits, from the file that shops copy.

use super::classes::declared;
use super::tokens::Tokens;
use std::collections::BTreeSet;

/// A list beside it would lag.
const CLASS: &[u8] = include_bytes!("XPayClient.php");

pub(super) struct Ours(BTreeSet<String>);

impl Ours {
    pub(super) fn read() -> Ours {
        let tokens = Tokens::of(CLASS);
        let classes = declared(&tokens.all);
        let mut methods = BTreeSet::new();
        let mut parts = vec!["XPayClient".to_owned()];
        while let Some(part) = parts.pop() {
            for class in classes.iter().filter(|class| class.name == part) {
                let public = class.methods.iter().filter(|method| method.public);
                methods.extend(public.map(|method| method.name.to_ascii_lowercase()));
                parts.extend(class.traits.iter().chain(&class.parent).cloned());
            }
        }
        Ours(methods)
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
        for method in [
            "__construct",
            "Init_TX",
            "set",
            "TX",
            "Response",
            "Rollback",
            "Log",
            "GetHashData",
            "VerifyHashDataCas",
        ] {
            assert!(ours.has(method), "{method}");
        }
        assert!(!ours.has("show") && !ours.has("obey"), "those are private");
    }
}
