//! The protocol's code tables, read once from `protocol/tables.json`.

use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// How many bytes of CP949 the result parameter `name` may hold.
pub(crate) fn result_limit(name: &str) -> Option<usize> {
    TABLES.payment_result.get(name)?.max_bytes
}

/// How many bytes of CP949 the request parameter `name` may hold.
pub(crate) fn request_limit(name: &str) -> Option<usize> {
    TABLES.window_request.get(name)?.max_bytes
}

/// The name of whoever stands behind an LGD_FINANCECODE.
pub(crate) fn finance_name(paytype: &str, code: &str) -> Option<&'static str> {
    let tables = &*TABLES;
    let name = match paytype {
        "SC0010" => tables.card_issuers.get(code),
        "SC0030" | "SC0040" => bank(code),
        "SC0060" | "SC0070" => tables.telecoms.get(code),
        _ => tables.paytypes.get(paytype),
    };
    name.map(String::as_str)
}

/// Whether a virtual account can be had at the bank with this code.
pub(crate) fn issues_accounts(code: &str) -> bool {
    TABLES.virtual_account_banks.iter().any(|bank| bank.code == code)
}

/// What a means of payment is called.
pub(crate) fn paytype_name(paytype: &str) -> Option<&'static str> {
    TABLES.paytypes.get(paytype).map(String::as_str)
}

/// Everyone a means of payment can be had from: code and name.
pub(crate) fn finances(paytype: &str) -> Vec<(&'static str, &'static str)> {
    let named = |map: &'static BTreeMap<String, String>| {
        map.iter().map(|(code, name)| (code.as_str(), name.as_str())).collect()
    };
    match paytype {
        "SC0010" => named(&TABLES.card_issuers),
        "SC0030" => TABLES.banks.iter().map(|bank| (bank.code.as_str(), bank.name_ko.as_str())).collect(),
        "SC0040" => TABLES
            .virtual_account_banks
            .iter()
            .map(|bank| (bank.code.as_str(), bank.name_ko.as_str()))
            .collect(),
        "SC0060" | "SC0070" => named(&TABLES.telecoms),
        _ => Vec::new(),
    }
}

/// The parameters that the window's request requires, some of them only sometimes.
pub(crate) fn required_of_window() -> impl Iterator<Item = &'static str> {
    let required = TABLES.window_request.iter().filter(|(_, column)| column.required);
    required.map(|(name, _)| name.as_str())
}

/// A refund code (`RF24` …) as the table has it.
pub(crate) fn refund_code(code: &str) -> Option<&'static str> {
    TABLES.refund_codes.iter().map(|refund| refund.code.as_str()).find(|known| *known == code)
}

/// Whether a cancel with this code counts as done.
pub(crate) fn counts_as_done(paytype: &str, code: &str) -> bool {
    let codes = TABLES.cancel_success_codes.get(paytype).or_else(|| TABLES.cancel_success_codes.get("other"));
    codes.is_some_and(|codes| codes.iter().any(|known| known == code))
}

/// What the gateway says with a refund code (`RF24` …).
pub(crate) fn refund_message(code: &str) -> Option<&'static str> {
    let refund = TABLES.refund_codes.iter().find(|refund| refund.code == code);
    refund.map(|refund| refund.message_ko.as_str())
}

static TABLES: LazyLock<Tables> =
    LazyLock::new(|| serde_json::from_str(include_str!("../../protocol/tables.json")).unwrap_or_default());

#[derive(Default, Deserialize)]
struct Tables {
    paytypes: BTreeMap<String, String>,
    card_issuers: BTreeMap<String, String>,
    telecoms: BTreeMap<String, String>,
    banks: Vec<Bank>,
    virtual_account_banks: Vec<AccountBank>,
    refund_codes: Vec<Refund>,
    cancel_success_codes: BTreeMap<String, Vec<String>>,
    window_request: BTreeMap<String, Column>,
    payment_result: BTreeMap<String, Column>,
}

#[derive(Deserialize)]
struct Bank {
    code: String,
    old: String,
    old_virtual_account: Option<String>,
    name_ko: String,
}

#[derive(Deserialize)]
struct AccountBank {
    code: String,
    name_ko: String,
}

#[derive(Deserialize)]
struct Refund {
    code: String,
    message_ko: String,
}

#[derive(Deserialize)]
struct Column {
    max_bytes: Option<usize>,
    #[serde(default)]
    required: bool,
}

/// Banks have three-digit codes today, two-digit ones before, and one an extra code for its virtual accounts.
fn bank(code: &str) -> Option<&'static String> {
    let bears = |bank: &&Bank| {
        bank.code == code || bank.old == code || bank.old_virtual_account.as_deref() == Some(code)
    };
    TABLES.banks.iter().find(bears).map(|bank| &bank.name_ko)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tables_are_there() {
        assert_eq!(result_limit("LGD_RESPMSG"), Some(160));
        assert_eq!(result_limit("LGD_OCBAMOUNT"), None);
        assert_eq!(finance_name("SC0010", "41"), Some("신한"));
        assert_eq!(finance_name("SC0040", "26"), Some("신한"));
        assert_eq!(finance_name("SC0030", "999"), None);
        assert!(issues_accounts("26") && !issues_accounts("88"));
        assert!(refund_message("RF24").is_some());
    }
}
