/* Issues a virtual account (가상계좌) for an order. The gateway sends its notifications to cas_noteurl.c.
 *
 * Usage: virtual_account HOME_DIR MID ORDERS OID AMOUNT CASNOTEURL
 *
 * ORDERS is the directory of the shop's orders, see order_file.h.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xpayclient.h>

#include "order_file.h"

static bool assign(xpay_client *client, const char *mid, const char *oid, const char *amount, const char *url) {
    return xpay_init_tx(client, mid)
        && xpay_set(client, "LGD_TXNAME", "CyberAccount")
        && xpay_set(client, "LGD_METHOD", "ASSIGN")
        && xpay_set(client, "LGD_OID", oid)
        && xpay_set(client, "LGD_AMOUNT", amount)
        && xpay_set(client, "LGD_BANKCODE", "26")
        && xpay_set(client, "LGD_CASNOTEURL", url)
        && xpay_tx(client, true)
        && strcmp(xpay_response_code(client), "0000") == 0;
}

int main(int argc, char **argv) {
    if (argc != 7) {
        fputs("usage: virtual_account HOME_DIR MID ORDERS OID AMOUNT CASNOTEURL\n", stderr);
        return 2;
    }
    const char *mid = argv[2], *oid = argv[4], *amount = argv[5];
    struct order order;
    /* The first notification may come before the answer: it waits for the lock until LGD_TID is written. */
    if (!order_open(&order, argv[3], oid, "w+")) {
        fprintf(stderr, "the order %s cannot be written\n", oid);
        return 1;
    }
    xpay_client *client = xpay_new();
    bool done = xpay_init(client, argv[1], "test") && assign(client, mid, oid, amount, argv[6]);
    if (done) {
        done = fprintf(order.file, "%s %s\n", amount, xpay_response(client, "LGD_TID", 0)) > 0;
        printf("account %s, LGD_TID %s\n", xpay_response(client, "LGD_ACCOUNTNUM", 0), xpay_response(client, "LGD_TID", 0));
    } else {
        fprintf(stderr, "%s %s\n", xpay_response_code(client), xpay_response_detail(client));
    }
    done = order_close(&order) && done;
    xpay_free(client);
    return !done;
}
