//! Which values may be shown. All others are masked: an unknown parameter may be a secret.

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
    let digits = reason.bytes().filter(u8::is_ascii_digit).count();
    reason.len() <= 40
        && digits < 4
        && reason.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b' ')
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
        for shown in ["Timeout", "HTTP 500", "Shop step failed"] {
            assert_eq!(masked("LGD_RB_REASON", shown), shown);
        }
        for hidden in
            ["INSERT INTO t VALUES('Kim')", "01012345678", "me@example.org", "홍길동", &"x".repeat(41)]
        {
            assert_eq!(masked("LGD_RB_REASON", hidden), "***");
        }
    }
}
