//! The findings in the order in which they are looked for: each is printed as soon as it is known, and what takes time is announced.

use super::finding::{Finding, Grade};
use crate::language::{Language, harmless};
use crate::terminal::Passing;
use std::time::Duration;

pub(super) struct Report {
    findings: Vec<Finding>,
    /// Whether findings are printed, or only collected for the JSON.
    prints: bool,
    waiting: Passing,
    doing: Passing,
}

impl Report {
    /// Prints each finding.
    pub(super) fn printed() -> Report {
        Report {
            findings: Vec::new(),
            prints: true,
            waiting: Passing::anywhere(),
            doing: Passing::on_terminal(),
        }
    }

    /// Prints nothing on stdout.
    pub(super) fn silent() -> Report {
        Report { prints: false, waiting: Passing::on_terminal(), ..Report::printed() }
    }

    pub(super) fn add(&mut self, findings: impl IntoIterator<Item = Finding>) {
        for finding in findings {
            self.waiting.clear();
            self.doing.clear();
            if self.prints {
                say!("{}", finding.line(Language::chosen()));
            }
            self.findings.push(finding);
        }
    }

    /// Says what is waited for, and for how long at most.
    pub(super) fn waits(&mut self, ko: &str, en: &str, limit: Duration) {
        let language = Language::chosen();
        let seconds = limit.as_secs();
        let limit = language.of(format!("최대 {seconds}초"), format!("up to {seconds} s"));
        self.waiting.show(&harmless(&format!("{}, {limit}", language.of(ko, en))));
    }

    /// Says on a terminal what is being done, of something that takes its time on this machine.
    pub(super) fn does(&mut self, ko: &str, en: &str) {
        self.doing.show(&harmless(Language::chosen().of(ko, en)));
    }

    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub(super) fn exit_code(&self) -> u8 {
        match self.findings.iter().map(|finding| finding.grade).max() {
            Some(Grade::Error) => 2,
            Some(Grade::Warning) => 1,
            Some(Grade::Fine) | None => 0,
        }
    }
}
