/* A forking order daemon: it reads orders line by line and forks a child for each.
 *
 * Usage: order_daemon HOME_DIR MID BOOK CHILDREN <orders
 *
 * Each line is OID PAYKEY AMOUNT; BOOK gets "OID LGD_TID" for each paid order. A child must not use a client of the parent
 * that has begun a transaction: here the parent has no client while there are children. A child that was killed may have left
 * a payment that nobody knows of: at the end the parent runs recovery, as `xpay recover` does.
 */
#include <cstdlib>
#include <fcntl.h>
#include <iostream>
#include <sstream>
#include <sys/wait.h>
#include <unistd.h>

#include <xpayclient.hpp>

namespace {

struct Order {
    std::string oid, paykey;
    std::uint64_t amount = 0;
};

/* One write of a line to a file opened with O_APPEND: lines of several children do not mix. */
bool book(int file, const std::string &line) {
    return write(file, line.data(), line.size()) == static_cast<ssize_t>(line.size()) && fsync(file) == 0;
}

/* All that a child does. */
int pay(const char *home_dir, const char *mid, int file, const Order &order) {
    XPayClient xpay;
    const bool paid = xpay.Init(home_dir, "test")
        && xpay.PayByKey(mid, order.paykey, order.amount, [&](const XPayClient &answer) {
               return book(file, order.oid + ' ' + answer.Response("LGD_TID") + '\n');
           });
    if (!paid)
        std::cerr << order.oid << ": " << xpay.Response_Code() << ' ' << xpay.Response_Detail() << std::endl;
    return paid ? 0 : 1;
}

/* Waits for one child; returns whether it paid. */
bool reap() {
    int status = 0;
    return wait(&status) > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool recovered(const char *home_dir) {
    XPayClient xpay;
    std::size_t open = 0;
    return xpay.Init(home_dir, "test") && xpay.Recover(open) && open == 0;
}

} // namespace

int main(int argc, char **argv) {
    if (argc != 5) {
        std::cerr << "usage: order_daemon HOME_DIR MID BOOK CHILDREN <orders\n";
        return 2;
    }
    const int file = open(argv[3], O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (file < 0) {
        std::cerr << argv[3] << " cannot be written\n";
        return 2;
    }
    const long most = std::strtol(argv[4], nullptr, 10);
    long running = 0, paid = 0, failed = 0;
    const auto finish_one = [&] {
        (reap() ? paid : failed)++;
        running--;
    };
    for (std::string line; std::getline(std::cin, line);) {
        Order order;
        if (!(std::istringstream(line) >> order.oid >> order.paykey >> order.amount))
            continue;
        while (running > 0 && running >= most)
            finish_one();
        const pid_t child = fork();
        if (child == 0)
            _exit(pay(argv[1], argv[2], file, order));
        child < 0 ? failed++ : running++;
    }
    while (running > 0)
        finish_one();
    close(file);
    std::cout << paid << " paid, " << failed << " not paid\n";
    return recovered(argv[1]) && failed == 0 ? 0 : 1;
}
