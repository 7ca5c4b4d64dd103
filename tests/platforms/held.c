/* A shop with an approval in its hands: `held HOME PAYKEY FAULT` pays, with that fault of the sandbox or none, says so, and waits.
 * It is killed there, or confirms at its input's end. `held HOME` recovers, and says how many are open. */
#include <stdio.h>

#include <xpayclient.h>

#define MID "tlgdacomxpay"

static int fails(const xpay_client *client) {
    printf("%s %s\n", xpay_response_code(client), xpay_response_detail(client));
    return 1;
}

static bool holds(xpay_client *client, const char *paykey, const char *fault) {
    return xpay_init_tx(client, MID) && xpay_set(client, "LGD_TXNAME", "PaymentByKey") &&
           xpay_set(client, "LGD_PAYKEY", paykey) && xpay_set(client, "XPAY_SANDBOX_FAULT", fault) &&
           xpay_tx_held(client, true) && xpay_is_held(client);
}

int main(int argc, char **argv) {
    size_t open;
    xpay_client *client = xpay_new();
    if (argc != 2 && argc != 4)
        return 2;
    if (!xpay_init(client, argv[1], "test"))
        return fails(client);
    if (argc == 2) {
        if (!xpay_recover_open(client, &open))
            return fails(client);
        printf("%lu open\n", (unsigned long)open);
        xpay_free(client);
        return 0;
    }
    if (!holds(client, argv[2], argv[3]))
        return fails(client);
    puts("held");
    fflush(stdout);
    while (getchar() != EOF)
        ;
    if (!xpay_confirm(client))
        return fails(client);
    xpay_free(client);
    return 0;
}
