/* A payment from PAYKEY to cancel, in C++: the order is saved in the guard, or the payment is rolled back.
 *
 * Usage: payment HOME_DIR PAYKEY AMOUNT [MID]
 *
 * Build: c++ -std=c++11 payment.cpp $(pkg-config --cflags --libs xpayclient)
 */
#include <cstdlib>
#include <iostream>

#include <xpayclient.hpp>

namespace {

struct Booked {
    std::string tid, paytype;
};

/* The shop's own step: if it returns false or throws, the approval is rolled back (망취소). */
Booked pay(XPayClient &xpay, const std::string &mid, const std::string &paykey, std::uint64_t amount) {
    Booked order;
    xpay.or_throw(xpay.PayByKey(mid, paykey, amount, [&order](const XPayClient &answer) {
        order = {answer.Response("LGD_TID"), answer.Response("LGD_PAYTYPE")};
        return true;
    }));
    return order;
}

} // namespace

int main(int argc, char **argv) {
    if (argc < 4) {
        std::cerr << "usage: payment HOME_DIR PAYKEY AMOUNT [MID]\n";
        return 2;
    }
    const std::string mid = argc > 4 ? argv[4] : "tlgdacomxpay";
    try {
        XPayClient xpay;
        xpay.or_throw(xpay.Init(argv[1], "test"));
        Booked order = pay(xpay, mid, argv[2], std::strtoull(argv[3], nullptr, 10));
        std::cout << "paid " << order.tid << '\n';
        xpay.or_throw(xpay.Cancel(mid, order.tid, order.paytype, "example"));
        std::cout << "cancelled " << order.tid << '\n';
    } catch (const XPayError &error) {
        std::cerr << error.what() << '\n';
        if (error.outcome() == XPAY_OUTCOME_IN_DOUBT)
            std::cerr << "money may have moved: `xpay recover` undoes it\n";
        return 1;
    }
}
