//! The codes of `xpay_response_code` without a well-formed answer. `tests/header.rs` compares them with the core's
//! list.

/// Why there is no answer. xpay_response_code gives the number as text; codes of answers ("0000", …) are the gateway's.
#[repr(C)]
pub enum xpay_error_t {
    /// home_dir does not exist.
    XPAY_ERR_NO_HOME_DIR = 10001,
    /// conf/mall.conf does not exist or cannot be read.
    XPAY_ERR_NO_MALL_CONFIG = 10002,
    /// conf/lgdacom.conf does not exist or cannot be read.
    XPAY_ERR_NO_LGDACOM_CONFIG = 10003,
    /// No MertKey for the merchant ID.
    XPAY_ERR_NO_MID = 10004,
    /// Out of memory.
    XPAY_ERR_OUT_OF_MEMORY = 10005,
    /// The gateway's address is missing, malformed or not https.
    XPAY_ERR_HTTP_URL = 20001,
    /// The gateway's host name cannot be resolved.
    XPAY_ERR_RESOLVE_HOST = 20002,
    /// The proxy's host name cannot be resolved.
    XPAY_ERR_RESOLVE_PROXY = 20003,
    /// Could not connect.
    XPAY_ERR_CONNECT = 20004,
    /// A local write failed.
    XPAY_ERR_WRITE = 20005,
    /// A local read failed.
    XPAY_ERR_READ = 20006,
    /// The connection broke while the request was sent.
    XPAY_ERR_SEND = 20007,
    /// The connection broke before the answer was complete.
    XPAY_ERR_RECV = 20008,
    /// No answer in time.
    XPAY_ERR_TIMEDOUT = 20009,
    /// The TLS handshake failed: certificate, host name, protocol.
    XPAY_ERR_SSL = 20101,
    /// Any other transport error.
    XPAY_ERR_TRANSPORT = 20201,
    /// 30000 + the HTTP status if it is not 2xx, for example 30500.
    XPAY_ERR_HTTP = 30000,
    /// The body is not a JSON object with a non-empty LGD_RESPCODE.
    XPAY_ERR_JSON = 40001,
    /// NULL instead of a string.
    XPAY_ERR_NULL_ARGUMENT = 90001,
    /// Wrong call order.
    XPAY_ERR_CALL_ORDER = 90002,
    /// Invalid value; the message names the field.
    XPAY_ERR_BAD_VALUE = 90003,
    /// A malformed line in a configuration file.
    XPAY_ERR_BAD_CONFIG = 90004,
    /// The system's random source failed.
    XPAY_ERR_NO_RANDOM = 90005,
    /// The journal cannot be written (journal = strict), read, or trusted.
    XPAY_ERR_JOURNAL = 90006,
    /// The shop's own step after an approval failed; see the outcome.
    XPAY_ERR_SHOP_STEP = 90007,
    /// The caller ended the wait for the answer, as Ctrl-C does in Python; no call of this interface can.
    XPAY_ERR_INTERRUPTED = 90008,
    /// An internal error of this library.
    XPAY_ERR_INTERNAL = 90099,
}
