//! The rules of money: what a cancel may take and where it goes, closing dates, receipts.

use crate::common::{Answer, Merchant, Pairs, REFUND};
use xpayclient_sandbox::{Options, PaykeyRequest};

fn account(shop: &Merchant, oid: &str, amount: &str) -> Answer {
    shop.call("CyberAccount", &[("LGD_METHOD", "ASSIGN"), ("LGD_OID", oid), ("LGD_AMOUNT", amount)])
}

/// ASSIGN or CHANGE, with a closing date.
fn dated(shop: &Merchant, method: &str, oid: &str, amount: &str, closes: &str) -> Answer {
    let pairs = [("LGD_METHOD", method), ("LGD_OID", oid), ("LGD_AMOUNT", amount), ("LGD_CLOSEDATE", closes)];
    shop.call("CyberAccount", &pairs)
}

/// The TID of a virtual account with money in it.
fn paid_account(shop: &Merchant, oid: &str, amount: &str) -> String {
    let tid = account(shop, oid, amount).get("LGD_TID").to_owned();
    shop.sandbox.deposit(&tid).unwrap();
    tid
}

fn transfer(shop: &Merchant, amount: i64) -> String {
    shop.paid(PaykeyRequest { amount, paytype: "SC0030".into(), ..PaykeyRequest::default() })
}

#[test]
fn a_virtual_accounts_money_goes_to_the_buyers_own() {
    let shop = Merchant::new();
    let tid = paid_account(&shop, "O-1", "1000");
    let number = account(&shop, "O-2", "1000");
    let cancel = |pairs: Pairs<'_>| shop.call("Cancel", &[&[("LGD_TID", &*tid)], pairs].concat());
    for missing in ["LGD_RFACCOUNTNUM", "LGD_RFBANKCODE", "LGD_RFCUSTOMERNAME"] {
        let pairs: Vec<_> = REFUND.iter().copied().filter(|(name, _)| *name != missing).collect();
        let refused = cancel(&pairs);
        assert!(refused.code == "SB01" && refused.message.contains(missing), "{}", refused.message);
    }
    let with = |name: &'static str, value: &'static str| {
        let pairs: Vec<_> =
            REFUND.iter().map(|(known, old)| (*known, if *known == name { value } else { *old })).collect();
        cancel(&pairs).code
    };
    assert_eq!(with("LGD_RFACCOUNTNUM", "110-123-45678"), "RF26");
    assert_eq!(with("LGD_RFBANKCODE", "999"), "SB02");
    assert_eq!(shop.payment(&tid).balance, 1000);

    let itself: String = tid.chars().filter(char::is_ascii_digit).collect();
    let itself = &itself[itself.len() - 14..];
    let pairs = [("LGD_RFACCOUNTNUM", itself), REFUND[1], REFUND[2]];
    assert_eq!(cancel(&pairs).code, "RF31");
    assert_eq!(cancel(REFUND).code, "0000");
    assert_eq!(shop.payment(&tid).balance, 0);
    // Nothing was paid into the other one, so nobody is asked where it shall go.
    assert_eq!(shop.call("Cancel", &[("LGD_TID", number.get("LGD_TID"))]).code, "RF24");
}

#[test]
fn every_refund_code_can_be_had() {
    let shop = Merchant::new();
    let done = ["RF00", "RF09", "RF10", "RF15", "RF19", "RF23", "RF25"];
    let failed = [
        "RF02", "RF05", "RF07", "RF08", "RF13", "RF17", "RF21", "RF22", "RF24", "RF26", "RF27", "RF28",
        "RF30", "RF31", "RFFF",
    ];
    for code in done.into_iter().chain(failed) {
        let tid = transfer(&shop, 1000);
        let answer = shop.call("Cancel", &[("LGD_TID", &tid), ("XPAY_SANDBOX_REFUND", code)]);
        assert_eq!(answer.code, code);
        assert!(
            !answer.message.contains("[sandbox]") && !answer.message.starts_with(" /"),
            "{}",
            answer.message
        );
        let left = if done.contains(&code) { 0 } else { 1000 };
        assert_eq!(shop.payment(&tid).balance, left, "{code}");
    }
    // Of a virtual account only 0000 counts as done.
    let tid = paid_account(&shop, "O-1", "1000");
    let pairs = [&[("LGD_TID", &*tid), ("XPAY_SANDBOX_REFUND", "RF09")], REFUND].concat();
    assert_eq!((shop.call("Cancel", &pairs).code.as_str(), shop.payment(&tid).balance), ("RF09", 1000));
    for wrong in ["RF99", "0000X"] {
        let refused =
            shop.call("Cancel", &[("LGD_TID", &transfer(&shop, 10)), ("XPAY_SANDBOX_REFUND", wrong)]);
        assert!(
            refused.code == "SB02" && refused.message.contains("XPAY_SANDBOX_REFUND"),
            "{}",
            refused.message
        );
    }
    let card = shop.paid_by_card(10);
    assert_eq!(shop.call("Cancel", &[("LGD_TID", &card), ("XPAY_SANDBOX_REFUND", "RF09")]).code, "SB02");
    assert_eq!(shop.call("Cancel", &[("LGD_TID", &card)]).code, "0000");
    assert_eq!(shop.call("Cancel", &[("LGD_TID", &card)]).code, "AV11");
}

/// A refund on its way is undone by a Rollback like any other.
#[test]
fn a_refund_that_is_on_its_way_can_be_rolled_back() {
    let shop = Merchant::new();
    let tid = transfer(&shop, 1000);
    let cancel = shop.call("Cancel", &[("LGD_TID", &tid), ("XPAY_SANDBOX_REFUND", "RF23")]);
    assert_eq!((cancel.code.as_str(), shop.payment(&tid).balance), ("RF23", 0));
    assert_eq!(shop.rollback(&cancel.txid).code, "0000");
    assert_eq!(shop.payment(&tid).balance, 1000);
}

#[test]
fn an_account_takes_no_money_after_its_closing_date() {
    let dir = tempfile::tempdir().unwrap();
    let at = |clock: &str| {
        let (clock, db) = (Some(clock.to_owned()), Some(dir.path().join("ledger.db")));
        Merchant::with(Options { clock, db, ..Options::default() })
    };
    let shop = at("20261123120000");
    let tid = |oid: &str| dated(&shop, "ASSIGN", oid, "1000", "20261123120000").get("LGD_TID").to_owned();
    let (open, late) = (tid("O-1"), tid("O-2"));
    assert_eq!(dated(&shop, "ASSIGN", "O-3", "1000", "20261123115959").code, "SB35");
    assert_eq!(dated(&shop, "CHANGE", "O-2", "1000", "20261123115959").code, "SB35");
    assert_eq!(shop.sandbox.deposit(&open).unwrap().balance, 1000);
    drop(shop);

    let shop = at("20261123120001");
    let refused = shop.sandbox.deposit(&late).unwrap_err();
    assert!(refused.code() == "SB35" && refused.english().contains("20261123120000"), "{refused}");
    assert_eq!(dated(&shop, "CHANGE", "O-2", "1000", "20261124120000").code, "0000");
    assert_eq!(shop.sandbox.deposit(&late).unwrap().balance, 1000);
}

#[test]
fn receipts_are_for_no_more_than_was_paid() {
    let shop = Merchant::new();
    let tid = paid_account(&shop, "O-1", "1000");
    let receipt = |method, seqno, amount| {
        let pairs = [
            ("LGD_METHOD", method),
            ("LGD_PAYTYPE", "SC0040"),
            ("LGD_TID", tid.as_str()),
            ("LGD_OID", "O-1"),
            ("LGD_SEQNO", seqno),
            ("LGD_AMOUNT", amount),
            ("LGD_CASHCARDNUM", "01000000000"),
            ("LGD_CASHRECEIPTUSE", "1"),
            ("LGD_CUSTOM_BUSINESSNUM", "1234567890"),
        ];
        shop.call("CashReceipt", &pairs)
    };
    assert_eq!(receipt("AUTH", "001", "1001").code, "SB16");
    assert_eq!(receipt("AUTH", "x", "1").code, "SB02");
    assert_eq!(receipt("AUTH", "001", "700").code, "0000");
    assert_eq!(receipt("AUTH", "001", "300").code, "SB23");
    assert_eq!(receipt("AUTH", "002", "301").code, "SB16");
    assert_eq!(receipt("AUTH", "002", "300").code, "0000");
    assert_eq!(receipt("CANCEL", "001", "200").code, "0000");
    assert_eq!(receipt("CANCEL", "001", "501").code, "SB16");
    let cancelled = receipt("CANCEL", "001", "500");
    assert_eq!(receipt("CANCEL", "001", "1").code, "SB24");
    // A second receipt for the same money stands, whatever becomes of the first.
    assert_eq!(receipt("AUTH", "001", "100").code, "0000");
    assert_eq!(shop.rollback(&cancelled.txid).code, "0000");
    assert_eq!(receipt("CANCEL", "001", "101").code, "SB16");
    assert_eq!(receipt("CANCEL", "001", "100").code, "0000");
    assert_eq!(receipt("CANCEL", "001", "1").code, "SB24");
}

#[test]
fn changes_are_taken_back_in_any_order() {
    for order in [[0, 1], [1, 0]] {
        let shop = Merchant::new();
        let tid = dated(&shop, "ASSIGN", "O-1", "5000", "20990101000000").get("LGD_TID").to_owned();
        let changes = [("9000", "20990202000000"), ("100", "20990303000000")]
            .map(|(amount, closedate)| dated(&shop, "CHANGE", "O-1", amount, closedate));
        assert_eq!(shop.rollback(&changes[order[0]].txid).code, "0000");
        assert_eq!(shop.payment(&tid).amount, if order[0] == 0 { 100 } else { 9000 });
        assert_eq!(shop.rollback(&changes[order[1]].txid).code, "0000");
        let payment = shop.payment(&tid);
        assert_eq!((payment.amount, payment.closedate.as_str()), (5000, "20990101000000"));
    }
}
