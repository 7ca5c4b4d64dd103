//! The names of a request: blanks behind them, and names that are there several times.

use super::Findings;
use crate::browser::purchase::is_gateways;
use crate::form::Form;
use crate::tables::{self, Holds};

/// The request as the gateway understands it.
pub(in crate::browser) fn tidy(sent: &Form, found: &mut Findings) -> Form {
    let mut tidied: Vec<(&str, &str)> = Vec::new();
    for (raw, value) in sent.iter() {
        let name = raw.trim_end();
        if name.len() < raw.len() {
            found.unclear(
                name,
                "이름 뒤에 공백이 있습니다. 공백을 지우십시오.",
                "has a blank behind its name: remove it",
            );
        }
        let before = tidied.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        match before {
            Some(_) if !is_gateways(name) || tables::holds(name) == Holds::Repeats => {}
            Some(before) if before == value => {
                found.unclear(
                    name,
                    "같은 값이 두 번 왔습니다. 한 번만 보내십시오.",
                    "was sent twice with one value: send it once",
                );
                continue;
            }
            Some(_) => {
                found.wrong(
                    name,
                    "서로 다른 값이 두 번 왔습니다. 하나만 보내십시오.",
                    "was sent twice with two values: send one of them",
                );
                continue;
            }
            None => {}
        }
        tidied.push((name, value));
    }
    tidied.into_iter().collect()
}
