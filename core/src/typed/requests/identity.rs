//! AuthOnlyByKey: who it was that the window identified.

use super::{Parameters, Request, shown_by_names};
use crate::protocol::means::Means;

/// AuthOnlyByKey. Read its answer with [`crate::typed::results::AuthOnlyResult`].
#[derive(Clone)]
pub struct AuthOnlyByKey {
    /// LGD_AUTHONLYKEY, as the window returned it.
    pub key: String,
    /// LGD_PAYTYPE: by what means the buyer was identified.
    pub means: Means,
}

impl Request for AuthOnlyByKey {
    const TXNAME: &'static str = "AuthOnlyByKey";

    fn parameters(&self, to: &mut Parameters) {
        to.required("LGD_AUTHONLYKEY", &self.key).required("LGD_PAYTYPE", &self.means);
    }
}

shown_by_names!(AuthOnlyByKey);

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_sent, refusal};
    use super::*;

    #[test]
    fn a_key_and_its_means() {
        let request = AuthOnlyByKey { key: "key-1".into(), means: Means::MobilePhone };
        assert_sent(
            &request,
            &[("LGD_TXNAME", "AuthOnlyByKey"), ("LGD_AUTHONLYKEY", "key-1"), ("LGD_PAYTYPE", "SC0060")],
        );
        let unknown = AuthOnlyByKey { means: Means::Other("SC00600".into()), ..request };
        assert!(refusal(&unknown).contains("LGD_PAYTYPE may have 6 bytes of CP949; found 7"));
    }
}
