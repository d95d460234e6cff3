/* SPDX-License-Identifier: Apache-2.0 */
/* The backup half of the MySQL engine; what each function promises stands in engine.h. */
#ifndef DBB_ENGINE_MYSQL_BACKUP_H
#define DBB_ENGINE_MYSQL_BACKUP_H

#include "engine/engine.h"

bool mysql_backup_begin(const ServerOptions *server, const char *database, const BackupScope *scope,
                        const EngineContext *context, Toc *toc, BackupSession **out,
                        Error *err) MUST_CHECK;
bool mysql_backup_worker(BackupSession *leader, BackupSession **out, Error *err) MUST_CHECK;
bool mysql_backup_write(BackupSession *session, Entry *entry, uint32_t piece, ChunkWriter *chunks,
                        Error *err) MUST_CHECK;
void mysql_backup_end(BackupSession *session);

#endif
