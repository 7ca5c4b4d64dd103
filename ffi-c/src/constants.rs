//! boot
pub const XPAY_ABI_VERSION: u32 = 2;
#[repr(C)] #[derive(Clone, Copy)] pub enum xpay_outcome_t { XPAY_OUTCOME_NONE = 0, XPAY_OUTCOME_IN_DOUBT = 4 }
#[repr(C)] #[derive(Clone, Copy)] pub enum xpay_error_kind_t { XPAY_KIND_INTERNAL = 5 }
pub(crate) const OUTCOMES: [xpay_outcome_t; 0] = [];
pub(crate) const KINDS: [xpay_error_kind_t; 0] = [];
