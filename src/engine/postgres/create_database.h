/* SPDX-License-Identifier: Apache-2.0 */
/* CREATE DATABASE, from the properties that a backup keeps of its database. */
#ifndef DBB_ENGINE_POSTGRES_CREATE_DATABASE_H
#define DBB_ENGINE_POSTGRES_CREATE_DATABASE_H

#include "base/buffer.h"
#include "base/error.h"

/* `properties` is TocInfo's JSON object, or NULL: all as the server has it. server_version: of the
 * server that will run it (150018). leave_out: TEXT_BITs; the owner and the tablespace may be. No
 * semicolon at the end. ERR_DAMAGED when the properties can't be read. */
bool create_database_sql(const char *name, const char *properties, int server_version,
                         unsigned leave_out, Buffer *sql, Error *err) MUST_CHECK;
/* What ServerFacts.properties say besides: comment, privileges, settings, of the database that the
 * statements run in. leave_out: TEXT_BITs. None of it is in TocInfo's properties. */
bool database_settings_sql(const char *properties, unsigned leave_out, Buffer *sql,
                           Error *err) MUST_CHECK;
/* What would have hindered the restore itself, and so is set after it: connection limit, template,
 * no connections. Statements `ALTER DATABASE name …;`, one a line; maybe none. */
bool seal_database_sql(const char *name, const char *properties, Buffer *sql,
                       Error *err) MUST_CHECK;

#endif
