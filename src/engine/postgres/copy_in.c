/* SPDX-License-Identifier: Apache-2.0 */
/* Rows on their way into a table. */
#include "engine/postgres/copy_in.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sql/script_check.h"

enum {
    ROW_MAX = 1 << 20,    /* bytes of text; longer ones aren't converted */
    WINDOW = 64 * 1024,   /* bytes of text that are converted at once */
    PORTION = 256 * 1024, /* bytes of converted rows that are sent at once */
    OUT_MAX = 64 << 20,   /* a window of one-digit numbers grows to a dozen times its size */
};

struct CopyIn {
    PgConnection *connection;
    const BinaryColumns *columns; /* while rows go in the binary format; or NULL */
    Buffer as_text;               /* the statement for those that can't */
    Buffer carry;                 /* a row's beginning, in text */
    Buffer out;                   /* rows in the binary format, to be sent */
    uint64_t rows_above;          /* of the block, before the COPY under way */
    uint64_t rows_converted;      /* of the COPY under way */
    uint64_t rows;                /* of the COPY that has ended, as the server counted them */
    bool behind_lf;               /* text, whose first line is to end as those before it do */
    bool behind_backslash;        /* in that line */
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

static const char plain_end[] = " FROM stdin;";

static bool is_plain(const char *statement)
{
    size_t len = strlen(statement);
    size_t end = sizeof plain_end - 1;

    return len > end && strcmp(statement + len - end, plain_end) == 0;
}

static void put_statement(Buffer *sql, const CopyStatement *statement, bool binary)
{
    bool freeze = statement->freeze && is_plain(statement->copy);

    if (!freeze && !binary) {
        buffer_puts(sql, statement->copy);
        return;
    }
    buffer_append(sql, statement->copy, strlen(statement->copy) - 1);
    buffer_printf(sql, " WITH (%s%s%s)", binary ? "FORMAT binary" : "",
                  binary && freeze ? ", " : "", freeze ? "FREEZE" : "");
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

static void copy_in_free(CopyIn *copy)
{
    buffer_free(&copy->as_text);
    buffer_free(&copy->carry);
    buffer_free(&copy->out);
    free(copy);
}

static bool begin_first(CopyIn *copy, const CopyStatement *statement, Error *err)
{
    Buffer sql;
    bool ok;

    if (statement->columns != NULL && is_plain(statement->copy)) {
        copy->columns = statement->columns;
        put_statement(&copy->as_text, statement, false);
        buffer_append(&copy->out, binary_rows_header, BINARY_ROWS_HEADER_LEN);
    }
    buffer_init(&sql, SQL_STATEMENT_LIMIT);
    if (statement->before != NULL) {
        buffer_puts(&sql, statement->before);
    }
    put_statement(&sql, statement, copy->columns != NULL);
    ok = buffer_ok(&sql, "a statement", err) && buffer_ok(&copy->as_text, "a statement", err) &&
         buffer_ok(&copy->out, "rows", err) && start(copy->connection, sql.data, err);
    buffer_free(&sql);
    return ok;
}

bool copy_in_begin(PgConnection *connection, const CopyStatement *statement, CopyIn **out,
                   Error *err)
{
    CopyIn *copy = calloc(1, sizeof *copy);

    if (copy == NULL) {
        return error_set_memory(err, "a COPY");
    }
    copy->connection = connection;
    copy->rows_above = statement->rows_above;
    buffer_init(&copy->as_text, SQL_STATEMENT_LIMIT);
    buffer_init(&copy->carry, ROW_MAX);
    buffer_init(&copy->out, OUT_MAX);
    if (!begin_first(copy, statement, err)) {
        copy_in_free(copy);
        return false;
    }
    *out = copy;
    return true;
}

/* Until the server has taken the rows of the COPY under way. */
static bool end_copy(CopyIn *copy, Error *err)
{
    uint64_t rows = 0;

    if (!pg_copy_end(copy->connection, NULL, err) || !read_results(copy->connection, &rows, err)) {
        return false;
    }
    copy->rows += rows;
    return true;
}

/* --- Rows in the binary format ---------------------------------------------------------------- */

static bool send_converted(CopyIn *copy, Error *err)
{
    if (!buffer_ok(&copy->out, "rows", err) ||
        !pg_copy_put(copy->connection, copy->out.data, copy->out.len, err)) {
        return false;
    }
    buffer_clear(&copy->out);
    return true;
}

/* Converts whole rows at the front of data. *used: bytes of these. *stuck: no more can be. */
static bool convert(CopyIn *copy, const char *data, size_t len, size_t *used, bool *stuck,
                    Error *err)
{
    size_t window = WINDOW;

    *used = 0;
    *stuck = false;
    while (!*stuck && *used < len) {
        size_t left = len - *used;
        size_t got = binary_rows_convert(copy->columns, data + *used, left < window ? left : window,
                                         &copy->out, &copy->rows_converted, stuck);

        if (got > 0) {
            window = WINDOW;
        } else if (left <= window) {
            break;
        } else if (window < ROW_MAX) {
            window *= 2;
        } else {
            *stuck = true;
        }
        *used += got;
        if (copy->out.len >= PORTION && !send_converted(copy, err)) {
            return false;
        }
    }
    return buffer_ok(&copy->out, "rows", err);
}

/* The row whose beginning came before. */
static bool convert_carried(CopyIn *copy, const char *data, size_t len, size_t *used, bool *stuck,
                            Error *err)
{
    const char *newline = memchr(data, '\n', len);
    size_t taken = newline == NULL ? len : (size_t)(newline - data) + 1;
    size_t converted;

    if (copy->carry.len == 0) {
        return true;
    }
    if (taken > ROW_MAX - copy->carry.len) {
        *stuck = true;
        return true;
    }
    buffer_append(&copy->carry, data, taken);
    *used = taken;
    if (!buffer_ok(&copy->carry, "a row", err)) {
        return false;
    }
    if (newline == NULL) {
        return true;
    }
    if (!convert(copy, copy->carry.data, copy->carry.len, &converted, stuck, err)) {
        return false;
    }
    *stuck = converted < copy->carry.len; /* a newline that is data is stuck, too */
    if (!*stuck) {
        buffer_clear(&copy->carry);
    }
    return true;
}

/* What can be converted of data, which is *used then. *stuck: the rest must go as text, behind what
 * is carried. */
static bool put_rows(CopyIn *copy, const char *data, size_t len, size_t *used, bool *stuck,
                     Error *err)
{
    size_t more;

    if (!convert_carried(copy, data, len, used, stuck, err)) {
        return false;
    }
    if (*stuck || *used == len) {
        return true;
    }
    if (!convert(copy, data + *used, len - *used, &more, stuck, err)) {
        return false;
    }
    *used += more;
    if (!*stuck) {
        buffer_append(&copy->carry, data + *used, len - *used);
        *used = len;
    }
    return buffer_ok(&copy->carry, "a row", err);
}

static bool end_binary(CopyIn *copy, Error *err)
{
    buffer_append(&copy->out, binary_rows_trailer, BINARY_ROWS_TRAILER_LEN);
    return send_converted(copy, err) && end_copy(copy, err);
}

/* A COPY whose first lines end in LF refuses others that end in CR LF; the second one of ours would
 * learn from its own first line. */
static bool check_line_end(CopyIn *copy, const char *data, size_t len, Error *err)
{
    for (size_t i = 0; copy->behind_lf && i < len; i++) {
        if (copy->behind_backslash) {
            copy->behind_backslash = false; /* whatever this is, it is data */
        } else if (data[i] == '\r') {
            (void)error_set(err, ERR_SERVER,
                            "row %" PRIu64 " of the data holds a carriage return, but lines "
                            "before it end without one (SQLSTATE 22P04)",
                            copy->rows_above + 1);
            (void)snprintf(err->sqlstate, sizeof err->sqlstate, "22P04");
            return false;
        } else {
            copy->behind_backslash = data[i] == '\\';
            copy->behind_lf = data[i] != '\n';
        }
    }
    return true;
}

static bool put_text(CopyIn *copy, const char *data, size_t len, Error *err)
{
    return check_line_end(copy, data, len, err) && pg_copy_put(copy->connection, data, len, err);
}

/* A second COPY for the rows that are left. */
static bool go_on_as_text(CopyIn *copy, Error *err)
{
    if (!end_binary(copy, err) || !start(copy->connection, copy->as_text.data, err)) {
        return false;
    }
    copy->columns = NULL;
    copy->rows_above += copy->rows_converted;
    copy->behind_lf = copy->rows_converted > 0;
    return put_text(copy, copy->carry.data, copy->carry.len, err);
}

/* --- Rows ------------------------------------------------------------------------------------- */

static bool put(CopyIn *copy, const char *data, size_t len, Error *err)
{
    size_t used = 0;

    if (copy->columns != NULL) {
        bool stuck = false;

        if (!put_rows(copy, data, len, &used, &stuck, err)) {
            return false;
        }
        if (stuck && !go_on_as_text(copy, err)) {
            return false;
        }
    }
    return put_text(copy, data + used, len - used, err);
}

bool copy_in_put(CopyIn *copy, const char *data, size_t len, Error *err)
{
    return put(copy, data, len, err) || count_lines_of_block(copy, err);
}

bool copy_in_end(CopyIn *copy, uint64_t *rows, Error *err)
{
    bool ok = copy->carry.len == 0 || copy->columns == NULL || go_on_as_text(copy, err);

    ok = ok && (copy->columns != NULL ? end_binary(copy, err) : end_copy(copy, err));
    if (ok) {
        *rows = copy->rows;
    } else {
        (void)count_lines_of_block(copy, err);
    }
    copy_in_free(copy);
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
    copy_in_free(copy);
}
