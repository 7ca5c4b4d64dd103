/* Shared by the C tests: homes and keys from homes.py, counting checks, one transaction in one call. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xpayclient.h>

#define MID "tlgdacomxpay"

static int passed, failed;

static inline void check_at(int line, const char *what, int holds) {
    holds ? passed++ : failed++;
    if (!holds)
        printf("%s:%d: %s\n", __BASE_FILE__, line, what);
}

static inline void check_str_at(int line, const char *what, const char *got, const char *want) {
    int same = strcmp(got, want) == 0;
    check_at(line, what, same);
    if (!same)
        printf("    got  \"%s\"\n    want \"%s\"\n", got, want);
}

/* In place of a signature stands a text that nobody can send, another one each time: an empty one would equal an empty one. */
static inline void check_refusal_at(int line, const char *made) {
    static char last[XPAY_OPENPAY_HASH_SIZE];
    check_at(line, "a refusal", strlen(made) == 32 && strncmp(made, "refused:", 8) == 0 && strcmp(made, last) != 0);
    strcpy(last, made);
}

static inline void check_refused_at(int line, char *out) {
    check_refusal_at(line, out);
    strcpy(out, "");
}

/* How many are open; SIZE_MAX if nobody knows. */
static inline size_t recovered(xpay_client *client) {
    size_t open = 0;
    bool known = xpay_recover_open(client, &open);
    check_at(__LINE__, "known, or SIZE_MAX", known == (open != SIZE_MAX));
    return open;
}

#define CHECK(condition) check_at(__LINE__, #condition, condition)
#define CHECK_STR(got, want) check_str_at(__LINE__, #got, got, want)
#define CHECK_REFUSAL(made) check_refusal_at(__LINE__, made)
#define CHECK_REFUSED(out) check_refused_at(__LINE__, out)

static inline int report(void) {
    printf("%d passed, %d failed\n", passed, failed);
    return failed != 0;
}

/* The directory of this run, from homes.py: NAME/home for each home, and a file of fresh PAYKEYs. */
static const char *workshop;

static inline const char *home(const char *name) {
    static char path[4096];
    snprintf(path, sizeof path, "%s/%s/home", workshop, name);
    return path;
}

static inline const char *fresh_paykey(void) {
    static FILE *keys;
    static char key[128];
    char path[4096];
    if (keys == NULL) {
        snprintf(path, sizeof path, "%s/paykeys", workshop);
        keys = fopen(path, "r");
    }
    if (keys == NULL || fgets(key, sizeof key, keys) == NULL) {
        fprintf(stderr, "homes.py minted too few PAYKEYs\n");
        exit(1);
    }
    key[strcspn(key, "\n")] = '\0';
    return key;
}

/* Sets the name and value pairs up to a NULL name; false if one is rejected. */
static inline bool set_all(xpay_client *client, const char *const pairs[][2]) {
    for (size_t i = 0; pairs[i][0] != NULL; i++)
        if (!xpay_set(client, pairs[i][0], pairs[i][1]))
            return false;
    return true;
}

static inline bool begin_payment(xpay_client *client) {
    const char *const pairs[][2] = {
        {"LGD_TXNAME", "PaymentByKey"}, {"LGD_PAYKEY", fresh_paykey()}, {NULL, NULL}};
    return xpay_init_tx(client, MID) && set_all(client, pairs);
}

static inline bool pings(xpay_client *client) {
    return xpay_init_tx(client, MID) && xpay_set(client, "LGD_TXNAME", "Ping") && xpay_tx(client, true)
        && strcmp(xpay_response_code(client), "0000") == 0;
}

/* Whether the relay of homes.py, through which some homes reach the gateway, is blocked. */
static inline void relay_is_dark(bool dark) {
    char path[4096];
    snprintf(path, sizeof path, "%s/dark", workshop);
    if (!dark) {
        remove(path);
        return;
    }
    FILE *file = fopen(path, "w");
    CHECK(file != NULL && fclose(file) == 0);
}

#endif
