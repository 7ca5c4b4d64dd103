//! Virtual accounts, their notices, and cash receipts.

use xpayclient_core::notice::UnverifiedNotice;
use xpayclient_core::requests::{
    Cancel, CashReceiptAuth, CashReceiptCancel, CashReceiptUse, CyberAccountAssign, CyberAccountChange,
    ReceiptFor, RefundAccount,
};
use xpayclient_core::results::{CancelResult, CancelState, CasFlag, CashReceiptResult, CyberAccountResult};
use xpayclient_core::time::{Date, Month, PrimitiveDateTime, Time};
use xpayclient_core::{PaymentMethod, Platform};
use xpayclient_sandbox::DEMO_TEST_MID;
use xpayclient_tests::Shop;

use super::{pay, send};

fn last_day() -> PrimitiveDateTime {
    let day = Date::from_calendar_date(2030, Month::December, 31).unwrap();
    PrimitiveDateTime::new(day, Time::from_hms(23, 59, 58).unwrap())
}

#[test]
fn an_account_is_given_out_changed_paid_into_and_refunded() {
    let shop = Shop::open();
    let assign = CyberAccountAssign::new("ORDER-2", 10_000)
        .close_date(last_day())
        .product_info("상품")
        .buyer("홍길동")
        .account_owner("샌드박스")
        .buyer_phone("01012345678")
        .bank_code("06")
        .cash_receipt_use(CashReceiptUse::IncomeDeduction)
        .cash_card_number("01098765432")
        .note_url("https://shop.example/note?a=1");
    let body = "CyberAccount&LGD_METHOD=ASSIGN&LGD_OID=ORDER-2&LGD_AMOUNT=10000&LGD_CLOSEDATE=20301231235958\
        &LGD_PRODUCTINFO=%BB%F3%C7%B0&LGD_BUYER=%C8%AB%B1%E6%B5%BF&LGD_ACCOUNTOWNER=%BB%F7%B5%E5%B9%DA%BD%BA\
        &LGD_BUYERPHONE=01012345678&LGD_BANKCODE=06&LGD_CASHRECEIPTUSE=1&LGD_CASHCARDNUM=01098765432\
        &LGD_CASNOTEURL=https%3A%2F%2Fshop.example%2Fnote%3Fa%3D1";
    let account = CyberAccountResult::read(&send(&shop, &assign, body)).unwrap();
    assert_eq!((account.amount, account.flag), (Some(10_000), Some(CasFlag::Allotted)));
    assert_eq!(account.bank.unwrap().name, "국민");

    let change = CyberAccountChange::new("ORDER-2", 12_000).close_date(last_day());
    let body = "CyberAccount&LGD_METHOD=CHANGE&LGD_OID=ORDER-2&LGD_AMOUNT=12000&LGD_CLOSEDATE=20301231235958";
    let changed = CyberAccountResult::read(&send(&shop, &change, body)).unwrap();
    assert_eq!((changed.tid.as_str(), changed.amount), (account.tid.as_str(), Some(12_000)));

    let refund_account = RefundAccount::new("11022233344455", "088", "홍길동").phone("01012345678");
    let refund = Cancel::new(&account.tid).refund_account(refund_account);
    let body = format!(
        "Cancel&LGD_TID={}&LGD_RFACCOUNTNUM=11022233344455&LGD_RFBANKCODE=088\
        &LGD_RFCUSTOMERNAME=%C8%AB%B1%E6%B5%BF&LGD_RFPHONE=01012345678",
        account.tid
    );
    let early = CancelResult::read(&send(&shop, &refund, &body), &PaymentMethod::VirtualAccount);
    assert_eq!((early.code.as_str(), early.state), ("RF24", CancelState::Refused));
    shop.sandbox.deposit(&account.tid).unwrap();
    let refunded = CancelResult::read(&send(&shop, &refund, &body), &PaymentMethod::VirtualAccount);
    assert_eq!((refunded.state, shop.balance()), (CancelState::Done, 0));
}

fn receipt(receipt_for: ReceiptFor) -> CashReceiptAuth {
    let expense = CashReceiptUse::ExpenseProof;
    CashReceiptAuth::new(receipt_for, "ORDER-1", 23_400, "01012345678", expense, "1234567890")
        .shop_name("상점")
        .ceo_name("대표")
        .shop_phone("0212345678")
        .tax_free(0)
        .vat(2_127)
}

#[test]
fn cash_receipts_for_a_transfer_a_deposit_and_other_money() {
    let shop = Shop::open();
    let transfer = pay(&shop, "SC0030").0.tid;
    let account = pay(&shop, "SC0040").0.tid;
    shop.sandbox.deposit(&account).unwrap();
    let deposit = ReceiptFor::VirtualAccount { tid: account.clone(), seqno: "001".into() };
    let cases = [
        (
            PaymentMethod::BankTransfer,
            ReceiptFor::BankTransfer { tid: transfer.clone() },
            format!("&LGD_TID={transfer}"),
            None,
        ),
        (
            PaymentMethod::VirtualAccount,
            deposit,
            format!("&LGD_TID={account}&LGD_SEQNO=001"),
            Some("001".to_owned()),
        ),
        (
            PaymentMethod::Deposit,
            ReceiptFor::Deposit { product_info: Some("상품".into()) },
            "&LGD_PRODUCTINFO=%BB%F3%C7%B0".to_owned(),
            None,
        ),
    ];
    for (means, receipt_for, tail, seqno) in cases {
        let paytype = means.code().to_owned();
        let body = format!(
            "CashReceipt&LGD_METHOD=AUTH&LGD_PAYTYPE={paytype}&LGD_OID=ORDER-1&LGD_AMOUNT=23400\
            &LGD_CASHCARDNUM=01012345678&LGD_CASHRECEIPTUSE=2&LGD_CUSTOM_BUSINESSNUM=1234567890\
            &LGD_CUSTOM_MERTNAME=%BB%F3%C1%A1&LGD_CUSTOM_CEONAME=%B4%EB%C7%A5&LGD_CUSTOM_MERTPHONE=0212345678\
            &LGD_TAXFREEAMOUNT=0&LGD_VAT=2127{tail}"
        );
        let issued = CashReceiptResult::read(&send(&shop, &receipt(receipt_for), &body)).unwrap();
        assert_eq!((issued.number.len(), issued.oid.as_str()), (9, "ORDER-1"));

        let sequence = seqno.as_ref().map(|seqno| format!("&LGD_SEQNO={seqno}")).unwrap_or_default();
        let mut cancel = CashReceiptCancel::new(means, &issued.tid).amount(400);
        cancel.seqno = seqno;
        let body = format!(
            "CashReceipt&LGD_METHOD=CANCEL&LGD_PAYTYPE={paytype}&LGD_TID={}{sequence}&LGD_AMOUNT=400",
            issued.tid
        );
        let cancelled = CashReceiptResult::read(&send(&shop, &cancel, &body)).unwrap();
        assert_eq!(cancelled.number, issued.number);
    }
}

/// A notice has the fields of the result, signed alike: what the sandbox signed, the core verifies.
#[test]
fn the_gateways_own_signature_is_verified() {
    let shop = Shop::open();
    let (paid, answer) = pay(&shop, "SC0040");
    let form = |change: &dyn Fn(&str, &str) -> String| {
        let row = answer.rows()[0].iter();
        let escaped = |text: String| text.bytes().map(|b| format!("%{b:02x}")).collect::<String>();
        let pairs = row.map(|(name, value)| format!("{name}={}", escaped(change(name, value))));
        UnverifiedNotice::parse(pairs.collect::<Vec<_>>().join("&").as_bytes()).unwrap()
    };
    let notice = form(&|_, value| value.to_owned())
        .verify(&shop.config(), Platform::Test, DEMO_TEST_MID, 23_400)
        .unwrap();
    assert_eq!((notice.amount, notice.flag), (23_400, Some(CasFlag::Allotted)));
    let paid_at = notice.get("LGD_PAYDATE").unwrap();
    assert_eq!(notice.dedup_key(), (paid.tid.as_str(), "000", "R", paid_at));
    let raised = |name: &str, value: &str| if name == "LGD_AMOUNT" { "99999" } else { value }.to_owned();
    let error = form(&raised).verify(&shop.config(), Platform::Test, DEMO_TEST_MID, 99_999).unwrap_err();
    assert!(error.cause().contains("LGD_HASHDATA"), "{error}");
}
