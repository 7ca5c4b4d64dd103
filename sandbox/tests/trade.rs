//! Random trade: whatever is asked for, in whatever order, no won is lost and none is made.

use crate::common::{Answer, Merchant, REFUND};
use std::collections::HashMap;
use xpayclient_sandbox::{PaykeyRequest, PaymentState};

#[test]
fn random_trade_loses_no_won() {
    for seed in 1..=12 {
        let mut trade =
            Trade { shop: Merchant::new(), dice: seed, sent: Vec::new(), deposits: HashMap::new() };
        for step in 0..80 {
            trade.step(step);
            trade.audit(seed, step);
        }
    }
}

fn account(shop: &Merchant, method: &str, oid: &str, amount: &str) -> Answer {
    shop.call("CyberAccount", &[("LGD_METHOD", method), ("LGD_OID", oid), ("LGD_AMOUNT", amount)])
}

/// A shop that does anything at any time, and all that it did.
struct Trade {
    shop: Merchant,
    dice: u64,
    /// The TXIDs of everything sent.
    sent: Vec<String>,
    /// How much was paid into which virtual account.
    deposits: HashMap<String, i64>,
}

impl Trade {
    fn below(&mut self, end: usize) -> usize {
        self.dice = self.dice.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.dice >> 33) as usize % end
    }

    fn step(&mut self, step: usize) {
        let oid = format!("O-{}", self.below(4));
        let amount = (1 + self.below(3000)).to_string();
        let answer = match self.below(10) {
            0 | 1 => self.pay(),
            2 => account(&self.shop, "ASSIGN", &oid, &amount),
            3 => account(&self.shop, "CHANGE", &oid, &amount),
            4 => return self.deposit(),
            5..=7 => self.cancel_some(&amount),
            _ if self.sent.is_empty() => return,
            _ => {
                let at = self.below(self.sent.len());
                let answer = self.shop.rollback(&self.sent[at]);
                assert_eq!(answer.code, "0000", "step {step}: {}", answer.message);
                return;
            }
        };
        assert_ne!(answer.code, "SB99", "step {step}: {}", answer.message);
        self.sent.push(answer.txid);
    }

    fn pay(&mut self) -> Answer {
        let amount = 1 + self.below(3000);
        let request = PaykeyRequest {
            amount: amount as i64,
            taxfree: self.below(amount + 1) as i64,
            paytype: ["SC0010", "SC0030", "SC0060"][self.below(3)].into(),
            ..PaykeyRequest::default()
        };
        let paykey = self.shop.sandbox.mint(&request).unwrap();
        self.shop.call("PaymentByKey", &[("LGD_PAYKEY", &paykey)])
    }

    fn deposit(&mut self) {
        let Some(tid) = self.any_tid() else { return };
        if let Ok(paid) = self.shop.sandbox.deposit(&tid) {
            self.deposits.insert(tid, paid.balance);
        }
    }

    fn cancel_some(&mut self, amount: &str) -> Answer {
        let tid = self.any_tid().unwrap_or_default();
        let code = ["", "", "", "RF09", "RF22"][self.below(5)];
        let common = [&[("LGD_TID", &*tid), ("XPAY_SANDBOX_REFUND", code)], REFUND].concat();
        if self.below(4) == 0 {
            self.shop.call("Cancel", &common)
        } else {
            self.shop.call("PartialCancel", &[&common[..], &[("LGD_CANCELAMOUNT", amount)]].concat())
        }
    }

    fn any_tid(&mut self) -> Option<String> {
        let all = self.shop.sandbox.payments().unwrap();
        if all.is_empty() { None } else { Some(all[self.below(all.len())].tid.clone()) }
    }

    /// What came in and was not given back is there, payment by payment and in all.
    fn audit(&self, seed: u64, step: usize) {
        let left = self.left();
        let payments = self.shop.sandbox.payments().unwrap();
        for payment in &payments {
            let place = format!("seed {seed}, step {step}: {payment:?}");
            assert_eq!(Some(&payment.balance), left.get(&payment.tid), "{place}");
            assert!((0..=payment.amount).contains(&payment.balance), "{place}");
            let issued = payment.state == PaymentState::Issued;
            assert!(issued || (0..=payment.balance).contains(&payment.taxfree), "{place}");
        }
        assert_eq!(payments.iter().map(|payment| payment.balance).sum::<i64>(), left.values().sum::<i64>());
    }

    /// What the journal and the deposits leave of each payment; nothing of one that was undone.
    fn left(&self) -> HashMap<String, i64> {
        let mut left: HashMap<String, i64> = HashMap::new();
        let mut undone = Vec::new();
        for entry in self.sent.iter().filter_map(|txid| self.shop.sandbox.transaction(txid).unwrap()) {
            let deposited = self.deposits.get(&entry.subject).copied().unwrap_or_default();
            let tid = left.entry(entry.subject.clone()).or_default();
            match (entry.effect.as_str(), entry.undone) {
                ("approved", true) => undone.push(entry.subject),
                ("approved", false) if entry.txname == "CyberAccount" => *tid += deposited,
                ("approved", false) => *tid += entry.amount,
                ("cancelled", false) => *tid -= entry.amount,
                _ => {}
            }
        }
        left.extend(undone.into_iter().map(|tid| (tid, 0)));
        left
    }
}
