/* SPDX-License-Identifier: Apache-2.0 */
/* One block with the fixed codes of RFC 1951 §3.2.6; what stood before is found by one hash table.
 */
#include "archive/deflate_small.h"

enum {
    HASH_BITS = 10,
    MATCH_MIN = 3,
    MATCH_MAX = 258,
    END_OF_BLOCK = 256,
};

typedef struct Bits {
    uint8_t *out;
    size_t len;
    size_t room;
    uint64_t waiting; /* low bits first */
    unsigned n_waiting;
} Bits;

/* Low bits first. What doesn't fit isn't written, but counted. */
static void put_bits(Bits *bits, uint32_t value, unsigned n)
{
    bits->waiting |= (uint64_t)value << bits->n_waiting;
    bits->n_waiting += n;
    while (bits->n_waiting >= 8) {
        if (bits->len < bits->room) {
            bits->out[bits->len] = (uint8_t)bits->waiting;
        }
        bits->len++;
        bits->waiting >>= 8;
        bits->n_waiting -= 8;
    }
}

/* Huffman codes come high bit first. */
static void put_code(Bits *bits, uint32_t code, unsigned n)
{
    uint32_t reversed = 0;

    for (unsigned i = 0; i < n; i++) {
        reversed |= (code >> i & 1) << (n - 1 - i);
    }
    put_bits(bits, reversed, n);
}

/* A literal, the end, or the symbol of a length. */
static void put_symbol(Bits *bits, uint32_t symbol)
{
    if (symbol < 144) {
        put_code(bits, 0x30 + symbol, 8);
    } else if (symbol < 256) {
        put_code(bits, 0x190 + symbol - 144, 9);
    } else if (symbol < 280) {
        put_code(bits, symbol - 256, 7);
    } else {
        put_code(bits, 0xC0 + symbol - 280, 8);
    }
}

static unsigned log2_of(uint32_t n)
{
    return 31U - (unsigned)__builtin_clz(n);
}

/* §3.2.5: a symbol stands for a range; bits behind it say which of the range. */
static void put_match(Bits *bits, uint32_t length, uint32_t distance)
{
    uint32_t l = length - 3;
    uint32_t d = distance - 1;
    unsigned extra = l < 8 ? 0 : log2_of(l) - 2;

    if (length == MATCH_MAX) {
        put_symbol(bits, 285);
    } else {
        put_symbol(bits, 257 + 4 * extra + (l >> extra));
        put_bits(bits, l & ((1U << extra) - 1), extra);
    }
    extra = d < 4 ? 0 : log2_of(d) - 1;
    put_code(bits, 2 * extra + (d >> extra), 5);
    put_bits(bits, d & ((1U << extra) - 1), extra);
}

/* Of MATCH_MIN bytes. */
static uint32_t hash_of(const uint8_t *text)
{
    uint32_t three = text[0] | (uint32_t)text[1] << 8 | (uint32_t)text[2] << 16;

    return three * 2654435761U >> (32 - HASH_BITS);
}

/* How many bytes at `at` are those at `before`. */
static size_t match_length(const uint8_t *text, size_t size, size_t before, size_t at)
{
    size_t max = size - at < MATCH_MAX ? size - at : MATCH_MAX;
    size_t length = 0;

    while (length < max && text[before + length] == text[at + length]) {
        length++;
    }
    return length;
}

size_t deflate_small(const uint8_t *text, size_t size, uint8_t *out, size_t room)
{
    uint16_t last[1 << HASH_BITS] = {0}; /* where such bytes stood last, plus one */
    Bits bits = {.out = out, .room = room};
    size_t at = 0;

    if (size > DEFLATE_SMALL_MAX) {
        return 0;
    }
    put_bits(&bits, 1, 1); /* the last block … */
    put_bits(&bits, 1, 2); /* … has fixed codes */
    while (at < size) {
        size_t length = 0;
        size_t before = 0;

        if (size - at >= MATCH_MIN) {
            uint32_t hash = hash_of(text + at);

            before = last[hash];
            last[hash] = (uint16_t)(at + 1);
            length = before == 0 ? 0 : match_length(text, size, before - 1, at);
        }
        if (length < MATCH_MIN) {
            put_symbol(&bits, text[at++]);
            continue;
        }
        put_match(&bits, (uint32_t)length, (uint32_t)(at + 1 - before));
        for (size_t end = at + length; ++at < end;) {
            if (size - at >= MATCH_MIN) {
                last[hash_of(text + at)] = (uint16_t)(at + 1);
            }
        }
    }
    put_symbol(&bits, END_OF_BLOCK);
    put_bits(&bits, 0, 7); /* fills the last byte */
    return bits.len <= room ? bits.len : 0;
}
