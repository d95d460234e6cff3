/* SPDX-License-Identifier: Apache-2.0 */
/* pg_dump's tar: each byte of its heads, and each length to which it can be cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "archive/pg_tar.h"

enum { BLOCK = 512, SIZE_AT = 124, CHECKSUM_AT = 148, MAGIC_AT = 257 };

typedef struct Tar {
    Source source;
    uint8_t bytes[10 * BLOCK];
} Tar;

static bool tar_read_at(const Source *self, void *data, size_t len, uint64_t offset, Error *err)
{
    (void)err;
    memcpy(data, ((const Tar *)self)->bytes + offset, len);
    return true;
}

static void set_checksum(uint8_t *head)
{
    char digits[8];
    unsigned sum = 0;

    memset(head + CHECKSUM_AT, ' ', sizeof digits);
    for (size_t i = 0; i < BLOCK; i++) {
        sum += head[i];
    }
    (void)snprintf(digits, sizeof digits, "%06o", sum);
    memcpy(head + CHECKSUM_AT, digits, 7);
}

static const uint8_t magic[] = {'u', 's', 't', 'a', 'r', 0, '0', '0'};

static void add(Tar *tar, const char *name, size_t size)
{
    uint8_t *head = tar->bytes + tar->source.size;
    char digits[12];

    (void)snprintf((char *)head, 100, "%s", name);
    (void)snprintf(digits, sizeof digits, "%011o", (unsigned)size);
    memcpy(head + SIZE_AT, digits, sizeof digits);
    memcpy(head + MAGIC_AT, magic, sizeof magic);
    set_checksum(head);
    memset(head + BLOCK, 'x', size);
    tar->source.size += BLOCK + (size + BLOCK - 1) / BLOCK * BLOCK;
}

/* Files of 600, 0 and 512 bytes, and the end: ten blocks less two. */
static void make_tar(Tar *tar)
{
    *tar = (Tar){.source = {.read_at = tar_read_at, .name = "x.tar"}};
    add(tar, "toc.dat", 600);
    add(tar, "1.dat", 0);
    add(tar, "2.dat", BLOCK);
    tar->source.size += (size_t)2 * BLOCK;
}

static bool is_good(const Tar *tar)
{
    Error err = {0};
    bool good = pg_tar_check(&tar->source, &err);

    assert_true(good || err.code == ERR_DAMAGED);
    return good;
}

static void test_cuts(void **state)
{
    Tar tar;

    (void)state;
    make_tar(&tar);
    assert_true(is_good(&tar));
    for (uint64_t size = tar.source.size; size > 0; size--) {
        tar.source.size = size - 1;
        assert_false(is_good(&tar));
    }
}

static void test_heads(void **state)
{
    static const size_t heads[] = {0, (size_t)3 * BLOCK, (size_t)4 * BLOCK};
    static const uint8_t flips[] = {0x01, 0x80, 0xFF};
    Tar tar;

    (void)state;
    make_tar(&tar);
    for (size_t h = 0; h < ARRAY_LENGTH(heads); h++) {
        for (size_t i = 0; i < BLOCK; i++) {
            uint8_t *byte = &tar.bytes[heads[h] + i];

            for (size_t f = 0; f < ARRAY_LENGTH(flips); f++) {
                *byte ^= flips[f];
                /* Behind the checksum's digits stand a NUL and a blank, of no matter. */
                assert_true(!is_good(&tar) || i / 2 == (CHECKSUM_AT + 6) / 2);
                *byte ^= flips[f];
            }
        }
    }
    tar.bytes[tar.source.size - 1] = 1;
    assert_false(is_good(&tar));
}

/* A size in binary, as of files of more than 8 GiB; one behind blanks, as old programs write it;
 * and sizes that no file has. */
static void test_sizes(void **state)
{
    static const struct {
        uint8_t field[12];
        bool good;
    } sizes[] = {
        {{0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 88}, true},
        {{0x80, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2, 88}, false},
        {{0x80, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255}, false},
        {{0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 88}, false},
        {"00000001130", true},
        {"       1130 ", true},
        {"       1130x", false},
        {"77777777777", false},
        {"0000000113x", false},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LENGTH(sizes); i++) {
        Tar tar;

        make_tar(&tar);
        memcpy(tar.bytes + SIZE_AT, sizes[i].field, sizeof sizes[i].field);
        set_checksum(tar.bytes);
        assert_int_equal(is_good(&tar), sizes[i].good);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_cuts),
        cmocka_unit_test(test_heads),
        cmocka_unit_test(test_sizes),
    };

    return cmocka_run_group_tests_name("pg_tar", tests, NULL, NULL);
}
