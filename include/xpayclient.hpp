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
 * Returned strings are copies. For encodings see xpayclient.h. Use an object from one thread at a time.
 *
 * A string is a std::string or a C string. NULL is rejected with 90001, a NUL byte within with 90003, because C would end
 * there. A Rollback's reason and a log line are sent without the NUL byte, because neither may be lost. An amount is any
 * integer type; bool, char and floating point do not compile, and a negative number is rejected with 90003.
 *
 * Every method works like its function in xpayclient.h: on failure it returns false and sets Response_Code,
 * Response_Msg and Response_Detail. With exceptions enabled, or_throw turns a false into an XPayError. Other methods throw only when out of
 * memory, or what the shop's callback throws. The header works with -fno-exceptions and -fno-rtti.
 */
#ifndef XPAYCLIENT_HPP
#define XPAYCLIENT_HPP

#if __cplusplus < 201103L && (!defined(_MSVC_LANG) || _MSVC_LANG < 201103L)
#error "xpayclient.hpp needs C++11 or newer: compile with -std=c++11, or use xpayclient.h, which C++98 accepts"
#else

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <initializer_list>
#include <limits>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <xpayclient.h>

/* The release that added the newest function that is called here: another xpayclient.h may lie before this one's in the path. */
#if !defined(XPAY_VERSION_NUMBER) || XPAY_VERSION_NUMBER < 0x000200
#error "xpayclient.hpp needs the xpayclient.h of its release: look which one the compiler finds first, by -H"
#endif

#if defined(__cpp_exceptions) || defined(__EXCEPTIONS) || defined(_CPPUNWIND)
#define XPAYCLIENT_EXCEPTIONS 1
#include <exception>
#include <stdexcept>
#endif

/* Of a method whose result decides about money: to ignore it is a warning where the language has one. */
#if __cplusplus >= 201703L || (defined(_MSVC_LANG) && _MSVC_LANG >= 201703L)
#define XPAYCLIENT_NODISCARD [[nodiscard]]
#else
#define XPAYCLIENT_NODISCARD
#endif

#ifdef XPAYCLIENT_EXCEPTIONS
/* A call that returned false: the code, as text and as a number that one can switch over (XPAY_ERR_NONE if it is the
 * gateway's), the message (what()), whether money may have moved, and what kind of failure it is. */
class XPayError : public std::runtime_error {
public:
    XPayError(const std::string &code, const std::string &message, xpay_error_t error, xpay_outcome_t outcome, xpay_error_kind_t kind)
        : std::runtime_error(code + " " + message), code_(code), error_(error), outcome_(outcome), kind_(kind) {}
    const std::string &code() const noexcept { return code_; }
    xpay_error_t error() const noexcept { return error_; }
    xpay_outcome_t outcome() const noexcept { return outcome_; }
    xpay_error_kind_t kind() const noexcept { return kind_; }

private:
    std::string code_;
    xpay_error_t error_;
    xpay_outcome_t outcome_;
    xpay_error_kind_t kind_;
};
#endif

class XPayClient {
public:
    /* A string that a method takes; it is read before the method returns. */
    class Text {
    public:
        Text(const char *text) noexcept : text_(text), size_(text ? std::strlen(text) : 0) {}
        Text(const std::string &text) noexcept : text_(text.c_str()), size_(text.size()) {}
        const char *c_str() const noexcept { return text_; }
        std::size_t size() const noexcept { return size_; }
        /* Whether C sees all of it. */
        bool is_plain() const noexcept { return text_ == nullptr || std::strlen(text_) == size_; }

    private:
        const char *text_;
        std::size_t size_;
    };

    /* An amount in won that a method takes. */
    class Won {
        template <class Number>
        using Integer = typename std::enable_if<std::is_integral<Number>::value && sizeof(Number) <= sizeof(std::uint64_t)
                                                && !std::is_same<Number, bool>::value && !std::is_same<Number, char>::value>::type;

    public:
        template <class Number, class = Integer<Number>>
        Won(Number won) noexcept : won_(static_cast<std::uint64_t>(won)), is_negative_(won < Number()) {}
        Won(double) = delete;
        std::uint64_t get() const noexcept { return won_; }
        bool is_negative() const noexcept { return is_negative_; }

    private:
        std::uint64_t won_;
        bool is_negative_;
    };

    /* The shop's own step after an approval. Returning false, an exception, or Rollback in it rolls the payment back. It may
     * read the answer from its argument. An empty step is rejected with 90001, and nothing is sent. */
    using Step = std::function<bool(const XPayClient &)>;
    /* Receives a line of the log, UTF-8 without its line break. Calls on the client that it was set on fail with 90002. Its
     * exceptions are ignored, because a log must not fail a payment. */
    using Logger = std::function<void(xpay_log_level_t, const std::string &)>;
    /* Executes a statement of the journal and says what came of it: docs/en/c.md. What it throws leaves that unknown. */
    using Store = std::function<void(xpay_statement_t *)>;

private:
    struct Owned;

public:
    /* An approval that the shop has not confirmed yet, from Hold. Its destructor rolls the payment back (망취소) unless
     * Confirm was called, as a database's transaction does, and waits for that; not in a process that was forked since. Until
     * the next Init_TX it is the client's held approval, whose own end rolls it back too. */
    class Held {
    public:
        Held(Held &&) noexcept = default;
        Held(const Held &) = delete;
        Held &operator=(const Held &) = delete;
        Held &operator=(Held &&) = delete;
        ~Held() {
            if (*this)
                owned_.lock()->roll_back();
        }

        /* Whether there is an approval to confirm; false after a decline or a failure, of which the client has the code. */
        explicit operator bool() const noexcept { return xpay_is_held(client()) && tx_id_ == xpay_tx_id(client()); }
        /* The shop's step is done: the payment stands. */
        XPAYCLIENT_NODISCARD bool Confirm() { return (*this || !xpay_is_held(client())) && xpay_confirm(client()); }
        /* The shop's step failed: rolls the payment back at once. Always false, as xpay_undo. */
        bool Undo(const Text &reason) {
            return (*this || !xpay_is_held(client())) && xpay_undo(client(), without_nul(reason).c_str());
        }

    private:
        friend class XPayClient;
        explicit Held(const std::shared_ptr<Owned> &owned) : owned_(owned), tx_id_(xpay_tx_id(client())) {}

        xpay_client *client() const noexcept {
            const std::shared_ptr<Owned> owned = owned_.lock();
            return owned ? owned->client : nullptr;
        }

        std::weak_ptr<Owned> owned_;
        std::string tx_id_;
    };

    XPayClient() : owned_(std::make_shared<Owned>()) { (void)xpay_set_language(get(), "C++"); }

    XPayClient(XPayClient &&) noexcept = default;
    XPayClient &operator=(XPayClient &&) noexcept = default;
    XPayClient(const XPayClient &) = delete;
    XPayClient &operator=(const XPayClient &) = delete;

    /* Rolls back an approval that is still held, and waits for that. */
    ~XPayClient() = default;

    /* Of the library that is loaded; XPAY_VERSION and its siblings are those of the header. */
    static std::string Version() { return xpay_version(); }
    static std::uint32_t VersionNumber() noexcept { return xpay_version_number(); }
    static std::uint32_t AbiVersion() noexcept { return xpay_abi_version(); }
    /* Whether the loaded library is one that this header can use: of its interface, and of its release or newer. */
    static bool LibraryFits() noexcept { return AbiVersion() == XPAY_ABI_VERSION && VersionNumber() >= XPAY_VERSION_NUMBER; }

    /* The C handle, owned by this object; NULL after a move. */
    xpay_client *get() noexcept { return owned_ ? owned_->client : nullptr; }
    const xpay_client *get() const noexcept { return owned_ ? owned_->client : nullptr; }

    /* Strings are UTF-8 in both directions, and the library encodes what is sent; xpay_set_unicode. */
    bool SetUnicode(bool on = true) { return xpay_set_unicode(get(), on); }

    bool Init(const Text &home_dir, const Text &mode) {
        return plain({{"home_dir", home_dir}, {"mode", mode}}) && xpay_init(get(), home_dir.c_str(), mode.c_str());
    }
    /* From one file that has the settings of both. */
    bool InitFile(const Text &file, const Text &mode) {
        return plain({{"file", file}, {"mode", mode}}) && xpay_init_file(get(), file.c_str(), mode.c_str());
    }
    /* Without files: pass every setting with SetConfig. */
    bool Init(const Text &mode) { return plain({{"mode", mode}}) && xpay_init_mode(get(), mode.c_str()); }
    /* The same, with a directory for relative ones and conf/ca-bundle.crt. */
    bool InitHome(const Text &home_dir, const Text &mode) {
        return plain({{"home_dir", home_dir}, {"mode", mode}}) && xpay_init_home(get(), home_dir.c_str(), mode.c_str());
    }

    /* Connects before the buyer pays; xpay_warm_up. */
    bool WarmUp() { return xpay_warm_up(get()); }

    bool SetConfig(const Text &name, const Text &value) {
        return plain({{"name", name}, {name.c_str(), value}}) && xpay_set_config(get(), name.c_str(), value.c_str());
    }
    /* The setting takes its default. */
    bool UnsetConfig(const Text &name) { return plain({{"name", name}}) && xpay_unset_config(get(), name.c_str()); }
    /* The MertKey of a merchant ID; overrides the configuration. */
    bool SetMertKey(const Text &mid, const Text &key) {
        return plain({{"mid", mid}, {"key", key}}) && xpay_set_mert_key(get(), mid.c_str(), key.c_str());
    }
    /* "" if it is not set. */
    std::string GetConfig(const Text &name) const { return or_empty(xpay_config(get(), whole(name))); }
    /* The settings by their names; one that is set may be "". */
    std::size_t ConfigCount() const noexcept { return xpay_config_count(get()); }
    std::string ConfigName(std::size_t index) const { return or_empty(xpay_config_name(get(), index)); }

    /* Whether a setting that is 0 or 1 is 1, its default included. */
    bool IsOn(const Text &name) const { return xpay_is_on(get(), whole(name)); }

    bool Init_TX(const Text &mid) { return plain({{"mid", mid}}) && xpay_init_tx(get(), mid.c_str()); }
    bool Set(const Text &name, const Text &value) {
        return plain({{"a parameter's name", name}, {name.c_str(), value}}) && xpay_set(get(), name.c_str(), value.c_str());
    }
    /* A number: an amount, a count. */
    template <class Number, class = typename std::enable_if<std::is_integral<Number>::value>::type>
    bool Set(const Text &name, Number number) {
        const Won won(number);
        return plain({{"a parameter's name", name}}) && natural(name.c_str(), won) && Set(name, std::to_string(won.get()));
    }
    bool Unset(const Text &name) { return plain({{"a parameter's name", name}}) && xpay_unset(get(), name.c_str()); }
    XPAYCLIENT_NODISCARD bool TX(bool rollback_on_error = true) { return xpay_tx(get(), rollback_on_error); }
    XPAYCLIENT_NODISCARD bool Rollback(const Text &reason) { return xpay_rollback(get(), without_nul(reason).c_str()); }
    /* The approval counts once step returns true; xpay_tx_guarded. An exception from step is re-thrown after the Rollback. */
    XPAYCLIENT_NODISCARD bool TXGuarded(const Step &step, bool rollback_on_error = true) {
        return guarded(step, [&](xpay_step_t call, void *context) {
            return xpay_tx_guarded(get(), rollback_on_error, call, context);
        });
    }
    /* Sends as TX does; an approval then waits for Confirm, until it goes out of scope:
     *
     *     if (XPayClient::Held held = xpay.Hold()) {
     *         save(order, xpay.Response("LGD_TID"));          (if it throws, the payment is rolled back)
     *         xpay.or_throw(held.Confirm());
     *     }
     */
    XPAYCLIENT_NODISCARD Held Hold(bool rollback_on_error = true) {
        (void)TXHeld(rollback_on_error);
        return Held(owned_);
    }
    /* The same in parts. An approval that was neither confirmed, undone nor let go when this object ends, or is assigned to,
     * is rolled back. Init and Init_TX leave it: it stands, and `xpay recover --list` shows it as unconfirmed. */
    XPAYCLIENT_NODISCARD bool TXHeld(bool rollback_on_error = true) { return xpay_tx_held(get(), rollback_on_error); }
    bool IsHeld() const noexcept { return xpay_is_held(get()); }
    XPAYCLIENT_NODISCARD bool Confirm() { return xpay_confirm(get()); }
    /* Always false, as xpay_undo: look at Outcome. */
    bool Undo(const Text &reason) { return xpay_undo(get(), without_nul(reason).c_str()); }
    /* Leaves it unconfirmed, for a person to decide. */
    bool LetGo() { return xpay_let_go(get()); }

    /* True only if paid; xpay_pay_by_key. */
    XPAYCLIENT_NODISCARD bool PayByKey(const Text &mid, const Text &paykey, Won amount) {
        return plain({{"mid", mid}, {"LGD_PAYKEY", paykey}}) && natural("LGD_AMOUNT", amount)
            && xpay_pay_by_key(get(), mid.c_str(), paykey.c_str(), amount.get(), nullptr, nullptr);
    }
    XPAYCLIENT_NODISCARD bool PayByKey(const Text &mid, const Text &paykey, Won amount, const Step &step) {
        return plain({{"mid", mid}, {"LGD_PAYKEY", paykey}}) && natural("LGD_AMOUNT", amount)
            && guarded(step, [&](xpay_step_t call, void *context) {
                   return xpay_pay_by_key(get(), mid.c_str(), paykey.c_str(), amount.get(), call, context);
               });
    }
    /* Charges a kept card by its billing key; xpay_pay_by_billing_key. */
    XPAYCLIENT_NODISCARD bool PayByBillingKey(const Text &mid, const Text &billing_key, const Text &oid, Won amount) {
        return plain({{"mid", mid}, {"LGD_BILLKEY", billing_key}, {"LGD_OID", oid}}) && natural("LGD_AMOUNT", amount)
            && xpay_pay_by_billing_key(get(), mid.c_str(), billing_key.c_str(), oid.c_str(), amount.get(), nullptr, nullptr);
    }
    XPAYCLIENT_NODISCARD bool PayByBillingKey(const Text &mid, const Text &billing_key, const Text &oid, Won amount,
                         const Step &step) {
        return plain({{"mid", mid}, {"LGD_BILLKEY", billing_key}, {"LGD_OID", oid}}) && natural("LGD_AMOUNT", amount)
            && guarded(step, [&](xpay_step_t call, void *context) {
                   return xpay_pay_by_billing_key(get(), mid.c_str(), billing_key.c_str(), oid.c_str(), amount.get(), call, context);
               });
    }
    XPAYCLIENT_NODISCARD bool Cancel(const Text &mid, const Text &tid, const Text &paytype, const Text &reason) {
        return plain({{"mid", mid}, {"LGD_TID", tid}, {"LGD_PAYTYPE", paytype}, {"reason", reason}})
            && xpay_cancel(get(), mid.c_str(), tid.c_str(), paytype.c_str(), reason.c_str());
    }
    XPAYCLIENT_NODISCARD bool PartialCancel(const Text &mid, const Text &tid, const Text &paytype, Won amount,
                       Won remaining, const Text &reason) {
        return plain({{"mid", mid}, {"LGD_TID", tid}, {"LGD_PAYTYPE", paytype}, {"reason", reason}})
            && natural("LGD_CANCELAMOUNT", amount) && natural("LGD_REMAINAMOUNT", remaining)
            && xpay_partial_cancel(get(), mid.c_str(), tid.c_str(), paytype.c_str(), amount.get(), remaining.get(), reason.c_str());
    }
    /* Whether the calls above would take this value for the parameter: xpay_check. */
    XPAYCLIENT_NODISCARD bool Check(const Text &name, const Text &value) {
        return plain({{"name", name}, {"value", value}}) && xpay_check(get(), name.c_str(), value.c_str());
    }
    /* Whether the answer to a Cancel counts as done for this LGD_PAYTYPE. */
    bool IsCancelled(const Text &paytype) const { return xpay_is_cancelled(get(), whole(paytype)); }
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
    std::string Response(const Text &name, std::size_t index = 0) const {
        return xpay_response(get(), whole(name), index);
    }
    xpay_outcome_t Outcome() const noexcept { return xpay_outcome(get()); }
    /* Response_Code as a number to switch over; XPAY_ERR_NONE if it is the gateway's. */
    xpay_error_t Error() const noexcept { return xpay_error(get()); }
    xpay_error_kind_t ErrorKind() const noexcept { return xpay_error_kind(get()); }
    std::string TxId() const { return xpay_tx_id(get()); }
    /* A secret: do not log it. */
    std::string AuthCode() const { return xpay_auth_code(get()); }

    /* Rolls back what earlier transactions left in doubt; open becomes the number of those that still are. False: the journal
     * cannot be read. */
    XPAYCLIENT_NODISCARD bool Recover(std::size_t &open) { return xpay_recover_open(get(), &open); }
    /* Keeps the lines of the log for KeptLog(), and forgets those of before. */
    bool KeepLog(bool keep) { return xpay_keep_log(get(), keep); }
    std::string KeptLog() const { return xpay_kept_log(get()); }
    /* What could not be written to journal and log, and what to do; "" if everything was. */
    std::string Unwritten() const { return xpay_unwritten(get()); }
    bool Report(const Text &status, const Text &msg) {
        return plain({{"status", status}, {"msg", msg}}) && xpay_report(get(), status.c_str(), msg.c_str());
    }
    bool Patch(const Text &filename) { return plain({{"filename", filename}}) && xpay_patch(get(), filename.c_str()); }
    void Log(const Text &msg, xpay_log_level_t level = XPAY_LOG_INFO) {
        xpay_log(get(), without_nul(msg).c_str(), level);
    }
    /* An empty logger removes it. If this returns false, the previous one stays. */
    bool SetLogger(Logger logger) {
        std::unique_ptr<Logger> next(logger ? new Logger(std::move(logger)) : nullptr);
        bool set = xpay_set_logger(get(), next ? &XPayClient::line : nullptr, next.get());
        if (set)
            owned_->logger = std::move(next);
        return set;
    }

    /* Keeps the journal in the shop's own database: "mysql" or "pgsql", "?" or "$1". An empty store ends that. If this returns
     * false, the previous one stays. */
    bool SetStore(const Text &database, const Text &placeholder, Store store) {
        if (!plain({{"database", database}, {"placeholder", placeholder}}))
            return false;
        std::unique_ptr<Store> next(store ? new Store(std::move(store)) : nullptr);
        bool set = xpay_set_store(get(), database.c_str(), placeholder.c_str(), next ? &XPayClient::execute : nullptr, next.get());
        if (set)
            owned_->store = std::move(next);
        return set;
    }
    /* The password of that database, from the file that journal_password_file names. A secret: do not log it. False: it cannot
     * be read. */
    XPAYCLIENT_NODISCARD bool JournalPassword(std::string &password) {
        const char *read = xpay_journal_password(get());
        password = read != nullptr ? read : "";
        return read != nullptr;
    }

    std::string GetTimeStamp() {
        char out[15];
        return xpay_timestamp(get(), out) ? out : "";
    }

    /* Signatures. On failure "refused:" and random digits, which equals nothing that a browser can send, and a code. */
    std::string GetHashData(const Text &mid, const Text &oid, const Text &amount, const Text &timestamp) {
        char out[XPAY_HASH_SIZE];
        xpay_hash_data(get(), whole(mid), whole(oid), whole(amount), whole(timestamp), out);
        return signature(out, {{"mid", mid}, {"oid", oid}, {"amount", amount}, {"timestamp", timestamp}});
    }
    std::string GetHashDataCas(const Text &mid, const Text &oid, const Text &amount, const Text &respcode, const Text &timestamp) {
        char out[XPAY_HASH_SIZE];
        xpay_hash_data_cas(get(), whole(mid), whole(oid), whole(amount), whole(respcode), whole(timestamp), out);
        return signature(out, {{"mid", mid}, {"oid", oid}, {"amount", amount}, {"respcode", respcode}, {"timestamp", timestamp}});
    }
    std::string GetHashDataOpenPay(const Text &venderno, const Text &mid, const Text &mer_uid, const Text &token, const Text &timestamp) {
        char out[XPAY_OPENPAY_HASH_SIZE];
        xpay_hash_data_openpay(get(), whole(venderno), whole(mid), whole(mer_uid), whole(token), whole(timestamp), out);
        return signature(out, {{"venderno", venderno}, {"mid", mid}, {"mer_uid", mer_uid}, {"token", token}, {"timestamp", timestamp}});
    }
    /* The same for pages that were written for the vendor's library: they sign malformed fields as they are. */
    std::string GetVendorHashData(const Text &mid, const Text &oid, const Text &amount, const Text &timestamp) {
        char out[XPAY_HASH_SIZE];
        xpay_vendor_hash_data(get(), whole(mid), whole(oid), whole(amount), whole(timestamp), out);
        return signature(out, {{"mid", mid}, {"oid", oid}, {"amount", amount}, {"timestamp", timestamp}});
    }
    std::string GetVendorHashDataCas(const Text &mid, const Text &oid, const Text &amount, const Text &respcode, const Text &timestamp) {
        char out[XPAY_HASH_SIZE];
        xpay_vendor_hash_data_cas(get(), whole(mid), whole(oid), whole(amount), whole(respcode), whole(timestamp), out);
        return signature(out, {{"mid", mid}, {"oid", oid}, {"amount", amount}, {"respcode", respcode}, {"timestamp", timestamp}});
    }
    std::string GetVendorHashDataOpenPay(const Text &venderno, const Text &mid, const Text &mer_uid, const Text &token, const Text &timestamp) {
        char out[XPAY_OPENPAY_HASH_SIZE];
        xpay_vendor_hash_data_openpay(get(), whole(venderno), whole(mid), whole(mer_uid), whole(token), whole(timestamp), out);
        return signature(out, {{"venderno", venderno}, {"mid", mid}, {"mer_uid", mer_uid}, {"token", token}, {"timestamp", timestamp}});
    }
    std::string GetReceiptAuthdata(const Text &mid, const Text &tid) {
        char out[XPAY_HASH_SIZE];
        xpay_receipt_authdata(get(), whole(mid), whole(tid), out);
        return signature(out, {{"mid", mid}, {"tid", tid}});
    }
    /* Pass mid, oid and amount of the shop's own order, not the received ones. */
    XPAYCLIENT_NODISCARD bool VerifyHashDataCas(const Text &mid, const Text &oid, const Text &amount,
                           const Text &respcode, const Text &timestamp, const Text &hashdata) {
        return plain({{"mid", mid}, {"oid", oid}, {"amount", amount}, {"respcode", respcode}, {"timestamp", timestamp}, {"hashdata", hashdata}})
            && xpay_verify_hash_data_cas(get(), mid.c_str(), oid.c_str(), amount.c_str(), respcode.c_str(),
                                         timestamp.c_str(), hashdata.c_str());
    }

    /* A notification: read it, look up the order by NoticeOid, verify with its mid and amount, record it once by NoticeKey. */
    bool ReadNotice(const Text &body) { return xpay_notice_read(get(), body.c_str(), body.size()); }
    std::string NoticeOid() const { return xpay_notice_oid(get()); }
    XPAYCLIENT_NODISCARD bool VerifyNotice(const Text &mid, Won amount) {
        return plain({{"mid", mid}}) && natural("LGD_AMOUNT", amount) && xpay_notice_verify(get(), mid.c_str(), amount.get());
    }
    std::string NoticeKey() const { return xpay_notice_key(get()); }
    std::string Notice(const Text &name) const { return xpay_notice_value(get(), whole(name)); }
    /* A mobile payment's note is a notification. Save the order if NoteDue, then print NoteAnswer: OK or ROLLBACK. saved_tid is
     * the LGD_TID with which the order is saved as paid; empty if it is not. */
    XPAYCLIENT_NODISCARD bool NoteDue(const Text &saved_tid) const { return saved_tid.is_plain() && xpay_note_due(get(), saved_tid.c_str()); }
    std::string NoteAnswer(const Text &saved_tid) const { return xpay_note_answer(get(), whole(saved_tid)); }

    /* The payment window's return: read it, look up the order, verify with its mid, oid and amount. True for a failure too,
     * which has no LGD_PAYKEY: look at Return("LGD_RESPCODE"). */
    bool ReadReturn(const Text &body) { return xpay_return_read(get(), body.c_str(), body.size()); }
    std::string ReturnOid() const { return xpay_return_oid(get()); }
    XPAYCLIENT_NODISCARD bool VerifyReturn(const Text &mid, const Text &oid, Won amount) {
        return plain({{"mid", mid}, {"oid", oid}}) && natural("LGD_AMOUNT", amount)
            && xpay_return_verify(get(), mid.c_str(), oid.c_str(), amount.get());
    }
    std::string Return(const Text &name) const { return xpay_return_value(get(), whole(name)); }
    /* The billing window's return. It has no signature: read it only in the session of the buyer who opened the window. */
    bool ReadBillingReturn(const Text &body) { return xpay_billing_return_read(get(), body.c_str(), body.size()); }
    std::string BillingReturn(const Text &name) const {
        return xpay_billing_return_value(get(), whole(name));
    }

    /* A window's form: BeginWindow, SetWindow for each parameter and each escrow item, SignWindow, WindowHtml. */
    bool BeginWindow(const Text &cst_mid) {
        /* NULL ends the previous form as well. */
        bool begun = xpay_window_begin(get(), whole(cst_mid));
        return plain({{"cst_mid", cst_mid}}) && begun;
    }
    bool SetWindow(const Text &name, const Text &value) {
        /* NULL makes SignWindow fail as well. */
        bool is_whole = name.is_plain() && value.is_plain();
        bool set = xpay_window_set(get(), name.c_str(), is_whole ? value.c_str() : nullptr);
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
    bool BeginEscrow(const Text &mid, const Text &kind) {
        /* NULL ends the previous delivery as well. */
        bool is_whole = mid.is_plain() && kind.is_plain();
        bool begun = xpay_escrow_begin(get(), is_whole ? mid.c_str() : nullptr, kind.c_str());
        return plain({{"mid", mid}, {"kind", kind}}) && begun;
    }
    bool SetEscrow(const Text &name, const Text &value) {
        /* NULL makes SendEscrow fail as well. */
        bool is_whole = name.is_plain() && value.is_plain();
        bool set = xpay_escrow_set(get(), name.c_str(), is_whole ? value.c_str() : nullptr);
        return plain({{"a value's name", name}, {name.c_str(), value}}) && set;
    }
    bool SendEscrow() { return xpay_escrow_send(get()); }
    xpay_outcome_t EscrowOutcome() const { return xpay_escrow_outcome(get()); }

#ifdef XPAYCLIENT_EXCEPTIONS
    /* client.or_throw(client.TX()), if you prefer exceptions. */
    void or_throw(bool done) const {
        if (!done)
            throw XPayError(Response_Code(), Response_Detail(), Error(), Outcome(), ErrorKind());
    }
#endif

private:
    /* What an object owns; at an address that stays the same when it is moved. */
    struct Owned {
        Owned() : logger(), store(), client(xpay_new()) {}
        Owned(const Owned &) = delete;
        Owned &operator=(const Owned &) = delete;
        ~Owned() {
            roll_back();
            xpay_free(client);
        }

        void roll_back() noexcept {
            if (xpay_is_held(client))
                (void)xpay_undo(client, "Shop step failed");
        }

        /* It may be called until the client is freed. */
        std::unique_ptr<Logger> logger;
        std::unique_ptr<Store> store;
        xpay_client *client;
    };

    struct Named {
        const char *name;
        const Text &text;
    };

    static std::string or_empty(const char *text) { return text ? text : ""; }

    /* NULL fails as well, and C fills out. */
    static const char *whole(const Text &text) noexcept { return text.is_plain() ? text.c_str() : nullptr; }

    static std::string without_nul(const Text &text) {
        std::string kept(text.c_str() ? text.c_str() : "", text.size());
        kept.erase(std::remove(kept.begin(), kept.end(), '\0'), kept.end());
        return kept;
    }

    /* C would cut the text at a NUL, and the request would not be the intended one. */
    bool plain(std::initializer_list<Named> texts) {
        for (const Named &one : texts)
            if (!one.text.is_plain())
                return xpay_refuse(get(), one.name, "holds a NUL byte");
        return true;
    }

    /* In C a negative number would be a large one. */
    bool natural(const char *name, const Won &won) {
        return !won.is_negative() || xpay_refuse(get(), name, "must not be negative");
    }

    std::string signature(const char *out, std::initializer_list<Named> texts) {
        (void)plain(texts);
        return out;
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

    static void execute(void *context, xpay_statement_t *statement) {
        const Store &store = *static_cast<Store *>(context);
#ifdef XPAYCLIENT_EXCEPTIONS
        try {
            store(statement);
        } catch (...) {
            xpay_statement_unknown(statement, "the store threw an exception");
        }
#else
        store(statement);
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

    std::shared_ptr<Owned> owned_;
};

#undef XPAYCLIENT_NODISCARD

#endif /* C++11 */
#endif
