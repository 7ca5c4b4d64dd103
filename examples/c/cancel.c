/* Cancels a payment, in whole or in part.
 *
 * Usage: cancel HOME_DIR MID TID PAYTYPE [AMOUNT REMAINING]
 *
 * TID and PAYTYPE are LGD_TID and LGD_PAYTYPE of the payment ("SC0010" for a card); PAYTYPE decides which codes count as
 * cancelled. REMAINING is the amount left before; with it the gateway refuses a partial cancellation repeated by mistake.
 */
#include <stdio.h>
#include <stdlib.h>

#include <xpayclient.h>

int main(int argc, char **argv) {
    if (argc != 5 && argc != 7) {
        fputs("usage: cancel HOME_DIR MID TID PAYTYPE [AMOUNT REMAINING]\n", stderr);
        return 2;
    }
    const char *mid = argv[2], *tid = argv[3], *paytype = argv[4], *reason = "asked by the buyer";
    xpay_client *client = xpay_new();
    bool done = xpay_init(client, argv[1], "test");
    if (done && argc == 7)
        done = xpay_partial_cancel(client, mid, tid, paytype, strtoull(argv[5], NULL, 10), strtoull(argv[6], NULL, 10), reason);
    else if (done)
        done = xpay_cancel(client, mid, tid, paytype, reason);
    printf("%s: %s %s\n", done ? "cancelled" : "not cancelled", xpay_response_code(client), xpay_response_detail(client));
    if (xpay_outcome(client) == XPAY_OUTCOME_IN_DOUBT)
        printf("it may have been: ask again, or look up %s\n", tid);
    xpay_free(client);
    return !done;
}
