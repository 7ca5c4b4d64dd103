/* Issues and cancels a cash receipt (현금영수증) for money that the shop received directly, in C++.
 *
 * Usage: cash_receipt HOME_DIR MID OID AMOUNT NUMBER
 */
#include <initializer_list>
#include <iostream>
#include <utility>

#include <xpayclient.hpp>

namespace {

using Pairs = std::initializer_list<std::pair<const char *, std::string>>;

/* LGD_TID of the receipt. */
std::string send(XPayClient &xpay, const std::string &mid, Pairs pairs) {
    xpay.or_throw(xpay.Init_TX(mid));
    xpay.or_throw(xpay.Set("LGD_TXNAME", "CashReceipt"));
    for (const auto &pair : pairs)
        xpay.or_throw(xpay.Set(pair.first, pair.second));
    xpay.or_throw(xpay.TX() && xpay.Response_Code() == "0000");
    return xpay.Response("LGD_TID");
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 6) {
        std::cerr << "usage: cash_receipt HOME_DIR MID OID AMOUNT NUMBER\n";
        return 2;
    }
    const std::string mid = argv[2];
    try {
        XPayClient xpay;
        xpay.or_throw(xpay.Init(argv[1], "test"));
        std::string tid = send(xpay, mid,
                               {{"LGD_METHOD", "AUTH"},
                                {"LGD_PAYTYPE", "SC0100"},
                                {"LGD_OID", argv[3]},
                                {"LGD_AMOUNT", argv[4]},
                                {"LGD_CASHCARDNUM", argv[5]},
                                {"LGD_CASHRECEIPTUSE", "1"},
                                {"LGD_CUSTOM_BUSINESSNUM", "1234567890"}});
        std::cout << "issued " << tid << '\n';
        send(xpay, mid, {{"LGD_METHOD", "CANCEL"}, {"LGD_PAYTYPE", "SC0100"}, {"LGD_TID", tid}});
        std::cout << "taken back " << tid << '\n';
    } catch (const XPayError &error) {
        std::cerr << error.what() << '\n';
        return 1;
    }
}
