/* SPDX-License-Identifier: Apache-2.0 */
/* Decompresses zstd of anyone's making, one frame or many. A frame without its end is damage. */
#ifndef DBB_IO_ZSTD_READER_H
#define DBB_IO_ZSTD_READER_H

#include "io/stream.h"

/* Owns source; on failure source stays the caller's. `name` is for messages and must outlive it. */
bool zstd_reader_new(Reader *source, const char *name, Reader **out, Error *err) MUST_CHECK;

#endif
