/* xpayclient: the open-source replacement for XPayClient, the client library of LG U+ XPay / Toss Payments.
 *
 * Generated from ffi-c/src by `cargo xtask generate`; do not edit.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *     xpay_client *c = xpay_new();
 *     if (xpay_init(c, home_dir, XPAY_MODE_TEST) && xpay_init_tx(c, mid)
 *         && xpay_set(c, "LGD_TXNAME", "PaymentByKey") && xpay_set(c, "LGD_PAYKEY", paykey)
 *         && xpay_tx(c, true) && strcmp(xpay_response_code(c), "0000") == 0)
 *         puts(xpay_response(c, "LGD_TID", 0));
 *     else
 *         fprintf(stderr, "%s %s\n", xpay_response_code(c), xpay_response_detail(c));
 *     xpay_free(c);
 *
 * Input strings are NUL-terminated bytes and are copied. NULL instead of a string, a NULL client and an index out of
 * range give a code or an empty string, never a crash. No call prints, or changes signals, locale or environment.
 */


#ifndef XPAYCLIENT_H
#define XPAYCLIENT_H

#include <stddef.h>
#include <stdint.h>
#if !defined(__cplusplus) && (!defined(__STDC_VERSION__) || __STDC_VERSION__ < 202311L)
#include <stdbool.h>
#endif

/**
 * A function whose result has to be looked at: without it nobody knows where the money is. gcc and clang warn if it is
 * not, and so does every compiler of C++17. Define it as nothing before this header, and they do not.
 * \since 0.1.0
 */
#ifndef XPAY_MUST_CHECK
#if defined(__GNUC__) || defined(__clang__)
#define XPAY_MUST_CHECK __attribute__((warn_unused_result))
#elif (defined(__cplusplus) && __cplusplus >= 201703L) || (defined(_MSVC_LANG) && _MSVC_LANG >= 201703L)
#define XPAY_MUST_CHECK [[nodiscard]]
#else
#define XPAY_MUST_CHECK
#endif
#endif

/**
 * A function that stays, but has a better one: text says which. Define it as nothing before this header for no warnings.
 * \since 0.1.0
 */
#ifndef XPAY_DEPRECATED
#if defined(__GNUC__) || defined(__clang__)
#define XPAY_DEPRECATED(text) __attribute__((deprecated(text)))
#elif defined(_MSC_VER)
#define XPAY_DEPRECATED(text) __declspec(deprecated(text))
#else
#define XPAY_DEPRECATED(text)
#endif
#endif

/**
 * Before each function: where it comes from. On Windows that is xpayclient.dll, in 32-bit programs by the C calling
 * convention (cdecl), which a step and a logger have too. Define XPAY_STATIC before this header to link the static library.
 * \since 0.1.0
 */
#ifndef XPAY_API
#if defined(_WIN32) && !defined(XPAY_STATIC)
#define XPAY_API __declspec(dllimport)
#else
#define XPAY_API
#endif
#endif

/**
 * The release that this header is of, as xpay_version returns that of the loaded library.
 * \since 0.1.0
 */
#define XPAY_VERSION "0.2.0"

/**
 * The same as a number, eight bits for each part: 0x000203 is 0.2.3. Compare it in #if; compare it with
 * xpay_version_number to learn whether the loaded library is older than this header.
 * \since 0.1.0
 */
#define XPAY_VERSION_NUMBER 0x000200

/**
 * The mode of xpay_init for the test gateway, where no money moves.
 * \since 0.1.0
 */
#define XPAY_MODE_TEST "test"

/**
 * The mode of xpay_init for the service gateway, where money moves.
 * \since 0.1.0
 */
#define XPAY_MODE_SERVICE "service"


/**
 * The version of this interface. It grows only when something that worked would stop working.
 * \since 0.1.0
 */
#define XPAY_ABI_VERSION 2

/**
 * The bytes of LGD_TIMESTAMP, with its NUL.
 * \since 0.1.0
 */
#define XPAY_TIMESTAMP_SIZE 15

/**
 * The bytes of LGD_HASHDATA and of a receipt link's authdata (MD5), with their NUL.
 * \since 0.1.0
 */
#define XPAY_HASH_SIZE 33

/**
 * The bytes of LGD_HASHDATA of OpenPay (SHA-512), with its NUL.
 * \since 0.1.0
 */
#define XPAY_OPENPAY_HASH_SIZE 129

/**
 * The outcome of the last xpay_tx or xpay_rollback.
 * \since 0.1.0
 */
typedef enum {
  /**
   * Nothing was sent since xpay_init or xpay_init_tx.
   */
  XPAY_OUTCOME_NONE = 0,
  /**
   * A well-formed answer arrived, approval or decline: look at xpay_response_code.
   */
  XPAY_OUTCOME_ANSWERED = 1,
  /**
   * The request failed before its first byte could have left. No money moved.
   */
  XPAY_OUTCOME_NOT_SENT = 2,
  /**
   * The request may have arrived, no well-formed answer came, and the gateway confirmed the Rollback with 0000:
   * the request is undone. A payment was not charged; for Cancel see xpay_cancel.
   */
  XPAY_OUTCOME_ROLLED_BACK = 3,
  /**
   * The same, but the Rollback is off, refused or unanswered. Money may have moved: xpay_response_detail says
   * what to do for this LGD_TXNAME.
   */
  XPAY_OUTCOME_IN_DOUBT = 4
} xpay_outcome_t;

/**
 * Why there is no answer: what xpay_error returns. xpay_response_code gives the same number as text; codes of answers
 * ("0000", …) are the gateway's, and none of these. A later release may add some: give a switch a default.
 * \since 0.1.0
 */
typedef enum {
  /**
   * No error: the code is an answer's, which xpay_response_code has, or no call was made yet.
   */
  XPAY_ERR_NONE = 0,
  /**
   * The home_dir directory does not exist.
   */
  XPAY_ERR_NO_HOME_DIR = 10001,
  /**
   * home_dir has no readable conf/mall.conf.
   */
  XPAY_ERR_NO_MALL_CONFIG = 10002,
  /**
   * home_dir has no readable conf/lgdacom.conf.
   */
  XPAY_ERR_NO_LGDACOM_CONFIG = 10003,
  /**
   * mall.conf has no MertKey for this merchant ID.
   */
  XPAY_ERR_NO_MID = 10004,
  /**
   * Out of memory.
   */
  XPAY_ERR_OUT_OF_MEMORY = 10005,
  /**
   * The gateway's address is missing, is not a valid URL, or is not https.
   */
  XPAY_ERR_HTTP_URL = 20001,
  /**
   * Could not resolve the gateway's host name.
   */
  XPAY_ERR_RESOLVE_HOST = 20002,
  /**
   * Could not resolve the proxy's host name.
   */
  XPAY_ERR_RESOLVE_PROXY = 20003,
  /**
   * Could not connect.
   */
  XPAY_ERR_CONNECT = 20004,
  /**
   * A write failed on this machine.
   */
  XPAY_ERR_WRITE = 20005,
  /**
   * A read failed on this machine.
   */
  XPAY_ERR_READ = 20006,
  /**
   * The connection broke while the request was sent.
   */
  XPAY_ERR_SEND = 20007,
  /**
   * The connection broke before the answer was complete.
   */
  XPAY_ERR_RECV = 20008,
  /**
   * No complete answer came within the time limit.
   */
  XPAY_ERR_TIMEDOUT = 20009,
  /**
   * The TLS handshake failed, or the gateway's certificate is not trusted.
   */
  XPAY_ERR_SSL = 20101,
  /**
   * The response is not HTTP, or is too large.
   */
  XPAY_ERR_TRANSPORT = 20201,
  /**
   * The HTTP status is not 2xx. xpay_response_code has 30000 + the status, as 30503.
   */
  XPAY_ERR_HTTP = 30000,
  /**
   * HTTP 200, but the body is not a well-formed answer.
   */
  XPAY_ERR_JSON = 40001,
  /**
   * NULL was passed instead of a string.
   */
  XPAY_ERR_NULL_ARGUMENT = 90001,
  /**
   * The call order is wrong, or a call was made twice.
   */
  XPAY_ERR_CALL_ORDER = 90002,
  /**
   * Invalid value; the message names the field.
   */
  XPAY_ERR_BAD_VALUE = 90003,
  /**
   * A configuration file has a malformed line.
   */
  XPAY_ERR_BAD_CONFIG = 90004,
  /**
   * The system returned no random bytes.
   */
  XPAY_ERR_NO_RANDOM = 90005,
  /**
   * The journal could not be written.
   */
  XPAY_ERR_JOURNAL = 90006,
  /**
   * The payment was approved, but the shop's step in the guard failed.
   */
  XPAY_ERR_SHOP_STEP = 90007,
  /**
   * A signal, a cancelled task or `Stop` ended the wait for the answer.
   */
  XPAY_ERR_INTERRUPTED = 90008,
  /**
   * The gateway did not accept the registration of an escrow delivery.
   */
  XPAY_ERR_DELIVERY = 90009,
  /**
   * An internal error of this library.
   */
  XPAY_ERR_INTERNAL = 90099
} xpay_error_t;

/**
 * The kind of a failure; a language with exceptions has one exception for each. See xpay_error_kind.
 * \since 0.1.0
 */
typedef enum {
  /**
   * No failure: the code is an answer's, or no call was made yet.
   */
  XPAY_KIND_NONE = 0,
  /**
   * A call or a value is wrong. Nothing was sent.
   */
  XPAY_KIND_USAGE = 1,
  /**
   * Something on this machine needs correcting: a file, a setting, a MertKey. Nothing was sent.
   */
  XPAY_KIND_CONFIG = 2,
  /**
   * No answer came, or the approval was undone. xpay_outcome says whether money may have moved.
   */
  XPAY_KIND_TRANSPORT = 3,
  /**
   * The response is not a well-formed answer. xpay_outcome says whether money may have moved.
   */
  XPAY_KIND_PROTOCOL = 4,
  /**
   * An internal error of this library, or of the system around it.
   */
  XPAY_KIND_INTERNAL = 5
} xpay_error_kind_t;

/**
 * The level of a log line. A line is written if its level is at most log_level.
 * \since 0.1.0
 */
typedef enum {
  /**
   * Unrecoverable.
   */
  XPAY_LOG_FATAL = 0,
  /**
   * A request without a well-formed answer.
   */
  XPAY_LOG_ERROR = 1,
  /**
   * A setting or certificate that needs attention.
   */
  XPAY_LOG_WARN = 2,
  /**
   * Requests and answers, masked.
   */
  XPAY_LOG_INFO = 3,
  /**
   * The rows of answers, masked.
   */
  XPAY_LOG_DEBUG = 4
} xpay_log_level_t;

/**
 * One merchant's client: configuration, one transaction at a time, its answer.
 *
 * Use a client from one thread at a time; it may move between threads. You can create any number of clients. After a
 * fork the child must create its own clients; it may free inherited ones. An approval that its parent holds stays its
 * parent's: in the child xpay_is_held is false, and xpay_confirm, xpay_undo and xpay_rollback fail with 90002.
 *
 * Strings that you pass end with NUL and are copied before the call returns. Text is read as UTF-8 if it is valid
 * UTF-8, and as EUC-KR (CP949) otherwise; xpay_set sends its bytes as they are. Amounts are whole won. Times are
 * Korean time.
 *
 * A call that returns false sets a code, a message for the buyer and a detail for the operator: see
 * xpay_response_code, xpay_response_msg and xpay_response_detail. The three pointers stay valid until xpay_free and
 * always show the result of the last call; message and detail are cut after 8191 bytes. Every other returned string
 * ends with NUL, belongs to the client, and stays valid until the next call whose client is not const, or until
 * xpay_free; do not free it. Those of the functions whose names end in _str stay longer: see xpay_timestamp_str.
 *
 * In a call whose client is not const, NULL instead of a string gives 90001, and a call before the one that it needs
 * gives 90002. Without a client, a call returns false, 0 or an empty string, and there is no place for a code.
 *
 * During a call, every other call on the same client whose client is not const is rejected: from the guard's step,
 * from a logger, from another thread. It returns false and changes nothing. xpay_response_code then returns 90002 in
 * that thread, until that thread's next call or the end of the surrounding call; code and message of the surrounding
 * call stay as they are. Meanwhile calls whose client is const return an empty string, 0, false or
 * XPAY_OUTCOME_IN_DOUBT, except in the step.
 * \since 0.1.0
 */
typedef struct xpay_client xpay_client;

/**
 * A statement of the journal, and what came of it. Both are the callback's until it returns. Strings are UTF-8.
 *
 * The callback says what came of it with xpay_statement_changed, xpay_statement_row, xpay_statement_not_done or
 * xpay_statement_unknown. If it says nothing, a query has no rows, and of any other statement nobody knows.
 * \since 0.2.0
 */
typedef struct xpay_statement_t xpay_statement_t;

/**
 * The shop's own step after an approval, for example saving the order. Return true if it is done, false to roll the
 * payment back.
 *
 * It is called at most once, on the calling thread, before xpay_tx_guarded returns. It may read the answer from client
 * with every function whose client is const; the strings stay valid until the step returns. It must not unwind: no C++
 * exception and no longjmp may leave it. context is passed on unchanged.
 * Of the calls whose client is not const, two work in the step: xpay_rollback and xpay_undo roll the payment back at
 * once, and the surrounding call returns as if the step had failed, whatever the step returns. All others fail with
 * 90002.
 * \since 0.1.0
 */
typedef bool (*xpay_step_t)(void *context, const xpay_client *client);

/**
 * Executes a statement, in a transaction of its own (autocommit) on a connection that is used for nothing else, and says
 * what came of it. It must return in seconds: a connection has a deadline. It must not unwind or call the client.
 * \since 0.2.0
 */
typedef void (*xpay_store_t)(void *context, xpay_statement_t *statement);

/**
 * Receives a line of the log, UTF-8 without its line break, on the thread that called the client. The line stays valid
 * until the callback returns. It must not unwind. Calls on the client that it was set on fail with 90002.
 * \since 0.1.0
 */
typedef void (*xpay_logger_t)(void *context, int level, const char *line);

#ifdef __cplusplus
extern "C" {
#endif

/**
 * The version of the loaded library, as "0.1.0": XPAY_VERSION is that of the header. The string is constant.
 * \since 0.1.0
 */
XPAY_API const char *xpay_version(void);

/**
 * XPAY_VERSION_NUMBER of the loaded library: 0x000203 is 0.2.3. A library with a smaller number than the header's
 * lacks what the releases between added.
 * \since 0.1.0
 */
XPAY_API uint32_t xpay_version_number(void);

/**
 * XPAY_ABI_VERSION of the loaded library. If it is not that of the header, the library must not be used.
 * \since 0.1.0
 */
XPAY_API uint32_t xpay_abi_version(void);

/**
 * Creates a client; release it with xpay_free. Reads no file and sends nothing. NULL only when out of memory.
 * \since 0.1.0
 */
XPAY_API xpay_client *xpay_new(void);

/**
 * Frees a client and every string it returned. NULL is allowed. Its logger is not called again. An approval that it
 * still holds stands: see xpay_tx_held.
 *
 * In the guard's step, in the client's logger, or while another thread uses the client, nothing is freed: the client
 * stays as it is, and xpay_response_code returns 90002 to this thread. Call xpay_free again after that call.
 * \since 0.1.0
 */
XPAY_API void xpay_free(xpay_client *client);

/**
 * For a binding: sets the language in the User-Agent ("C" by default), of 1 to 32 letters, digits and . - + #. It
 * stays set across xpay_init. False: 90003 (other characters, or too long).
 * \since 0.1.0
 */
XPAY_API bool xpay_set_language(xpay_client *client,
                                const char *language);

/**
 * For a language whose strings are Unicode, as Java and .NET: with on, every string that you pass is UTF-8, and every
 * string that is returned is UTF-8, whatever `output_UTF8` is. Values of xpay_set are then sent as CP949, or as UTF-8 once
 * LGD_ENCODING is "UTF-8", and Content-Type names that encoding. A character that CP949 cannot encode is sent as "?". It
 * stays set across xpay_init. False: 90002 during another call.
 * \since 0.2.0
 */
XPAY_API bool xpay_set_unicode(xpay_client *client,
                               bool on);

/**
 * Reads home_dir/conf/mall.conf and home_dir/conf/lgdacom.conf. Resets the client: settings, transaction and answer of
 * before are gone, a logger stays. home_dir is a path in the bytes of the file system. On Windows it is UTF-8; bytes that
 * are no UTF-8 are read as CP949, so write UTF-8 if the path is not ASCII: some names in CP949 are well-formed UTF-8, too.
 *
 * mode is XPAY_MODE_TEST ("test", in upper or lower case) for the test gateway. Any other value ("service", "real",
 * "") is the service gateway, where money moves.
 *
 * False: 10001 (home_dir does not exist), 10002 (mall.conf is missing or cannot be read), 10003 (the same of
 * lgdacom.conf), 90004 (a line is malformed; xpay_response_detail names it), 90001 (a string is NULL).
 * \since 0.1.0
 */
XPAY_API bool xpay_init(xpay_client *client,
                        const char *home_dir,
                        const char *mode);

/**
 * As xpay_init, from one file that has the settings of both. Relative directories and conf/ca-bundle.crt are below the
 * file's directory, or below the one above if that is called conf. False: 10003 (file is missing or cannot be read),
 * 90004 and 90001 as xpay_init.
 * \since 0.2.0
 */
XPAY_API bool xpay_init_file(xpay_client *client,
                             const char *file,
                             const char *mode);

/**
 * Resets the client as xpay_init does, without files: pass every setting, the gateway's address and MertKeys included,
 * with xpay_set_config. mode is as for xpay_init. False: 90001 (mode is NULL).
 * \since 0.1.0
 */
XPAY_API bool xpay_init_mode(xpay_client *client,
                             const char *mode);

/**
 * As xpay_init_mode, with home_dir for relative directories and conf/ca-bundle.crt: no file of settings is read. "" is
 * no home_dir. False: 90001 (a string is NULL).
 * \since 0.1.0
 */
XPAY_API bool xpay_init_home(xpay_client *client,
                             const char *home_dir,
                             const char *mode);

/**
 * Sets or replaces one setting, or the MertKey of a merchant ID, as a line of mall.conf or lgdacom.conf would. It
 * overrides the files and takes effect from the next xpay_init_tx. The value is not checked: one that is invalid takes
 * its default, with a warning in the log. False: 90003 (no name; a transaction that was begun cannot be sent then),
 * 90001 (a string is NULL).
 * \since 0.1.0
 */
XPAY_API bool xpay_set_config(xpay_client *client,
                              const char *name,
                              const char *value);

/**
 * Removes one setting from the next xpay_init_tx on: it takes its default, not an empty value. One that is not set is
 * no error. False: 90001 (name is NULL).
 * \since 0.1.0
 */
XPAY_API bool xpay_unset_config(xpay_client *client,
                                const char *name);

/**
 * Sets the MertKey of a merchant ID for requests, signatures and verification, instead of the configured one. For
 * programs that store keys elsewhere. Unlike with xpay_set_config, mid is never read as the name of a setting. False:
 * 90001 (a string is NULL).
 * \since 0.1.0
 */
XPAY_API bool xpay_set_mert_key(xpay_client *client,
                                const char *mid,
                                const char *key);

/**
 * Connects to the gateway before the buyer pays, so that xpay_tx does not wait for the connection: call it at the
 * start of a page. Sends nothing. The connection is kept for `keep_alive` seconds, for the next payment of any client
 * of this process. Does nothing if a connection is ready. A transaction that was begun stays as it is.
 *
 * False: any reason that would prevent a payment, as 90002 (before xpay_init), 20001 (no address) or 20004 (no
 * connection). xpay_tx tries again.
 * \since 0.1.0
 */
XPAY_API bool xpay_warm_up(xpay_client *client);

/**
 * The value of a setting in the file's own encoding (UTF-8 after xpay_set_unicode), or a MertKey, which is a secret, by its merchant ID. NULL if it
 * is not set, and without a client.
 * \since 0.1.0
 */
XPAY_API const char *xpay_config(const xpay_client *client,
                                 const char *name);

/**
 * Whether the setting with this name is a flag (0 or 1) and is 1, its default included. False for any other name.
 * \since 0.1.0
 */
XPAY_API bool xpay_is_on(const xpay_client *client,
                         const char *name);

/**
 * The number of settings that files and calls have set, including those that this library does not know.
 * \since 0.1.0
 */
XPAY_API size_t xpay_config_count(const xpay_client *client);

/**
 * The name of a setting by its index from 0, in order of first appearance. NULL if index is out of range.
 * \since 0.1.0
 */
XPAY_API const char *xpay_config_name(const xpay_client *client, size_t index);

/**
 * Begins a transaction of the merchant ID mid: a new LGD_TXID and LGD_AUTHCODE, no other parameter. Sends nothing.
 *
 * False: 10004 (no MertKey for mid), 90002 (before xpay_init), 90003 (mid or server_id has characters that an LGD_TXID
 * cannot have), 90001 (mid is NULL). xpay_set and xpay_tx then fail with the same code and message. The previous
 * transaction ends in any case. Code, message and rows of its answer stay readable until the next xpay_tx, for example
 * to Cancel its LGD_TID; xpay_outcome is XPAY_OUTCOME_NONE.
 * \since 0.1.0
 */
XPAY_API bool xpay_init_tx(xpay_client *client,
                           const char *mid);

/**
 * Sets a parameter of the transaction, or replaces its value in place. The bytes of name and value are copied and sent
 * unchanged: EUC-KR is the gateway's default; to send UTF-8, also set LGD_ENCODING to "UTF-8". Lengths and forms are
 * not checked: xpay_check does that.
 *
 * False: 90002 (before xpay_init_tx), 90001 (a string is NULL), 90003 (no name, or another LGD_TXID, LGD_AUTHCODE or
 * LGD_MID than the transaction's). After that xpay_tx fails with the same code, because the request would not be the
 * intended one.
 * \since 0.1.0
 */
XPAY_API bool xpay_set(xpay_client *client,
                       const char *name,
                       const char *value);

/**
 * Removes a parameter of the transaction, so that xpay_set puts it at the end again. One that is not there is no
 * error.
 *
 * False: 90002 (before xpay_init_tx), 90001 (name is NULL), 90003 (LGD_TXID, LGD_AUTHCODE or LGD_MID). After that
 * xpay_tx fails with the same code.
 * \since 0.1.0
 */
XPAY_API bool xpay_unset(xpay_client *client,
                         const char *name);

/**
 * For a binding whose caller passed a value that cannot become a string: sets 90003 and "name why", for example
 * "LGD_OID is an array". The text must not contain the value. xpay_tx then rejects the current transaction. Always
 * false.
 * \since 0.1.0
 */
XPAY_API bool xpay_refuse(xpay_client *client,
                          const char *name,
                          const char *why);

/**
 * Sends the transaction and waits for the answer, at most `timeout` seconds of mall.conf. After a failure it waits as
 * long again for a Rollback and for a Report.
 *
 * True: the gateway sent a well-formed answer, which may be a decline: a payment is approved only if
 * xpay_response_code is "0000". False: it did not. The code gives the reason (1xxxx to 4xxxx, 9xxxx; see xpay_error),
 * and xpay_outcome says whether money may have moved. With rollback_on_error, and unless auto_rollback is 0, a request
 * that may have arrived without a well-formed answer is rolled back at once (망취소). If you call it again without
 * xpay_init_tx, it sends the same parameters under a new LGD_TXID.
 * \since 0.1.0
 */
XPAY_MUST_CHECK
XPAY_API bool xpay_tx(xpay_client *client,
                      bool rollback_on_error);

/**
 * Rolls back (망취소) the transaction sent last, for example if the shop's own step fails after an approval. In the
 * guard's step see xpay_step_t. reason is sent as LGD_RB_REASON.
 *
 * True: the gateway answered 0000. Code, message, rows and LGD_TXID are then the Rollback's. False: it is not known to
 * be undone. Without an answer you may call it again; another xpay_tx needs xpay_init_tx first. 90002 if nothing was
 * sent, so that there is nothing to undo; nothing is sent then either.
 * \since 0.1.0
 */
XPAY_MUST_CHECK
XPAY_API bool xpay_rollback(xpay_client *client,
                            const char *reason);

/**
 * What became of the last xpay_tx or xpay_rollback, and of the calls that send by them. XPAY_OUTCOME_NONE since
 * xpay_init or xpay_init_tx, and without a client; XPAY_OUTCOME_IN_DOUBT during another call on the client.
 * \since 0.1.0
 */
XPAY_API xpay_outcome_t xpay_outcome(const xpay_client *client);

/**
 * LGD_TXID of the transaction begun or sent last; "" before that. Note it with the order: by it the transaction is
 * found in the log and the journal.
 * \since 0.1.0
 */
XPAY_API const char *xpay_tx_id(const xpay_client *client);

/**
 * LGD_AUTHCODE for xpay_tx_id; "" before that. It is a secret: do not log it.
 * \since 0.1.0
 */
XPAY_API const char *xpay_auth_code(const xpay_client *client);

/**
 * Sends the transaction as xpay_tx does. If it is approved, calls step, with context, before the approval counts.
 *
 * True: the gateway sent a well-formed answer. If xpay_response_code is "0000", the payment is approved and the step
 * is done; with any other code it is a decline, and the step was not called.
 *
 * False with 90007: approved, but the step returned false. xpay_outcome is XPAY_OUTCOME_ROLLED_BACK, or
 * XPAY_OUTCOME_IN_DOUBT if no Rollback was confirmed, which xpay_recover_open settles. xpay_tx_id stays the payment's.
 * False with another code: as xpay_tx, the step was not called. 90001 if step is NULL: nothing was sent. If the
 * process dies in the step, `xpay recover --list` shows the approval as unconfirmed.
 * \since 0.1.0
 */
XPAY_MUST_CHECK
XPAY_API bool xpay_tx_guarded(xpay_client *client,
                              bool rollback_on_error,
                              xpay_step_t step,
                              void *context);

/**
 * The first part of xpay_tx_guarded, for languages without callbacks: sends as xpay_tx does, and holds an approval
 * until xpay_confirm or xpay_undo.
 *
 * Returns as xpay_tx; xpay_is_held says whether there is an approval to confirm or undo. If you do neither before the
 * client begins another transaction or is freed, the payment stands, and `xpay recover --list` shows it as
 * unconfirmed; without a journal nothing does. xpay_rollback undoes it too.
 * \since 0.1.0
 */
XPAY_MUST_CHECK
XPAY_API bool xpay_tx_held(xpay_client *client,
                           bool rollback_on_error);

/**
 * Whether an approval waits for xpay_confirm or xpay_undo.
 * \since 0.1.0
 */
XPAY_API bool xpay_is_held(const xpay_client *client);

/**
 * Confirms the held approval: the shop's step is done. False: 90002 if no approval is held.
 * \since 0.1.0
 */
XPAY_MUST_CHECK
XPAY_API bool xpay_confirm(xpay_client *client);

/**
 * Leaves the held approval unconfirmed, if the shop's step will never report how it ended and this process continues:
 * `xpay recover --list` shows it. xpay_rollback still undoes it. False without a code if no approval is held.
 * \since 0.1.0
 */
XPAY_API bool xpay_let_go(xpay_client *client);

/**
 * Rolls the held approval back, with reason as LGD_RB_REASON: the shop's step failed. Always false: 90007, and
 * xpay_outcome is XPAY_OUTCOME_ROLLED_BACK, or XPAY_OUTCOME_IN_DOUBT if no Rollback was confirmed; 90002 if no
 * approval is held; 90001 if reason is NULL, and the approval is still held.
 * \since 0.1.0
 */
XPAY_API bool xpay_undo(xpay_client *client,
                        const char *reason);

/**
 * PaymentByKey in one call, instead of xpay_init_tx, xpay_set and xpay_tx: sends the final payment request for paykey
 * (LGD_PAYKEY), which the window returned. amount is the order's in won, 1 to 999999999999; the gateway refuses if the
 * buyer agreed to another amount. step is as for xpay_tx_guarded; NULL for none. context is passed to it.
 *
 * True: paid (0000), and the step is done. False: not paid, or unknown. A decline has the gateway's code and
 * XPAY_OUTCOME_ANSWERED; otherwise as xpay_tx_guarded. 90003 names a parameter that is missing or too long; nothing
 * was sent then.
 * \since 0.1.0
 */
XPAY_MUST_CHECK
XPAY_API bool xpay_pay_by_key(xpay_client *client,
                              const char *mid,
                              const char *paykey,
                              uint64_t amount,
                              xpay_step_t step,
                              void *context);

/**
 * CardAuth in one call: charges the order oid of amount won to the card behind a billing key (LGD_BILLKEY, see
 * xpay_billing_return_read), without a window. For installments or the buyer's data use xpay_set and xpay_tx_guarded.
 * step, the result and the codes are as for xpay_pay_by_key. Each call is a charge of its own: charge an order again only
 * after you know that it was not paid.
 * \since 0.1.0
 */
XPAY_MUST_CHECK
XPAY_API bool xpay_pay_by_billing_key(xpay_client *client,
                                      const char *mid,
                                      const char *billing_key,
                                      const char *oid,
                                      uint64_t amount,
                                      xpay_step_t step,
                                      void *context);

/**
 * Checks a value as the calls above check theirs: it is not empty, it has its length and its form, an amount is 1 to
 * 999999999999 won in digits without zeros in front, LGD_PAYTYPE is a payment method. For a transaction that you set
 * by xpay_set: nothing is sent, no parameter changes, and neither string is kept.
 *
 * False: xpay_response_code is 90003, and xpay_response_detail names the parameter and says what to do; 90001 if a
 * string is NULL. True changes neither.
 * \since 0.1.0
 */
XPAY_MUST_CHECK
XPAY_API bool xpay_check(xpay_client *client,
                         const char *name,
                         const char *value);

/**
 * Cancel in one call: cancels all that is left of the payment tid (LGD_TID). paytype is its LGD_PAYTYPE ("SC0010"),
 * which decides which codes count as done, as in xpay_is_cancelled; "" if unknown: then only "0000" counts. reason may
 * be "". To refund a virtual account, also pass the buyer's account: use xpay_set with LGD_RFACCOUNTNUM and the like,
 * and xpay_tx.
 *
 * True: cancelled. False: not cancelled, or unknown. With XPAY_OUTCOME_ANSWERED the gateway's code gives the reason.
 * With XPAY_OUTCOME_ROLLED_BACK or XPAY_OUTCOME_IN_DOUBT the cancellation was, or may have been, undone, and the
 * payment stands or may stand. Request it again in any case: a payment is not cancelled twice. 90003 names a parameter
 * that is missing or too long, 10004 says that mid has no MertKey; nothing was sent then.
 * \since 0.1.0
 */
XPAY_MUST_CHECK
XPAY_API bool xpay_cancel(xpay_client *client,
                          const char *mid,
                          const char *tid,
                          const char *paytype,
                          const char *reason);

/**
 * PartialCancel in one call: cancels amount won of the payment tid. remaining is what is left of it before, in won;
 * the gateway refuses if it has another number, so a call repeated by mistake cancels nothing more. Otherwise as
 * xpay_cancel.
 * \since 0.1.0
 */
XPAY_MUST_CHECK
XPAY_API bool xpay_partial_cancel(xpay_client *client,
                                  const char *mid,
                                  const char *tid,
                                  const char *paytype,
                                  uint64_t amount,
                                  uint64_t remaining,
                                  const char *reason);

/**
 * The gateway's LGD_RESPCODE ("0000" for success), or an error code ("20009"); "" before any call.
 * \since 0.1.0
 */
XPAY_API const char *xpay_response_code(const xpay_client *client);

/**
 * The gateway's LGD_RESPMSG, or what a buyer may read of an error: one Korean sentence that says what became of the money,
 * and the vendor's words for the error in parentheses, as in "(Timeout error)". It has no host, path, number or command.
 * Message, detail and rows are EUC-KR (CP949) unless `output_UTF8` is 1; UTF-8 before configuration.
 * \since 0.1.0
 */
XPAY_API const char *xpay_response_msg(const xpay_client *client);

/**
 * What the operator has to know; do not show it to a buyer. The gateway's LGD_RESPMSG, with what is known of its code, or
 * an error: what happened, beginning like the vendor's message, and what to do, in English and Korean. The log has it too.
 * \since 0.1.0
 */
XPAY_API const char *xpay_response_detail(const xpay_client *client);

/**
 * The error whose number xpay_response_code has as text, for a switch; XPAY_ERR_HTTP for every HTTP status.
 * XPAY_ERR_NONE if the code is an answer's, even a decline's, and before any call: then look at xpay_response_code.
 * XPAY_ERR_NULL_ARGUMENT without a client. A later release may return others: give the switch a default.
 * \since 0.1.0
 */
XPAY_API xpay_error_t xpay_error(const xpay_client *client);

/**
 * The kind of failure that xpay_response_code and xpay_response_detail describe, for languages with exceptions.
 * XPAY_KIND_NONE if the code is an answer's, even a decline's, and before any call. Once a request may have arrived, it
 * is never XPAY_KIND_USAGE or XPAY_KIND_CONFIG, whatever the code: do not derive the kind from the number.
 * \since 0.1.0
 */
XPAY_API xpay_error_kind_t xpay_error_kind(const xpay_client *client);

/**
 * The body of the answer as received, usually UTF-8 JSON; "" without an answer. It has the buyer's data: do not log
 * it.
 * \since 0.1.0
 */
XPAY_API const char *xpay_response_json(const xpay_client *client);

/**
 * The number of rows of the answer; 0 without one.
 * \since 0.1.0
 */
XPAY_API size_t xpay_response_count(const xpay_client *client);

/**
 * The number of names in the first row; 0 without an answer.
 * \since 0.1.0
 */
XPAY_API size_t xpay_response_name_count(const xpay_client *client);

/**
 * A name of the first row by its index from 0, in the gateway's order; "" if index is out of range.
 * \since 0.1.0
 */
XPAY_API const char *xpay_response_name(const xpay_client *client, size_t index);

/**
 * The value of name in row index, from 0, in the encoding of xpay_response_msg; "" if there is no such row or name,
 * and without an answer.
 * \since 0.1.0
 */
XPAY_API const char *xpay_response(const xpay_client *client,
                                   const char *name,
                                   size_t index);

/**
 * Whether the answer to a Cancel or PartialCancel counts as done for a payment with LGD_PAYTYPE paytype ("SC0010"):
 * "0000", "AV11" for a card, and for a bank transfer the codes of a refund that the gateway completes. False without
 * an answer.
 * \since 0.1.0
 */
XPAY_API bool xpay_is_cancelled(const xpay_client *client,
                                const char *paytype);

/**
 * Whether the gateway answered that it did this before: S007 (already processed) or XC01 (duplicate request). After a
 * PaymentByKey it is no decline that the buyer may repeat: an earlier request may have taken the payment. It does not say
 * that this order is paid either, because the payment key may be that of another order. Look the payment up by LGD_OID in
 * the merchant admin. False without an answer.
 * \since 0.1.0
 */
XPAY_API bool xpay_is_repeated(const xpay_client *client);

/**
 * Rolls back what earlier transactions left in doubt, of every process with the same journal, this one included.
 * Leaves cancellations and cash receipts to a person: repeating them is harmless, undoing them may not be.
 *
 * True: count has how many are still open, 0 for none; transactions that are running now do not count. Code and
 * message are those of the first that could not be settled, "" if none failed. A transaction that is open without a
 * code waits for a person, see `xpay recover --list`. Outcome, rows and LGD_TXID stay the transaction's.
 *
 * False: 90006 (the journal cannot be read), 90002 (before xpay_init), 90001 (count is NULL; nothing is sent then). It
 * is not known then how many are open, and count has SIZE_MAX.
 *
 * It takes at most `timeout` seconds per transaction: call it from a job of its own, or use `xpay recover`, rather
 * than while a buyer waits. Of files only one process recovers at a time; meanwhile the others only
 * count. Of a database any number does.
 * \since 0.1.0
 */
XPAY_MUST_CHECK
XPAY_API bool xpay_recover_open(xpay_client *client,
                                size_t *count);

/**
 * As xpay_recover_open, but returns the number itself, and SIZE_MAX instead of false.
 * \since 0.1.0
 */
XPAY_DEPRECATED("use xpay_recover_open")
XPAY_API size_t xpay_recover(xpay_client *client);

/**
 * What a statement does, for a database whose words differ: "begin", "mark", "put", "claim", "find", "open", "history",
 * "prune", "version", "may_insert", "may_update" or "facts".
 * \since 0.2.0
 */
XPAY_API const char *xpay_statement_operation(const xpay_statement_t *statement);

/**
 * The text of a statement, with a placeholder for each value.
 * \since 0.2.0
 */
XPAY_API const char *xpay_statement_sql(const xpay_statement_t *statement);

/**
 * How many values a statement has.
 * \since 0.2.0
 */
XPAY_API size_t xpay_statement_value_count(const xpay_statement_t *statement);

/**
 * A value of a statement as text, from 0 in the order of the placeholders. NULL is SQL's NULL, and what an index out of
 * range gives.
 * \since 0.2.0
 */
XPAY_API const char *xpay_statement_value(const xpay_statement_t *statement,
                                          size_t index);

/**
 * Whether a statement is a query: answer with xpay_statement_row for each row, and otherwise with
 * xpay_statement_changed.
 * \since 0.2.0
 */
XPAY_API bool xpay_statement_is_query(const xpay_statement_t *statement);

/**
 * Whether a statement needs a new connection, because nobody knows what became of the last one.
 * \since 0.2.0
 */
XPAY_API bool xpay_statement_is_fresh(const xpay_statement_t *statement);

/**
 * What to execute on each new connection before anything else, from index 0 on: isolation, deadlines, durability. NULL
 * after the last.
 * \since 0.2.0
 */
XPAY_API const char *xpay_statement_on_connect(const xpay_statement_t *statement,
                                               size_t index);

/**
 * The statement was done: so many rows were inserted, updated or deleted.
 * \since 0.2.0
 */
XPAY_API void xpay_statement_changed(xpay_statement_t *statement, uint64_t rows);

/**
 * A row of a query: its values in the order of its columns, as text, which are copied. A NULL among them is SQL's NULL.
 * \since 0.2.0
 */
XPAY_API void xpay_statement_row(xpay_statement_t *statement,
                                 const char *const *values,
                                 size_t count);

/**
 * The statement was certainly not done: the connection was refused, or the database answered with an error and the
 * connection stays open. why is for the operator; keep passwords out of it.
 * \since 0.2.0
 */
XPAY_API void xpay_statement_not_done(xpay_statement_t *statement,
                                      const char *why);

/**
 * Nobody knows whether the statement was done: the connection ended before an answer came, or after an error. why is for
 * the operator; keep passwords out of it.
 * \since 0.2.0
 */
XPAY_API void xpay_statement_unknown(xpay_statement_t *statement,
                                     const char *why);

/**
 * Keeps the journal in the shop's own database instead of files, so that any of its machines can recover: store executes
 * the statements, with context. NULL for store ends that, whatever the strings are. It stays set across xpay_init. The tables are made with
 * `xpay journal init --print`.
 *
 * database: "mysql" (MariaDB, too) or "pgsql". placeholder: "?" or "$1", as your client library writes a value's place.
 * Another database works if store writes each operation in its words: see xpay_statement_operation.
 *
 * False: 90003 names what is unknown, 90001 a string that is NULL, 90002 during another call; the earlier store stays
 * then.
 * \since 0.2.0
 */
XPAY_API bool xpay_set_store(xpay_client *client,
                             const char *database,
                             const char *placeholder,
                             xpay_store_t store,
                             void *context);

/**
 * The password of the database that keeps the journal, from the file that journal_password_file names, for a store that
 * connects to it; "" if there is no such setting. It stays until this is called again, or until xpay_free.
 *
 * NULL: 90006 (the file cannot be read), 90002 during another call.
 * \since 0.2.0
 */
XPAY_API const char *xpay_journal_password(xpay_client *client);

/**
 * Reports a failure to the gateway's operators at aux_url: status is sent as LGD_STATUS, msg as LGD_MSG. Needs
 * xpay_init_tx for the merchant ID.
 *
 * True: the gateway answered 0000. Code and message are the Report's; LGD_TXID, rows and outcome stay the
 * transaction's, and xpay_rollback still rolls that one back. False: 90002 (before xpay_init_tx), 20001 if aux_url is
 * missing or not https, and as xpay_tx.
 * \since 0.1.0
 */
XPAY_API bool xpay_report(xpay_client *client,
                          const char *status,
                          const char *msg);

/**
 * Downloads a new mall.conf, lgdacom.conf or ca-bundle.crt, as filename says, from aux_url and replaces the file,
 * completely or not at all.
 *
 * Needs xpay_init_tx for the merchant ID; the file is read by the next xpay_init. False: 90003 (another file, or
 * invalid content), 90002 (before xpay_init_tx), 20201 (the answer is not text/plain), 20005 (it cannot be written),
 * 20001 (aux_url is missing or not https), and as xpay_tx.
 * \since 0.1.0
 */
XPAY_API bool xpay_patch(xpay_client *client,
                         const char *filename);

/**
 * Writes a line to the log with the LGD_TXID of the transaction begun or sent last. Does nothing before xpay_init. msg
 * is UTF-8 or EUC-KR.
 *
 * level is one of xpay_log_level_t; a value out of range becomes the nearest. Line breaks and control characters in
 * msg are escaped; the caller must keep secrets out of it.
 * \since 0.1.0
 */
XPAY_API void xpay_log(xpay_client *client,
                       const char *msg,
                       int level);

/**
 * Also passes every line that log_level allows to logger, with context. NULL removes the logger. It stays set across
 * xpay_init. Once this returns true, no earlier logger is called, not even for a held approval. If it returns false
 * (90002), the earlier logger stays.
 * \since 0.1.0
 */
XPAY_API bool xpay_set_logger(xpay_client *client,
                              xpay_logger_t logger,
                              void *context);

/**
 * Keeps every line that log_level allows, for xpay_kept_log, and forgets those of before; false for keep ends that.
 * For a caller that cannot be called back. It stays set across xpay_init. False: 90002 during another call.
 * \since 0.1.0
 */
XPAY_API bool xpay_keep_log(xpay_client *client,
                            bool keep);

/**
 * The lines since the last xpay_keep_log, the first 1000 of them, in UTF-8, with a line break between two; a line
 * contains none. "" if there are none.
 * \since 0.1.0
 */
XPAY_API const char *xpay_kept_log(const xpay_client *client);

/**
 * What the client could not write to its journal or log since xpay_init, and what to do, in English and Korean; "" if
 * everything was written. Payments continue meanwhile unless `journal` is strict, so check this in your monitoring. In
 * the encoding of xpay_response_msg.
 * \since 0.1.0
 */
XPAY_API const char *xpay_unwritten(const xpay_client *client);

/**
 * Writes the current LGD_TIMESTAMP to out: yyyyMMddHHmmss in Korean time, whatever the machine's time zone, and a NUL.
 * False: 90001 (out is NULL); out stays as it is.
 *
 * \since 0.1.0
 */
XPAY_API bool xpay_timestamp(xpay_client *client,
                             char out[XPAY_TIMESTAMP_SIZE]);

/**
 * Writes LGD_HASHDATA of a payment request to out: the MD5 of the four strings and the MertKey of mid, 32 lower-case
 * hex digits and a NUL. amount is in won, in digits; timestamp is LGD_TIMESTAMP.
 *
 * False: 10004 (no MertKey for mid), 90003 (a field is malformed, so that browser input is never signed as something
 * else), 90001 (a string or out is NULL). After a false of this and of every signature below, out has "refused:" and
 * random digits. It equals nothing that a browser can send, if a page compares it nevertheless.
 *
 * \since 0.1.0
 */
XPAY_API bool xpay_hash_data(xpay_client *client,
                             const char *mid,
                             const char *oid,
                             const char *amount,
                             const char *timestamp,
                             char out[XPAY_HASH_SIZE]);

/**
 * Writes LGD_HASHDATA of a payment result or notification to out, as xpay_hash_data; respcode is LGD_RESPCODE. To
 * verify one, use xpay_verify_hash_data_cas. False: as xpay_hash_data.
 *
 * \since 0.1.0
 */
XPAY_API bool xpay_hash_data_cas(xpay_client *client,
                                 const char *mid,
                                 const char *oid,
                                 const char *amount,
                                 const char *respcode,
                                 const char *timestamp,
                                 char out[XPAY_HASH_SIZE]);

/**
 * Writes LGD_HASHDATA of OpenPay to out: SHA-512, 128 lower-case hex digits and a NUL; token is "" if there is none.
 * False: as xpay_hash_data.
 *
 * \since 0.1.0
 */
XPAY_API bool xpay_hash_data_openpay(xpay_client *client,
                                     const char *venderno,
                                     const char *mid,
                                     const char *mer_uid,
                                     const char *token,
                                     const char *timestamp,
                                     char out[XPAY_OPENPAY_HASH_SIZE]);

/**
 * As xpay_hash_data, for a page that was written for the vendor's library: it signs malformed fields as they are, with
 * a warning in the log. False: 10004 (no MertKey for mid), 90001 (NULL), 90003 (amount or timestamp is malformed in a
 * way that makes this the signature of a payment result or of a receipt link).
 *
 * \since 0.1.0
 */
XPAY_API bool xpay_vendor_hash_data(xpay_client *client,
                                    const char *mid,
                                    const char *oid,
                                    const char *amount,
                                    const char *timestamp,
                                    char out[XPAY_HASH_SIZE]);

/**
 * As xpay_hash_data_cas, for a page that was written for the vendor's library and compares out with a received
 * LGD_HASHDATA: oid may hold anything. Use xpay_verify_hash_data_cas in a new page. False: as that one, which also
 * says whose MertKey is used.
 *
 * \since 0.1.0
 */
XPAY_API bool xpay_vendor_hash_data_cas(xpay_client *client,
                                        const char *mid,
                                        const char *oid,
                                        const char *amount,
                                        const char *respcode,
                                        const char *timestamp,
                                        char out[XPAY_HASH_SIZE]);

/**
 * As xpay_hash_data_openpay, for a page that was written for the vendor's library: it signs malformed fields as they
 * are, with a warning in the log. False: 10004 (no MertKey for mid), 90001 (NULL).
 *
 * \since 0.1.0
 */
XPAY_API bool xpay_vendor_hash_data_openpay(xpay_client *client,
                                            const char *venderno,
                                            const char *mid,
                                            const char *mer_uid,
                                            const char *token,
                                            const char *timestamp,
                                            char out[XPAY_OPENPAY_HASH_SIZE]);

/**
 * Writes the authdata of a receipt link to out: the MD5 of mid, tid (LGD_TID) and the MertKey of mid, 32 lower-case
 * hex digits and a NUL. False: as xpay_hash_data.
 *
 * \since 0.1.0
 */
XPAY_API bool xpay_receipt_authdata(xpay_client *client,
                                    const char *mid,
                                    const char *tid,
                                    char out[XPAY_HASH_SIZE]);

/**
 * Verifies that a payment result or notification (cas_noteurl) comes from the gateway: the fields are well-formed and
 * hashdata, the received LGD_HASHDATA, matches them. Compares in constant time.
 *
 * Pass mid, oid and amount of the shop's own order, not the received ones. The signature has no separators, so a
 * payment request of 20,000 won has the same signature as a notification of 2 won; for mid see xpay_notice_verify.
 *
 * False: 90003 names the wrong field: LGD_HASHDATA if the signature does not match, LGD_MID if mid is not a shop of
 * this platform; 10004 (no MertKey for mid), 90002 (before xpay_init), 90001 (a string is NULL).
 * \since 0.1.0
 */
XPAY_MUST_CHECK
XPAY_API bool xpay_verify_hash_data_cas(xpay_client *client,
                                        const char *mid,
                                        const char *oid,
                                        const char *amount,
                                        const char *respcode,
                                        const char *timestamp,
                                        const char *hashdata);

/**
 * As xpay_timestamp, but returns the string; "" where that returns false.
 *
 * The string belongs to the client. It stays valid until the same function is called again on the client, or until
 * xpay_free; without a client, and during another call on it, until this thread calls the function again or ends. So a
 * time, its signature and a receipt's link can be used beside each other.
 * \since 0.1.0
 */
XPAY_API const char *xpay_timestamp_str(xpay_client *client);

/**
 * As xpay_hash_data, but returns the string; xpay_timestamp_str says for how long it stays. Where xpay_hash_data
 * returns false, it begins with "refused:" and is another one each time: no signature does.
 * \since 0.1.0
 */
XPAY_API const char *xpay_hash_data_str(xpay_client *client,
                                        const char *mid,
                                        const char *oid,
                                        const char *amount,
                                        const char *timestamp);

/**
 * As xpay_hash_data_cas, but returns the string; xpay_timestamp_str says for how long it stays. Where
 * xpay_hash_data_cas returns false, it begins with "refused:" and is another one each time: no signature does.
 * \since 0.1.0
 */
XPAY_API const char *xpay_hash_data_cas_str(xpay_client *client,
                                            const char *mid,
                                            const char *oid,
                                            const char *amount,
                                            const char *respcode,
                                            const char *timestamp);

/**
 * As xpay_hash_data_openpay, but returns the string; xpay_timestamp_str says for how long it stays. Where
 * xpay_hash_data_openpay returns false, it begins with "refused:" and is another one each time: no signature does.
 * \since 0.1.0
 */
XPAY_API const char *xpay_hash_data_openpay_str(xpay_client *client,
                                                const char *venderno,
                                                const char *mid,
                                                const char *mer_uid,
                                                const char *token,
                                                const char *timestamp);

/**
 * As xpay_vendor_hash_data, but returns the string; xpay_timestamp_str says for how long it stays. Where
 * xpay_vendor_hash_data returns false, it begins with "refused:" and is another one each time: no signature does.
 * \since 0.1.0
 */
XPAY_API const char *xpay_vendor_hash_data_str(xpay_client *client,
                                               const char *mid,
                                               const char *oid,
                                               const char *amount,
                                               const char *timestamp);

/**
 * As xpay_vendor_hash_data_cas, but returns the string; xpay_timestamp_str says for how long it stays. Where
 * xpay_vendor_hash_data_cas returns false, it begins with "refused:" and is another one each time: no signature does.
 * \since 0.1.0
 */
XPAY_API const char *xpay_vendor_hash_data_cas_str(xpay_client *client,
                                                   const char *mid,
                                                   const char *oid,
                                                   const char *amount,
                                                   const char *respcode,
                                                   const char *timestamp);

/**
 * As xpay_vendor_hash_data_openpay, but returns the string; xpay_timestamp_str says for how long it stays. Where
 * xpay_vendor_hash_data_openpay returns false, it begins with "refused:" and is another one each time: no signature
 * does.
 * \since 0.1.0
 */
XPAY_API const char *xpay_vendor_hash_data_openpay_str(xpay_client *client,
                                                       const char *venderno,
                                                       const char *mid,
                                                       const char *mer_uid,
                                                       const char *token,
                                                       const char *timestamp);

/**
 * As xpay_receipt_authdata, but returns the string; xpay_timestamp_str says for how long it stays. Where
 * xpay_receipt_authdata returns false, it begins with "refused:" and is another one each time: no signature does.
 * \since 0.1.0
 */
XPAY_API const char *xpay_receipt_authdata_str(xpay_client *client,
                                               const char *mid,
                                               const char *tid);

/**
 * Begins the form that opens a window, for the contract's merchant ID cst_mid without the "t" of the test platform.
 * LGD_MID and CST_PLATFORM follow from it and from the mode of xpay_init. The client keeps one form, in addition to
 * its transaction. False: 90001 (cst_mid is NULL).
 * \since 0.1.0
 */
XPAY_API bool xpay_window_begin(xpay_client *client,
                                const char *cst_mid);

/**
 * Sets a parameter of the form, LGD_…, CST_… or one of the shop's own, or replaces its value; EUC-KR or UTF-8, copied.
 * LGD_ESCROW_GOODID, _GOODNAME, _GOODCODE, _UNITPRICE and _QUANTITY are added instead: set them once for each item.
 * LGD_TIMESTAMP defaults to the current time. xpay_window_sign checks the value.
 *
 * False: 90002 (before xpay_window_begin), or 90001 (a string is NULL), after which xpay_window_sign fails until
 * xpay_window_begin.
 * \since 0.1.0
 */
XPAY_API bool xpay_window_set(xpay_client *client,
                              const char *name,
                              const char *value);

/**
 * Sets whether xpay_window_sign refuses what xpay_window_warning would show; off for each form that is begun. False:
 * 90002 (before xpay_window_begin).
 * \since 0.1.0
 */
XPAY_API bool xpay_window_strict(xpay_client *client,
                                 bool strict);

/**
 * Checks every parameter against the window's rules, and computes LGD_HASHDATA with the MertKey of LGD_MID.
 *
 * LGD_PAYWINDOWTYPE CardBillingAuth or CardBillingAuth_smartphone makes the form of a billing key, without an order,
 * an amount or a signature; LGD_PAYTYPE ASC… that of an identity check, with a signature of its own, which the page
 * opens by openAuthonly. All others are a payment's.
 *
 * False: 90003 names the first parameter that is missing, too long, malformed or set by the library only;
 * 10004 (no MertKey), 90002 (before xpay_init or xpay_window_begin).
 * \since 0.1.0
 */
XPAY_API bool xpay_window_sign(xpay_client *client);

/**
 * The signed form as HTML, one escaped `<input type="hidden" …>` line for each parameter, in the encoding of
 * xpay_response, which must be the page's; "" before xpay_window_sign.
 * \since 0.1.0
 */
XPAY_API const char *xpay_window_html(const xpay_client *client);

/**
 * The number of parameters of the signed form; 0 before xpay_window_sign.
 * \since 0.1.0
 */
XPAY_API size_t xpay_window_count(const xpay_client *client);

/**
 * The name of a parameter of the signed form by its index from 0, in order; "" if index is out of range.
 * \since 0.1.0
 */
XPAY_API const char *xpay_window_name(const xpay_client *client, size_t index);

/**
 * The value of a parameter of the signed form, not escaped, in the encoding of xpay_response; "" if index is out of
 * range.
 * \since 0.1.0
 */
XPAY_API const char *xpay_window_value(const xpay_client *client,
                                       size_t index);

/**
 * The number of warnings of the signed form; 0 before xpay_window_sign.
 * \since 0.1.0
 */
XPAY_API size_t xpay_window_warning_count(const xpay_client *client);

/**
 * What the gateway may take or refuse in the signed form, for the developer: the parameter's name, what was found and
 * what to do, in English and Korean, in the encoding of xpay_response; never a value. "" if index is out of range.
 * \since 0.1.0
 */
XPAY_API const char *xpay_window_warning(const xpay_client *client,
                                         size_t index);

/**
 * Reads a notification: size bytes of body, as the gateway POSTed them to LGD_CASNOTEURL or LGD_NOTEURL. The bytes are
 * copied and need no NUL at the end. The notification is not verified yet. The client keeps one, in addition to its
 * transaction.
 *
 *     if (xpay_notice_read(c, body, size) && find_order(&order, xpay_notice_oid(c))
 *         && xpay_notice_verify(c, order.mid, order.amount) && book_once(xpay_notice_key(c), c))
 *         fputs("OK", stdout);
 *
 * After you have saved a notification, answer exactly "OK". After any other answer it comes again, every 3 minutes for
 * 2 hours. A mobile payment's note is answered with xpay_note_answer instead.
 *
 * False: 90003 if it is not a form, has one of the protocol's names twice, more than 1000 parameters or more than 64
 * KiB; 90001 (body is NULL).
 * \since 0.1.0
 */
XPAY_API bool xpay_notice_read(xpay_client *client,
                               const char *body,
                               size_t size);

/**
 * The LGD_OID that the notification claims, to look up the shop's order; "" if it has none that an order can
 * have. In the encoding of xpay_response.
 * \since 0.1.0
 */
XPAY_API const char *xpay_notice_oid(const xpay_client *client);

/**
 * Verifies that the notification comes from the gateway, for an order of amount won of the merchant ID mid. Pass the
 * LGD_MID and the amount of the shop's own order, found with xpay_notice_oid, never the received ones. mall.conf may
 * contain the MertKeys of test shops and of the vendor's samples, which anybody can sign with.
 *
 * LGD_TID and LGD_CASFLAG are not signed: compare LGD_TID with the order's. False: 90003 (names the wrong field:
 * LGD_MID if it is not mid, LGD_HASHDATA if the signature is wrong; a test shop on the service platform or the
 * reverse; the vendor's sample key in service or next to a real shop's), 10004 (no MertKey for mid), 90002 (nothing
 * was read, or before xpay_init). The notification is then gone. 90001 if mid is NULL.
 * \since 0.1.0
 */
XPAY_MUST_CHECK
XPAY_API bool xpay_notice_verify(xpay_client *client,
                                 const char *mid,
                                 uint64_t amount);

/**
 * A key of the verified notification: the same text for a repeated one, and for no other. "" before
 * xpay_notice_verify. It consists of LGD_TID, LGD_CASSEQNO, LGD_CASFLAG and LGD_PAYDATE, which are not signed. A
 * notification that was seen once could come again with another key, so never credit a paid order again because the key
 * is new.
 * \since 0.1.0
 */
XPAY_API const char *xpay_notice_key(const xpay_client *client);

/**
 * A value of the verified notification by its name, for example LGD_CASFLAG: "R" for an issued account, "I" for a
 * deposit, "C" for a reversed deposit. In the encoding of xpay_response; "" if there is no such name, and before
 * xpay_notice_verify.
 * \since 0.1.0
 */
XPAY_API const char *xpay_notice_value(const xpay_client *client,
                                       const char *name);

/**
 * Whether the verified notification is a mobile payment that the shop has to save now: code 0000, and an order that is not
 * paid yet. saved_tid is the LGD_TID with which your order is saved as paid; "" or NULL if it is not. False for a
 * repetition, for a failure, for an order that another payment has paid, and before xpay_notice_verify.
 *
 * The gateway POSTs a note to LGD_KVPMISPNOTEURL or LGD_MTRANSFERNOTEURL after it has finished the payment by itself,
 * without PaymentByKey. Its signature is that of the window's return, which the buyer has seen: let only the gateway's
 * servers reach the page. Save the order, then print xpay_note_answer:
 *
 *     if (xpay_notice_read(c, body, size) && find_order(&order, xpay_notice_oid(c))
 *         && xpay_notice_verify(c, order.mid, order.amount)) {
 *         if (xpay_note_due(c, order.tid))
 *             save_paid(&order, xpay_notice_value(c, "LGD_TID"));     (sets order.tid if it succeeds)
 *         fputs(xpay_note_answer(c, order.tid), stdout);
 *     }
 * \since 0.1.0
 */
XPAY_API bool xpay_note_due(const xpay_client *client,
                            const char *saved_tid);

/**
 * The whole answer to a mobile payment's note. saved_tid is the LGD_TID with which your order is saved as paid now; "" or
 * NULL if it could not be saved. "OK" if the order is saved with this payment, or if the note is about a failure.
 * "ROLLBACK" if not, also for an order that another payment has paid. "" before xpay_notice_verify: answer that with an
 * HTTP error.
 *
 * With LGD_CUSTOM_ROLLBACK Y or C, the gateway takes the payment back after "ROLLBACK". With N, or without it, the note
 * comes again every 3 minutes for 2 hours, and the payment stands: save it then, or cancel it by LGD_TID.
 * \since 0.1.0
 */
XPAY_API const char *xpay_note_answer(const xpay_client *client,
                                      const char *saved_tid);

/**
 * Reads the payment window's return: size bytes of body, as the browser POSTed them to LGD_RETURNURL. The bytes are copied
 * and need no NUL at the end. The return is not verified yet. The client keeps one, in addition to its transaction.
 *
 *     if (xpay_return_read(c, body, size) && find_order(&order, xpay_return_oid(c))
 *         && xpay_return_verify(c, order.mid, order.oid, order.amount)) {
 *         if (strcmp(xpay_return_value(c, "LGD_RESPCODE"), "0000") == 0)
 *             snprintf(paykey, sizeof paykey, "%s", xpay_return_value(c, "LGD_PAYKEY"));     (then xpay_pay_by_key)
 *         else
 *             show(xpay_return_value(c, "LGD_RESPMSG"));
 *     }
 *
 * False: 90003 and 90001 as xpay_notice_read.
 * \since 0.1.0
 */
XPAY_API bool xpay_return_read(xpay_client *client,
                               const char *body,
                               size_t size);

/**
 * The LGD_OID that the return claims, to look up the shop's order; "" if it has none that an order can have. In the
 * encoding of xpay_response. If you know the order from the buyer's session, you do not need it.
 * \since 0.1.0
 */
XPAY_API const char *xpay_return_oid(const xpay_client *client);

/**
 * Verifies that the return is about the order oid of amount won of the merchant ID mid. Pass the values of the shop's own
 * order, never the received ones.
 *
 * True also for a failure, which moves no money and is not signed: LGD_RESPCODE is not "0000", and there is no LGD_PAYKEY.
 * It may be shown to the buyer. It must not change an order that is paid. With "0000", LGD_MID, LGD_OID, LGD_AMOUNT,
 * LGD_RESPCODE and LGD_TIMESTAMP are signed, and nothing else: compare LGD_OID of the payment's answer with the order's.
 *
 * False: 90003 (names the field that is missing, malformed or not the order's; LGD_HASHDATA if the signature is wrong;
 * LGD_MID as xpay_notice_verify), 10004 (no MertKey for mid), 90002 (nothing was read, or before xpay_init). The return is
 * then gone. 90001 if mid or oid is NULL.
 * \since 0.1.0
 */
XPAY_MUST_CHECK
XPAY_API bool xpay_return_verify(xpay_client *client,
                                 const char *mid,
                                 const char *oid,
                                 uint64_t amount);

/**
 * A value of the verified return by its name: LGD_PAYKEY, LGD_RESPCODE, LGD_PAYTYPE, or one of the shop's own names, which
 * come back with LGD_RETURN_MERT_CUSTOM_PARAM=Y. The shop's own are not signed: the buyer may have changed them. In the
 * encoding of xpay_response; "" if there is no such name, and before xpay_return_verify.
 * \since 0.1.0
 */
XPAY_API const char *xpay_return_value(const xpay_client *client,
                                       const char *name);

/**
 * Reads the return of a billing window (LGD_PAYWINDOWTYPE CardBillingAuth): size bytes of body, as the browser POSTed them.
 * xpay_billing_return_value then has LGD_BILLKEY, which CardAuth charges as LGD_PAN, or "" if the card was not registered.
 *
 * The return has no signature, so it does not prove who sent it. Read it only in the session of the buyer who opened the
 * window, once for each window. False: 90003 as xpay_notice_read, or if LGD_RESPCODE is "0000" or missing and there is no
 * LGD_BILLKEY; 90001.
 * \since 0.1.0
 */
XPAY_API bool xpay_billing_return_read(xpay_client *client,
                                       const char *body,
                                       size_t size);

/**
 * A value of the billing window's return by its name: LGD_BILLKEY, LGD_CARDNUM (masked), LGD_FINANCENAME … In the encoding
 * of xpay_response; "" if there is no such name, and before xpay_billing_return_read.
 * \since 0.1.0
 */
XPAY_API const char *xpay_billing_return_value(const xpay_client *client,
                                               const char *name);

/**
 * Begins the registration of an escrow delivery of the merchant ID mid. kind is "sent" (the shop sent the goods) or
 * "received" (the buyer has them). It is no transaction: the client keeps one, in addition to its transaction. False:
 * 90001 (a string is NULL).
 * \since 0.1.0
 */
XPAY_API bool xpay_escrow_begin(xpay_client *client,
                                const char *mid,
                                const char *kind);

/**
 * Sets a value of the delivery, or replaces it; EUC-KR or UTF-8, copied: oid, productid (LGD_ESCROW_GOODID of the item),
 * orderdate; of one that was sent dlvdate (yyyyMMddHHmm, Korean time), dlvcompcode, dlvcomp, dlvno, dlvworker,
 * dlvworkertel; of one that was received rcvdate, rcvname, rcvrelation. xpay_escrow_send checks it. False: 90002 (before
 * xpay_escrow_begin), or 90001, after which xpay_escrow_send fails until xpay_escrow_begin.
 * \since 0.1.0
 */
XPAY_API bool xpay_escrow_set(xpay_client *client,
                              const char *name,
                              const char *value);

/**
 * Signs the delivery with the MertKey of mid and registers it at the gateway, once. True: the gateway answered OK. No
 * money moves, and the transaction, its rows and xpay_outcome stay as they are.
 *
 * False: 90009 (the gateway answered something else, whose beginning xpay_response_detail has); 90003 names the first
 * value that is missing, malformed or unknown, or LGD_MID if it is of the other platform; 10004 (no MertKey), 90002
 * (nothing was begun, or it was sent before), 20001 (no address), and any code of a request without an answer.
 * xpay_escrow_outcome says whether the gateway may have it. Whether a repeat is harmless is not known.
 * \since 0.1.0
 */
XPAY_MUST_CHECK
XPAY_API bool xpay_escrow_send(xpay_client *client);

/**
 * What became of the delivery: none before xpay_escrow_send; answered, with OK or something else; not sent; in doubt
 * if the gateway may have it, and during another call on the client.
 * \since 0.1.0
 */
XPAY_API xpay_outcome_t xpay_escrow_outcome(const xpay_client *client);

#ifdef __cplusplus
}  // extern "C"
#endif 

#endif  /* XPAYCLIENT_H */
