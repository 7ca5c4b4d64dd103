//! Fault scripts: which requests fail, how, and when, in lines of `WHICH [WHEN] FAULT`.
//!
//! ```text
//! # The first payment gets no answer, every tenth cancel gets HTTP 503, and some connections are reset.
//! seed 7
//! PaymentByKey 1 hang
//! Cancel 1/10 status=503
//! LGD_OID=order-7 before:close
//! * 2% reset
//! ```
//!
//! | WHICH | |
//! | --- | --- |
//! | `*` | every request |
//! | `PaymentByKey` … | those with this LGD_TXNAME |
//! | `NAME=VALUE` | those with this parameter |
//!
//! | WHEN | of the requests that match WHICH |
//! | --- | --- |
//! | nothing | all |
//! | `3` | the third |
//! | `2-5` | the second to the fifth |
//! | `4+` | the fourth and all later ones |
//! | `1/10` | the first of every ten |
//! | `10%` | that share at random; the line `seed N` makes the random numbers repeatable |
//!
//! FAULT is a [`crate::Fault`]. Every rule counts the requests that match it. If several rules apply, the first one does.
//! A fault that the request asks for by its parameter, or that was injected for the next request, goes before the script.

use super::{Fault, GRAMMAR as FAULT_GRAMMAR};
use crate::codes::{self, Refusal};
use crate::error::Error;
use crate::form::Form;
use crate::mask;
use crate::random::next;
use crate::transactions::KINDS;
use std::fmt;
use std::str::FromStr;

/// Rules for requests to come.
#[derive(Clone, Debug, Default)]
pub struct Script {
    rules: Vec<Rule>,
    chance: u64,
}

/// A line of a script with its counters.
#[derive(Clone)]
pub struct Rule {
    which: Which,
    when: When,
    fault: Fault,
    text: String,
    counted: u64,
    failed: u64,
}

#[derive(Clone)]
enum Which {
    All,
    Txname(String),
    Parameter(String, String),
}

#[derive(Clone, Debug)]
enum When {
    Always,
    Between(u64, u64),
    OneOf(u64, u64),
    Percent(u64),
}

impl Script {
    /// Its rules in order.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The fault for a request, if any. Called once for each request.
    pub(crate) fn fault_for(&mut self, form: &Form) -> Option<Fault> {
        let chance = &mut self.chance;
        let mut fault = None;
        for rule in self.rules.iter_mut().filter(|rule| rule.which.matches(form)) {
            rule.counted += 1;
            if rule.when.includes(rule.counted, chance) && fault.is_none() {
                rule.failed += 1;
                fault = Some(rule.fault.clone());
            }
        }
        fault
    }
}

impl Rule {
    /// As it was written, except that a secret value is masked.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How many requests matched it.
    pub fn counted(&self) -> u64 {
        self.counted
    }

    /// How many of them it made fail.
    pub fn failed(&self) -> u64 {
        self.failed
    }
}

impl fmt::Debug for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({} counted, {} failed)", self.text, self.counted, self.failed)
    }
}

impl FromStr for Script {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text).map_err(Into::into)
    }
}

impl Script {
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let mut script = Self::default();
        for (number, line) in text.lines().enumerate().map(|(index, line)| (index + 1, line.trim())) {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            match line.strip_prefix("seed ") {
                Some(seed) => script.chance = seed.trim().parse().map_err(|_| malformed(number, "seed N"))?,
                None => script.rules.push(rule(line).map_err(|wrong| malformed(number, wrong))?),
            }
        }
        Ok(script)
    }
}

fn malformed(number: usize, wrong: impl fmt::Display) -> Refusal {
    codes::SCRIPT.with(number.to_string(), wrong)
}

const GRAMMAR: &str = "WHICH [3|2-5|4+|1/10|10%] FAULT";

/// A rule, or what is wrong with the line.
fn rule(line: &str) -> Result<Rule, String> {
    let (which, rest) = line.split_once(char::is_whitespace).ok_or(GRAMMAR)?;
    let rest = rest.trim_start();
    let (first, behind) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let (when, fault) = match when(first) {
        Some(when) => (when, behind.trim_start()),
        None => (When::Always, rest),
    };
    let fault = Fault::parse(fault).map_err(|_| format!("{GRAMMAR}: {}", FAULT_GRAMMAR))?;
    let which = which_of(which)?;
    // The text is shown in the merchant admin, and a value may be a card number.
    let text = match &which {
        Which::Parameter(name, value) => line.replacen(value.as_str(), mask::masked(name, value), 1),
        _ => line.to_owned(),
    };
    Ok(Rule { which, when, fault, text, counted: 0, failed: 0 })
}

fn which_of(text: &str) -> Result<Which, String> {
    match text.split_once('=') {
        Some((name, value)) => Ok(Which::Parameter(name.to_owned(), value.to_owned())),
        None if text == "*" => Ok(Which::All),
        None if KINDS.iter().any(|kind| kind.txname == text) => Ok(Which::Txname(text.to_owned())),
        None => {
            let mut known: Vec<_> = KINDS.iter().map(|kind| kind.txname).collect();
            known.dedup();
            Err(format!("* | NAME=VALUE | {}", known.join(" | ")))
        }
    }
}

fn when(text: &str) -> Option<When> {
    let above_zero = |text: &str| text.parse().ok().filter(|number| *number > 0);
    if let Some(percent) = text.strip_suffix('%') {
        return percent.parse().ok().filter(|percent| *percent <= 100).map(When::Percent);
    }
    if let Some(from) = text.strip_suffix('+') {
        return Some(When::Between(above_zero(from)?, u64::MAX));
    }
    if let Some((from, to)) = text.split_once('-') {
        let (from, to) = (above_zero(from)?, above_zero(to)?);
        return (from <= to).then_some(When::Between(from, to));
    }
    if let Some((first, every)) = text.split_once('/') {
        let (first, every) = (above_zero(first)?, above_zero(every)?);
        return (first <= every).then_some(When::OneOf(first, every));
    }
    above_zero(text).map(|number| When::Between(number, number))
}

impl Which {
    fn matches(&self, form: &Form) -> bool {
        match self {
            Which::All => true,
            Which::Txname(name) => form.text("LGD_TXNAME") == name,
            Which::Parameter(name, value) => form.text(name) == value,
        }
    }
}

impl When {
    /// Whether the request with this number fails.
    fn includes(&self, number: u64, chance: &mut u64) -> bool {
        match self {
            When::Always => true,
            When::Between(from, to) => (*from..=*to).contains(&number),
            When::OneOf(first, every) => number % every == first % every,
            When::Percent(percent) => next(chance) % 100 < *percent,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn failed(script: &str, requests: &[&str]) -> Vec<String> {
        let mut script = Script::parse(script).unwrap();
        let fault_of = |request: &&str| script.fault_for(&Form::parse(request.as_bytes()).unwrap());
        requests
            .iter()
            .map(fault_of)
            .map(|fault| fault.map(|fault| fault.to_string()).unwrap_or_default())
            .collect()
    }

    #[test]
    fn each_rule_applies_when_it_says() {
        for (when, expected) in [
            ("", "xxxxxx"),
            ("3", "..x..."),
            ("2-4", ".xxx.."),
            ("4+", "...xxx"),
            ("1/3", "x..x.."),
            ("3/3", "..x..x"),
            ("0%", "......"),
            ("100%", "xxxxxx"),
        ] {
            let faults = failed(&format!("* {when} close"), &["LGD_TXNAME=Ping"; 6]);
            let seen: String = faults.iter().map(|fault| if fault.is_empty() { '.' } else { 'x' }).collect();
            assert_eq!(seen, expected, "{when}");
        }
    }

    #[test]
    fn chance_is_what_its_seed_makes_it() {
        let expected = |seed: u64| {
            let faults = failed(&format!("seed {seed}\n* 30% close"), &["LGD_TXNAME=Ping"; 1000]);
            faults.into_iter().map(|fault| !fault.is_empty()).collect::<Vec<_>>()
        };
        assert_eq!(expected(1), expected(1));
        assert_ne!(expected(1), expected(2));
        let often = expected(1).into_iter().filter(|failed| *failed).count();
        assert!((250..350).contains(&often), "{often}");
    }

    /// All rules count, one applies.
    #[test]
    fn the_first_rule_that_applies_wins() {
        let script = "# a comment\n\nCancel hang\nLGD_OID=7 2 body=a b\n* 2+ reset";
        let requests = ["LGD_OID=7", "LGD_TXNAME=Cancel&LGD_OID=7", "LGD_OID=7", "LGD_OID=70"];
        assert_eq!(failed(script, &requests), ["", "hang", "reset", "reset"]);
        assert_eq!(failed("LGD_OID=7 2 body=a b", &["LGD_OID=7"; 2]), ["", "body=a b"]);
    }

    #[test]
    fn no_secret_is_shown() {
        let script = Script::parse("LGD_PAN=4111111111111111 close\nLGD_OID=order-7 1 close").unwrap();
        let texts: Vec<_> = script.rules().iter().map(Rule::text).collect();
        assert_eq!(texts, ["LGD_PAN=*** close", "LGD_OID=order-7 1 close"]);
        assert!(!format!("{script:?}").contains("4111"));
    }

    #[test]
    fn a_line_that_is_no_rule_is_named() {
        for line in [
            "*",
            "close",
            "* 0 close",
            "* 5-2 close",
            "* 3/2 close",
            "* 101% close",
            "Pay close",
            "* explode",
            "seed x",
        ] {
            let refusal = Script::parse(&format!("* close\n\n{line}")).unwrap_err();
            assert_eq!(refusal.code(), "SB32", "{line}");
            assert!(refusal.english().contains("line 3") && refusal.korean().contains("3번째 줄"), "{line}");
        }
        assert!(Script::parse("Pay close").unwrap_err().english().contains("PaymentByKey"));
    }
}
