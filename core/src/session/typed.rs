//! Whole transactions in one call, without spelling parameters. `true` only if the transaction is done.

use super::Session;
use crate::error::Error;
use crate::protocol::limits;
use crate::protocol::payment_method::PaymentMethod;
use crate::text::encoding::decode;
use crate::typed::requests::{self, Cancel, CardAuth, Credential, Parameters, PartialCancel, PaymentByKey};

impl Session {
    /// Begins PaymentByKey for `amount` won. The gateway compares it with the amount that the buyer agreed to.
    /// Nothing is sent yet.
    pub fn begin_payment(&mut self, mid: &[u8], paykey: &[u8], amount: u64) -> bool {
        self.begin(mid, &PaymentByKey::new(decode(paykey).as_ref()).amount(amount))
    }

    /// Begins CardAuth: charges the order `oid` with `amount` won to the card behind a billing key. Nothing is sent yet.
    pub fn begin_billing_payment(&mut self, mid: &[u8], billing_key: &[u8], oid: &[u8], amount: u64) -> bool {
        let key = Credential::BillingKey(decode(billing_key).into_owned().into());
        self.begin(mid, &CardAuth::new(decode(oid), amount, key))
    }

    /// Cancels the payment `tid`, which was made by `paytype`. `true`: the answer counts as done for that payment
    /// method.
    pub fn cancel(&mut self, mid: &[u8], tid: &[u8], paytype: &[u8], reason: &[u8]) -> bool {
        let request = Cancel {
            means: means(paytype),
            reason: Some(decode(reason).into_owned()),
            ..Cancel::new(decode(tid))
        };
        self.begin(mid, &request) && self.tx(true) && self.is_cancelled(paytype)
    }

    /// Cancels `amount` won of the payment `tid`, of which `remaining` won are left before. Returns as
    /// [`Session::cancel`].
    pub fn partial_cancel(
        &mut self,
        mid: &[u8],
        tid: &[u8],
        paytype: &[u8],
        amount: u64,
        remaining: u64,
        reason: &[u8],
    ) -> bool {
        let request = PartialCancel {
            means: means(paytype),
            remaining: Some(remaining),
            reason: Some(decode(reason).into_owned()),
            ..PartialCancel::new(decode(tid), amount)
        };
        self.begin(mid, &request) && self.tx(true) && self.is_cancelled(paytype)
    }

    /// Checks a value as the typed calls do where it is required: it is there, it has its length and its form, an amount can
    /// be paid, LGD_PAYTYPE is a payment method. `false` says why not; a transaction that was begun stays as it is.
    pub fn check(&mut self, name: &[u8], value: &[u8]) -> bool {
        let checked = limits::check_no_nul(name, value)
            .and_then(|()| requests::check_named(&decode(name), &decode(value)));
        checked.map_or_else(|error| self.fail(error), |()| true)
    }

    /// Calls Init_TX and sets every parameter of `request`. After `false` nothing can be sent before another Init_TX.
    fn begin<R: requests::TypedRequest>(&mut self, mid: &[u8], request: &R) -> bool {
        if mid.is_empty() {
            return self.fail_init_tx(Error::missing_mid());
        }
        self.init_tx(mid)
            && match Parameters::checked(request) {
                Ok(mut parameters) => parameters.all(|(name, value)| self.set(name.as_bytes(), value)),
                Err(error) => self.refuse(error),
            }
    }
}

/// "" if it is unknown.
fn means(paytype: &[u8]) -> Option<PaymentMethod> {
    (!paytype.is_empty()).then(|| PaymentMethod::from_code(&decode(paytype)))
}
