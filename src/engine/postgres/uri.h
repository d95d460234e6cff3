/* SPDX-License-Identifier: Apache-2.0 */
/* Connection URIs of PostgreSQL, as libpq reads them: postgresql://user@host:port/database?… */
#ifndef DBB_ENGINE_POSTGRES_URI_H
#define DBB_ENGINE_POSTGRES_URI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* libpq would also take a name that holds a '=' for a conninfo string; here it is a name. False
 * for NULL. */
bool pg_uri_is(const char *database);
/* ERR_USAGE where libpq can't read it, without repeating any of it: a password may stand in the
 * wrong place. */
bool pg_uri_check(const char *uri, Error *err) MUST_CHECK;
/* The same server, user and settings as of a URI, with another database. `out` may hold a password
 * then: the caller wipes it. */
bool pg_uri_with_database(const char *uri, const char *database, Buffer *out,
                          Error *err) MUST_CHECK;
/* The database that a URI names; "" when it names none, or can't be read. */
void pg_uri_database(const char *uri, char *out, size_t size);

#endif
