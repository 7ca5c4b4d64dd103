/* Loads and unloads the library in a loop, as server plugins do, and uses it each time: it stays loaded, since a thread of it may
 * still run. Linked with no library. */
#ifdef _WIN32
#include <windows.h>
#else
#include <dlfcn.h>
#endif

#include "check.h"

#ifdef _WIN32
static void *opened(const char *path) { return (void *)LoadLibraryA(path); }
static void *found(void *library, const char *name) { return (void *)(size_t)GetProcAddress(library, name); }
static bool closed(void *library) { return FreeLibrary(library) != 0; }
static const char *why(void) { return "see GetLastError"; }
#else
static void *opened(const char *path) { return dlopen(path, RTLD_NOW | RTLD_LOCAL); }
static void *found(void *library, const char *name) { return dlsym(library, name); }
static bool closed(void *library) { return dlclose(library) == 0; }
static const char *why(void) { return dlerror(); }
#endif

#define ROUNDS 50

/* Looks up a function of the library by name. */
#define FIND(name) \
    __typeof__(&name) name##_ = NULL; \
    *(void **)&name##_ = found(library, #name); \
    CHECK(name##_ != NULL)

static void one_round(const char *path, int round) {
    void *library = opened(path);
    CHECK(library != NULL);
    if (library == NULL) {
        printf("%s\n", why());
        return;
    }
    FIND(xpay_version);
    FIND(xpay_new);
    FIND(xpay_free);
    FIND(xpay_init);
    FIND(xpay_init_tx);
    FIND(xpay_set);
    FIND(xpay_tx);
    FIND(xpay_response_code);
    xpay_client *client = xpay_new_();
    CHECK(xpay_init_(client, home("good"), "test"));
    /* Every tenth run connects to the gateway: its connection is kept after unloading. */
    if (round % 10 == 0) {
        CHECK(xpay_init_tx_(client, MID) && xpay_set_(client, "LGD_TXNAME", "Ping") && xpay_tx_(client, true));
        CHECK_STR(xpay_response_code_(client), "0000");
    }
    xpay_free_(client);
    CHECK(closed(library));
    /* Where it is unloaded, this is a crash. */
    CHECK(xpay_version_()[0] != '\0');
}

int main(int argc, char **argv) {
    const char *path = getenv("XPAYCLIENT_LIB");
    if (argc != 2 || path == NULL)
        return 2;
    workshop = argv[1];
    for (int i = 0; i < ROUNDS; i++)
        one_round(path, i);
    return report();
}
