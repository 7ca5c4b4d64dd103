//! Which values may be shown. All others are masked: an unknown parameter may be a secret, and so may be a name of a broken form.

/// Stands for a shop that the gateway does not know, and for what cannot be a name.
pub(crate) const NO_NAME: &str = "?";
/// A longer text is no name, nor is one with this many digits in a row: it may be a value.
const LONGEST: usize = 64;
const LONG_NUMBER: usize = 7;

/// Parameters that are neither secret nor personal.
const HARMLESS: &[&str] = &[
    "LGD_TXNAME",
    "LGD_TXID",
    "LGD_MID",
    "LGD_METHOD",
    "LGD_OID",
    "LGD_TID",
    "LGD_AMOUNT",
    "LGD_PAYTYPE",
    "LGD_AMOUNTCHECKYN",
    "LGD_TAXFREEAMOUNT",
    "LGD_VAT",
    "LGD_CANCELAMOUNT",
    "LGD_CANCELTAXFREEAMOUNT",
    "LGD_CANCELREASON",
    "LGD_CANCELREQUESTER",
    "LGD_REMAINAMOUNT",
    "LGD_REQREMAIN",
    "LGD_RFBANKCODE",
    "LGD_CASHRECEIPTUSE",
    "LGD_SEQNO",
    "LGD_CLOSEDATE",
    "LGD_BANKCODE",
    "LGD_INSTALL",
    "LGD_NOINT",
    "LGD_AUTHTYPE",
    "LGD_REQTYPE",
    "KVP_QUOTA",
    "KVP_NOINT",
    "VBV_ECI",
    "LGD_PCANCELCNT",
    "LGD_DIVIDE_YN",
    "LGD_BUYER",
    "LGD_PRODUCTINFO",
    "LGD_ENCODING",
    "LGD_TIMESTAMP",
    "LGD_HASHTYPE",
    "LGD_VERSION",
    "LGD_CUSTOM_PROCESSTIMEOUT",
    "LGD_RB_TXID",
    "LGD_RESULTCNT",
    "LGD_DUMMY",
    "LGD_STATUS",
    "LGD_FILE",
    "XPAY_SANDBOX_FAULT",
    "XPAY_SANDBOX_REFUND",
    "mid",
    "oid",
    "productid",
    "orderdate",
    "dlvtype",
    "dlvdate",
    "dlvcompcode",
    "dlvcomp",
    "rcvdate",
];

/// Parameters of answers.
const HARMLESS_IN_ANSWERS: &[&str] = &[
    "LGD_RESPCODE",
    "LGD_RESPMSG",
    "LGD_PAYDATE",
    "LGD_RESPDATE",
    "LGD_HASHDATA",
    "LGD_FINANCECODE",
    "LGD_FINANCENAME",
    "LGD_FINANCEAUTHNUM",
    "LGD_ESCROWYN",
    "LGD_CARDINSTALLMONTH",
    "LGD_CARDNOINTYN",
    "LGD_PCANCELFLAG",
    "LGD_PCANCELSTR",
    "LGD_CASFLAG",
    "LGD_CASSEQNO",
    "LGD_CASHRECEIPTNUM",
    "LGD_CASHRECEIPTSELFYN",
    "LGD_CASHRECEIPTKIND",
    "LGD_CARDNOINTEREST_YN",
    "LGD_DISCOUNTUSEYN",
    "LGD_DISCOUNTUSEAMOUNT",
];

/// Parameters of the request itself, not of the order.
const TRANSPORT: &[&str] =
    &["LGD_TXNAME", "LGD_TXID", "LGD_RESULTCNT", "XPAY_SANDBOX_FAULT", "XPAY_SANDBOX_REFUND"];

/// `value`, or `***` if it may be secret.
pub(crate) fn masked<'a>(name: &str, value: &'a str) -> &'a str {
    let reason = name == "LGD_RB_REASON" && is_plain(value);
    if value.is_empty() || reason || HARMLESS.contains(&name) || HARMLESS_IN_ANSWERS.contains(&name) {
        value
    } else {
        "***"
    }
}

/// A Rollback's reason in a few plain words. Some shops pass the statement that failed, with the buyer's data in it.
fn is_plain(reason: &str) -> bool {
    let digits = reason.chars().filter(char::is_ascii_digit).count();
    let plain = reason.chars().all(|c| c.is_alphanumeric() || c == ' ');
    plain && digits < 4 && reason.chars().count() <= 40
}

/// `text` if it can be a parameter's name.
pub(crate) fn name(text: &str) -> &str {
    if is_name(text) { text } else { NO_NAME }
}

/// Whether it can be a parameter's name: a broken form may have a value in its place.
pub(crate) fn is_name(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.[] ".contains(&byte);
    let begins = text.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_');
    let numbers = text.split(|c: char| !c.is_ascii_digit()).any(|digits| digits.len() >= LONG_NUMBER);
    begins && !numbers && text.len() <= LONGEST && text.bytes().all(letter)
}

/// Whether an answer may repeat the parameter.
pub(crate) fn may_be_repeated(name: &str) -> bool {
    HARMLESS.contains(&name) && !TRANSPORT.contains(&name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_with_the_buyers_data_is_not_shown() {
        for shown in ["Timeout", "HTTP 500", "Shop step failed", "상점 오류"] {
            assert_eq!(masked("LGD_RB_REASON", shown), shown);
        }
        for hidden in ["INSERT INTO t VALUES('Kim')", "01012345678", "me@example.org", &"x".repeat(41)] {
            assert_eq!(masked("LGD_RB_REASON", hidden), "***");
        }
    }

    #[test]
    fn a_value_in_a_names_place_is_not_kept() {
        for name in ["LGD_OID", "LGD_OID ", "goods[0]", "_x", "order-memo"] {
            assert_eq!(self::name(name), name);
        }
        for value in ["4111111111111111", "me@example.org", "", "a01012345678", &"x".repeat(65)] {
            assert_eq!(self::name(value), NO_NAME);
        }
    }
}
