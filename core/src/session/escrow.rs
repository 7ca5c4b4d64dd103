//! An escrow delivery on one object: begin, set, send.

use indexmap::IndexMap;
use zeroize::Zeroizing;

use super::Session;
use crate::client::delivery::Unregistered;
use crate::client::outcome::Outcome;
use crate::error::{Code, Error, Remedy, Result};
use crate::protocol::limits;
use crate::text::encoding::decode;
use crate::typed::escrow::Delivery;

/// The delivery that was begun last.
pub(super) struct DeliveryDraft {
    mid: String,
    kind: String,
    /// Wiped when dropped: they are the buyer's.
    values: IndexMap<String, Zeroizing<String>>,
    /// A refused value. Without it the registration would differ from what the shop meant.
    refused: Option<Error>,
    /// What became of it, as [`Outcome::number`]; 0 before it is sent.
    outcome: u8,
}

impl Session {
    /// Begins the registration of a delivery of the shop `mid`. `kind` is `sent` or `received`.
    pub fn begin_escrow(&mut self, mid: &[u8], kind: &[u8]) {
        let [mid, kind] = [mid, kind].map(|text| decode(text).into_owned());
        self.delivery = Some(DeliveryDraft { mid, kind, values: IndexMap::new(), refused: None, outcome: 0 });
    }

    /// Sets a value of the registration, or replaces it. [`Session::send_escrow`] checks it.
    pub fn set_escrow(&mut self, name: &[u8], value: &[u8]) -> bool {
        let Some(draft) = &mut self.delivery else {
            return self.fail(out_of_order("a value was set before the delivery was begun"));
        };
        if let Err(error) = limits::check_no_nul(name, value) {
            return self.refuse_escrow(error);
        }
        draft.values.insert(decode(name).into_owned(), decode(value).into_owned().into());
        true
    }

    /// For a binding that received an unreadable value: the delivery can no longer be registered. Always `false`.
    pub fn refuse_escrow(&mut self, error: Error) -> bool {
        if let Some(draft) = &mut self.delivery {
            draft.refused.get_or_insert_with(|| error.clone());
        }
        self.fail(error)
    }

    /// Registers the delivery, once. `true`: the gateway answered `OK`. Code and message are set from it; LGD_TXID, rows and
    /// outcome stay those of the transaction.
    pub fn send_escrow(&mut self) -> bool {
        // Whether a repeat is harmless is not known: a shop that means it begins another one.
        if matches!(self.escrow_outcome(), Outcome::ANSWERED | Outcome::IN_DOUBT) {
            return self.fail(out_of_order("this delivery was sent before"));
        }
        // Until it is known, whatever happens meanwhile.
        if let Some(draft) = &mut self.delivery {
            draft.outcome = Outcome::IN_DOUBT;
        }
        let sent = self.register_draft();
        if let Some(draft) = &mut self.delivery {
            draft.outcome = sent.as_ref().map_or_else(Unregistered::outcome, |()| Outcome::ANSWERED);
        }
        match sent {
            Ok(()) => {
                self.record("0000".to_owned(), String::new());
                true
            }
            // The client has logged it, without the gateway's words.
            Err(Unregistered { error, .. }) => {
                let message = error.for_buyer(self.payment_may_stand());
                self.record_error(&error, message)
            }
        }
    }

    /// What became of the registration, as [`Outcome::number`]: 0 before it was sent; answered, also with something
    /// other than `OK`; not sent; in doubt if the gateway may have it.
    pub fn escrow_outcome(&self) -> u8 {
        self.delivery.as_ref().map_or(0, |draft| draft.outcome)
    }

    fn register_draft(&mut self) -> std::result::Result<(), Unregistered> {
        let client = self.client()?;
        let (mid, delivery) = self.drafted_delivery()?;
        client.register_delivery(&mid, &delivery)
    }

    fn drafted_delivery(&self) -> Result<(String, Delivery)> {
        let not_begun = || out_of_order("no delivery can be registered before it was begun");
        let draft = self.delivery.as_ref().ok_or_else(not_begun)?;
        if let Some(refused) = &draft.refused {
            return Err(refused.clone());
        }
        let values = draft.values.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        Ok((draft.mid.clone(), Delivery::from_values(&draft.kind, values)?))
    }
}

fn out_of_order(detail: &str) -> Error {
    static BEGIN_FIRST: Remedy = Remedy {
        en: "Begin the delivery, set its values, then send it once",
        ko: "배송등록을 시작하고 값을 넣은 뒤 한 번만 보내십시오",
    };
    Error::new(Code::CALL_ORDER, detail).with_remedy(&BEGIN_FIRST)
}
