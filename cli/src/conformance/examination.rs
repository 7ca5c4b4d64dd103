//! The findings as they come, the profile that follows from them, and when to stop.

use super::assumptions::ASSUMPTIONS;
use super::finding::{Finding, Text, Verdict};
use super::talk::{Heard, Talk};
use std::time::Duration;
use xpayclient_core::diagnosis::Question;
use xpayclient_core::{Client, Error};
use xpayclient_sandbox::Profile;

/// Why the examination stops: going on could cost, or it cannot go on.
pub(super) struct Surprise(pub(super) Text);

impl From<Error> for Surprise {
    fn from(error: Error) -> Surprise {
        let remedy = error.remedy();
        Surprise(Text::new(
            format!("{}. {}", error.cause(), remedy.ko),
            format!("{}. {}", error.cause(), remedy.en),
        ))
    }
}

/// The findings so far.
pub(super) struct Examination {
    pub(super) talk: Talk,
    pub(super) findings: Vec<Finding>,
    pub(super) profile: Profile,
    /// Called with each finding as it comes.
    tell: fn(&Finding),
    /// What no finding may repeat, should the gateway do.
    secrets: Vec<String>,
}

impl Verdict {
    pub(super) fn of(as_expected: bool) -> Verdict {
        if as_expected { Verdict::Expected } else { Verdict::Otherwise }
    }
}

impl Examination {
    pub(super) fn begin(client: &Client, mid: &str, tell: fn(&Finding)) -> Result<Examination, Error> {
        let talk = Talk::begin(client, mid)?;
        let secrets = vec![mid.to_owned()];
        Ok(Examination { talk, findings: Vec::new(), profile: Profile::default(), tell, secrets })
    }

    pub(super) fn client(&self) -> &Client {
        self.talk.client()
    }

    /// Keeps `secret` out of the report.
    pub(super) fn hide(&mut self, secret: &str) {
        self.secrets.push(secret.to_owned());
    }

    /// A text without what is hidden.
    pub(super) fn without_secrets(&self, text: &str) -> String {
        let known = self.secrets.iter().filter(|secret| !secret.is_empty());
        known.fold(text.to_owned(), |text, secret| text.replace(secret.as_str(), "…"))
    }

    /// For how long the library keeps a connection.
    pub(super) fn keep_alive(&self) -> Duration {
        self.client().config().settings().keep_alive
    }

    pub(super) fn ask(&mut self, question: &Question) -> Heard {
        self.talk.ask(question)
    }

    /// A setting of the profile. One that the sandbox does not know is left as it is.
    pub(super) fn set(&mut self, name: &str, value: &str) {
        let _ = self.profile.set(name, value);
    }

    /// The Rollback of the transaction `tx_id`.
    pub(super) fn roll_back(&mut self, tx_id: &str) -> Result<Heard, Error> {
        let rollback = self.talk.rollback_of(tx_id)?;
        Ok(self.ask(&rollback))
    }

    /// The code of a refusal, which stands in place of the sandbox's own.
    pub(super) fn set_code(&mut self, ours: &str, heard: &Heard) {
        let theirs = heard.code();
        let is_refusal = !theirs.is_empty() && !heard.is_success();
        if !is_refusal || ours == theirs || self.profile.code_table.iter().any(|(known, _)| known == ours) {
            return;
        }
        let written = self.profile.settings().into_iter().find(|(name, _)| *name == "code-table");
        let written = written.map(|(_, value)| value).unwrap_or_default();
        self.set("code-table", &format!("{written}+{ours}:{theirs}"));
    }

    /// Adds a finding. What it means is what the list of assumptions says of its number.
    pub(super) fn add(
        &mut self,
        id: &'static str,
        assumption: Option<u8>,
        asked: Text,
        expected: Text,
        found: String,
        verdict: Verdict,
    ) {
        let about = ASSUMPTIONS.iter().find(|one| Some(one.number) == assumption);
        let meaning = match (about, verdict) {
            (Some(about), Verdict::Expected) => about.assumed,
            (Some(about), _) => about.otherwise,
            (None, _) => ["", ""],
        };
        self.push(Finding { id, assumption, asked, expected, found, verdict, meaning: meaning.into() });
    }

    /// Adds a finding that is as expected with 0000.
    pub(super) fn add_success(
        &mut self,
        id: &'static str,
        assumption: Option<u8>,
        asked: Text,
        heard: &Heard,
    ) {
        let verdict = Verdict::of(heard.is_success());
        self.add(id, assumption, asked, Text::same("0000"), heard.told(), verdict);
    }

    /// Adds a finding of which nothing was expected.
    pub(super) fn note(&mut self, id: &'static str, asked: Text, found: String, meaning: Text) {
        let expected = Text::same("");
        self.push(Finding { id, assumption: None, asked, expected, found, verdict: Verdict::Noted, meaning });
    }

    fn push(&mut self, mut finding: Finding) {
        finding.found = self.without_secrets(&finding.found);
        (self.tell)(&finding);
        self.findings.push(finding);
    }
}
