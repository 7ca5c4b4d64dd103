/* Escrow deliveries: registered, refused by the gateway, refused here, and not sent. */
#include "check.h"

static xpay_client *client;

static void fails(const char *code, const char *named, xpay_outcome_t outcome) {
    CHECK(!xpay_escrow_send(client));
    CHECK_STR(xpay_response_code(client), code);
    CHECK(strstr(xpay_response_detail(client), named) != NULL);
    CHECK(xpay_escrow_outcome(client) == outcome);
}

static void fill(const char *oid) {
    const char *const pairs[][2] = {{"oid", oid}, {"productid", "goods-1"}, {"orderdate", "20261127"}, {"dlvdate", "202611281430"},
        {"dlvcompcode", "CJ"}, {"dlvcomp", "CJ\xB4\xEB\xC7\xD1\xC5\xEB\xBF\xEE"}, {"dlvno", "123456789012"},
        {"dlvworker", "\xED\x99\x8D"}, {"dlvworkertel", "010-0000-0000"}};
    CHECK(xpay_escrow_begin(client, MID, "sent"));
    CHECK(xpay_escrow_outcome(client) == XPAY_OUTCOME_NONE);
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        CHECK(xpay_escrow_set(client, pairs[i][0], pairs[i][1]));
}

/* A payment in escrow, whose rows stay readable while its deliveries are registered. */
static void pay(void) {
    char path[4096], paykey[128] = "";
    snprintf(path, sizeof path, "%s/escrow-paykey", workshop);
    FILE *file = fopen(path, "r");
    CHECK(file != NULL && fgets(paykey, sizeof paykey, file) != NULL);
    if (file != NULL)
        fclose(file);
    CHECK(xpay_pay_by_key(client, MID, paykey, 23400, NULL, NULL));
}

static void is_registered_once(void) {
    fill("in-escrow");
    CHECK(xpay_escrow_send(client));
    CHECK_STR(xpay_response_code(client), "0000");
    CHECK(xpay_escrow_outcome(client) == XPAY_OUTCOME_ANSWERED);
    CHECK_STR(xpay_response(client, "LGD_OID", 0), "in-escrow");
    fails("90002", "sent before. Begin the delivery", XPAY_OUTCOME_ANSWERED);
    CHECK(xpay_escrow_begin(client, MID, "received"));
    CHECK(xpay_escrow_set(client, "oid", "in-escrow") && xpay_escrow_set(client, "rcvdate", "202611300905"));
    CHECK(xpay_escrow_send(client));
}

static void is_refused(void) {
    fill("no-such-order");
    fails("90009", "the gateway answered [SB15", XPAY_OUTCOME_ANSWERED);
    CHECK(xpay_error_kind(client) == XPAY_KIND_PROTOCOL);
    fill("in-escrow");
    CHECK(xpay_escrow_set(client, "dlvdate", "soon"));
    fails("90003", "dlvdate must be a date and time", XPAY_OUTCOME_NOT_SENT);
    CHECK(xpay_escrow_set(client, "dlvdate", "202611281430") && xpay_escrow_set(client, "rcvname", "x"));
    fails("90003", "[rcvname] is no value", XPAY_OUTCOME_NOT_SENT);
    fill("in-escrow");
    CHECK(!xpay_escrow_set(client, "dlvno", NULL));
    fails("90001", "value", XPAY_OUTCOME_NOT_SENT);
    CHECK(xpay_escrow_begin(client, "lgdacomxpay", "sent"));
    CHECK(xpay_escrow_set(client, "oid", "in-escrow") && xpay_escrow_set(client, "dlvdate", "202611281430"));
    fails("90003", "LGD_MID is a shop's id in service", XPAY_OUTCOME_NOT_SENT);
    CHECK(!xpay_escrow_begin(client, MID, NULL));
    fails("90003", "sent or received", XPAY_OUTCOME_NOT_SENT);
}

static void is_not_sent(void) {
    CHECK(xpay_set_config(client, "test_escrow_url", "https://127.0.0.1:1/"));
    fill("in-escrow");
    fails("20004", "127.0.0.1:1", XPAY_OUTCOME_NOT_SENT);
    CHECK(xpay_set_config(client, "test_escrow_url", ""));
    fill("in-escrow");
    fails("20001", "test_escrow_url", XPAY_OUTCOME_NOT_SENT);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];
    client = xpay_new();
    CHECK(!xpay_escrow_set(client, "oid", "in-escrow"));
    CHECK_STR(xpay_response_code(client), "90002");
    fails("90002", "Init", XPAY_OUTCOME_NONE);
    CHECK(xpay_init(client, home("good"), "test"));
    fails("90002", "begun", XPAY_OUTCOME_NONE);
    pay();
    is_registered_once();
    is_refused();
    is_not_sent();
    xpay_free(client);
    return report();
}
