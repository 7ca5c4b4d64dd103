//! Makes and verifies signatures with the configured MertKeys.

use super::Session;
use crate::error::Result;
use crate::protocol::signature;

impl Session {
    /// LGD_HASHDATA of a payment request, with the configured MertKey. `None` leaves a code that names the problem.
    pub fn hash_data(&mut self, mid: &[u8], oid: &[u8], amount: &[u8], timestamp: &[u8]) -> Option<String> {
        self.sign(mid, |key| signature::hash_data(mid, oid, amount, timestamp, key))
    }

    /// LGD_HASHDATA of a payment result or a notification.
    pub fn hash_data_cas(
        &mut self,
        mid: &[u8],
        oid: &[u8],
        amount: &[u8],
        respcode: &[u8],
        timestamp: &[u8],
    ) -> Option<String> {
        self.sign(mid, |key| signature::hash_data_cas(mid, oid, amount, respcode, timestamp, key))
    }

    /// LGD_HASHDATA of OpenPay.
    pub fn hash_data_openpay(
        &mut self,
        venderno: &[u8],
        mid: &[u8],
        mer_uid: &[u8],
        token: &[u8],
        timestamp: &[u8],
    ) -> Option<String> {
        self.sign(mid, |key| signature::hash_data_openpay(venderno, mid, mer_uid, token, timestamp, key))
    }

    /// `authdata` of a receipt link.
    pub fn receipt_authdata(&mut self, mid: &[u8], tid: &[u8]) -> Option<String> {
        self.sign(mid, |key| signature::receipt_authdata(mid, tid, key))
    }

    /// Verifies that a payment result or a notification comes from the gateway. `mid`, `oid` and `amount` must come
    /// from the shop's own order, on the platform of this session.
    pub fn verify(&mut self, result: &signature::SignedResult<'_>) -> bool {
        let platform = self.require_init("nothing can be verified");
        let key = platform.and_then(|platform| self.config.verifying_key(result.mid, platform));
        let verified = key.and_then(|key| result.verify(key));
        self.with_result(verified, |_, ()| ())
    }

    fn sign(&mut self, mid: &[u8], make: impl FnOnce(&[u8]) -> Result<String>) -> Option<String> {
        match self.config.mert_key(mid).and_then(make) {
            Ok(signature) => Some(signature),
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }
}
