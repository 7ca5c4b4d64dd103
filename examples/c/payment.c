/* A payment from PAYKEY to cancel: the shop's payres page, in C.
 *
 * Usage: payment HOME_DIR PAYKEY [MID]
 *
 * HOME_DIR contains conf/mall.conf and conf/lgdacom.conf; PAYKEY is the payment key that the payment window returned. MID
 * defaults to the public demo shop. Build: cc payment.c -lxpayclient
 */
#include <stdio.h>
#include <string.h>

#include <xpayclient.h>

static int failed(const xpay_client *client, const char *step) {
    fprintf(stderr, "%s: %s %s\n", step, xpay_response_code(client), xpay_response_detail(client));
    if (xpay_outcome(client) == XPAY_OUTCOME_IN_DOUBT)
        fprintf(stderr, "LGD_TXID %s\n", xpay_tx_id(client));
    return 1;
}

/* Sends the parameters. Only "0000" is success: TX returns true for every answer. */
static bool succeeds(xpay_client *client) {
    return xpay_tx(client, true) && strcmp(xpay_response_code(client), "0000") == 0;
}

static void print_rows(const xpay_client *client) {
    printf("%s %s\n", xpay_response_code(client), xpay_response_msg(client));
    for (size_t row = 0; row < xpay_response_count(client); row++) {
        for (size_t i = 0; i < xpay_response_name_count(client); i++) {
            const char *name = xpay_response_name(client, i);
            printf("  %-24s %s\n", name, xpay_response(client, name, row));
        }
    }
}

static int pay_and_cancel(xpay_client *client, const char *home_dir, const char *paykey, const char *mid) {
    char tid[25];

    if (!xpay_init(client, home_dir, "test"))
        return failed(client, "Init");

    if (!xpay_init_tx(client, mid)
        || !xpay_set(client, "LGD_TXNAME", "PaymentByKey")
        || !xpay_set(client, "LGD_PAYKEY", paykey)
        || !succeeds(client))
        return failed(client, "PaymentByKey");
    print_rows(client);

    /* The client's strings are valid until its next call, and Cancel needs this one. */
    snprintf(tid, sizeof tid, "%s", xpay_response(client, "LGD_TID", 0));

    if (!xpay_init_tx(client, mid)
        || !xpay_set(client, "LGD_TXNAME", "Cancel")
        || !xpay_set(client, "LGD_TID", tid)
        || !xpay_set(client, "LGD_CANCELREASON", "example")
        || !succeeds(client))
        return failed(client, "Cancel");
    print_rows(client);
    return 0;
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fputs("usage: payment HOME_DIR PAYKEY [MID]\n", stderr);
        return 2;
    }
    xpay_client *client = xpay_new();
    int status = pay_and_cancel(client, argv[1], argv[2], argc > 3 ? argv[3] : "tlgdacomxpay");
    xpay_free(client);
    return status;
}
