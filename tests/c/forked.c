/* What forks: a child pays by itself and changes nothing of its parent's, whatever it does; a daemoniser closes every descriptor
 * by its number and opens files of its own there. Windows has no such thing. */
#define _DEFAULT_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

/* More descriptors than the library can have open, and the number of files that the child opens instead. */
enum { HIGHEST = 256, FILES = 24 };

static const char order[] = "the shop's own order";

/* Whether the child found nothing wrong. */
static bool ended_well(pid_t child) {
    int status = 1;
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

static void ends_the_child(void) {
    int failures = report();
    fflush(stdout);
    _exit(failures);
}

static xpay_client *shop(const char *name) {
    xpay_client *client = xpay_new();
    CHECK(xpay_init(client, home(name), "test"));
    return client;
}

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

static void as_a_daemon(xpay_client *inherited, const char *paykey) {
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
    ends_the_child();
}

static void daemonises(void) {
    xpay_client *client = shop("good");
    CHECK(pays(client));
    CHECK(xpay_rollback(client, "a test"));
    /* Taken here, because the child closes their file. */
    char paykey[128];
    snprintf(paykey, sizeof paykey, "%s", fresh_paykey());
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        as_a_daemon(client, paykey);
    CHECK(ended_well(child));
    CHECK(pays(client));
    CHECK(xpay_rollback(client, "a test"));
    xpay_free(client);
}

/* The approval is its parent's: whatever a forked child does, it changes nothing and is told so. */
static void is_not_the_childs(xpay_client *client) {
    CHECK(!xpay_is_held(client));
    CHECK(!xpay_rollback(client, "a child"));
    CHECK_STR(xpay_response_code(client), "90002");
    CHECK(!xpay_undo(client, "a child"));
    CHECK(!xpay_confirm(client));
    CHECK_STR(xpay_response_code(client), "90002");
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_IN_DOUBT);
    CHECK(strstr(xpay_response_detail(client), "forked") != NULL);
    xpay_free(client);
    ends_the_child();
}

/* What the shop's step returns, and whether it ran in the child. */
struct step {
    bool succeeds;
    bool is_the_childs;
};

static bool forks(void *context, const xpay_client *client) {
    struct step *step = context;
    pid_t child = fork();
    if (child == 0) {
        step->is_the_childs = true;
        return step->succeeds;
    }
    CHECK(ended_well(child));
    CHECK_STR(xpay_response_code(client), "0000");
    return true;
}

/* The payment stands, as its parent says, though the child's step returns, in both ways. */
static void step_forks(void) {
    for (int succeeds = 0; succeeds < 2; succeeds++) {
        struct step step = {.succeeds = succeeds == 1};
        char tid[32];
        xpay_client *client = shop("guarded");
        CHECK(begin_payment(client));
        fflush(stdout);
        bool paid = xpay_tx_guarded(client, true, forks, &step);
        if (step.is_the_childs) {
            CHECK(!paid);
            is_not_the_childs(client);
        }
        CHECK(paid);
        snprintf(tid, sizeof tid, "%s", xpay_response(client, "LGD_TID", 0));
        CHECK(xpay_cancel(client, MID, tid, "SC0010", "a test"));
        xpay_free(client);
    }
}

static void forks_while_it_holds(void) {
    xpay_client *client = shop("guarded");
    CHECK(begin_payment(client) && xpay_tx_held(client, true));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0)
        is_not_the_childs(client);
    CHECK(ended_well(child));
    CHECK(xpay_is_held(client) && !xpay_undo(client, "sold out"));
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ROLLED_BACK);
    xpay_free(client);
}

/* The child creates its own clients and frees inherited ones; the connections of parent and child do not mix. */
static void both_go_on(void) {
    xpay_client *before = shop("good");
    CHECK(pings(before));
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        xpay_free(before);
        xpay_client *own = xpay_new();
        bool done = xpay_init(own, home("good"), "test") && pings(own) && pings(own);
        xpay_free(own);
        _exit(done ? 0 : 1);
    }
    CHECK(pings(before));
    CHECK(ended_well(child));
    CHECK(pings(before));
    xpay_free(before);
}

static xpay_client *late;

static void at_exit(void) {
    bool done = pings(late);
    xpay_free(late);
    if (!done)
        _exit(3);
}

/* atexit handlers can still pay and free, also those registered before the first use of the library. */
static void while_exiting(void) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        if (atexit(at_exit) != 0)
            _exit(4);
        late = xpay_new();
        if (!xpay_init(late, home("good"), "test"))
            _exit(5);
        exit(0);
    }
    CHECK(ended_well(child));
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];
    daemonises();
    step_forks();
    forks_while_it_holds();
    both_go_on();
    while_exiting();
    return report();
}
