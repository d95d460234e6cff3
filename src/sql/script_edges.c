/* SPDX-License-Identifier: Apache-2.0 */
/* The first and last bytes of a script. */
#include "sql/script_edges.h"

#include <string.h>

static bool edges_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    ScriptEdges *edges = (ScriptEdges *)self;
    size_t n;

    if (!reader_read(edges->next, data, len, got, err)) {
        return false;
    }
    n = SCRIPT_EDGE_SIZE - edges->head_len;
    n = n < *got ? n : *got;
    memcpy(edges->head + edges->head_len, data, n);
    edges->head_len += n;

    n = *got < SCRIPT_EDGE_SIZE ? *got : SCRIPT_EDGE_SIZE;
    if (edges->tail_len + n > SCRIPT_EDGE_SIZE) {
        size_t drop = edges->tail_len + n - SCRIPT_EDGE_SIZE;

        memmove(edges->tail, edges->tail + drop, edges->tail_len - drop);
        edges->tail_len -= drop;
    }
    memcpy(edges->tail + edges->tail_len, (const char *)data + (*got - n), n);
    edges->tail_len += n;
    edges->ended = *got == 0;
    edges->bytes += *got;
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

bool script_edges_check(ScriptEdges *edges, const char *name, Error *err)
{
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
