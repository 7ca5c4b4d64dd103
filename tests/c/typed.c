/* Whole transactions in one call: true only if done. */
#include "check.h"

static xpay_client *client;

struct booked {
    bool succeeds;
    char tid[25];
    char paytype[8];
};

static bool book(void *context, const xpay_client *paid) {
    struct booked *order = context;
    snprintf(order->tid, sizeof order->tid, "%s", xpay_response(paid, "LGD_TID", 0));
    snprintf(order->paytype, sizeof order->paytype, "%s", xpay_response(paid, "LGD_PAYTYPE", 0));
    return order->succeeds;
}

static struct booked pay(void) {
    struct booked order = {.succeeds = true};
    CHECK(xpay_pay_by_key(client, MID, fresh_paykey(), 23400, book, &order));
    CHECK_STR(xpay_response_code(client), "0000");
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ANSWERED);
    return order;
}

static void pays_and_cancels(void) {
    struct booked order = pay();
    CHECK_STR(order.paytype, "SC0010");
    CHECK(xpay_cancel(client, MID, order.tid, order.paytype, "not wanted"));
    CHECK_STR(xpay_response_code(client), "0000");
    /* "Already cancelled" counts for a card; without a payment method only 0000 counts. */
    CHECK(xpay_cancel(client, MID, order.tid, "SC0010", ""));
    CHECK_STR(xpay_response_code(client), "AV11");
    CHECK(!xpay_cancel(client, MID, order.tid, "", ""));
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ANSWERED);
    /* Without a step. */
    CHECK(xpay_pay_by_key(client, MID, fresh_paykey(), 23400, NULL, NULL));
    snprintf(order.tid, sizeof order.tid, "%s", xpay_response(client, "LGD_TID", 0));
    CHECK(xpay_cancel(client, MID, order.tid, "", ""));
}

static void cancels_a_part_once(void) {
    struct booked order = pay();
    CHECK(xpay_partial_cancel(client, MID, order.tid, order.paytype, 400, 23400, "one of two"));
    CHECK(!xpay_partial_cancel(client, MID, order.tid, order.paytype, 400, 23400, "the same by mistake"));
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ANSWERED);
    CHECK(xpay_partial_cancel(client, MID, order.tid, order.paytype, 23000, 23000, "the rest"));
}

/* The buyer agreed to another amount: nothing is paid, and the result says so. */
static void is_declined(void) {
    CHECK(!xpay_pay_by_key(client, MID, fresh_paykey(), 1, NULL, NULL));
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ANSWERED);
    CHECK(strcmp(xpay_response_code(client), "0000") != 0);
}

static void is_undone(void) {
    struct booked order = {.succeeds = false};
    CHECK(!xpay_pay_by_key(client, MID, fresh_paykey(), 23400, book, &order));
    CHECK_STR(xpay_response_code(client), "90007");
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ROLLED_BACK);
}

static void refused(bool result, const char *code, const char *named) {
    CHECK(!result);
    CHECK_STR(xpay_response_code(client), code);
    CHECK(strstr(xpay_response_detail(client), named) != NULL);
    CHECK(xpay_outcome(client) != XPAY_OUTCOME_ANSWERED);
    /* A later call cannot send any of it. */
    CHECK(!xpay_tx(client, true));
}

/* A card is kept, and charged by its key. */
static void charges_a_kept_card(void) {
    struct booked order = {.succeeds = true};
    char key[101], oid[64];
    CHECK(xpay_init_tx(client, MID));
    snprintf(oid, sizeof oid, "kept-%.40s", xpay_tx_id(client) + strlen(MID));
    const char *const card[][2] = {{"LGD_TXNAME", "CardAuth"}, {"LGD_AMOUNT", "0"}, {"LGD_PAN", "4111111111111111"}, {"LGD_EXPYEAR", "30"},
                                   {"LGD_EXPMON", "12"}, {"LGD_INSTALL", "00"}, {"VBV_ECI", "010"}, {"LGD_PIN", "12"},
                                   {"LGD_PRIVATENO", "800101"}};
    for (size_t i = 0; i < sizeof card / sizeof *card; i++)
        CHECK(xpay_set(client, card[i][0], card[i][1]));
    CHECK(xpay_set(client, "LGD_OID", oid) && xpay_tx(client, true));
    snprintf(key, sizeof key, "%s", xpay_response(client, "LGD_BILLKEY", 0));
    CHECK(key[0] != '\0');
    oid[0] = 'K';
    CHECK(xpay_pay_by_billing_key(client, MID, key, oid, 9900, book, &order));
    CHECK_STR(xpay_response(client, "LGD_OID", 0), oid);
    CHECK_STR(order.tid, xpay_response(client, "LGD_TID", 0));
    CHECK(xpay_cancel(client, MID, order.tid, order.paytype, ""));
    oid[0] = 'L';
    order.succeeds = false;
    CHECK(!xpay_pay_by_billing_key(client, MID, key, oid, 9900, book, &order));
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ROLLED_BACK);
}

/* The payment key was used before: no decline that the buyer may repeat, and nothing to roll back. */
static void says_what_a_repetition_is(void) {
    static const char *const codes[] = {"S007", "XC01"};
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        char fault[128];
        snprintf(fault, sizeof fault, "body={\"LGD_RESPCODE\":\"%s\",\"LGD_RESPMSG\":\"no\"}", codes[i]);
        CHECK(xpay_init_tx(client, MID) && xpay_set(client, "LGD_TXNAME", "PaymentByKey") && xpay_set(client, "LGD_PAYKEY", "k"));
        CHECK(xpay_set(client, "XPAY_SANDBOX_FAULT", fault));
        CHECK(xpay_tx(client, true) && xpay_is_repeated(client));
        CHECK(xpay_outcome(client) == XPAY_OUTCOME_ANSWERED);
    }
    CHECK(xpay_init_tx(client, MID) && xpay_set(client, "LGD_TXNAME", "Ping") && xpay_tx(client, true));
    CHECK(!xpay_is_repeated(client) && !xpay_is_repeated(NULL));
}

static void sends_nothing_that_is_wrong(void) {
    char huge[600];
    memset(huge, 'k', sizeof huge - 1);
    huge[sizeof huge - 1] = '\0';
    refused(xpay_pay_by_key(client, MID, "", 23400, NULL, NULL), "90003", "LGD_PAYKEY");
    refused(xpay_pay_by_key(client, MID, NULL, 23400, NULL, NULL), "90001", "paykey");
    refused(xpay_pay_by_key(client, "nobody", "k", 23400, NULL, NULL), "10004", "nobody");
    refused(xpay_pay_by_billing_key(client, MID, "", "O-1", 1, NULL, NULL), "90003", "LGD_PAN");
    refused(xpay_pay_by_billing_key(client, MID, "k", "", 1, NULL, NULL), "90003", "LGD_OID");
    refused(xpay_cancel(client, MID, "", "SC0010", ""), "90003", "LGD_TID");
    refused(xpay_cancel(client, MID, huge, "SC0010", ""), "90003", "LGD_TID");
    refused(xpay_cancel(client, MID, "t", NULL, ""), "90001", "paytype");
    refused(xpay_partial_cancel(client, MID, "t", "SC0010", 1, 1, NULL), "90001", "reason");
    refused(xpay_pay_by_key(client, "", "k", 1, NULL, NULL), "90003", "LGD_MID");
    refused(xpay_pay_by_key(client, MID, "k", 0, NULL, NULL), "90003", "LGD_AMOUNT must be 1 won or more; found 0");
    refused(xpay_pay_by_key(client, MID, "k", (uint64_t)-1, NULL, NULL), "90003", "LGD_AMOUNT may be 999999999999 won at most");
    refused(xpay_pay_by_billing_key(client, MID, "k", "O-1", 0, NULL, NULL), "90003", "LGD_AMOUNT");
    refused(xpay_partial_cancel(client, MID, "t", "SC0010", 0, 1, ""), "90003", "LGD_CANCELAMOUNT");
    refused(xpay_partial_cancel(client, MID, "t", "SC0010", 1, 0, ""), "90003", "LGD_REMAINAMOUNT");
    refused(xpay_cancel(client, MID, "t", "SC0011", ""), "90003", "LGD_PAYTYPE must be one of SC0010");
    refused(xpay_partial_cancel(client, MID, "t", "card", 1, 1, ""), "90003", "LGD_PAYTYPE");
    refused(xpay_init_tx(client, NULL), "90001", "mid");
    CHECK(!xpay_pay_by_key(NULL, MID, "k", 1, NULL, NULL));
    CHECK(!xpay_cancel(NULL, MID, "t", "", ""));
    CHECK(!xpay_partial_cancel(NULL, MID, "t", "", 1, 1, ""));
}

/* For a transaction of names and values: what the typed calls would refuse, and nothing else changes. */
static void checks_a_value_by_its_name(void) {
    static const char *const wrong[][2] = {
        {"LGD_MID", ""}, {"LGD_PAYKEY", ""}, {"LGD_OID", "주문 1"}, {"LGD_AMOUNT", "0"}, {"LGD_AMOUNT", "-1"},
        {"LGD_AMOUNT", "1.5"}, {"LGD_AMOUNT", "1,000"}, {"LGD_AMOUNT", "1000000000000"}, {"LGD_PAYTYPE", "SC0011"},
    };
    CHECK(xpay_init_tx(client, MID) && xpay_set(client, "LGD_TXNAME", "Ping"));
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        CHECK(!xpay_check(client, wrong[i][0], wrong[i][1]));
        CHECK_STR(xpay_response_code(client), "90003");
        CHECK(strstr(xpay_response_detail(client), wrong[i][0]) != NULL);
    }
    CHECK(!xpay_check(client, "LGD_AMOUNT", NULL) && !xpay_check(client, NULL, "1"));
    CHECK_STR(xpay_response_code(client), "90001");
    CHECK(xpay_check(client, "LGD_AMOUNT", "23400") && xpay_check(client, "LGD_PAYTYPE", "SC0010"));
    CHECK(xpay_tx(client, true) && !xpay_check(NULL, "LGD_AMOUNT", "1"));
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];
    client = xpay_new();
    CHECK(!xpay_pay_by_key(client, MID, "k", 1, NULL, NULL));
    CHECK_STR(xpay_response_code(client), "90002");
    CHECK(xpay_init(client, home("good"), "test"));
    pays_and_cancels();
    cancels_a_part_once();
    is_declined();
    is_undone();
    charges_a_kept_card();
    says_what_a_repetition_is();
    checks_a_value_by_its_name();
    sends_nothing_that_is_wrong();
    xpay_free(client);
    return report();
}
