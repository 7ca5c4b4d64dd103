/* Every reason for a missing answer: the code, the vendor's words, the remedy and the outcome. */
#define _DEFAULT_SOURCE
#ifndef _WIN32
#include <signal.h>
#include <sys/resource.h>
#endif

#include "check.h"

/* What a buyer reads: a sentence and the vendor's words, without what the operator has to know. */
static void for_the_buyer(const char *message, const char *code, const char *start) {
    static const char *const hidden[] = {"/", "xpay", "127.0.0.1", ":", "LGD_"};
    char words[64] = "(";
    /* The vendor has no words for our own codes. */
    if (code[0] != '9' && strchr(start, ';') != NULL)
        strncat(words, start, strcspn(start, ";"));
    /* It ends in a request to the buyer, in UTF-8 or CP949. */
    CHECK(strstr(message, "\xEC\x8B\xAD\xEC\x8B\x9C\xEC\x98\xA4.") != NULL || strstr(message, "\xBD\xCA\xBD\xC3\xBF\xC0.") != NULL);
    CHECK(words[1] == '\0' || strstr(message, words) != NULL);
    for (size_t i = 0; i < sizeof hidden / sizeof *hidden; i++)
        CHECK(strstr(message, hidden[i]) == NULL);
}

/* What a failed call must set. The remedy is in both languages, around " / ". */
static void left(const xpay_client *client, const char *code, const char *start, const char *advice) {
    const char *message = xpay_response_detail(client);
    CHECK_STR(xpay_response_code(client), code);
    for_the_buyer(xpay_response_msg(client), code, start);
    CHECK(strncmp(message, start, strlen(start)) == 0);
    CHECK(strstr(message, advice) != NULL);
    CHECK(strstr(message, " / ") != NULL);
    CHECK_STR(xpay_response_json(client), "");
    if (strncmp(message, start, strlen(start)) != 0 || strstr(message, advice) == NULL)
        printf("    %s\n", message);
}

static void init_fails(const char *name, const char *code, const char *start, const char *advice) {
    xpay_client *client = xpay_new();
    CHECK(!xpay_init(client, home(name), "test"));
    left(client, code, start, advice);
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_NONE);
    CHECK(xpay_error_kind(client) == XPAY_KIND_CONFIG);
    xpay_free(client);
}

static void unknown_mid(void) {
    xpay_client *client = xpay_new();
    CHECK(xpay_init(client, home("good"), "test"));
    CHECK(!xpay_init_tx(client, "nobody"));
    left(client, "10004", "Key for MID [nobody] does not exist in mall.conf", "MertKey");
    /* A page that continues gets the same code, not that of a wrong call order. */
    CHECK(!xpay_set(client, "LGD_TXNAME", "PaymentByKey"));
    left(client, "10004", "Key for MID [nobody] does not exist in mall.conf", "MertKey");
    CHECK(!xpay_tx(client, true));
    left(client, "10004", "Key for MID [nobody] does not exist in mall.conf", "MertKey");
    xpay_free(client);
}

static void not_sent(const char *name, const char *code, const char *start, const char *advice) {
    xpay_client *client = xpay_new();
    CHECK(xpay_init(client, home(name), "test"));
    CHECK(begin_payment(client));
    CHECK(!xpay_tx(client, true));
    left(client, code, start, advice);
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_NOT_SENT);
    /* The address is a setting; all else is the line. */
    CHECK(xpay_error_kind(client) == (strcmp(code, "20001") == 0 ? XPAY_KIND_CONFIG : XPAY_KIND_TRANSPORT));
    /* There is nothing to undo, and no Rollback is sent. */
    CHECK(!xpay_rollback(client, "the vendor's habit"));
    left(client, "90002", "Call order error; ", "not sent");
    CHECK(xpay_error_kind(client) == XPAY_KIND_USAGE);
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_NOT_SENT);
    xpay_free(client);
}

/* The gateway has approved before the fault: the dangerous case. */
static void struck(const char *name, const char *fault, bool rollback, const char *code, const char *start,
                   xpay_outcome_t outcome) {
    char txid[128];
    xpay_client *client = xpay_new();
    CHECK(xpay_init(client, home(name), "test"));
    CHECK(begin_payment(client));
    CHECK(xpay_set(client, "XPAY_SANDBOX_FAULT", fault));
    snprintf(txid, sizeof txid, "%s", xpay_tx_id(client));
    CHECK(!xpay_tx(client, rollback));
    left(client, code, start, outcome == XPAY_OUTCOME_IN_DOUBT ? "before charging again" : "nothing was charged");
    CHECK(strstr(xpay_response_detail(client), txid) != NULL);
    CHECK_STR(xpay_tx_id(client), txid);
    CHECK(xpay_outcome(client) == outcome);
    CHECK(xpay_error_kind(client) == (code[0] == '2' ? XPAY_KIND_TRANSPORT : XPAY_KIND_PROTOCOL));
    xpay_free(client);
}

static void rolled_back(const char *name, const char *fault, const char *code, const char *start) {
    struck(name, fault, true, code, start, XPAY_OUTCOME_ROLLED_BACK);
}

#ifdef _WIN32
/* Nothing there lets a process write no more. */
static void an_approval_that_cannot_be_recorded(void) {}
#else
static void files_may_grow(bool may) {
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_FSIZE, &limit) == 0);
    limit.rlim_cur = may ? limit.rlim_max : 0;
    CHECK(setrlimit(RLIMIT_FSIZE, &limit) == 0);
}

/* As a disk that is full once the request is recorded. */
static void nothing_is_written_from_here_on(void *context, int level, const char *line) {
    (void)context, (void)level;
    if (strstr(line, "LGD_TXNAME=PaymentByKey") != NULL)
        files_may_grow(false);
}

/* The code is a setting's, and yet the request had arrived: that decides. */
static void an_approval_that_cannot_be_recorded(void) {
    char journal[4096];
    xpay_client *client = xpay_new();
    CHECK(signal(SIGXFSZ, SIG_IGN) != SIG_ERR);
    snprintf(journal, sizeof journal, "%s/full", workshop);
    CHECK(xpay_init(client, home("good"), "test"));
    CHECK(xpay_set_config(client, "journal_dir", journal));
    CHECK(begin_payment(client));
    CHECK(xpay_set_logger(client, nothing_is_written_from_here_on, NULL));
    CHECK(!xpay_tx_held(client, true));
    files_may_grow(true);
    left(client, "90006", "Journal error; ", "nothing was charged");
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ROLLED_BACK);
    CHECK(xpay_error_kind(client) == XPAY_KIND_TRANSPORT);
    xpay_free(client);
}
#endif

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];

    init_fails("nowhere", "10001", "home_dir [", "conf/mall.conf");
    init_fails("no-mall", "10002", "config file [", "mall.conf");
    init_fails("no-lgdacom", "10003", "config file [", "lgdacom.conf");
    init_fails("open-quote", "90004", "Configuration error; ", "mall.conf line 2");
    unknown_mid();

    not_sent("plain-http", "20001", "http protocol not supported.", "https://");
    not_sent("no-url", "20001", "URL error; ", "lgdacom.conf");
    not_sent("unresolvable", "20002", "Resolve host error; ", "DNS");
    not_sent("refused", "20004", "Could not connect error; ", "firewall");
    not_sent("untrusted", "20101", "SSL error; ", "conf/ca-bundle.crt");
    not_sent("wrong-host", "20101", "SSL error; ", "lgdacom.conf");
    not_sent("expired", "20101", "SSL error; ", "clock");
    not_sent("mute", "20101", "SSL error; timed out", "did not answer");

    rolled_back("impatient", "hang", "20009", "Timeout error; ");
    rolled_back("good", "close", "20008", "Recv error; ");
    rolled_back("good", "truncate=10", "20008", "Recv error; ");
    rolled_back("good", "status=500", "30500", "HTTP response code = 500; ");
    rolled_back("good", "status=404", "30404", "HTTP response code = 404; ");
    rolled_back("good", "status=302", "30302", "HTTP response code = 302; ");
    rolled_back("good", "body=<html>", "40001", "JSON Decode Failed; ");
    rolled_back("good", "body=", "40001", "JSON Decode Failed; ");
    rolled_back("good", "before:close", "20008", "Recv error; ");

    an_approval_that_cannot_be_recorded();
    struck("good", "status=500", false, "30500", "HTTP response code = 500; ", XPAY_OUTCOME_IN_DOUBT);
    struck("no-rollback", "status=500", true, "30500", "HTTP response code = 500; ", XPAY_OUTCOME_IN_DOUBT);
    return report();
}
