/* The journal and recovery: transactions in doubt are settled later; a journal that cannot be written. */
#include "check.h"

/* The last matching line of the log. */
struct ear {
    const char *word;
    char line[1024];
};

static void hear(void *context, int level, const char *line) {
    struct ear *ear = context;
    if (level <= XPAY_LOG_WARN && strstr(line, ear->word) != NULL)
        snprintf(ear->line, sizeof ear->line, "%s", line);
}

static xpay_client *shop(const char *name, struct ear *ear) {
    xpay_client *client = xpay_new();
    CHECK(xpay_set_logger(client, hear, ear));
    CHECK(xpay_init(client, home(name), "test"));
    return client;
}

/* The gateway approves, the answer is lost, and no Rollback is requested. */
static void leave_one_in_doubt(void) {
    struct ear ear = {.word = "in the journal"};
    xpay_client *client = shop("recovered", &ear);
    CHECK_STR(ear.line, "");
    CHECK(begin_payment(client));
    CHECK(xpay_set(client, "XPAY_SANDBOX_FAULT", "close"));
    CHECK(!xpay_tx(client, false));
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_IN_DOUBT);
    CHECK(strstr(xpay_response_detail(client), "xpay recover") != NULL);
    xpay_free(client);
}

static void another_process_is_told_and_finishes_it(void) {
    struct ear ear = {.word = "in the journal"};
    xpay_client *client = shop("recovered", &ear);
    CHECK(strstr(ear.line, "1 open in the journal") != NULL);
    relay_is_dark(true);
    CHECK(recovered(client) == 1);
    CHECK_STR(xpay_response_code(client), "20101");
    CHECK(strstr(xpay_response_detail(client), " / ") != NULL);
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_NONE);
    relay_is_dark(false);
    CHECK(recovered(client) == 0);
    CHECK_STR(xpay_response_code(client), "");
    CHECK_STR(xpay_response_detail(client), "");
    CHECK(recovered(client) == 0);
    CHECK(xpay_init(client, home("recovered"), "test"));
    xpay_free(client);
}

/* Nothing was sent: the same key can still pay. */
static void strict_refuses(void) {
    struct ear ear = {.word = "90006"};
    xpay_client *client = shop("strict", &ear), *other = shop("recovered", &ear);
    const char *key = fresh_paykey();
    const char *const pairs[][2] = {{"LGD_TXNAME", "PaymentByKey"}, {"LGD_PAYKEY", key}, {NULL, NULL}};
    CHECK(xpay_init_tx(client, MID) && set_all(client, pairs));
    CHECK(!xpay_tx(client, true));
    CHECK_STR(xpay_response_code(client), "90006");
    CHECK(strstr(xpay_response_detail(client), "nothing was sent") != NULL);
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_NOT_SENT);
    CHECK(recovered(client) == SIZE_MAX);
    CHECK_STR(xpay_response_code(client), "90006");
    CHECK(xpay_init_tx(other, MID) && set_all(other, pairs));
    CHECK(xpay_tx(other, true));
    CHECK_STR(xpay_response_code(other), "0000");
    CHECK_STR(xpay_unwritten(other), "");
    CHECK(xpay_rollback(other, "end of the test"));
    xpay_free(client);
    xpay_free(other);
}

static void on_pays_without_it_and_says_so(void) {
    struct ear ear = {.word = "continues without it"};
    xpay_client *client = shop("unkept", &ear);
    CHECK(begin_payment(client));
    CHECK(xpay_tx(client, true));
    CHECK_STR(xpay_response_code(client), "0000");
    CHECK(strstr(ear.line, "90006") != NULL);
    CHECK(strstr(xpay_unwritten(client), "journal_dir") != NULL && strstr(xpay_unwritten(client), " / ") != NULL);
    CHECK(xpay_rollback(client, "end of the test"));
    xpay_free(client);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];
    leave_one_in_doubt();
    another_process_is_told_and_finishes_it();
    strict_refuses();
    on_pays_without_it_and_says_so();
    return report();
}
