/* A daemoniser: a forked child that has closed every descriptor by its number and opened files of its own there, then pays. */
#define _POSIX_C_SOURCE 200809L
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* More descriptors than the library can have open, and the number of files that the child opens instead. */
enum { HIGHEST = 256, FILES = 24 };

static const char order[] = "the shop's own order";

static const char *path_of(int number) {
    static char path[4096];
    snprintf(path, sizeof path, "%s/forked-%d", workshop, number);
    return path;
}

static bool pays(xpay_client *client) {
    return begin_payment(client) && xpay_tx(client, true) && strcmp(xpay_response_code(client), "0000") == 0;
}

/* The descriptor still belongs to the file, and nobody else has written to it. */
static bool is_unharmed(int fd, int number) {
    struct stat by_fd, by_path;
    char text[256];
    ssize_t length = pread(fd, text, sizeof text, 0);
    return fstat(fd, &by_fd) == 0 && stat(path_of(number), &by_path) == 0 && by_fd.st_ino == by_path.st_ino &&
           length == sizeof order - 1 && memcmp(text, order, sizeof order - 1) == 0;
}

static int child(xpay_client *inherited, const char *paykey) {
    int files[FILES];
    for (int fd = 3; fd < HIGHEST; fd++)
        close(fd);
    for (int number = 0; number < FILES; number++) {
        files[number] = open(path_of(number), O_CREAT | O_TRUNC | O_RDWR, 0600);
        CHECK(files[number] >= 3);
        CHECK(write(files[number], order, sizeof order - 1) == sizeof order - 1);
    }
    const char *const pairs[][2] = {{"LGD_TXNAME", "PaymentByKey"}, {"LGD_PAYKEY", paykey}, {NULL, NULL}};
    CHECK(xpay_init_tx(inherited, MID) && set_all(inherited, pairs));
    CHECK(xpay_tx(inherited, true));
    CHECK_STR(xpay_response_code(inherited), "0000");
    CHECK(xpay_rollback(inherited, "a test"));
    xpay_free(inherited);
    for (int number = 0; number < FILES; number++)
        CHECK(is_unharmed(files[number], number));
    int failures = report();
    fflush(stdout);
    _exit(failures);
}

int main(int count, char **arguments) {
    if (count != 2)
        return 2;
    workshop = arguments[1];
    xpay_client *client = xpay_new();
    CHECK(xpay_init(client, home("good"), "test"));
    CHECK(pays(client));
    CHECK(xpay_rollback(client, "a test"));
    /* Taken here, because the child closes their file. */
    char paykey[128];
    snprintf(paykey, sizeof paykey, "%s", fresh_paykey());
    fflush(stdout);
    pid_t forked = fork();
    if (forked == 0)
        child(client, paykey);
    int status = 0;
    CHECK(waitpid(forked, &status, 0) == forked && WIFEXITED(status) && WEXITSTATUS(status) == 0);
    CHECK(pays(client));
    CHECK(xpay_rollback(client, "a test"));
    xpay_free(client);
    return report();
}
