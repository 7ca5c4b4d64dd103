//! What each LGD_TXNAME does to money, and the messages and rules for a result that is unknown.

use crate::error::Remedy;
use crate::error::for_buyer::{ASK, TRY_AGAIN};

/// The effect of a transaction on money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// The buyer pays.
    Pays,
    /// A whole payment is cancelled.
    GivesBack,
    /// A part of a payment is cancelled, which can be done more than once.
    GivesBackPart,
    /// A cash receipt is issued or cancelled.
    Receipt,
    /// A virtual account is issued or changed.
    Account,
    /// Unknown to this library, or not told by LGD_TXNAME alone: it may pay.
    Unknown,
    /// A Rollback that the shop sends itself.
    RollsBack,
    /// Nothing: it queries, or reports to the gateway.
    Asks,
}

/// What a buyer reads if no answer came, in Korean: shops print it.
#[derive(Debug)]
#[non_exhaustive]
pub struct ForBuyer {
    /// Nothing was sent, or the gateway confirmed the Rollback.
    pub undone: &'static str,
    /// What the buyer can do after a confirmed Rollback.
    pub then: &'static str,
    /// Nobody knows whether it was done.
    pub unknown: &'static str,
}

/// The texts and rules of an [`Effect`].
#[derive(Debug)]
#[non_exhaustive]
pub struct EffectInfo {
    /// The effect.
    pub effect: Effect,
    /// The LGD_TXNAMEs with this effect; for [`Effect::Unknown`] all others too.
    pub names: &'static [&'static str],
    /// What an answer of `0000` means, in English.
    pub(crate) done: &'static str,
    /// What a buyer reads.
    pub buyer: ForBuyer,
    /// The message when no answer came and the gateway confirmed the Rollback.
    pub rolled_back: Remedy,
    /// The message when no Rollback was confirmed, and the transaction is in the journal.
    pub in_doubt: Remedy,
    /// The same without a journal, if that makes a difference.
    pub in_doubt_unrecorded: Option<Remedy>,
    /// What a person must do; `None` if recovery rolls it back automatically.
    ///
    /// A refund is sent again rather than rolled back. The shop may already have sent it again and been told that it
    /// is done.
    pub by_hand: Option<Remedy>,
    /// What a person must do if it was answered `0000` and nobody knows whether the shop recorded that.
    pub unconfirmed: Remedy,
}

impl Effect {
    /// The effect of a transaction with this LGD_TXNAME.
    pub fn of(txname: &str) -> Effect {
        let known = EFFECTS.iter().find(|info| info.names.contains(&txname));
        known.map_or(Effect::Unknown, |info| info.effect)
    }

    /// Its texts and rules.
    pub fn info(self) -> &'static EffectInfo {
        EFFECTS.iter().find(|info| info.effect == self).unwrap_or(&UNKNOWN)
    }

    /// Whether it may move money or issue a receipt, so that the journal records it.
    pub(crate) fn is_recorded(self) -> bool {
        !matches!(self, Effect::Asks | Effect::RollsBack)
    }

    /// Whether recovery rolls it back automatically when its result is unknown.
    pub(crate) fn is_recoverable(self) -> bool {
        self.info().by_hand.is_none()
    }
}

macro_rules! remedy {
    ($en:literal, $ko:literal) => {
        Remedy { en: $en, ko: $ko }
    };
}

/// The table: one entry for each effect.
pub static EFFECTS: &[EffectInfo] = &[
    EffectInfo {
        effect: Effect::Pays,
        names: &["PaymentByKey", "CardAuth", "GiftCulture"],
        done: "the payment was approved",
        buyer: ForBuyer {
            undone: "결제되지 않았습니다",
            then: TRY_AGAIN,
            unknown: "결제 결과를 확인하지 못했습니다. 다시 결제하지 말고 상점에 문의해 주십시오",
        },
        rolled_back: remedy!(
            "The gateway confirmed the Rollback: nothing was charged",
            "망취소가 완료되어 결제되지 않았습니다"
        ),
        in_doubt: remedy!(
            "No Rollback was confirmed. This LGD_TXID is in the journal: run `xpay recover` before charging again",
            "망취소가 확인되지 않았습니다. 저널에 기록되어 있으니 다시 결제하기 전에 `xpay recover`를 실행하십시오"
        ),
        in_doubt_unrecorded: Some(remedy!(
            "No Rollback was confirmed. Look the order up by LGD_OID in the merchant admin before charging again",
            "망취소가 확인되지 않았습니다. 다시 결제하기 전에 상점관리자에서 주문번호(LGD_OID)로 거래를 확인하십시오"
        )),
        by_hand: None,
        unconfirmed: remedy!(
            "approved, and it is unknown whether the shop saved the order: --close it if the order exists, --rollback it if not",
            "승인되었으나 상점이 처리했는지 알 수 없습니다. 주문이 있으면 --close, 없으면 --rollback 하십시오"
        ),
    },
    EffectInfo {
        effect: Effect::GivesBack,
        names: &["Cancel", "Settlement"],
        done: "the cancellation was done",
        buyer: ForBuyer {
            undone: "취소가 완료되지 않았습니다",
            then: TRY_AGAIN,
            unknown: "취소 결과를 확인하지 못했습니다. 상점에 문의해 주십시오",
        },
        rolled_back: remedy!(
            "The gateway confirmed the Rollback of this cancellation: the payment is not cancelled, request the cancellation \
             again",
            "취소 요청의 망취소가 완료되었습니다. 결제는 취소되지 않은 것으로 보고 취소를 다시 요청하십시오"
        ),
        in_doubt: remedy!(
            "It is unknown whether the payment was cancelled. Request the cancellation again: a payment is not cancelled twice",
            "결제가 취소되었는지 확인되지 않았습니다. 취소를 다시 요청하십시오. 결제는 두 번 취소되지 않습니다"
        ),
        in_doubt_unrecorded: None,
        by_hand: Some(remedy!(
            "request the cancellation again, then --close it. If the gateway answers that it is already cancelled, it is done",
            "취소를 다시 요청한 뒤 --close 하십시오. 이미 취소되었다는 응답이면 취소가 끝난 것입니다"
        )),
        unconfirmed: remedy!(
            "the gateway has cancelled the payment: record that in the shop, then --close it. --rollback would take the refund back",
            "게이트웨이에서 취소가 끝났습니다. 상점에 취소를 기록한 뒤 --close 하십시오. --rollback 하면 환불이 되돌려집니다"
        ),
    },
    EffectInfo {
        effect: Effect::GivesBackPart,
        names: &["PartialCancel"],
        done: "the partial cancellation was done",
        buyer: ForBuyer {
            undone: "부분취소가 완료되지 않았습니다",
            then: ASK,
            unknown: "부분취소 결과를 확인하지 못했습니다. 다시 취소하지 말고 상점에 문의해 주십시오",
        },
        rolled_back: remedy!(
            "The gateway confirmed the Rollback of this partial cancellation: look the payment up by LGD_TID in the merchant \
             admin, then request it again with LGD_REMAINAMOUNT",
            "부분취소 요청의 망취소가 완료되었습니다. 상점관리자에서 거래번호(LGD_TID)로 확인한 뒤 LGD_REMAINAMOUNT를 넣어 다시 요청하십시오"
        ),
        in_doubt: remedy!(
            "It is unknown whether this part was cancelled. Look the payment up by LGD_TID in the merchant admin before \
             requesting it again",
            "부분취소가 처리되었는지 확인되지 않았습니다. 다시 요청하기 전에 상점관리자에서 거래번호(LGD_TID)로 확인하십시오"
        ),
        in_doubt_unrecorded: None,
        by_hand: Some(remedy!(
            "look the payment up by LGD_TID in the merchant admin, request it again only if this part was not cancelled, then --close it",
            "상점관리자에서 거래번호(LGD_TID)로 확인하여 부분취소가 안 되었을 때만 다시 요청한 뒤 --close 하십시오"
        )),
        unconfirmed: remedy!(
            "the gateway has cancelled this part: record that in the shop, then --close it. --rollback would take the refund back",
            "게이트웨이에서 부분취소가 끝났습니다. 상점에 부분취소를 기록한 뒤 --close 하십시오. --rollback 하면 환불이 되돌려집니다"
        ),
    },
    EffectInfo {
        effect: Effect::Receipt,
        names: &["CashReceipt"],
        done: "the cash receipt was issued or cancelled",
        buyer: ForBuyer {
            undone: "현금영수증 요청이 완료되지 않았습니다",
            then: ASK,
            unknown: "현금영수증 처리 결과를 확인하지 못했습니다. 다시 요청하지 말고 상점에 문의해 주십시오",
        },
        rolled_back: remedy!(
            "The gateway confirmed the Rollback of this cash receipt request: look the receipt up in the merchant admin before \
             requesting it again",
            "현금영수증 요청의 망취소가 완료되었습니다. 다시 요청하기 전에 상점관리자에서 확인하십시오"
        ),
        in_doubt: remedy!(
            "It is unknown whether the cash receipt was issued or cancelled. Look it up in the merchant admin before requesting it again",
            "현금영수증이 발급 또는 취소되었는지 확인되지 않았습니다. 다시 요청하기 전에 상점관리자에서 확인하십시오"
        ),
        in_doubt_unrecorded: None,
        by_hand: Some(remedy!(
            "look the cash receipt up in the merchant admin, request it again only if it was not done, then --close it",
            "상점관리자에서 현금영수증을 확인하여 처리되지 않았을 때만 다시 요청한 뒤 --close 하십시오"
        )),
        unconfirmed: remedy!(
            "the gateway has issued or cancelled the cash receipt: record that in the shop, then --close it",
            "게이트웨이에서 현금영수증 처리가 끝났습니다. 상점에 기록한 뒤 --close 하십시오"
        ),
    },
    EffectInfo {
        effect: Effect::Account,
        names: &["CyberAccount"],
        done: "the virtual account was issued or changed",
        buyer: ForBuyer {
            undone: "가상계좌 요청이 완료되지 않았습니다",
            then: TRY_AGAIN,
            unknown: "가상계좌 요청의 결과를 확인하지 못했습니다. 입금하거나 다시 요청하지 말고 상점에 문의해 주십시오",
        },
        rolled_back: remedy!(
            "The gateway confirmed the Rollback: no virtual account was issued or changed",
            "망취소가 완료되어 가상계좌는 발급 또는 변경되지 않았습니다"
        ),
        in_doubt: remedy!(
            "No Rollback was confirmed. This LGD_TXID is in the journal: run `xpay recover` before requesting an account again",
            "망취소가 확인되지 않았습니다. 저널에 기록되어 있으니 가상계좌를 다시 요청하기 전에 `xpay recover`를 실행하십시오"
        ),
        in_doubt_unrecorded: Some(remedy!(
            "No Rollback was confirmed. Look the order up by LGD_OID in the merchant admin before requesting an account again",
            "망취소가 확인되지 않았습니다. 가상계좌를 다시 요청하기 전에 상점관리자에서 주문번호(LGD_OID)로 거래를 확인하십시오"
        )),
        by_hand: None,
        unconfirmed: remedy!(
            "a virtual account was issued or changed, and it is unknown whether the shop saved it: --close it if the order has \
             it, --rollback it if not",
            "가상계좌가 발급 또는 변경되었으나 상점이 처리했는지 알 수 없습니다. 주문에 있으면 --close, 없으면 --rollback 하십시오"
        ),
    },
    EffectInfo {
        effect: Effect::Asks,
        names: &["AccCert", "AmountCheck", "AuthOnlyByKey", "Ping", "Report", "Patch"],
        done: "the gateway answered",
        buyer: ForBuyer {
            undone: "요청을 처리하지 못했습니다",
            then: TRY_AGAIN,
            unknown: "요청을 처리하지 못했습니다. 잠시 후 다시 시도해 주십시오",
        },
        rolled_back: NOTHING_MOVED,
        in_doubt: NOTHING_MOVED,
        in_doubt_unrecorded: None,
        by_hand: None,
        unconfirmed: NOTHING_MOVED,
    },
    EffectInfo {
        effect: Effect::RollsBack,
        names: &["Rollback"],
        done: "the Rollback was done",
        buyer: ForBuyer {
            undone: "거래 결과를 확인하지 못했습니다. 다시 결제하지 말아 주십시오",
            then: ASK,
            unknown: "거래 결과를 확인하지 못했습니다. 다시 결제하지 말고 상점에 문의해 주십시오",
        },
        rolled_back: ROLLBACK_UNKNOWN,
        in_doubt: ROLLBACK_UNKNOWN,
        in_doubt_unrecorded: None,
        by_hand: None,
        unconfirmed: ROLLBACK_UNKNOWN,
    },
    UNKNOWN,
];

const NOTHING_MOVED: Remedy = remedy!(
    "This request moves no money. You may send it again",
    "돈이 움직이지 않는 요청입니다. 다시 요청할 수 있습니다"
);

const ROLLBACK_UNKNOWN: Remedy = remedy!(
    "It is unknown whether the transaction was rolled back. Request the Rollback again",
    "거래가 망취소되었는지 확인되지 않았습니다. 망취소를 다시 요청하십시오"
);

/// Every LGD_TXNAME that this library does not know, and those that do one thing or another by their LGD_REQTYPE: a
/// reservation by phone or a search for it, a payment at a terminal or a cash receipt.
const UNKNOWN: EffectInfo = EffectInfo {
    effect: Effect::Unknown,
    names: &["ARSReserve", "CardAuthOfflinePos"],
    done: "the request was done",
    buyer: ForBuyer {
        undone: "요청이 처리되지 않았습니다",
        then: TRY_AGAIN,
        unknown: "처리 결과를 확인하지 못했습니다. 다시 시도하지 말고 상점에 문의해 주십시오",
    },
    rolled_back: remedy!(
        "The gateway confirmed the Rollback: this request had no effect",
        "망취소가 완료되어 요청한 내용은 처리되지 않았습니다"
    ),
    in_doubt: remedy!(
        "No Rollback was confirmed. This LGD_TXID is in the journal: run `xpay recover` before requesting it again",
        "망취소가 확인되지 않았습니다. 저널에 기록되어 있으니 다시 요청하기 전에 `xpay recover`를 실행하십시오"
    ),
    in_doubt_unrecorded: Some(remedy!(
        "No Rollback was confirmed. Look the order up by LGD_OID in the merchant admin before requesting it again",
        "망취소가 확인되지 않았습니다. 다시 요청하기 전에 상점관리자에서 주문번호(LGD_OID)로 거래를 확인하십시오"
    )),
    by_hand: None,
    unconfirmed: remedy!(
        "done, and it is unknown whether the shop saved it: --close it if the shop has it, --rollback it if not",
        "처리되었으나 상점이 기록했는지 알 수 없습니다. 상점에 기록이 있으면 --close, 없으면 --rollback 하십시오"
    ),
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_name_has_one_effect_and_an_unknown_name_may_pay() {
        for info in EFFECTS {
            info.names.iter().for_each(|name| assert_eq!(Effect::of(name), info.effect, "{name}"));
        }
        assert_eq!(Effect::of("PaymentByTomorrow"), Effect::Unknown);
        assert_eq!(Effect::of("CardAuthOfflinePos"), Effect::Unknown);
        assert!(Effect::Unknown.is_recorded() && Effect::Unknown.is_recoverable());
    }

    /// Only the messages of payments may say that nothing was charged.
    #[test]
    fn only_payments_mention_charges() {
        for info in EFFECTS.iter().filter(|info| info.effect != Effect::Pays) {
            for remedy in [&info.rolled_back, &info.in_doubt].into_iter().chain(&info.in_doubt_unrecorded) {
                let wrong = remedy.en.contains("charg") || remedy.ko.contains("결제되지 않았습니다");
                assert!(!wrong, "{:?}: {}", info.effect, remedy.en);
            }
            assert!(!info.buyer.undone.contains("결제되지"), "{:?}", info.effect);
        }
        let recoverable =
            EFFECTS.iter().filter(|info| info.effect.is_recoverable() && info.effect.is_recorded());
        let recoverable: Vec<Effect> = recoverable.map(|info| info.effect).collect();
        assert_eq!(recoverable, [Effect::Pays, Effect::Account, Effect::Unknown]);
    }
}
