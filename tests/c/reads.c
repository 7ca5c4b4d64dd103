/* No reading call changes anything: after every step of random sequences, in any order of reads, everything
 * readable stays the same; and a client that is never read behaves like one that is. A number repeats each sequence. */
#include "check.h"
#include "every/read.h"

#define SEQUENCES 24
#define CHANGES 40
#define MOST_PAID 8

/* xorshift64*; the same numbers on every machine. */
struct dice {
    unsigned long long state;
};

static unsigned throw_dice(struct dice *dice, unsigned below) {
    dice->state ^= dice->state >> 12;
    dice->state ^= dice->state << 25;
    dice->state ^= dice->state >> 27;
    return (unsigned)((dice->state * 2685821657736338717ULL) >> 33) % below;
}

/* Everything readable, as one text. */
struct seen {
    char *text;
    size_t length, room;
};

static void note(struct seen *seen, const char *name, const char *value) {
    if (value == NULL)
        value = "(none)";
    size_t more = strlen(name) + strlen(value) + 3;
    if (seen->length + more > seen->room) {
        seen->room = 2 * (seen->length + more);
        seen->text = realloc(seen->text, seen->room);
        if (seen->text == NULL)
            exit(1);
    }
    seen->length += (size_t)snprintf(seen->text + seen->length, more, "%s=%s\n", name, value);
}

static void note_number(struct seen *seen, const char *name, size_t number) {
    char digits[32];
    snprintf(digits, sizeof digits, "%zu", number);
    note(seen, name, digits);
}

static const char *const NOTICE[] = {"LGD_OID", "LGD_TID", "LGD_CASFLAG", "LGD_RESPCODE", "LGD_NONE"};
static const char *const RETURN[] = {"LGD_OID", "LGD_PAYKEY", "LGD_RESPCODE", "LGD_BILLKEY"};

/* Except the random identifiers, also in messages. */
static struct seen look_steadily(const xpay_client *c) {
    struct seen seen = {NULL, 0, 0};
    note(&seen, "code", xpay_response_code(c));
    note_number(&seen, "outcome", xpay_outcome(c));
    note_number(&seen, "error", xpay_error(c));
    note_number(&seen, "kind", xpay_error_kind(c));
    note_number(&seen, "held", xpay_is_held(c));
    note_number(&seen, "rows", xpay_response_count(c));
    note_number(&seen, "names", xpay_response_name_count(c));
    for (size_t i = 0; i < xpay_response_name_count(c); i++)
        note(&seen, "name", xpay_response_name(c, i));
    note_number(&seen, "cancelled", xpay_is_cancelled(c, "SC0010"));
    for (size_t i = 0; i < xpay_config_count(c); i++)
        note(&seen, xpay_config_name(c, i), xpay_config(c, xpay_config_name(c, i)));
    note(&seen, "notice", xpay_notice_oid(c));
    note(&seen, "key", xpay_notice_key(c));
    for (size_t i = 0; i < sizeof NOTICE / sizeof *NOTICE; i++)
        note(&seen, NOTICE[i], xpay_notice_value(c, NOTICE[i]));
    note_number(&seen, "due", xpay_note_due(c, ""));
    note(&seen, "answer", xpay_note_answer(c, ""));
    note(&seen, "saved", xpay_note_answer(c, "T"));
    note(&seen, "returned", xpay_return_oid(c));
    for (size_t i = 0; i < sizeof RETURN / sizeof *RETURN; i++) {
        note(&seen, RETURN[i], xpay_return_value(c, RETURN[i]));
        note(&seen, RETURN[i], xpay_billing_return_value(c, RETURN[i]));
    }
    for (size_t i = 0; i < xpay_window_count(c); i++)
        note(&seen, xpay_window_name(c, i), xpay_window_value(c, i));
    for (size_t i = 0; i < xpay_window_warning_count(c); i++)
        note(&seen, "warning", xpay_window_warning(c, i));
    note(&seen, "html", xpay_window_html(c));
    note(&seen, "unwritten", xpay_unwritten(c));
    return seen;
}

static struct seen look(const xpay_client *c) {
    struct seen seen = look_steadily(c);
    note(&seen, "message", xpay_response_msg(c));
    note(&seen, "detail", xpay_response_detail(c));
    note(&seen, "json", xpay_response_json(c));
    note(&seen, "txid", xpay_tx_id(c));
    note(&seen, "authcode", xpay_auth_code(c));
    for (size_t row = 0; row < xpay_response_count(c); row++)
        for (size_t i = 0; i < xpay_response_name_count(c); i++)
            note(&seen, xpay_response_name(c, i), xpay_response(c, xpay_response_name(c, i), row));
    return seen;
}

static void same(const char *when, struct seen before, struct seen after) {
    CHECK(before.length == after.length && strcmp(before.text, after.text) == 0);
    if (strcmp(before.text, after.text) != 0)
        printf("    %s\n--- before\n%s--- after\n%s", when, before.text, after.text);
    free(before.text);
    free(after.text);
}

static unsigned long long sequence;

static void read_one(const xpay_client *c, struct dice *dice) {
    static const char *const texts[] = {NULL, "", "LGD_TID", "LGD_OID", "LGD_RESPCODE", "timeout", MID, "SC0010", "\xFF\xFE"};
    static const size_t indexes[] = {0, 1, 2, 7, SIZE_MAX / 2, SIZE_MAX};
    const char *text = texts[throw_dice(dice, sizeof texts / sizeof *texts)];
    size_t index = indexes[throw_dice(dice, sizeof indexes / sizeof *indexes)];
    read_by_number(c, throw_dice(dice, READS), text, index);
}

/* Nothing if the client is not read. */
static void read_at_random(const xpay_client *c, struct dice *dice, const char *when) {
    if (dice == NULL)
        return;
    char name[128];
    snprintf(name, sizeof name, "sequence %llu, %s", sequence, when);
    /* The first value may be any. */
    read_one(c, dice);
    const char *code = xpay_response_code(c), *txid = xpay_tx_id(c);
    struct seen before = look(c);
    for (unsigned more = throw_dice(dice, 12); more > 0; more--)
        read_one(c, dice);
    same(name, before, look(c));
    CHECK(xpay_response_code(c) == code && xpay_tx_id(c) == txid);
}

struct step {
    xpay_client *client;
    struct dice *dice;
    bool rolls_back;
};

/* Reads, tries forbidden calls, and leaves no approval. */
static bool book(void *context, const xpay_client *client) {
    struct step *step = context;
    read_at_random(client, step->dice, "in the step");
    CHECK(!xpay_set(step->client, "LGD_OID", "other"));
    read_at_random(client, step->dice, "after a call that was turned away");
    CHECK_STR(xpay_response_code(client), "90002");
    if (step->rolls_back) {
        CHECK(xpay_rollback(step->client, "sold out"));
        read_at_random(client, step->dice, "after a Rollback in the step");
        CHECK_STR(xpay_response_code(client), "0000");
    }
    return step->rolls_back;
}

static int paid;

/* A payment key, valid for a few of the payments. */
static const char *paykey(bool real) {
    return real ? fresh_paykey() : "no such key";
}

/* One change, determined by the numbers. */
static bool change(xpay_client *c, struct dice *dice, unsigned which, unsigned more, bool real) {
    static const char NOTICES[][256] = {
        "LGD_MID=" MID "&LGD_OID=O-1&LGD_AMOUNT=23400&LGD_RESPCODE=0000&LGD_TIMESTAMP=20200515101110&LGD_TID=T&LGD_PAYTYPE=SC0040"
        "&LGD_CASFLAG=I&LGD_CASSEQNO=001&LGD_HASHDATA=", "LGD_OID=a&LGD_OID=b", ""};
    static const char *const settings[][2] = {
        {"output_UTF8", "0"}, {"output_UTF8", "1"}, {"of_the_shop", "\xB0\xA1"}, {"", "x"}, {"log_level", "4"}};
    struct step step = {c, dice, more % 2 == 0};
    char hash[33] = "", body[512];
    switch (which) {
    case 0: return xpay_init(c, home("read"), "test");
    case 1: return xpay_init(c, home("nowhere"), "test");
    case 2: return xpay_set_config(c, settings[more % 5][0], settings[more % 5][1]);
    case 3: return xpay_init_tx(c, more % 4 == 0 ? "nobody" : MID);
    case 4: return xpay_set(c, "LGD_TXNAME", "Ping") && xpay_set(c, "LGD_RESULTCNT", "2");
    case 5: return xpay_set(c, more % 2 == 0 ? NULL : "LGD_MID", "x");
    case 6: return xpay_init_tx(c, MID) && xpay_set(c, "LGD_TXNAME", "Ping") && xpay_tx(c, true);
    case 7: return xpay_pay_by_key(c, MID, "no such key", 1, NULL, NULL);
    case 8: return xpay_pay_by_key(c, MID, paykey(real), 23400, book, &step);
    case 9:
        if (xpay_init_tx(c, MID) && xpay_set(c, "LGD_TXNAME", "PaymentByKey") && xpay_set(c, "LGD_PAYKEY", paykey(real)))
            (void)!xpay_tx_held(c, true);
        read_at_random(c, dice, "while an approval is held");
        return xpay_undo(c, "sold out");
    case 10: return xpay_rollback(c, more % 2 == 0 ? NULL : "r");
    case 11: return xpay_confirm(c);
    case 12:
        (void)xpay_hash_data_cas(c, MID, "O-1", "23400", "0000", "20200515101110", hash);
        snprintf(body, sizeof body, "%s%s", NOTICES[more % 3], more % 3 == 0 ? hash : "");
        return xpay_return_read(c, body, strlen(body)) && xpay_return_verify(c, MID, "O-1", 23400)
            && xpay_billing_return_read(c, body, strlen(body)) && xpay_notice_read(c, body, strlen(body));
    case 13: return xpay_notice_verify(c, more % 4 == 0 ? NULL : MID, 23400);
    case 14: return xpay_window_begin(c, "lgdacomxpay") && xpay_window_set(c, "LGD_OID", "O-1") && xpay_window_sign(c);
    case 15:
        return xpay_window_begin(c, "lgdacomxpay") && xpay_window_set(c, "LGD_OID", "O-1") && xpay_window_set(c, "LGD_AMOUNT", "1")
            && xpay_window_set(c, "LGD_TIMESTAMP", "20200515101110") && xpay_window_set(c, "LGD_BUYER", "b")
            && xpay_window_set(c, "LGD_PRODUCTINFO", "p") && xpay_window_set(c, "LGD_BUYERID", "b")
            && xpay_window_set(c, "LGD_BUYERIP", "192.0.2.1") && xpay_window_set(c, "LGD_RETURNURL", "https://shop.invalid/r")
            && xpay_window_set(c, "LGD_WINDOW_TYPE", "iframe") && xpay_window_set(c, "cart", "7")
            && xpay_window_set(c, "LGD_CUSTOM_USABLEPAY", "SC0010") && xpay_window_sign(c);
    case 16: return recovered(c) == 0;
    case 17: return xpay_refuse(c, "LGD_AMOUNT", "is an array");
    case 18: return xpay_set_language(c, more % 2 == 0 ? "PHP" : "two words");
    }
    return xpay_tx(c, true);
}

static void in_one_sequence(void) {
    struct dice dice = {sequence * 0x9E3779B97F4A7C15ULL}, eyes = {~dice.state};
    xpay_client *read = xpay_new(), *unread = xpay_new();
    CHECK(change(read, &eyes, 0, 0, false) && change(unread, NULL, 0, 0, false));
    for (int i = 0; i < CHANGES; i++) {
        char when[64];
        unsigned which = throw_dice(&dice, 20), more = throw_dice(&dice, 100);
        /* Few payments are approved: homes.py mints 20 keys. */
        bool real = (which == 8 || which == 9) && paid < MOST_PAID;
        paid += real;
        snprintf(when, sizeof when, "change %d (%u)", i, which);
        bool done = change(read, &eyes, which, more, real);
        CHECK(change(unread, NULL, which, more, real) == done);
        read_at_random(read, &eyes, when);
    }
    same("the client that was never read", look_steadily(read), look_steadily(unread));
    xpay_free(read);
    xpay_free(unread);
}

int main(int argc, char **argv) {
    if (argc != 2)
        return 2;
    workshop = argv[1];
    for (sequence = 1; sequence <= SEQUENCES; sequence++)
        in_one_sequence();
    CHECK(paid == MOST_PAID);
    return report();
}
