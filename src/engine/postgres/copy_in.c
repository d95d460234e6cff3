/* SPDX-License-Identifier: Apache-2.0 */
/* Rows on their way into a table. */
#include "engine/postgres/copy_in.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql/script_check.h"

struct CopyIn {
    PgConnection *connection;
    uint64_t rows_above; /* of the block */
};

/* --- The server's errors ---------------------------------------------------------------------- */

/* "COPY orders, line 17, …": the number is the first behind the table's name and a comma, in
 * whatever language. Returns false, as what failed does. */
static bool count_lines_of_block(const CopyIn *copy, Error *err)
{
    char *context = strstr(err->message, "\nCONTEXT: COPY ");
    char *number;
    char *behind;
    char tail[sizeof err->message];
    unsigned long long line;

    if (copy->rows_above == 0 || context == NULL) {
        return false;
    }
    number = strstr(context, ", ");
    while (number != NULL && *number != '\0' && *number != '\n' &&
           !isdigit((unsigned char)*number)) {
        number++;
    }
    if (number == NULL || !isdigit((unsigned char)*number)) {
        return false;
    }
    line = strtoull(number, &behind, 10);
    (void)snprintf(tail, sizeof tail, "%s", behind);
    (void)snprintf(number, (size_t)(err->message + sizeof err->message - number), "%llu%s",
                   line + copy->rows_above, tail);
    return false;
}

/* --- The statement ---------------------------------------------------------------------------- */

static void put_statement(const CopyStatement *statement, Buffer *sql)
{
    static const char end[] = " FROM stdin;";
    size_t len = strlen(statement->copy);

    if (statement->before != NULL) {
        buffer_puts(sql, statement->before);
    }
    if (statement->freeze && len >= sizeof end &&
        strcmp(statement->copy + len - (sizeof end - 1), end) == 0) {
        buffer_append(sql, statement->copy, len - 1);
        buffer_puts(sql, " WITH (FREEZE)");
    } else {
        buffer_append(sql, statement->copy, len);
    }
}

/* Reads what the server answers, to the end. *rows: as the last command tag counts them. */
static bool read_results(PgConnection *connection, uint64_t *rows, Error *err)
{
    PGresult *result;

    do {
        if (!pg_next_result(connection, &result, err)) {
            return false;
        }
        if (result != NULL && PQresultStatus(result) != PGRES_COMMAND_OK) {
            PQclear(result);
            return error_set(err, ERR_UNSUPPORTED,
                             "a COPY that a restore can't follow: it has no data of its own");
        }
        if (result != NULL) {
            *rows = strtoull(PQcmdTuples(result), NULL, 10);
        }
        PQclear(result);
    } while (result != NULL);
    return true;
}

static bool start(PgConnection *connection, const char *sql, Error *err)
{
    ExecStatusType status;
    PGresult *result;

    if (!pg_send(connection, sql, false, err)) {
        return false;
    }
    do { /* what goes before it answers first */
        if (!pg_next_result(connection, &result, err)) {
            return false;
        }
        status = result == NULL ? PGRES_EMPTY_QUERY : PQresultStatus(result);
        PQclear(result);
    } while (status == PGRES_COMMAND_OK);
    if (status != PGRES_COPY_IN) {
        uint64_t rows;
        Error ignored = {0};

        (void)!read_results(connection, &rows, &ignored);
        return error_set(err, ERR_SERVER, "the server did not ask for the data of this COPY");
    }
    return true;
}

/* --- Rows ------------------------------------------------------------------------------------- */

bool copy_in_begin(PgConnection *connection, const CopyStatement *statement, CopyIn **out,
                   Error *err)
{
    CopyIn *copy = calloc(1, sizeof *copy);
    Buffer sql;
    bool ok;

    if (copy == NULL) {
        return error_set_memory(err, "a COPY");
    }
    copy->connection = connection;
    copy->rows_above = statement->rows_above;
    buffer_init(&sql, SQL_STATEMENT_LIMIT);
    put_statement(statement, &sql);
    ok = buffer_ok(&sql, "a statement", err) && start(connection, sql.data, err);
    buffer_free(&sql);
    if (!ok) {
        free(copy);
        return false;
    }
    *out = copy;
    return true;
}

bool copy_in_put(CopyIn *copy, const char *data, size_t len, Error *err)
{
    return pg_copy_put(copy->connection, data, len, err) || count_lines_of_block(copy, err);
}

bool copy_in_end(CopyIn *copy, uint64_t *rows, Error *err)
{
    bool ok =
        (pg_copy_end(copy->connection, NULL, err) && read_results(copy->connection, rows, err)) ||
        count_lines_of_block(copy, err);

    free(copy);
    return ok;
}

void copy_in_abandon(CopyIn *copy)
{
    uint64_t rows;
    Error ignored = {0};

    if (copy == NULL) {
        return;
    }
    if (pg_transaction_status(copy->connection) == PQTRANS_ACTIVE &&
        pg_copy_end(copy->connection, "the restore was broken off", &ignored)) {
        (void)!read_results(copy->connection, &rows, &ignored);
    }
    free(copy);
}
