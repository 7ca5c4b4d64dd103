//! The signatures of the vendor's calls: as given, with a warning in the log where a field is malformed.

use super::Session;
use crate::error::Result;
use crate::log::Level;
use crate::protocol::vendor_signature::{self as vendor, Signed};

impl Session {
    /// As [`Session::hash_data`], for a page of the vendor's: it signs malformed fields too, unless the signature would
    /// serve as a result's. Where it returns `None`, hand out [`crate::binding::unmatchable`].
    pub fn vendor_hash_data(
        &mut self,
        mid: &[u8],
        oid: &[u8],
        amount: &[u8],
        timestamp: &[u8],
    ) -> Option<String> {
        let key = self.config.mert_key(mid);
        let signed = key.and_then(|key| vendor::hash_data(mid, oid, amount, timestamp, key));
        self.hand_out("GetHashData", signed)
    }

    /// As [`Session::hash_data_cas`], for a page of the vendor's, which compares it with a received one: the order ID may
    /// hold anything, and the MertKey must be one that [`Session::verify`] would use. Where it returns `None`, hand out
    /// [`crate::binding::unmatchable`].
    pub fn vendor_hash_data_cas(
        &mut self,
        mid: &[u8],
        oid: &[u8],
        amount: &[u8],
        respcode: &[u8],
        timestamp: &[u8],
    ) -> Option<String> {
        let platform = self.require_init("nothing can be verified");
        let key = platform.and_then(|platform| self.config.verifying_key(mid, platform));
        let signed = key.and_then(|key| vendor::hash_data_cas(mid, oid, amount, respcode, timestamp, key));
        self.hand_out("GetHashDataCas", signed)
    }

    /// As [`Session::hash_data_openpay`], for a page of the vendor's: it signs malformed fields too. Where it returns
    /// `None`, hand out [`crate::binding::unmatchable`].
    pub fn vendor_hash_data_openpay(
        &mut self,
        venderno: &[u8],
        mid: &[u8],
        mer_uid: &[u8],
        token: &[u8],
        timestamp: &[u8],
    ) -> Option<String> {
        let key = self.config.mert_key(mid);
        let signed =
            key.and_then(|key| vendor::hash_data_openpay(venderno, mid, mer_uid, token, timestamp, key));
        self.hand_out("GetHashDataOpenpay", signed)
    }

    fn hand_out(&mut self, call: &str, signed: Result<Signed>) -> Option<String> {
        match signed {
            Ok(Signed { digest, malformed }) => {
                for error in malformed {
                    let warning = format!("{call} signed as given / 받은 값 그대로 서명했습니다: {error}");
                    self.log(warning.as_bytes(), Level::Warn);
                }
                Some(digest)
            }
            Err(error) => {
                self.fail(error);
                None
            }
        }
    }
}
