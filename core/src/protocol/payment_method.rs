//! Payment methods, LGD_PAYTYPE.

use crate::error::{Error, Remedy, Result};
use crate::protocol::tables;

macro_rules! payment_methods {
    ($($name:ident $code:literal $doc:literal;)*) => {
        /// A payment method. An unknown code is kept as it is.
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum PaymentMethod {
            $(#[doc = concat!("`", $code, "`: ", $doc)] $name,)*
            /// Any other code.
            Other(String),
        }

        impl PaymentMethod {
            /// The payment method of an LGD_PAYTYPE.
            pub fn from_code(code: &str) -> PaymentMethod {
                match code {
                    $($code => PaymentMethod::$name,)*
                    other => PaymentMethod::Other(other.to_owned()),
                }
            }

            /// LGD_PAYTYPE.
            pub fn code(&self) -> &str {
                match self {
                    $(PaymentMethod::$name => $code,)*
                    PaymentMethod::Other(code) => code,
                }
            }
        }
    };
}

payment_methods! {
    Card "SC0010" "credit or debit card";
    BankTransfer "SC0030" "transfer from the buyer's account";
    VirtualAccount "SC0040" "an account of the order's own to pay into";
    MobilePhone "SC0060" "on the mobile phone's bill";
    Landline "SC0070" "on the landline's bill";
    OkCashbag "SC0090" "OK Cashbag points";
    Deposit "SC0100" "money that reached the shop by itself, for a cash receipt";
    CultureVoucher "SC0111" "culture voucher";
    GameVoucher "SC0112" "game culture voucher";
    BookVoucher "SC0113" "book culture voucher";
    MobileTmoney "SC0220" "mobile T-money";
}

static OF_THE_RESULT: Remedy = Remedy {
    en: "Pass the LGD_PAYTYPE of the payment's result, such as SC0010",
    ko: "결제 결과의 LGD_PAYTYPE(예: SC0010)을 넣으십시오",
};

impl PaymentMethod {
    /// Refuses a payment method that is none of `known`. The code may be anything: the error does not repeat it.
    pub(crate) fn check_one_of(&self, known: &[&str]) -> Result<()> {
        if known.contains(&self.code()) {
            return Ok(());
        }
        let found = self.code().len();
        let why = format!("must be one of {}; found {found} bytes that are none", known.join(", "));
        Err(Error::bad_value("LGD_PAYTYPE", why).with_remedy(&OF_THE_RESULT))
    }

    /// Refuses a code that the protocol does not have.
    pub(crate) fn check_known(&self) -> Result<()> {
        self.check_one_of(&tables::PAYTYPES.iter().map(|known| known.code).collect::<Vec<_>>())
    }

    /// The Korean name, if the protocol has one.
    pub fn name_ko(&self) -> Option<&'static str> {
        tables::paytype_name(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_paytype_of_the_protocol_has_a_name_here() {
        for paytype in tables::PAYTYPES {
            let method = PaymentMethod::from_code(paytype.code);
            assert!(!matches!(method, PaymentMethod::Other(_)), "{}", paytype.code);
            assert_eq!((method.code(), method.name_ko()), (paytype.code, Some(paytype.name_ko)));
        }
        assert_eq!(PaymentMethod::from_code("SC9999").code(), "SC9999");
    }
}
