/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads the indexed SQL script (docs/format.md) by its index. Every size, offset and count that
 * the file declares is checked against the file before it is used. Functions that take the archive
 * only read at offsets, so several threads may share one.
 */
#ifndef DBB_ARCHIVE_SCRIPT_READER_H
#define DBB_ARCHIVE_SCRIPT_READER_H

#include "archive/toc.h"
#include "base/event.h"
#include "io/source.h"
#include "io/stream.h"
#include "sched/cancel.h"

typedef struct ScriptArchive ScriptArchive;

/* Reads footer and index: two reads. ERR_DAMAGED when they are cut or altered. */
bool script_archive_open(const char *path, ScriptArchive **out, Error *err) MUST_CHECK;
/* The same of one that lies within something else. Takes over source, also on failure. */
bool script_archive_open_source(Source *source, ScriptArchive **out, Error *err) MUST_CHECK;
void script_archive_close(ScriptArchive *archive); /* NULL is fine */
const Toc *script_archive_toc(const ScriptArchive *archive);
/* Tells this archive from any other: hexadecimal digits, made of what it holds. */
#define SCRIPT_ARCHIVE_ID_SIZE 40
void script_archive_id(const ScriptArchive *archive, char out[SCRIPT_ARCHIVE_ID_SIZE]);
/* Every byte of the file against the hashes of index and footer, without inflating: as fast as the
 * disk. Progress counts bytes of the file. ERR_DAMAGED names the entry. */
bool script_archive_check(const ScriptArchive *archive, const EventSink *events,
                          const Cancel *cancel, Error *err) MUST_CHECK;
/* The same of the chunks of some of the archive's entries, and of no other byte: index and footer
 * were checked when it was opened. */
bool script_archive_check_entries(const ScriptArchive *archive, const Toc *entries,
                                  const EventSink *events, const Cancel *cancel,
                                  Error *err) MUST_CHECK;
/* As script_archive_check, and more: inflates each member, compares sizes, checksums and rows with
 * the index. sha256 is NULL or has room for SHA256_HEX_SIZE: that of the whole file. */
bool script_archive_verify(const ScriptArchive *archive, const EventSink *events,
                           const Cancel *cancel, char *sha256, Error *err) MUST_CHECK;
/* The text of one chunk, of all chunks of an entry one after another, or of the whole file. */
bool script_archive_read_chunk(const ScriptArchive *archive, const Chunk *chunk, Reader **out,
                               Error *err) MUST_CHECK;
bool script_archive_read_entry(const ScriptArchive *archive, const Entry *entry, Reader **out,
                               Error *err) MUST_CHECK;

#endif
