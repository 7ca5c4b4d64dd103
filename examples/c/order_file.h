/* The orders of virtual_account.c and cas_noteurl.c: one file each in a directory, locked while in use. The first line is the
 * amount and, once the account is issued, LGD_TID; each further line is a recorded notification. */
#ifndef ORDER_FILE_H
#define ORDER_FILE_H

#include <stdio.h>
#include <string.h>
#include <sys/file.h>

struct order {
    FILE *file;
    unsigned long long amount;
    char tid[25];
};

/* Opens and locks an order; mode is "r+", or "w+" for a new one. */
static inline int order_open(struct order *order, const char *directory, const char *oid, const char *mode) {
    char path[4096];
    memset(order, 0, sizeof *order);
    /* A well-formed order ID has only letters, digits, - and _: it cannot become a path. */
    if (oid[0] == '\0' || strchr(oid, '/') != NULL || strchr(oid, '.') != NULL)
        return 0;
    snprintf(path, sizeof path, "%s/%s", directory, oid);
    order->file = fopen(path, mode);
    if (order->file == NULL)
        return 0;
    if (flock(fileno(order->file), LOCK_EX) == 0 && (mode[0] == 'w' || fscanf(order->file, "%llu %24s", &order->amount, order->tid) >= 1))
        return 1;
    fclose(order->file);
    return 0;
}

/* Whether a notification is recorded already; last gets the flag of the last one, or 0. */
static inline int order_knows(struct order *order, const char *key, char *last) {
    char line[256];
    int known = 0;
    *last = 0;
    rewind(order->file);
    if (fgets(line, sizeof line, order->file) == NULL)
        return 0;
    while (fgets(line, sizeof line, order->file) != NULL) {
        line[strcspn(line, "\n")] = '\0';
        known = known || strcmp(line, key) == 0;
        /* LGD_TID/LGD_CASSEQNO/LGD_CASFLAG/LGD_PAYDATE: the flag is before the last slash. */
        const char *slash = strrchr(line, '/');
        *last = slash == NULL || slash == line ? 0 : slash[-1];
    }
    return known;
}

/* Whether a notification may follow: issued (R), then a deposit (I), then perhaps a reversal (C) and another deposit. LGD_CASFLAG
 * and LGD_CASSEQNO are not signed, so a notification that was seen once could come again as another. */
static inline int order_follows(char last, char flag) {
    return (flag == 'R' && last == 0) || (flag == 'I' && (last == 'R' || last == 'C')) || (flag == 'C' && last == 'I');
}

/* Adds a line; false if it could not be written. */
static inline int order_add(struct order *order, const char *line) {
    return fseek(order->file, 0, SEEK_END) == 0 && fprintf(order->file, "%s\n", line) > 0 && fflush(order->file) == 0;
}

static inline int order_close(struct order *order) {
    return fclose(order->file) == 0;
}

#endif
