/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One moment of the database, without hindering anybody where that can be.
 *
 * Tables of transactional engines need no lock: START TRANSACTION WITH CONSISTENT SNAPSHOT shows
 * them as they were. If one is altered meanwhile, the server refuses to read it, and the backup
 * fails and says so. All others are held with LOCK TABLES … READ on a connection of their own, from
 * before the snapshot to the backup's end: their writers wait, nobody else does. Where the user may
 * not lock them, a warning names them.
 */
#ifndef DBB_ENGINE_MYSQL_SNAPSHOT_H
#define DBB_ENGINE_MYSQL_SNAPSHOT_H

#include "engine/mysql/catalog.h"

typedef struct MySnapshot {
    MyConnection *locks; /* NULL: nothing is locked */
} MySnapshot;

/* Settings of a session that reads: what it reads must not depend on the server's own. */
bool my_snapshot_session(MyConnection *connection, Error *err) MUST_CHECK;
/* Locks what has to be, opens the snapshot, and writes what is known of it into toc->info. The
 * catalog's relations are read. */
bool my_snapshot_begin(MySnapshot *snapshot, MyCatalog *catalog, Toc *toc, Error *err) MUST_CHECK;
void my_snapshot_end(MySnapshot *snapshot);

#endif
