/* SPDX-License-Identifier: Apache-2.0 */
/* The backup half of postgres_engine; the contract of each function stands in engine/engine.h. */
#ifndef DBB_ENGINE_POSTGRES_BACKUP_H
#define DBB_ENGINE_POSTGRES_BACKUP_H

#include "engine/engine.h"

bool postgres_backup_begin(const ServerOptions *server, const char *database,
                           const BackupScope *scope, const EngineContext *context, Toc *toc,
                           BackupSession **out, Error *err) MUST_CHECK;
bool postgres_backup_worker(BackupSession *leader, BackupSession **out, Error *err) MUST_CHECK;
bool postgres_backup_write(BackupSession *session, Entry *entry, uint32_t piece,
                           ChunkWriter *chunks, Error *err) MUST_CHECK;
void postgres_backup_end(BackupSession *session);

#endif
