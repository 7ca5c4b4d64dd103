/* Functions that return a string instead of writing it to a buffer: the same text, for how long, and what is there instead. */
#define _DEFAULT_SOURCE
#include <pthread.h>

#include "check.h"

#define KEY "95160cce09854ef44d2edb2bfb05f9f3"
#define DATE "20200515101110"

static xpay_client *shop(void) {
    xpay_client *client = xpay_new();
    CHECK(xpay_init_mode(client, XPAY_MODE_TEST) && xpay_set_mert_key(client, MID, KEY));
    return client;
}

/* Buffers of the sizes that the header names, and what the other function returns. */
static void both_ways_are_the_same(void) {
    xpay_client *client = shop();
    char time[XPAY_TIMESTAMP_SIZE], hash[XPAY_HASH_SIZE], open[XPAY_OPENPAY_HASH_SIZE];
    const char *string = xpay_timestamp_str(client);
    CHECK(xpay_timestamp(client, time));
    CHECK(strlen(time) == sizeof time - 1 && strlen(string) == sizeof time - 1 && strcmp(string, time) <= 0);

    CHECK(xpay_hash_data(client, MID, "O-1", "1", DATE, hash) && strlen(hash) == sizeof hash - 1);
    CHECK_STR(xpay_hash_data_str(client, MID, "O-1", "1", DATE), hash);
    CHECK(xpay_vendor_hash_data(client, MID, "O 1", "1,0", DATE, hash));
    CHECK_STR(xpay_vendor_hash_data_str(client, MID, "O 1", "1,0", DATE), hash);
    CHECK(xpay_hash_data_cas(client, MID, "O-1", "1", "0000", DATE, hash));
    CHECK_STR(xpay_hash_data_cas_str(client, MID, "O-1", "1", "0000", DATE), hash);
    CHECK(xpay_receipt_authdata(client, MID, "T-1", hash));
    CHECK_STR(xpay_receipt_authdata_str(client, MID, "T-1"), hash);
    CHECK(xpay_hash_data_openpay(client, "V", MID, "U", "", DATE, open) && strlen(open) == sizeof open - 1);
    CHECK_STR(xpay_hash_data_openpay_str(client, "V", MID, "U", "", DATE), open);
    CHECK(xpay_vendor_hash_data_openpay(client, "V;", MID, "U", "", DATE, open));
    CHECK_STR(xpay_vendor_hash_data_openpay_str(client, "V;", MID, "U", "", DATE), open);
    xpay_free(client);
}

/* As a page uses them: a time, its signature, and the form afterwards. A string stays until its function is called again. */
static void they_stay(void) {
    char copy[XPAY_HASH_SIZE], date[XPAY_TIMESTAMP_SIZE];
    xpay_client *client = shop();
    const char *time = xpay_timestamp_str(client);
    CHECK(strlen(xpay_hash_data_str(client, MID, "O-2", "1", time)) == XPAY_HASH_SIZE - 1);
    const char *hash = xpay_hash_data_str(client, MID, "O-1", "1", time);
    snprintf(date, sizeof date, "%s", time);
    snprintf(copy, sizeof copy, "%s", hash);
    CHECK(xpay_init_tx(client, MID) && xpay_set(client, "LGD_TIMESTAMP", time) && !xpay_set(client, "", hash));
    CHECK(strlen(xpay_receipt_authdata_str(client, MID, "T-1")) == XPAY_HASH_SIZE - 1);
    CHECK(xpay_init_mode(client, XPAY_MODE_TEST));
    CHECK_STR(time, date);
    CHECK_STR(hash, copy);
    /* Its own result is an argument as any other. */
    CHECK(xpay_set_mert_key(client, MID, KEY));
    hash = xpay_hash_data_openpay_str(client, "V", MID, xpay_hash_data_openpay_str(client, "V", MID, "U", "", DATE), "", DATE);
    CHECK(strlen(hash) == XPAY_OPENPAY_HASH_SIZE - 1 || strncmp(hash, "refused:", 8) == 0);
    xpay_free(client);
}

static void refused_without_a_key(void) {
    xpay_client *client = shop();
    CHECK_REFUSAL(xpay_hash_data_str(client, "nobody", "O-1", "1", DATE));
    CHECK(xpay_error(client) == XPAY_ERR_NO_MID);
    CHECK_REFUSAL(xpay_hash_data_str(client, MID, "O;1", "1", DATE));
    CHECK(xpay_error(client) == XPAY_ERR_BAD_VALUE);
    /* An empty one would equal what a browser did not send. */
    CHECK_REFUSAL(xpay_vendor_hash_data_cas_str(client, MID, "O", "1", NULL, DATE));
    CHECK(xpay_error(client) == XPAY_ERR_NULL_ARGUMENT);
    xpay_free(client);
}

static void *elsewhere(void *context) {
    CHECK_REFUSAL(xpay_hash_data_str(context, MID, "O-1", "1", DATE));
    CHECK(xpay_error(context) == XPAY_ERR_CALL_ORDER);
    CHECK_STR(xpay_timestamp_str(context), "");
    return NULL;
}

/* The client is in another call, and cannot keep them: each thread keeps its own. What it had kept stays. */
static void during_another_call(void *context, int level, const char *line) {
    pthread_t thread;
    xpay_client *client = context;
    (void)level, (void)line;
    const char *one = xpay_hash_data_str(client, MID, "O-1", "1", DATE), *other = xpay_hash_data_str(NULL, MID, "O-1", "1", DATE);
    CHECK_REFUSAL(other);
    CHECK_REFUSAL(one = xpay_hash_data_str(client, MID, "O-1", "1", DATE));
    CHECK_STR(xpay_timestamp_str(client), "");
    CHECK(xpay_error(client) == XPAY_ERR_CALL_ORDER);
    CHECK(pthread_create(&thread, NULL, elsewhere, client) == 0 && pthread_join(thread, NULL) == 0);
    CHECK(strncmp(one, "refused:", 8) == 0);
}

static void while_it_is_busy(void) {
    char copy[XPAY_HASH_SIZE];
    xpay_client *client = shop();
    CHECK(xpay_set_config(client, "log_level", "4") && xpay_set_config(client, "log_dir", workshop));
    const char *kept = xpay_hash_data_str(client, MID, "O-1", "1", DATE);
    snprintf(copy, sizeof copy, "%s", kept);
    CHECK(xpay_set_logger(client, during_another_call, client));
    int before = passed;
    xpay_log(client, "a line", XPAY_LOG_ERROR);
    CHECK(passed > before);
    CHECK_STR(kept, copy);
    xpay_free(client);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];
    both_ways_are_the_same();
    they_stay();
    refused_without_a_key();
    while_it_is_busy();
    return report();
}
