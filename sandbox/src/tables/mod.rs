//! Lookups in the protocol's tables, which are generated from `protocol/tables.json`.

#[rustfmt::skip]
mod data;

use data::{
    BANKS, BILLING_RESULT, BUYER_AND_GOODS, CANCEL_SUCCESS_CODES, CARD_ISSUERS, COMMON_BANKS,
    ESCROW_DELIVERY, ESCROW_PAGES, IDENTITY_MEANS, ISP_ISSUERS, PAYMENT_RESULT, PAYTYPES, PAYWINDOW_TYPES,
    REFUND_CODES, SEEN_CODES, TELECOMS, TRANSACTION_REQUEST, VIRTUAL_ACCOUNT_BANKS, WINDOW_REQUEST,
    WINDOW_RESULT, WINDOW_TYPES,
};

struct Bank {
    code: &'static str,
    old: &'static str,
    old_virtual_account: Option<&'static str>,
    name: &'static str,
}

/// A bank that issues virtual accounts.
struct AccountBank {
    code: &'static str,
    name: &'static str,
    /// Whether they take another amount than the one they were issued for.
    any_amount: bool,
}

struct Field {
    name: &'static str,
    max_bytes: Option<usize>,
    required: bool,
    required_for: &'static [&'static str],
    holds: Holds,
}

/// What a parameter's value is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    One,
    /// Codes separated by `:`; the limit is for each.
    List,
    /// May be there several times, once for each item.
    Repeats,
    /// JSON, in which quotes are allowed.
    Json,
}

struct SeenCode {
    code: &'static str,
    ko: &'static str,
    en: &'static str,
}

/// How many bytes of CP949 the result parameter `name` may hold.
pub(crate) fn result_limit(name: &str) -> Option<usize> {
    limit(PAYMENT_RESULT, name)
}

/// How many bytes of CP949 the request parameter `name` may hold.
pub(crate) fn request_limit(name: &str) -> Option<usize> {
    limit(WINDOW_REQUEST, name)
}

fn limit(fields: &'static [Field], name: &str) -> Option<usize> {
    fields.iter().find(|field| field.name == name)?.max_bytes
}

/// The name of whoever stands behind an LGD_FINANCECODE.
pub(crate) fn finance_name(paytype: &str, code: &str) -> Option<&'static str> {
    match paytype {
        "SC0010" => of(CARD_ISSUERS, code),
        "SC0030" | "SC0040" => bank(code),
        "SC0060" | "SC0070" => of(TELECOMS, code),
        _ => of(PAYTYPES, paytype),
    }
}

/// Whether a virtual account can be had at the bank with this code.
pub(crate) fn issues_accounts(code: &str) -> bool {
    VIRTUAL_ACCOUNT_BANKS.iter().any(|bank| bank.code == code)
}

/// Whether the cards of an issuer are authenticated by ISP.
pub(crate) fn is_isp(issuer: &str) -> bool {
    ISP_ISSUERS.contains(&issuer)
}

/// The name of a payment method.
pub(crate) fn paytype_name(paytype: &str) -> Option<&'static str> {
    of(PAYTYPES, paytype)
}

/// Everyone who offers a payment method: code and name.
pub(crate) fn finances(paytype: &str) -> Vec<(&'static str, &'static str)> {
    match paytype {
        "SC0010" => CARD_ISSUERS.to_vec(),
        "SC0030" => BANKS.iter().map(|bank| (bank.code, bank.name)).collect(),
        "SC0040" => VIRTUAL_ACCOUNT_BANKS.iter().map(|bank| (bank.code, bank.name)).collect(),
        "SC0060" | "SC0070" => TELECOMS.to_vec(),
        _ => Vec::new(),
    }
}

/// Whether money can go back to a bank of this code. Whether the gateway knows the common ones, nobody has published.
pub(crate) fn takes_refunds(code: &str) -> bool {
    bank(code).is_some() || COMMON_BANKS.contains(&code)
}

/// The parameters that the window requires, always or because the request names one of these methods or issuers.
pub(crate) fn required_of_window(named: &[String]) -> impl Iterator<Item = &'static str> {
    let for_one = |field: &Field| named.iter().any(|code| field.required_for.contains(&code.as_str()));
    WINDOW_REQUEST.iter().filter(move |field| field.required || for_one(field)).map(|field| field.name)
}

/// The parameters that the window requires for a payment method.
pub(crate) fn required_for(paytype: &str) -> impl Iterator<Item = &'static str> {
    WINDOW_REQUEST.iter().filter(move |field| field.required_for.contains(&paytype)).map(|field| field.name)
}

/// What the value of the request parameter `name` is.
pub(crate) fn holds(name: &str) -> Holds {
    WINDOW_REQUEST.iter().find(|field| field.name == name).map_or(Holds::One, |field| field.holds)
}

/// What results and notices repeat of the window's request.
pub(crate) fn buyer_and_goods() -> &'static [&'static str] {
    BUYER_AND_GOODS
}

/// LGD_WINDOW_TYPE.
pub(crate) fn is_window_type(text: &str) -> bool {
    WINDOW_TYPES.contains(&text)
}

/// LGD_PAYWINDOWTYPE.
pub(crate) fn is_paywindow_type(text: &str) -> bool {
    of(PAYWINDOW_TYPES, text).is_some()
}

/// LGD_PAYTYPE of each identity check, with its Korean name.
pub(crate) fn identity_means() -> &'static [(&'static str, &'static str)] {
    IDENTITY_MEANS
}

/// Parameters that only the sandbox knows.
pub(crate) const SANDBOX_NAMES: &[&str] = &["XPAY_SANDBOX_FAULT", "XPAY_SANDBOX_REFUND"];

/// What the window takes.
pub(crate) fn window_names() -> impl Iterator<Item = &'static str> {
    WINDOW_REQUEST.iter().map(|field| field.name)
}

/// What an escrow delivery takes.
pub(crate) fn escrow_names() -> impl Iterator<Item = &'static str> {
    ESCROW_DELIVERY.iter().copied()
}

/// What a transaction takes; of an unknown one, what all take.
pub(crate) fn transaction_names(txname: &str) -> impl Iterator<Item = &'static str> {
    let rows = TRANSACTION_REQUEST.iter().filter(move |(name, _)| *name == txname || *name == "every");
    rows.flat_map(|(_, takes)| takes.iter().copied())
}

/// Every name of the protocol.
pub(crate) fn all_names() -> impl Iterator<Item = &'static str> {
    let transactions = TRANSACTION_REQUEST.iter().flat_map(|(_, takes)| takes.iter().copied());
    let answers = PAYMENT_RESULT.iter().chain(WINDOW_RESULT).map(|field| field.name);
    window_names().chain(transactions).chain(answers).chain(BILLING_RESULT.iter().copied())
}

/// A refund code (`RF24` …) as the table has it.
pub(crate) fn refund_code(code: &str) -> Option<&'static str> {
    REFUND_CODES.iter().map(|(known, _)| *known).find(|known| *known == code)
}

/// The paths of the pages that take escrow deliveries.
pub(crate) fn escrow_paths() -> impl Iterator<Item = &'static str> {
    ESCROW_PAGES.iter().filter_map(|url| {
        let rest = url.split_once("://")?.1;
        rest.find('/').map(|at| &rest[at..])
    })
}

/// The path of the test platform's.
pub(crate) fn escrow_test_path() -> &'static str {
    escrow_paths().last().unwrap_or_default()
}

/// Whether a cancel with this code counts as done.
pub(crate) fn counts_as_done(paytype: &str, code: &str) -> bool {
    let of = |means: &str| CANCEL_SUCCESS_CODES.iter().find(|(known, _)| *known == means);
    of(paytype).or_else(|| of("other")).is_some_and(|(_, codes)| codes.contains(&code))
}

/// What the gateway says with a refund code (`RF24` …).
pub(crate) fn refund_message(code: &str) -> Option<&'static str> {
    of(REFUND_CODES, code)
}

/// Whether the accounts of a bank take another amount than the one they were issued for.
pub(crate) fn takes_any_amount(bank: &str) -> bool {
    VIRTUAL_ACCOUNT_BANKS.iter().any(|known| known.code == bank && known.any_amount)
}

/// What a code that shops have branches for means, in Korean and English.
pub(crate) fn seen_code(code: &str) -> Option<(&'static str, &'static str)> {
    SEEN_CODES.iter().find(|seen| seen.code == code).map(|seen| (seen.ko, seen.en))
}

/// The text for a code.
fn of(table: &[(&str, &'static str)], code: &str) -> Option<&'static str> {
    table.iter().find(|(known, _)| *known == code).map(|(_, said)| *said)
}

/// Banks have three-digit codes today, two-digit ones before, and one an extra code for its virtual accounts.
fn bank(code: &str) -> Option<&'static str> {
    let bears =
        |bank: &&Bank| bank.code == code || bank.old == code || bank.old_virtual_account == Some(code);
    BANKS.iter().find(bears).map(|bank| bank.name)
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
        assert!(takes_refunds("090") && takes_refunds("26") && !takes_refunds("999"));
        assert!(issues_accounts("26") && !issues_accounts("88"));
        assert!(refund_message("RF24").is_some());
    }
}
