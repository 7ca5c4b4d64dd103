/* A shop for tests/machines without a database: pays with each PAYKEY that it reads, and says what it knows. */
#include <stdio.h>
#include <string.h>

#include <xpayclient.h>

int main(int argc, char **argv) {
    char paykey[256];
    xpay_client *client = xpay_new();
    if (argc != 2 || !xpay_init(client, argv[1], "test"))
        return 2;
    while (fgets(paykey, sizeof paykey, stdin) != NULL) {
        paykey[strcspn(paykey, "\r\n")] = '\0';
        if (xpay_init_tx(client, "tlgdacomxpay") && xpay_set(client, "LGD_TXNAME", "PaymentByKey")
            && xpay_set(client, "LGD_PAYKEY", paykey) && xpay_tx(client, true)
            && strcmp(xpay_response_code(client), "0000") == 0)
            printf("paid %s\n", xpay_response(client, "LGD_TID", 0));
        else
            printf("outcome %d %s\n", (int)xpay_outcome(client), xpay_response_detail(client));
        fflush(stdout);
    }
    xpay_free(client);
    return 0;
}
