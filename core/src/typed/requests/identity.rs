//! AuthOnlyByKey: fetches the identity that the payment window verified.

use super::{Parameters, TypedRequest, debug_names_only};
use crate::protocol::payment_method::PaymentMethod;

/// AuthOnlyByKey. Read its answer with [`crate::typed::results::AuthOnlyResult`].
#[derive(Clone)]
pub struct AuthOnlyByKey {
    /// LGD_AUTHONLYKEY, as the window returned it.
    pub key: String,
    /// LGD_PAYTYPE: the method by which the buyer was identified.
    pub means: PaymentMethod,
}

impl TypedRequest for AuthOnlyByKey {
    const TXNAME: &'static str = "AuthOnlyByKey";

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_AUTHONLYKEY", &self.key).required("LGD_PAYTYPE", &self.means);
    }
}

debug_names_only!(AuthOnlyByKey);

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_sent, refusal};
    use super::*;

    #[test]
    fn the_key_and_its_payment_method_are_sent() {
        let request = AuthOnlyByKey { key: "key-1".into(), means: PaymentMethod::MobilePhone };
        assert_sent(
            &request,
            &[("LGD_TXNAME", "AuthOnlyByKey"), ("LGD_AUTHONLYKEY", "key-1"), ("LGD_PAYTYPE", "SC0060")],
        );
        let unknown = AuthOnlyByKey { means: PaymentMethod::Other("SC00600".into()), ..request };
        assert!(refusal(&unknown).contains("LGD_PAYTYPE may have 6 bytes of CP949; found 7"));
    }
}
