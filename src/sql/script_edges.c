/* SPDX-License-Identifier: Apache-2.0 */
/* The first and last bytes of a script. */
#include "sql/script_edges.h"

#include <string.h>

void script_edges_add(ScriptEdges *edges, const void *data, size_t len)
{
    size_t n = SCRIPT_EDGE_SIZE - edges->head_len;

    n = n < len ? n : len;
    memcpy(edges->head + edges->head_len, data, n);
    edges->head_len += n;

    n = len < SCRIPT_EDGE_SIZE ? len : SCRIPT_EDGE_SIZE;
    if (edges->tail_len + n > SCRIPT_EDGE_SIZE) {
        size_t drop = edges->tail_len + n - SCRIPT_EDGE_SIZE;

        memmove(edges->tail, edges->tail + drop, edges->tail_len - drop);
        edges->tail_len -= drop;
    }
    memcpy(edges->tail + edges->tail_len, (const char *)data + (len - n), n);
    edges->tail_len += n;
    edges->ended = len == 0;
    edges->bytes += len;
}

static bool edges_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    ScriptEdges *edges = (ScriptEdges *)self;

    if (!reader_read(edges->next, data, len, got, err)) {
        return false;
    }
    script_edges_add(edges, data, *got);
    return true;
}

void script_edges_init(ScriptEdges *edges, Reader *next)
{
    edges->reader = (Reader){edges_read, NULL};
    edges->next = next;
    edges->bytes = 0;
    edges->ended = false;
    edges->head_len = 0;
    edges->tail_len = 0;
}

bool script_edges_by_pg_dump(ScriptEdges *edges)
{
    edges->head[edges->head_len] = '\0';
    return strstr(edges->head, "-- PostgreSQL database dump") != NULL;
}

bool script_edges_is_globals(ScriptEdges *edges)
{
    edges->head[edges->head_len] = '\0';
    return strncmp(edges->head, GLOBALS_FIRST, sizeof GLOBALS_FIRST - 1) == 0;
}

const char *script_edges_globals_of(ScriptEdges *edges)
{
    static const char *const servers[] = {GLOBALS_POSTGRES, GLOBALS_MYSQL, GLOBALS_MARIADB};
    static const char first[] = GLOBALS_FIRST "\n-- ";
    const char *said = edges->head + sizeof first - 1;

    edges->head[edges->head_len] = '\0';
    if (strncmp(edges->head, first, sizeof first - 1) != 0) {
        return NULL;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(servers); i++) {
        size_t len = strlen(servers[i]);

        if (strncmp(said, servers[i], len) == 0 && said[len] == ' ') {
            return servers[i];
        }
    }
    return NULL;
}

static const struct {
    const char *first;
    const char *last;
    const char *program;
} signatures[] = {
    {"-- PostgreSQL database dump", "-- PostgreSQL database dump complete", "pg_dump"},
    {"-- MySQL dump ", "-- Dump completed", "mysqldump"},
    {"-- MariaDB dump ", "-- Dump completed", "mariadb-dump"},
    {GLOBALS_FIRST, GLOBALS_LAST, "dbbackup"},
};

bool script_edges_is_whole(ScriptEdges *edges)
{
    edges->head[edges->head_len] = '\0';
    edges->tail[edges->tail_len] = '\0';
    for (size_t i = 0; i < ARRAY_LENGTH(signatures); i++) {
        if (strstr(edges->head, signatures[i].first) != NULL) {
            return strstr(edges->tail, signatures[i].last) != NULL;
        }
    }
    return false;
}

bool script_edges_check(ScriptEdges *edges, const char *name, Error *err)
{
    edges->head[edges->head_len] = '\0';
    edges->tail[edges->tail_len] = '\0';
    for (size_t i = 0; edges->ended && i < ARRAY_LENGTH(signatures); i++) {
        if (strstr(edges->head, signatures[i].first) != NULL &&
            strstr(edges->tail, signatures[i].last) == NULL) {
            (void)error_set(err, ERR_DAMAGED,
                            "%s has been cut: the line that %s writes last is missing", name,
                            signatures[i].program);
            return error_hint(err, "Look for a whole copy of this file.");
        }
    }
    return true;
}
