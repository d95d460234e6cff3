/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One moment of the database, seen by one connection or by several, without hindering anybody where
 * that can be.
 *
 * Tables of transactional engines need no lock: START TRANSACTION WITH CONSISTENT SNAPSHOT shows
 * them as they were. If one is altered meanwhile, the server refuses to read it, and the backup
 * fails and says so. All others are held with LOCK TABLES … READ on a connection of their own, from
 * before the snapshot to the backup's end: their writers wait, nobody else does. Where the user may
 * not lock them, a warning names them.
 *
 * Several connections see the same moment when nobody can commit while they open their snapshots:
 * MariaDB's BACKUP STAGE BLOCK_COMMIT, or FLUSH TABLES WITH READ LOCK, for as long as that takes.
 * A statement that runs for long may stand in the way, and others would wait with us: so that is
 * given up after some seconds. Then, and without the privilege for it (RELOAD), the places in the
 * binary log (binlog.h) can tell whether the snapshots are the same, and they are opened anew until
 * they are. If all that fails, one connection works alone, and a warning says so.
 */
#ifndef DBB_ENGINE_MYSQL_SNAPSHOT_H
#define DBB_ENGINE_MYSQL_SNAPSHOT_H

#include "engine/mysql/catalog.h"

typedef struct MySnapshot {
    MyConnection *locks;        /* NULL: nothing is locked */
    VEC(MyConnection *) others; /* besides the first; those that were given away are NULL */
    Buffer place;               /* where in the binary log it is (binlog.h); empty: not known */
} MySnapshot;

/* Settings of a session that reads: what it reads must not depend on the server's own. */
bool my_snapshot_session(MyConnection *connection, Error *err) MUST_CHECK;
/* Locks what has to be, opens the snapshot on the catalog's connection and on up to n - 1 others,
 * and writes what is known of it into toc->info. The catalog's relations are read. */
bool my_snapshot_begin(MySnapshot *snapshot, MyCatalog *catalog, unsigned n, Toc *toc,
                       Error *err) MUST_CHECK;
/* Whether what was read of a table without transactions was locked up to now. Any thread's. */
bool my_snapshot_holds(const MySnapshot *snapshot, Error *err) MUST_CHECK;
/* One of the others, which the caller disconnects; NULL: there are no more. */
MyConnection *my_snapshot_take(MySnapshot *snapshot);
void my_snapshot_end(MySnapshot *snapshot);

#endif
