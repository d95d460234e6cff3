/* SPDX-License-Identifier: Apache-2.0 */
/* A stream whose first bytes can be looked at before it is read: they tell what it holds. */
#ifndef DBB_IO_PEEK_READER_H
#define DBB_IO_PEEK_READER_H

#include "io/stream.h"

typedef struct PeekReader PeekReader;

/* Reads the first `wanted` bytes of source (fewer when it ends before). Then it owns source; on
 * failure source stays the caller's. */
bool peek_reader_new(Reader *source, size_t wanted, PeekReader **out, Error *err) MUST_CHECK;
/* The first bytes; *whole tells that the stream holds no others. Good until the first read. */
const void *peek_reader_first(const PeekReader *reader, size_t *len, bool *whole);
/* The whole stream, first bytes included. */
Reader *peek_reader_stream(PeekReader *reader);

#endif
