/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a file descriptor from where it stands: a file, a pipe, standard input. */
#ifndef DBB_IO_FD_READER_H
#define DBB_IO_FD_READER_H

#include <stdint.h>

#include "io/stream.h"

/* Closing the reader closes the descriptor when it is `owned`. `name` is for messages and, like
 * position, must outlive the reader. *position, when not NULL, counts the bytes read. */
bool fd_reader_new(int fd, bool owned, const char *name, uint64_t *position, Reader **out,
                   Error *err) MUST_CHECK;

#endif
