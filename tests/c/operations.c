/* Operation: the log and its callback, Report, Patch. */
#define _POSIX_C_SOURCE 200809L /* mkdir */
#ifdef _WIN32
#include <direct.h>
#define mkdir(path, mode) _mkdir(path)
#else
#include <sys/stat.h>
#endif

#include "check.h"

struct heard {
    int lines, warnings, with_txid, secrets;
    char txid[128];
};

static void hear(void *context, int level, const char *line) {
    struct heard *heard = context;
    heard->lines++;
    heard->warnings += level == XPAY_LOG_WARN;
    heard->with_txid += heard->txid[0] != '\0' && strstr(line, heard->txid) != NULL;
    heard->secrets += strstr(line, "4000000000000002") != NULL || strstr(line, "95160cce") != NULL;
}

static xpay_client *listening(struct heard *heard) {
    xpay_client *client = xpay_new();
    CHECK(xpay_set_logger(client, hear, heard));
    CHECK(xpay_init(client, home("good"), "test"));
    CHECK(xpay_set_config(client, "aux_url", xpay_config(client, "test_url")));
    CHECK(xpay_init_tx(client, MID));
    /* Ignores what xpay_init logged. */
    *heard = (struct heard){0};
    return client;
}

static void hears_the_log(void) {
    struct heard heard = {0};
    xpay_client *client = listening(&heard);
    CHECK(xpay_set(client, "LGD_TXNAME", "Ping"));
    CHECK(xpay_set(client, "LGD_PAN", "4000000000000002"));
    snprintf(heard.txid, sizeof heard.txid, "%s", xpay_tx_id(client));
    CHECK(xpay_tx(client, true));
    CHECK(heard.lines == 2); /* the request and the answer, at INFO */
    CHECK(heard.with_txid == 2);
    CHECK(heard.secrets == 0);
    xpay_log(client, "said by the shop", XPAY_LOG_ERROR);
    xpay_log(client, "not said: log_level is 3", XPAY_LOG_DEBUG);
    CHECK(heard.lines == 3);
    CHECK(xpay_set_logger(client, NULL, NULL));
    xpay_log(client, "nobody hears this", XPAY_LOG_FATAL);
    CHECK(heard.lines == 3);
    xpay_free(client);
}

static void is_warned_of_odd_settings(void) {
    struct heard heard = {0};
    xpay_client *client = listening(&heard);
    CHECK(xpay_set_config(client, "timeout", "1000000000"));
    CHECK(xpay_set_config(client, "verify_host", "0"));
    CHECK(xpay_set(client, "LGD_TXNAME", "Ping"));
    CHECK(xpay_tx(client, true));
    CHECK(heard.warnings == 2);
    xpay_free(client);
}

static void reports(void) {
    struct heard heard = {0};
    xpay_client *client = listening(&heard);
    CHECK(xpay_report(client, "shop", "database down"));
    CHECK_STR(xpay_response_code(client), "0000");
    CHECK(xpay_set_config(client, "aux_url", "http://127.0.0.1/"));
    CHECK(!xpay_report(client, "shop", "database down"));
    CHECK_STR(xpay_response_code(client), "20001");
    xpay_free(client);
}

static void patches(void) {
    struct heard heard = {0};
    xpay_client *client = listening(&heard);
    CHECK(xpay_patch(client, "ca-bundle.crt"));
    CHECK_STR(xpay_response_code(client), "0000");
    CHECK(!xpay_patch(client, "../conf/mall.conf"));
    CHECK_STR(xpay_response_code(client), "90003");
    CHECK(xpay_init(client, home("good"), "test"));
    CHECK(xpay_init_tx(client, MID));
    CHECK(xpay_set(client, "LGD_TXNAME", "Ping"));
    CHECK(xpay_tx(client, true));
    xpay_free(client);
}

/* Code 20005, a local write error: a directory has the file's name. */
static void cannot_write_a_patch(void) {
    char path[8192];
    xpay_client *client = xpay_new();
    CHECK(xpay_init(client, home("patched"), "test"));
    CHECK(xpay_set_config(client, "aux_url", xpay_config(client, "test_url")));
    CHECK(xpay_init_tx(client, MID));
    snprintf(path, sizeof path, "%s/conf/lgdacom.conf", home("patched"));
    CHECK(remove(path) == 0 && mkdir(path, 0700) == 0);
    CHECK(!xpay_patch(client, "lgdacom.conf"));
    CHECK_STR(xpay_response_code(client), "20005");
    CHECK(strncmp(xpay_response_detail(client), "Write error; ", strlen("Write error; ")) == 0);
    xpay_free(client);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];
    hears_the_log();
    is_warned_of_odd_settings();
    reports();
    patches();
    cannot_write_a_patch();
    return report();
}
