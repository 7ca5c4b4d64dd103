/* Cancels every payment of a CSV file, several at once, in C++, like examples/c/batch_cancel.c.
 *
 * Usage: batch_cancel HOME_DIR MID CSV [THREADS]
 */
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>
#include <vector>

#include <xpayclient.hpp>

namespace {

class Batch {
public:
    Batch(std::string home_dir, std::string mid, std::istream &csv)
        : home_dir_(std::move(home_dir)), mid_(std::move(mid)), csv_(csv) {}

    void run(unsigned wanted) {
        std::vector<std::thread> threads;
        for (unsigned i = 0; i < wanted; i++)
            threads.emplace_back([this] { work(); });
        for (std::thread &thread : threads)
            thread.join();
        std::cerr << '\n';
        std::cout << cancelled_ << " cancelled, " << refused_ << " not cancelled, " << in_doubt_ << " in doubt\n";
    }

    bool complete() const { return refused_ + in_doubt_ == 0; }

private:
    /* One client per thread. */
    void work() {
        XPayClient xpay;
        const bool ready = xpay.Init(home_dir_, "test");
        std::string tid, paytype;
        while (next(tid, paytype))
            count(xpay, tid, ready && xpay.Cancel(mid_, tid, paytype, "batch"));
    }

    bool next(std::string &tid, std::string &paytype) {
        std::lock_guard<std::mutex> locked(lock_);
        for (std::string line; std::getline(csv_, line);) {
            const auto comma = line.find(',');
            if (comma == std::string::npos)
                continue;
            tid = line.substr(0, comma);
            paytype = line.substr(comma + 1, line.find('\r') == std::string::npos ? line.npos : line.find('\r') - comma - 1);
            return true;
        }
        return false;
    }

    void count(const XPayClient &xpay, const std::string &tid, bool cancelled) {
        const bool in_doubt = !cancelled && xpay.Outcome() == XPAY_OUTCOME_IN_DOUBT;
        std::lock_guard<std::mutex> locked(lock_);
        (cancelled ? cancelled_ : in_doubt ? in_doubt_ : refused_)++;
        if (!cancelled)
            std::cout << tid << (in_doubt ? " in_doubt: " : " not cancelled: ") << xpay.Response_Code() << ' '
                      << xpay.Response_Detail() << '\n';
        std::cerr << '\r' << cancelled_ + refused_ + in_doubt_ << " done";
    }

    const std::string home_dir_, mid_;
    std::istream &csv_;
    std::mutex lock_;
    std::size_t cancelled_ = 0, refused_ = 0, in_doubt_ = 0;
};

} // namespace

int main(int argc, char **argv) {
    if (argc < 4) {
        std::cerr << "usage: batch_cancel HOME_DIR MID CSV [THREADS]\n";
        return 2;
    }
    std::ifstream csv(argv[3]);
    if (!csv) {
        std::cerr << argv[3] << " cannot be read\n";
        return 2;
    }
    Batch batch(argv[1], argv[2], csv);
    const long threads = argc > 4 ? std::strtol(argv[4], nullptr, 10) : 4;
    batch.run(static_cast<unsigned>(std::min(std::max(threads, 1L), 64L)));
    return batch.complete() ? 0 : 1;
}
