/* Payments through xpayclient, from C.
 *
 * Usage: pay HOME_DIR kept WARM COUNT | fresh WARM COUNT | cold | threads THREADS COUNT | clients COUNT | grow SOME ALL
 */
#include <pthread.h>

#include <xpayclient.h>

#include "measure.h"

static const char *home;
static xpay_client *client;

static void pay_with(xpay_client *client) {
    if (!xpay_init_tx(client, "tlgdacomxpay")
        || !xpay_set(client, "LGD_TXNAME", "PaymentByKey")
        || !xpay_set(client, "LGD_PAYKEY", "5VPN0GU8RBX1Y1JPSK3MDCF2E8XGNMVH")
        || !xpay_tx(client, true)
        || strcmp(xpay_response_code(client), "0000") != 0
        || xpay_response(client, "LGD_TID", 0)[0] == '\0'
        || xpay_response(client, "LGD_AMOUNT", 0)[0] == '\0') {
        fprintf(stderr, "%s %s\n", xpay_response_code(client), xpay_response_detail(client));
        exit(1);
    }
}

static xpay_client *opened(void) {
    xpay_client *client = xpay_new();
    if (!xpay_init(client, home, "test")) {
        fprintf(stderr, "%s %s\n", xpay_response_code(client), xpay_response_detail(client));
        exit(1);
    }
    return client;
}

static void pay(void) {
    pay_with(client);
}

/* As every page of a PHP shop does. */
static void pay_afresh(void) {
    xpay_client *mine = opened();
    pay_with(mine);
    xpay_free(mine);
}

static void *pay_many(void *count) {
    xpay_client *mine = opened();
    for (int i = 0; i < *(int *)count; i++)
        pay_with(mine);
    xpay_free(mine);
    return NULL;
}

static void in_threads(int threads, int count) {
    pthread_t *thread = calloc(threads, sizeof *thread);
    int each = count / threads;
    double before = wall();
    for (int i = 0; i < threads; i++)
        pthread_create(&thread[i], NULL, pay_many, &each);
    for (int i = 0; i < threads; i++)
        pthread_join(thread[i], NULL);
    printf("{\"each_second\": %.1f}\n", 1e6 * each * threads / (wall() - before));
    free(thread);
}

/* Each has paid and lives on. */
static void clients(int count) {
    client = opened();
    pay();
    long before = resident();
    for (int i = 0; i < count; i++)
        pay_with(opened());
    printf("{\"each\": %.2f}\n", (double)(resident() - before) / count);
}

int main(int argc, char **argv) {
    home = argv[1];
    const char *what = argv[2];
    int first = argc > 3 ? atoi(argv[3]) : 0, second = argc > 4 ? atoi(argv[4]) : 0;
    if (strcmp(what, "threads") == 0) {
        in_threads(first, second);
    } else if (strcmp(what, "clients") == 0) {
        clients(first);
    } else if (strcmp(what, "fresh") == 0) {
        measure(pay_afresh, first, second);
    } else {
        client = opened();
        if (strcmp(what, "kept") == 0)
            measure(pay, first, second);
        else if (strcmp(what, "grow") == 0)
            grow(pay, first, second);
        else
            measure(pay, 0, 1);
        xpay_free(client);
    }
    return 0;
}
