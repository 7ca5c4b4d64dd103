/* xpayclient: the open replacement for XPayClient, the client library of LG U+ XPay / Toss Payments.
 *
 * Generated from ffi-c/src by `cargo xtask generate`; do not edit.
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *     xpay_client *c = xpay_new();
 *     if (xpay_init(c, home_dir, "test") && xpay_init_tx(c, mid)
 *         && xpay_set(c, "LGD_TXNAME", "PaymentByKey") && xpay_set(c, "LGD_PAYKEY", paykey)
 *         && xpay_tx(c, true) && strcmp(xpay_response_code(c), "0000") == 0)
 *         puts(xpay_response(c, "LGD_TID", 0));
 *     else
 *         fprintf(stderr, "%s %s\n", xpay_response_code(c), xpay_response_msg(c));
 *     xpay_free(c);
 *
 * Strings in are NUL-terminated bytes and are copied. NULL where a string is due, a NULL client and an index out
 * of range give a code or an empty string, never a crash. No call prints or touches signals, locale or environment.
 */


#ifndef XPAYCLIENT_H
#define XPAYCLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * The version of this interface. It grows only when something that worked would stop working.
 */
#define XPAY_ABI_VERSION 2

/**
 * What became of the last xpay_tx or xpay_rollback.
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
   * It failed before the first byte of the request could have left. No money moved.
   */
  XPAY_OUTCOME_NOT_SENT = 2,
  /**
   * It may have arrived, no well-formed answer came, and the Rollback was answered 0000: what it asked for is
   * undone. A payment was not charged; of a Cancel see xpay_cancel.
   */
  XPAY_OUTCOME_ROLLED_BACK = 3,
  /**
   * As before, but the Rollback is off, refused or unanswered. Money may have moved: xpay_response_msg says what
   * to do about a transaction of its LGD_TXNAME.
   */
  XPAY_OUTCOME_IN_DOUBT = 4,
} xpay_outcome_t;

/**
 * What kind of failure xpay_response_code tells of: what a language with exceptions has a class for.
 */
typedef enum {
  /**
   * None: the code is that of an answer, or nothing failed yet.
   */
  XPAY_KIND_NONE = 0,
  /**
   * A call or a value that cannot be right. Nothing was sent.
   */
  XPAY_KIND_USAGE = 1,
  /**
   * Something on this machine must be corrected: a file, a setting, a MertKey. Nothing was sent.
   */
  XPAY_KIND_CONFIG = 2,
  /**
   * No answer came, or none that the caller can be told of. xpay_outcome says whether money may have moved.
   */
  XPAY_KIND_TRANSPORT = 3,
  /**
   * Something came that is not a well-formed answer.
   */
  XPAY_KIND_PROTOCOL = 4,
  /**
   * A fault of this library or of what surrounds it.
   */
  XPAY_KIND_INTERNAL = 5,
} xpay_error_kind_t;

/**
 * Why there is no answer. xpay_response_code gives the number as text; codes of answers ("0000", …) are the gateway's.
 */
typedef enum {
  /**
   * The directory given as home_dir does not exist.
   */
  XPAY_ERR_NO_HOME_DIR = 10001,
  /**
   * home_dir has no conf/mall.conf that can be read.
   */
  XPAY_ERR_NO_MALL_CONFIG = 10002,
  /**
   * home_dir has no conf/lgdacom.conf that can be read.
   */
  XPAY_ERR_NO_LGDACOM_CONFIG = 10003,
  /**
   * mall.conf has no MertKey for this shop id.
   */
  XPAY_ERR_NO_MID = 10004,
  /**
   * The memory that was needed could not be had.
   */
  XPAY_ERR_OUT_OF_MEMORY = 10005,
  /**
   * The gateway's address is missing, no address, or not https.
   */
  XPAY_ERR_HTTP_URL = 20001,
  /**
   * The gateway's host name has no address.
   */
  XPAY_ERR_RESOLVE_HOST = 20002,
  /**
   * The proxy's host name has no address.
   */
  XPAY_ERR_RESOLVE_PROXY = 20003,
  /**
   * No connection came about.
   */
  XPAY_ERR_CONNECT = 20004,
  /**
   * Something could not be written on this machine.
   */
  XPAY_ERR_WRITE = 20005,
  /**
   * Something could not be read on this machine.
   */
  XPAY_ERR_READ = 20006,
  /**
   * The connection broke while the request was being sent.
   */
  XPAY_ERR_SEND = 20007,
  /**
   * The connection broke before the whole answer was there.
   */
  XPAY_ERR_RECV = 20008,
  /**
   * No whole answer came within the time limit.
   */
  XPAY_ERR_TIMEDOUT = 20009,
  /**
   * The TLS handshake failed, or the gateway's certificate was not believed.
   */
  XPAY_ERR_SSL = 20101,
  /**
   * What came back is no HTTP, or is larger than an answer can be.
   */
  XPAY_ERR_TRANSPORT = 20201,
  /**
   * An HTTP status other than 2xx came: 30000 + the status, as 30503.
   */
  XPAY_ERR_HTTP = 30000,
  /**
   * HTTP 200, but the body is no answer in form.
   */
  XPAY_ERR_JSON = 40001,
  /**
   * NULL stood where a string is due.
   */
  XPAY_ERR_NULL_ARGUMENT = 90001,
  /**
   * A call came too early, too late or twice.
   */
  XPAY_ERR_CALL_ORDER = 90002,
  /**
   * A value cannot be what it is meant for; its field is named.
   */
  XPAY_ERR_BAD_VALUE = 90003,
  /**
   * A configuration file has a line that cannot be read.
   */
  XPAY_ERR_BAD_CONFIG = 90004,
  /**
   * The system gave no random bytes.
   */
  XPAY_ERR_NO_RANDOM = 90005,
  /**
   * What must be in the journal could not be written.
   */
  XPAY_ERR_JOURNAL = 90006,
  /**
   * The payment was approved, and the shop's step in the guard failed.
   */
  XPAY_ERR_SHOP_STEP = 90007,
  /**
   * The wait for the answer was ended by a signal, a cancelled task or `Stop`.
   */
  XPAY_ERR_INTERRUPTED = 90008,
  /**
   * A fault of this library.
   */
  XPAY_ERR_INTERNAL = 90099,
} xpay_error_t;

/**
 * How much a line of the log matters. A line is written when its level is at most log_level.
 */
typedef enum {
  /**
   * Beyond repair.
   */
  XPAY_LOG_FATAL = 0,
  /**
   * A request without an answer in form.
   */
  XPAY_LOG_ERROR = 1,
  /**
   * A setting or certificate that should be looked at.
   */
  XPAY_LOG_WARN = 2,
  /**
   * Requests and answers, masked.
   */
  XPAY_LOG_INFO = 3,
  /**
   * The rows of answers, masked.
   */
  XPAY_LOG_DEBUG = 4,
} xpay_log_level_t;

/**
 * One merchant's client: configuration, one transaction at a time, its answer.
 *
 * Used by one thread at a time; it may move between threads. Make as many as you like. After a fork the child uses
 * clients of its own; it may free those of before.
 *
 * A call that returns false leaves a code and a message: xpay_response_code, xpay_response_msg. Those two texts lie in the
 * client: they stay where they are until xpay_free and always say what the last call left, the message cut after 8191
 * bytes. Every other string it returns is NUL-terminated, belongs to it, and lives until its next call whose client is not
 * const, or xpay_free.
 *
 * While a call is in the client, every other call on it whose client is not const is turned away: from the guard's step,
 * from a logger, from another thread. It returns false and changes nothing. xpay_response_code says 90002 then, in that
 * thread and until its next call or the end of the call around it, whose own code and message are not touched. Calls whose
 * client is const see nothing meanwhile, but for the step's: an empty string, 0, false, XPAY_OUTCOME_IN_DOUBT.
 */
typedef struct xpay_client xpay_client;

/**
 * The shop's own step after an approval, as the order's line in its database. True: it is done. False: the payment is to
 * be rolled back.
 *
 * It is called at most once, on the calling thread, before xpay_tx_guarded returns. It may read the answer from client
 * with every function whose client is const; what it reads lives until it returns. It must not unwind. context is the
 * caller's, handed on as it is.
 * Of the calls whose client is not const two are understood: xpay_rollback and xpay_undo take the payment back at once, and
 * the call around the step returns as if the step had failed, whatever it returns. All others are turned away with 90002.
 */
typedef bool (*xpay_step_t)(void *context, const xpay_client *client);

/**
 * Receives a line of the log, UTF-8 without its line break, on the thread that called the client. The line lives until
 * the callback returns. It must not unwind. What it calls on the client it was set on is turned away with 90002.
 */
typedef void (*xpay_logger_t)(void *context, int level, const char *line);

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

/**
 * The library's version, as "0.1.0". Static.
 */
const char *xpay_version(void);

/**
 * XPAY_ABI_VERSION of the library that is loaded; compare it with that of the header.
 */
uint32_t xpay_abi_version(void);

/**
 * A new client, to be given back to xpay_free. No file is read and nothing is sent yet. NULL only when memory is out.
 */
xpay_client *xpay_new(void);

/**
 * Ends a client and every string it returned. NULL is fine. Its logger is not called again.
 *
 * From the guard's step, from a logger of the client's or while another thread is in a call of it nothing is freed: the
 * client stays as it is, xpay_response_code says 90002 to this thread, and xpay_free is due after that call.
 */
void xpay_free(xpay_client *client);

/**
 * Names the language of a binding over this one in the User-Agent, "C" unless set: 1 to 32 letters, digits and . - + #.
 * It stays across xpay_init. False: 90003.
 */
bool xpay_set_language(xpay_client *client,
                       const char *language);

/**
 * Reads home_dir/conf/mall.conf and home_dir/conf/lgdacom.conf. The client starts afresh, whatever it held.
 *
 * mode is "test", in letters of either case, for the test gateway; anything else ("service", "real", "") is the service
 * gateway, where money moves.
 * False: 10001, 10002, 10003 (a directory or file is missing or unreadable), 90004 (a line cannot be read).
 */
bool xpay_init(xpay_client *client,
               const char *home_dir,
               const char *mode);

/**
 * Starts afresh without files: every setting, shop ids with their MertKeys included, comes by xpay_set_config.
 */
bool xpay_init_mode(xpay_client *client,
                    const char *mode);

/**
 * Sets or replaces one setting. It wins over the files and holds from the next xpay_init_tx on. False: 90003 without a name,
 * 90001.
 */
bool xpay_set_config(xpay_client *client,
                     const char *name,
                     const char *value);

/**
 * Takes one setting back, from the next xpay_init_tx on: its default holds, not an empty value. False: 90001.
 */
bool xpay_unset_config(xpay_client *client, const char *name);

/**
 * The MertKey of a shop id, in place of the configured one, for programs that keep keys elsewhere: for requests, signatures
 * and verification. Unlike what xpay_set_config sets it is never a setting, whatever the shop id is called. False: 90001.
 */
bool xpay_set_mert_key(xpay_client *client,
                       const char *mid,
                       const char *key);

/**
 * Connects to the gateway before the buyer pays, so that xpay_tx need not wait for it: a page may call this first and then
 * do what else it has to. Nothing is sent. The connection is kept for `keep_alive` seconds, for whichever client of this
 * process pays next; where one is ready already nothing is done. A transaction that was begun stays as it is.
 *
 * False: whatever would keep a payment from being sent (90002 before xpay_init, 20005 to 20101). xpay_tx tries again.
 */
bool xpay_warm_up(xpay_client *client);

/**
 * One setting's value in the file's own encoding, a MertKey by its shop id. NULL when it is not set.
 */
const char *xpay_config(const xpay_client *client, const char *name);

/**
 * How many settings there are, those this library does not know included.
 */
size_t xpay_config_count(const xpay_client *client);

/**
 * The name of a setting, in the order in which they were first seen. NULL when index is out of range.
 */
const char *xpay_config_name(const xpay_client *client, size_t index);

/**
 * Begins a transaction of the shop mid: a new LGD_TXID and LGD_AUTHCODE, no other parameter.
 *
 * False: 10004 (no MertKey for mid), 90002 (before xpay_init), 90003 (mid or server_id hold what an LGD_TXID cannot),
 * 90001; xpay_set and xpay_tx fail with the same code and message then. The transaction before is over in any case. Code,
 * message and rows of its answer can be read until the next xpay_tx, as to Cancel its LGD_TID; xpay_outcome is
 * XPAY_OUTCOME_NONE.
 */
bool xpay_init_tx(xpay_client *client,
                  const char *mid);

/**
 * Sets a parameter, or replaces its value in place. The bytes of both are copied and sent as they are:
 * EUC-KR is the gateway's default, a caller that sends UTF-8 also sets LGD_ENCODING to "UTF-8".
 *
 * False: 90002 (before xpay_init_tx), 90001 (NULL), 90003 (no name, or another LGD_TXID, LGD_AUTHCODE or LGD_MID than the
 * transaction's). After that xpay_tx refuses with the same code, for the request would not be what was meant.
 */
bool xpay_set(xpay_client *client,
              const char *name,
              const char *value);

/**
 * For a binding whose caller gave a value that cannot become a string: leaves 90003 and "name why", as in
 * "LGD_OID is an array", which may hold no value. A transaction that was begun is refused by xpay_tx from then on.
 * Always false.
 */
bool xpay_refuse(xpay_client *client,
                 const char *name,
                 const char *why);

/**
 * Sends the transaction and waits for the answer, at most `timeout` seconds of mall.conf, and after a failure as long
 * again for a Rollback and for a Report.
 *
 * True: the gateway answered in form; xpay_response_code says "0000" for success. False: it did not; the code says why
 * (1xxxx to 4xxxx, 9xxxx), xpay_outcome whether money may have moved. With rollback_on_error, and unless auto_rollback
 * is 0, a request that may have arrived and got no answer in form is rolled back at once (망취소).
 * Called again without xpay_init_tx it sends the same parameters under a new LGD_TXID.
 */
bool xpay_tx(xpay_client *client,
             bool rollback_on_error);

/**
 * 망취소: undoes the transaction sent last, for when the shop's own step fails after an approval. In the guard's step: see
 * xpay_step_t.
 *
 * True: the gateway answered 0000. Code, message, rows and LGD_TXID are the Rollback's from then on. Without an answer
 * it may be called again; another xpay_tx needs xpay_init_tx first. False: 90002 where there is nothing to undo, since
 * nothing was sent: nothing is sent then either.
 */
bool xpay_rollback(xpay_client *client,
                   const char *reason);

/**
 * What became of the last xpay_tx or xpay_rollback. XPAY_OUTCOME_IN_DOUBT while another call is in the client.
 */
xpay_outcome_t xpay_outcome(const xpay_client *client);

/**
 * LGD_TXID of the transaction begun or sent last; "" before.
 */
const char *xpay_tx_id(const xpay_client *client);

/**
 * LGD_AUTHCODE that belongs to xpay_tx_id; "" before. It is a secret: do not log it.
 */
const char *xpay_auth_code(const xpay_client *client);

/**
 * Sends the transaction as xpay_tx does, and once it is approved does step before the approval counts.
 *
 * True: the gateway answered in form, and if the code is "0000" the step is done; with any other code it was not called.
 * False with 90007: approved, but the step returned false; xpay_outcome says XPAY_OUTCOME_ROLLED_BACK, or
 * XPAY_OUTCOME_IN_DOUBT where no Rollback was confirmed, which xpay_recover finishes. xpay_tx_id stays the payment's.
 * False with another code: as xpay_tx, the step was not called. 90001 when step is NULL: nothing was sent.
 * A process that dies in the step leaves an approval that `xpay recover --list` shows as unconfirmed.
 */
bool xpay_tx_guarded(xpay_client *client,
                     bool rollback_on_error,
                     xpay_step_t step,
                     void *context);

/**
 * The first part of xpay_tx_guarded: sends as xpay_tx does, and an approval is held until xpay_confirm or xpay_undo.
 *
 * Returns as xpay_tx; xpay_is_held tells whether there is an approval to confirm or undo. What is neither when the client
 * begins another transaction or ends, `xpay recover --list` shows as unconfirmed; xpay_rollback undoes it too.
 */
bool xpay_tx_held(xpay_client *client,
                  bool rollback_on_error);

/**
 * Whether an approval waits for xpay_confirm or xpay_undo.
 */
bool xpay_is_held(const xpay_client *client);

/**
 * The shop's step is done: the held approval counts. False: 90002 when nothing is held.
 */
bool xpay_confirm(xpay_client *client);

/**
 * The shop's step will never say how it ended, though this process goes on: what is held is left as the journal has it, and
 * `xpay recover --list` shows it as unconfirmed. xpay_rollback still undoes it. False when nothing is held; no code then.
 */
bool xpay_let_go(xpay_client *client);

/**
 * The shop's step failed: the held approval is rolled back, with reason as LGD_RB_REASON. Always false: 90007, and
 * xpay_outcome tells what became of it as after xpay_tx_guarded; 90002 when nothing is held.
 */
bool xpay_undo(xpay_client *client,
               const char *reason);

/**
 * PaymentByKey in one call: the final payment of paykey, which the window returned, in place of xpay_init_tx, xpay_set and
 * xpay_tx. amount is the order's in won; the gateway refuses when the buyer agreed to another. step is as for
 * xpay_tx_guarded; NULL for none.
 *
 * True: paid (0000), and the step is done. False: not paid, or not known to be. A decline has the gateway's code and
 * XPAY_OUTCOME_ANSWERED; else as xpay_tx_guarded. 90003 names what is missing or too long; nothing was sent then.
 */
bool xpay_pay_by_key(xpay_client *client,
                     const char *mid,
                     const char *paykey,
                     uint64_t amount,
                     xpay_step_t step,
                     void *context);

/**
 * Cancel in one call: all that is left of the payment tid goes back. paytype is its LGD_PAYTYPE ("SC0010"), which decides
 * what counts as done, as xpay_is_cancelled; "" where it is not known: then "0000" alone. reason may be "".
 * The refund of a virtual account needs the buyer's account as well: xpay_set LGD_RFACCOUNTNUM and the like, and xpay_tx.
 *
 * True: cancelled. False: not, or not known to be: with XPAY_OUTCOME_ANSWERED the gateway's code says why; with
 * XPAY_OUTCOME_ROLLED_BACK or XPAY_OUTCOME_IN_DOUBT it is the cancellation that was, or may have been, undone, while the
 * payment stands or may stand. Ask again in any case: what is cancelled is not cancelled twice. 90003 as xpay_pay_by_key.
 */
bool xpay_cancel(xpay_client *client,
                 const char *mid,
                 const char *tid,
                 const char *paytype,
                 const char *reason);

/**
 * PartialCancel in one call: amount won of the payment tid go back. remaining is what is left of it before; the gateway
 * refuses when it has another number, so that a call repeated by mistake cancels nothing more. Else as xpay_cancel.
 */
bool xpay_partial_cancel(xpay_client *client,
                         const char *mid,
                         const char *tid,
                         const char *paytype,
                         uint64_t amount,
                         uint64_t remaining,
                         const char *reason);

/**
 * The gateway's LGD_RESPCODE ("0000" for success), or the code of what went wrong ("20009"); "" before any call.
 */
const char *xpay_response_code(const xpay_client *client);

/**
 * The gateway's LGD_RESPMSG, or what went wrong, beginning as the vendor's message, and what to do, in English and Korean.
 * It and the rows are EUC-KR (CP949) unless `output_UTF8` is 1; UTF-8 while nothing is configured.
 */
const char *xpay_response_msg(const xpay_client *client);

/**
 * What kind of failure xpay_response_code and xpay_response_msg tell of, for a binding whose language has exceptions:
 * XPAY_KIND_NONE where the code is that of an answer, a decline included, and before any call. Once a request may have
 * arrived it is XPAY_KIND_TRANSPORT or XPAY_KIND_PROTOCOL, whatever the code: nothing else may be concluded from its number.
 */
xpay_error_kind_t xpay_error_kind(const xpay_client *client);

/**
 * The answer's body as it was received, most often UTF-8 JSON; "" without an answer.
 */
const char *xpay_response_json(const xpay_client *client);

/**
 * How many rows the answer has.
 */
size_t xpay_response_count(const xpay_client *client);

/**
 * How many names the first row has.
 */
size_t xpay_response_name_count(const xpay_client *client);

/**
 * A name of the first row, in the gateway's order; "" when index is out of range.
 */
const char *xpay_response_name(const xpay_client *client, size_t index);

/**
 * The value of name in row index, from 0; "" when there is no such row or name.
 */
const char *xpay_response(const xpay_client *client, const char *name, size_t index);

/**
 * Whether the answer to a Cancel or PartialCancel counts as done, for a payment whose LGD_PAYTYPE was paytype ("SC0010"):
 * "0000", "AV11" of a card, and for a bank transfer the codes of a refund that the gateway finishes. False without an answer.
 */
bool xpay_is_cancelled(const xpay_client *client,
                       const char *paytype);

/**
 * Rolls back what earlier transactions left in doubt: those of every process with the same journal, this one included. What
 * gives money back is left to a person: asked again it does no harm, undone it might.
 *
 * Returns how many are still open, 0 for none; those that are running now do not count. Code and message are those of
 * the first that could not be settled, "" if none failed: what is open without a code waits for a person, see
 * `xpay recover --list`. Outcome, rows and LGD_TXID stay the transaction's. SIZE_MAX with 90006 when the journal cannot
 * be read, with 90002 before xpay_init, and without a client.
 * It takes at most `timeout` seconds for each transaction: better called by a job of its own, or `xpay recover`, than
 * while a buyer waits. One process recovers at a time; meanwhile every other only counts.
 */
size_t xpay_recover(xpay_client *client);

/**
 * Tells the gateway's operators, at aux_url, of something that went wrong. Needs xpay_init_tx for the shop id.
 *
 * True: the gateway answered 0000. Code and message are the Report's; LGD_TXID, rows and outcome stay the transaction's,
 * which xpay_rollback still means. False: 20001 when aux_url is missing or not https, and as xpay_tx.
 */
bool xpay_report(xpay_client *client,
                 const char *status,
                 const char *msg);

/**
 * Asks aux_url for a new mall.conf, lgdacom.conf or ca-bundle.crt and puts it in place, whole or not at all.
 *
 * Needs xpay_init_tx for the shop id; the file counts from the next xpay_init on. False: 90003 (another file, or a
 * content that such a file cannot have), 20201 (the answer is not text/plain), 20005 (it cannot be written), 20001, and
 * as xpay_tx.
 */
bool xpay_patch(xpay_client *client,
                const char *filename);

/**
 * Writes a line into the log under the LGD_TXID of the transaction begun or sent last. Nothing happens before xpay_init.
 *
 * level is one of xpay_log_level_t; one outside is the nearest. Line breaks and control characters in msg are escaped;
 * what else it holds is the caller's care.
 */
void xpay_log(xpay_client *client,
              const char *msg,
              int level);

/**
 * Hands every line of the log that log_level lets through to logger as well, with context. NULL ends that. It stays
 * across xpay_init. Once this has returned true no logger of before is called, also for an approval that is held; where it
 * returns false (90002) the logger of before stays.
 */
bool xpay_set_logger(xpay_client *client,
                     xpay_logger_t logger,
                     void *context);

/**
 * What the client could not write since xpay_init, its journal or its log, and what to do about it, in English and Korean;
 * "" where everything was written. Payments go on meanwhile unless `journal` is strict: a job that watches the shop asks for
 * this. In the encoding of xpay_response_msg.
 */
const char *xpay_unwritten(const xpay_client *client);

/**
 * LGD_TIMESTAMP of now: yyyyMMddHHmmss in Korean time, whatever the machine's zone is. False: 90001.
 *
 */
bool xpay_timestamp(xpay_client *client, char out[15]);

/**
 * LGD_HASHDATA of a payment request: md5 of the four strings and the MertKey of mid. False: 10004, 90001,
 * 90003 when a field has not its form: what a browser sent must not be signed as something else.
 *
 */
bool xpay_hash_data(xpay_client *client,
                    const char *mid,
                    const char *oid,
                    const char *amount,
                    const char *timestamp,
                    char out[33]);

/**
 * LGD_HASHDATA of a payment result or notice. To check one that came in, use xpay_verify_hash_data_cas. False: 10004, 90001,
 * 90003 when a field has not its form: what a browser sent must not be signed as something else.
 *
 */
bool xpay_hash_data_cas(xpay_client *client,
                        const char *mid,
                        const char *oid,
                        const char *amount,
                        const char *respcode,
                        const char *timestamp,
                        char out[33]);

/**
 * LGD_HASHDATA of OpenPay: sha512; token is "" where there is none. False: 10004, 90001, 90003.
 *
 */
bool xpay_hash_data_openpay(xpay_client *client,
                            const char *venderno,
                            const char *mid,
                            const char *mer_uid,
                            const char *token,
                            const char *timestamp,
                            char out[129]);

/**
 * The authdata of a receipt link: md5 of mid, LGD_TID and the MertKey. False: 10004, 90001, 90003.
 *
 */
bool xpay_receipt_authdata(xpay_client *client, const char *mid, const char *tid, char out[33]);

/**
 * Whether a payment result or notice (cas_noteurl) is the gateway's: the fields have their form and LGD_HASHDATA fits.
 *
 * Pass mid, oid and amount of the shop's own order, not those that came in. Where one field ends and the next begins is not
 * signed, and a payment request of 20,000 won bears the signature of a notice of 2 won; and whose MertKey counts is not for
 * a notice to say, see xpay_notice_verify. Compares in constant time. False: 90003 names the field that is wrong, LGD_MID
 * where mid is no shop of this platform; 10004, 90002 (before xpay_init), 90001.
 */
bool xpay_verify_hash_data_cas(xpay_client *client,
                               const char *mid,
                               const char *oid,
                               const char *amount,
                               const char *respcode,
                               const char *timestamp,
                               const char *hashdata);

/**
 * Begins the form that opens the payment window, for the contracted shop id cst_mid, without a "t" before it: LGD_MID and
 * CST_PLATFORM follow from it and from the mode of xpay_init. The client keeps one form, beside its transaction. False: 90001.
 */
bool xpay_window_begin(xpay_client *client,
                       const char *cst_mid);

/**
 * Sets a parameter of the form, LGD_… or CST_…, or replaces its value; EUC-KR or UTF-8, copied. LGD_TIMESTAMP is now
 * unless set. xpay_window_sign checks it. False: 90002 (before xpay_window_begin), 90001, after which xpay_window_sign
 * refuses until xpay_window_begin.
 */
bool xpay_window_set(xpay_client *client,
                     const char *name,
                     const char *value);

/**
 * Checks every parameter, what the window requires and forbids, and makes LGD_HASHDATA with the MertKey of LGD_MID.
 *
 * False: 90003 names the first parameter that is missing, too long, of another form or not the caller's to give;
 * 10004 (no MertKey), 90002 (before xpay_init or xpay_window_begin).
 */
bool xpay_window_sign(xpay_client *client);

/**
 * The signed form as lines of HTML, one `<input type="hidden" …>` for each parameter, escaped, in the encoding of
 * xpay_response, which is to be the page's; "" before xpay_window_sign.
 */
const char *xpay_window_html(const xpay_client *client);

/**
 * How many parameters the signed form has; 0 before xpay_window_sign.
 */
size_t xpay_window_count(const xpay_client *client);

/**
 * The name of a parameter of the signed form, in its order; "" when index is out of range.
 */
const char *xpay_window_name(const xpay_client *client, size_t index);

/**
 * The value of a parameter of the signed form, not escaped, in the encoding of xpay_response; "" when index is out of range.
 */
const char *xpay_window_value(const xpay_client *client,
                              size_t index);

/**
 * Reads a notice: the size bytes of body, as the gateway POSTed them to LGD_CASNOTEURL or LGD_NOTEURL, need no NUL at their
 * end and are copied. Nothing of it is believed yet. The client keeps one notice, beside its transaction.
 *
 *     if (xpay_notice_read(c, body, size) && find_order(&order, xpay_notice_oid(c))
 *         && xpay_notice_verify(c, order.mid, order.amount) && book_once(xpay_notice_key(c), c))
 *         fputs("OK", stdout);
 *
 * Whoever has booked a notice answers exactly "OK"; to anything else it comes again, every 3 minutes for 2 hours.
 * False: 90003 when it is no form, has a name twice or more than 64 KiB; 90001.
 */
bool xpay_notice_read(xpay_client *client,
                      const char *body,
                      size_t size);

/**
 * LGD_OID that the notice claims, by which the shop looks up its order; "" when it has none in form.
 */
const char *xpay_notice_oid(const xpay_client *client);

/**
 * Whether the notice that was read is the gateway's, and about an order of amount won in the shop mid: pass the LGD_MID and
 * the amount of the shop's own order, which xpay_notice_oid led to, never what came in. Whose MertKey counts is not for a
 * notice to say: mall.conf may hold those of test shops and of the vendor's samples, which anybody can sign with.
 *
 * LGD_TID and LGD_CASFLAG are not signed: compare the former with the order's. False: 90003 (the field that is wrong: LGD_MID
 * where it is not mid, LGD_HASHDATA where the signature is; a test shop on the service platform or the reverse; the vendor's
 * sample key in service or beside a real shop), 10004 (no MertKey for mid), 90002 (nothing was read, or xpay_init was not called). The
 * notice is gone then. 90001 when mid is NULL.
 */
bool xpay_notice_verify(xpay_client *client,
                        const char *mid,
                        uint64_t amount);

/**
 * Names a verified notice: the same text for one that comes again, and for no other. "" before xpay_notice_verify.
 * It is made of LGD_TID, LGD_CASSEQNO and LGD_CASFLAG, which are not signed: a notice that was seen once could come again as
 * another, so an order that is paid is not paid once more because the text is new.
 */
const char *xpay_notice_key(const xpay_client *client);

/**
 * A value of a verified notice by its name, as LGD_CASFLAG: "R" for an account allotted, "I" for money paid in, "C" for
 * a deposit taken back. In the encoding of xpay_response; "" when there is no such name, and before xpay_notice_verify.
 */
const char *xpay_notice_value(const xpay_client *client,
                              const char *name);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* XPAYCLIENT_H */
