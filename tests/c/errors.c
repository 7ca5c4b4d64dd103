/* xpay_error, on which a program switches: the number that xpay_response_code has as text, or XPAY_ERR_NONE where that is the
 * gateway's; and the version that the header and the library have. */
#include "check.h"

#if XPAY_VERSION_NUMBER < 0x000100 || !defined(XPAY_VERSION)
#error the header has no version
#endif

/* Without a default: each error has a case, or this does not compile. */
#pragma GCC diagnostic error "-Wswitch-enum"
static const char *advice(xpay_error_t error) {
    switch (error) {
    case XPAY_ERR_NONE: return "the gateway answered";
    case XPAY_ERR_NO_HOME_DIR: case XPAY_ERR_NO_MALL_CONFIG: case XPAY_ERR_NO_LGDACOM_CONFIG: case XPAY_ERR_NO_MID:
    case XPAY_ERR_BAD_CONFIG: case XPAY_ERR_HTTP_URL: return "correct the configuration";
    case XPAY_ERR_OUT_OF_MEMORY: case XPAY_ERR_NO_RANDOM: case XPAY_ERR_JOURNAL: case XPAY_ERR_INTERNAL: return "look at this machine";
    case XPAY_ERR_RESOLVE_HOST: case XPAY_ERR_RESOLVE_PROXY: case XPAY_ERR_CONNECT: case XPAY_ERR_SSL: return "look at the line";
    case XPAY_ERR_WRITE: case XPAY_ERR_READ: case XPAY_ERR_SEND: case XPAY_ERR_RECV: case XPAY_ERR_TIMEDOUT:
    case XPAY_ERR_TRANSPORT: case XPAY_ERR_INTERRUPTED: return "no answer";
    case XPAY_ERR_HTTP: case XPAY_ERR_JSON: case XPAY_ERR_DELIVERY: return "not a well-formed answer";
    case XPAY_ERR_NULL_ARGUMENT: case XPAY_ERR_CALL_ORDER: case XPAY_ERR_BAD_VALUE: return "correct the program";
    case XPAY_ERR_SHOP_STEP: return "the step failed";
    }
    return "";
}

static void is(const xpay_client *client, xpay_error_t error, const char *code, const char *what) {
    CHECK(xpay_error(client) == error);
    CHECK_STR(xpay_response_code(client), code);
    CHECK_STR(advice(xpay_error(client)), what);
}

static void the_header_is_the_librarys(void) {
    char number[32];
    CHECK_STR(xpay_version(), XPAY_VERSION);
    CHECK(xpay_version_number() == XPAY_VERSION_NUMBER);
    CHECK(xpay_abi_version() == XPAY_ABI_VERSION);
    snprintf(number, sizeof number, "%u.%u.%u", (unsigned)xpay_version_number() >> 16, (unsigned)xpay_version_number() >> 8 & 255,
             (unsigned)xpay_version_number() & 255);
    CHECK_STR(number, xpay_version());
}

static void before_anything_is_sent(void) {
    xpay_client *client = xpay_new();
    CHECK(xpay_error(NULL) == XPAY_ERR_NULL_ARGUMENT);
    is(client, XPAY_ERR_NONE, "", "the gateway answered");
    CHECK(!xpay_set(client, NULL, "x"));
    is(client, XPAY_ERR_NULL_ARGUMENT, "90001", "correct the program");
    CHECK(!xpay_init(client, home("nowhere"), XPAY_MODE_TEST));
    is(client, XPAY_ERR_NO_HOME_DIR, "10001", "correct the configuration");
    CHECK(xpay_init(client, home("good"), XPAY_MODE_TEST));
    CHECK(!xpay_init_tx(client, "nobody"));
    is(client, XPAY_ERR_NO_MID, "10004", "correct the configuration");
    xpay_free(client);
}

/* Every status is the same error, whose code has the status. */
static void every_status_is_one_error(void) {
    const char *const codes[] = {"30500", "30404", "30302"};
    xpay_client *client = xpay_new();
    CHECK(xpay_init(client, home("good"), XPAY_MODE_TEST));
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        char fault[32];
        snprintf(fault, sizeof fault, "status=%s", codes[i] + 2);
        CHECK(begin_payment(client) && xpay_set(client, "XPAY_SANDBOX_FAULT", fault));
        CHECK(!xpay_tx(client, true));
        is(client, XPAY_ERR_HTTP, codes[i], "not a well-formed answer");
    }
    CHECK(begin_payment(client) && xpay_set(client, "XPAY_SANDBOX_FAULT", "close"));
    CHECK(!xpay_tx(client, true));
    is(client, XPAY_ERR_RECV, "20008", "no answer");
    xpay_free(client);
}

/* The code of an answer is the gateway's, whichever it is: also after an error. */
static void an_answer_is_no_error(void) {
    xpay_client *client = xpay_new();
    CHECK(xpay_init(client, home("good"), XPAY_MODE_TEST));
    CHECK(!xpay_pay_by_key(client, MID, "no such key", 23400, NULL, NULL));
    CHECK(xpay_error(client) == XPAY_ERR_NONE && xpay_outcome(client) == XPAY_OUTCOME_ANSWERED);
    CHECK(!xpay_check(client, "LGD_AMOUNT", "0"));
    is(client, XPAY_ERR_BAD_VALUE, "90003", "correct the program");
    CHECK(xpay_pay_by_key(client, MID, fresh_paykey(), 23400, NULL, NULL));
    is(client, XPAY_ERR_NONE, "0000", "the gateway answered");
    CHECK(xpay_rollback(client, "end of the test"));
    xpay_free(client);
}

/* What a step sees of a call that is refused is that call's; the surrounding call's own error comes after it. */
static bool breaks_the_rules_and_fails(void *context, const xpay_client *lent) {
    xpay_client *client = context;
    size_t open = 0;
    CHECK(xpay_error(lent) == XPAY_ERR_NONE);
    CHECK(!xpay_recover_open(client, &open) && open == SIZE_MAX);
    is(lent, XPAY_ERR_CALL_ORDER, "90002", "correct the program");
    CHECK(!xpay_rollback(client, NULL));
    is(lent, XPAY_ERR_NULL_ARGUMENT, "90001", "correct the program");
    CHECK(xpay_rollback(client, "sold out"));
    is(lent, XPAY_ERR_NONE, "0000", "the gateway answered");
    return false;
}

static void in_the_step(void) {
    xpay_client *client = xpay_new();
    CHECK(xpay_init(client, home("good"), XPAY_MODE_TEST));
    CHECK(!xpay_pay_by_key(client, MID, fresh_paykey(), 23400, breaks_the_rules_and_fails, client));
    is(client, XPAY_ERR_SHOP_STEP, "90007", "the step failed");
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ROLLED_BACK);
    xpay_free(client);
}

/* What is deprecated stays as it was. */
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
static void recovery_in_two_ways(void) {
    size_t open = 7;
    xpay_client *client = xpay_new();
    CHECK(xpay_recover(client) == SIZE_MAX && !xpay_recover_open(client, &open) && open == SIZE_MAX);
    is(client, XPAY_ERR_CALL_ORDER, "90002", "correct the program");
    CHECK(xpay_init(client, home("good"), XPAY_MODE_TEST));
    CHECK(xpay_recover(client) == 0 && xpay_recover_open(client, &open) && open == 0);
    is(client, XPAY_ERR_NONE, "", "the gateway answered");
    CHECK(!xpay_recover_open(client, NULL));
    is(client, XPAY_ERR_NULL_ARGUMENT, "90001", "correct the program");
    xpay_free(client);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];
    the_header_is_the_librarys();
    before_anything_is_sent();
    every_status_is_one_error();
    an_answer_is_no_error();
    in_the_step();
    recovery_in_two_ways();
    return report();
}
