//! The payment window's form on one object: begin, set, sign.

use super::Session;
use crate::error::{Code, Error, Remedy, Result};
use crate::protocol::limits;
use crate::text::encoding::decode;
use crate::typed::window::{Draft, Window};

/// The form that was begun last.
pub(super) struct WindowDraft {
    draft: Draft,
    /// A refused parameter. Without it the form would differ from what the shop meant.
    refused: Option<Error>,
    signed: Option<Window>,
}

impl Session {
    /// Begins the form of the contracted merchant `cst_mid`. LGD_MID and CST_PLATFORM follow from it and from the
    /// mode.
    pub fn begin_window(&mut self, cst_mid: &[u8]) {
        let draft = Draft::new(&decode(cst_mid));
        self.window = Some(WindowDraft { draft, refused: None, signed: None });
    }

    /// Whether [`Session::sign_window`] refuses what it would warn of. Off for each form that is begun.
    pub fn set_window_strict(&mut self, strict: bool) -> bool {
        let Some(form) = &mut self.window else {
            return self.fail(not_begun("strict was set before the form was begun"));
        };
        form.signed = None;
        form.draft.strict = strict;
        true
    }

    /// Sets a parameter of the form, or replaces its value; the names of an escrow item are added, one value for each
    /// item. [`Session::sign_window`] checks it.
    pub fn set_window(&mut self, name: &[u8], value: &[u8]) -> bool {
        let Some(form) = &mut self.window else {
            return self.fail(not_begun("a parameter was set before the form was begun"));
        };
        form.signed = None;
        if let Err(error) = limits::check_no_nul(name, value) {
            return self.refuse_window(error);
        }
        form.draft.set(&decode(name), &decode(value));
        true
    }

    /// For a binding that received an unreadable parameter: the form can no longer be signed. Always `false`.
    pub fn refuse_window(&mut self, error: Error) -> bool {
        if let Some(form) = &mut self.window {
            form.refused.get_or_insert_with(|| error.clone());
            form.signed = None;
        }
        self.fail(error)
    }

    /// Checks all parameters and signs the form, as LGD_PAYWINDOWTYPE and LGD_PAYTYPE tell what it is for.
    /// [`Session::window`] returns it then.
    pub fn sign_window(&mut self) -> bool {
        let signed = self.sign_draft();
        let done = self.with_result(signed.as_ref().map_err(Clone::clone), |_, _| ());
        if let Some(form) = &mut self.window {
            form.signed = signed.ok();
        }
        done
    }

    /// The form, once it is signed.
    pub fn window(&self) -> Option<&Window> {
        self.window.as_ref().and_then(|form| form.signed.as_ref())
    }

    fn sign_draft(&self) -> Result<Window> {
        let platform = self.require_init("nothing can be signed")?;
        let not_begun = || not_begun("nothing can be signed before it was begun");
        let form = self.window.as_ref().ok_or_else(not_begun)?;
        if let Some(refused) = &form.refused {
            return Err(refused.clone());
        }
        form.draft.sign(&self.config, platform)
    }
}

fn not_begun(detail: &str) -> Error {
    static BEGIN_FIRST: Remedy = Remedy {
        en: "Begin the form, set its parameters, then sign it",
        ko: "폼을 시작하고 파라미터를 넣은 뒤 서명하십시오",
    };
    Error::new(Code::CALL_ORDER, detail).with_remedy(&BEGIN_FIRST)
}
