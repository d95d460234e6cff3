/* SPDX-License-Identifier: Apache-2.0 */
/* The footer, and whether a file is one of ours. */
#include "archive/footer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <xxhash.h>

#include "archive/bytes.h"
#include "archive/member.h"

/* Where the binary facts stand; the check is over the whole footer with the check as zeros. */
enum {
    FACT_VERSION = 0,
    FACT_TYPE = 1,
    FACT_NUMBERS = 4,
    FACT_CHECK = FACT_NUMBERS + 5 * 8,
};

/* As text (none): six numbers of 16 hex digits with spaces between them, the check last. */
enum {
    HEX_DIGITS = 16,
    TEXT_FACTS_SIZE = 6 * (HEX_DIGITS + 1) - 1,
    TEXT_CHECK = 5 * (HEX_DIGITS + 1),
};

enum { FORMAT_VERSION = 1, SIMILAR = 2 /* bytes that may differ */, SIMILAR_MIN = 12 };

static bool is_text(const CodecOps *ops)
{
    return ops->codec == CODEC_NONE;
}

static size_t facts_size(const CodecOps *ops)
{
    return is_text(ops) ? TEXT_FACTS_SIZE : FOOTER_FACTS_SIZE;
}

size_t footer_size(const CodecOps *ops)
{
    return ops->footer_mark.len + facts_size(ops) + ops->footer_end.len;
}

static void put_hex(uint8_t *out, uint64_t value)
{
    char digits[HEX_DIGITS + 1];

    (void)snprintf(digits, sizeof digits, "%016" PRIx64, value);
    memcpy(out, digits, HEX_DIGITS);
}

static bool get_hex(const uint8_t *in, uint64_t *value)
{
    uint64_t number = 0;

    for (int i = 0; i < HEX_DIGITS; i++) {
        uint8_t c = in[i];

        if (c >= '0' && c <= '9') {
            number = number << 4 | (uint64_t)(c - '0');
        } else if (c >= 'a' && c <= 'f') {
            number = number << 4 | (uint64_t)(c - 'a' + 10);
        } else {
            return false;
        }
    }
    *value = number;
    return true;
}

/* The footer's hash with its own place taken as zeros. */
static uint64_t check_of(const CodecOps *ops, const uint8_t *footer)
{
    uint8_t copy[FOOTER_SIZE_MAX];

    memcpy(copy, footer, footer_size(ops));
    if (is_text(ops)) {
        memset(copy + ops->footer_mark.len + TEXT_CHECK, '0', HEX_DIGITS);
    } else {
        memset(copy + ops->footer_mark.len + FACT_CHECK, 0, 8);
    }
    return XXH3_64bits(copy, footer_size(ops));
}

void footer_write(const CodecOps *ops, const Footer *footer, uint8_t out[static FOOTER_SIZE_MAX])
{
    uint64_t numbers[] = {footer->index_offset, footer->index_size, footer->index_hash,
                          footer->file_size, footer->content_hash};
    uint8_t *facts = out + ops->footer_mark.len;

    memcpy(out, ops->footer_mark.bytes, ops->footer_mark.len);
    memset(facts, is_text(ops) ? ' ' : 0, facts_size(ops));
    if (ops->footer_end.len > 0) {
        memcpy(facts + facts_size(ops), ops->footer_end.bytes, ops->footer_end.len);
    }
    if (is_text(ops)) {
        for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++) {
            put_hex(facts + i * (HEX_DIGITS + 1), numbers[i]);
        }
        put_hex(facts + TEXT_CHECK, check_of(ops, out));
    } else {
        facts[FACT_VERSION] = FORMAT_VERSION;
        facts[FACT_TYPE] = MEMBER_FOOTER;
        for (size_t i = 0; i < ARRAY_LENGTH(numbers); i++) {
            bytes_put(facts + FACT_NUMBERS + 8 * i, numbers[i], 8);
        }
        bytes_put(facts + FACT_CHECK, check_of(ops, out), 8);
    }
}

/* How many of the first len bytes differ from the mark. */
static size_t differences_within(const uint8_t *bytes, const Mark *mark, size_t len)
{
    size_t n = 0;

    for (size_t i = 0; i < len; i++) {
        n += bytes[i] != mark->bytes[i];
    }
    return n;
}

static size_t differences(const uint8_t *bytes, const Mark *mark)
{
    return differences_within(bytes, mark, mark->len);
}

static bool read_numbers(const CodecOps *ops, const uint8_t *facts, uint64_t numbers[static 6])
{
    for (size_t i = 0; i < 6; i++) {
        if (is_text(ops)) {
            if (!get_hex(facts + i * (HEX_DIGITS + 1), &numbers[i])) {
                return false;
            }
        } else {
            numbers[i] = bytes_get(facts + FACT_NUMBERS + 8 * i, 8);
        }
    }
    return true;
}

MarkVerdict footer_read(const CodecOps *ops, const uint8_t *bytes, size_t len, Footer *footer)
{
    size_t size = footer_size(ops);
    const uint8_t *start;
    const uint8_t *facts;
    uint64_t n[6];
    size_t wrong;

    if (len < size) {
        return MARK_NONE;
    }
    start = bytes + (len - size);
    facts = start + ops->footer_mark.len;
    wrong = differences(start, &ops->footer_mark) +
            differences(facts + facts_size(ops), &ops->footer_end);
    if (wrong > SIMILAR) {
        return MARK_NONE;
    }
    if (!read_numbers(ops, facts, n) || n[5] != check_of(ops, start)) {
        return MARK_ALTERED;
    }
    /* From here on it is as it was written. */
    if (wrong > 0 || (!is_text(ops) && facts[FACT_VERSION] != FORMAT_VERSION)) {
        return MARK_NEWER;
    }
    if ((!is_text(ops) && facts[FACT_TYPE] != MEMBER_FOOTER) || n[3] < size || n[0] > n[3] - size ||
        n[1] != n[3] - size - n[0]) {
        return MARK_ALTERED;
    }
    *footer = (Footer){n[0], n[1], n[2], n[3], n[4]};
    return MARK_GOOD;
}

static const CodecOps *const all_codecs[] = {&codec_ops_gzip, &codec_ops_zstd, &codec_ops_none};

MarkVerdict footer_find(const uint8_t *bytes, size_t len, const CodecOps **ops, Footer *footer)
{
    for (size_t i = 0; i < ARRAY_LENGTH(all_codecs); i++) {
        MarkVerdict verdict = footer_read(all_codecs[i], bytes, len, footer);

        if (verdict != MARK_NONE) {
            *ops = all_codecs[i];
            return verdict;
        }
    }
    return MARK_NONE;
}

MarkVerdict head_mark_find(const Mark *mark, size_t head_size, const uint8_t *bytes, size_t len,
                           bool whole)
{
    size_t n = len < mark->len ? len : mark->len;
    size_t wrong = differences_within(bytes, mark, n);

    if (len < head_size) { /* too short for any file of ours, so at best what is left of one */
        return whole && len > 0 && (wrong == 0 || (wrong <= SIMILAR && n >= SIMILAR_MIN))
                   ? MARK_ALTERED
                   : MARK_NONE;
    }
    return wrong > SIMILAR ? MARK_NONE : wrong > 0 ? MARK_ALTERED : MARK_GOOD;
}

MarkVerdict head_mark_verdict(HeadVerdict head)
{
    return head == HEAD_GOOD ? MARK_GOOD : head == HEAD_NEWER ? MARK_NEWER : MARK_ALTERED;
}

static MarkVerdict head_of(const CodecOps *ops, const uint8_t *bytes, size_t len, bool whole)
{
    size_t facts = codec_head_size(ops) > 0 ? MEMBER_FACTS_SIZE : 0;
    MarkVerdict verdict =
        head_mark_find(&ops->file_mark, ops->file_mark.len + facts, bytes, len, whole);
    MemberHead head;

    return verdict == MARK_GOOD && facts > 0
               ? head_mark_verdict(member_head_read(ops, bytes, &head))
               : verdict;
}

MarkVerdict head_find(const uint8_t *bytes, size_t len, bool whole, const CodecOps **ops)
{
    for (size_t i = 0; i < ARRAY_LENGTH(all_codecs); i++) {
        MarkVerdict verdict = head_of(all_codecs[i], bytes, len, whole);

        if (verdict != MARK_NONE) {
            *ops = all_codecs[i];
            return verdict;
        }
    }
    return MARK_NONE;
}

bool footer_begins(const CodecOps *ops, const uint8_t *bytes)
{
    return memcmp(bytes, ops->footer_mark.bytes, ops->footer_mark.len) == 0;
}
