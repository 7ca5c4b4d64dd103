/* The header's promises to any caller: strings of any size and bytes, many clients, threads. */
#define _DEFAULT_SOURCE
#include <pthread.h>

#include "check.h"

#define THREADS 8

#include "every/string.h"

/* Any result is fine; every call must return. */
static void everywhere(xpay_client *client, const char *text) {
    char out[129];
    every_function_with(client, text);
    CHECK(xpay_init_tx(client, MID));
    (void)xpay_set(client, "LGD_BUYER", text);
    CHECK(!xpay_patch(client, text));
    CHECK(!xpay_hash_data(client, text, text, text, text, out));
    CHECK(!xpay_hash_data_cas(client, text, text, text, text, text, out));
    CHECK(!xpay_hash_data_openpay(client, text, text, text, text, text, out));
    CHECK(!xpay_verify_hash_data_cas(client, text, text, text, text, text, text));
    CHECK(!xpay_window_sign(client));
    CHECK(!xpay_notice_verify(client, text, 1));
    CHECK(strlen(xpay_response_msg(client)) < 10000 && strlen(xpay_response_detail(client)) < 10000);
    CHECK(strcmp(xpay_response_code(client), "90099") != 0);
    CHECK(!xpay_init(client, text, text));
    (void)xpay_init_mode(client, text);
    CHECK(!xpay_init_file(client, text, text));
    (void)xpay_init_home(client, text, text);
}

static void any_string(void) {
    const size_t huge = 2 << 20;
    char *text = malloc(huge + 1);
    CHECK(text != NULL);
    memset(text, 'A', huge);
    text[huge] = '\0';
    char every[256];
    for (int i = 0; i < 255; i++)
        every[i] = (char)(i + 1);
    every[255] = '\0';
    const char *const strings[] = {"", text, every, "\xFF\xFE\xED\xA0\x80", "\xB0", "%s%n%s%n", "a\r\nb: c", "\xEF\xBB\xBF"};
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        xpay_client *client = xpay_new();
        CHECK(xpay_init(client, home("good"), "test"));
        everywhere(client, strings[i]);
        xpay_free(client);
    }
    free(text);
}

static void any_index(void) {
    const size_t indexes[] = {0, 1, SIZE_MAX / 2, SIZE_MAX};
    xpay_client *client = xpay_new();
    for (int round = 0; round < 2; round++) {
        for (size_t i = 1; i < sizeof indexes / sizeof *indexes; i++) {
            CHECK(indexes[i] == 1 || xpay_config_name(client, indexes[i]) == NULL);
            CHECK_STR(xpay_response(client, "LGD_TID", indexes[i]), "");
            CHECK(indexes[i] == 1 || xpay_response_name(client, indexes[i])[0] == '\0');
            CHECK_STR(xpay_window_name(client, indexes[i]), "");
            CHECK_STR(xpay_window_value(client, indexes[i]), "");
        }
        CHECK(xpay_init(client, home("good"), "test"));
    }
    xpay_free(client);
}

/* A new client at the address of a freed one knows nothing of it. */
static void comes_and_goes(void) {
    for (int i = 0; i < 1000; i++) {
        xpay_client *client = xpay_new();
        CHECK_STR(xpay_response_code(client), "");
        CHECK_STR(xpay_tx_id(client), "");
        CHECK(xpay_config_count(client) == 0);
        CHECK(!xpay_set(client, "LGD_OID", "x"));
        xpay_free(client);
    }
}

static xpay_client *made(void) {
    xpay_client *client = xpay_new();
    CHECK(xpay_init(client, home("good"), "test"));
    return client;
}

static void *in_a_thread(void *result) {
    char path[4096];
    snprintf(path, sizeof path, "%s/good/home", workshop);
    bool done = true;
    for (int i = 0; i < 3; i++) {
        xpay_client *client = xpay_new();
        done = done && xpay_init(client, path, "test") && pings(client) && pings(client);
        xpay_free(client);
    }
    *(bool *)result = done;
    return NULL;
}

static void in_many_threads(void) {
    pthread_t threads[THREADS];
    bool done[THREADS] = {false};
    for (int i = 0; i < THREADS; i++)
        CHECK(pthread_create(&threads[i], NULL, in_a_thread, &done[i]) == 0);
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
        CHECK(done[i]);
    }
}

static void *frees(void *client) {
    CHECK(pings(client));
    xpay_free(client);
    return NULL;
}

/* A client may move to another thread, and be freed there. */
static void moves_to_a_thread(void) {
    pthread_t thread;
    xpay_client *client = made();
    CHECK(pings(client));
    CHECK(pthread_create(&thread, NULL, frees, client) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];
    any_string();
    any_index();
    comes_and_goes();
    in_many_threads();
    moves_to_a_thread();
    return report();
}
