//! What a buyer reads of a failure is true about the money, and the operator's part is elsewhere: in the detail and in the log.

use xpayclient_core::binding::Session;
use xpayclient_tests::{MID, Shop, begin, name};

const NOT_PAID: &str = "결제되지 않았습니다. ";
const AGAIN: &str = "잠시 후 다시 시도해 주십시오.";
const ASK: &str = "상점에 문의해 주십시오.";
const UNKNOWN: &str = "결제 결과를 확인하지 못했습니다. 다시 결제하지 말고 상점에 문의해 주십시오.";
const NO_SERVICE: &str = "지금은 결제 서비스를 이용할 수 없습니다. 상점에 문의해 주십시오.";
const MAY_STAND: &str = "요청을 처리하지 못했습니다. 다시 결제하지 말고 상점에 문의해 주십시오.";

fn paying(shop: &Shop, session: &mut Session) {
    let paykey = shop.paykey();
    begin(session, &[("LGD_TXNAME", "PaymentByKey"), ("LGD_PAYKEY", &paykey)]);
}

fn disconnect(session: &mut Session) {
    assert!(session.set_config(b"test_url", b"https://127.0.0.1:1/"));
}

#[test]
fn what_was_not_sent_is_not_paid() {
    let shop = Shop::open();
    let (mut session, lines) = shop.session(&[]);
    disconnect(&mut session);
    paying(&shop, &mut session);
    assert!(!session.tx(true));
    assert_eq!(session.message(), format!("{NOT_PAID}{AGAIN} (Could not connect error)"));
    assert!(session.detail().contains("127.0.0.1:1") && session.detail().contains("방화벽"));
    assert_eq!(lines.with(&["ERROR", session.tx_id(), "127.0.0.1:1"]).len(), 1);
    assert!(!session.rollback(b"no order"));
    assert_eq!(session.message(), format!("{NOT_PAID}{ASK}"), "nothing was sent, so nothing can stand");
}

#[test]
fn a_refused_value_is_no_matter_of_trying_again() {
    let (mut session, lines) = Shop::open().session(&[]);
    begin(&mut session, &[("LGD_TXNAME", "PaymentByKey")]);
    assert!(!session.set(b"LGD_PAYKEY", "a\0b"));
    assert_eq!(session.message(), NO_SERVICE);
    assert!(!session.tx(true));
    assert_eq!(session.message(), format!("{NOT_PAID}{ASK}"));
    assert!(session.detail().contains("LGD_PAYKEY holds a NUL byte"));
    assert!(!lines.with(&["ERROR", "LGD_PAYKEY holds a NUL byte"]).is_empty());
}

/// The second request failed harmlessly, but the first one may have paid.
#[test]
fn a_second_request_does_not_hide_the_first() {
    for (fault, rollback) in [("", true), ("close", false)] {
        let shop = Shop::open();
        let (mut session, _) = shop.session(&[]);
        paying(&shop, &mut session);
        if !fault.is_empty() {
            shop.sandbox.inject(fault.parse().unwrap());
        }
        session.tx(rollback);
        assert_eq!(shop.balance(), 23_400);
        disconnect(&mut session);
        for _ in 0..2 {
            assert!(!session.tx(true));
            assert_eq!(name(session.outcome().unwrap()), "not_sent");
            assert_eq!(session.message(), format!("{UNKNOWN} (Could not connect error)"), "{fault}");
        }
        assert!(!session.rollback(b"once more"));
        assert!(
            session.message().starts_with("거래 결과를 확인하지 못했습니다. ")
                || session.message().starts_with(UNKNOWN)
        );
    }
}

#[test]
fn an_error_beside_a_payment_that_stands_does_not_ask_the_buyer_to_pay() {
    let shop = Shop::open();
    let (mut session, _) = shop.session(&[]);
    assert!(!session.confirm());
    assert_eq!(session.message(), NO_SERVICE);
    paying(&shop, &mut session);
    assert!(session.tx(true));
    assert!(!session.confirm() && !session.set_config(b"", b""));
    assert_eq!(session.message(), MAY_STAND);
    assert!(!session.init_tx(b"nobody"));
    assert_eq!(session.message(), format!("{MAY_STAND} (Key for MID [nobody] does not exist in mall.conf)"));
}

#[test]
fn an_approval_that_was_undone_is_not_paid_and_one_that_was_not_is_unknown() {
    for (confirmed, sentence) in [(true, format!("{NOT_PAID}{AGAIN}")), (false, UNKNOWN.to_owned())] {
        let shop = Shop::open();
        let (mut session, _) = shop.session(&[]);
        paying(&shop, &mut session);
        assert!(session.tx_held(true));
        if !confirmed {
            shop.lose_next_rollback();
        }
        assert!(!session.undo(b"no stock"));
        assert_eq!((session.response_code(), session.message()), ("90007", sentence.as_str()));
        assert_eq!(shop.balance(), if confirmed { 0 } else { 23_400 });
    }
}

#[test]
fn a_rollback_without_an_answer_leaves_the_payment_unknown() {
    let shop = Shop::open();
    let (mut session, _) = shop.session(&[]);
    paying(&shop, &mut session);
    assert!(session.tx(true));
    shop.lose_next_rollback();
    assert!(!session.rollback(b"no stock"));
    assert_eq!(session.message(), format!("{UNKNOWN} (Recv error)"));
}

#[test]
fn no_file_and_no_merchant_of_a_browser_is_told_to_a_buyer() {
    let mut session = Session::new("test");
    assert!(!session.init(b"/nowhere/at/all", b"test"));
    assert_eq!(session.message(), format!("{NO_SERVICE} (home_dir does not exist)"));
    assert!(session.detail().starts_with("home_dir [/nowhere/at/all] does not exist"));
    let (mut session, _) = Shop::open().session(&[]);
    assert!(!session.init_tx(b"<script>"));
    assert_eq!(session.message(), format!("{NO_SERVICE} (Key for MID does not exist in mall.conf)"));
    assert!(!session.tx(true));
    assert!(session.message().starts_with(NO_SERVICE), "what Init_TX said: {}", session.message());
}

#[test]
fn an_answers_detail_says_what_is_known_of_its_code() {
    let shop = Shop::open();
    let (mut session, _) = shop.session(&[]);
    begin(&mut session, &[("LGD_TXNAME", "Cancel"), ("LGD_TID", "t")]);
    shop.sandbox.inject(r#"body={"LGD_RESPCODE":"RF09","LGD_RESPMSG":"결제기관 미응답"}"#.parse().unwrap());
    assert!(session.tx(true));
    assert_eq!(session.message(), "결제기관 미응답");
    assert!(session.detail().starts_with("결제기관 미응답 (") && session.detail().contains("재요청하면"));
    let tx_id = session.tx_id().to_owned();
    assert!(tx_id.starts_with(MID));
}
