/* The journal in a shop's own database: what a store is given, what it may say, and when it is not called any more. */
#include "check.h"

#define MOST 64

/* A database with one answer for everything, which remembers what it was asked. */
struct database {
    xpay_client *client;
    const char *refusal;
    char asked[MOST][16];
    int count;
    bool silent;
};

static void execute(void *context, xpay_statement_t *statement) {
    struct database *database = context;
    const char *operation = xpay_statement_operation(statement);
    if (database->count < MOST)
        snprintf(database->asked[database->count++], 16, "%s", operation);
    CHECK(strlen(xpay_statement_sql(statement)) > 20);
    CHECK(xpay_statement_value(statement, xpay_statement_value_count(statement)) == NULL);
    CHECK(strstr(xpay_statement_on_connect(statement, 0), "SE") != NULL);
    CHECK(xpay_statement_on_connect(statement, 99) == NULL);
    /* Within a call, every other one is turned away. */
    CHECK(!xpay_set_store(database->client, "mysql", "?", NULL, NULL));
    if (database->silent)
        return;
    if (database->refusal != NULL)
        xpay_statement_not_done(statement, database->refusal);
    else if (!xpay_statement_is_query(statement))
        xpay_statement_changed(statement, 1);
    if (strcmp(operation, "begin") == 0) {
        CHECK(xpay_statement_value_count(statement) == 17);
        CHECK_STR(xpay_statement_value(statement, 5), "PaymentByKey");
        CHECK_STR(xpay_statement_value(statement, 1), "sent");
    }
}

static xpay_client *shop(const char *name, struct database *database) {
    xpay_client *client = xpay_new();
    memset(database, 0, sizeof *database);
    database->client = client;
    CHECK(xpay_set_store(client, "mysql", "?", execute, database));
    /* It stays set across this. */
    CHECK(xpay_init(client, home(name), "test"));
    return client;
}

static void a_payment_is_three_statements(void) {
    struct database database;
    xpay_client *client = shop("read", &database);
    CHECK(begin_payment(client) && xpay_tx(client, true));
    CHECK_STR(xpay_response_code(client), "0000");
    CHECK(database.count == 3);
    CHECK_STR(database.asked[0], "begin");
    CHECK_STR(database.asked[1], "mark");
    CHECK_STR(database.asked[2], "mark");
    CHECK_STR(xpay_unwritten(client), "");
    CHECK_STR(xpay_journal_password(client), "");
    xpay_free(client);
}

static void what_is_refused_goes_into_files_or_nowhere(void) {
    struct database database;
    xpay_client *client = shop("read", &database);
    database.refusal = "no such table";
    CHECK(begin_payment(client) && xpay_tx(client, true));
    CHECK(strstr(xpay_unwritten(client), "no such table") != NULL);
    CHECK(xpay_set_config(client, "journal", "strict"));
    CHECK(begin_payment(client) && !xpay_tx(client, true));
    CHECK_STR(xpay_response_code(client), "90006");
    CHECK(xpay_outcome(client) == XPAY_OUTCOME_NOT_SENT);
    CHECK(xpay_set_config(client, "journal_password_file", "no-such-file"));
    CHECK(xpay_journal_password(client) == NULL);
    CHECK_STR(xpay_response_code(client), "90006");
    xpay_free(client);
}

/* The shop frees what its store needs, and an approval of before is still held. */
static void one_that_was_replaced_is_not_called_again(void) {
    struct database first, second;
    xpay_client *client = shop("read", &first);
    CHECK(begin_payment(client) && xpay_tx_held(client, true) && xpay_is_held(client));
    int before = first.count;
    memset(&second, 0, sizeof second);
    second.client = client;
    CHECK(xpay_set_store(client, "pgsql", "$1", execute, &second) == true);
    CHECK(xpay_confirm(client));
    CHECK(first.count == before && second.count == 0);
    /* What is unknown is refused, and changes nothing. */
    CHECK(!xpay_set_store(client, "oracle", "?", execute, &first));
    CHECK_STR(xpay_response_code(client), "90003");
    CHECK(!xpay_set_store(client, "mysql", ":1", execute, &first));
    CHECK(xpay_set_store(client, "x", "x", NULL, NULL));
    CHECK(begin_payment(client) && xpay_tx(client, true));
    CHECK(first.count == before && second.count == 0);
    xpay_free(client);
}

static void without_a_statement_nothing_happens(void) {
    const char *const row[] = {"a", NULL};
    CHECK_STR(xpay_statement_operation(NULL), "");
    CHECK_STR(xpay_statement_sql(NULL), "");
    CHECK(xpay_statement_value_count(NULL) == 0 && xpay_statement_value(NULL, 0) == NULL);
    CHECK(!xpay_statement_is_query(NULL) && !xpay_statement_is_fresh(NULL));
    CHECK(xpay_statement_on_connect(NULL, 0) == NULL);
    xpay_statement_changed(NULL, 1);
    xpay_statement_row(NULL, row, 2);
    xpay_statement_not_done(NULL, NULL);
    xpay_statement_unknown(NULL, NULL);
}

int main(int argc, char **argv) {
    CHECK(argc == 2);
    workshop = argv[1];
    a_payment_is_three_statements();
    what_is_refused_goes_into_files_or_nowhere();
    one_that_was_replaced_is_not_called_again();
    without_a_statement_nothing_happens();
    return report();
}
