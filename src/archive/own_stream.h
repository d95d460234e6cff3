/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One of our own files as a stream, without its index: from a pipe, or from beginning to end. It
 * must end with its footer, and everything the members and the footer say must be true.
 */
#ifndef DBB_ARCHIVE_OWN_STREAM_H
#define DBB_ARCHIVE_OWN_STREAM_H

#include "archive/codec.h"
#include "io/stream.h"

/* Owns source, which begins with the file's first byte; on failure source stays the caller's.
 * `name` is for messages and must outlive the reader. With gzip and zstd, text is given out when
 * its member's checksum has been seen, and the index is left out; without compression, the text is
 * the whole file, and damage is known at its end. */
bool own_stream_new(Codec codec, Reader *source, const char *name, Reader **out,
                    Error *err) MUST_CHECK;
/* Passes on somebody else's file as it is, but fails at its end when that is a footer of ours: then
 * its beginning was one of our files. Ownership as above. */
bool tail_guard_new(Reader *source, const char *name, Reader **out, Error *err) MUST_CHECK;

#endif
