/* A call during another one on the client: from the guard's step, from a logger, from other threads. It is rejected with a message,
 * and what is held, sent or said already stays as it is. */
#define _DEFAULT_SOURCE
#include <pthread.h>

#include "check.h"

#define THREADS 4

static char txid[128];

static xpay_client *shop(const char *name) {
    xpay_client *client = xpay_new();
    CHECK(xpay_init(client, home(name), "test"));
    CHECK(begin_payment(client));
    snprintf(txid, sizeof txid, "%s", xpay_tx_id(client));
    return client;
}

static void turned_away(const xpay_client *client, bool result, const char *why) {
    CHECK(!result);
    CHECK_STR(xpay_response_code(client), "90002");
    CHECK(xpay_error(client) == XPAY_ERR_CALL_ORDER);
    CHECK(strstr(xpay_response_detail(client), why) != NULL);
    CHECK(strstr(xpay_response_detail(client), " / ") != NULL);
}

#include "every/change.h"

/* Every function that changes the client. It returns false. */
static void every_change(xpay_client *client, const char *why) {
    every_function_that_changes(client, why);
    turned_away(client, xpay_set(client, NULL, NULL), why);
    xpay_log(client, "lost", XPAY_LOG_FATAL);
    turned_away(client, false, why);
    xpay_free(client);
    turned_away(client, false, why);
}

/* What a step does in addition to its work, and what it returns. */
struct order {
    xpay_client *client;
    void (*does)(struct order *order);
    bool succeeds;
    int calls;
};

static bool book(void *context, const xpay_client *client) {
    struct order *order = context;
    order->calls++;
    CHECK(client == order->client);
    order->does(order);
    return order->succeeds;
}

/* Reads before and after; what it has read stays the same. */
static void changes_in_the_step(struct order *order) {
    const char *tid = xpay_response(order->client, "LGD_TID", 0);
    char copy[32];
    snprintf(copy, sizeof copy, "%s", tid);
    CHECK(copy[0] != '\0');
    every_change(order->client, "in a step");
    /* "가드", encoded like the other messages. */
    bool utf8 = strcmp(xpay_config(order->client, "output_UTF8"), "1") == 0;
    CHECK(strstr(xpay_response_detail(order->client), utf8 ? "\xEA\xB0\x80\xEB\x93\x9C" : "\xB0\xA1\xB5\xE5") != NULL);
    CHECK_STR(tid, copy);
    CHECK_STR(xpay_response(order->client, "LGD_TID", 0), copy);
    CHECK_STR(xpay_tx_id(order->client), txid);
    CHECK(xpay_outcome(order->client) == XPAY_OUTCOME_ANSWERED);
    CHECK(xpay_is_held(order->client));
}

static void a_change_in_the_step(bool succeeds) {
    struct order order = {shop("good"), changes_in_the_step, succeeds, 0};
    CHECK(xpay_set_config(order.client, "output_UTF8", succeeds ? "1" : "0"));
    CHECK(xpay_tx_guarded(order.client, true, book, &order) == succeeds);
    CHECK(order.calls == 1);
    CHECK_STR(xpay_response_code(order.client), succeeds ? "0000" : "90007");
    CHECK(strstr(xpay_response_detail(order.client), "in a step") == NULL);
    CHECK(xpay_outcome(order.client) == (succeeds ? XPAY_OUTCOME_ANSWERED : XPAY_OUTCOME_ROLLED_BACK));
    CHECK_STR(xpay_tx_id(order.client), txid);
    xpay_free(order.client);
}

/* The shop begins its next transaction in the step of this one. */
static void begins_another(struct order *order) {
    CHECK(!xpay_init_tx(order->client, MID));
}

static void another_transaction_in_the_step(void) {
    struct order order = {xpay_new(), begins_another, true, 0};
    CHECK(xpay_init(order.client, home("good"), "test"));
    CHECK(xpay_pay_by_key(order.client, MID, fresh_paykey(), 23400, book, &order));
    CHECK_STR(xpay_response_code(order.client), "0000");
    CHECK(xpay_outcome(order.client) == XPAY_OUTCOME_ANSWERED);
    xpay_free(order.client);
}

/* Counts the Rollbacks that are sent. */
static void count_rollbacks(void *context, int level, const char *line) {
    (void)level;
    if (strstr(line, "LGD_TXNAME=Rollback") != NULL)
        ++*(int *)context;
}

/* As code for the vendor's class does. */
static void rolls_back(struct order *order) {
    char copy[32];
    const char *tid = xpay_response(order->client, "LGD_TID", 0);
    snprintf(copy, sizeof copy, "%s", tid);
    CHECK(!xpay_set(order->client, "LGD_OID", "other"));
    CHECK(!xpay_rollback(order->client, NULL));
    CHECK_STR(xpay_response_code(order->client), "90001");
    CHECK(xpay_is_held(order->client));
    CHECK(xpay_rollback(order->client, "shop database error"));
    CHECK_STR(xpay_response_code(order->client), "0000");
    CHECK(xpay_outcome(order->client) == XPAY_OUTCOME_ROLLED_BACK);
    CHECK(!xpay_is_held(order->client));
    CHECK_STR(tid, copy);
    /* The second call returns the same. */
    CHECK(xpay_rollback(order->client, "asked again"));
    CHECK(!xpay_undo(order->client, "and again"));
    CHECK_STR(xpay_response_code(order->client), "90007");
    CHECK(!xpay_set(order->client, "LGD_OID", "other"));
    CHECK_STR(tid, copy);
}

static void undoes(struct order *order) {
    CHECK(!xpay_undo(order->client, "sold out"));
    CHECK_STR(xpay_response_code(order->client), "90007");
}

static void rolls_back_in_the_dark(struct order *order) {
    relay_is_dark(true);
    CHECK(!xpay_rollback(order->client, "shop database error"));
    CHECK_STR(xpay_response_code(order->client), "90007");
    CHECK(xpay_outcome(order->client) == XPAY_OUTCOME_IN_DOUBT);
}

static void a_rollback_in_the_step(void (*does)(struct order *order), bool succeeds, xpay_outcome_t outcome) {
    int rollbacks = 0;
    struct order order = {shop("guarded"), does, succeeds, 0};
    CHECK(xpay_set_logger(order.client, count_rollbacks, &rollbacks));
    CHECK(!xpay_tx_guarded(order.client, true, book, &order));
    CHECK(order.calls == 1);
    CHECK(outcome == XPAY_OUTCOME_IN_DOUBT || rollbacks == 1);
    CHECK_STR(xpay_response_code(order.client), "90007");
    CHECK(strstr(xpay_response_detail(order.client), txid) != NULL);
    CHECK(xpay_outcome(order.client) == outcome);
    CHECK_STR(xpay_tx_id(order.client), txid);
    relay_is_dark(false);
    CHECK(recovered(order.client) == 0);
    xpay_free(order.client);
}

/* Calls its own client at every line, which a logger must not do. */
struct ear {
    xpay_client *client;
    int lines;
};

static void calls_its_client(void *context, int level, const char *line) {
    struct ear *ear = context;
    (void)level, (void)line;
    if (ear->lines++ == 0)
        every_change(ear->client, "in a call");
    turned_away(ear->client, xpay_set(ear->client, "LGD_AMOUNT", "1"), "in a call");
    turned_away(ear->client, xpay_rollback(ear->client, "r"), "in a call");
    CHECK(xpay_outcome(ear->client) == XPAY_OUTCOME_IN_DOUBT);
    CHECK_STR(xpay_response(ear->client, "LGD_TID", 0), "");
    CHECK(xpay_config(ear->client, "timeout") == NULL);
}

/* xpay_free in the logger frees nothing, and the logger is not called again. */
static void a_logger_that_calls_its_client(void) {
    struct ear ear = {shop("good"), 0};
    CHECK(xpay_set_logger(ear.client, calls_its_client, &ear));
    CHECK(xpay_tx(ear.client, true));
    CHECK(ear.lines == 1);
    CHECK_STR(xpay_response_code(ear.client), "0000");
    CHECK_STR(xpay_response(ear.client, "LGD_AMOUNT", 0), "23400");
    xpay_free(ear.client);
}

/* A freed context. */
static void must_not_be_called(void *context, int level, const char *line) {
    (void)level;
    if (*(bool *)context)
        printf("    %s\n", line);
    CHECK(!*(bool *)context);
}

static void count_lines(void *context, int level, const char *line) {
    (void)level, (void)line;
    ++*(int *)context;
}

/* A held approval logs its Rollback to the logger that is set by then. */
static void a_logger_that_is_gone(void) {
    bool gone = false;
    int lines = 0;
    xpay_client *client = shop("good");
    CHECK(xpay_set_logger(client, must_not_be_called, &gone));
    CHECK(xpay_tx_held(client, true) && xpay_is_held(client));
    CHECK(xpay_set_logger(client, NULL, NULL));
    gone = true;
    CHECK(!xpay_undo(client, "sold out"));
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ROLLED_BACK);

    gone = false;
    CHECK(begin_payment(client));
    CHECK(xpay_set_logger(client, must_not_be_called, &gone));
    CHECK(xpay_tx_held(client, true) && xpay_is_held(client));
    CHECK(xpay_set_logger(client, count_lines, &lines));
    gone = true;
    CHECK(!xpay_undo(client, "sold out"));
    CHECK(lines > 0);
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_ROLLED_BACK);
    xpay_free(client);
}

static void *changes_elsewhere(void *context) {
    xpay_client *client = context;
    every_change(client, "another thread");
    turned_away(client, xpay_rollback(client, "r"), "another thread");
    turned_away(client, xpay_undo(client, "r"), "another thread");
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_IN_DOUBT);
    CHECK_STR(xpay_response(client, "LGD_TID", 0), "");
    return NULL;
}

static void another_thread_comes(struct order *order) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, changes_elsewhere, order->client) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    /* Only that thread got the code. */
    CHECK_STR(xpay_response_code(order->client), "0000");
    CHECK(xpay_is_held(order->client));
}

static void another_thread_during_the_step(void) {
    struct order order = {shop("good"), another_thread_comes, true, 0};
    CHECK(xpay_tx_guarded(order.client, true, book, &order));
    CHECK_STR(xpay_response_code(order.client), "0000");
    CHECK(xpay_outcome(order.client) == XPAY_OUTCOME_ANSWERED);
    xpay_free(order.client);
}

/* The results of each thread's calls: done or rejected, and nothing else. */
struct crowd {
    xpay_client *client;
    int done, away, odd;
};

static void *in_the_crowd(void *context) {
    struct crowd *crowd = context;
    char out[33];
    for (int i = 0; i < 2000; i++) {
        bool done[] = {xpay_set_config(crowd->client, "of_the_shop", "value"), xpay_init_tx(crowd->client, MID),
                       xpay_set(crowd->client, "LGD_TXNAME", "Ping"), xpay_timestamp(crowd->client, out)};
        for (size_t at = 0; at < sizeof done / sizeof *done; at++)
            done[at] ? crowd->done++ : crowd->away++;
        if (!done[3] && strcmp(xpay_response_code(crowd->client), "90002") != 0)
            crowd->odd++;
        crowd->odd += strlen(xpay_response_detail(crowd->client)) > 8191;
        (void)xpay_response_count(crowd->client);
        (void)xpay_config_count(crowd->client);
        (void)xpay_outcome(crowd->client);
        (void)xpay_is_cancelled(crowd->client, "SC0010");
    }
    return NULL;
}

static void many_threads_on_one_client(void) {
    pthread_t threads[THREADS];
    struct crowd crowds[THREADS];
    xpay_client *client = xpay_new();
    CHECK(xpay_init(client, home("good"), "test"));
    for (int i = 0; i < THREADS; i++) {
        crowds[i] = (struct crowd){client, 0, 0, 0};
        CHECK(pthread_create(&threads[i], NULL, in_the_crowd, &crowds[i]) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK(crowds[i].done + crowds[i].away == 8000 && crowds[i].odd == 0);
    }
    CHECK(xpay_init_tx(client, MID) && xpay_set(client, "LGD_TXNAME", "Ping") && xpay_tx(client, true));
    CHECK_STR(xpay_response_code(client), "0000");
    xpay_free(client);
}

/* Code and message are in the client: pointers taken before a call show the result of that call. */
static void code_and_message_stay_where_they_are(void) {
    char told[256];
    xpay_client *client = xpay_new();
    const char *code = xpay_response_code(client), *message = xpay_response_msg(client), *detail = xpay_response_detail(client);
    CHECK_STR(code, "");
    CHECK(!xpay_set(client, "a", "b"));
    CHECK_STR(code, "90002");
    CHECK(strstr(detail, "Init_TX") != NULL && strstr(message, "Init_TX") == NULL);
    CHECK(!xpay_set(client, NULL, NULL));
    CHECK_STR(code, "90001");
    CHECK(xpay_response_code(client) == code);
    CHECK(xpay_response_msg(client) == message && xpay_response_detail(client) == detail);
    /* In any order of evaluation. */
    snprintf(told, sizeof told, "%d %s", xpay_set_config(client, "", ""), xpay_response_code(client));
    CHECK_STR(told, "0 90003");
    CHECK(xpay_init(client, home("good"), "test"));
    CHECK_STR(xpay_response_code(client), code);
    xpay_free(client);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];
    code_and_message_stay_where_they_are();
    a_change_in_the_step(true);
    a_change_in_the_step(false);
    another_transaction_in_the_step();
    a_rollback_in_the_step(rolls_back, true, XPAY_OUTCOME_ROLLED_BACK);
    a_rollback_in_the_step(rolls_back, false, XPAY_OUTCOME_ROLLED_BACK);
    a_rollback_in_the_step(undoes, true, XPAY_OUTCOME_ROLLED_BACK);
    a_rollback_in_the_step(rolls_back_in_the_dark, true, XPAY_OUTCOME_IN_DOUBT);
    a_logger_that_calls_its_client();
    a_logger_that_is_gone();
    another_thread_during_the_step();
    many_threads_on_one_client();
    return report();
}
