/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Writes a file that appears whole or not at all, or standard output, in large pieces, encrypted
 * where a key is given, and takes the SHA-256 of every byte of the file on the way.
 */
#ifndef DBB_IO_FILE_WRITER_H
#define DBB_IO_FILE_WRITER_H

#include <stdint.h>

#include "base/buffer.h"
#include "base/file.h"
#include "io/crypt_writer.h"
#include "io/sha256.h"
#include "io/stream.h"

typedef struct FileWriter FileWriter;

/* Where pieces go: to the hash, and into the file. */
typedef struct FileSink {
    Writer base;
    FileWriter *writer;
} FileSink;

struct FileWriter {
    Writer base;
    const char *name; /* for messages */
    AtomicFile file;
    bool to_stdout;
    Buffer pending; /* small writes wait here for company */
    FileSink sink;
    CryptWriter *crypt; /* before the sink, unless it is NULL */
    bool finished;      /* nothing may come any more */
    Sha256 hash;
    uint64_t size;      /* bytes taken so far */
    uint64_t file_size; /* bytes of the file so far; all of them once it is synced or committed */
};

/* path "-" is standard output; otherwise as atomic_file_open. key: NULL, or what the file is
 * encrypted with. path must outlive the writer, and the writer must not move. */
bool file_writer_open(FileWriter *writer, const char *path, bool replace, const CryptKey *key,
                      Error *err) MUST_CHECK;
/* Writes what waits and has it on disk, still without a final name. Nothing may be written after
 * it. */
bool file_writer_sync(FileWriter *writer, Error *err) MUST_CHECK;
/* Writes what waits and puts the file under its final name. Frees everything, also on failure,
 * when nothing remains of the file. */
bool file_writer_commit(FileWriter *writer, char sha256[static SHA256_HEX_SIZE],
                        Error *err) MUST_CHECK;
/* Removes what was written; what went to standard output is gone. */
void file_writer_abort(FileWriter *writer);

#endif
