/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What an encrypted file holds, as if it weren't encrypted: at any place, where only the chunks in
 * which the bytes lie are read; or from beginning to end. Nothing is given out before its chunk was
 * found to be what was written.
 */
#ifndef DBB_IO_CRYPT_SOURCE_H
#define DBB_IO_CRYPT_SOURCE_H

#include "io/crypt_header.h"
#include "io/source.h"
#include "io/stream.h"

/* Takes over `sealed`, also on failure. ERR_KEY and ERR_USAGE as of crypt_header_open. The last
 * chunk is looked at: a file that was cut is damaged. */
bool crypt_source_new(Source *sealed, KeyRing *ring, Source **out, Error *err) MUST_CHECK;
/* The same of what a key made that is at hand. */
bool crypt_source_with(Source *sealed, const CryptKey *key, Source **out, Error *err) MUST_CHECK;
/* A file, whether it is encrypted or not. ring: NULL is an empty one. */
bool crypt_source_open(const char *path, KeyRing *ring, Source **out, bool *encrypted,
                       Error *err) MUST_CHECK;
/* A stream: the bytes that an encrypted one holds, or the stream itself, with `*out` set to what is
 * to be read instead of it. Takes over `stream`, also on failure. `name` is for messages and must
 * outlive the reader. That it was cut is known at its end. */
bool crypt_reader_over(Reader *stream, KeyRing *ring, const char *name, Reader **out,
                       Error *err) MUST_CHECK;
/* The header of a file, if it is encrypted. */
bool crypt_header_read(const Source *sealed, CryptHeader *header, Error *err) MUST_CHECK;

#endif
