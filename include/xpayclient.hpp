/* xpayclient for C++11 and newer: XPayClient with the vendor's method names over the C interface. Header only: link libxpayclient.
 *
 * SPDX-License-Identifier: MIT OR Apache-2.0
 *
 *     XPayClient xpay;
 *     if (xpay.Init(home_dir, "test") && xpay.Init_TX(mid)
 *         && xpay.Set("LGD_TXNAME", "PaymentByKey") && xpay.Set("LGD_PAYKEY", paykey)
 *         && xpay.TX() && xpay.Response_Code() == "0000")
 *         std::cout << xpay.Response("LGD_TID") << '\n';
 *
 * An object can be moved, never copied. Its destructor frees the client; do not destroy it in its own step or logger.
 * Returned strings are copies. For encodings see xpayclient.h. Use an object from one thread at a time. A string with a
 * NUL byte is rejected with 90003, because C would end there. A Rollback's reason and a log line are sent without the
 * NUL byte, because neither may be lost.
 *
 * Every method works like its function in xpayclient.h: on failure it returns false and sets Response_Code,
 * Response_Msg and Response_Detail. With exceptions enabled, or_throw turns a false into an XPayError. Other methods throw only when out of
 * memory, or what the shop's callback throws. The header works with -fno-exceptions and -fno-rtti.
 */
#ifndef XPAYCLIENT_HPP
#define XPAYCLIENT_HPP

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <xpayclient.h>

#if defined(__cpp_exceptions) || defined(__EXCEPTIONS) || defined(_CPPUNWIND)
#define XPAYCLIENT_EXCEPTIONS 1
#include <exception>
#include <stdexcept>
#endif

#ifdef XPAYCLIENT_EXCEPTIONS
/* A call that returned false: the code, the message (what()), whether money may have moved, and what kind of failure it is. */
class XPayError : public std::runtime_error {
public:
    XPayError(const std::string &code, const std::string &message, xpay_outcome_t outcome, xpay_error_kind_t kind)
        : std::runtime_error(code + " " + message), code_(code), outcome_(outcome), kind_(kind) {}
    const std::string &code() const noexcept { return code_; }
    xpay_outcome_t outcome() const noexcept { return outcome_; }
    xpay_error_kind_t kind() const noexcept { return kind_; }

private:
    std::string code_;
    xpay_outcome_t outcome_;
    xpay_error_kind_t kind_;
};
#endif

class XPayClient {
public:
    /* The shop's own step after an approval. Returning false, an exception, or Rollback in it rolls the payment back. It may
     * read the answer from its argument. An empty step is rejected with 90001, and nothing is sent. */
    using Step = std::function<bool(const XPayClient &)>;
    /* Receives a line of the log, UTF-8 without its line break. Calls on the client that it was set on fail with 90002. Its
     * exceptions are ignored, because a log must not fail a payment. */
    using Logger = std::function<void(xpay_log_level_t, const std::string &)>;

    XPayClient() : handle_(xpay_new()) { (void)xpay_set_language(get(), "C++"); }

    XPayClient(XPayClient &&) noexcept = default;
    XPayClient &operator=(XPayClient &&other) noexcept {
        /* The client first: it may log while it is freed. */
        handle_ = std::move(other.handle_);
        logger_ = std::move(other.logger_);
        return *this;
    }
    XPayClient(const XPayClient &) = delete;
    XPayClient &operator=(const XPayClient &) = delete;

    /* The C handle, owned by this object; NULL after a move. */
    xpay_client *get() noexcept { return handle_.get(); }
    const xpay_client *get() const noexcept { return handle_.get(); }

    bool Init(const std::string &home_dir, const std::string &mode) {
        return plain({{"home_dir", home_dir}, {"mode", mode}}) && xpay_init(get(), home_dir.c_str(), mode.c_str());
    }
    /* Without files: pass every setting with SetConfig. */
    bool Init(const std::string &mode) { return plain({{"mode", mode}}) && xpay_init_mode(get(), mode.c_str()); }
    /* The same, with a directory for relative ones and conf/ca-bundle.crt. */
    bool InitHome(const std::string &home_dir, const std::string &mode) {
        return plain({{"home_dir", home_dir}, {"mode", mode}}) && xpay_init_home(get(), home_dir.c_str(), mode.c_str());
    }

    /* Connects before the buyer pays; xpay_warm_up. */
    bool WarmUp() { return xpay_warm_up(get()); }

    bool SetConfig(const std::string &name, const std::string &value) {
        return plain({{"name", name}, {name.c_str(), value}}) && xpay_set_config(get(), name.c_str(), value.c_str());
    }
    /* The setting takes its default. */
    bool UnsetConfig(const std::string &name) { return plain({{"name", name}}) && xpay_unset_config(get(), name.c_str()); }
    /* The MertKey of a merchant ID; overrides the configuration. */
    bool SetMertKey(const std::string &mid, const std::string &key) {
        return plain({{"mid", mid}, {"key", key}}) && xpay_set_mert_key(get(), mid.c_str(), key.c_str());
    }
    /* "" if it is not set. */
    std::string GetConfig(const std::string &name) const {
        const char *value = is_plain(name) ? xpay_config(get(), name.c_str()) : nullptr;
        return value ? value : "";
    }

    /* Whether a setting that is 0 or 1 is 1, its default included. */
    bool IsOn(const std::string &name) const { return is_plain(name) && xpay_is_on(get(), name.c_str()); }

    bool Init_TX(const std::string &mid) { return plain({{"mid", mid}}) && xpay_init_tx(get(), mid.c_str()); }
    bool Set(const std::string &name, const std::string &value) {
        return plain({{"a parameter's name", name}, {name.c_str(), value}}) && xpay_set(get(), name.c_str(), value.c_str());
    }
    bool Unset(const std::string &name) { return plain({{"a parameter's name", name}}) && xpay_unset(get(), name.c_str()); }
    bool Set(const std::string &name, std::uint64_t won) { return Set(name, std::to_string(won)); }
    bool TX(bool rollback_on_error = true) { return xpay_tx(get(), rollback_on_error); }
    bool Rollback(const std::string &reason) { return xpay_rollback(get(), without_nul(reason).c_str()); }
    /* The approval counts once step returns true; xpay_tx_guarded. An exception from step is re-thrown after the Rollback. */
    bool TXGuarded(const Step &step, bool rollback_on_error = true) {
        return guarded(step, [&](xpay_step_t call, void *context) {
            return xpay_tx_guarded(get(), rollback_on_error, call, context);
        });
    }

    /* True only if paid; xpay_pay_by_key. */
    bool PayByKey(const std::string &mid, const std::string &paykey, std::uint64_t amount) {
        return plain({{"mid", mid}, {"LGD_PAYKEY", paykey}})
            && xpay_pay_by_key(get(), mid.c_str(), paykey.c_str(), amount, nullptr, nullptr);
    }
    bool PayByKey(const std::string &mid, const std::string &paykey, std::uint64_t amount, const Step &step) {
        return plain({{"mid", mid}, {"LGD_PAYKEY", paykey}}) && guarded(step, [&](xpay_step_t call, void *context) {
            return xpay_pay_by_key(get(), mid.c_str(), paykey.c_str(), amount, call, context);
        });
    }
    /* Charges a kept card by its billing key; xpay_pay_by_billing_key. */
    bool PayByBillingKey(const std::string &mid, const std::string &billing_key, const std::string &oid, std::uint64_t amount) {
        return plain({{"mid", mid}, {"LGD_BILLKEY", billing_key}, {"LGD_OID", oid}})
            && xpay_pay_by_billing_key(get(), mid.c_str(), billing_key.c_str(), oid.c_str(), amount, nullptr, nullptr);
    }
    bool PayByBillingKey(const std::string &mid, const std::string &billing_key, const std::string &oid, std::uint64_t amount,
                         const Step &step) {
        return plain({{"mid", mid}, {"LGD_BILLKEY", billing_key}, {"LGD_OID", oid}})
            && guarded(step, [&](xpay_step_t call, void *context) {
                   return xpay_pay_by_billing_key(get(), mid.c_str(), billing_key.c_str(), oid.c_str(), amount, call, context);
               });
    }
    bool Cancel(const std::string &mid, const std::string &tid, const std::string &paytype, const std::string &reason) {
        return plain({{"mid", mid}, {"LGD_TID", tid}, {"LGD_PAYTYPE", paytype}, {"reason", reason}})
            && xpay_cancel(get(), mid.c_str(), tid.c_str(), paytype.c_str(), reason.c_str());
    }
    bool PartialCancel(const std::string &mid, const std::string &tid, const std::string &paytype, std::uint64_t amount,
                       std::uint64_t remaining, const std::string &reason) {
        return plain({{"mid", mid}, {"LGD_TID", tid}, {"LGD_PAYTYPE", paytype}, {"reason", reason}})
            && xpay_partial_cancel(get(), mid.c_str(), tid.c_str(), paytype.c_str(), amount, remaining, reason.c_str());
    }
    /* Whether the calls above would take this value for the parameter: xpay_check. */
    bool Check(const std::string &name, const std::string &value) {
        return plain({{"name", name}, {"value", value}}) && xpay_check(get(), name.c_str(), value.c_str());
    }
    /* Whether the answer to a Cancel counts as done for this LGD_PAYTYPE. */
    bool IsCancelled(const std::string &paytype) const { return is_plain(paytype) && xpay_is_cancelled(get(), paytype.c_str()); }
    /* S007 or XC01: look the payment up by LGD_OID. The buyer must not pay again, and the code alone pays no order. */
    bool IsRepeated() const { return xpay_is_repeated(get()); }

    std::string Response_Code() const { return xpay_response_code(get()); }
    /* A buyer may read it. */
    std::string Response_Msg() const { return xpay_response_msg(get()); }
    /* For the operator: what happened, and what to do. */
    std::string Response_Detail() const { return xpay_response_detail(get()); }
    std::string Response_Json() const { return xpay_response_json(get()); }
    std::size_t Response_Count() const { return xpay_response_count(get()); }
    std::size_t Response_NameCount() const { return xpay_response_name_count(get()); }
    std::string Response_Name(std::size_t index) const { return xpay_response_name(get(), index); }
    std::string Response(const std::string &name, std::size_t index = 0) const {
        return is_plain(name) ? xpay_response(get(), name.c_str(), index) : "";
    }
    xpay_outcome_t Outcome() const noexcept { return xpay_outcome(get()); }
    xpay_error_kind_t ErrorKind() const noexcept { return xpay_error_kind(get()); }
    std::string TxId() const { return xpay_tx_id(get()); }

    /* The number of transactions still open; SIZE_MAX if the journal cannot be read. */
    std::size_t Recover() { return xpay_recover(get()); }
    /* Keeps the lines of the log for KeptLog(), and forgets those of before. */
    bool KeepLog(bool keep) { return xpay_keep_log(get(), keep); }
    std::string KeptLog() const { return xpay_kept_log(get()); }
    /* What could not be written to journal and log, and what to do; "" if everything was. */
    std::string Unwritten() const { return xpay_unwritten(get()); }
    bool Report(const std::string &status, const std::string &msg) {
        return plain({{"status", status}, {"msg", msg}}) && xpay_report(get(), status.c_str(), msg.c_str());
    }
    bool Patch(const std::string &filename) { return plain({{"filename", filename}}) && xpay_patch(get(), filename.c_str()); }
    void Log(const std::string &msg, xpay_log_level_t level = XPAY_LOG_INFO) {
        xpay_log(get(), without_nul(msg).c_str(), level);
    }
    /* An empty logger removes it. If this returns false, the previous one stays. */
    bool SetLogger(Logger logger) {
        std::unique_ptr<Logger> next(logger ? new Logger(std::move(logger)) : nullptr);
        bool set = xpay_set_logger(get(), next ? &XPayClient::line : nullptr, next.get());
        if (set)
            logger_ = std::move(next);
        return set;
    }

    std::string GetTimeStamp() {
        char out[15];
        return xpay_timestamp(get(), out) ? out : "";
    }

    /* Signatures. On failure "refused:" and random digits, which equals nothing that a browser can send, and a code. */
    std::string GetHashData(const std::string &mid, const std::string &oid, const std::string &amount,
                            const std::string &timestamp) {
        char out[33];
        xpay_hash_data(get(), whole(mid), whole(oid), whole(amount), whole(timestamp), out);
        plain({{"mid", mid}, {"oid", oid}, {"amount", amount}, {"timestamp", timestamp}});
        return out;
    }
    std::string GetHashDataCas(const std::string &mid, const std::string &oid, const std::string &amount,
                               const std::string &respcode, const std::string &timestamp) {
        char out[33];
        xpay_hash_data_cas(get(), whole(mid), whole(oid), whole(amount), whole(respcode), whole(timestamp), out);
        plain({{"mid", mid}, {"oid", oid}, {"amount", amount}, {"respcode", respcode}, {"timestamp", timestamp}});
        return out;
    }
    std::string GetReceiptAuthdata(const std::string &mid, const std::string &tid) {
        char out[33];
        xpay_receipt_authdata(get(), whole(mid), whole(tid), out);
        plain({{"mid", mid}, {"tid", tid}});
        return out;
    }
    /* Pass mid, oid and amount of the shop's own order, not the received ones. */
    bool VerifyHashDataCas(const std::string &mid, const std::string &oid, const std::string &amount,
                           const std::string &respcode, const std::string &timestamp, const std::string &hashdata) {
        return plain({{"mid", mid}, {"oid", oid}, {"amount", amount}, {"respcode", respcode}, {"timestamp", timestamp}, {"hashdata", hashdata}})
            && xpay_verify_hash_data_cas(get(), mid.c_str(), oid.c_str(), amount.c_str(), respcode.c_str(),
                                         timestamp.c_str(), hashdata.c_str());
    }

    /* A notification: read it, look up the order by NoticeOid, verify with its mid and amount, record it once by NoticeKey. */
    bool ReadNotice(const std::string &body) { return xpay_notice_read(get(), body.data(), body.size()); }
    std::string NoticeOid() const { return xpay_notice_oid(get()); }
    bool VerifyNotice(const std::string &mid, std::uint64_t amount) {
        return plain({{"mid", mid}}) && xpay_notice_verify(get(), mid.c_str(), amount);
    }
    std::string NoticeKey() const { return xpay_notice_key(get()); }
    std::string Notice(const std::string &name) const { return is_plain(name) ? xpay_notice_value(get(), name.c_str()) : ""; }
    /* A mobile payment's note is a notification. Save the order if NoteDue, then print NoteAnswer: OK or ROLLBACK. saved_tid is
     * the LGD_TID with which the order is saved as paid; empty if it is not. */
    bool NoteDue(const std::string &saved_tid) const { return is_plain(saved_tid) && xpay_note_due(get(), saved_tid.c_str()); }
    std::string NoteAnswer(const std::string &saved_tid) const { return xpay_note_answer(get(), whole(saved_tid)); }

    /* The payment window's return: read it, look up the order, verify with its mid, oid and amount. True for a failure too,
     * which has no LGD_PAYKEY: look at Return("LGD_RESPCODE"). */
    bool ReadReturn(const std::string &body) { return xpay_return_read(get(), body.data(), body.size()); }
    std::string ReturnOid() const { return xpay_return_oid(get()); }
    bool VerifyReturn(const std::string &mid, const std::string &oid, std::uint64_t amount) {
        return plain({{"mid", mid}, {"oid", oid}}) && xpay_return_verify(get(), mid.c_str(), oid.c_str(), amount);
    }
    std::string Return(const std::string &name) const { return is_plain(name) ? xpay_return_value(get(), name.c_str()) : ""; }
    /* The billing window's return. It has no signature: read it only in the session of the buyer who opened the window. */
    bool ReadBillingReturn(const std::string &body) { return xpay_billing_return_read(get(), body.data(), body.size()); }
    std::string BillingReturn(const std::string &name) const {
        return is_plain(name) ? xpay_billing_return_value(get(), name.c_str()) : "";
    }

    /* A window's form: BeginWindow, SetWindow for each parameter and each escrow item, SignWindow, WindowHtml. */
    bool BeginWindow(const std::string &cst_mid) {
        /* NULL ends the previous form as well. */
        bool begun = xpay_window_begin(get(), is_plain(cst_mid) ? cst_mid.c_str() : nullptr);
        return plain({{"cst_mid", cst_mid}}) && begun;
    }
    bool SetWindow(const std::string &name, const std::string &value) {
        /* NULL makes SignWindow fail as well. */
        bool whole = is_plain(name) && is_plain(value);
        bool set = xpay_window_set(get(), name.c_str(), whole ? value.c_str() : nullptr);
        return plain({{"a parameter's name", name}, {name.c_str(), value}}) && set;
    }
    /* Whether SignWindow refuses what WindowWarnings would show. */
    bool WindowStrict(bool strict) { return xpay_window_strict(get(), strict); }
    bool SignWindow() { return xpay_window_sign(get()); }
    std::string WindowHtml() const { return xpay_window_html(get()); }
    std::size_t WindowCount() const { return xpay_window_count(get()); }
    std::string WindowName(std::size_t index) const { return xpay_window_name(get(), index); }
    std::string WindowValue(std::size_t index) const { return xpay_window_value(get(), index); }
    /* What the gateway may take or refuse, for the developer. */
    std::vector<std::string> WindowWarnings() const {
        std::vector<std::string> warnings;
        for (std::size_t index = 0; index < xpay_window_warning_count(get()); index++)
            warnings.emplace_back(xpay_window_warning(get(), index));
        return warnings;
    }

    /* An escrow delivery: BeginEscrow ("sent" or "received"), SetEscrow for each value, SendEscrow; EscrowOutcome after a failure. */
    bool BeginEscrow(const std::string &mid, const std::string &kind) {
        /* NULL ends the previous delivery as well. */
        bool whole = is_plain(mid) && is_plain(kind);
        bool begun = xpay_escrow_begin(get(), whole ? mid.c_str() : nullptr, kind.c_str());
        return plain({{"mid", mid}, {"kind", kind}}) && begun;
    }
    bool SetEscrow(const std::string &name, const std::string &value) {
        /* NULL makes SendEscrow fail as well. */
        bool whole = is_plain(name) && is_plain(value);
        bool set = xpay_escrow_set(get(), name.c_str(), whole ? value.c_str() : nullptr);
        return plain({{"a value's name", name}, {name.c_str(), value}}) && set;
    }
    bool SendEscrow() { return xpay_escrow_send(get()); }
    xpay_outcome_t EscrowOutcome() const { return xpay_escrow_outcome(get()); }

#ifdef XPAYCLIENT_EXCEPTIONS
    /* client.or_throw(client.TX()), if you prefer exceptions. */
    void or_throw(bool done) const {
        if (!done)
            throw XPayError(Response_Code(), Response_Detail(), Outcome(), ErrorKind());
    }
#endif

private:
    struct Free {
        void operator()(xpay_client *client) const noexcept { xpay_free(client); }
    };

    struct Text {
        const char *name;
        const std::string &value;
    };

    static bool is_plain(const std::string &text) { return text.find('\0') == std::string::npos; }

    /* NULL fails as well, and C fills out. */
    static const char *whole(const std::string &text) { return is_plain(text) ? text.c_str() : nullptr; }

    static std::string without_nul(std::string text) {
        text.erase(std::remove(text.begin(), text.end(), '\0'), text.end());
        return text;
    }

    /* C would cut the text at a NUL, and the request would not be the intended one. */
    bool plain(std::initializer_list<Text> texts) {
        for (const Text &text : texts)
            if (!is_plain(text.value))
                return xpay_refuse(get(), text.name, "holds a NUL byte");
        return true;
    }

    struct Guard {
        const Step &step;
        const XPayClient &client;
#ifdef XPAYCLIENT_EXCEPTIONS
        std::exception_ptr thrown;
#endif
    };

    template <class Send> bool guarded(const Step &step, Send send) {
        if (!step)
            return xpay_tx_guarded(get(), true, nullptr, nullptr);
#ifdef XPAYCLIENT_EXCEPTIONS
        Guard guard{step, *this, nullptr};
        bool done = send(&XPayClient::take_step, &guard);
        if (guard.thrown)
            std::rethrow_exception(guard.thrown);
        return done;
#else
        Guard guard{step, *this};
        return send(&XPayClient::take_step, &guard);
#endif
    }

    static bool take_step(void *context, const xpay_client *) {
        Guard &guard = *static_cast<Guard *>(context);
#ifdef XPAYCLIENT_EXCEPTIONS
        try {
            return guard.step(guard.client);
        } catch (...) {
            guard.thrown = std::current_exception();
            return false;
        }
#else
        return guard.step(guard.client);
#endif
    }

    static void line(void *context, int level, const char *text) {
        const Logger &logger = *static_cast<Logger *>(context);
#ifdef XPAYCLIENT_EXCEPTIONS
        try {
            logger(static_cast<xpay_log_level_t>(level), text);
        } catch (...) {
        }
#else
        logger(static_cast<xpay_log_level_t>(level), text);
#endif
    }

    /* Behind a pointer, so that its address stays the same, and declared first, so that it outlives the client. */
    std::unique_ptr<Logger> logger_;
    std::unique_ptr<xpay_client, Free> handle_;
};

#endif
