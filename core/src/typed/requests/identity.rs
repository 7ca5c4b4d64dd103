//! AuthOnlyByKey: fetches the identity that the payment window verified.

use super::{Parameters, TypedRequest, debug_names_only};
use crate::error::Result;
use crate::protocol::payment_method::PaymentMethod;
use crate::protocol::tables::{IDENTITY_MEANS, PAYTYPES};
use crate::text::secret::Secret;

/// AuthOnlyByKey. Read its answer with [`crate::results::AuthOnlyResult`].
#[derive(Clone)]
#[non_exhaustive]
pub struct AuthOnlyByKey {
    /// LGD_AUTHONLYKEY, as the window returned it.
    pub key: Secret,
    /// LGD_PAYTYPE: the method by which the buyer was identified.
    pub means: PaymentMethod,
}

impl AuthOnlyByKey {
    /// The identity behind the key that the window returned for this method.
    pub fn new(key: impl Into<Secret>, means: PaymentMethod) -> AuthOnlyByKey {
        AuthOnlyByKey { key: key.into(), means }
    }
}

impl TypedRequest for AuthOnlyByKey {
    const TXNAME: &'static str = "AuthOnlyByKey";

    fn parameters(&self, to: &mut Parameters) {
        to.means(check_means(&self.means))
            .required("LGD_AUTHONLYKEY", &self.key)
            .required("LGD_PAYTYPE", &self.means);
    }
}

/// An identity check has codes of its own; a payment method can have identified the buyer, too.
fn check_means(means: &PaymentMethod) -> Result<()> {
    let identity = IDENTITY_MEANS.iter().map(|(code, _)| *code);
    means.check_one_of(&identity.chain(PAYTYPES.iter().map(|known| known.code)).collect::<Vec<_>>())
}

debug_names_only!(AuthOnlyByKey);

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_sent, refusal, sent};
    use super::*;

    #[test]
    fn the_key_and_its_payment_method_are_sent() {
        let request = AuthOnlyByKey { key: "key-1".into(), means: PaymentMethod::MobilePhone };
        assert_sent(
            &request,
            &[("LGD_TXNAME", "AuthOnlyByKey"), ("LGD_AUTHONLYKEY", "key-1"), ("LGD_PAYTYPE", "SC0060")],
        );
        let by_phone = PaymentMethod::from_code("ASC002");
        assert_eq!(sent(&AuthOnlyByKey { means: by_phone, ..request.clone() })[2].1, "ASC002");
        let misspelt = AuthOnlyByKey { means: PaymentMethod::from_code("ASC2"), ..request.clone() };
        assert!(refusal(&misspelt).contains("LGD_PAYTYPE must be one of ASC001"));
        let unknown = AuthOnlyByKey { means: PaymentMethod::Other("SC00600".into()), ..request };
        assert!(refusal(&unknown).contains("LGD_PAYTYPE may have 6 bytes of CP949; found 7"));
    }
}
