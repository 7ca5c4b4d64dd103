/* A shop's pages apart from transactions: the payment window's form, and notifications. */
#include "check.h"

static xpay_client *client;

static void refused(bool result, const char *code, const char *named) {
    CHECK(!result);
    CHECK_STR(xpay_response_code(client), code);
    CHECK(strstr(xpay_response_detail(client), named) != NULL);
}

static void fill(const char *amount) {
    const char *const pairs[][2] = {
        {"LGD_OID", "ORDER-20200515_1"}, {"LGD_AMOUNT", amount}, {"LGD_TIMESTAMP", "20200515101110"},
        {"LGD_BUYER", "\xC8\xAB\xB1\xE6\xB5\xBF"}, {"LGD_PRODUCTINFO", "one & two"}, {"LGD_BUYERID", "hong"},
        {"LGD_BUYERIP", "192.0.2.1"}, {"LGD_RETURNURL", "https://shop.invalid/returnurl"}, {"LGD_WINDOW_TYPE", "iframe"},
        {"LGD_DOMAIN_URL", "xpay.invalid"}, {"LGD_CUSTOM_USABLEPAY", "SC0010"}};
    CHECK(xpay_window_begin(client, "lgdacomxpay"));
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
        CHECK(xpay_window_set(client, pairs[i][0], pairs[i][1]));
}

static const char *field(const char *name) {
    for (size_t i = 0; i < xpay_window_count(client); i++)
        if (strcmp(xpay_window_name(client, i), name) == 0)
            return xpay_window_value(client, i);
    return "missing";
}

static void signs_the_form(void) {
    fill("23400");
    CHECK_STR(xpay_window_html(client), "");
    CHECK(xpay_window_count(client) == 0);
    CHECK(xpay_window_sign(client));
    /* From protocol/vectors.json. */
    CHECK_STR(field("LGD_HASHDATA"), "f136a2679939bcd3b11e29e7929e1829");
    CHECK_STR(field("CST_PLATFORM"), "test");
    CHECK_STR(field("LGD_MID"), MID);
    CHECK_STR(field("LGD_CUSTOM_USABLEPAY"), "SC0010");
    CHECK_STR(field("LGD_BUYER"), "\xC8\xAB\xB1\xE6\xB5\xBF");
    CHECK_STR(field("LGD_PRODUCTINFO"), "one & two");
    CHECK(strstr(xpay_window_html(client), "name=\"LGD_PRODUCTINFO\" value=\"one &amp; two\"") != NULL);
    CHECK_STR(xpay_window_name(client, xpay_window_count(client)), "");
    CHECK_STR(xpay_window_value(client, xpay_window_count(client)), "");
}

/* The mode as shops write it; every value but test is service, where money moves. */
static void knows_the_test_platform_in_any_case(void) {
    static const char *const modes[][2] = {{"test", "test"}, {"TEST", "test"}, {"Test", "test"}, {"service", "service"}, {"", "service"}};
    xpay_client *shop = client;
    for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
        client = xpay_new();
        CHECK(xpay_init_mode(client, modes[i][0]));
        CHECK(xpay_set_config(client, i < 3 ? MID : "lgdacomxpay", "95160cce09854ef44d2edb2bfb05f9f3"));
        fill("23400");
        CHECK(xpay_window_sign(client));
        CHECK_STR(field("CST_PLATFORM"), modes[i][1]);
        xpay_free(client);
    }
    client = shop;
}

/* A change invalidates the whole form: no signed value is shown next to an unsigned one. */
static void signs_anew(void) {
    CHECK(xpay_window_set(client, "LGD_AMOUNT", "23500"));
    CHECK_STR(xpay_window_html(client), "");
    CHECK(xpay_window_sign(client));
    CHECK_STR(field("LGD_AMOUNT"), "23500");
    CHECK(strcmp(field("LGD_HASHDATA"), "f136a2679939bcd3b11e29e7929e1829") != 0);
}

static void signs_nothing_that_is_wrong(void) {
    const char *const amounts[] = {"", "23,400", "-1", "99999999999999999999999", "023400"};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
        fill(amounts[i]);
        refused(xpay_window_sign(client), "90003", "LGD_AMOUNT");
        CHECK_STR(xpay_window_html(client), "");
    }
    const char *const wrong[][2] = {
        {"LGD_TIMESTAMP", "2020"}, {"LGD_RETURNURL", "javascript:x"}, {"LGD_PRODUCTINFO", "<script>"}, {"LGD_OID", ""},
        {"LGD_HASHDATA", "f136a2679939bcd3b11e29e7929e1829"}, {"LGD_MID", "tother"}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        fill("23400");
        CHECK(xpay_window_set(client, wrong[i][0], wrong[i][1]));
        refused(xpay_window_sign(client), "90003", wrong[i][0]);
    }
    fill("23400");
    refused(xpay_window_set(client, "LGD_CUSTOM_USABLEPAY", NULL), "90001", "value");
    refused(xpay_window_sign(client), "90001", "value");
    fill("23400");
    CHECK(xpay_window_set(client, "LGD_lower", "x"));
    refused(xpay_window_sign(client), "90003", "LGD_");
    CHECK(xpay_window_begin(client, "nobody"));
    CHECK(!xpay_window_sign(client));
}

/* What shops send and nobody has published an answer to. */
static void warns_or_refuses(void) {
    fill("23400");
    CHECK(xpay_window_sign(client));
    CHECK(xpay_window_warning_count(client) == 0);
    CHECK_STR(xpay_window_warning(client, 0), "");
    CHECK(xpay_window_set(client, "LGD_CLOSEDATE", "20200516"));
    CHECK(xpay_window_set(client, "cart", "1234567"));
    CHECK(xpay_window_warning_count(client) == 0);
    CHECK(xpay_window_sign(client));
    CHECK(xpay_window_warning_count(client) == 2);
    CHECK(strstr(xpay_window_warning(client, 0), "LGD_CLOSEDATE has a day of 8 digits") == xpay_window_warning(client, 0));
    CHECK(strstr(xpay_window_warning(client, 1), "cart ") == xpay_window_warning(client, 1));
    CHECK(strstr(xpay_window_warning(client, 1), "1234567") == NULL);
    /* In the page's encoding: EUC-KR for "상점". */
    CHECK(strstr(xpay_window_warning(client, 1), "\xBB\xF3\xC1\xA1") != NULL);
    CHECK_STR(xpay_window_warning(client, 2), "");
    CHECK_STR(field("cart"), "1234567");
    CHECK(xpay_window_strict(client, true));
    CHECK(xpay_window_count(client) == 0);
    refused(xpay_window_sign(client), "90003", "LGD_CLOSEDATE");
    CHECK(xpay_window_strict(client, false));
    CHECK(xpay_window_sign(client));
}

static size_t count_of(const char *name) {
    size_t count = 0;
    for (size_t i = 0; i < xpay_window_count(client); i++)
        count += strcmp(xpay_window_name(client, i), name) == 0;
    return count;
}

static void has_the_names_of_each_item(void) {
    fill("23400");
    CHECK(xpay_window_set(client, "LGD_ESCROW_USEYN", "Y"));
    static const char *const ids[] = {"A-1", "A-2", "A-3"};
    for (size_t i = 0; i < 3; i++) {
        CHECK(xpay_window_set(client, "LGD_ESCROW_GOODID", ids[i]));
        CHECK(xpay_window_set(client, "LGD_ESCROW_GOODNAME", "\xC4\xC5"));
        CHECK(xpay_window_set(client, "LGD_ESCROW_GOODCODE", i == 1 ? "" : "C"));
        CHECK(xpay_window_set(client, "LGD_ESCROW_UNITPRICE", "7800"));
        CHECK(xpay_window_set(client, "LGD_ESCROW_QUANTITY", "1"));
    }
    CHECK(xpay_window_sign(client));
    CHECK(count_of("LGD_ESCROW_GOODID") == 3 && count_of("LGD_ESCROW_GOODCODE") == 3);
    CHECK(xpay_window_warning_count(client) == 0);
    const char *html = xpay_window_html(client);
    const char *second = strstr(html, "name=\"LGD_ESCROW_GOODID\" value=\"A-2\"");
    CHECK(second != NULL && strstr(second, "value=\"A-3\"") != NULL);
}

static void makes_the_forms_of_other_windows(void) {
    CHECK(xpay_window_begin(client, "lgdacomxpay"));
    CHECK(xpay_window_set(client, "LGD_RETURNURL", "https://shop.invalid/card"));
    CHECK(xpay_window_set(client, "LGD_PAYWINDOWTYPE", "CardBillingAuth"));
    refused(xpay_window_sign(client), "90003", "LGD_BUYERSSN or LGD_CHECKSSNYN");
    CHECK(xpay_window_set(client, "LGD_CHECKSSNYN", "Y"));
    CHECK(xpay_window_sign(client));
    CHECK_STR(field("LGD_MID"), MID);
    CHECK(count_of("LGD_HASHDATA") == 0 && count_of("LGD_TIMESTAMP") == 0 && count_of("LGD_OID") == 0);
    CHECK(xpay_window_begin(client, "lgdacomxpay"));
    CHECK(xpay_window_set(client, "LGD_RETURNURL", "https://shop.invalid/who"));
    CHECK(xpay_window_set(client, "LGD_PAYTYPE", "ASC002"));
    CHECK(xpay_window_set(client, "LGD_TIMESTAMP", "20200515101110"));
    refused(xpay_window_sign(client), "90003", "LGD_BUYERSSN");
    CHECK(xpay_window_set(client, "LGD_BUYERSSN", "9001011"));
    CHECK(xpay_window_sign(client));
    /* From protocol/vectors.json. */
    CHECK_STR(field("LGD_HASHDATA"), "fd14edb499f3e453612188d1400ca603");
}

/* A notification as the gateway signs it; rest follows the signed fields. */
static const char *notice(const char *amount, const char *rest) {
    static char body[1024];
    char hash[33];
    CHECK(xpay_hash_data_cas(client, MID, "O-1", amount, "0000", "20200515101110", hash));
    snprintf(body, sizeof body,
             "LGD_MID=" MID "&LGD_OID=O-1&LGD_AMOUNT=%s&LGD_RESPCODE=0000&LGD_TIMESTAMP=20200515101110&LGD_HASHDATA=%s"
             "&LGD_TID=tlgda2020051510111200001&LGD_PAYTYPE=SC0040&LGD_CASFLAG=I&LGD_CASSEQNO=001&LGD_PAYDATE=20200515101112%s",
             amount, hash, rest);
    return body;
}

static bool read(const char *body) {
    return xpay_notice_read(client, body, strlen(body));
}

static void believes_the_gateway(void) {
    CHECK(read(notice("23400", "&LGD_BUYER=%C8%AB%B1%E6%B5%BF")));
    CHECK_STR(xpay_notice_oid(client), "O-1");
    CHECK_STR(xpay_notice_key(client), "");
    CHECK_STR(xpay_notice_value(client, "LGD_OID"), "");
    CHECK(xpay_notice_verify(client, MID, 23400));
    CHECK_STR(xpay_notice_oid(client), "O-1");
    CHECK_STR(xpay_notice_key(client), "tlgda2020051510111200001/001/I/20200515101112");
    CHECK_STR(xpay_notice_value(client, "LGD_CASFLAG"), "I");
    CHECK_STR(xpay_notice_value(client, "LGD_BUYER"), "\xC8\xAB\xB1\xE6\xB5\xBF");
    CHECK_STR(xpay_notice_value(client, "LGD_NONE"), "");
    CHECK_STR(xpay_notice_value(client, NULL), "");
    refused(xpay_notice_verify(client, MID, 23400), "90002", "once, after it was read. Read the body");
}

static void believes_nobody_else(void) {
    char altered[1024];
    CHECK(read(notice("23400", "")));
    refused(xpay_notice_verify(client, MID, 23401), "90003", "LGD_AMOUNT");
    CHECK_STR(xpay_notice_value(client, "LGD_OID"), "");
    refused(xpay_notice_verify(client, MID, 23400), "90002", "read");
    snprintf(altered, sizeof altered, "%s", notice("2", ""));
    memcpy(strstr(altered, "LGD_OID=O-1") + strlen("LGD_OID="), "O-2", 3);
    CHECK(read(altered));
    CHECK_STR(xpay_notice_oid(client), "O-2");
    refused(xpay_notice_verify(client, MID, 2), "90003", "LGD_HASHDATA");
    CHECK_STR(xpay_notice_oid(client), "");
    refused(read("LGD_OID=a&LGD_OID=b"), "90003", "LGD_OID");
    refused(read("LGD_OID=%4"), "90003", "");
    CHECK(read(notice("23400", "")));
    refused(xpay_notice_read(client, NULL, 0), "90001", "body");
    CHECK_STR(xpay_notice_oid(client), "");
    CHECK(xpay_notice_read(client, "", 0));
    CHECK_STR(xpay_notice_oid(client), "");
    CHECK(!xpay_notice_verify(client, MID, 0));
    char *large = calloc(1, 70000);
    CHECK(large != NULL && !xpay_notice_read(client, large, 70000));
    free(large);
    /* As every text: in the encoding in which the shop gave it. */
    CHECK(read("LGD_OID=%C8%AB%B1%E6%B5%BF"));
    CHECK_STR(xpay_notice_oid(client), "\xC8\xAB\xB1\xE6\xB5\xBF");
    /* A path is not an order ID. */
    CHECK(read("LGD_OID=..%2F..%2Fetc%2Fpasswd"));
    CHECK_STR(xpay_notice_oid(client), "");
}

/* A notification signed with the vendor's published key, or a test shop's, proves nothing about a real order. */
static void believes_only_the_shop_of_the_order(void) {
    xpay_client *shop = client;
    const char *const real = "realshop", *const real_key = "0123456789abcdef0123456789abcdef";
    char body[1024];
    CHECK(read(notice("23400", "")));
    refused(xpay_notice_verify(client, NULL, 23400), "90001", "mid");
    refused(xpay_notice_verify(client, "tother", 23400), "10004", "tother");
    CHECK_STR(xpay_notice_key(client), "");
    CHECK(xpay_set_config(client, "tother", "0123456789abcdef0123456789abcdef"));
    CHECK(read(notice("23400", "")));
    refused(xpay_notice_verify(client, "tother", 23400), "90003", "LGD_MID");
    /* mall.conf as merchants have it: the vendor's sample next to the real shop, in service. */
    snprintf(body, sizeof body, "%s", notice("23400", ""));
    client = xpay_new();
    CHECK(xpay_init_mode(client, "service"));
    CHECK(xpay_set_config(client, MID, "95160cce09854ef44d2edb2bfb05f9f3"));
    CHECK(xpay_set_config(client, real, real_key));
    CHECK(read(body));
    refused(xpay_notice_verify(client, real, 23400), "90003", "LGD_MID");
    CHECK(read(body));
    refused(xpay_notice_verify(client, MID, 23400), "90003", "LGD_MID");
    xpay_free(client);
    client = shop;
}

/* A mobile payment's note, of a card. */
static bool note(const char *code, const char *tid) {
    char hash[33], body[512];
    CHECK(xpay_hash_data_cas(client, MID, "O-1", "23400", code, "20200515101110", hash));
    snprintf(body, sizeof body,
             "LGD_MID=" MID "&LGD_OID=O-1&LGD_AMOUNT=23400&LGD_RESPCODE=%s&LGD_TIMESTAMP=20200515101110&LGD_HASHDATA=%s"
             "&LGD_TID=%s&LGD_PAYTYPE=SC0010",
             code, hash, tid);
    return xpay_notice_read(client, body, strlen(body)) && xpay_notice_verify(client, MID, 23400);
}

static void answers_a_mobile_note(void) {
    CHECK(!xpay_note_due(client, ""));
    CHECK_STR(xpay_note_answer(client, "T-1"), "");
    CHECK(note("0000", "T-1"));
    /* Not saved yet; NULL is a column without a value. */
    CHECK(xpay_note_due(client, "") && xpay_note_due(client, NULL));
    const char *failed = xpay_note_answer(client, NULL), *saved = xpay_note_answer(client, "T-1");
    CHECK_STR(failed, "ROLLBACK");
    CHECK_STR(saved, "OK");
    CHECK_STR(xpay_note_answer(client, ""), "ROLLBACK");
    /* Saved already, and paid by another payment. */
    CHECK(!xpay_note_due(client, "T-1") && !xpay_note_due(client, "T-2"));
    CHECK_STR(xpay_note_answer(client, "T-2"), "ROLLBACK");
    CHECK(note("XC01", "") && !xpay_note_due(client, ""));
    CHECK_STR(xpay_note_answer(client, ""), "OK");
    refused(xpay_notice_verify(client, MID, 23400), "90002", "once");
    CHECK(!xpay_note_due(client, ""));
    CHECK_STR(xpay_note_answer(client, ""), "");
}

/* A return as the gateway signs it. */
static bool returned(const char *oid, const char *amount, const char *rest) {
    char hash[33], body[1024];
    CHECK(xpay_hash_data_cas(client, MID, oid, amount, "0000", "20200515101110", hash));
    snprintf(body, sizeof body,
             "LGD_MID=" MID "&LGD_OID=%s&LGD_AMOUNT=%s&LGD_RESPCODE=0000&LGD_TIMESTAMP=20200515101110&LGD_HASHDATA=%s"
             "&LGD_PAYTYPE=SC0010%s",
             oid, amount, hash, rest);
    return xpay_return_read(client, body, strlen(body));
}

static void believes_the_windows_return(void) {
    CHECK(returned("O-1", "23400", "&LGD_PAYKEY=K-1&cart=%C8%AB%B1%E6%B5%BF"));
    CHECK_STR(xpay_return_oid(client), "O-1");
    CHECK_STR(xpay_return_value(client, "LGD_PAYKEY"), "");
    CHECK(xpay_return_verify(client, MID, "O-1", 23400));
    CHECK_STR(xpay_return_value(client, "LGD_PAYKEY"), "K-1");
    CHECK_STR(xpay_return_value(client, "LGD_RESPCODE"), "0000");
    CHECK_STR(xpay_return_value(client, "cart"), "\xC8\xAB\xB1\xE6\xB5\xBF");
    CHECK_STR(xpay_return_value(client, "LGD_NONE"), "");
    CHECK_STR(xpay_return_value(client, NULL), "");
    refused(xpay_return_verify(client, MID, "O-1", 23400), "90002", "once");
    CHECK_STR(xpay_return_value(client, "LGD_PAYKEY"), "");
    /* The notification beside it is another one. */
    CHECK(note("0000", "T-1") && returned("O-1", "23400", "&LGD_PAYKEY=K-2"));
    CHECK(xpay_return_verify(client, MID, "O-1", 23400));
    CHECK_STR(xpay_notice_value(client, "LGD_TID"), "T-1");
}

static void believes_no_other_return(void) {
    CHECK(returned("O-1", "23400", "&LGD_PAYKEY=K-1"));
    refused(xpay_return_verify(client, MID, "O-2", 23400), "90003", "LGD_OID");
    CHECK(returned("O-1", "23400", "&LGD_PAYKEY=K-1"));
    refused(xpay_return_verify(client, MID, "O-1", 2340), "90003", "LGD_AMOUNT");
    CHECK(returned("O-1", "23400", ""));
    refused(xpay_return_verify(client, MID, "O-1", 23400), "90003", "LGD_PAYKEY");
    CHECK(returned("O-1", "23400", "&LGD_PAYKEY=K-1"));
    refused(xpay_return_verify(client, "tother", "O-1", 23400), "10004", "tother");
    CHECK(returned("O-1", "23400", "&LGD_PAYKEY=K-1"));
    refused(xpay_return_verify(client, NULL, "O-1", 23400), "90001", "mid");
    refused(returned("O-1", "23400", "&LGD.PAYKEY=K-1"), "90003", "parameter name");
    refused(xpay_return_verify(client, MID, "O-1", 23400), "90002", "read");
    refused(xpay_return_read(client, NULL, 0), "90001", "body");
    const char *cancelled = "LGD_RESPCODE=S053&LGD_RESPMSG=cancelled&LGD_PAYKEY=K-1";
    CHECK(xpay_return_read(client, cancelled, strlen(cancelled)) && xpay_return_verify(client, MID, "O-1", 23400));
    CHECK_STR(xpay_return_value(client, "LGD_RESPCODE"), "S053");
    CHECK_STR(xpay_return_value(client, "LGD_PAYKEY"), "");
}

static void reads_a_billing_return(void) {
    const char *kept = "LGD_BILLKEY=B-1&LGD_CARDNUM=941061******0001", *failed = "LGD_RESPCODE=S053&LGD_BILLKEY=B-1";
    CHECK(xpay_billing_return_read(client, kept, strlen(kept)));
    CHECK_STR(xpay_billing_return_value(client, "LGD_BILLKEY"), "B-1");
    CHECK_STR(xpay_billing_return_value(client, "LGD_CARDNUM"), "941061******0001");
    CHECK(xpay_billing_return_read(client, failed, strlen(failed)));
    CHECK_STR(xpay_billing_return_value(client, "LGD_BILLKEY"), "");
    refused(xpay_billing_return_read(client, "", 0), "90003", "LGD_BILLKEY");
    CHECK_STR(xpay_billing_return_value(client, "LGD_CARDNUM"), "");
}

static void without_a_client(void) {
    CHECK(!xpay_window_begin(NULL, "m"));
    CHECK(!xpay_window_set(NULL, "a", "b"));
    CHECK(!xpay_window_strict(NULL, true));
    CHECK(!xpay_window_sign(NULL));
    CHECK_STR(xpay_window_html(NULL), "");
    CHECK(xpay_window_warning_count(NULL) == 0);
    CHECK_STR(xpay_window_warning(NULL, 0), "");
    CHECK(xpay_window_count(NULL) == 0);
    CHECK_STR(xpay_window_name(NULL, 0), "");
    CHECK_STR(xpay_window_value(NULL, 0), "");
    CHECK(!xpay_notice_read(NULL, "", 0));
    CHECK(!xpay_notice_verify(NULL, MID, 0));
    CHECK_STR(xpay_notice_oid(NULL), "");
    CHECK_STR(xpay_notice_key(NULL), "");
    CHECK_STR(xpay_notice_value(NULL, "a"), "");
    CHECK(!xpay_note_due(NULL, ""));
    CHECK_STR(xpay_note_answer(NULL, ""), "");
    CHECK(!xpay_return_read(NULL, "", 0));
    CHECK(!xpay_return_verify(NULL, MID, "O-1", 0));
    CHECK_STR(xpay_return_oid(NULL), "");
    CHECK_STR(xpay_return_value(NULL, "a"), "");
    CHECK(!xpay_billing_return_read(NULL, "", 0));
    CHECK_STR(xpay_billing_return_value(NULL, "a"), "");
}

static void in_the_wrong_order(void) {
    refused(xpay_window_set(client, "LGD_OID", "a"), "90002", "begun. Begin the form");
    refused(xpay_window_strict(client, true), "90002", "begun");
    refused(xpay_window_sign(client), "90002", "Init");
    refused(xpay_notice_verify(client, MID, 1), "90002", "read");
    CHECK(xpay_init(client, home("good"), "test"));
    refused(xpay_window_sign(client), "90002", "begun");
    CHECK(xpay_window_begin(client, "lgdacomxpay"));
    refused(xpay_window_begin(client, NULL), "90001", "cst_mid");
    CHECK(!xpay_window_sign(client));
    CHECK(xpay_window_begin(client, "lgdacomxpay"));
    refused(xpay_window_set(client, NULL, "b"), "90001", "name");
    refused(xpay_window_set(client, "LGD_OID", NULL), "90001", "value");
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];
    client = xpay_new();
    without_a_client();
    in_the_wrong_order();
    /* The key of protocol/vectors.json, not the sandbox's. */
    CHECK(xpay_set_config(client, MID, "95160cce09854ef44d2edb2bfb05f9f3"));
    CHECK(xpay_set_config(client, "output_UTF8", "0"));
    signs_the_form();
    signs_anew();
    knows_the_test_platform_in_any_case();
    signs_nothing_that_is_wrong();
    warns_or_refuses();
    has_the_names_of_each_item();
    makes_the_forms_of_other_windows();
    believes_the_gateway();
    believes_nobody_else();
    answers_a_mobile_note();
    believes_the_windows_return();
    believes_no_other_return();
    reads_a_billing_return();
    believes_only_the_shop_of_the_order();
    xpay_free(client);
    return report();
}
