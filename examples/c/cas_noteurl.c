/* LGD_CASNOTEURL as a CGI program: virtual account notifications, issued (R), deposit (I) or reversal (C).
 *
 * Environment: XPAY_HOME, the directory with conf/; SHOP_MID, the merchant ID of the orders; SHOP_ORDERS, their directory,
 * see order_file.h.
 *
 * Anybody may post here. A notification that fails the verification, or cannot be saved now, is refused; the gateway then
 * sends it again, every 3 minutes for 2 hours. After saving it the program answers exactly OK.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xpayclient.h>

#include "order_file.h"

static int answer(const char *status, const char *text) {
    printf("Status: %s\r\nContent-Type: text/plain\r\n\r\n%s", status, text);
    return 0;
}

/* The whole body; NULL if it is too large or incomplete. */
static char *body(size_t *size) {
    const char *length = getenv("CONTENT_LENGTH");
    *size = length == NULL ? 0 : strtoul(length, NULL, 10);
    char *text = *size == 0 || *size > 65536 ? NULL : malloc(*size);
    if (text != NULL && fread(text, 1, *size, stdin) != *size) {
        free(text);
        text = NULL;
    }
    return text;
}

static int book(xpay_client *client, struct order *order) {
    const char *key = xpay_notice_key(client), *flag = xpay_notice_value(client, "LGD_CASFLAG");
    char last;
    /* LGD_TID is not signed: it must be the one of the order's approval. */
    if (strcmp(xpay_notice_value(client, "LGD_TID"), order->tid) != 0)
        return answer("403 Forbidden", "LGD_TID is not the order's\n");
    if (strcmp(xpay_notice_value(client, "LGD_RESPCODE"), "0000") != 0 || order_knows(order, key, &last))
        return answer("200 OK", "OK");
    /* A notification that is too early is refused, and comes again. */
    if (!order_follows(last, flag[0]))
        return answer("409 Conflict", "does not follow what the order is\n");
    if (flag[0] == 'I' && strtoull(xpay_notice_value(client, "LGD_CASTAMOUNT"), NULL, 10) != order->amount)
        return answer("422 Unprocessable Content", "LGD_CASTAMOUNT is not the order's amount\n");
    if (!order_add(order, key))
        return answer("500 Internal Server Error", "not booked\n");
    return answer("200 OK", "OK");
}

static int handle(xpay_client *client, const char *mid, const char *orders) {
    size_t size;
    struct order order;
    char *text = body(&size);
    bool read = text != NULL && xpay_notice_read(client, text, size);
    free(text);
    if (!read)
        return answer("400 Bad Request", "no notice\n");
    if (!order_open(&order, orders, xpay_notice_oid(client), "r+"))
        return answer("404 Not Found", "no such order\n");
    int done = xpay_notice_verify(client, mid, order.amount) ? book(client, &order) : answer("403 Forbidden", "not the gateway's\n");
    order_close(&order);
    return done;
}

int main(void) {
    const char *home = getenv("XPAY_HOME"), *mid = getenv("SHOP_MID"), *orders = getenv("SHOP_ORDERS");
    xpay_client *client = xpay_new();
    int status;
    if (home != NULL && mid != NULL && orders != NULL && xpay_init(client, home, "test"))
        status = handle(client, mid, orders);
    else
        status = answer("500 Internal Server Error", "XPAY_HOME, SHOP_MID or SHOP_ORDERS is wrong\n");
    xpay_free(client);
    return status;
}
