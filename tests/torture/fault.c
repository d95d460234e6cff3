/* SPDX-License-Identifier: Apache-2.0 */
/* Counts calls, and says of one of them that it is to fail. */
#include "fault.h"

#include <dlfcn.h>
#include <errno.h>
#include <execinfo.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

static const char *const class_names[] = {
    [FAULT_ALLOC] = "alloc",   [FAULT_READ] = "read",
    [FAULT_WRITE] = "write",   [FAULT_RECEIVE] = "receive",
    [FAULT_SEND] = "send",     [FAULT_SYNC] = "sync",
    [FAULT_NAME] = "name",     [FAULT_OPEN] = "open",
    [FAULT_STATUS] = "status", [FAULT_CLOSE] = "close",
    [FAULT_POLL] = "poll",     [FAULT_THREAD] = "thread",
    [FAULT_LIBPQ] = "libpq",   [FAULT_LIBMARIADB] = "libmariadb",
};

static const struct {
    const char *name;
    FaultKind kind;
    int number;
} kinds[] = {
    {"ENOMEM", FAULT_ERRNO, ENOMEM}, {"EIO", FAULT_ERRNO, EIO},
    {"ENOSPC", FAULT_ERRNO, ENOSPC}, {"EINTR", FAULT_ERRNO, EINTR},
    {"EMFILE", FAULT_ERRNO, EMFILE}, {"EACCES", FAULT_ERRNO, EACCES},
    {"EAGAIN", FAULT_ERRNO, EAGAIN}, {"ECONNRESET", FAULT_ERRNO, ECONNRESET},
    {"short", FAULT_SHORT, 0},       {"lost", FAULT_LOST, 0},
    {"fail", FAULT_FAIL, 0},         {"SIGKILL", FAULT_KILL, 0},
};

static FaultState *state; /* NULL: let everything pass */
static int class_chosen = -1;
static FaultKind kind_chosen;
static int errno_chosen;
static uint64_t nth;
static uint64_t chain_chosen; /* 0: the Nth call of the class, whoever makes it */
static bool goes_on;
static const char *trace;
static bool is_chained;      /* count by chains, too */
static __thread bool inside; /* our own calls aren't the program's */

/* --- What is to happen --------------------------------------------------------------------- */

static void read_fault(const char *text)
{
    char class_name[16];
    char kind_name[16];
    char number[48];
    char on[4] = "";
    char *end;

    if (sscanf(text, "%15s %15s %47s %3s", class_name, kind_name, number, on) < 3) {
        abort();
    }
    for (size_t i = 0; i < ARRAY_LENGTH(class_names); i++) {
        if (strcmp(class_names[i], class_name) == 0) {
            class_chosen = (int)i;
        }
    }
    for (size_t i = 0; i < ARRAY_LENGTH(kinds); i++) {
        if (strcmp(kinds[i].name, kind_name) == 0) {
            kind_chosen = kinds[i].kind;
            errno_chosen = kinds[i].number;
        }
    }
    nth = strtoull(number, &end, 10);
    chain_chosen = *end == '@' ? strtoull(end + 1, &end, 16) : 0;
    if (class_chosen < 0 || kind_chosen == FAULT_NONE || *end != '\0') {
        abort();
    }
    goes_on = strcmp(on, "on") == 0;
}

/* A line, the calls that led here, and an empty line. */
static void write_trace(const char *line)
{
    void *frames[64];
    int fd =
        (int)syscall(SYS_openat, AT_FDCWD, trace, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int n;

    if (fd >= 0) {
        n = backtrace(frames, (int)ARRAY_LENGTH(frames));
        (void)syscall(SYS_write, fd, line, strlen(line));
        backtrace_symbols_fd(frames, n, fd);
        (void)syscall(SYS_write, fd, "\n", 1);
        (void)syscall(SYS_close, fd);
    }
}

/* The second paragraph of a trace: where the program crashes. */
static void crash(int number)
{
    inside = true;
    write_trace("");
    (void)signal(number, SIG_DFL);
    (void)raise(number);
}

static void begin_trace(void)
{
    struct sigaction action = {.sa_handler = crash, .sa_flags = (int)SA_RESETHAND};

    trace = getenv("FAULT_TRACE");
    if (trace != NULL &&
        (sigaction(SIGSEGV, &action, NULL) != 0 || sigaction(SIGBUS, &action, NULL) != 0 ||
         sigaction(SIGABRT, &action, NULL) != 0)) {
        abort();
    }
}

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("FAULT_STATE");
    const char *fault = getenv("FAULT");
    void *frame;
    int fd;
    void *map;

    if (path == NULL || strcmp(program_invocation_short_name, "dbbackup") != 0) {
        return;
    }
    fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CLOEXEC, 0);
    if (fd >= 0 && syscall(SYS_ftruncate, fd, (off_t)sizeof *state) != 0) {
        abort();
    }
    map =
        fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *state, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (map == MAP_FAILED) {
        abort();
    }
    (void)syscall(SYS_close, fd);
    if (fault != NULL) {
        read_fault(fault);
    }
    begin_trace();
    is_chained = fault == NULL && getenv("FAULT_CHAINS") != NULL;
    (void)backtrace(&frame, 1); /* the first one loads a library */
    state = map;
}

/* --- Who calls ----------------------------------------------------------------------------- */

enum { CHAIN_DEPTH = 24 };

/* A number for the calls that led here, the same in each run: the frames' places in their
 * libraries, wherever those were loaded, but for ours. The class stands in its last bits. */
static __attribute__((noinline)) uint64_t chain_here(FaultClass class)
{
    void *frames[CHAIN_DEPTH];
    struct dl_find_object mine;
    struct dl_find_object library;
    uint64_t hash = 0xcbf29ce484222325U; /* FNV-1a, by words */
    int n = backtrace(frames, CHAIN_DEPTH);

    if (_dl_find_object(&state, &mine) != 0) {
        abort();
    }
    for (int i = 0; i < n; i++) {
        uint64_t place = 0;

        if (_dl_find_object(frames[i], &library) == 0) {
            if (library.dlfo_map_start == mine.dlfo_map_start) {
                continue;
            }
            place = (uint64_t)((char *)frames[i] - (char *)library.dlfo_map_start);
        }
        hash = (hash ^ place) * 0x100000001b3U;
        hash ^= hash >> 29;
    }
    return hash << 4 | (uint64_t) class;
}

/* How often this chain has come, with now. */
static uint64_t count_chain(uint64_t chain)
{
    for (uint64_t i = 0; i < FAULT_CHAINS; i++) {
        FaultChain *entry = &state->chains[((chain >> 4) + i) % FAULT_CHAINS];
        uint64_t there = 0;

        if (__atomic_compare_exchange_n(&entry->id, &there, chain, false, __ATOMIC_RELAXED,
                                        __ATOMIC_RELAXED) ||
            there == chain) {
            return __atomic_add_fetch(&entry->calls, 1, __ATOMIC_RELAXED);
        }
    }
    abort(); /* make FAULT_CHAINS larger */
}

/* Not inlined, so that the frames above are always as many. */
static __attribute__((noinline)) void tell(const char *function)
{
    (void)snprintf(state->name, sizeof state->name, "%s", function);
    if (trace != NULL) {
        write_trace("");
    }
}

/* Counts the call. Is it to fail? */
static bool is_due(FaultClass class)
{
    uint64_t n = __atomic_add_fetch(&state->calls[class], 1, __ATOMIC_RELAXED);
    bool chosen = (int)class == class_chosen;
    /* The one place of this call: it is part of the chain. */
    uint64_t chain = is_chained || (chosen && chain_chosen != 0) ? chain_here(class) : 0;

    if (is_chained && count_chain(chain) == 1 && trace != NULL) {
        char line[24];

        (void)snprintf(line, sizeof line, "%llx\n", (unsigned long long)chain);
        write_trace(line);
    }
    if (!chosen) {
        return false;
    }
    if (chain_chosen == 0) {
        return goes_on ? n >= nth : n == nth;
    }
    return (goes_on && state->failed != 0) || (chain == chain_chosen && count_chain(chain) == nth);
}

FaultKind fault_at(FaultClass class, const char *function)
{
    bool due;

    if (state == NULL || inside) {
        return FAULT_NONE;
    }
    inside = true;
    due = is_due(class);
    if (due && __atomic_fetch_add(&state->failed, 1, __ATOMIC_RELAXED) == 0) {
        tell(function);
    }
    inside = false;
    if (due && kind_chosen == FAULT_ERRNO) {
        errno = errno_chosen;
    } else if (due && kind_chosen == FAULT_KILL) {
        (void)raise(SIGKILL);
    }
    return due ? kind_chosen : FAULT_NONE;
}

void fault_end(void)
{
    state = NULL;
}

void fault_next(const char *function, void *pointer)
{
    void *found;
    bool was_inside = inside;

    inside = true;
    found = dlsym(RTLD_NEXT, function);
    inside = was_inside;
    if (found == NULL) {
        abort();
    }
    memcpy(pointer, &found, sizeof found); /* C has no conversion for it */
}
