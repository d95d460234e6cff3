/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which roles or users a definition needs: those that a statement as dbbackup writes it names as
 * owner, for a grant, in a policy, as definer. One name more than needed does no harm to those who
 * ask; so what only looks like one counts.
 */
#ifndef DBB_SQL_ACCOUNT_NAMES_H
#define DBB_SQL_ACCOUNT_NAMES_H

#include <stdbool.h>
#include <stddef.h>

/* Gets a name as it stands in the statement, with its quotes. False ends it. */
typedef bool AccountAction(void *argument, const char *name, size_t len);

/* PostgreSQL's roles, without what isn't one (PUBLIC, CURRENT_USER …) and those that every server
 * has, pg_…. False when an action said so. */
bool sql_role_names(const char *statement, size_t len, AccountAction *action, void *argument);
/* MySQL's and MariaDB's: of a CREATE with a DEFINER = `user`@`host`, or `role`. */
bool mysql_definer_name(const char *statement, size_t len, AccountAction *action, void *argument);

#endif
