/* The scenarios' driver in C: one call a line on stdin, one line of what came of it on stdout; see drivers.py. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xpayclient.h>

#define CLIENTS 8
#define FIELDS 8 /* client, call and up to six arguments */
#define LINE (1 << 20)

static int digit(char hex) { return hex <= '9' ? hex - '0' : hex - 'A' + 10; }

/* Undoes the percent-encoding in place. */
static char *decode(char *text) {
    char *to = text;
    for (const char *from = text; *from != '\0'; from++, to++) {
        *to = *from;
        if (*from == '%' && from[1] != '\0' && from[2] != '\0') {
            *to = (char)(digit(from[1]) * 16 + digit(from[2]));
            from += 2;
        }
    }
    *to = '\0';
    return text;
}

/* Cuts a line at its tabs; what is missing is empty. */
static void split(char *line, char *fields[FIELDS]) {
    static char nothing[] = "";
    line[strcspn(line, "\n")] = '\0';
    for (size_t i = 0; i < FIELDS; i++) {
        char *tab = line == NULL ? NULL : strchr(line, '\t');
        if (tab != NULL)
            *tab = '\0';
        fields[i] = line == NULL ? nothing : decode(line);
        line = tab == NULL ? NULL : tab + 1;
    }
}

static void print_encoded(const char *text) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.";
    for (; *text != '\0'; text++) {
        if (strchr(plain, *text) != NULL)
            putchar(*text);
        else
            printf("%%%02X", (unsigned)(unsigned char)*text);
    }
}

/* A call that may fail: what it returned and all it left for the caller to read. */
static void print_status(const xpay_client *client, bool returned) {
    printf("status\t%s\t", returned ? "true" : "false");
    print_encoded(xpay_response_code(client));
    printf("\t%d\t", (int)xpay_outcome(client));
    print_encoded(xpay_response_msg(client));
    putchar('\t');
    print_encoded(xpay_response_detail(client));
}

static void print_value(const char *text) {
    fputs(text == NULL ? "null" : "value\t", stdout);
    if (text != NULL)
        print_encoded(text);
}

static void print_number(size_t number) { printf("value\t%zu", number); }

/* The shop's step of a guarded transaction: it ends as the scenario says. */
static bool step(void *ends, const xpay_client *c) { return xpay_response_count(c) > 0 && strcmp(ends, "ok") == 0; }

/* Calls that may fail; `done` tells whether this was one. */
static bool starts(xpay_client *c, const char *call, char **a, bool *done) {
    *done = true;
    if (strcmp(call, "init") == 0) return xpay_init(c, a[0], a[1]);
    if (strcmp(call, "init_mode") == 0) return xpay_init_mode(c, a[0]);
    if (strcmp(call, "set_config") == 0) return xpay_set_config(c, a[0], a[1]);
    if (strcmp(call, "warm_up") == 0) return xpay_warm_up(c);
    if (strcmp(call, "init_tx") == 0) return xpay_init_tx(c, a[0]);
    if (strcmp(call, "set") == 0) return xpay_set(c, a[0], a[1]);
    if (strcmp(call, "tx") == 0) return xpay_tx(c, strcmp(a[0], "true") == 0);
    if (strcmp(call, "guarded") == 0) return xpay_tx_guarded(c, strcmp(a[0], "true") == 0, step, a[1]);
    if (strcmp(call, "rollback") == 0) return xpay_rollback(c, a[0]);
    if (strcmp(call, "verify_hash_data_cas") == 0)
        return xpay_verify_hash_data_cas(c, a[0], a[1], a[2], a[3], a[4], a[5]);
    if (strcmp(call, "report") == 0) return xpay_report(c, a[0], a[1]);
    if (strcmp(call, "patch") == 0) return xpay_patch(c, a[0]);
    if (strcmp(call, "log") == 0) return xpay_log(c, a[0], atoi(a[1])), true;
    return *done = false;
}

/* Calls that make a signature. */
static bool signs(xpay_client *c, const char *call, char **a) {
    char out[129] = "";
    bool made;
    if (strcmp(call, "hash_data") == 0) made = xpay_hash_data(c, a[0], a[1], a[2], a[3], out);
    else if (strcmp(call, "hash_data_cas") == 0) made = xpay_hash_data_cas(c, a[0], a[1], a[2], a[3], a[4], out);
    else if (strcmp(call, "hash_data_openpay") == 0)
        made = xpay_hash_data_openpay(c, a[0], a[1], a[2], a[3], a[4], out);
    else if (strcmp(call, "vendor_hash_data") == 0) made = xpay_vendor_hash_data(c, a[0], a[1], a[2], a[3], out);
    else if (strcmp(call, "vendor_hash_data_cas") == 0)
        made = xpay_vendor_hash_data_cas(c, a[0], a[1], a[2], a[3], a[4], out);
    else if (strcmp(call, "vendor_hash_data_openpay") == 0)
        made = xpay_vendor_hash_data_openpay(c, a[0], a[1], a[2], a[3], a[4], out);
    else if (strcmp(call, "receipt_authdata") == 0) made = xpay_receipt_authdata(c, a[0], a[1], out);
    else return false;
    made ? print_value(out) : print_status(c, false);
    return true;
}

/* Recovery: how many are open, or why nobody knows. */
static bool recovers(xpay_client *c, const char *call) {
    if (strcmp(call, "recover") != 0)
        return false;
    size_t open;
    xpay_recover_open(c, &open) ? print_number(open) : print_status(c, false);
    return true;
}

/* Calls that only look. */
static bool reads(const xpay_client *c, const char *call, char **a) {
    if (strcmp(call, "config") == 0) print_value(xpay_config(c, a[0]));
    else if (strcmp(call, "config_count") == 0) print_number(xpay_config_count(c));
    else if (strcmp(call, "config_name") == 0) print_value(xpay_config_name(c, (size_t)atoi(a[0])));
    else if (strcmp(call, "tx_id") == 0) print_value(xpay_tx_id(c));
    else if (strcmp(call, "auth_code") == 0) print_value(xpay_auth_code(c));
    else if (strcmp(call, "response_json") == 0) print_value(xpay_response_json(c));
    else if (strcmp(call, "response_count") == 0) print_number(xpay_response_count(c));
    else if (strcmp(call, "response_name_count") == 0) print_number(xpay_response_name_count(c));
    else if (strcmp(call, "response_name") == 0) print_value(xpay_response_name(c, (size_t)atoi(a[0])));
    else if (strcmp(call, "response") == 0) print_value(xpay_response(c, a[0], (size_t)atoi(a[1])));
    else return false;
    return true;
}

/* Every line of the log, where the judge looks for secrets. */
static void show(void *context, int level, const char *line) {
    (void)context;
    fprintf(stderr, "%d %s\n", level, line);
}

static void answer(xpay_client *client, const char *call, char **arguments) {
    bool done;
    bool returned = starts(client, call, arguments, &done);
    if (done)
        print_status(client, returned);
    else if (!signs(client, call, arguments) && !recovers(client, call) && !reads(client, call, arguments))
        fputs("unknown", stdout);
    putchar('\n');
    fflush(stdout);
}

int main(void) {
    static xpay_client *clients[CLIENTS];
    static char line[LINE];
    while (fgets(line, sizeof line, stdin) != NULL) {
        char *fields[FIELDS];
        split(line, fields);
        size_t number = (size_t)atoi(fields[0]) % CLIENTS;
        if (clients[number] == NULL) {
            clients[number] = xpay_new();
            xpay_set_logger(clients[number], show, NULL);
        }
        answer(clients[number], fields[1], &fields[2]);
    }
    for (size_t i = 0; i < CLIENTS; i++)
        xpay_free(clients[i]);
    return 0;
}
