/* Pays, and recovers, with the journal in the shop's MariaDB or MySQL: any of its machines can do either.
 *
 * Usage: journal_mariadb HOME_DIR MID HOST:PORT:DATABASE:USER pay < PAYKEYS
 *        journal_mariadb HOME_DIR MID HOST:PORT:DATABASE:USER recover
 *
 * The password is in the file that journal_password_file names in mall.conf. An administrator makes the tables with
 * `xpay journal init --print --for mysql`. Compile it with $(mariadb_config --cflags --libs) -lxpayclient.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mysql.h>
#include <xpayclient.h>

/* A statement has this many values and a row this many columns at most, each of this many bytes at most. */
#define VALUES 32
#define BYTES 1024
/* How long the database may take, in seconds. */
#define TO_CONNECT 5
#define DEADLINE 10

struct database {
    char host[256], name[65], user[81];
    unsigned int port;
    const char *password;
    /* NULL while there is no connection. */
    MYSQL *connection;
    /* After a fork the connection is the parent's. */
    pid_t owner;
};

static void disconnect(struct database *database) {
    /* In a child this would end the parent's session. */
    if (database->connection != NULL && database->owner == getpid())
        mysql_close(database->connection);
    database->connection = NULL;
}

/* False: there is no connection, so nothing was sent. */
static bool connect_to(struct database *database, const xpay_statement_t *statement) {
    unsigned int to_connect = TO_CONNECT, deadline = DEADLINE;
    const char *first;
    size_t i;
    if (database->owner != getpid() || xpay_statement_is_fresh(statement))
        disconnect(database);
    if (database->connection != NULL)
        return true;
    database->owner = getpid();
    database->connection = mysql_init(NULL);
    if (database->connection == NULL)
        return false;
    mysql_options(database->connection, MYSQL_OPT_CONNECT_TIMEOUT, &to_connect);
    mysql_options(database->connection, MYSQL_OPT_READ_TIMEOUT, &deadline);
    mysql_options(database->connection, MYSQL_OPT_WRITE_TIMEOUT, &deadline);
    mysql_options(database->connection, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    if (mysql_real_connect(database->connection, database->host, database->user, database->password, database->name,
                           database->port, NULL, 0)
        == NULL)
        return false;
    for (i = 0; (first = xpay_statement_on_connect(statement, i)) != NULL; i++)
        if (mysql_query(database->connection, first) != 0)
            return false;
    return true;
}

/* False: an error. */
static bool tell_rows(MYSQL_STMT *prepared, xpay_statement_t *statement) {
    static char bytes[VALUES][BYTES];
    MYSQL_BIND columns[VALUES];
    my_bool is_null[VALUES];
    unsigned long lengths[VALUES];
    const char *values[VALUES];
    unsigned int column, count = mysql_stmt_field_count(prepared);
    int status;
    if (count > VALUES)
        return false;
    memset(columns, 0, sizeof columns);
    for (column = 0; column < count; column++) {
        columns[column].buffer_type = MYSQL_TYPE_STRING;
        columns[column].buffer = bytes[column];
        columns[column].buffer_length = BYTES - 1;
        columns[column].is_null = &is_null[column];
        columns[column].length = &lengths[column];
    }
    /* All rows at once: the connection is free for the next statement. */
    if (mysql_stmt_bind_result(prepared, columns) || mysql_stmt_store_result(prepared))
        return false;
    while ((status = mysql_stmt_fetch(prepared)) == 0) {
        for (column = 0; column < count; column++) {
            bytes[column][lengths[column] < BYTES ? lengths[column] : BYTES - 1] = '\0';
            values[column] = is_null[column] ? NULL : bytes[column];
        }
        xpay_statement_row(statement, values, count);
    }
    return status == MYSQL_NO_DATA;
}

/* The server refused it and the session lives: it is not done. Otherwise it may be. */
static void tell_error(struct database *database, unsigned int code, xpay_statement_t *statement) {
    char why[64];
    snprintf(why, sizeof why, "error %u of the database", code);
    /* Below 2000 is the server's answer, from 2000 to 2999 the client's own trouble. */
    if (code != 0 && (code < 2000 || code > 2999) && mysql_ping(database->connection) == 0) {
        xpay_statement_not_done(statement, why);
    } else {
        xpay_statement_unknown(statement, why);
        disconnect(database);
    }
}

/* Executes a statement of the journal. */
static void execute(void *context, xpay_statement_t *statement) {
    struct database *database = context;
    MYSQL_BIND values[VALUES];
    MYSQL_STMT *prepared;
    size_t i, count = xpay_statement_value_count(statement);
    const char *sql = xpay_statement_sql(statement);
    if (count > VALUES || !connect_to(database, statement)) {
        xpay_statement_not_done(statement, "no connection to the database");
        disconnect(database);
        return;
    }
    memset(values, 0, sizeof values);
    for (i = 0; i < count; i++) {
        const char *value = xpay_statement_value(statement, i);
        values[i].buffer_type = value == NULL ? MYSQL_TYPE_NULL : MYSQL_TYPE_STRING;
        values[i].buffer = (void *)value;
        values[i].buffer_length = value == NULL ? 0 : (unsigned long)strlen(value);
    }
    prepared = mysql_stmt_init(database->connection);
    if (prepared == NULL || mysql_stmt_prepare(prepared, sql, (unsigned long)strlen(sql))
        || mysql_stmt_bind_param(prepared, values) || mysql_stmt_execute(prepared)
        || (xpay_statement_is_query(statement) && !tell_rows(prepared, statement)))
        tell_error(database, prepared == NULL ? 0 : mysql_stmt_errno(prepared), statement);
    else if (!xpay_statement_is_query(statement))
        xpay_statement_changed(statement, mysql_stmt_affected_rows(prepared));
    if (prepared != NULL)
        mysql_stmt_close(prepared);
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
    struct database database;
    xpay_client *client = xpay_new();
    int status = 2;
    memset(&database, 0, sizeof database);
    if (argc != 5
        || sscanf(argv[3], "%255[^:]:%u:%64[^:]:%80[^:]", database.host, &database.port, database.name, database.user) != 4) {
        fprintf(stderr, "usage: journal_mariadb HOME_DIR MID HOST:PORT:DATABASE:USER pay|recover\n");
    } else if (!xpay_init(client, argv[1], "test") || (database.password = xpay_journal_password(client)) == NULL
               || !xpay_set_store(client, "mysql", "?", execute, &database)) {
        fprintf(stderr, "%s\n", xpay_response_detail(client));
    } else {
        status = strcmp(argv[4], "recover") == 0 ? recover(client) : pay(client, argv[2]);
    }
    xpay_free(client);
    disconnect(&database);
    mysql_library_end();
    return status;
}
