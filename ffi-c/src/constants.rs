//! The numbers of the interface. Generated from xpayclient_core by `cargo xtask generate`; do not edit.

/// The version of this interface. It grows only when something that worked would stop working.
pub const XPAY_ABI_VERSION: u32 = 2;

pub(crate) const VERSION_NUMBER: u32 = 0x000200;

/// The bytes of LGD_TIMESTAMP, with its NUL.
pub const XPAY_TIMESTAMP_SIZE: usize = 15;

/// The bytes of LGD_HASHDATA and of a receipt link's authdata (MD5), with their NUL.
pub const XPAY_HASH_SIZE: usize = 33;

/// The bytes of LGD_HASHDATA of OpenPay (SHA-512), with its NUL.
pub const XPAY_OPENPAY_HASH_SIZE: usize = 129;

/// The outcome of the last xpay_tx or xpay_rollback.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum xpay_outcome_t {
    /// Nothing was sent since xpay_init or xpay_init_tx.
    XPAY_OUTCOME_NONE = 0,
    /// A well-formed answer arrived, approval or decline: look at xpay_response_code.
    XPAY_OUTCOME_ANSWERED = 1,
    /// The request failed before its first byte could have left. No money moved.
    XPAY_OUTCOME_NOT_SENT = 2,
    /// The request may have arrived, no well-formed answer came, and the gateway confirmed the Rollback with 0000:
    /// the request is undone. A payment was not charged; for Cancel see xpay_cancel.
    XPAY_OUTCOME_ROLLED_BACK = 3,
    /// The same, but the Rollback is off, refused or unanswered. Money may have moved: xpay_response_detail says
    /// what to do for this LGD_TXNAME.
    XPAY_OUTCOME_IN_DOUBT = 4,
}

/// The kind of a failure; a language with exceptions has one exception for each. See xpay_error_kind.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum xpay_error_kind_t {
    /// No failure: the code is an answer's, or no call was made yet.
    XPAY_KIND_NONE = 0,
    /// A call or a value is wrong. Nothing was sent.
    XPAY_KIND_USAGE = 1,
    /// Something on this machine needs correcting: a file, a setting, a MertKey. Nothing was sent.
    XPAY_KIND_CONFIG = 2,
    /// No answer came, or the approval was undone. xpay_outcome says whether money may have moved.
    XPAY_KIND_TRANSPORT = 3,
    /// The response is not a well-formed answer. xpay_outcome says whether money may have moved.
    XPAY_KIND_PROTOCOL = 4,
    /// An internal error of this library, or of the system around it.
    XPAY_KIND_INTERNAL = 5,
}

/// Why there is no answer: what xpay_error returns. xpay_response_code gives the same number as text; codes of answers
/// ("0000", …) are the gateway's, and none of these. A later release may add some: give a switch a default.
#[repr(C)]
#[derive(Clone, Copy)]
pub enum xpay_error_t {
    /// No error: the code is an answer's, which xpay_response_code has, or no call was made yet.
    XPAY_ERR_NONE = 0,
    /// The home_dir directory does not exist.
    XPAY_ERR_NO_HOME_DIR = 10001,
    /// home_dir has no readable conf/mall.conf.
    XPAY_ERR_NO_MALL_CONFIG = 10002,
    /// home_dir has no readable conf/lgdacom.conf.
    XPAY_ERR_NO_LGDACOM_CONFIG = 10003,
    /// mall.conf has no MertKey for this merchant ID.
    XPAY_ERR_NO_MID = 10004,
    /// Out of memory.
    XPAY_ERR_OUT_OF_MEMORY = 10005,
    /// The gateway's address is missing, is not a valid URL, or is not https.
    XPAY_ERR_HTTP_URL = 20001,
    /// Could not resolve the gateway's host name.
    XPAY_ERR_RESOLVE_HOST = 20002,
    /// Could not resolve the proxy's host name.
    XPAY_ERR_RESOLVE_PROXY = 20003,
    /// Could not connect.
    XPAY_ERR_CONNECT = 20004,
    /// A write failed on this machine.
    XPAY_ERR_WRITE = 20005,
    /// A read failed on this machine.
    XPAY_ERR_READ = 20006,
    /// The connection broke while the request was sent.
    XPAY_ERR_SEND = 20007,
    /// The connection broke before the answer was complete.
    XPAY_ERR_RECV = 20008,
    /// No complete answer came within the time limit.
    XPAY_ERR_TIMEDOUT = 20009,
    /// The TLS handshake failed, or the gateway's certificate is not trusted.
    XPAY_ERR_SSL = 20101,
    /// The response is not HTTP, or is too large.
    XPAY_ERR_TRANSPORT = 20201,
    /// The HTTP status is not 2xx. xpay_response_code has 30000 + the status, as 30503.
    XPAY_ERR_HTTP = 30000,
    /// HTTP 200, but the body is not a well-formed answer.
    XPAY_ERR_JSON = 40001,
    /// NULL was passed instead of a string.
    XPAY_ERR_NULL_ARGUMENT = 90001,
    /// The call order is wrong, or a call was made twice.
    XPAY_ERR_CALL_ORDER = 90002,
    /// Invalid value; the message names the field.
    XPAY_ERR_BAD_VALUE = 90003,
    /// A configuration file has a malformed line.
    XPAY_ERR_BAD_CONFIG = 90004,
    /// The system returned no random bytes.
    XPAY_ERR_NO_RANDOM = 90005,
    /// The journal could not be written.
    XPAY_ERR_JOURNAL = 90006,
    /// The payment was approved, but the shop's step in the guard failed.
    XPAY_ERR_SHOP_STEP = 90007,
    /// A signal, a cancelled task or `Stop` ended the wait for the answer.
    XPAY_ERR_INTERRUPTED = 90008,
    /// The gateway did not accept the registration of an escrow delivery.
    XPAY_ERR_DELIVERY = 90009,
    /// An internal error of this library.
    XPAY_ERR_INTERNAL = 90099,
}

pub(crate) const OUTCOMES: [xpay_outcome_t; 5] = [
    xpay_outcome_t::XPAY_OUTCOME_NONE,
    xpay_outcome_t::XPAY_OUTCOME_ANSWERED,
    xpay_outcome_t::XPAY_OUTCOME_NOT_SENT,
    xpay_outcome_t::XPAY_OUTCOME_ROLLED_BACK,
    xpay_outcome_t::XPAY_OUTCOME_IN_DOUBT,
];

pub(crate) const KINDS: [xpay_error_kind_t; 6] = [
    xpay_error_kind_t::XPAY_KIND_NONE,
    xpay_error_kind_t::XPAY_KIND_USAGE,
    xpay_error_kind_t::XPAY_KIND_CONFIG,
    xpay_error_kind_t::XPAY_KIND_TRANSPORT,
    xpay_error_kind_t::XPAY_KIND_PROTOCOL,
    xpay_error_kind_t::XPAY_KIND_INTERNAL,
];

pub(crate) const ERRORS: [xpay_error_t; 29] = [
    xpay_error_t::XPAY_ERR_NONE,
    xpay_error_t::XPAY_ERR_NO_HOME_DIR,
    xpay_error_t::XPAY_ERR_NO_MALL_CONFIG,
    xpay_error_t::XPAY_ERR_NO_LGDACOM_CONFIG,
    xpay_error_t::XPAY_ERR_NO_MID,
    xpay_error_t::XPAY_ERR_OUT_OF_MEMORY,
    xpay_error_t::XPAY_ERR_HTTP_URL,
    xpay_error_t::XPAY_ERR_RESOLVE_HOST,
    xpay_error_t::XPAY_ERR_RESOLVE_PROXY,
    xpay_error_t::XPAY_ERR_CONNECT,
    xpay_error_t::XPAY_ERR_WRITE,
    xpay_error_t::XPAY_ERR_READ,
    xpay_error_t::XPAY_ERR_SEND,
    xpay_error_t::XPAY_ERR_RECV,
    xpay_error_t::XPAY_ERR_TIMEDOUT,
    xpay_error_t::XPAY_ERR_SSL,
    xpay_error_t::XPAY_ERR_TRANSPORT,
    xpay_error_t::XPAY_ERR_JSON,
    xpay_error_t::XPAY_ERR_NULL_ARGUMENT,
    xpay_error_t::XPAY_ERR_CALL_ORDER,
    xpay_error_t::XPAY_ERR_BAD_VALUE,
    xpay_error_t::XPAY_ERR_BAD_CONFIG,
    xpay_error_t::XPAY_ERR_NO_RANDOM,
    xpay_error_t::XPAY_ERR_JOURNAL,
    xpay_error_t::XPAY_ERR_SHOP_STEP,
    xpay_error_t::XPAY_ERR_INTERRUPTED,
    xpay_error_t::XPAY_ERR_DELIVERY,
    xpay_error_t::XPAY_ERR_INTERNAL,
    xpay_error_t::XPAY_ERR_HTTP,
];
