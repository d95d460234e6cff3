/* SPDX-License-Identifier: Apache-2.0 */
/* Files that appear whole or not at all, and the reads that finish what they begin. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"

static char folder[] = "/tmp/dbb-file-XXXXXX";
static char path[64];
static char partial[80];

static int make_folder(void **state)
{
    (void)state;
    if (mkdtemp(folder) == NULL) {
        return 1;
    }
    (void)snprintf(path, sizeof path, "%s/f", folder);
    (void)snprintf(partial, sizeof partial, "%s.partial", path);
    return 0;
}

static int remove_folder(void **state)
{
    (void)state;
    (void)unlink(path);
    (void)unlink(partial);
    return rmdir(folder);
}

static bool renames_first;

/* Stands in for the C library's. */
int flock(int fd, int operation)
{
    if (renames_first) {
        renames_first = false;
        assert_int_equal(rename(partial, path), 0);
    }
    return (int)syscall(SYS_flock, fd, operation);
}

static bool there(const char *name)
{
    return access(name, F_OK) == 0;
}

static void assert_content(const char *expected)
{
    size_t len = strlen(expected);
    char text[100];
    bool seekable = false;
    uint64_t size = 0;
    size_t got = 0;
    Error err = {0};
    int fd;

    assert_true(file_open_read(path, &fd, &err));
    assert_true(file_size(fd, path, &seekable, &size, &err));
    assert_true(seekable);
    assert_int_equal(size, len);
    assert_true(file_read(fd, path, text, sizeof text, &got, &err));
    assert_int_equal(got, len);
    assert_memory_equal(text, expected, len);
    assert_true(file_read_at(fd, path, text, len - 1, 1, &err));
    assert_memory_equal(text, expected + 1, len - 1);
    assert_false(file_read_at(fd, path, text, len, 1, &err));
    assert_int_equal(err.code, ERR_DAMAGED);
    close(fd);
}

static void test_commit_and_abort(void **state)
{
    AtomicFile file;
    AtomicFile second;
    struct stat status;
    Error err = {0};

    (void)state;
    assert_true(atomic_file_open(&file, path, false, &err));
    assert_true(atomic_file_write(&file, "first", 5, &err));
    assert_false(there(path));
    assert_int_equal(stat(partial, &status), 0);
    assert_int_equal(status.st_mode & 0777, 0600);
    /* Another run keeps away, and leaves the file alone. */
    assert_false(atomic_file_open(&second, path, false, &err));
    assert_int_equal(err.code, ERR_REFUSED);
    assert_true(there(partial));
    assert_true(atomic_file_commit(&file, &err));
    assert_false(there(partial));
    assert_content("first");

    assert_false(atomic_file_open(&file, path, false, &err));
    assert_int_equal(err.code, ERR_REFUSED);
    assert_true(atomic_file_open(&file, path, true, &err));
    assert_true(atomic_file_write(&file, "second", 6, &err));
    atomic_file_abort(&file);
    assert_false(there(partial));
    assert_content("first");
    assert_true(atomic_file_open(&file, path, true, &err));
    assert_true(atomic_file_write(&file, "second", 6, &err));
    assert_true(atomic_file_commit(&file, &err));
    assert_content("second");
}

/* Between open and lock, the run that held it has given it its final name. */
static void test_renamed_meanwhile(void **state)
{
    AtomicFile file;
    Error err = {0};
    FILE *other = fopen(partial, "wb");

    (void)state;
    assert_non_null(other);
    assert_int_equal(fclose(other), 0);
    renames_first = true;
    assert_false(atomic_file_open(&file, path, true, &err));
    assert_false(renames_first);
    assert_int_equal(err.code, ERR_REFUSED);
    assert_non_null(strstr(err.message, "is being written by another run"));
    assert_true(there(path)); /* it is the other's */
}

static void test_left_over(void **state)
{
    AtomicFile file;
    Error err = {0};
    FILE *old = fopen(partial, "wb");

    (void)state;
    assert_non_null(old);
    assert_true(fputs("what a killed run left behind", old) >= 0);
    assert_int_equal(fclose(old), 0);
    assert_true(atomic_file_open(&file, path, true, &err));
    assert_true(atomic_file_write(&file, "new", 3, &err));
    assert_true(atomic_file_commit(&file, &err));
    assert_content("new");
}

static void test_errors(void **state)
{
    AtomicFile file;
    Error err = {0};
    int fd;

    (void)state;
    assert_false(file_open_read("/nonexistent/f", &fd, &err));
    assert_int_equal(err.code, ERR_IO);
    assert_false(file_open_read(folder, &fd, &err));
    assert_false(atomic_file_open(&file, "/nonexistent/f", false, &err));
    assert_int_equal(err.code, ERR_IO);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_commit_and_abort),
        cmocka_unit_test(test_renamed_meanwhile),
        cmocka_unit_test(test_left_over),
        cmocka_unit_test(test_errors),
    };

    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
