/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One worker's way into a script: text in, compressed members out. A chunk's members are held back
 * until it is complete and then go into the file at once, so that several workers can write at the
 * same time. A chunk that grows too long for that keeps the file to itself until its end.
 *
 *     chunk_writer_new(script, &w, err);
 *     for each chunk:
 *         chunk_writer_begin(w, entry, number, &text, err);
 *         writer_write(text, …);                          any number of times
 *         chunk_writer_end(w, rows, err);
 *     chunk_writer_free(w);
 *
 * After a failure, chunk_writer_cancel or _free must be called soon: others may wait for the file.
 */
#ifndef DBB_ARCHIVE_CHUNK_WRITER_H
#define DBB_ARCHIVE_CHUNK_WRITER_H

#include "archive/script_writer.h"
#include "base/buffer.h"
#include "io/stream.h"

typedef struct ChunkWriter ChunkWriter;

/* A number for chunk_writer_begin: the next one behind those that the entry has. */
#define CHUNK_FURTHER UINT32_MAX

/* The script must outlive it. */
bool chunk_writer_new(ScriptWriter *script, ChunkWriter **out, Error *err) MUST_CHECK;
/* An entry's chunks are numbered from 0. Its first n_pieces (at least one) come in any order, and
 * all of them must come; each CHUNK_FURTHER adds one. *text is good until the matching end. */
bool chunk_writer_begin(ChunkWriter *writer, Entry *entry, uint32_t number, Writer **text,
                        Error *err) MUST_CHECK;
/* Puts the chunk into the file, and where it lies into the entry. content: the sum of
 * content_hash of its rows. */
bool chunk_writer_end(ChunkWriter *writer, uint64_t rows, uint64_t content, Error *err) MUST_CHECK;
/* Of a script that keeps nothing: the first `most` bytes of each chunk's text are put into `copy`,
 * which is emptied when a chunk begins; NULL: no more. */
void chunk_writer_look(ChunkWriter *writer, Buffer *copy, size_t most);
/* Gives up the chunk at work, and with it the whole file: that can't be sealed any more. */
void chunk_writer_cancel(ChunkWriter *writer);
void chunk_writer_free(ChunkWriter *writer); /* NULL is fine */

#endif
