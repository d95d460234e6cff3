/* SPDX-License-Identifier: Apache-2.0 */
/* The whole-server functions of postgres_engine; their contracts stand in engine/engine.h. */
#ifndef DBB_ENGINE_POSTGRES_GLOBALS_H
#define DBB_ENGINE_POSTGRES_GLOBALS_H

#include "engine/postgres/connection.h"

bool postgres_list_databases(const ServerOptions *server, const char *database,
                             const EngineContext *context, DatabaseList *list,
                             Error *err) MUST_CHECK;
bool postgres_drop_database(const ServerOptions *server, const char *connect_to, const char *name,
                            const EngineContext *context, Error *err) MUST_CHECK;
bool postgres_globals_backup(const ServerOptions *server, const char *database,
                             const GlobalsScope *scope, const EngineContext *context, Writer *out,
                             GlobalsStats *stats, Error *err) MUST_CHECK;
bool postgres_globals_restore(const ServerOptions *server, const char *database,
                              const GlobalsTarget *target, const EngineContext *context,
                              const char *name, Reader *text, GlobalsStats *stats,
                              Error *err) MUST_CHECK;

/* --- Shared by the two files --- */

/* A file of catalog/, and the heading that its statements get in the script. */
typedef struct GlobalsFile {
    const char *file;
    const char *title;
    bool is_secret; /* few may read it */
} GlobalsFile;

extern const GlobalsFile globals_files[];
extern const size_t n_globals_files;

/* To the database, or where it is NULL to one that every server has. */
bool globals_connect(const ServerOptions *server, const char *database,
                     const EngineContext *context, PgConnection **out, Error *err) MUST_CHECK;
/* Whether the user may read passwords. */
bool globals_may_read_passwords(PgConnection *connection, bool *may, Error *err) MUST_CHECK;
/* Adds a statement of a script to the account. */
void globals_count(const char *statement, GlobalsStats *stats);

#endif
