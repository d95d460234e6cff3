/* SPDX-License-Identifier: Apache-2.0 */
/* Encrypts what goes through it, into the form of docs/format.md. */
#ifndef DBB_IO_CRYPT_WRITER_H
#define DBB_IO_CRYPT_WRITER_H

#include "io/key.h"
#include "io/stream.h"

typedef struct CryptWriter CryptWriter;

/* Writes the header to next, which must outlive the writer. */
bool crypt_writer_new(const CryptKey *key, Writer *next, CryptWriter **out, Error *err) MUST_CHECK;
Writer *crypt_writer_stream(CryptWriter *writer);
/* Writes the last chunk: without it, a file counts as cut. Nothing may be written after it. */
bool crypt_writer_finish(CryptWriter *writer, Error *err) MUST_CHECK;
void crypt_writer_free(CryptWriter *writer); /* NULL is fine */

#endif
