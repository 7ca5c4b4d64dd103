//! The payment window's form by calls on one object: begin, set, sign.

use indexmap::IndexMap;

use super::Session;
use crate::error::{Code, Error, Result};
use crate::protocol::limits;
use crate::text::dates;
use crate::text::encoding::decode;
use crate::typed::window::{Window, WindowRequest};

/// The form that was begun last.
pub(super) struct Form {
    cst_mid: String,
    parameters: IndexMap<String, String>,
    /// A parameter that could not be read: without it the form would say something else than the shop meant.
    refused: Option<Error>,
    signed: Option<Window>,
}

impl Session {
    /// Begins the form of the contracted shop `cst_mid`; LGD_MID and CST_PLATFORM follow from it and from the mode.
    pub fn begin_window(&mut self, cst_mid: &[u8]) {
        let cst_mid = decode(cst_mid).into_owned();
        self.window = Some(Form { cst_mid, parameters: IndexMap::new(), refused: None, signed: None });
    }

    /// Sets a parameter of the form, or replaces its value. [`Session::sign_window`] checks it.
    pub fn set_window(&mut self, name: &[u8], value: &[u8]) -> bool {
        let Some(form) = &mut self.window else {
            return self.fail(Error::new(Code::CALL_ORDER, "a parameter was set before the form was begun"));
        };
        form.signed = None;
        if let Err(error) = limits::check_no_nul(name, value) {
            return self.refuse_window(error);
        }
        form.parameters.insert(decode(name).into_owned(), decode(value).into_owned());
        true
    }

    /// For a binding that got a parameter which cannot be read: the form cannot be signed any more. Always `false`.
    pub fn refuse_window(&mut self, error: Error) -> bool {
        if let Some(form) = &mut self.window {
            form.refused.get_or_insert_with(|| error.clone());
            form.signed = None;
        }
        self.fail(error)
    }

    /// Checks everything and signs it; [`Session::window`] has it then.
    pub fn sign_window(&mut self) -> bool {
        let signed = self.signed();
        let done = self.keep(signed.as_ref().map_err(Clone::clone), |_, _| ());
        if let Some(form) = &mut self.window {
            form.signed = signed.ok();
        }
        done
    }

    /// The form, once it is signed.
    pub fn window(&self) -> Option<&Window> {
        self.window.as_ref().and_then(|form| form.signed.as_ref())
    }

    fn signed(&self) -> Result<Window> {
        let platform = self.initialised("nothing can be signed")?;
        let unbegun = || Error::new(Code::CALL_ORDER, "nothing can be signed before it was begun");
        let form = self.window.as_ref().ok_or_else(unbegun)?;
        if let Some(refused) = &form.refused {
            return Err(refused.clone());
        }
        form.request()?.sign(&self.config, platform)
    }
}

impl Form {
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
