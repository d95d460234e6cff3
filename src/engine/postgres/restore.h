/* SPDX-License-Identifier: Apache-2.0 */
/* The restore half of postgres_engine; the contract of each function stands in engine/engine.h. */
#ifndef DBB_ENGINE_POSTGRES_RESTORE_H
#define DBB_ENGINE_POSTGRES_RESTORE_H

#include "engine/engine.h"

bool postgres_restore_begin(const ServerOptions *server, const RestoreTarget *target,
                            const EngineContext *context, RestoreSession **out,
                            Error *err) MUST_CHECK;
bool postgres_restore_prepare(RestoreSession *session, const Toc *toc, Error *err) MUST_CHECK;
bool postgres_restore_entry(RestoreSession *session, const Entry *entry, Reader *text,
                            Error *err) MUST_CHECK;
bool postgres_restore_chunk(RestoreSession *session, const Entry *entry, uint32_t chunk,
                            Reader *text, Error *err) MUST_CHECK;
bool postgres_restore_flush(RestoreSession *session, Error *err) MUST_CHECK;
bool postgres_restore_again(RestoreSession *session, const Error *why, size_t *done) MUST_CHECK;
bool postgres_restore_script(RestoreSession *session, const char *name, Reader *text,
                             Error *err) MUST_CHECK;
bool postgres_restore_worker(RestoreSession *leader, RestoreSession **out, Error *err) MUST_CHECK;
void postgres_restore_worker_end(RestoreSession *leader, RestoreSession *worker);
bool postgres_restore_finish(RestoreSession *session, RestoreStats *stats, Error *err) MUST_CHECK;
void postgres_restore_end(RestoreSession *session, Error *err);

#endif
