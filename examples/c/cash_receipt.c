/* Issues and cancels a cash receipt (현금영수증) for money that the shop received directly.
 *
 * Usage: cash_receipt HOME_DIR MID OID AMOUNT NUMBER
 *
 * NUMBER is the recipient's telephone, card or business number. It is personal: the library keeps it out of its logs, and
 * this program never prints it.
 */
#include <stdio.h>
#include <string.h>

#include <xpayclient.h>

/* Sends the pairs as CashReceipt; only 0000 is success. */
static bool send_pairs(xpay_client *client, const char *mid, const char *const pairs[][2]) {
    bool set = xpay_init_tx(client, mid) && xpay_set(client, "LGD_TXNAME", "CashReceipt");
    for (size_t i = 0; set && pairs[i][0] != NULL; i++)
        set = xpay_set(client, pairs[i][0], pairs[i][1]);
    bool done = set && xpay_tx(client, true) && strcmp(xpay_response_code(client), "0000") == 0;
    if (!done)
        fprintf(stderr, "%s %s\n", xpay_response_code(client), xpay_response_detail(client));
    return done;
}

static bool issue_and_take_back(xpay_client *client, char **argv) {
    char tid[25];
    const char *mid = argv[2];
    const char *const issue[][2] = {
        {"LGD_METHOD", "AUTH"},
        {"LGD_PAYTYPE", "SC0100"}, /* a deposit; SC0030 and SC0040 need LGD_TID of their payment */
        {"LGD_OID", argv[3]},
        {"LGD_AMOUNT", argv[4]},
        {"LGD_CASHCARDNUM", argv[5]},
        {"LGD_CASHRECEIPTUSE", "1"}, /* 소득공제; "2" is 지출증빙 */
        {"LGD_CUSTOM_BUSINESSNUM", "1234567890"},
        {NULL, NULL}};
    if (!send_pairs(client, mid, issue))
        return false;
    snprintf(tid, sizeof tid, "%s", xpay_response(client, "LGD_TID", 0));
    printf("issued %s\n", tid);

    const char *const back[][2] = {{"LGD_METHOD", "CANCEL"}, {"LGD_PAYTYPE", "SC0100"}, {"LGD_TID", tid}, {NULL, NULL}};
    if (!send_pairs(client, mid, back))
        return false;
    printf("taken back %s\n", tid);
    return true;
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fputs("usage: cash_receipt HOME_DIR MID OID AMOUNT NUMBER\n", stderr);
        return 2;
    }
    xpay_client *client = xpay_new();
    bool done = xpay_init(client, argv[1], "test") ? issue_and_take_back(client, argv) : false;
    xpay_free(client);
    return !done;
}
