//! The rules of money: what a cancel may take, where it goes, and that nothing is ever lost.

#![allow(clippy::unwrap_used, reason = "a test may stop at the first surprise")]

mod common;

use common::{Answer, Merchant, Pairs, REFUND};
use xpayclient_sandbox::{Options, PaykeyRequest};

fn account(shop: &Merchant, oid: &str, amount: &str) -> Answer {
    shop.call("CyberAccount", &[("LGD_METHOD", "ASSIGN"), ("LGD_OID", oid), ("LGD_AMOUNT", amount)])
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
    let shop = Merchant::with(Options { clock: Some("20261123120000".into()), ..Options::default() });
    let assign = |oid: &str, closes: &str| {
        let pairs =
            [("LGD_METHOD", "ASSIGN"), ("LGD_OID", oid), ("LGD_AMOUNT", "1000"), ("LGD_CLOSEDATE", closes)];
        shop.call("CyberAccount", &pairs).get("LGD_TID").to_owned()
    };
    let (open, closed) = (assign("O-1", "20261123120000"), assign("O-2", "20261123115959"));
    assert_eq!(shop.sandbox.deposit(&open).unwrap().balance, 1000);
    let refused = shop.sandbox.deposit(&closed).unwrap_err();
    assert!(refused.code() == "SB35" && refused.english().contains("20261123115959"), "{refused}");
    assert_eq!(shop.payment(&closed).balance, 0);
}

/// Whatever is asked for, in whatever order: what went out and what is left make up what came in.
#[test]
fn no_won_is_ever_lost() {
    let shop = Merchant::new();
    let mut state = 7_u64;
    let mut dice = |sides: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % sides
    };
    let mut payments: Vec<(String, Vec<(String, i64)>)> = Vec::new();
    for round in 0..400 {
        if payments.is_empty() || dice(3) == 0 {
            let amount = 1 + dice(50_000) as i64;
            let tid = match dice(3) {
                0 => paid_account(&shop, &format!("O-{round}"), &amount.to_string()),
                1 => transfer(&shop, amount),
                _ => shop.paid_by_card(amount),
            };
            payments.push((tid, Vec::new()));
            continue;
        }
        let which = dice(payments.len() as u64) as usize;
        let (tid, cancels) = &mut payments[which];
        let before = shop.payment(tid);
        let amount = dice(60_000);
        let text = amount.to_string();
        let pairs = [&[("LGD_TID", &**tid), ("LGD_CANCELAMOUNT", &text)], REFUND].concat();
        let (answer, asked) = match dice(4) {
            0 => (shop.call("Cancel", &[&[("LGD_TID", &**tid)], REFUND].concat()), before.balance),
            1 if !cancels.is_empty() => {
                let (txid, _) = cancels.swap_remove(dice(cancels.len() as u64) as usize);
                (shop.rollback(&txid), 0)
            }
            _ => (shop.call("PartialCancel", &pairs), amount as i64),
        };
        let after = shop.payment(tid);
        if answer.code == "0000" && asked > 0 && after.balance != before.balance {
            assert_eq!(after.balance, before.balance - asked);
            cancels.push((answer.txid, asked));
        }
        let out: i64 = cancels.iter().map(|(_, amount)| amount).sum();
        assert_eq!(after.balance + out, after.amount, "{}", answer.message);
        assert!((0..=after.amount).contains(&after.balance) && after.taxfree <= after.balance);
    }
}
