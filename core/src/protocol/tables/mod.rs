//! The protocol's tables as the program looks things up in them.
//!
//! They are generated from `protocol/tables.json`; a test compares them row by row.

mod codes;
#[rustfmt::skip]
mod data;
mod fields;
mod hosts;

pub use codes::{Bank, Named, RefundCode, RefundState, SeenCode, VirtualAccountBank};
pub use data::{
    BANKS, BILLING_RESULT, BUYER_AND_GOODS, CANCEL_SUCCESS, CANCEL_SUCCESS_OTHER, CARD_ISSUERS,
    ESCROW_DELIVERY, ESCROW_PAGE, ESCROW_TEST_PAGE, HOSTS, IDENTITY_MEANS, PAYMENT_RESULT, PAYTYPES,
    PAYWINDOW_TYPES, REFUND_CODES, SEEN_CODES, TELECOMS, VIRTUAL_ACCOUNT_BANKS, WINDOW_REQUEST,
    WINDOW_RESULT, WINDOW_TYPES,
};
pub use fields::{Field, Holds};
pub use hosts::{Age, Hosts};

/// The Korean name of an LGD_PAYTYPE.
pub fn paytype_name(code: &str) -> Option<&'static str> {
    name(PAYTYPES, code)
}

/// The Korean name of a card's issuer.
pub fn card_issuer_name(code: &str) -> Option<&'static str> {
    name(CARD_ISSUERS, code)
}

/// The Korean name of a telephone company.
pub fn telecom_name(code: &str) -> Option<&'static str> {
    name(TELECOMS, code)
}

/// The Korean name of a bank, by its code of today or an older one.
pub fn bank_name(code: &str) -> Option<&'static str> {
    let goes_by =
        |bank: &&Bank| [Some(bank.code), Some(bank.old), bank.old_virtual_account].contains(&Some(code));
    BANKS.iter().find(goes_by).map(|bank| bank.name_ko)
}

/// The Korean name behind an LGD_FINANCECODE, which each LGD_PAYTYPE has codes of its own for.
pub fn finance_name(paytype: &str, code: &str) -> Option<&'static str> {
    match paytype {
        "SC0010" => card_issuer_name(code),
        "SC0030" | "SC0040" => bank_name(code),
        "SC0060" | "SC0070" => telecom_name(code),
        _ => None,
    }
}

/// Whether a cancel answered with `code` counts as done, for a payment by `paytype`.
///
/// Some of these codes mean that the refund still runs: see [`RefundState::InProgress`].
pub fn is_cancel_success(paytype: &str, code: &str) -> bool {
    let of_its_own = CANCEL_SUCCESS.iter().find(|(means, _)| *means == paytype);
    of_its_own.map_or(CANCEL_SUCCESS_OTHER, |(_, codes)| codes).contains(&code)
}

/// What a refund's code means.
pub fn refund_code(code: &str) -> Option<&'static RefundCode> {
    REFUND_CODES.iter().find(|refund| refund.code == code)
}

/// A code that shops have a branch of their own for.
pub fn seen_code(code: &str) -> Option<&'static SeenCode> {
    SEEN_CODES.iter().find(|seen| seen.code == code)
}

/// The row of a parameter: as the window takes it, else as results have it.
pub fn field(name: &str) -> Option<&'static Field> {
    let tables = [WINDOW_REQUEST, PAYMENT_RESULT, WINDOW_RESULT];
    tables.into_iter().flatten().find(|field| field.name == name)
}

/// The most bytes of CP949 that a parameter may have, each code of a list if it is one.
pub fn max_bytes(name: &str) -> Option<usize> {
    field(name)?.max_bytes
}

fn name(table: &'static [Named], code: &str) -> Option<&'static str> {
    table.iter().find(|named| named.code == code).map(|named| named.name_ko)
}

#[cfg(test)]
mod tests {
    use indexmap::IndexMap;
    use serde_json::value::RawValue;
    use serde_json::{Value as Json, json};

    use super::*;

    /// Members in the file's order, which `serde_json::Value` does not keep.
    type Object = IndexMap<String, Box<RawValue>>;

    fn raw(table: &str) -> Box<RawValue> {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/protocol/tables.json");
        let mut file: Object = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
        file.shift_remove(table).unwrap()
    }

    /// A table that is a list, row by row.
    fn list(table: &str) -> Vec<Json> {
        serde_json::from_str(raw(table).get()).unwrap()
    }

    /// A table that is an object, member by member.
    fn members(table: &str) -> Vec<(String, Json)> {
        let members: Object = serde_json::from_str(raw(table).get()).unwrap();
        members.into_iter().map(|(name, value)| (name, serde_json::from_str(value.get()).unwrap())).collect()
    }

    #[test]
    fn the_names_are_those_of_the_file() {
        for (table, ours) in [("paytypes", PAYTYPES), ("card_issuers", CARD_ISSUERS), ("telecoms", TELECOMS)]
        {
            let ours: Vec<_> = ours.iter().map(|n| (n.code.to_owned(), json!(n.name_ko))).collect();
            assert_eq!(ours, members(table), "{table}");
        }
    }

    #[test]
    fn the_banks_are_those_of_the_file() {
        let ours = BANKS.iter().map(|bank| {
            let mut row = json!({ "code": bank.code, "old": bank.old, "name_ko": bank.name_ko });
            if let Some(code) = bank.old_virtual_account {
                row["old_virtual_account"] = json!(code);
            }
            row
        });
        assert_eq!(ours.collect::<Vec<_>>(), list("banks"));
        let ours = VIRTUAL_ACCOUNT_BANKS.iter().map(|bank| {
            json!({
                "code": bank.code,
                "name_ko": bank.name_ko,
                "over_or_under_payment": bank.over_or_under_payment,
                "instalment_payment": bank.instalment_payment,
                "same_day_deposit_cancel": bank.same_day_deposit_cancel,
            })
        });
        assert_eq!(ours.collect::<Vec<_>>(), list("virtual_account_banks"));
    }

    #[test]
    fn the_codes_of_cancels_are_those_of_the_file() {
        let other = ("other".to_owned(), json!(CANCEL_SUCCESS_OTHER));
        let ours = CANCEL_SUCCESS.iter().map(|(means, codes)| ((*means).to_owned(), json!(codes)));
        assert_eq!(ours.chain([other]).collect::<Vec<_>>(), members("cancel_success_codes"));
        let ours = REFUND_CODES.iter().map(|refund| {
            json!({
                "code": refund.code,
                "message_ko": refund.message_ko,
                "meaning_ko": refund.meaning_ko,
                "group_ko": refund.group_ko,
                "state_ko": refund.state.name_ko(),
            })
        });
        assert_eq!(ours.collect::<Vec<_>>(), list("refund_codes"));
    }

    #[test]
    fn the_fields_are_those_of_the_file() {
        let tables = [
            ("window_request", WINDOW_REQUEST),
            ("payment_result", PAYMENT_RESULT),
            ("window_result", WINDOW_RESULT),
        ];
        for (table, ours) in tables {
            let theirs = members(table).into_iter().map(|(name, row)| {
                let or = |column: &str, default: Json| row.get(column).cloned().unwrap_or(default);
                let columns =
                    [("required", json!(false)), ("required_for", json!([])), ("holds", json!("one"))];
                (name, row["max_bytes"].clone(), columns.map(|(column, default)| or(column, default)))
            });
            let ours = ours.iter().map(|f| {
                let holds = format!("{:?}", f.holds).to_lowercase();
                let columns = [json!(f.required), json!(f.required_for), json!(holds)];
                (f.name.to_owned(), json!(f.max_bytes), columns)
            });
            assert_eq!(ours.collect::<Vec<_>>(), theirs.collect::<Vec<_>>(), "{table}");
        }
    }

    #[test]
    fn a_code_is_looked_up_where_it_belongs() {
        assert_eq!(finance_name("SC0010", "41"), Some("신한"));
        assert_eq!(["088", "88", "26"].map(bank_name), [Some("신한"); 3]);
        assert_eq!(finance_name("SC0060", "011"), Some("SKT"));
        assert_eq!(finance_name("SC0030", "011"), Some("농협"));
        assert_eq!(finance_name("SC0111", "41"), None);
        assert!(is_cancel_success("SC0010", "AV11") && !is_cancel_success("SC0030", "AV11"));
        assert!(is_cancel_success("SC0030", "RF09") && !is_cancel_success("SC0040", "RF09"));
        assert_eq!(refund_code("RF21").map(|refund| refund.state), Some(RefundState::Impossible));
        assert_eq!([max_bytes("LGD_AMOUNT"), max_bytes("LGD_TID")], [Some(12), Some(24)]);
        assert_eq!([max_bytes("LGD_PAYKEY"), max_bytes("LGD_PAN")], [Some(100), None]);
    }
}
