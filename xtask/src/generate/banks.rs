//! The banks that money can go back to (LGD_RFBANKCODE): a table for Django's form, and one for the pages.

use std::fmt::Write as _;

use indexmap::IndexMap;
use serde::Deserialize;

use super::language::LANGUAGES;
use super::pages;
use crate::files::{Files, Result};

#[derive(Deserialize)]
struct Tables {
    /// The gateway's own, brokers included.
    banks: Vec<Bank>,
    /// What is called otherwise since the gateway's table was written.
    bank_names_today: IndexMap<String, String>,
    /// A bank that is gone, and the one that took it over.
    merged_banks: IndexMap<String, String>,
    /// Codes that all Korean banks use among each other. Nobody has confirmed them for this gateway.
    common_banks: Vec<Bank>,
}

#[derive(Deserialize)]
struct Bank {
    code: String,
    name_ko: String,
}

/// Brokers have the codes from here on.
const BROKERS: &str = "200";

pub(crate) fn write(files: &mut Files) -> Result<()> {
    let tables: Tables = serde_json::from_str(&Files::read("protocol/tables.json")?)
        .map_err(|error| format!("protocol/tables.json: {error}"))?;
    let gateways = tables
        .banks
        .iter()
        .filter(|bank| bank.code.as_str() < BROKERS && !tables.merged_banks.contains_key(&bank.code))
        .map(|bank| {
            (bank.code.as_str(), tables.bank_names_today.get(&bank.code).unwrap_or(&bank.name_ko).as_str())
        })
        .collect::<Vec<_>>();
    let common = tables
        .common_banks
        .iter()
        .map(|bank| (bank.code.as_str(), bank.name_ko.as_str()))
        .collect::<Vec<_>>();
    files.put("ffi-python/python/xpayclient/django/banks.py", python(&gateways, &common))?;
    for language in &LANGUAGES {
        let head = language
            .pick("LGD_RFBANKCODE | bank | where the code is from", "LGD_RFBANKCODE | 은행 | 코드의 출처");
        let sources = [
            language.pick("the gateway's table", "게이트웨이의 표"),
            language.pick(
                "common bank code, not confirmed for this gateway",
                "은행 공동코드, 이 게이트웨이에서 확인되지 않음",
            ),
        ];
        let rows =
            [(&gateways, sources[0]), (&common, sources[1])].into_iter().flat_map(|(banks, source)| {
                banks.iter().map(move |(code, name)| format!("`{code}` | {name} | {source}"))
            });
        pages::fill(files, language, "virtual-accounts", head, rows)?;
    }
    Ok(())
}

fn python(gateways: &[(&str, &str)], common: &[(&str, &str)]) -> String {
    let mut out = String::from(
        "\"\"\"Banks by LGD_RFBANKCODE. Generated from protocol/tables.json by `cargo xtask generate`; do not edit.\"\"\"\n",
    );
    for (name, banks, doc) in [
        ("GATEWAYS", gateways, "In the gateway's own table, by their names of today."),
        (
            "COMMON",
            common,
            "By the codes that Korean banks have in common: nobody has confirmed them for this gateway.",
        ),
    ] {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "\n{name} = [");
        for (code, bank) in banks {
            let _ = writeln!(out, "    ({code:?}, {bank:?}),");
        }
        let _ = writeln!(out, "]\n\"\"\"{doc}\"\"\"");
    }
    out
}
