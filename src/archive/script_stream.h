/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The SQL text of any script as one stream: ours or somebody else's, plain, gzip (one or more
 * members) or zstd, from a file or a pipe. What it is, its first bytes tell. Damage inside gzip and
 * zstd is found by their checksums; one of our own files that ends without its footer is damaged.
 */
#ifndef DBB_ARCHIVE_SCRIPT_STREAM_H
#define DBB_ARCHIVE_SCRIPT_STREAM_H

#include <stdint.h>

#include "io/key_ring.h"
#include "io/stream.h"

/* path "-" is standard input. keys, for one that is encrypted, may be NULL. *position, when not
 * NULL, is kept up to date with the number of compressed bytes read so far, for progress; it must
 * outlive the reader. */
bool script_stream_open(const char *path, KeyRing *keys, uint64_t *position, Reader **out,
                        Error *err) MUST_CHECK;
/* The same of what somebody else reads, of which the end isn't known. Takes over source, also on
 * failure. `name` is for messages. */
bool script_stream_over(Reader *source, const char *name, Reader **out, Error *err) MUST_CHECK;

#endif
