/* A shop that was compiled with a later release: it pays, then calls what that release added. Its test links it. */
#include <stdio.h>
#include <xpayclient.h>

#ifdef WITH_NEWER
bool xpay_newer(const xpay_client *client);
#endif

int main(int argc, char **argv) {
    if (argc != 3) {
        return 2;
    }
    xpay_client *client = xpay_new();
    bool paid = xpay_init(client, argv[1], "test") && xpay_pay_by_key(client, "tlgdacomxpay", argv[2], 23400, NULL, NULL);
#ifdef WITH_NEWER
    paid = paid && xpay_newer(client);
#endif
    printf("%s\n", paid ? "paid" : xpay_response_msg(client));
    xpay_free(client);
    return paid ? 0 : 1;
}
