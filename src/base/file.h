/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that appear whole or not at all. An AtomicFile is written as NAME.partial (mode 0600),
 * then fsynced, renamed to NAME, and its folder fsynced. Before the commit nothing stands under
 * NAME; after an abort, nothing stands under NAME.partial either. A lock on the partial file keeps
 * two runs apart; one left by a killed run is taken over.
 */
#ifndef DBB_BASE_FILE_H
#define DBB_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct AtomicFile {
    int fd;        /* -1 when closed */
    char *path;    /* the final name */
    char *partial; /* the name while it is written */
    uint64_t written;
} AtomicFile;

/* Refuses (ERR_REFUSED) when path exists already, unless `replace`. */
bool atomic_file_open(AtomicFile *file, const char *path, bool replace, Error *err) MUST_CHECK;
bool atomic_file_write(AtomicFile *file, const void *data, size_t len, Error *err) MUST_CHECK;
/* All that was written is on disk, still under the partial name. */
bool atomic_file_sync(AtomicFile *file, Error *err) MUST_CHECK;
/* Puts the file under its final name. On failure the partial file is removed. Closes either way. */
bool atomic_file_commit(AtomicFile *file, Error *err) MUST_CHECK;
/* Removes the partial file and closes; does nothing on a closed one. */
void atomic_file_abort(AtomicFile *file);

/* Writes all of it, whatever write() takes at once. `path` is for the message. */
bool file_write_all(int fd, const char *path, const void *data, size_t len, Error *err) MUST_CHECK;
/* Reads up to len bytes; less only at the end of the file. *got is the number read. */
bool file_read(int fd, const char *path, void *data, size_t len, size_t *got,
               Error *err) MUST_CHECK;
/* Exactly len bytes from the offset; ERR_DAMAGED when the file ends before. */
bool file_read_at(int fd, const char *path, void *data, size_t len, uint64_t offset,
                  Error *err) MUST_CHECK;
/* For reading. Hints at creation by name when it doesn't exist; refuses folders. */
bool file_open_read(const char *path, int *fd, Error *err) MUST_CHECK;
/* *seekable is false for pipes and sockets; *size is then 0. */
bool file_size(int fd, const char *path, bool *seekable, uint64_t *size, Error *err) MUST_CHECK;

#endif
