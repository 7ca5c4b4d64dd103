//! Who is not served, and how they are told.

use crate::common::Merchant;
use xpayclient_sandbox::{CODES, DEMO_KEY, DEMO_MID, DEMO_TEST_MID, KINDS, Options, signature};

#[test]
fn each_transaction_misses_each_of_its_parameters() {
    let shop = Merchant::new();
    for kind in KINDS {
        for missing in kind.required {
            let mut pairs = vec![("LGD_DUMMY", "")];
            pairs.extend((!kind.method.is_empty()).then_some((kind.selector, kind.method)));
            pairs.extend(kind.required.iter().filter(|name| *name != missing).map(|name| (*name, "1")));
            let answer = shop.call(kind.txname, &pairs);
            assert_eq!(answer.code, "SB01", "{} {} without {missing}", kind.txname, kind.method);
            assert!(answer.message.contains(missing), "{}", answer.message);
        }
    }
}

#[test]
fn the_table_says_what_the_protocol_says() {
    let page = include_str!("protocol_section_6.txt");
    let written: String = KINDS
        .iter()
        .map(|kind| format!("{} {}: {}\n", kind.txname, kind.method, kind.required.join(" ")))
        .collect();
    assert_eq!(written, page);
}

#[test]
fn a_method_is_asked_for_where_the_name_does_not_say_enough() {
    let shop = Merchant::new();
    for (txname, selector) in [
        ("CashReceipt", "LGD_METHOD"),
        ("CyberAccount", "LGD_METHOD"),
        ("GiftCulture", "LGD_METHOD"),
        ("ARSReserve", "LGD_REQTYPE"),
        ("CardAuthOfflinePos", "LGD_REQTYPE"),
    ] {
        let missing = shop.call(txname, &[]);
        assert!(missing.code == "SB01" && missing.message.contains(selector), "{}", missing.message);
        let wrong = shop.call(txname, &[(selector, "X")]);
        assert!(wrong.code == "SB02" && wrong.message.contains(selector), "{}", wrong.message);
    }
}

/// What the client did right is said, so that it need not be looked for.
#[test]
fn a_transaction_that_is_not_simulated_is_told_from_a_wrong_one() {
    let shop = Merchant::new();
    let unknown = shop.call("PaymentByTomorrow", &[]);
    assert_eq!(unknown.code, "SB07");
    for part in ["[sandbox]", "LGD_TXID", "signature", "PaymentByTomorrow"] {
        assert!(unknown.message.contains(part), "{}", unknown.message);
    }
    let txid = shop.txid();
    let forged = [
        ("LGD_TXNAME", "PaymentByTomorrow"),
        ("LGD_MID", DEMO_TEST_MID),
        ("LGD_TXID", txid.as_str()),
        ("LGD_AUTHCODE", "0"),
    ];
    assert_eq!(shop.post(&txid, &forged).code, "SB06");
}

#[test]
fn whoever_cannot_sign_is_not_served() {
    let shop = Merchant::new();
    let txid = shop.txid();
    let right = signature::auth_code(&txid, DEMO_KEY);
    let post = |mid, txid: &str, auth_code: &str| {
        let pairs =
            [("LGD_TXNAME", "Ping"), ("LGD_MID", mid), ("LGD_TXID", txid), ("LGD_AUTHCODE", auth_code)];
        shop.post(txid, &pairs).code
    };
    assert_eq!(post("nobody", &txid, &right), "SB03");
    assert_eq!(post(DEMO_TEST_MID, &txid, &right.to_uppercase()), "SB06");
    assert_eq!(post(DEMO_TEST_MID, &txid, &signature::auth_code(&txid, "other")), "SB06");
    assert_eq!(post(DEMO_TEST_MID, &txid, ""), "SB01");
    assert_eq!(post(DEMO_MID, &txid, &right), "SB04");
    assert_eq!(post(DEMO_TEST_MID, &txid, &right), "0000");
    assert_eq!(post(DEMO_TEST_MID, &txid, &right), "SB05");
}

#[test]
fn a_txid_keeps_to_its_grammar() {
    let shop = Merchant::new();
    let hex = "0123456789abcdef0123456789abcdef01234567";
    for middle in ["", "01", "web-3"] {
        let txid = format!("{DEMO_TEST_MID}-{middle}20200515101112{hex}");
        assert_eq!(shop.call_as(&txid, "Ping", &[]).code, "0000", "{txid}");
    }
    let upper = hex.to_uppercase();
    for wrong in [
        format!("{DEMO_TEST_MID}-20201315101112{hex}"),
        format!("{DEMO_TEST_MID}-20200515101112{upper}"),
        format!("{DEMO_TEST_MID}20200515101112{hex}"),
        format!("{DEMO_TEST_MID}-{hex}"),
        format!("{DEMO_TEST_MID}-01 20200515101112{hex}"),
    ] {
        assert_eq!(shop.call_as(&wrong, "Ping", &[]).code, "SB04", "{wrong}");
    }
}

#[test]
fn another_shop_sees_nothing_of_ours() {
    let others = vec![("other".to_owned(), "k".to_owned())];
    let shop = Merchant::with(Options { shops: others, ..Options::default() });
    let paid = shop.call("PaymentByKey", &[("LGD_PAYKEY", &shop.paykey(1000))]);
    let post = |digit, pairs: crate::common::Pairs<'_>| {
        let txid = format!("other-20200515101112{digit:0>40}");
        let auth_code = signature::auth_code(&txid, "k");
        let head = [("LGD_MID", "other"), ("LGD_TXID", txid.as_str()), ("LGD_AUTHCODE", &auth_code)];
        shop.post(&txid, &[&head, pairs].concat()).code
    };
    assert_eq!(post(1, &[("LGD_TXNAME", "Cancel"), ("LGD_TID", paid.get("LGD_TID"))]), "SB15");
    assert_eq!(post(2, &[("LGD_TXNAME", "Rollback"), ("LGD_RB_TXID", &paid.txid)]), "SB04");
    assert_eq!(post(3, &[("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", &shop.paykey(1))]), "SB11");
    assert_eq!(shop.payment(paid.get("LGD_TID")).balance, 1000);
}

#[test]
fn names_survive_in_either_charset() {
    let shop = Merchant::new();
    for encoding in ["", "UTF-8"] {
        let paykey = shop.paykey(1000);
        let pairs = [("LGD_PAYKEY", paykey.as_str()), ("LGD_BUYER", "똠방각하"), ("LGD_ENCODING", encoding)];
        assert_eq!(shop.call("PaymentByKey", &pairs).get("LGD_BUYER"), "똠방각하");
    }
}

#[test]
fn what_is_too_long_or_no_number_is_named() {
    let shop = Merchant::new();
    let long = "가".repeat(16);
    let answer = shop.call("Ping", &[("LGD_BUYER", &long)]);
    assert_eq!(answer.code, "SB02");
    assert!(answer.message.contains("LGD_BUYER") && answer.message.contains("30"));
    let paykey = shop.paykey(1000);
    for amount in ["-1", "1.0", "1,000", "12345678901", " 1"] {
        let pairs = [("LGD_PAYKEY", paykey.as_str()), ("LGD_AMOUNT", amount)];
        assert_eq!(shop.call("AmountCheck", &pairs).code, "SB02", "{amount}");
    }
    let order = [("LGD_METHOD", "ASSIGN"), ("LGD_AMOUNT", "1"), ("LGD_OID", "주문")];
    assert_eq!(shop.call("CyberAccount", &order).code, "SB02");
}

#[test]
fn a_message_says_whose_it_is_in_both_languages_and_fits() {
    let shop = Merchant::new();
    let answer = shop.call("Cancel", &[]);
    assert!(answer.message.starts_with("[sandbox] LGD_TID"), "{}", answer.message);
    assert!(encoding_rs::EUC_KR.encode(&answer.message).0.len() <= 160);
    assert!(CODES.iter().any(|code| code.code == answer.code));
}

/// What nobody has published can be chosen: what becomes of a request that comes after its Rollback, and of a second one.
#[test]
fn the_profile_decides_what_follows_a_rollback() {
    for (profile, rollbacks, late) in [
        ("", ["0000", "0000"], "SB22"),
        ("second-rollback=refused", ["0000", "SB36"], "SB22"),
        ("late-request=approved", ["0000", "0000"], "0000"),
        ("unknown-rollback=refused", ["SB36", "SB36"], "0000"),
        ("unknown-rollback=refused,second-rollback=refused", ["SB36", "SB36"], "0000"),
    ] {
        let shop = of_profile(profile);
        let (txid, paykey) = (shop.txid(), shop.paykey(1000));
        let rolled_back = || shop.rollback(&txid).code;
        assert_eq!([rolled_back(), rolled_back()], rollbacks, "{profile}");
        assert_eq!(shop.call_as(&txid, "PaymentByKey", &[("LGD_PAYKEY", &paykey)]).code, late, "{profile}");
        if late == "0000" {
            let second = if profile.contains("second") { "SB36" } else { "0000" };
            assert_eq!([rolled_back(), rolled_back()], ["0000", second], "{profile}");
        }
    }
}

/// A declined payment, a Cancel, and a PAYKEY that has paid.
#[test]
fn the_profile_decides_what_else_is_unknown() {
    let shop = of_profile("declined-rollback=refused,code-table=SB11:P001");
    let txid = shop.txid();
    assert_eq!(shop.call_as(&txid, "PaymentByKey", &[("LGD_PAYKEY", "none")]).code, "P001");
    assert_eq!(shop.rollback(&txid).code, "SB36");
    for (profile, undone, cancelled_again) in [
        ("", "0000", "0000"),
        ("cancel-rollback=ignored", "0000", "AV11"),
        ("cancel-rollback=refused", "SB36", "AV11"),
    ] {
        let shop = of_profile(profile);
        let paid = shop.call("PaymentByKey", &[("LGD_PAYKEY", &shop.paykey(1000))]);
        let (txid, tid) = (shop.txid(), paid.get("LGD_TID").to_owned());
        assert_eq!(shop.call_as(&txid, "Cancel", &[("LGD_TID", &tid)]).code, "0000");
        assert_eq!(shop.rollback(&txid).code, undone, "{profile}");
        assert_eq!(shop.call("Cancel", &[("LGD_TID", &tid)]).code, cancelled_again, "{profile}");
    }
    for (profile, second, stands) in [
        ("", "S007", true),
        ("second-payment=repeated", "0000", true),
        ("second-payment=shared", "0000", false),
    ] {
        let shop = of_profile(profile);
        let paykey = shop.paykey(1000);
        let paid = shop.call("PaymentByKey", &[("LGD_PAYKEY", &paykey)]);
        let (txid, tid) = (shop.txid(), paid.get("LGD_TID").to_owned());
        let again = shop.call_as(&txid, "PaymentByKey", &[("LGD_PAYKEY", &paykey)]);
        assert_eq!(again.code, second, "{profile}");
        assert!(second == "S007" || again.get("LGD_TID") == tid, "{profile}");
        shop.rollback(&txid);
        let cancelled = shop.call("Cancel", &[("LGD_TID", &tid)]).code;
        assert_eq!(cancelled == "0000", stands, "{profile}: {cancelled}");
    }
}

fn of_profile(profile: &str) -> Merchant {
    Merchant::with(Options { profile: profile.parse().unwrap(), ..Options::default() })
}
