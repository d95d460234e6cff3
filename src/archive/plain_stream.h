/* SPDX-License-Identifier: Apache-2.0 */
/* A stream that is passed on as it is while its last bytes are watched for a footer of ours. */
#ifndef DBB_ARCHIVE_PLAIN_STREAM_H
#define DBB_ARCHIVE_PLAIN_STREAM_H

#include "io/stream.h"

/* own: the file is an uncompressed one of ours, so its footer must stand at the end and agree with
 * all bytes before it. Otherwise: no footer may stand there. Owns source; on failure source stays
 * the caller's. `name` must outlive the reader. */
bool plain_stream_new(bool own, Reader *source, const char *name, Reader **out,
                      Error *err) MUST_CHECK;

#endif
