/* LGD_CASNOTEURL as a CGI program in C++, like examples/c/cas_noteurl.c, with the same orders.
 *
 * Environment: XPAY_HOME, SHOP_MID, SHOP_ORDERS.
 */
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>

#include <xpayclient.hpp>

#include "../c/order_file.h"

namespace {

/* The answer instead of OK; the gateway sends the notification again. */
struct Refusal : std::runtime_error {
    explicit Refusal(const char *status) : std::runtime_error(status) {}
};

void require(bool holds, const char *otherwise) {
    if (!holds)
        throw Refusal(otherwise);
}

std::string setting(const char *name) {
    const char *value = std::getenv(name);
    require(value != nullptr, "500 Internal Server Error");
    return value;
}

/* An order that is locked until it goes out of scope. */
class Order {
public:
    Order(const std::string &directory, const std::string &oid) {
        require(order_open(&order_, directory.c_str(), oid.c_str(), "r+"), "404 Not Found");
    }
    ~Order() { order_close(&order_); }
    Order(const Order &) = delete;
    Order &operator=(const Order &) = delete;

    std::uint64_t amount() const { return order_.amount; }
    std::string tid() const { return order_.tid; }
    /* Once, however often the notification comes, and only in the right order. */
    void book(const std::string &key, const std::string &flag) {
        char last = 0;
        if (order_knows(&order_, key.c_str(), &last))
            return;
        require(order_follows(last, flag.empty() ? '\0' : flag[0]), "409 Conflict");
        require(order_add(&order_, key.c_str()), "500 Internal Server Error");
    }

private:
    struct order order_;
};

void book(const std::string &body) {
    XPayClient xpay;
    require(xpay.Init(setting("XPAY_HOME"), "test"), "500 Internal Server Error");
    require(xpay.ReadNotice(body), "400 Bad Request");
    Order order(setting("SHOP_ORDERS"), xpay.NoticeOid());
    require(xpay.VerifyNotice(setting("SHOP_MID"), order.amount()) && xpay.Notice("LGD_TID") == order.tid(), "403 Forbidden");
    const std::string flag = xpay.Notice("LGD_CASFLAG");
    require(flag != "I" || xpay.Notice("LGD_CASTAMOUNT") == std::to_string(order.amount()), "422 Unprocessable Content");
    if (xpay.Notice("LGD_RESPCODE") == "0000")
        order.book(xpay.NoticeKey(), flag);
}

} // namespace

int main() {
    std::string status = "200 OK", text = "OK";
    try {
        book(std::string(std::istreambuf_iterator<char>(std::cin), {}));
    } catch (const Refusal &refusal) {
        status = refusal.what();
        text = "refused\n";
    }
    std::cout << "Status: " << status << "\r\nContent-Type: text/plain\r\n\r\n" << text;
}
