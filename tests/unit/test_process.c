/* SPDX-License-Identifier: Apache-2.0 */
/* Programs run by us: their streams, their ends, and what is said of them. /bin/sh plays them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "io/memory_reader.h"
#include "io/process.h"

enum { LARGE = 3 * 1024 * 1024 };

typedef struct Taken {
    Writer base;
    Buffer text;
    bool full; /* takes nothing: as a full disk */
} Taken;

static bool take(Writer *self, const void *data, size_t len, Error *err)
{
    Taken *taken = (Taken *)self;

    if (taken->full) {
        return error_set_errno(err, ENOSPC, "cannot write");
    }
    buffer_append(&taken->text, data, len);
    return true;
}

static void taken_init(Taken *taken)
{
    *taken = (Taken){.base = {take}};
    buffer_init(&taken->text, 1 << 26);
}

static char told[8192];

static void tell(void *context, const Event *event)
{
    size_t len = strlen(told);

    (void)context;
    (void)snprintf(told + len, sizeof told - len, "%s%s\n",
                   event->kind == EVENT_WARNING ? "W " : "N ", event->text);
}

static const EventSink sink = {.emit = tell};

static bool run_shell(const char *script, const ProcessSpec *spec, Error *err)
{
    const char *argv[] = {"sh", "-c", script, NULL};
    ProcessSpec shell = *spec;

    shell.program = "/bin/sh";
    shell.argv = argv;
    shell.events = &sink;
    told[0] = '\0';
    error_clear(err);
    return process_run(&shell, err);
}

static void test_streams(void **state)
{
    char *large = malloc(LARGE);
    MemoryReader input;
    Taken taken;
    Error err;

    (void)state;
    assert_non_null(large);
    for (size_t i = 0; i < LARGE; i++) {
        large[i] = (char)(i * 7 + i / 251);
    }
    taken_init(&taken);
    memory_reader_init(&input, large, LARGE);
    /* It writes as much on both of its outputs as it reads: nobody may wait for the other. */
    assert_true(run_shell("tee /dev/stderr | cat",
                          &(ProcessSpec){.input = &input.base, .output = &taken.base}, &err));
    assert_int_equal(taken.text.len, LARGE);
    assert_memory_equal(taken.text.data, large, LARGE);
    buffer_free(&taken.text);
    free(large);
}

static void test_nothing_is_read_or_written(void **state)
{
    Error err;

    (void)state;
    assert_true(run_shell("test -z \"$(cat)\" && echo nobody sees it", &(ProcessSpec){0}, &err));
    assert_string_equal(told, "");
}

/* A program that doesn't want all of its input is no failure by itself. */
static void test_input_is_left(void **state)
{
    static char large[LARGE];
    MemoryReader input;
    Error err;

    (void)state;
    memory_reader_init(&input, large, LARGE);
    assert_true(run_shell("exec <&-; exit 0", &(ProcessSpec){.input = &input.base}, &err));
    memory_reader_init(&input, large, LARGE);
    assert_false(run_shell("exec <&-; exit 3", &(ProcessSpec){.input = &input.base}, &err));
    assert_int_equal(err.code, ERR_TOOL);
}

static void test_bad_ends(void **state)
{
    Error err;

    (void)state;
    assert_false(run_shell("echo one >&2; echo two >&2; exit 7", &(ProcessSpec){0}, &err));
    assert_int_equal(err.code, ERR_TOOL);
    assert_string_equal(err.message, "sh failed with status 7: one\ntwo");
    assert_string_equal(told, "N sh: one\nN sh: two\n");
    assert_false(run_shell("printf 'sh: error: no end' >&2; kill -9 $$", &(ProcessSpec){0}, &err));
    assert_int_equal(err.code, ERR_TOOL);
    assert_string_equal(err.message, "sh was killed by signal 9 (Killed): sh: error: no end");
    assert_string_equal(told, "W sh: error: no end\n");
    assert_false(run_shell("echo 'cannot write: No space left on device' >&2; exit 1",
                           &(ProcessSpec){0}, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_int_equal(err.os_errno, ENOSPC);
}

/* As long as SIGCHLD is ignored the system keeps no status: that is no success. */
static void test_unknown_end(void **state)
{
    const char *argv[] = {"sh", "-c", "exit 3", NULL};
    ProcessSpec spec = {.program = "/bin/sh", .argv = argv};
    Error err = {0};

    (void)state;
    (void)signal(SIGCHLD, SIG_IGN);
    assert_false(process_run(&spec, &err));
    (void)signal(SIGCHLD, SIG_DFL);
    assert_int_equal(err.code, ERR_TOOL);
    assert_string_equal(err.message, "sh has ended, and nobody knows how");
}

static void test_last_words_are_kept(void **state)
{
    Error err;

    (void)state;
    assert_false(
        run_shell("i=0; while [ $i -lt 2000 ]; do echo line $i >&2; i=$((i+1)); done; exit 1",
                  &(ProcessSpec){0}, &err));
    assert_non_null(strstr(err.message, "line 1999"));
    assert_null(strstr(err.message, "line 12\n"));
    /* A line without an end doesn't fill the memory. */
    assert_false(
        run_shell("head -c 200000 /dev/zero | tr '\\0' x >&2; exit 1", &(ProcessSpec){0}, &err));
    assert_non_null(strstr(err.message, "xxxx"));
}

static void test_not_to_be_run(void **state)
{
    const char *argv[] = {"nothing", NULL};
    Error err = {0};

    (void)state;
    assert_false(
        process_run(&(ProcessSpec){.program = "/nonexistent/nothing", .argv = argv}, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_int_equal(err.os_errno, ENOENT);
    assert_non_null(strstr(err.message, "/nonexistent/nothing"));
}

static void test_environment(void **state)
{
    const char *settings[] = {"DBB_TEST=a b", "DBB_GONE", NULL};
    Error err;

    (void)state;
    assert_int_equal(setenv("DBB_TEST", "old", 1), 0);
    assert_int_equal(setenv("DBB_GONE", "old", 1), 0);
    assert_int_equal(setenv("LC_ALL", "de_DE.UTF-8", 1), 0);
    assert_true(run_shell("test \"$DBB_TEST\" = 'a b' && test -z \"$DBB_GONE\" && test $LC_ALL = C",
                          &(ProcessSpec){.environment = settings}, &err));
}

static void test_our_files_are_not_open(void **state)
{
    Taken taken;
    Error err;

    (void)state;
    taken_init(&taken);
    assert_true(dup(STDERR_FILENO) >= 0); /* as whoever started us might have left one */
    assert_true(run_shell("exec ls /proc/self/fd", &(ProcessSpec){.output = &taken.base}, &err));
    assert_string_equal(taken.text.data, "0\n1\n2\n3\n"); /* 3 is ls's own, of that folder */
    buffer_free(&taken.text);
}

static void test_secret(void **state)
{
    char path[PROCESS_SECRET_PATH_SIZE];
    char script[256];
    int fd;
    Error err = {0};

    (void)state;
    assert_true(process_secret("s3cret\n", 7, &fd, path, &err));
    (void)snprintf(script, sizeof script,
                   "test \"$(cat %s)\" = s3cret && test \"$(stat -L -c %%a %s)\" = 600", path,
                   path);
    assert_true(run_shell(script, &(ProcessSpec){.secret_fd = fd}, &err));
    assert_false(run_shell(script, &(ProcessSpec){0}, &err)); /* given to nobody else */
    close(fd);
}

static void test_full_disk_ends_it(void **state)
{
    Taken taken;
    Error err;
    double start = clock_monotonic();

    (void)state;
    taken_init(&taken);
    taken.full = true;
    assert_false(run_shell("while :; do echo more || exit 0; done",
                           &(ProcessSpec){.output = &taken.base}, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_int_equal(err.os_errno, ENOSPC);
    assert_true(clock_monotonic() - start < 4);
    buffer_free(&taken.text);
}

static void *cancel_soon(void *cancel)
{
    (void)usleep(200 * 1000);
    cancel_request(cancel, SIGTERM);
    return NULL;
}

static double cancelled(const char *script)
{
    Error err = {0};
    Cancel *cancel = cancel_new(&err);
    double start = clock_monotonic();
    pthread_t thread;

    assert_non_null(cancel);
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, cancel), 0);
    assert_false(run_shell(script, &(ProcessSpec){.cancel = cancel}, &err));
    assert_int_equal(err.code, ERR_CANCELLED);
    assert_int_equal(pthread_join(thread, NULL), 0);
    cancel_free(cancel);
    return clock_monotonic() - start;
}

static void test_cancel(void **state)
{
    (void)state;
    assert_true(cancelled("sleep 60; exit 0") < 3); /* its children, too */
    assert_true(cancelled("exec >&- 2>&-; sleep 60") < 3);
    assert_true(cancelled("trap '' TERM; while :; do sleep 0.1; done") < 9); /* SIGKILL */
}

/* What it leaves behind may hold the pipes: that is no reason to wait. */
static void test_grandchild(void **state)
{
    double start = clock_monotonic();
    Error err;

    (void)state;
    assert_true(run_shell("sleep 20 & exit 0", &(ProcessSpec){0}, &err));
    assert_true(clock_monotonic() - start < 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_streams),
        cmocka_unit_test(test_nothing_is_read_or_written),
        cmocka_unit_test(test_input_is_left),
        cmocka_unit_test(test_bad_ends),
        cmocka_unit_test(test_unknown_end),
        cmocka_unit_test(test_last_words_are_kept),
        cmocka_unit_test(test_not_to_be_run),
        cmocka_unit_test(test_environment),
        cmocka_unit_test(test_our_files_are_not_open),
        cmocka_unit_test(test_secret),
        cmocka_unit_test(test_full_disk_ends_it),
        cmocka_unit_test(test_cancel),
        cmocka_unit_test(test_grandchild),
    };

    (void)signal(SIGPIPE, SIG_IGN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
