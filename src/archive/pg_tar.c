/* SPDX-License-Identifier: Apache-2.0 */
/* The heads of a tar, one after another. */
#include "archive/pg_tar.h"

#include <inttypes.h>
#include <string.h>

#include "io/damage.h"

/* The fields of a header that matter here. */
enum {
    BLOCK = 512,
    SIZE = 124,
    SIZE_LEN = 12,
    CHECKSUM = 148,
    CHECKSUM_LEN = 8,
    MAGIC = 257,
};

/* Octal digits between blanks and a NUL, or in binary behind a byte of 0x80. */
static bool get_number(const uint8_t *field, size_t len, uint64_t *out)
{
    uint64_t number = 0;
    size_t i = 0;

    if (field[0] == 0x80) {
        for (i = 1; i < len; i++) {
            if (number >> 56 != 0) {
                return false;
            }
            number = number << 8 | field[i];
        }
        *out = number;
        return true;
    }
    while (i < len && field[i] == ' ') {
        i++;
    }
    for (; i < len && field[i] >= '0' && field[i] <= '7'; i++) {
        number = number << 3 | (uint64_t)(field[i] - '0');
    }
    *out = number;
    return i == len || field[i] == ' ' || field[i] == '\0';
}

/* The sum of all bytes, those of the checksum taken as blanks. */
static bool checksum_is_right(const uint8_t *block)
{
    uint64_t expected;
    uint64_t sum = 0;

    for (size_t i = 0; i < BLOCK; i++) {
        sum += i >= CHECKSUM && i < CHECKSUM + CHECKSUM_LEN ? ' ' : block[i];
    }
    return get_number(block + CHECKSUM, CHECKSUM_LEN, &expected) && sum == expected;
}

static bool is_zeros(const uint8_t *block)
{
    static const uint8_t zeros[BLOCK];

    return memcmp(block, zeros, BLOCK) == 0;
}

/* From the first block of zeros on there is nothing else; at least two of them. */
static bool check_end(const Source *source, uint64_t at, Error *err)
{
    uint8_t block[BLOCK];

    if (source->size - at < 2 * (uint64_t)BLOCK || source->size % BLOCK != 0) {
        return damage_cut(err, source->name);
    }
    for (; at < source->size; at += BLOCK) {
        if (!source_read_at(source, block, sizeof block, at, err)) {
            return false;
        }
        if (!is_zeros(block)) {
            return damage_altered(err, source->name, "something follows its end, at byte %" PRIu64,
                                  at);
        }
    }
    return true;
}

bool pg_tar_check(const Source *source, Error *err)
{
    uint64_t at = 0;

    for (;;) {
        uint8_t block[BLOCK];
        uint64_t size;
        uint64_t blocks;

        if (source->size - at < BLOCK) {
            return damage_cut(err, source->name);
        }
        if (!source_read_at(source, block, sizeof block, at, err)) {
            return false;
        }
        if (is_zeros(block)) {
            return check_end(source, at, err);
        }
        if (memcmp(block + MAGIC, "ustar", 5) != 0 || !checksum_is_right(block) ||
            !get_number(block + SIZE, SIZE_LEN, &size)) {
            return damage_altered(err, source->name, "the tar's header at byte %" PRIu64, at);
        }
        at += BLOCK;
        blocks = size / BLOCK + (size % BLOCK != 0);
        if (blocks > (source->size - at) / BLOCK) {
            return damage_cut(err, source->name);
        }
        at += blocks * BLOCK;
    }
}
