/* SPDX-License-Identifier: Apache-2.0 */
/* Settings of every session of ours, whatever an administrator set for the server, or a user in
 * my.cnf. */
#ifndef DBB_ENGINE_MYSQL_SETTINGS_H
#define DBB_ENGINE_MYSQL_SETTINGS_H

#include "engine/mysql/connection.h"

/* All rows come, however long that takes; what is done stays, unless a transaction was begun. */
bool my_settings_put(MyConnection *connection, Error *err) MUST_CHECK;

#endif
