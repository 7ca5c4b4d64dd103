//! The payment window's form on one object: begin, set, sign.

use indexmap::IndexMap;

use super::Session;
use crate::error::{Code, Error, Result};
use crate::protocol::limits;
use crate::text::dates;
use crate::text::encoding::decode;
use crate::typed::window::{Window, WindowRequest};

/// The form that was begun last.
pub(super) struct WindowDraft {
    cst_mid: String,
    parameters: IndexMap<String, String>,
    /// A refused parameter. Without it the form would differ from what the shop meant.
    refused: Option<Error>,
    signed: Option<Window>,
}

impl Session {
    /// Begins the form of the contracted merchant `cst_mid`. LGD_MID and CST_PLATFORM follow from it and from the
    /// mode.
    pub fn begin_window(&mut self, cst_mid: &[u8]) {
        let cst_mid = decode(cst_mid).into_owned();
        self.window = Some(WindowDraft { cst_mid, parameters: IndexMap::new(), refused: None, signed: None });
    }

    /// Sets a parameter of the form, or replaces its value. [`Session::sign_window`] checks it.
    pub fn set_window(&mut self, name: &[u8], value: &[u8]) -> bool {
        let Some(draft) = &mut self.window else {
            return self.fail(Error::new(Code::CALL_ORDER, "a parameter was set before the form was begun"));
        };
        draft.signed = None;
        if let Err(error) = limits::check_no_nul(name, value) {
            return self.refuse_window(error);
        }
        draft.parameters.insert(decode(name).into_owned(), decode(value).into_owned());
        true
    }

    /// For a binding that received an unreadable parameter: the form can no longer be signed. Always `false`.
    pub fn refuse_window(&mut self, error: Error) -> bool {
        if let Some(draft) = &mut self.window {
            draft.refused.get_or_insert_with(|| error.clone());
            draft.signed = None;
        }
        self.fail(error)
    }

    /// Checks all parameters and signs the form. [`Session::window`] returns it then.
    pub fn sign_window(&mut self) -> bool {
        let signed = self.sign_draft();
        let done = self.with_result(signed.as_ref().map_err(Clone::clone), |_, _| ());
        if let Some(draft) = &mut self.window {
            draft.signed = signed.ok();
        }
        done
    }

    /// The form, once it is signed.
    pub fn window(&self) -> Option<&Window> {
        self.window.as_ref().and_then(|draft| draft.signed.as_ref())
    }

    fn sign_draft(&self) -> Result<Window> {
        let platform = self.require_init("nothing can be signed")?;
        let not_begun = || Error::new(Code::CALL_ORDER, "nothing can be signed before it was begun");
        let draft = self.window.as_ref().ok_or_else(not_begun)?;
        if let Some(refused) = &draft.refused {
            return Err(refused.clone());
        }
        draft.request()?.sign(&self.config, platform)
    }
}

impl WindowDraft {
    fn request(&self) -> Result<WindowRequest> {
        let mut others = self.parameters.clone();
        let mut take = |name| others.shift_remove(name).unwrap_or_default();
        Ok(WindowRequest {
            cst_mid: self.cst_mid.clone(),
            oid: take("LGD_OID"),
            amount: amount(&take("LGD_AMOUNT"))?,
            buyer: take("LGD_BUYER"),
            buyer_id: take("LGD_BUYERID"),
            buyer_ip: take("LGD_BUYERIP"),
            product_info: take("LGD_PRODUCTINFO"),
            return_url: take("LGD_RETURNURL"),
            window_type: take("LGD_WINDOW_TYPE"),
            domain_url: take("LGD_DOMAIN_URL"),
            timestamp: match take("LGD_TIMESTAMP").as_str() {
                "" => None,
                text => {
                    limits::check("LGD_TIMESTAMP", text)?;
                    dates::parse(text)
                }
            },
            others: others.into_iter().collect(),
        })
    }
}

fn amount(text: &str) -> Result<u64> {
    limits::check_given("LGD_AMOUNT", text)?;
    limits::check("LGD_AMOUNT", text)?;
    text.parse().map_err(|_| Error::bad_value("LGD_AMOUNT", "is too large"))
}
