/* SPDX-License-Identifier: Apache-2.0 */
/* The inflater on ISA-L. The header is read here: ISA-L takes a header with a checksum of its own
 * for damaged, and flags that nobody knows for good. */
#include <limits.h>
#include <stdlib.h>

#include <isa-l/crc.h>
#include <isa-l/igzip_lib.h>

#include "io/inflater.h"

enum {
    FIXED_SIZE = 10, /* of a header: magic, method, flags, time, extra flags, system */
    METHOD_DEFLATE = 8,
    FLAG_HEADER_CHECK = 2,
    FLAG_EXTRA = 4,
    FLAG_NAME = 8,
    FLAG_COMMENT = 16,
    FLAGS_RESERVED = 0xE0,
};

/* The parts of a header, in their order. */
typedef enum HeaderPart {
    HEADER_FIXED,
    HEADER_EXTRA_SIZE,
    HEADER_EXTRA,
    HEADER_NAME,
    HEADER_COMMENT,
    HEADER_CHECK,
    HEADER_DONE,
} HeaderPart;

typedef struct Header {
    HeaderPart part;
    size_t place; /* bytes of the part so far */
    uint8_t flags;
    unsigned extra_size;
    unsigned expected; /* its checksum */
    uint32_t check;
} Header;

struct Inflater {
    Header header;
    struct inflate_state state;
};

Inflater *inflater_new(void)
{
    Inflater *inflater = calloc(1, sizeof *inflater);

    if (inflater != NULL) {
        isal_inflate_init(&inflater->state);
    }
    return inflater;
}

void inflater_free(Inflater *inflater)
{
    free(inflater);
}

bool inflater_begin(Inflater *inflater)
{
    isal_inflate_reset(&inflater->state);
    inflater->state.crc_flag = ISAL_GZIP_NO_HDR_VER;
    inflater->header = (Header){0};
    return true;
}

/* --- The header --------------------------------------------------------------------------- */

static bool is_there(const Header *header)
{
    switch (header->part) {
    case HEADER_EXTRA_SIZE:
        return (header->flags & FLAG_EXTRA) != 0;
    case HEADER_EXTRA:
        return (header->flags & FLAG_EXTRA) != 0 && header->extra_size > 0;
    case HEADER_NAME:
        return (header->flags & FLAG_NAME) != 0;
    case HEADER_COMMENT:
        return (header->flags & FLAG_COMMENT) != 0;
    case HEADER_CHECK:
        return (header->flags & FLAG_HEADER_CHECK) != 0;
    default:
        return true;
    }
}

/* The part is over: on to the next one that is there. */
static void next_part(Header *header)
{
    do {
        header->part++;
    } while (!is_there(header));
    header->place = 0;
}

/* NULL, or what is wrong with this byte of the fixed part. */
static const char *fixed_byte(Header *header, uint8_t byte)
{
    static const uint8_t magic[] = {0x1F, 0x8B};

    switch (header->place) {
    case 0:
    case 1:
        return byte == magic[header->place] ? NULL : "incorrect header check";
    case 2:
        return byte == METHOD_DEFLATE ? NULL : "unknown compression method";
    case 3:
        header->flags = byte;
        return (byte & FLAGS_RESERVED) == 0 ? NULL : "unknown header flags set";
    default:
        return NULL;
    }
}

static const char *header_byte(Header *header, uint8_t byte)
{
    const char *why = NULL;
    bool ends = false;
    unsigned shift = header->place == 0 ? 0 : 8; /* numbers have two bytes, the lower one first */

    if (header->part < HEADER_CHECK) {
        header->check = crc32_gzip_refl(header->check, &byte, 1);
    }
    switch (header->part) {
    case HEADER_FIXED:
        why = fixed_byte(header, byte);
        ends = header->place == FIXED_SIZE - 1;
        break;
    case HEADER_EXTRA_SIZE:
        header->extra_size |= (unsigned)byte << shift;
        ends = shift > 0;
        break;
    case HEADER_EXTRA:
        ends = header->place + 1 == header->extra_size;
        break;
    case HEADER_NAME:
    case HEADER_COMMENT:
        ends = byte == 0;
        break;
    case HEADER_CHECK:
        header->expected |= (unsigned)byte << shift;
        ends = shift > 0;
        if (ends && header->expected != (header->check & 0xFFFF)) {
            why = "header crc mismatch";
        }
        break;
    case HEADER_DONE:
        break;
    }
    header->place++;
    if (ends) {
        next_part(header);
    }
    return why;
}

/* --- Its data ----------------------------------------------------------------------------- */

static const char *explain(int result)
{
    return result == ISAL_INCORRECT_CHECKSUM ? "incorrect data check" : "not valid gzip data";
}

InflateResult inflater_run(Inflater *inflater, InflateSpace *space, const char **why)
{
    struct inflate_state *state = &inflater->state;
    uint32_t in_len;
    uint32_t out_len;
    int result;

    while (inflater->header.part != HEADER_DONE && space->in_len > 0) {
        const char *wrong = header_byte(&inflater->header, *space->in);

        if (wrong != NULL) {
            *why = wrong;
            return INFLATE_DAMAGED;
        }
        space->in++;
        space->in_len--;
    }
    if (space->in_len == 0) {
        return INFLATE_MORE;
    }
    in_len = space->in_len < INT_MAX ? (uint32_t)space->in_len : INT_MAX;
    out_len = space->out_len < INT_MAX ? (uint32_t)space->out_len : INT_MAX;
    state->next_in = (uint8_t *)space->in; /* it isn't written to */
    state->avail_in = in_len;
    state->next_out = space->out;
    state->avail_out = out_len;
    result = isal_inflate(state);
    space->in = state->next_in;
    space->in_len -= in_len - state->avail_in;
    space->out = state->next_out;
    space->out_len -= out_len - state->avail_out;
    if (result < ISAL_DECOMP_OK || result == ISAL_NEED_DICT) {
        *why = explain(result);
        return INFLATE_DAMAGED;
    }
    return state->block_state == ISAL_BLOCK_FINISH ? INFLATE_END : INFLATE_MORE;
}
