/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Takes a stream apart into members and unpacks them, one at a time. Each member's head, sizes and
 * checksum have been checked when its text is given out.
 */
#ifndef DBB_ARCHIVE_MEMBER_READER_H
#define DBB_ARCHIVE_MEMBER_READER_H

#include <xxhash.h>

#include "archive/member.h"
#include "io/stream.h"

typedef struct MemberReader {
    const char *name;
    Reader *source;
    const CodecOps *ops;
    MemberDecoder decoder;
    Buffer in;          /* read ahead from source */
    size_t taken;       /* of in */
    size_t piece;       /* bytes to ask of the source at once */
    XXH3_state_t *hash; /* NULL, or fed with the bytes of each member but the footer */
} MemberReader;

typedef struct Member {
    MemberHead head;
    const char *text; /* head.text_size bytes; of a footer: its own bytes in the file */
} Member;

/* A codec that has members. `source` and `name` (for messages) stay the caller's and must outlive
 * the reader. size_hint: bytes that source can give at most, or 0; it keeps buffers small. */
bool member_reader_init(MemberReader *reader, Codec codec, Reader *source, const char *name,
                        uint64_t size_hint, Error *err) MUST_CHECK;
void member_reader_free(MemberReader *reader); /* a zeroed one is fine */
/* *end when the source ended where a member could begin; otherwise *member is good until the next
 * call. The footer comes as a member whose type is MEMBER_FOOTER. */
bool member_reader_next(MemberReader *reader, Member *member, bool *end, Error *err) MUST_CHECK;

#endif
