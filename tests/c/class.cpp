/* XPayClient of xpayclient.hpp: moves, no copies; exceptions of callbacks; strings and numbers that C cannot represent; approvals
 * that wait for their owner. Compiled with exceptions and without. */
#include <climits>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>
#ifndef _WIN32
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <xpayclient.hpp>

#include "check.h"

static_assert(!std::is_copy_constructible<XPayClient>::value && !std::is_copy_assignable<XPayClient>::value, "it is copied");
static_assert(std::is_nothrow_move_constructible<XPayClient>::value && std::is_nothrow_move_assignable<XPayClient>::value, "it is not moved");

template <class Number> using pays_with = std::is_constructible<XPayClient::Won, Number>;
static_assert(pays_with<int>::value && pays_with<std::int64_t>::value && pays_with<unsigned long long>::value, "an amount is refused");
static_assert(!pays_with<double>::value && !pays_with<float>::value && !pays_with<bool>::value && !pays_with<char>::value, "it is no amount");
static_assert(std::is_nothrow_move_constructible<XPayClient::Held>::value && !std::is_copy_constructible<XPayClient::Held>::value, "Held is copied");
static_assert(!std::is_move_assignable<XPayClient::Held>::value, "an approval is replaced by another");

static XPayClient shop() {
    XPayClient xpay;
    CHECK(xpay.Init(home("good"), "test"));
    return xpay;
}

static void pays_and_cancels() {
    XPayClient xpay = shop();
    std::string tid, paytype;
    CHECK(xpay.PayByKey(MID, fresh_paykey(), 23400, [&](const XPayClient &answer) {
        tid = answer.Response("LGD_TID");
        paytype = answer.Response("LGD_PAYTYPE");
        return true;
    }));
    CHECK(xpay.Response_Code() == "0000" && xpay.Outcome() == XPAY_OUTCOME_ANSWERED);
    CHECK(xpay.Response_Count() == 1 && xpay.Response_NameCount() > 10 && !xpay.Response_Name(0).empty());
    CHECK(xpay.PartialCancel(MID, tid, paytype, 400, 23400, "a part"));
    CHECK(xpay.Cancel(MID, tid, paytype, "the rest"));
    CHECK(xpay.Init_TX(MID) && xpay.Set("LGD_TXNAME", "Ping") && xpay.Set("LGD_RESULTCNT", 2) && xpay.TX());
    CHECK(xpay.Response_Count() == 2);
}

static void is_moved() {
    std::vector<std::string> lines;
    XPayClient first = shop();
    CHECK(first.SetLogger([&](xpay_log_level_t, const std::string &line) { lines.push_back(line); }));
    XPayClient second = std::move(first);
    CHECK(first.get() == nullptr);
    /* A moved-from object is like a NULL client: nothing works, nothing crashes. */
    CHECK(!first.TX() && first.Response_Code().empty() && !first.Set("a", "b") && !first.Set("a", std::string("\0", 1)));
    second.Log("moved", XPAY_LOG_FATAL);
    CHECK(lines.size() == 1 && lines[0].find("moved") != std::string::npos);
    first = std::move(second);
    first.Log("and back", XPAY_LOG_FATAL);
    CHECK(lines.size() == 2);
    XPayClient &same = first;
    first = std::move(same);
    CHECK(first.get() != nullptr && first.Init_TX(MID));
    CHECK(first.SetLogger(nullptr));
    first.Log("heard by none", XPAY_LOG_FATAL);
    CHECK(lines.size() == 2);
    CHECK(!second.TXHeld() && !second.IsHeld() && !second.Confirm() && !second.LetGo() && !second.Undo("") && !second.Hold());
    CHECK(second.ConfigCount() == 0 && second.ConfigName(0).empty() && second.GetConfig(MID).empty());
}

/* C would cut the value at a NUL: it is rejected, and so is the transaction. */
static void refuses_a_nul() {
    XPayClient xpay = shop();
    CHECK(xpay.Init_TX(MID) && xpay.Set("LGD_TXNAME", "Ping"));
    CHECK(xpay.Set("LGD_OID", "o1") && xpay.Unset("LGD_OID") && !xpay.Unset(std::string("a\0b", 3)));
    CHECK(xpay.IsOn("verify_cert") && !xpay.IsOn("timeout") && !xpay.IsOn(std::string("verify_cert\0", 12)));
    CHECK(xpay.Init_TX(MID) && xpay.Set("LGD_TXNAME", "Ping"));
    CHECK(!xpay.Set("LGD_OID", std::string("a\0b", 3)));
    CHECK(xpay.Response_Code() == "90003" && xpay.Response_Detail().find("LGD_OID") != std::string::npos);
    CHECK(!xpay.TX());
    CHECK(!xpay.Init(std::string("/\0", 2), "test"));
    CHECK(!xpay.InitFile(std::string("/\0", 2), "test"));
    CHECK(!xpay.InitHome(std::string("/\0", 2), "test") && xpay.InitHome(home("good"), "test"));
    CHECK(!xpay.PayByKey(MID, std::string("k\0", 2), 1));
}

/* What is wrong is refused by its name, and nothing is sent. */
static void sends_nothing_that_is_wrong() {
    XPayClient xpay = shop();
    const auto refused = [&](bool done, const char *named) {
        CHECK(!done && xpay.Response_Code() == "90003" && xpay.Response_Detail().find(named) != std::string::npos);
        CHECK(xpay.ErrorKind() == XPAY_KIND_USAGE);
    };
    refused(xpay.PayByKey(MID, "k", 0), "LGD_AMOUNT");
    refused(xpay.PayByKey("", "k", 1), "LGD_MID");
    refused(xpay.Cancel(MID, "t", "SC0011", ""), "LGD_PAYTYPE");
    refused(xpay.Check("LGD_AMOUNT", "1.5"), "LGD_AMOUNT");
    CHECK(xpay.Check("LGD_AMOUNT", "1"));
}

/* In C, -1 is the largest number: no request has it, whatever the type. */
static void refuses_a_negative_number() {
    XPayClient xpay = shop();
    const auto refused = [&](bool done, const char *named) {
        CHECK(!done && xpay.Response_Code() == "90003" && xpay.Error() == XPAY_ERR_BAD_VALUE);
        CHECK(xpay.Response_Detail().find(named) != std::string::npos && xpay.Response_Detail().find("negative") != std::string::npos);
    };
    const signed char least = -1;
    refused(xpay.PayByKey(MID, "k", -1), "LGD_AMOUNT");
    refused(xpay.PayByKey(MID, "k", least), "LGD_AMOUNT");
    refused(xpay.PayByKey(MID, "k", LLONG_MIN), "LGD_AMOUNT");
    refused(xpay.PayByKey(MID, "k", -1L, [](const XPayClient &) { return true; }), "LGD_AMOUNT");
    refused(xpay.PayByBillingKey(MID, "k", "o", -1), "LGD_AMOUNT");
    refused(xpay.PayByBillingKey(MID, "k", "o", -1, [](const XPayClient &) { return true; }), "LGD_AMOUNT");
    refused(xpay.PartialCancel(MID, "t", "SC0010", -1, 2, ""), "LGD_CANCELAMOUNT");
    refused(xpay.PartialCancel(MID, "t", "SC0010", 1, -2, ""), "LGD_REMAINAMOUNT");
    refused(xpay.VerifyNotice(MID, -1), "LGD_AMOUNT");
    refused(xpay.VerifyReturn(MID, "o", -1), "LGD_AMOUNT");
    CHECK(xpay.Init_TX(MID) && xpay.Set("LGD_AMOUNT", 0) && xpay.Set("LGD_AMOUNT", 100u));
    refused(xpay.Set("LGD_AMOUNT", -1), "LGD_AMOUNT");
    refused(xpay.TX(), "LGD_AMOUNT");
    CHECK(!xpay.PayByKey(MID, "k", ULLONG_MAX) && xpay.Response_Detail().find("LGD_AMOUNT") != std::string::npos);
}

/* What getenv and an argv that ends too early return. */
static void refuses_null() {
    const char *null = nullptr;
    XPayClient xpay = shop();
    CHECK(!xpay.Init(null, "test") && xpay.Error() == XPAY_ERR_NULL_ARGUMENT && xpay.Response_Code() == "90001");
    CHECK(!xpay.Init(null) && xpay.Error() == XPAY_ERR_NULL_ARGUMENT);
    xpay = shop();
    CHECK(!xpay.PayByKey(MID, null, 1) && xpay.Error() == XPAY_ERR_NULL_ARGUMENT);
    CHECK(xpay.Init_TX(MID) && !xpay.Set("LGD_OID", null) && !xpay.Set(null, "O-1") && !xpay.TX());
    CHECK(!xpay.ReadNotice(null) && !xpay.ReadReturn(null) && !xpay.SetConfig(null, "1"));
    CHECK(xpay.GetConfig(null).empty() && xpay.Response(null).empty() && !xpay.IsOn(null) && xpay.Notice(null).empty());
    xpay.Log(null);
}

/* What stands in place of a signature that was refused: nobody can send it. */
static bool is_refusal(const std::string &made) { return made.size() == 32 && made.compare(0, 8, "refused:") == 0; }

/* Every other call as well, above all verification: the part that C sees of these fields is what the gateway signed. */
static void refuses_a_nul_everywhere() {
    XPayClient xpay = shop();
    const std::string nul("0\0", 2), timestamp = "20200515101110";
    const auto refused = [&](bool done) {
        CHECK(!done && xpay.Response_Code() == "90003" && xpay.Response_Detail().find("NUL") != std::string::npos);
        CHECK(xpay.Init("test") && xpay.SetConfig(MID, "95160cce09854ef44d2edb2bfb05f9f3"));
    };
    CHECK(xpay.Init("test") && xpay.SetConfig(MID, "95160cce09854ef44d2edb2bfb05f9f3"));
    const std::string hash = xpay.GetHashDataCas(MID, "O-1", "23400", "0000", timestamp);
    CHECK(xpay.VerifyHashDataCas(MID, "O-1", "23400", "0000", timestamp, hash));
    const auto cut = [](const std::string &text) { return text + std::string("\0rest", 5); };
    refused(xpay.VerifyHashDataCas(cut(MID), "O-1", "23400", "0000", timestamp, hash));
    refused(xpay.VerifyHashDataCas(MID, cut("O-1"), "23400", "0000", timestamp, hash));
    refused(xpay.VerifyHashDataCas(MID, "O-1", cut("23400"), "0000", timestamp, hash));
    refused(xpay.VerifyHashDataCas(MID, "O-1", "23400", cut("0000"), timestamp, hash));
    refused(xpay.VerifyHashDataCas(MID, "O-1", "23400", "0000", cut(timestamp), hash));
    refused(xpay.VerifyHashDataCas(MID, "O-1", "23400", "0000", timestamp, cut(hash)));
    refused(!is_refusal(xpay.GetHashData(MID, cut("O-1"), "1", timestamp)));
    refused(!is_refusal(xpay.GetHashDataCas(MID, cut("O-1"), "1", "0000", timestamp)));
    refused(!is_refusal(xpay.GetHashDataOpenPay("v", MID, "u", cut("t"), timestamp)));
    refused(!is_refusal(xpay.GetVendorHashData(MID, cut("O-1"), "1", timestamp)));
    refused(!is_refusal(xpay.GetVendorHashDataCas(MID, cut("O-1"), "1", "0000", timestamp)));
    refused(!is_refusal(xpay.GetVendorHashDataOpenPay("v", MID, "u", cut("t"), timestamp)));
    refused(!is_refusal(xpay.GetReceiptAuthdata(MID, cut("T"))));
    refused(xpay.Init(nul));
    refused(xpay.Init("/", nul));
    refused(xpay.Init_TX(cut(MID)));
    refused(xpay.SetConfig(nul, "1"));
    refused(xpay.SetConfig("of_the_shop", nul));
    refused(xpay.PayByKey(cut(MID), "k", 1));
    refused(xpay.PayByKey(MID, nul, 1, [](const XPayClient &) { return true; }));
    refused(xpay.Cancel(MID, "t", cut("SC0010"), ""));
    refused(xpay.Cancel(MID, "t", "SC0010", nul));
    refused(xpay.PartialCancel(MID, "t", cut("SC0010"), 1, 1, ""));
    refused(xpay.PartialCancel(MID, "t", "SC0010", 1, 1, nul));
    refused(xpay.Check("LGD_OID", cut("O-1")));
    refused(xpay.Check(cut("LGD_OID"), "O-1"));
    refused(xpay.Report(nul, "m"));
    refused(xpay.Report("s", nul));
    refused(xpay.Patch(cut("mall.conf")));
    refused(xpay.BeginWindow(cut("lgdacomxpay")));
    refused(xpay.BeginWindow("lgdacomxpay") && xpay.SetWindow(cut("LGD_OID"), "O"));
    refused(xpay.VerifyNotice(cut(MID), 23400));
    refused(xpay.VerifyReturn(MID, cut("O-1"), 23400));
    /* Neither may be lost, nor block a transaction that was begun. */
    xpay.Log(nul);
    CHECK(!xpay.Rollback(nul) && xpay.Response_Code() == "90002");
    /* A reading call sets no code, and finds no such name. */
    CHECK(xpay.GetConfig(cut(MID)).empty() && !xpay.GetConfig(MID).empty());
    CHECK(!xpay.IsCancelled(nul) && xpay.Response(nul).empty() && xpay.Notice(nul).empty());
    CHECK(!xpay.NoteDue(nul) && xpay.Return(nul).empty() && xpay.BillingReturn(nul).empty());
}

static void signs_and_reads_pages() {
    XPayClient xpay;
    CHECK(xpay.Init("test") && xpay.SetConfig(MID, "95160cce09854ef44d2edb2bfb05f9f3"));
    CHECK(xpay.GetConfig(MID) == "95160cce09854ef44d2edb2bfb05f9f3" && xpay.GetConfig("none").empty());
    CHECK(xpay.GetHashData(MID, "ORDER-20200515_1", "23400", "20200515101110") == "f136a2679939bcd3b11e29e7929e1829");
    CHECK(is_refusal(xpay.GetHashData("nobody", "O", "1", "20200515101110")));
    CHECK(is_refusal(XPayClient(std::move(xpay)).GetHashDataCas("nobody", "O", "1", "0000", "20200515101110")));
    CHECK(is_refusal(xpay.GetHashDataCas("nobody", "O", "1", "0000", "20200515101110")));
    xpay = XPayClient();
    CHECK(xpay.Init("test") && xpay.SetConfig(MID, "95160cce09854ef44d2edb2bfb05f9f3"));
    CHECK(xpay.GetTimeStamp().size() == 14);
    const std::string of_openpay = xpay.GetHashDataOpenPay("v", MID, "u", "", "20200515101110");
    CHECK(of_openpay.size() == 128 && of_openpay == xpay.GetVendorHashDataOpenPay("v", MID, "u", "", "20200515101110"));
    CHECK(xpay.GetVendorHashData(MID, "O-1", "1", "20200515101110") == xpay.GetHashData(MID, "O-1", "1", "20200515101110"));
    CHECK(xpay.GetVendorHashDataCas(MID, "O-1", "1", "0000", "20200515101110") == xpay.GetHashDataCas(MID, "O-1", "1", "0000", "20200515101110"));
    std::string hash = xpay.GetHashDataCas(MID, "O-1", "23400", "0000", "20200515101110");
    CHECK(xpay.VerifyHashDataCas(MID, "O-1", "23400", "0000", "20200515101110", hash));
    const std::string notice = "LGD_MID=" MID "&LGD_OID=O-1&LGD_AMOUNT=23400&LGD_RESPCODE=0000&LGD_TIMESTAMP=20200515101110&LGD_TID=T"
                          "&LGD_PAYTYPE=SC0040&LGD_CASFLAG=I&LGD_CASSEQNO=001&LGD_PAYDATE=20200515101112&LGD_HASHDATA=" + hash;
    CHECK(xpay.ReadNotice(notice));
    CHECK(xpay.NoticeOid() == "O-1" && xpay.Notice("LGD_TID").empty());
    CHECK(!xpay.VerifyNotice("tother", 23400) && xpay.Response_Code() == "10004");
    CHECK(xpay.ReadNotice(notice) && xpay.VerifyNotice(MID, 23400));
    CHECK(xpay.NoticeKey() == "T/001/I/20200515101112" && xpay.Notice("LGD_CASFLAG") == "I");
    CHECK(!xpay.NoteDue("") && xpay.NoteAnswer("T") == "OK" && xpay.NoteAnswer("") == "ROLLBACK");
    CHECK(xpay.ReadReturn(notice + "&LGD_PAYKEY=K") && xpay.ReturnOid() == "O-1" && xpay.Return("LGD_PAYKEY").empty());
    CHECK(!xpay.VerifyReturn(MID, "O-2", 23400) && xpay.Response_Code() == "90003");
    CHECK(xpay.ReadReturn(notice + "&LGD_PAYKEY=K") && xpay.VerifyReturn(MID, "O-1", 23400) && xpay.Return("LGD_PAYKEY") == "K");
    CHECK(xpay.ReadBillingReturn("LGD_BILLKEY=B") && xpay.BillingReturn("LGD_BILLKEY") == "B" && !xpay.IsRepeated());
    CHECK(xpay.BeginWindow("lgdacomxpay") && xpay.SetWindow("LGD_PAYWINDOWTYPE", "CardBillingAuth"));
    CHECK(xpay.SetWindow("LGD_RETURNURL", "https://shop.invalid/card") && xpay.SetWindow("LGD_CHECKSSNYN", "Y"));
    CHECK(xpay.SignWindow() && xpay.WindowWarnings().empty());
    CHECK(xpay.SetWindow("cart", "1") && xpay.SignWindow() && xpay.WindowWarnings().size() == 1);
    CHECK(xpay.WindowWarnings().at(0).find("cart ") == 0);
    CHECK(xpay.WindowStrict(true) && !xpay.SignWindow() && xpay.Response_Code() == "90003");
    CHECK(xpay.BeginWindow("lgdacomxpay") && !xpay.SignWindow() && xpay.WindowHtml().empty());
    CHECK(!xpay.SetWindow("LGD_OID", std::string("a\0b", 3)) && xpay.Response_Code() == "90003");
    CHECK(!xpay.SignWindow() && xpay.Response_Code() == "90001");
}

static void lists_settings_and_versions() {
    XPayClient xpay;
    CHECK(xpay.ConfigCount() == 0 && xpay.Init("test") && xpay.SetConfig("of_the_shop", "") && xpay.SetMertKey(MID, "k"));
    bool listed = false;
    for (std::size_t index = 0; index < xpay.ConfigCount(); index++)
        listed = listed || xpay.ConfigName(index) == "of_the_shop";
    CHECK(listed && xpay.ConfigName(xpay.ConfigCount()).empty());
    CHECK(xpay.UnsetConfig("of_the_shop") && xpay.GetConfig("of_the_shop").empty());
    CHECK(XPayClient::LibraryFits() && XPayClient::AbiVersion() == XPAY_ABI_VERSION);
    CHECK(XPayClient::Version() == XPAY_VERSION && XPayClient::VersionNumber() == XPAY_VERSION_NUMBER);
}

/* The number is never one that a failure could be taken for. */
static void recovers() {
    XPayClient xpay;
    std::size_t open = 7;
    CHECK(!xpay.Recover(open) && xpay.Error() == XPAY_ERR_CALL_ORDER);
    xpay = shop();
    CHECK(xpay.Recover(open) && open == 0 && xpay.Error() == XPAY_ERR_NONE);
}

static bool begins(XPayClient &xpay, const std::string &paykey) {
    return xpay.Init_TX(MID) && xpay.Set("LGD_TXNAME", "PaymentByKey") && xpay.Set("LGD_PAYKEY", paykey);
}

static void confirms_and_undoes() {
    XPayClient xpay = shop();
    CHECK(begins(xpay, fresh_paykey()) && !xpay.AuthCode().empty() && !xpay.Confirm() && xpay.Error() == XPAY_ERR_CALL_ORDER);
    CHECK(begins(xpay, fresh_paykey()) && xpay.TXHeld() && xpay.IsHeld() && xpay.Confirm() && !xpay.IsHeld());
    CHECK(xpay.Cancel(MID, xpay.Response("LGD_TID"), "SC0010", "a test"));
    CHECK(begins(xpay, fresh_paykey()) && xpay.TXHeld() && !xpay.Undo("sold out") && !xpay.IsHeld());
    CHECK(xpay.Error() == XPAY_ERR_SHOP_STEP && xpay.Outcome() == XPAY_OUTCOME_ROLLED_BACK);
    CHECK(begins(xpay, fresh_paykey()) && xpay.TXHeld() && xpay.LetGo() && !xpay.IsHeld() && xpay.Rollback("a test"));
}

/* An approval that goes out of scope without Confirm is rolled back; test_programs.py finds none that stands. */
static void rolls_back_what_is_not_confirmed() {
    XPayClient xpay = shop();
    CHECK(begins(xpay, fresh_paykey()));
    {
        XPayClient::Held held = xpay.Hold();
        CHECK(held && xpay.IsHeld());
        XPayClient::Held moved = std::move(held);
        CHECK(moved && !held && !held.Undo("not mine"));
    }
    CHECK(!xpay.IsHeld() && xpay.Outcome() == XPAY_OUTCOME_ROLLED_BACK && xpay.Error() == XPAY_ERR_SHOP_STEP);
    CHECK(begins(xpay, fresh_paykey()));
    {
        XPayClient::Held held = xpay.Hold();
        CHECK(held && held.Confirm() && !held && !held.Confirm() && xpay.Error() == XPAY_ERR_CALL_ORDER);
    }
    CHECK(xpay.Outcome() == XPAY_OUTCOME_ANSWERED && xpay.Cancel(MID, xpay.Response("LGD_TID"), "SC0010", "a test"));
    CHECK(begins(xpay, "no such key"));
    {
        XPayClient::Held held = xpay.Hold();
        CHECK(!held && xpay.Response_Code() != "0000" && xpay.Error() == XPAY_ERR_NONE && !held.Confirm());
    }
    CHECK(begins(xpay, fresh_paykey()));
    {
        XPayClient::Held held = xpay.Hold();
        CHECK(!held.Undo("sold out") && !held && xpay.Outcome() == XPAY_OUTCOME_ROLLED_BACK);
    }
}

/* The client's own end, by its destructor or by another that takes its place. */
static void rolls_back_when_the_client_ends() {
    std::vector<std::string> lines;
    {
        XPayClient xpay = shop();
        CHECK(xpay.SetLogger([&](xpay_log_level_t, const std::string &line) { lines.push_back(line); }));
        CHECK(begins(xpay, fresh_paykey()) && xpay.TXHeld());
        lines.clear();
    }
    CHECK(!lines.empty() && lines.back().find("90007") != std::string::npos);
    XPayClient xpay = shop();
    CHECK(begins(xpay, fresh_paykey()) && xpay.TXHeld());
    xpay = shop();
    CHECK(!xpay.IsHeld());
    /* Before the approval's: that has nothing left to do. */
    std::unique_ptr<XPayClient> first(new XPayClient(shop()));
    CHECK(begins(*first, fresh_paykey()));
    XPayClient::Held held = first->Hold();
    CHECK(held && first->IsHeld());
    first.reset();
    CHECK(!held && !held.Confirm() && !held.Undo("too late"));
}

#ifdef _WIN32
static void leaves_its_parents_approval() {}
#else
/* A child that returns has a copy of the approval, which stays its parent's. */
static void leaves_its_parents_approval() {
    XPayClient xpay = shop();
    CHECK(begins(xpay, fresh_paykey()));
    XPayClient::Held held = xpay.Hold();
    CHECK(held && xpay.IsHeld());
    std::fflush(stdout);
    const pid_t child = fork();
    if (child == 0) {
        {
            XPayClient::Held inherited = std::move(held);
            XPayClient copy = std::move(xpay);
            CHECK(!inherited && !copy.IsHeld());
            CHECK(!copy.Confirm() && copy.Response_Code() == "90002" && copy.Outcome() == XPAY_OUTCOME_IN_DOUBT);
        }
        _exit(failed != 0);
    }
    int status = 1;
    CHECK(waitpid(child, &status, 0) == child && status == 0);
    /* Cancelled only if it still stands. */
    CHECK(held.Confirm() && xpay.Cancel(MID, xpay.Response("LGD_TID"), "SC0010", "a test") && xpay.Response_Code() == "0000");
}
#endif

static void registers_a_delivery() {
    XPayClient xpay = shop();
    CHECK(xpay.BeginEscrow(MID, "sent") && xpay.SetEscrow("oid", "no-such-order") && xpay.SetEscrow("dlvdate", "202611281430"));
    CHECK(xpay.SetEscrow("dlvcompcode", "CJ") && xpay.SetEscrow("dlvno", "1"));
    CHECK(!xpay.SendEscrow() && xpay.Response_Code() == "90009" && xpay.EscrowOutcome() == XPAY_OUTCOME_ANSWERED);
    CHECK(xpay.BeginEscrow(MID, "sent") && !xpay.SetEscrow("dlvworker", std::string("a\0b", 3)) && !xpay.SendEscrow());
    CHECK(xpay.EscrowOutcome() == XPAY_OUTCOME_NOT_SENT);
    CHECK(!xpay.BeginEscrow(std::string("a\0b", 3), "sent") && xpay.Response_Code() == "90003");
}

static void undoes() {
    XPayClient xpay = shop();
    CHECK(!xpay.PayByKey(MID, fresh_paykey(), 23400, [](const XPayClient &) { return false; }));
    CHECK(xpay.Response_Code() == "90007" && xpay.Outcome() == XPAY_OUTCOME_ROLLED_BACK);
    CHECK(!xpay.TXGuarded(nullptr));
    CHECK(xpay.Response_Code() == "90001");
}

/* An order that would be paid and not saved. */
static void refuses_an_empty_step() {
    XPayClient xpay = shop();
    const std::string paykey = fresh_paykey();
    const XPayClient::Step empty;
    CHECK(!xpay.PayByKey(MID, paykey, 23400, empty));
    CHECK(xpay.Response_Code() == "90001" && xpay.Outcome() == XPAY_OUTCOME_NONE);
    /* Nothing was sent: the key can still pay. */
    CHECK(!xpay.PayByKey(MID, paykey, 23400, [](const XPayClient &) { return false; }));
    CHECK(xpay.Response_Code() == "90007" && xpay.Outcome() == XPAY_OUTCOME_ROLLED_BACK);
}

/* A step that uses its own object: calls are rejected, Rollback works, and it cannot free the object. */
static void is_in_a_step() {
    XPayClient xpay = shop();
    CHECK(!xpay.PayByKey(MID, fresh_paykey(), 23400, [&](const XPayClient &answer) {
        CHECK(!xpay.Init_TX(MID) && answer.Response_Code() == "90002");
        CHECK(!xpay.SetLogger([](xpay_log_level_t, const std::string &) {}));
        CHECK(!answer.Response("LGD_TID").empty());
        return xpay.Rollback("sold out") && answer.Response_Code() == "0000";
    }));
    CHECK(xpay.Response_Code() == "90007" && xpay.Outcome() == XPAY_OUTCOME_ROLLED_BACK);
}

/* A logger that stays is not destroyed; a replaced one is not called by a held approval. */
static void keeps_the_logger_that_is_called() {
    XPayClient xpay = shop();
    std::vector<std::string> lines;
    CHECK(xpay.SetLogger([&](xpay_log_level_t, const std::string &line) {
        CHECK(!xpay.SetLogger(nullptr));
        lines.push_back(line);
    }));
    CHECK(xpay.Init_TX(MID) && xpay.Set("LGD_TXNAME", "PaymentByKey") && xpay.Set("LGD_PAYKEY", fresh_paykey()));
    CHECK(xpay.TXHeld());
    const std::size_t heard = lines.size();
    CHECK(heard > 0 && xpay.SetLogger(nullptr));
    CHECK(!xpay.Undo("sold out"));
    CHECK(lines.size() == heard && xpay.Outcome() == XPAY_OUTCOME_ROLLED_BACK);
}

#ifdef XPAYCLIENT_EXCEPTIONS
static void undoes_what_throws() {
    XPayClient xpay = shop();
    std::string caught;
    try {
        (void)xpay.PayByKey(MID, fresh_paykey(), 23400, [](const XPayClient &) -> bool { throw std::logic_error("the shop's"); });
    } catch (const std::logic_error &error) {
        caught = error.what();
    }
    CHECK(caught == "the shop's");
    CHECK(xpay.Outcome() == XPAY_OUTCOME_ROLLED_BACK);
    CHECK(begins(xpay, fresh_paykey()));
    try {
        XPayClient::Held held = xpay.Hold();
        CHECK(held && xpay.IsHeld());
        throw std::logic_error("the shop's database");
    } catch (const std::logic_error &) {
        CHECK(!xpay.IsHeld() && xpay.Outcome() == XPAY_OUTCOME_ROLLED_BACK);
    }
    CHECK(xpay.SetLogger([](xpay_log_level_t, const std::string &) { throw 1; }));
    xpay.Log("dropped", XPAY_LOG_FATAL);
    try {
        xpay.or_throw(xpay.PayByKey(MID, "no such key", 1));
        CHECK(!"it paid");
    } catch (const XPayError &error) {
        CHECK(error.code() == xpay.Response_Code() && error.outcome() == XPAY_OUTCOME_ANSWERED);
        CHECK(error.kind() == XPAY_KIND_NONE && error.error() == XPAY_ERR_NONE);
    }
    try {
        xpay.or_throw(xpay.Init("/nowhere", "test"));
        CHECK(!"it is there");
    } catch (const XPayError &error) {
        CHECK(error.code() == "10001" && error.error() == XPAY_ERR_NO_HOME_DIR && error.kind() == XPAY_KIND_CONFIG && xpay.ErrorKind() == XPAY_KIND_CONFIG);
    }
}
#endif

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];
    sends_nothing_that_is_wrong();
    refuses_a_negative_number();
    refuses_null();
    pays_and_cancels();
    is_moved();
    refuses_a_nul();
    refuses_a_nul_everywhere();
    signs_and_reads_pages();
    lists_settings_and_versions();
    recovers();
    confirms_and_undoes();
    rolls_back_what_is_not_confirmed();
    rolls_back_when_the_client_ends();
    leaves_its_parents_approval();
    registers_a_delivery();
    undoes();
    refuses_an_empty_step();
    is_in_a_step();
    keeps_the_logger_that_is_called();
#ifdef XPAYCLIENT_EXCEPTIONS
    undoes_what_throws();
#endif
    return report();
}
