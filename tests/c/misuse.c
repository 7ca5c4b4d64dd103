/* Wrong usage of every function: NULL, wrong order, out of range. A code or an empty string, never a crash. */
#include "check.h"

/* A step that must not be called. */
static bool never(void *context, const xpay_client *client) {
    (void)context;
    (void)client;
    CHECK(!"the step was called");
    return true;
}

static void refused(xpay_client *client, bool result, const char *code, const char *named) {
    CHECK(!result);
    CHECK_STR(xpay_response_code(client), code);
    CHECK((int)xpay_error(client) == atoi(code));
    CHECK(strstr(xpay_response_detail(client), named) != NULL);
}

#include "every/missing.h"
#include "every/null.h"

static void without_a_client(void) {
    every_function_without_a_client();
    CHECK(!xpay_tx_guarded(NULL, true, never, NULL));
}

static void with_null_strings(xpay_client *client) {
    every_null(client);
    refused(client, xpay_tx_guarded(client, true, NULL, NULL), "90001", "step");
    refused(client, xpay_refuse(client, "LGD_OID", "is an array"), "90003", "LGD_OID is an array");
    refused(client, xpay_set_language(client, "two words"), "90003", "language");
    CHECK(xpay_set_logger(client, NULL, NULL));
}

static void before_anything(void) {
    xpay_client *client = xpay_new();
    CHECK_STR(xpay_response_code(client), "");
    CHECK_STR(xpay_tx_id(client), "");
    CHECK(xpay_config_count(client) == 0);
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_NONE);
    with_null_strings(client);
    refused(client, xpay_init_tx(client, MID), "90002", "Init");
    refused(client, xpay_set(client, "a", "b"), "90002", "Init_TX");
    refused(client, xpay_unset(client, "a"), "90002", "Init_TX");
    refused(client, xpay_confirm(client), "90002", "held");
    refused(client, xpay_undo(client, "r"), "90002", "held");
    CHECK(!xpay_let_go(client));
    refused(client, xpay_tx(client, true), "90002", "Init");
    refused(client, xpay_tx_guarded(client, true, never, NULL), "90002", "Init");
    refused(client, recovered(client) != SIZE_MAX, "90002", "Init");
    refused(client, xpay_rollback(client, "r"), "90002", "Init");
    refused(client, xpay_report(client, "s", "m"), "90002", "Init");
    refused(client, xpay_patch(client, "mall.conf"), "90002", "Init");
    xpay_log(client, "nowhere yet", XPAY_LOG_FATAL);
    xpay_free(client);
}

static void in_the_wrong_order(void) {
    xpay_client *client = xpay_new();
    CHECK(xpay_init(client, home("good"), "test"));
    with_null_strings(client);
    CHECK(xpay_init(client, home("good"), "test"));
    refused(client, xpay_tx(client, true), "90002", "Init_TX");
    refused(client, xpay_tx_guarded(client, true, never, NULL), "90002", "Init_TX");
    refused(client, xpay_report(client, "s", "m"), "90002", "Init_TX");
    CHECK(xpay_init_tx(client, MID));
    refused(client, xpay_rollback(client, "r"), "90002", "not sent");
    refused(client, xpay_set(client, "", "b"), "90003", "name");
    refused(client, xpay_set(client, "LGD_TXID", "mine"), "90003", "LGD_TXID");
    refused(client, xpay_set(client, "LGD_AUTHCODE", "mine"), "90003", "LGD_AUTHCODE");
    refused(client, xpay_set(client, "LGD_MID", "mine"), "90003", "LGD_MID");
    refused(client, xpay_set_config(client, "", "b"), "90003", "name");
    CHECK(xpay_set(client, "LGD_MID", MID));
    CHECK(xpay_init(client, home("good"), "test"));
    refused(client, xpay_set(client, "a", "b"), "90002", "Init_TX");
    xpay_free(client);
}

/* A field from a browser is checked before it is signed. */
static void forged_notice_fields(void) {
    const char *const forms[][6] = {
        {"", "O", "1", "0000", "20200515101110", "LGD_MID"},
        {MID, "O;", "1", "0000", "20200515101110", "LGD_OID"},
        {MID, "", "1", "0000", "20200515101110", "LGD_OID"},
        {MID, "O", "1.0", "0000", "20200515101110", "LGD_AMOUNT"},
        {MID, "O", "", "0000", "20200515101110", "LGD_AMOUNT"},
        {MID, "O", "1", "000", "20200515101110", "LGD_RESPCODE"},
        {MID, "O", "1", "00a0", "20200515101110", "LGD_RESPCODE"},
        {MID, "O", "1", "0000", "2020051510", "LGD_TIMESTAMP"},
        {MID, "O", "1", "0000", "20200515101110", "LGD_HASHDATA"},
    };
    xpay_client *client = xpay_new();
    CHECK(xpay_init_mode(client, "test"));
    CHECK(xpay_set_config(client, MID, "95160cce09854ef44d2edb2bfb05f9f3"));
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        const char *const *f = forms[i];
        bool verified = xpay_verify_hash_data_cas(client, f[0], f[1], f[2], f[3], f[4], "0");
        refused(client, verified, i == 0 ? "10004" : "90003", i == 0 ? "MID" : f[5]);
    }
    /* The name of a setting is not a merchant ID, though both are found by name: its value would be easy to guess. */
    CHECK(xpay_set_config(client, "timeout", "60"));
    CHECK(xpay_set_config(client, "note", "60"));
    refused(client, xpay_verify_hash_data_cas(client, "timeout", "O", "1", "0000", "20200515101110", "0"), "10004", "timeout");
    refused(client, xpay_verify_hash_data_cas(client, "note", "O", "1", "0000", "20200515101110", "0"), "90003", "MertKey");
    xpay_free(client);
}

static void not_signed(xpay_client *client, bool made, char *out, const char *code, const char *named) {
    refused(client, made, code, named);
    CHECK_REFUSED(out);
}

/* Browser input is not signed as something else. */
static void fields_that_are_not_signed(void) {
    char out[129] = "";
    const char *date = "20200515101110";
    xpay_client *client = xpay_new();
    CHECK(xpay_init_mode(client, "test"));
    CHECK(xpay_set_config(client, MID, "95160cce09854ef44d2edb2bfb05f9f3"));
    not_signed(client, xpay_hash_data(client, MID, "O", "1", "000020200515101110", out), out, "90003", "LGD_TIMESTAMP");
    not_signed(client, xpay_hash_data(client, MID, "O", "1", "00002020051510", out), out, "90003", "LGD_TIMESTAMP");
    not_signed(client, xpay_hash_data(client, MID, "O", "1", "1234567890", out), out, "90003", "LGD_TIMESTAMP");
    not_signed(client, xpay_hash_data(client, MID, "O", "1,000", date, out), out, "90003", "LGD_AMOUNT");
    not_signed(client, xpay_hash_data(client, MID, "O 1", "1", date, out), out, "90003", "LGD_OID");
    not_signed(client, xpay_hash_data_cas(client, MID, "O", "1", "0", date, out), out, "90003", "LGD_RESPCODE");
    not_signed(client, xpay_hash_data_cas(client, "nobody", "O", "1", "0000", date, out), out, "10004", "nobody");
    not_signed(client, xpay_hash_data_cas(client, NULL, "O", "1", "0000", date, out), out, "90001", "mid");
    not_signed(client, xpay_hash_data_openpay(client, "V", MID, "U", "", "0", out), out, "90003", "LGD_TIMESTAMP");
    not_signed(client, xpay_vendor_hash_data(client, MID, "O", "1", "000020200515101110", out), out, "90003", "LGD_TIMESTAMP");
    not_signed(client, xpay_vendor_hash_data(client, MID, "O-1234000000", "", date, out), out, "90003", "LGD_AMOUNT");
    not_signed(client, xpay_vendor_hash_data_cas(client, MID, "O 1", "1,0", "0000", date, out), out, "90003", "LGD_AMOUNT");
    not_signed(client, xpay_vendor_hash_data_cas(client, "nobody", "O", "1", "0000", date, out), out, "10004", "nobody");
    CHECK(xpay_set_config(client, "tshop", "0123456789abcdef0123456789abcdef"));
    not_signed(client, xpay_vendor_hash_data_cas(client, MID, "O", "1", "0000", date, out), out, "90003", "sample MertKey");
    xpay_free(client);
    CHECK(!xpay_hash_data_cas(NULL, MID, "O", "1", "0000", date, out));
    CHECK_REFUSED(out);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];
    without_a_client();
    before_anything();
    in_the_wrong_order();
    forged_notice_fields();
    fields_that_are_not_signed();
    return report();
}
