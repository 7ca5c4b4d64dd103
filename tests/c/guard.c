/* The guard: the shop's own step before an approval counts. */
#include "check.h"

/* What the shop's step must do, and what it read. */
struct order {
    bool succeeds;
    bool goes_dark;
    int calls;
    char amount[16];
    char tid[32];
};

/* Reads the answer as a shop would, before the approval counts. */
static bool book(void *context, const xpay_client *client) {
    struct order *order = context;
    order->calls++;
    CHECK_STR(xpay_response_code(client), "0000");
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ANSWERED);
    CHECK(xpay_tx_id(client)[0] != '\0');
    snprintf(order->amount, sizeof order->amount, "%s", xpay_response(client, "LGD_AMOUNT", 0));
    snprintf(order->tid, sizeof order->tid, "%s", xpay_response(client, "LGD_TID", 0));
    relay_is_dark(order->goes_dark);
    return order->succeeds;
}

static xpay_client *shop(void) {
    xpay_client *client = xpay_new();
    CHECK(xpay_init(client, home("guarded"), "test"));
    CHECK(begin_payment(client));
    return client;
}

static void done(void) {
    struct order order = {.succeeds = true};
    xpay_client *client = shop();
    CHECK(xpay_tx_guarded(client, true, book, &order));
    CHECK(order.calls == 1);
    CHECK_STR(order.amount, "23400");
    CHECK_STR(xpay_response_code(client), "0000");
    CHECK_STR(xpay_response(client, "LGD_TID", 0), order.tid);
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ANSWERED);
    CHECK(recovered(client) == 0);
    xpay_free(client);
}

/* The result after a failed step: the reason, the outcome, and the payment's LGD_TXID. */
static void undone(const xpay_client *client, const char *txid, xpay_outcome_t outcome, const char *advice) {
    CHECK_STR(xpay_response_code(client), "90007");
    CHECK(strstr(xpay_response_detail(client), txid) != NULL);
    CHECK(strstr(xpay_response_detail(client), advice) != NULL);
    CHECK(xpay_outcome(client) == outcome);
    CHECK_STR(xpay_tx_id(client), txid);
    CHECK_STR(xpay_response(client, "LGD_TID", 0), "");
}

static void step_fails(void) {
    char txid[128];
    struct order order = {.succeeds = false};
    xpay_client *client = shop();
    snprintf(txid, sizeof txid, "%s", xpay_tx_id(client));
    CHECK(!xpay_tx_guarded(client, true, book, &order));
    CHECK(order.calls == 1);
    undone(client, txid, XPAY_OUTCOME_ROLLED_BACK, "nothing was charged");
    xpay_free(client);
}

/* The gateway is unreachable between the approval and the Rollback: the journal holds the payment until it is back. */
static void step_fails_and_so_does_the_rollback(void) {
    char txid[128];
    struct order order = {.succeeds = false, .goes_dark = true};
    xpay_client *client = shop();
    snprintf(txid, sizeof txid, "%s", xpay_tx_id(client));
    CHECK(!xpay_tx_guarded(client, true, book, &order));
    undone(client, txid, XPAY_OUTCOME_IN_DOUBT, "xpay recover");
    CHECK(recovered(client) == 1);
    CHECK(xpay_response_code(client)[0] != '\0');
    relay_is_dark(false);
    CHECK(recovered(client) == 0);
    CHECK_STR(xpay_response_code(client), "");
    CHECK_STR(xpay_tx_id(client), txid);
    xpay_free(client);
}

static void decline(void) {
    struct order order = {.succeeds = true};
    xpay_client *client = shop();
    CHECK(xpay_set(client, "LGD_PAYKEY", "no such key"));
    CHECK(xpay_tx_guarded(client, true, book, &order));
    CHECK(strcmp(xpay_response_code(client), "0000") != 0);
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ANSWERED);
    CHECK(order.calls == 0);
    xpay_free(client);
}

static void no_answer(void) {
    struct order order = {.succeeds = true};
    xpay_client *client = shop();
    CHECK(xpay_set(client, "XPAY_SANDBOX_FAULT", "close"));
    CHECK(!xpay_tx_guarded(client, true, book, &order));
    CHECK_STR(xpay_response_code(client), "20008");
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ROLLED_BACK);
    CHECK(order.calls == 0);
    xpay_free(client);
}

/* The payment key still works afterwards, so nothing was sent. */
static void no_step(void) {
    struct order order = {.succeeds = false};
    xpay_client *client = shop();
    CHECK(!xpay_tx_guarded(client, true, NULL, NULL));
    CHECK_STR(xpay_response_code(client), "90001");
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_NONE);
    CHECK(!xpay_tx_guarded(client, true, book, &order));
    CHECK(order.calls == 1);
    xpay_free(client);
}

/* The guard as single calls, for languages without C callbacks. */
static void in_parts(void) {
    char txid[128];
    xpay_client *client = shop();
    CHECK(xpay_tx_held(client, true));
    CHECK(xpay_is_held(client));
    CHECK(xpay_confirm(client));
    CHECK(!xpay_is_held(client));
    CHECK_STR(xpay_response_code(client), "0000");
    CHECK(!xpay_confirm(client));
    CHECK_STR(xpay_response_code(client), "90002");
    xpay_free(client);

    client = shop();
    snprintf(txid, sizeof txid, "%s", xpay_tx_id(client));
    CHECK(xpay_tx_held(client, true));
    CHECK(!xpay_undo(client, "sold out"));
    CHECK(!xpay_is_held(client));
    undone(client, txid, XPAY_OUTCOME_ROLLED_BACK, "nothing was charged");
    xpay_free(client);

    /* After xpay_let_go it stands, and the shop may still undo it. */
    client = shop();
    CHECK(xpay_tx_held(client, true));
    CHECK(xpay_let_go(client));
    CHECK(!xpay_is_held(client));
    CHECK(!xpay_let_go(client));
    CHECK_STR(xpay_response_code(client), "0000");
    CHECK(xpay_rollback(client, "sold out"));
    xpay_free(client);

    client = shop();
    CHECK(xpay_set(client, "LGD_PAYKEY", "no such key"));
    CHECK(xpay_tx_held(client, true));
    CHECK(!xpay_is_held(client));
    /* A decline is nothing to confirm: true would be an order that nobody pays. */
    CHECK(!xpay_confirm(client));
    CHECK_STR(xpay_response_code(client), "90002");
    CHECK(!xpay_undo(client, "sold out"));
    CHECK_STR(xpay_response_code(client), "90002");
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ANSWERED);
    xpay_free(client);
}

/* A value that a binding refused is not left out: nothing is sent. */
static void refused_value(void) {
    xpay_client *client = shop();
    CHECK(!xpay_refuse(client, "LGD_AMOUNT", "is an array"));
    CHECK(!xpay_tx(client, true));
    CHECK_STR(xpay_response_code(client), "90003");
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_NOT_SENT);
    CHECK(!xpay_set(client, "LGD_AMOUNT", NULL));
    CHECK(begin_payment(client));
    CHECK(!xpay_set(client, "LGD_AMOUNT", NULL));
    CHECK(!xpay_tx_held(client, true));
    CHECK_STR(xpay_response_code(client), "90001");
    xpay_free(client);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];
    done();
    step_fails();
    step_fails_and_so_does_the_rollback();
    decline();
    no_answer();
    no_step();
    in_parts();
    refused_value();
    return report();
}
