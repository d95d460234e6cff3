/* SPDX-License-Identifier: Apache-2.0 */
/* The transaction that a backup is read in: one snapshot for definitions and rows. */
#ifndef DBB_ENGINE_POSTGRES_SNAPSHOT_H
#define DBB_ENGINE_POSTGRES_SNAPSHOT_H

#include "engine/postgres/catalog.h"

/* Begins the transaction, sets the session to what a dump needs, and exports the snapshot; fills
 * toc->info with what is known of server and database. Warns of a server that is newer than the
 * catalog's queries. */
bool snapshot_begin(PgConnection *connection, const EngineContext *context, Toc *toc,
                    Error *err) MUST_CHECK;
/* The same for another connection: it sees what the first sees, as long as that one's transaction
 * is open. It holds no locks. May be called from any thread. */
bool snapshot_join(PgConnection *connection, const Toc *toc, Error *err) MUST_CHECK;
/* Fails, naming them, when there are relations that can't be read whole; then locks the tables, so
 * that their definitions stay those of the snapshot. catalog->relations must have been read. */
bool snapshot_lock(Catalog *catalog, Error *err) MUST_CHECK;

#endif
