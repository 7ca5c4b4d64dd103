/* A shop's normal use: pay, read the answer, cancel, roll back, sign, in either encoding. */
#include "check.h"

static xpay_client *client;

static void pay(void) {
    CHECK(begin_payment(client));
    CHECK(strncmp(xpay_tx_id(client), MID "-01", strlen(MID "-01")) == 0);
    CHECK(strlen(xpay_tx_id(client)) == strlen(MID "-01") + 14 + 40);
    CHECK(strlen(xpay_auth_code(client)) == 40);
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_NONE);
    CHECK(xpay_tx(client, true));
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ANSWERED);
    CHECK_STR(xpay_response_code(client), "0000");
}

static void reads_the_answer(void) {
    pay();
    CHECK(xpay_response_count(client) == 1);
    CHECK(xpay_response_name_count(client) > 10);
    CHECK_STR(xpay_response(client, "LGD_MID", 0), MID);
    CHECK_STR(xpay_response(client, "LGD_AMOUNT", 0), "23400");
    CHECK_STR(xpay_response(client, "LGD_PAYTYPE", 0), "SC0010");
    CHECK_STR(xpay_response(client, "LGD_NONE", 0), "");
    CHECK_STR(xpay_response(client, "LGD_TID", 1), "");
    CHECK(strncmp(xpay_response_json(client), "{", 1) == 0);
    for (size_t i = 0; i < xpay_response_name_count(client); i++)
        CHECK(xpay_response_name(client, i)[0] != '\0');
    CHECK_STR(xpay_response_name(client, xpay_response_name_count(client)), "");
}

/* The gateway signs the result, and our code verifies it. */
static void verifies_the_signature(void) {
    pay();
    const char *oid = xpay_response(client, "LGD_OID", 0);
    const char *timestamp = xpay_response(client, "LGD_TIMESTAMP", 0);
    const char *hashdata = xpay_response(client, "LGD_HASHDATA", 0);
    char copies[3][64];
    snprintf(copies[0], sizeof copies[0], "%s", oid);
    snprintf(copies[1], sizeof copies[1], "%s", timestamp);
    snprintf(copies[2], sizeof copies[2], "%s", hashdata);
    CHECK(xpay_verify_hash_data_cas(client, MID, copies[0], "23400", "0000", copies[1], copies[2]));
    CHECK(!xpay_verify_hash_data_cas(client, MID, copies[0], "23401", "0000", copies[1], copies[2]));
    CHECK_STR(xpay_response_code(client), "90003");
}

/* As code for the vendor's class does: LGD_TID comes from the previous answer, which stays until the next TX. */
static void cancel(const char *expected) {
    CHECK(xpay_init_tx(client, MID));
    CHECK_STR(xpay_response_code(client), "0000");
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_NONE);
    CHECK(xpay_response_count(client) == 1);
    CHECK(xpay_set(client, "LGD_TXNAME", "Cancel"));
    CHECK(xpay_set(client, "LGD_TID", xpay_response(client, "LGD_TID", 0)));
    CHECK(xpay_tx(client, true));
    CHECK_STR(xpay_response_code(client), expected);
}

static void cancels(void) {
    pay();
    cancel("0000");
}

/* A decline is an answer: TX is true, and the code is the decline. */
static void is_declined(void) {
    const char *const pairs[][2] = {{"LGD_TXNAME", "PaymentByKey"}, {"LGD_PAYKEY", "no such key"}, {NULL, NULL}};
    CHECK(xpay_init_tx(client, MID));
    CHECK(set_all(client, pairs));
    CHECK(xpay_tx(client, true));
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ANSWERED);
    CHECK(strcmp(xpay_response_code(client), "0000") != 0);
}

/* The shop's own step failed: Rollback, whose TXID and answer are readable afterwards; a second one changes nothing. */
static void rolls_back(void) {
    char paid[128];
    pay();
    snprintf(paid, sizeof paid, "%s", xpay_tx_id(client));
    CHECK(xpay_rollback(client, "shop database error"));
    CHECK_STR(xpay_response_code(client), "0000");
    CHECK(strcmp(xpay_tx_id(client), paid) != 0);
    CHECK(xpay_rollback(client, "asked again"));
    CHECK(!xpay_tx(client, true));
    CHECK_STR(xpay_response_code(client), "90002");
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_NOT_SENT);
}

/* A repeated TX keeps the parameters but not the LGD_TXID: the gateway refuses a known one. */
static void sends_again_under_another_txid(void) {
    char first[128];
    const char *const pairs[][2] = {{"LGD_TXNAME", "Ping"}, {"LGD_RESULTCNT", "2"}, {NULL, NULL}};
    CHECK(xpay_init_tx(client, MID));
    CHECK(set_all(client, pairs));
    CHECK(xpay_tx(client, true));
    CHECK(xpay_response_count(client) == 2);
    snprintf(first, sizeof first, "%s", xpay_tx_id(client));
    CHECK(xpay_set(client, "LGD_RESULTCNT", "3"));
    CHECK(xpay_tx(client, true));
    CHECK_STR(xpay_response_code(client), "0000");
    CHECK(xpay_response_count(client) == 3);
    CHECK(strcmp(xpay_tx_id(client), first) != 0);
}

/* "똠방각하" in CP949 and in UTF-8. */
#define DDOM_CP949 "\x8C\x63\xB9\xE6\xB0\xA2\xC7\xCF"
#define DDOM_UTF8 "\xEB\x98\xA0\xEB\xB0\xA9\xEA\xB0\x81\xED\x95\x98"

/* Card payments echo the buyer's name, which shows a wrong charset in either direction. */
static void speaks(const char *output_utf8, const char *buyer, const char *encoding, const char *expected) {
    char oid[16];
    snprintf(oid, sizeof oid, "%s-%s", encoding[0] ? "utf8" : "euckr", output_utf8);
    const char *const pairs[][2] = {
        {"LGD_TXNAME", "CardAuth"}, {"LGD_OID", oid}, {"LGD_AMOUNT", "1000"},
        {"LGD_PAN", "4000000000000002"}, {"LGD_INSTALL", "00"}, {"VBV_ECI", "010"}, {"LGD_EXPYEAR", "30"},
        {"LGD_EXPMON", "12"}, {"LGD_PIN", "12"}, {"LGD_PRIVATENO", "900101"}, {"LGD_BUYER", buyer},
        {NULL, NULL}};
    CHECK(xpay_set_config(client, "output_UTF8", output_utf8));
    CHECK(xpay_init_tx(client, MID));
    CHECK(set_all(client, pairs));
    /* An order is paid once: its number is what no other LGD_TXID ends in. */
    CHECK(xpay_set(client, "LGD_OID", xpay_tx_id(client) + strlen(xpay_tx_id(client)) - 40));
    if (encoding[0])
        CHECK(xpay_set(client, "LGD_ENCODING", encoding));
    CHECK(xpay_tx(client, true));
    CHECK_STR(xpay_response_code(client), "0000");
    CHECK_STR(xpay_response(client, "LGD_BUYER", 0), expected);
}

static void speaks_both_encodings(void) {
    speaks("0", DDOM_CP949, "", DDOM_CP949);
    speaks("1", DDOM_CP949, "", DDOM_UTF8);
    speaks("0", DDOM_UTF8, "UTF-8", DDOM_CP949);
    speaks("1", DDOM_UTF8, "UTF-8", DDOM_UTF8);
}

/* Strings are UTF-8 in both directions then; the request is in the encoding that the gateway is told. */
static void speaks_unicode(void) {
    CHECK(xpay_set_unicode(client, true));
    speaks("0", DDOM_UTF8, "", DDOM_UTF8);
    speaks("1", DDOM_UTF8, "UTF-8", DDOM_UTF8);
    CHECK(xpay_set_config(client, "of_the_shop", DDOM_CP949));
    CHECK_STR(xpay_config(client, "of_the_shop"), DDOM_UTF8);
    CHECK(xpay_unset_config(client, "of_the_shop") && xpay_set_unicode(client, false));
}

static void shows_its_configuration(void) {
    size_t count = xpay_config_count(client);
    CHECK_STR(xpay_config(client, "server_id"), "01");
    CHECK(xpay_config(client, "no such setting") == NULL);
    CHECK(xpay_config(client, MID) != NULL);
    CHECK(xpay_config_name(client, count) == NULL);
    CHECK(xpay_set_config(client, "of_the_shop", "kept"));
    CHECK(xpay_config_count(client) == count + 1);
    CHECK_STR(xpay_config_name(client, count), "of_the_shop");
    CHECK_STR(xpay_config(client, "of_the_shop"), "kept");
}

/* Init(mode) and SetConfig, as in Java: no files but the gateway's CA. */
static void works_without_files(void) {
    xpay_client *bare = xpay_new();
    CHECK(xpay_init_mode(bare, "test"));
    CHECK(xpay_set_config(bare, "test_url", xpay_config(client, "test_url")));
    CHECK(xpay_set_config(bare, MID, xpay_config(client, MID)));
    CHECK(xpay_init_tx(bare, MID));
    CHECK(xpay_set(bare, "LGD_TXNAME", "Ping"));
    CHECK(!xpay_tx(bare, true));
    CHECK_STR(xpay_response_code(bare), "20101"); /* the sandbox's CA is in the home directory's bundle only */
    xpay_free(bare);
}

/* One file has the settings of both, and the bundle is in its directory. */
static void reads_one_file(void) {
    char path[4096];
    snprintf(path, sizeof path, "%s/conf/mall.conf", home("good"));
    xpay_client *one = xpay_new();
    CHECK(xpay_init_file(one, path, "test"));
    CHECK_STR(xpay_config(one, "server_id"), "01");
    CHECK(xpay_config(one, "test_url") == NULL);
    CHECK(xpay_set_config(one, "test_url", xpay_config(client, "test_url")));
    CHECK(xpay_init_tx(one, MID) && xpay_set(one, "LGD_TXNAME", "Ping") && xpay_tx(one, true));
    CHECK(!xpay_init_file(one, home("good"), "test"));
    CHECK_STR(xpay_response_code(one), "10003");
    CHECK(!xpay_init_file(one, NULL, "test"));
    CHECK_STR(xpay_response_code(one), "90001");
    xpay_free(one);
}

/* The same with a home directory, whose bundle has that CA and whose files of settings nobody reads. */
static void works_without_files_in_a_home(void) {
    xpay_client *bare = xpay_new();
    CHECK(xpay_init_home(bare, home("good"), "test"));
    CHECK(xpay_config_count(bare) == 0);
    CHECK(xpay_is_on(bare, "verify_cert") && !xpay_is_on(bare, "report_error"));
    CHECK(!xpay_is_on(bare, "timeout") && !xpay_is_on(bare, "no such setting"));
    CHECK(xpay_set_config(bare, "test_url", xpay_config(client, "test_url")));
    CHECK(xpay_set_config(bare, "report_error", "1"));
    CHECK(xpay_is_on(bare, "report_error"));
    CHECK(xpay_set_config(bare, MID, xpay_config(client, MID)));
    CHECK(xpay_init_tx(bare, MID));
    CHECK(xpay_set(bare, "LGD_BUYER", "somebody"));
    CHECK(xpay_set(bare, "LGD_OID", "o1"));
    CHECK(xpay_set(bare, "LGD_TXNAME", "Ping"));
    CHECK(xpay_unset(bare, "LGD_BUYER") && xpay_unset(bare, "LGD_NOTHING"));
    CHECK(xpay_tx(bare, true));
    CHECK_STR(xpay_response(bare, "LGD_OID", 0), "o1");
    CHECK_STR(xpay_response(bare, "LGD_BUYER", 0), "");
    /* What is removed and set again comes last. */
    CHECK(xpay_set(bare, "LGD_PRODUCTINFO", "goods"));
    CHECK(xpay_unset(bare, "LGD_OID") && xpay_set(bare, "LGD_OID", "o2"));
    CHECK(xpay_tx(bare, true));
    CHECK(strcmp(xpay_response_name(bare, 0), "LGD_OID") != 0);
    CHECK_STR(xpay_response(bare, "LGD_OID", 0), "o2");
    CHECK(!xpay_unset(bare, "LGD_TXID"));
    CHECK_STR(xpay_response_code(bare), "90003");
    CHECK(!xpay_tx(bare, true));
    CHECK_STR(xpay_response_code(bare), "90003");
    xpay_free(bare);
}

/* From protocol/vectors.json, all of which the core's tests run. */
static void signs(void) {
    char md5[33], sha512[129];
    CHECK(xpay_hash_data(client, MID, "ORDER-20200515_1", "23400", "20200515101110", md5));
    CHECK_STR(md5, "f136a2679939bcd3b11e29e7929e1829");
    CHECK(xpay_hash_data_cas(client, MID, "ORDER-20200515_1", "23400", "0000", "20200515101110", md5));
    CHECK_STR(md5, "30fabd34e3b41749b2b99c54d9095b7f");
    CHECK(xpay_receipt_authdata(client, MID, "tlgda2020051510111200001", md5));
    CHECK_STR(md5, "4ef8c7d13af4ea0e4c1b80c9316f03f8");
    CHECK(xpay_hash_data_openpay(client, "V1", MID, "U1", "TOK", "20200515101110", sha512));
    CHECK_STR(sha512, "9cc5f02d778d547896f7fca64cec6a74302194944a2e9801828913e21d8b8402"
                      "dde1b32993d3d383e0e7f01ed603abca7b337c940f0f3e71736add919ddf7bb3");
    CHECK(!xpay_hash_data(client, "nobody", "O", "1", "20200515101110", md5));
    CHECK_STR(xpay_response_code(client), "10004");
    CHECK_REFUSED(md5);
    CHECK(xpay_vendor_hash_data(client, MID, "test_1234567890020", "50000", "1234567890", md5));
    CHECK_STR(md5, "8b41c36b5a1838e437e44efa26aa982f");
    CHECK(xpay_vendor_hash_data_cas(client, MID, "ORDER-20200515_1", "23400", "0000", "20200515101110", md5));
    CHECK_STR(md5, "30fabd34e3b41749b2b99c54d9095b7f");
    CHECK(xpay_vendor_hash_data_cas(client, MID, "ORDER 1.2", "23400", "0000", "20200515101110", md5));
    CHECK(xpay_vendor_hash_data_openpay(client, "V1", MID, "U1", "", "1234567890", sha512) && strlen(sha512) == 128);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];
    client = xpay_new();
    CHECK(xpay_init(client, home("good"), "test"));
    CHECK(strstr(xpay_version(), ".") != NULL);
    CHECK(xpay_abi_version() == XPAY_ABI_VERSION);
    reads_the_answer();
    verifies_the_signature();
    cancels();
    is_declined();
    rolls_back();
    sends_again_under_another_txid();
    speaks_unicode();
    shows_its_configuration();
    works_without_files();
    reads_one_file();
    works_without_files_in_a_home();
    signs();
    speaks_both_encodings();
    xpay_free(client);
    return report();
}
