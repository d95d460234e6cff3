/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Between script_writer.c and chunk_writer.c: the file that several ChunkWriters share. Whoever has
 * locked it may append to it; nobody waits for another lock meanwhile.
 */
#ifndef DBB_ARCHIVE_SCRIPT_FILE_H
#define DBB_ARCHIVE_SCRIPT_FILE_H

#include "archive/chunk_writer.h"

Compression script_compression(const ScriptWriter *script);
bool script_is_nowhere(const ScriptWriter *script);
void script_lock(ScriptWriter *script);
void script_unlock(ScriptWriter *script);
uint64_t script_size(const ScriptWriter *script); /* bytes so far; locked */
/* Bytes before the footer; locked. */
bool script_append(ScriptWriter *script, const void *data, size_t len, Error *err) MUST_CHECK;

/* The number under which a chunk of the entry is to be written; `number` as in chunk_writer_begin.
 * These two need no lock. */
bool script_number_chunk(ScriptWriter *script, Entry *entry, uint32_t *number,
                         Error *err) MUST_CHECK;
bool script_store_chunk(ScriptWriter *script, Entry *entry, uint32_t number, const Chunk *chunk,
                        uint64_t content, Error *err) MUST_CHECK;

/* Chunks of the index, which belong to no entry; *chunk is where it came to lie. */
bool chunk_writer_begin_index(ChunkWriter *writer, Writer **text, Error *err) MUST_CHECK;
bool chunk_writer_end_index(ChunkWriter *writer, Chunk *chunk, Error *err) MUST_CHECK;

#endif
