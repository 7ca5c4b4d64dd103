//! The report: a file for programs and the sandbox, and a page for people. No MertKey, no PAYKEY, no merchant ID is in either.

use super::finding::{Finding, Text, Verdict};
use crate::language::{Language, readable};
use serde::Serialize;
use serde_json::{Map, Value};
use std::fmt::Write;
use std::path::Path;
use std::{fs, io};
use xpayclient_sandbox::{Profile, replace_file};

/// The version of the format.
const FORMAT: u32 = 1;

#[derive(Serialize)]
pub(super) struct Report<'a> {
    xpay_conformance: u32,
    xpay: &'static str,
    /// When it began, Korean time.
    at: String,
    /// The gateway's host and port.
    gateway: &'a str,
    /// What `xpay sandbox --as` takes.
    profile: Map<String, Value>,
    findings: &'a [Finding],
    /// Why it ended before its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    stopped: Option<Text>,
}

impl<'a> Report<'a> {
    pub(super) fn new(
        at: String,
        gateway: &'a str,
        profile: &Profile,
        findings: &'a [Finding],
        stopped: Option<Text>,
    ) -> Report<'a> {
        let profile = profile.settings().into_iter();
        let profile = profile.map(|(name, value)| (name.to_owned(), Value::String(value))).collect();
        Report {
            xpay_conformance: FORMAT,
            xpay: env!("CARGO_PKG_VERSION"),
            at,
            gateway,
            profile,
            findings,
            stopped,
        }
    }

    /// Writes `file`, and beside it the page.
    pub(super) fn write(&self, file: &Path) -> io::Result<()> {
        replace_file(file, &(serde_json::to_string_pretty(self)? + "\n"))?;
        replace_file(&page_beside(file), &self.page())
    }

    fn page(&self) -> String {
        let mut page = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(page, "{HEAD}<h1>xpay conformance</h1>");
        for language in [Language::Ko, Language::En] {
            let _ = self.section(&mut page, language);
        }
        page + "</body></html>\n"
    }

    fn section(&self, page: &mut String, language: Language) -> std::fmt::Result {
        let title = language.of("적합성 보고서", "Conformance report");
        let (code, id) = language.of(("ko", "ko"), ("en", "en"));
        writeln!(page, "<section lang=\"{code}\" aria-labelledby=\"{id}\"><h2 id=\"{id}\">{title}</h2>")?;
        writeln!(
            page,
            "<p>{} · {} · xpay {}</p>",
            escaped(self.gateway),
            escaped(&readable(&self.at)),
            self.xpay
        )?;
        if let Some(why) = &self.stopped {
            let label = language.of("중단", "Stopped");
            writeln!(page, "<p role=\"note\"><strong>{label}</strong>: {}</p>", escaped(of(why, language)))?;
        }
        writeln!(page, "<p>{}</p>", self.sum(language))?;
        let heads = language.of(
            ["질문", "예상", "확인", "판정", "의미"],
            ["Asked", "Expected", "Found", "Verdict", "What it means for us"],
        );
        let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
        writeln!(page, "<table><thead><tr>{heads}</tr></thead><tbody>")?;
        for finding in self.findings {
            let number =
                finding.assumption.map(|number| format!(" <small>#{number}</small>")).unwrap_or_default();
            writeln!(
                page,
                "<tr class=\"{}\"><th scope=\"row\">{}{number}</th><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
                class(finding.verdict),
                escaped(of(&finding.asked, language)),
                escaped(of(&finding.expected, language)),
                escaped(&finding.found),
                verdict(finding.verdict, language),
                escaped(of(&finding.meaning, language)),
            )?;
        }
        writeln!(page, "</tbody></table></section>")
    }
}

impl Report<'_> {
    /// How many findings are as expected, otherwise, and not known.
    fn sum(&self, language: Language) -> String {
        let told = [Verdict::Expected, Verdict::Otherwise, Verdict::Unknown].map(|wanted| {
            let count = self.findings.iter().filter(|finding| finding.verdict == wanted).count();
            format!("{} {count}", verdict(wanted, language))
        });
        told.join(" · ")
    }
}

/// Whether a report can be written there, before anything is asked.
pub(super) fn place(file: &Path) -> io::Result<()> {
    let dir = file.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."));
    tempfile::tempfile_in(dir).map(drop)
}

/// The page of a report.
pub(super) fn page_beside(file: &Path) -> std::path::PathBuf {
    file.with_extension("html")
}

/// The profile in a report, or what is wrong with the file.
pub(crate) fn profile_in(file: &Path) -> Result<Profile, Text> {
    let text = fs::read_to_string(file).map_err(|error| Text::same(error.to_string()))?;
    let report: Value = serde_json::from_str(&text).unwrap_or_default();
    let settings = report.get("profile").and_then(Value::as_object).ok_or_else(|| {
        Text::new(
            "profile 항목이 없습니다. xpay conformance가 만든 JSON 파일을 지정하십시오",
            "it has no profile: name a JSON file that xpay conformance made",
        )
    })?;
    let mut profile = Profile::default();
    for (name, value) in settings {
        let set = profile.set(name, value.as_str().unwrap_or_default());
        set.map_err(|error| Text::new(error.korean(), error.english()))?;
    }
    Ok(profile)
}

pub(super) fn of(text: &Text, language: Language) -> &str {
    language.of(&text.ko, &text.en)
}

/// A verdict in a word.
pub(super) fn verdict(verdict: Verdict, language: Language) -> &'static str {
    match verdict {
        Verdict::Expected => language.of("예상대로", "as expected"),
        Verdict::Otherwise => language.of("다름", "otherwise"),
        Verdict::Noted => "",
        Verdict::Unknown => language.of("확인 못 함", "not known"),
    }
}

fn class(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Expected => "expected",
        Verdict::Otherwise => "otherwise",
        Verdict::Noted => "noted",
        Verdict::Unknown => "unknown",
    }
}

fn escaped(text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    text.replace('"', "&quot;").replace(char::is_control, " ")
}

/// How the command's pages begin.
pub(super) const HEAD: &str = "<!doctype html><html lang=\"ko\"><head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"data:,\"><title>xpay conformance</title><style>
:root { color-scheme: light dark; font-family: system-ui, sans-serif; line-height: 1.5; word-break: keep-all }
body { margin: auto; max-width: 75rem; padding: 1rem }
button { font: inherit; padding: .5rem 1rem }
table { border-collapse: collapse; table-layout: fixed; width: 100%; overflow-wrap: anywhere }
th, td { border-bottom: 1px solid GrayText; padding: .4rem; text-align: start; vertical-align: top }
th:nth-child(2), th:nth-child(4) { width: 12% }
.otherwise td:nth-child(4) { font-weight: bold }
@media (max-width: 40rem) {
thead { display: none }
tr, th, td { display: block; border: 0; padding: .1rem 0 }
tr { border-bottom: 1px solid GrayText; padding: .6rem 0 }
td:empty { display: none }
}
</style></head><body>
";
