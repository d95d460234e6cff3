/* SPDX-License-Identifier: Apache-2.0 */
/* The restore half of the MySQL engine; what each function promises stands in engine.h. */
#ifndef DBB_ENGINE_MYSQL_RESTORE_H
#define DBB_ENGINE_MYSQL_RESTORE_H

#include "engine/engine.h"

bool mysql_restore_begin(const ServerOptions *server, const RestoreTarget *target,
                         const EngineContext *context, RestoreSession **out, Error *err) MUST_CHECK;
bool mysql_restore_prepare(RestoreSession *session, const Toc *toc, Error *err) MUST_CHECK;
bool mysql_restore_entry(RestoreSession *session, const Entry *entry, Reader *text,
                         Error *err) MUST_CHECK;
bool mysql_restore_chunk(RestoreSession *session, const Entry *entry, uint32_t chunk, Reader *text,
                         Error *err) MUST_CHECK;
bool mysql_restore_worker(RestoreSession *leader, RestoreSession **out, Error *err) MUST_CHECK;
void mysql_restore_worker_end(RestoreSession *leader, RestoreSession *worker);
bool mysql_restore_flush(RestoreSession *session, Error *err) MUST_CHECK;
bool mysql_restore_again(RestoreSession *session, const Error *why, size_t *done) MUST_CHECK;
bool mysql_restore_script(RestoreSession *session, const char *name, Reader *text,
                          Error *err) MUST_CHECK;
bool mysql_restore_finish(RestoreSession *session, RestoreStats *stats, Error *err) MUST_CHECK;
void mysql_restore_end(RestoreSession *session, Error *err);

#endif
