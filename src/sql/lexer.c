/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The script lexer: a state machine over one buffer. The buffer holds the statement that is being
 * read (from `start`) and what was read ahead; it grows only for a statement that doesn't fit.
 * Every step that can't be decided with the bytes at hand leaves `scan` where it is and asks for
 * more, so where the reader cuts its pieces makes no difference.
 */
#include "sql/lexer.h"

#include <stdlib.h>
#include <string.h>

#include "sql/lexer_state.h"
#include "sql/script_edges.h"
#include "sql/words.h"

enum { GUESS_BYTES = 8192 };

bool sql_lexer_new(Reader *reader, const char *name, size_t statement_limit, SqlLexer **out,
                   Error *err)
{
    SqlLexer *lexer = calloc(1, sizeof *lexer);

    if (lexer != NULL) {
        lexer->data = malloc(LEXER_BUFFER);
        lexer->name = strdup(name);
    }
    if (lexer == NULL || lexer->data == NULL || lexer->name == NULL) {
        sql_lexer_free(lexer);
        return error_set_memory(err, "a script");
    }
    lexer->reader = reader;
    lexer->limit = statement_limit;
    lexer->data[0] = '\0';
    lexer->capacity = LEXER_BUFFER;
    lexer->line = 1;
    lexer->standard_strings = true;
    lexer_fill_classes(lexer);
    *out = lexer;
    return true;
}

void sql_lexer_free(SqlLexer *lexer)
{
    if (lexer != NULL) {
        free(lexer->data);
        free(lexer->name);
        free(lexer);
    }
}

void sql_lexer_set_dialect(SqlLexer *lexer, SqlDialect dialect)
{
    lexer->dialect = dialect;
    if (dialect == SQL_MYSQL) {
        lexer_begin_mysql(lexer);
    }
}

static uint64_t count_newlines(const char *data, size_t len)
{
    uint64_t count = 0;
    const char *end = data + len;

    while ((data = memchr(data, '\n', (size_t)(end - data))) != NULL) {
        data++;
        count++;
    }
    return count;
}

uint64_t lexer_line(SqlLexer *lexer, size_t place)
{
    if (place > lexer->line_at) {
        lexer->line += count_newlines(lexer->data + lexer->line_at, place - lexer->line_at);
        lexer->line_at = place;
    }
    return lexer->line;
}

unsigned long long lexer_peek_line(const SqlLexer *lexer, size_t place)
{
    return lexer->line + count_newlines(lexer->data + lexer->line_at,
                                        place > lexer->line_at ? place - lexer->line_at : 0);
}

bool lexer_too_large(const SqlLexer *lexer, Error *err)
{
    return error_set(err, ERR_LIMIT, "%s:%llu: a statement is larger than %zu bytes", lexer->name,
                     lexer_peek_line(lexer, lexer->start), lexer->limit);
}

/* Room for more bytes behind `end`: by moving down what is still needed, else by growing. */
static bool make_room(SqlLexer *lexer, Error *err)
{
    size_t kept = lexer->end - lexer->start;
    size_t wanted = lexer->capacity;
    char *data;

    if (lexer->start > 0) {
        (void)lexer_line(lexer, lexer->start);
        memmove(lexer->data, lexer->data + lexer->start, kept + 1);
        lexer->line_at -= lexer->start;
        lexer->scan -= lexer->start;
        lexer->mode_start -= lexer->mode_start < lexer->start ? lexer->mode_start : lexer->start;
        lexer->end = kept;
        lexer->start = 0;
    }
    if (kept > lexer->limit && lexer->mode != MODE_COPY) {
        return lexer_too_large(lexer, err);
    }
    if (kept + 1 >= lexer->capacity) {
        wanted = lexer->capacity > lexer->limit ? lexer->limit + 2 : lexer->capacity * 2;
    } else if (kept < LEXER_BUFFER / 2) {
        wanted = LEXER_BUFFER;
    }
    if (wanted != lexer->capacity) {
        data = realloc(lexer->data, wanted);
        if (data == NULL) {
            return error_set_memory(err, "a statement");
        }
        lexer->data = data;
        lexer->capacity = wanted;
    }
    return true;
}

static bool refill(SqlLexer *lexer, Error *err)
{
    size_t got = 0;
    const char *nul;

    if (!make_room(lexer, err) || !reader_read(lexer->reader, lexer->data + lexer->end,
                                               lexer->capacity - 1 - lexer->end, &got, err)) {
        return false;
    }
    nul = memchr(lexer->data + lexer->end, '\0', got);
    if (nul != NULL) {
        return error_set(err, ERR_NOT_BACKUP, "%s:%llu: this is not a text file: it has a NUL byte",
                         lexer->name, lexer_peek_line(lexer, (size_t)(nul - lexer->data)));
    }
    lexer->eof = got == 0;
    lexer->end += got;
    lexer->data[lexer->end] = '\0';
    return true;
}

SqlDialect sql_lexer_dialect(const SqlLexer *lexer)
{
    return lexer->dialect;
}

/* mysqldump, mariadb-dump, mydumper and others all write comments that the server runs, or quote
 * names as only MySQL does. */
static bool guess_dialect(SqlLexer *lexer, Error *err)
{
    static const char globals[] = GLOBALS_FIRST "\n-- M";
    static const char *const marks[] = {
        "/*!4",           "/*!5",          "/*M!",  "-- MySQL dump",           "-- MariaDB dump",
        "CREATE TABLE `", "INSERT INTO `", "USE `", "=@@CHARACTER_SET_CLIENT", globals};
    bool found = false;

    while (!lexer->eof && lexer->end < GUESS_BYTES) {
        if (!refill(lexer, err)) {
            return false;
        }
    }
    for (size_t i = 0; i < ARRAY_LENGTH(marks); i++) {
        const char *mark = strstr(lexer->data, marks[i]);

        found = found || (mark != NULL && mark < lexer->data + GUESS_BYTES);
    }
    sql_lexer_set_dialect(lexer, found ? SQL_MYSQL : SQL_POSTGRES);
    return true;
}

/* Some editors put a byte order mark before the first character. */
static bool skip_byte_order_mark(SqlLexer *lexer, Error *err)
{
    while (!lexer->eof && lexer->end < 3) {
        if (!refill(lexer, err)) {
            return false;
        }
    }
    if (memcmp(lexer->data, "\xEF\xBB\xBF", lexer->end < 3 ? lexer->end : 3) == 0 &&
        lexer->end >= 3) {
        lexer->start = lexer->scan = 3;
    }
    return true;
}

void lexer_set_token(SqlLexer *lexer, SqlToken *token, SqlTokenKind kind, size_t len)
{
    *token = (SqlToken){.kind = kind,
                        .text = lexer->data + lexer->start,
                        .len = len,
                        .line = lexer_line(lexer, lexer->start)};
}

void lexer_end_text(SqlLexer *lexer, const SqlToken *token)
{
    lexer->hidden_at = lexer->start + token->len;
    lexer->hidden = lexer->data[lexer->hidden_at];
    lexer->data[lexer->hidden_at] = '\0';
    lexer->is_hidden = true;
}

static bool fail_cut(const SqlLexer *lexer, unsigned long long line, const char *inside, Error *err)
{
    return error_set(err, ERR_DAMAGED,
                     "%s ends inside %s that begins in line %llu: it has been cut", lexer->name,
                     inside, line);
}

/* --- Tokens ----------------------------------------------------------------------------------- */

static Step scan_mode(SqlLexer *lexer, SqlToken *token, Error *err)
{
    switch (lexer->mode) {
    case MODE_CODE:
        return lexer->dialect == SQL_MYSQL ? lexer_scan_mysql(lexer, token, err)
                                           : lexer_scan_code(lexer, token, err);
    case MODE_LINE_COMMENT:
        return lexer_scan_line_comment(lexer);
    case MODE_BLOCK_COMMENT:
        return lexer_scan_block_comment(lexer);
    case MODE_STRING:
        return lexer_scan_string(lexer, '\'');
    case MODE_QUOTED_NAME:
        return lexer_scan_string(lexer, '"');
    case MODE_ESCAPE_STRING:
        return lexer_scan_escape_string(lexer);
    case MODE_AFTER_ESCAPE:
        return lexer_scan_after_escape(lexer);
    case MODE_DOLLAR:
        return lexer_scan_dollar_string(lexer);
    case MODE_COPY_LINE:
        return lexer_scan_copy_line(lexer, err);
    case MODE_COPY:
        return lexer_scan_copy(lexer, token);
    case MODE_MYSQL_QUOTED:
        return lexer_scan_mysql_quoted(lexer);
    case MODE_MYSQL_COMMENT:
        return lexer_scan_mysql_comment(lexer);
    }
    return STEP_FAIL;
}

/* The script is over: a last statement without its semicolon, or the end, or a cut. */
static bool finish(SqlLexer *lexer, SqlToken *token, Error *err)
{
    size_t len = lexer->end - lexer->start;

    switch (lexer->mode) {
    case MODE_STRING:
    case MODE_ESCAPE_STRING:
    case MODE_DOLLAR:
        return fail_cut(lexer, lexer_peek_line(lexer, lexer->mode_start), "a string", err);
    case MODE_QUOTED_NAME:
        return fail_cut(lexer, lexer_peek_line(lexer, lexer->mode_start), "a quoted name", err);
    case MODE_MYSQL_QUOTED:
        return fail_cut(lexer, lexer_peek_line(lexer, lexer->mode_start),
                        lexer->quote == '`' ? "a quoted name" : "a string", err);
    case MODE_MYSQL_COMMENT:
    case MODE_BLOCK_COMMENT:
        return fail_cut(lexer, lexer->construct_line, "a comment", err);
    case MODE_COPY_LINE:
    case MODE_COPY:
        return fail_cut(lexer, lexer->construct_line, "the data of the COPY", err);
    default:
        break;
    }
    if (!lexer->in_statement) {
        *token = (SqlToken){.kind = SQL_END, .text = "", .line = lexer_line(lexer, lexer->end)};
        return true;
    }
    if (lexer->parentheses > 0 || lexer->begins > 0 || lexer->in_server_comment ||
        lexer->kind == STATEMENT_COPY_STDIN ||
        (lexer->body_len > 0 && lexer_is_within_body(lexer, len))) {
        return fail_cut(lexer, lexer_peek_line(lexer, lexer->start), "a statement", err);
    }
    while (len > 0 && sql_is_space(lexer->data[lexer->start + len - 1])) {
        len--;
    }
    return (lexer->dialect == SQL_MYSQL
                ? lexer_end_mysql_statement(lexer, token, len, err)
                : lexer_end_statement(lexer, token, len, err)) == STEP_TOKEN;
}

bool sql_lexer_next(SqlLexer *lexer, SqlToken *token, Error *err)
{
    if (lexer->failed) {
        return error_set(err, ERR_INTERNAL, "%s: read on after a failure", lexer->name);
    }
    if (lexer->is_hidden) {
        lexer->data[lexer->hidden_at] = lexer->hidden;
        lexer->is_hidden = false;
    }
    if (lexer->end == 0 && !lexer->eof &&
        (!skip_byte_order_mark(lexer, err) ||
         (lexer->dialect == SQL_GUESSED && !guess_dialect(lexer, err)))) {
        lexer->failed = true;
        return false;
    }
    for (;;) {
        switch (scan_mode(lexer, token, err)) {
        case STEP_ON:
            break;
        case STEP_TOKEN:
            return true;
        case STEP_MORE:
            if (lexer->eof) {
                lexer->failed = !finish(lexer, token, err);
                return !lexer->failed;
            }
            if (refill(lexer, err)) {
                break;
            }
            lexer->failed = true;
            return false;
        case STEP_FAIL:
            lexer->failed = true;
            return false;
        }
    }
}

bool sql_lexer_copy_is_short(const SqlLexer *lexer)
{
    return memmem(lexer->data + lexer->scan, lexer->end - lexer->scan, "\n\\.", 3) != NULL;
}
