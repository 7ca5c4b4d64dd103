/* Stands between a payer and its libc: counts the calls that touch the disk or the wire, and at one of them kills, stops,
 * forks or fails.
 *
 * TORTURE_PLAN is `ACTION:STEP:WHEN:VALUE:CALL`. The steps are those of threads that are armed; for `fail` and `short`
 * those of the disk alone; with a CALL those of that name alone. What happened is said on stderr by a system call of its
 * own, which counts nothing. TORTURE_AHEAD is by how many seconds the clock is ahead;
 * with TORTURE_ARMED the main thread is armed from the beginning. What is not interposed (flock, rustix's raw calls) lies between two calls that are. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum place { ELSEWHERE, DISK, WIRE };
enum moment { BEFORE, AFTER };

static struct {
    char action[8];
    long step;
    enum moment moment;
    int value;   /* for `fail` the error; for `stop` at which sending it stops once more */
    int lasting; /* whether every later call of the disk fails as well */
    char call[16]; /* for `refuse` and `hold` one in the first file of the journal */
} plan = {.action = "none"};

static long ahead;
static atomic_long steps;
static atomic_int connected, struck;
static _Thread_local int armed;

__attribute__((constructor)) static void read_plan(void) {
    char when[8] = "";
    const char *text = getenv("TORTURE_PLAN"), *seconds = getenv("TORTURE_AHEAD");
    ahead = seconds == NULL ? 0 : atol(seconds);
    armed = getenv("TORTURE_ARMED") != NULL;
    if (text == NULL)
        return;
    sscanf(text, "%7[^:]:%ld:%7[^:]:%d:%15s", plan.action, &plan.step, when, &plan.value, plan.call);
    plan.moment = strcmp(when, "after") == 0 ? AFTER : BEFORE;
    plan.lasting = strcmp(when, "on") == 0;
}

void torture_arm(void) { armed = 1; }

long torture_disarm(void) {
    armed = 0;
    return steps;
}

static int planned(const char *action) { return strcmp(plan.action, action) == 0; }

static void say(const char *format, ...) {
    char line[512];
    va_list values;
    va_start(values, format);
    int length = vsnprintf(line, sizeof line, format, values);
    va_end(values);
    syscall(SYS_write, 2, line, length < (int)sizeof line ? length : (int)sizeof line - 1);
}

/* A child that has inherited every descriptor and does nothing with them, and the death of its parent. */
static void leave_child(void) {
    pid_t child = fork();
    if (child != 0) {
        say("child %d\n", (int)child);
        kill(getpid(), SIGKILL);
    }
    for (int fd = 0; fd < 3; fd++)
        close(fd);
    alarm(120);
    for (;;)
        pause();
}

static void name_of(int fd, const char *path, char *name, size_t size) {
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = path == NULL ? readlink(link, name, size - 1) : snprintf(name, size, "%s", path);
    name[length < 0 ? 0 : length < (ssize_t)size ? length : (ssize_t)size - 1] = 0;
}

static void tell(long step, enum moment moment, const char *call, int fd, const char *path) {
    char name[256];
    name_of(fd, path, name, sizeof name);
    const char *phase = connected ? "late" : "early";
    say("step %ld %s %s %s %s\n", step, moment == AFTER ? "after" : "before", call, phase, name);
}

/* Whether this is the plan's call, in the first file of a journal, for the first time. */
static int is_in_first_file(const char *call, int fd) {
    static const char first[] = "/000.journal";
    char name[256];
    if (!armed || strcmp(call, plan.call) != 0)
        return 0;
    name_of(fd, NULL, name, sizeof name);
    size_t length = strlen(name), end = sizeof first - 1;
    return length > end && strcmp(name + length - end, first) == 0;
}

/* It cannot do this any more. */
static int refuses(const char *call, int fd) {
    int hit = planned("refuse") && is_in_first_file(call, fd);
    if (hit && !struck++)
        tell(plan.step, BEFORE, call, fd, NULL);
    return hit;
}

/* Once the request has left. Raised, so that it is this thread that stops, here: sent to the process, a signal may be taken by
 * another one while this goes on. */
static void stop_again(enum moment moment, const char *call) {
    static atomic_int sendings;
    if (armed && planned("stop") && moment == AFTER && strcmp(call, "send") == 0 && ++sendings == plan.value)
        raise(SIGSTOP);
}

static void strike(long step, enum moment moment, const char *call, int fd, const char *path) {
    stop_again(moment, call);
    if (planned("hold") && moment == AFTER && is_in_first_file(call, fd) && !struck++)
        raise(SIGSTOP);
    if (step == 0)
        return;
    if (planned("count") && moment == BEFORE)
        tell(step, moment, call, fd, path);
    if (step != plan.step || moment != plan.moment)
        return;
    if (!planned("kill") && !planned("stop") && !planned("fork") && !planned("tell"))
        return;
    tell(step, moment, call, fd, path);
    if (planned("kill"))
        kill(getpid(), SIGKILL);
    if (planned("stop"))
        raise(SIGSTOP);
    if (planned("tell"))
        raise(SIGUSR1);
    if (planned("fork"))
        leave_child();
}

static enum place place_of(int fd) {
    struct stat about;
    if (fstat(fd, &about) != 0)
        return ELSEWHERE;
    return S_ISREG(about.st_mode) || S_ISDIR(about.st_mode) ? DISK : S_ISSOCK(about.st_mode) ? WIRE : ELSEWHERE;
}

/* The number of this step, or 0 where it does not count. */
static long count(enum place place, const char *call) {
    int disk_only = planned("fail") || planned("short") || planned("disk");
    int meant = plan.call[0] == 0 || strcmp(plan.call, call) == 0;
    if (!armed || !meant || place == ELSEWHERE || (disk_only && place != DISK))
        return 0;
    return ++steps;
}

static int fails(long step, const char *call, int fd, const char *path) {
    int hit = step != 0 && planned("fail") && (step == plan.step || (plan.lasting && struck));
    if (hit && !struck++)
        tell(step, BEFORE, call, fd, path);
    return hit;
}

#define BETWEEN(result, failure, call, place, fd, path, parameters, arguments)                                         \
    result call parameters {                                                                                           \
        static result(*real) parameters;                                                                               \
        if (real == NULL)                                                                                              \
            *(void **)&real = dlsym(RTLD_NEXT, #call);                                                                 \
        long step = count(place, #call);                                                                               \
        strike(step, BEFORE, #call, fd, path);                                                                         \
        if (fails(step, #call, fd, path) || refuses(#call, fd)) {                                                                            \
            errno = plan.value;                                                                                        \
            return failure;                                                                                            \
        }                                                                                                              \
        result outcome = real arguments;                                                                               \
        int error = errno;                                                                                             \
        strike(step, AFTER, #call, fd, path);                                                                          \
        errno = error;                                                                                                 \
        return outcome;                                                                                                \
    }

#define ON_PATH(result, failure, call, parameters, arguments)                                                          \
    BETWEEN(result, failure, call, DISK, -1, path, parameters, arguments)
#define ON_FD(result, call, parameters, arguments)                                                                     \
    BETWEEN(result, -1, call, place_of(fd), fd, NULL, parameters, arguments)

/* Half of a write, once. */
static size_t shortened(int fd, size_t size) {
    if (!planned("short") || !armed || place_of(fd) != DISK || steps != plan.step || size < 2)
        return size;
    tell(plan.step, BEFORE, "short write", fd, NULL);
    return size / 2;
}

/* Without fcntl.h, which declares it with an ellipsis; called it is the same. */
ON_PATH(int, -1, open64, (const char *path, int flags, mode_t mode), (path, flags, mode))
ON_PATH(int, -1, mkdir, (const char *path, mode_t mode), (path, mode))
ON_PATH(void *, NULL, opendir, (const char *path), (path))
ON_FD(int, ftruncate64, (int fd, off64_t size), (fd, size))
ON_FD(int, fsync, (int fd), (fd))
ON_FD(int, fdatasync, (int fd), (fd))
ON_FD(ssize_t, read, (int fd, void *to, size_t size), (fd, to, size))
ON_FD(ssize_t, write, (int fd, const void *from, size_t size), (fd, from, shortened(fd, size)))
ON_FD(ssize_t, pwrite64, (int fd, const void *from, size_t size, off64_t at), (fd, from, shortened(fd, size), at))
ON_FD(ssize_t, send, (int fd, const void *from, size_t size, int flags), (fd, from, size, flags))
ON_FD(ssize_t, recv, (int fd, void *to, size_t size, int flags), (fd, to, size, flags))

/* Never failed: whether the descriptor is gone afterwards is nobody's guess. */
int close(int fd) {
    static int (*real)(int);
    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "close");
    long step = count(place_of(fd), "close");
    strike(step, BEFORE, "close", fd, NULL);
    int outcome = real(fd);
    int error = errno;
    strike(step, AFTER, "close", -1, NULL);
    errno = error;
    return outcome;
}

int clock_gettime(clockid_t clock, struct timespec *time) {
    static int (*real)(clockid_t, struct timespec *);
    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "clock_gettime");
    int outcome = real(clock, time);
    if (outcome == 0 && clock == CLOCK_REALTIME)
        time->tv_sec += ahead;
    return outcome;
}

int connect(int fd, const struct sockaddr *address, socklen_t length) {
    static int (*real)(int, const struct sockaddr *, socklen_t);
    if (real == NULL)
        *(void **)&real = dlsym(RTLD_NEXT, "connect");
    long step = count(WIRE, "connect");
    strike(step, BEFORE, "connect", fd, NULL);
    connected = 1;
    int outcome = real(fd, address, length);
    int error = errno;
    strike(step, AFTER, "connect", fd, NULL);
    errno = error;
    return outcome;
}
