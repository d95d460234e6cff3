/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unpacks one gzip member after another, piece by piece, and checks each one's header, checksum and
 * length. Built on ISA-L where that is to be had, for it takes a third of zlib's time; on zlib
 * elsewhere. Which it is makes no other difference.
 */
#ifndef DBB_IO_INFLATER_H
#define DBB_IO_INFLATER_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct Inflater Inflater;

typedef enum InflateResult {
    INFLATE_MORE,    /* wants more input, or more room */
    INFLATE_END,     /* the member is over, and was good */
    INFLATE_DAMAGED, /* it isn't what was written */
    INFLATE_MEMORY,  /* an allocation failed */
} InflateResult;

/* Bytes to be read and room to be filled; what was used is taken off. */
typedef struct InflateSpace {
    const uint8_t *in;
    size_t in_len;
    uint8_t *out;
    size_t out_len;
} InflateSpace;

Inflater *inflater_new(void); /* NULL when memory is out */
void inflater_free(Inflater *inflater);
/* The next byte is the first of a member. False when that can't be. */
bool inflater_begin(Inflater *inflater) MUST_CHECK;
/* in_len isn't 0. *why says what is wrong with what is damaged. */
InflateResult inflater_run(Inflater *inflater, InflateSpace *space, const char **why) MUST_CHECK;

#endif
