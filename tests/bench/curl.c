/* The same payment as a plain program with libcurl sends it: the same fields, a constant body, the answer into a buffer.
 *
 * Usage: curl URL CA_BUNDLE kept WARM COUNT | new WARM COUNT | cold
 */
#include <curl/curl.h>

#include "measure.h"

static const char *url, *bundle;
static CURL *kept;
static char answer[65536];
static size_t received;

static const char BODY[] =
    "LGD_TXID=tlgdacomxpay-0120261125101112da39a3ee5e6b4b0d3255bfef95601890afd80709"
    "&LGD_AUTHCODE=da39a3ee5e6b4b0d3255bfef95601890afd80709&LGD_MID=tlgdacomxpay"
    "&LGD_TXNAME=PaymentByKey&LGD_PAYKEY=5VPN0GU8RBX1Y1JPSK3MDCF2E8XGNMVH";

static size_t take(char *bytes, size_t size, size_t count, void *unused) {
    (void)unused;
    if (received + size * count < sizeof answer) {
        memcpy(answer + received, bytes, size * count);
        received += size * count;
    }
    return size * count;
}

static CURL *opened(void) {
    CURL *curl = curl_easy_init();
    curl_easy_setopt(curl, CURLOPT_URL, url);
    curl_easy_setopt(curl, CURLOPT_CAINFO, bundle);
    curl_easy_setopt(curl, CURLOPT_POSTFIELDS, BODY);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, 60L);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take);
    curl_easy_setopt(curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    return curl;
}

static void send_with(CURL *curl) {
    long status = 0;
    received = 0;
    CURLcode code = curl_easy_perform(curl);
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    answer[received] = '\0';
    if (code != CURLE_OK || status != 200 || strstr(answer, "\"0000\"") == NULL) {
        fprintf(stderr, "%s %ld\n", curl_easy_strerror(code), status);
        exit(1);
    }
}

static void pay(void) {
    send_with(kept);
}

static void pay_anew(void) {
    CURL *curl = opened();
    send_with(curl);
    curl_easy_cleanup(curl);
}

int main(int argc, char **argv) {
    url = argv[1];
    bundle = argv[2];
    int first = argc > 4 ? atoi(argv[4]) : 0, second = argc > 5 ? atoi(argv[5]) : 0;
    if (strcmp(argv[3], "new") == 0) {
        measure(pay_anew, first, second);
    } else {
        kept = opened();
        if (strcmp(argv[3], "kept") == 0)
            measure(pay, first, second);
        else
            measure(pay, 0, 1);
        curl_easy_cleanup(kept);
    }
    return 0;
}
