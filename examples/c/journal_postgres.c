/* Pays, and recovers, with the journal in the shop's PostgreSQL: any of its machines can do either.
 *
 * Usage: journal_postgres HOME_DIR MID CONNINFO pay < PAYKEYS
 *        journal_postgres HOME_DIR MID CONNINFO recover
 *
 * CONNINFO is libpq's: "host=db dbname=shop user=shop". The password is in the file that journal_password_file names in
 * mall.conf. An administrator makes the tables with `xpay journal init --print --for postgres`.
 * Compile it with -I"$(pg_config --includedir)" -lxpayclient -lpq.
 */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <libpq-fe.h>
#include <xpayclient.h>

/* A statement has this many values at most. */
#define VALUES 32
/* How long the database may take, in seconds. A server that stands still keeps its connections open. */
#define DEADLINE 10

struct database {
    const char *conninfo, *password;
    /* NULL while there is no connection. */
    PGconn *connection;
    /* After a fork the connection is the parent's. */
    pid_t owner;
};

/* Waits for the whole answer. NULL: the connection ended or the time is over, and nobody knows what was done. */
static PGresult *answer(PGconn *connection) {
    PGresult *last = NULL;
    time_t until = time(NULL) + DEADLINE;
    for (;;) {
        PGresult *next;
        while (PQisBusy(connection)) {
            struct pollfd wait = {PQsocket(connection), POLLIN, 0};
            time_t now = time(NULL);
            if (now >= until || poll(&wait, 1, (int)(until - now) * 1000) <= 0 || !PQconsumeInput(connection)) {
                PQclear(last);
                return NULL;
            }
        }
        next = PQgetResult(connection);
        if (next == NULL)
            return last;
        PQclear(last);
        last = next;
    }
}

static void disconnect(struct database *database) {
    /* In a child this would end the parent's session. */
    if (database->connection != NULL && database->owner == getpid())
        PQfinish(database->connection);
    database->connection = NULL;
}

/* False: there is no connection, so nothing was sent. */
static bool connect_to(struct database *database, const xpay_statement_t *statement) {
    const char *names[] = {"dbname", "password", "connect_timeout", "client_encoding", NULL};
    const char *values[] = {database->conninfo, database->password, "5", "UTF8", NULL};
    const char *first;
    size_t i;
    if (database->owner != getpid() || xpay_statement_is_fresh(statement))
        disconnect(database);
    if (database->connection != NULL && PQstatus(database->connection) == CONNECTION_OK)
        return true;
    disconnect(database);
    database->owner = getpid();
    database->connection = PQconnectdbParams(names, values, 1);
    if (PQstatus(database->connection) != CONNECTION_OK)
        return false;
    for (i = 0; (first = xpay_statement_on_connect(statement, i)) != NULL; i++) {
        PGresult *done = PQsendQuery(database->connection, first) ? answer(database->connection) : NULL;
        bool fine = PQresultStatus(done) == PGRES_COMMAND_OK;
        PQclear(done);
        if (!fine)
            return false;
    }
    return true;
}

static void tell_rows(const PGresult *rows, xpay_statement_t *statement) {
    const char *values[VALUES];
    int row, column, columns = PQnfields(rows) < VALUES ? PQnfields(rows) : VALUES;
    for (row = 0; row < PQntuples(rows); row++) {
        for (column = 0; column < columns; column++)
            values[column] = PQgetisnull(rows, row, column) ? NULL : PQgetvalue(rows, row, column);
        xpay_statement_row(statement, values, (size_t)columns);
    }
}

/* Executes a statement of the journal. */
static void execute(void *context, xpay_statement_t *statement) {
    struct database *database = context;
    const char *values[VALUES];
    size_t i, count = xpay_statement_value_count(statement);
    PGresult *result;
    if (count > VALUES) {
        xpay_statement_not_done(statement, "more values than this program expects");
        return;
    }
    if (!connect_to(database, statement)) {
        xpay_statement_not_done(statement, "no connection to the database");
        disconnect(database);
        return;
    }
    for (i = 0; i < count; i++)
        values[i] = xpay_statement_value(statement, i);
    result = PQsendQueryParams(database->connection, xpay_statement_sql(statement), (int)count, NULL, values, NULL, NULL, 0)
                 ? answer(database->connection)
                 : NULL;
    switch (PQresultStatus(result)) {
    case PGRES_COMMAND_OK: {
        unsigned long rows = 0;
        sscanf(PQcmdTuples(result), "%lu", &rows);
        xpay_statement_changed(statement, rows);
        break;
    }
    case PGRES_TUPLES_OK:
        tell_rows(result, statement);
        break;
    default: {
        /* The server refused it and the session lives: it is not done. Otherwise it may be. */
        const char *state = result != NULL ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
        const char *severity = result != NULL ? PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED) : NULL;
        if (state != NULL && severity != NULL && strcmp(severity, "ERROR") == 0 && PQstatus(database->connection) == CONNECTION_OK) {
            xpay_statement_not_done(statement, state);
        } else {
            xpay_statement_unknown(statement, "the connection to the database ended");
            disconnect(database);
        }
    }
    }
    PQclear(result);
}

/* Each line is a PAYKEY. */
static int pay(xpay_client *client, const char *mid) {
    char paykey[256];
    int unpaid = 0;
    while (fgets(paykey, sizeof paykey, stdin) != NULL) {
        paykey[strcspn(paykey, "\r\n")] = '\0';
        if (xpay_init_tx(client, mid) && xpay_set(client, "LGD_TXNAME", "PaymentByKey")
            && xpay_set(client, "LGD_PAYKEY", paykey) && xpay_tx(client, true)
            && strcmp(xpay_response_code(client), "0000") == 0) {
            printf("paid %s %s\n", xpay_tx_id(client), xpay_response(client, "LGD_TID", 0));
        } else {
            unpaid = 1;
            printf("outcome %d %s %s\n", (int)xpay_outcome(client), xpay_tx_id(client), xpay_response_detail(client));
        }
        fflush(stdout);
    }
    return unpaid;
}

static int recover(xpay_client *client) {
    size_t open = 0;
    if (!xpay_recover_open(client, &open)) {
        fprintf(stderr, "%s\n", xpay_response_detail(client));
        return 1;
    }
    printf("%lu open\n", (unsigned long)open);
    return open == 0 ? 0 : 3;
}

int main(int argc, char **argv) {
    struct database database = {NULL, NULL, NULL, 0};
    xpay_client *client = xpay_new();
    int status = 2;
    if (argc != 5) {
        fprintf(stderr, "usage: journal_postgres HOME_DIR MID CONNINFO pay|recover\n");
    } else if (!xpay_init(client, argv[1], "test") || (database.password = xpay_journal_password(client)) == NULL
               || !xpay_set_store(client, "pgsql", "$1", execute, &database)) {
        fprintf(stderr, "%s\n", xpay_response_detail(client));
    } else {
        database.conninfo = argv[3];
        status = strcmp(argv[4], "recover") == 0 ? recover(client) : pay(client, argv[2]);
    }
    xpay_free(client);
    disconnect(&database);
    return status;
}
