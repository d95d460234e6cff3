/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A reader that passes a script on and keeps its first and last bytes. There pg_dump, mysqldump and
 * mariadb-dump sign, in comments that the lexer passes over: a script with only the first signature
 * has been cut.
 */
#ifndef DBB_SQL_SCRIPT_EDGES_H
#define DBB_SQL_SCRIPT_EDGES_H

#include <stdint.h>

#include "io/stream.h"

enum { SCRIPT_EDGE_SIZE = 4096 };

/* How our own scripts of a server's globals begin and end. */
#define GLOBALS_FIRST "-- dbbackup: the globals of a server"
#define GLOBALS_LAST  "-- dbbackup: these were the globals"
/* The second line is a comment that begins with the name of the server. */
#define GLOBALS_POSTGRES "PostgreSQL"
#define GLOBALS_MYSQL    "MySQL"
#define GLOBALS_MARIADB  "MariaDB"

typedef struct ScriptEdges {
    Reader reader; /* read from this one */
    Reader *next;
    uint64_t bytes; /* passed on so far */
    bool ended;
    size_t head_len;
    size_t tail_len;
    char head[SCRIPT_EDGE_SIZE + 1];
    char tail[SCRIPT_EDGE_SIZE + 1];
} ScriptEdges;

/* Doesn't own `next`. */
void script_edges_init(ScriptEdges *edges, Reader *next);
/* The next bytes, where they come otherwise than through the reader; none is the end. */
void script_edges_add(ScriptEdges *edges, const void *data, size_t len);
bool script_edges_by_pg_dump(ScriptEdges *edges);
/* One of our own, of a server's globals. */
bool script_edges_is_globals(ScriptEdges *edges);
/* Whose globals they are, one of the names above; NULL where the script doesn't say. */
const char *script_edges_globals_of(ScriptEdges *edges);
/* Signed at both ends, by a program that signs. */
bool script_edges_is_whole(ScriptEdges *edges);
/* ERR_DAMAGED when all was read and the last signature is missing. */
bool script_edges_check(ScriptEdges *edges, const char *name, Error *err) MUST_CHECK;

#endif
