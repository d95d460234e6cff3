/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Where in the binary log a snapshot is: "file:position, GTID set", from where a replica that was
 * made of the backup goes on. A wrong place is worse than none, so there is none where it isn't
 * certain.
 *
 * MariaDB tells it of each snapshot. MySQL tells only where the log is now. While nobody can
 * commit, that is the snapshot's place. Else it is read before and after the snapshot is opened,
 * and must be the same; but that alone isn't enough, for a transaction stands in the log some time
 * before others see it, a long time where a replica has to confirm it. Meanwhile the server lists
 * its GTID as owned; so none may be, before and after. Without GTIDs (gtid_mode=OFF) nothing tells.
 */
#ifndef DBB_ENGINE_MYSQL_BINLOG_H
#define DBB_ENGINE_MYSQL_BINLOG_H

#include "engine/mysql/connection.h"

/* MariaDB: of the connection's snapshot, as "file:position"; "" where nobody knows. */
bool my_binlog_of_snapshot(MyConnection *connection, Buffer *place, Error *err) MUST_CHECK;
/* MariaDB: adds the GTIDs to what my_binlog_of_snapshot says. */
bool my_binlog_add_gtid(MyConnection *connection, Buffer *place, Error *err) MUST_CHECK;

/* MySQL: of the log now, whole; "" where there is none, or the user may not know. */
bool my_binlog_now(MyConnection *connection, Buffer *place, Error *err) MUST_CHECK;
/* MySQL: whether the server can tell what the next one asks for. */
bool my_binlog_may_be_seen(MyConnection *connection, bool *may, Error *err) MUST_CHECK;
/* MySQL: whether no transaction is between the log and the tables: all that stood in the log before
 * this call can be seen. False where that isn't known. */
bool my_binlog_is_seen(MyConnection *connection, bool *seen, Error *err) MUST_CHECK;

#endif
