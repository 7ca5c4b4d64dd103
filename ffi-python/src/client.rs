//! The typed requests: arguments in, the core's request out.
#![allow(
    clippy::too_many_arguments,
    reason = "a request has as many parameters as the protocol says; Python names them"
)]

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use xpayclient_core::requests::{
    Adjust, AmountCheck, AuthOnlyByKey, Cancel, Card, CardAuth, CashReceiptAuth, CashReceiptCancel,
    CashReceiptUse, Credential, CyberAccountAssign, CyberAccountChange, GiftCultureApp, GiftCultureAuth,
    GiftCultureSms, PartialCancel, PaymentByKey, Ping, ReceiptFor, RefundAccount, TypedRequest,
};
use xpayclient_core::time::{Date, Month, PrimitiveDateTime, Time};
use xpayclient_core::window::WindowRequest;
use xpayclient_core::{Means, Platform, Secret};

use crate::answer::Answer;
use crate::attended::finish;
use crate::errors;
use crate::notice::Notice;
use crate::recovery;
use crate::text::Whole;
use crate::transaction::{Transaction, answer};
use crate::window;

/// The gateway for the shops of one configuration. Any number of threads may use it at once.
#[pyclass(frozen, module = "xpayclient._native")]
pub(crate) struct Client(pub(crate) xpayclient_core::Client);

impl Client {
    fn prepare<R: TypedRequest>(&self, py: Python<'_>, mid: &str, request: &R) -> PyResult<Transaction> {
        let prepared = self.0.prepare(mid, request);
        prepared.map(Transaction::new).map_err(|error| errors::unsent(py, &error))
    }
}

type Moment = (i32, u8, u8, u8, u8, u8);
/// Number, bank code, holder and telephone.
type Account = (String, String, String, Option<String>);
/// A card's number, year and month of expiry, PIN and birth date.
type Holder = (String, String, String, Option<String>, Option<String>);
type OpenRows<'py> = Vec<Bound<'py, PyDict>>;

fn moment((year, month, day, hour, minute, second): Moment) -> PyResult<PrimitiveDateTime> {
    let made = || {
        let date = Date::from_calendar_date(year, Month::try_from(month).ok()?, day).ok()?;
        Some(PrimitiveDateTime::new(date, Time::from_hms(hour, minute, second).ok()?))
    };
    made().ok_or_else(|| PyValueError::new_err("no such moment"))
}

fn won(amount: Option<Whole>) -> Option<u64> {
    amount.map(|Whole(won)| won)
}

/// A number that the protocol keeps small.
fn small<T: TryFrom<u64>>(Whole(number): Whole) -> PyResult<T> {
    T::try_from(number).map_err(|_| PyValueError::new_err("the number is too large"))
}

fn secret(text: Option<String>) -> Option<Secret> {
    text.map(Secret::from)
}

fn refund_account(account: Option<Account>) -> Option<RefundAccount> {
    account.map(|(number, bank_code, holder, phone)| RefundAccount {
        number: number.into(),
        bank_code,
        holder: holder.into(),
        phone: secret(phone),
    })
}

fn receipt_use(code: &str) -> PyResult<CashReceiptUse> {
    let known = [CashReceiptUse::IncomeDeduction, CashReceiptUse::ExpenseProof];
    let found = known.into_iter().find(|known| known.code() == code);
    found.ok_or_else(|| PyValueError::new_err("receipt_use is '1' (소득공제) or '2' (지출증빙)"))
}

/// An error unless `mode` is `test` or `service`.
#[pyfunction]
pub(crate) fn check_mode(py: Python<'_>, mode: &str) -> PyResult<()> {
    mode.parse().map(|_: Platform| ()).map_err(|error| errors::unsent(py, &error))
}

#[pymethods]
impl Client {
    #[getter]
    fn platform(&self) -> String {
        self.0.platform().to_string()
    }

    fn transaction(&self, py: Python<'_>, mid: &str) -> PyResult<Transaction> {
        let begun = self.0.transaction(mid);
        begun.map(Transaction::new).map_err(|error| errors::unsent(py, &error))
    }

    fn payment_by_key(
        &self,
        py: Python<'_>,
        mid: &str,
        paykey: String,
        expected_amount: Option<Whole>,
        process_timeout: Option<Whole>,
    ) -> PyResult<Transaction> {
        let process_timeout = process_timeout.map(small).transpose()?;
        let expected_amount = won(expected_amount);
        self.prepare(py, mid, &PaymentByKey { paykey, expected_amount, process_timeout })
    }

    fn amount_check(
        &self,
        py: Python<'_>,
        mid: &str,
        paykey: String,
        amount: Whole,
    ) -> PyResult<Transaction> {
        self.prepare(py, mid, &AmountCheck { paykey, amount: amount.0 })
    }

    fn adjust(&self, py: Python<'_>, mid: &str, tid: String) -> PyResult<Transaction> {
        self.prepare(py, mid, &Adjust { tid })
    }

    fn ping(&self, py: Python<'_>, mid: &str, rows: Option<Whole>) -> PyResult<Transaction> {
        self.prepare(py, mid, &Ping { rows: rows.map(small).transpose()? })
    }

    fn cancel(
        &self,
        py: Python<'_>,
        mid: &str,
        tid: String,
        reason: Option<String>,
        requester: Option<String>,
        requester_ip: Option<String>,
        account: Option<Account>,
    ) -> PyResult<Transaction> {
        let refund_account = refund_account(account);
        self.prepare(py, mid, &Cancel { tid, reason, requester, requester_ip, refund_account })
    }

    fn partial_cancel(
        &self,
        py: Python<'_>,
        mid: &str,
        tid: String,
        amount: Whole,
        remaining: Option<Whole>,
        tax_free: Option<Whole>,
        reason: Option<String>,
        account: Option<Account>,
        ask_remaining: bool,
    ) -> PyResult<Transaction> {
        let request = PartialCancel {
            tid,
            amount: amount.0,
            remaining: won(remaining),
            tax_free: won(tax_free),
            reason,
            refund_account: refund_account(account),
            ask_remaining,
        };
        self.prepare(py, mid, &request)
    }

    /// `means`, `tid`, `seqno` and `product_info` say what the receipt is for.
    fn cash_receipt(
        &self,
        py: Python<'_>,
        mid: &str,
        means: &str,
        tid: Option<String>,
        seqno: Option<String>,
        product_info: Option<String>,
        oid: String,
        amount: Whole,
        card_number: String,
        use_code: &str,
        business_number: String,
        shop_name: Option<String>,
        ceo_name: Option<String>,
        shop_phone: Option<String>,
        tax_free: Option<Whole>,
        vat: Option<Whole>,
    ) -> PyResult<Transaction> {
        // What is missing is empty, which the core refuses by its name.
        let tid = tid.unwrap_or_default();
        let receipt_for = match Means::from_code(means) {
            Means::BankTransfer => ReceiptFor::BankTransfer { tid },
            Means::VirtualAccount => ReceiptFor::VirtualAccount { tid, seqno: seqno.unwrap_or_default() },
            Means::Deposit => ReceiptFor::Deposit { product_info },
            _ => return Err(PyValueError::new_err("means is SC0030, SC0040 or SC0100")),
        };
        let request = CashReceiptAuth {
            receipt_for,
            oid,
            amount: amount.0,
            card_number: card_number.into(),
            receipt_use: receipt_use(use_code)?,
            business_number,
            shop_name,
            ceo_name,
            shop_phone,
            tax_free: won(tax_free),
            vat: won(vat),
        };
        self.prepare(py, mid, &request)
    }

    fn cash_receipt_cancel(
        &self,
        py: Python<'_>,
        mid: &str,
        means: &str,
        tid: String,
        seqno: Option<String>,
        amount: Option<Whole>,
    ) -> PyResult<Transaction> {
        let means = Means::from_code(means);
        self.prepare(py, mid, &CashReceiptCancel { means, tid, seqno, amount: won(amount) })
    }

    fn cyber_account(
        &self,
        py: Python<'_>,
        mid: &str,
        oid: String,
        amount: Whole,
        close_date: Option<Moment>,
        product_info: Option<String>,
        buyer: Option<String>,
        account_owner: Option<String>,
        buyer_phone: Option<String>,
        bank_code: Option<String>,
        use_code: Option<String>,
        cash_card_number: Option<String>,
        note_url: Option<String>,
    ) -> PyResult<Transaction> {
        let request = CyberAccountAssign {
            oid,
            amount: amount.0,
            close_date: close_date.map(moment).transpose()?,
            product_info,
            buyer: secret(buyer),
            account_owner: secret(account_owner),
            buyer_phone: secret(buyer_phone),
            bank_code,
            cash_receipt_use: use_code.as_deref().map(receipt_use).transpose()?,
            cash_card_number: secret(cash_card_number),
            note_url,
        };
        self.prepare(py, mid, &request)
    }

    fn cyber_account_change(
        &self,
        py: Python<'_>,
        mid: &str,
        oid: String,
        amount: Whole,
        close_date: Option<Moment>,
    ) -> PyResult<Transaction> {
        let close_date = close_date.map(moment).transpose()?;
        self.prepare(py, mid, &CyberAccountChange { oid, amount: amount.0, close_date })
    }

    fn auth_only(&self, py: Python<'_>, mid: &str, key: String, means: &str) -> PyResult<Transaction> {
        self.prepare(py, mid, &AuthOnlyByKey { key, means: Means::from_code(means) })
    }

    /// Without a card `key` is the billing key.
    fn card_auth(
        &self,
        py: Python<'_>,
        mid: &str,
        oid: String,
        amount: Whole,
        key: Option<String>,
        card: Option<Holder>,
        install_months: Whole,
        buyer: Option<String>,
        buyer_id: Option<String>,
        buyer_phone: Option<String>,
        buyer_email: Option<String>,
        buyer_ip: Option<String>,
        product_info: Option<String>,
    ) -> PyResult<Transaction> {
        let credential = match card {
            Some((number, year, month, pin, private_no)) => Credential::Card(Card {
                number: number.into(),
                expiry_year: year.into(),
                expiry_month: month.into(),
                pin: secret(pin),
                private_no: secret(private_no),
            }),
            // Empty is refused by its name.
            None => Credential::BillingKey(key.unwrap_or_default().into()),
        };
        let request = CardAuth {
            oid,
            amount: amount.0,
            credential,
            install_months: small(install_months)?,
            buyer: secret(buyer),
            buyer_id,
            buyer_phone: secret(buyer_phone),
            buyer_email: secret(buyer_email),
            buyer_ip,
            product_info,
        };
        self.prepare(py, mid, &request)
    }

    fn gift_culture_auth(
        &self,
        py: Python<'_>,
        mid: &str,
        oid: String,
        amount: Whole,
        cult_id: String,
        cult_password: String,
        buyer_id: Option<String>,
        buyer_ip: Option<String>,
        product_info: Option<String>,
    ) -> PyResult<Transaction> {
        let request = GiftCultureAuth {
            oid,
            amount: amount.0,
            cult_id: cult_id.into(),
            cult_password: cult_password.into(),
            buyer_id,
            buyer_ip,
            product_info,
        };
        self.prepare(py, mid, &request)
    }

    fn gift_culture_sms(
        &self,
        py: Python<'_>,
        mid: &str,
        tid: String,
        cult_id: String,
    ) -> PyResult<Transaction> {
        self.prepare(py, mid, &GiftCultureSms { tid, cult_id: cult_id.into() })
    }

    fn gift_culture_app(
        &self,
        py: Python<'_>,
        mid: &str,
        tid: String,
        amount: Whole,
        cult_pin: String,
    ) -> PyResult<Transaction> {
        self.prepare(py, mid, &GiftCultureApp { tid, amount: amount.0, cult_pin: cult_pin.into() })
    }

    /// 망취소 of the transaction `tx_id`.
    fn undo(&self, py: Python<'_>, mid: String, tx_id: String, reason: String) -> PyResult<Answer> {
        let (client, undone) = (self.0.clone(), tx_id.clone());
        let outcome = finish(py, move || client.rollback(&mid, &undone, &reason))?;
        answer(py, outcome, &tx_id)
    }

    /// Connects before the buyer pays.
    fn warm_up(&self, py: Python<'_>) -> PyResult<()> {
        let client = self.0.clone();
        finish(py, move || client.warm_up())?.map_err(|error| errors::unsent(py, &error))
    }

    /// What was rolled back, what is open, and whether another process is at it.
    fn recover<'py>(&self, py: Python<'py>) -> PyResult<(OpenRows<'py>, OpenRows<'py>, bool)> {
        let client = self.0.clone();
        let recovery = finish(py, move || client.recover())?.map_err(|error| errors::unsent(py, &error))?;
        let rows =
            |list: &[_]| list.iter().map(|open| recovery::open(py, open)).collect::<PyResult<Vec<_>>>();
        Ok((rows(&recovery.rolled_back)?, rows(&recovery.open)?, recovery.elsewhere))
    }

    fn open_transactions<'py>(&self, py: Python<'py>) -> PyResult<OpenRows<'py>> {
        let open = py.detach(|| self.0.open_transactions()).map_err(|error| errors::unsent(py, &error))?;
        open.iter().map(|open| recovery::open(py, open)).collect()
    }

    /// A transaction of the journal that was looked up.
    /// Raises where the journal cannot be written.
    fn check_journal(&self, py: Python<'_>) -> PyResult<()> {
        py.detach(|| self.0.check_journal()).map_err(|error| errors::unsent(py, &error))
    }

    fn close_transaction(&self, py: Python<'_>, tx_id: &str, reason: &str) -> PyResult<()> {
        py.detach(|| self.0.close(tx_id, reason)).map_err(|error| errors::unsent(py, &error))
    }

    /// 망취소 of a transaction of the journal, under its own shop id.
    fn undo_transaction(&self, py: Python<'_>, tx_id: String, reason: String) -> PyResult<Answer> {
        let (client, undone) = (self.0.clone(), tx_id.clone());
        let outcome = finish(py, move || client.undo_open(&undone, &reason))?;
        answer(py, outcome.map_err(|error| errors::unsent(py, &error))?, &tx_id)
    }

    fn verify_notice(&self, py: Python<'_>, body: &[u8], mid: &str, amount: Whole) -> PyResult<Notice> {
        Notice::verified(py, &self.0, body, mid, amount.0)
    }

    fn window<'py>(
        &self,
        py: Python<'py>,
        cst_mid: String,
        oid: String,
        amount: Whole,
        buyer: String,
        buyer_id: String,
        buyer_ip: String,
        product_info: String,
        return_url: String,
        window_type: String,
        domain_url: String,
        timestamp: Option<Moment>,
        others: Vec<(String, String)>,
    ) -> PyResult<(Bound<'py, PyDict>, String)> {
        let request = WindowRequest {
            cst_mid,
            oid,
            amount: amount.0,
            buyer,
            buyer_id,
            buyer_ip,
            product_info,
            return_url,
            window_type,
            domain_url,
            timestamp: timestamp.map(moment).transpose()?,
            others,
        };
        window::sign(py, &self.0, &request)
    }
}
