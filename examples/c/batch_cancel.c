/* Cancels every payment of a CSV file, several at once, and reports each one that was not cancelled.
 *
 * Usage: batch_cancel HOME_DIR MID CSV [THREADS]
 *
 * Each line of CSV is LGD_TID,LGD_PAYTYPE without quotes. Progress goes to stderr; failures and the summary go to stdout.
 * You can run it again with the same file: a payment is not cancelled twice.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xpayclient.h>

#define MOST_THREADS 64
#define LINE 256

/* Shared by the threads, under the lock. */
struct batch {
    pthread_mutex_t lock;
    FILE *csv;
    const char *home_dir;
    const char *mid;
    size_t done, cancelled, refused, in_doubt;
};

/* The next payment; false at the end of the file. */
static bool next(struct batch *batch, char tid[LINE], char paytype[LINE]) {
    char line[LINE];
    bool found = false;
    pthread_mutex_lock(&batch->lock);
    while (!found && fgets(line, sizeof line, batch->csv) != NULL) {
        char *comma = strchr(line, ',');
        line[strcspn(line, "\r\n")] = '\0';
        if (comma == NULL || *comma == '\0')
            continue;
        *comma = '\0';
        snprintf(tid, LINE, "%s", line);
        snprintf(paytype, LINE, "%s", comma + 1);
        found = true;
    }
    pthread_mutex_unlock(&batch->lock);
    return found;
}

static void count(struct batch *batch, const xpay_client *client, const char *tid, bool cancelled) {
    bool in_doubt = !cancelled && xpay_outcome(client) == XPAY_OUTCOME_IN_DOUBT;
    pthread_mutex_lock(&batch->lock);
    batch->done++;
    batch->cancelled += cancelled;
    batch->in_doubt += in_doubt;
    batch->refused += !cancelled && !in_doubt;
    if (!cancelled)
        printf("%s %s: %s %s\n", tid, in_doubt ? "in_doubt" : "not cancelled", xpay_response_code(client), xpay_response_detail(client));
    fprintf(stderr, "\r%zu done", batch->done);
    pthread_mutex_unlock(&batch->lock);
}

/* One client per thread; clients of one process share connections. */
static void *work(void *context) {
    struct batch *batch = context;
    char tid[LINE], paytype[LINE];
    xpay_client *client = xpay_new();
    bool ready = xpay_init(client, batch->home_dir, "test");
    while (next(batch, tid, paytype))
        count(batch, client, tid, ready && xpay_cancel(client, batch->mid, tid, paytype, "batch"));
    xpay_free(client);
    return NULL;
}

static int run(struct batch *batch, int wanted) {
    pthread_t threads[MOST_THREADS];
    int started = 0;
    while (started < wanted && started < MOST_THREADS && pthread_create(&threads[started], NULL, work, batch) == 0)
        started++;
    if (started == 0)
        work(batch);
    for (int i = 0; i < started; i++)
        pthread_join(threads[i], NULL);
    fputc('\n', stderr);
    printf("%zu cancelled, %zu not cancelled, %zu in doubt\n", batch->cancelled, batch->refused, batch->in_doubt);
    return batch->cancelled != batch->done;
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fputs("usage: batch_cancel HOME_DIR MID CSV [THREADS]\n", stderr);
        return 2;
    }
    struct batch batch = {.home_dir = argv[1], .mid = argv[2], .csv = fopen(argv[3], "r")};
    if (batch.csv == NULL) {
        perror(argv[3]);
        return 2;
    }
    pthread_mutex_init(&batch.lock, NULL);
    int status = run(&batch, argc > 4 ? atoi(argv[4]) : 4);
    pthread_mutex_destroy(&batch.lock);
    fclose(batch.csv);
    return status;
}
