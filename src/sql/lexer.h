/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cuts a SQL script into statements, COPY data and psql meta-commands, as psql does, from a stream
 * of any length. It holds one statement at a time and never a whole COPY block.
 *
 * Known: '…' (standard_conforming_strings as the script sets it), E'…', U&'…', "…", $tag$…$tag$,
 * nested block comments, line comments, parentheses, BEGIN ATOMIC … END bodies (the rules of psql:
 * CREATE [OR REPLACE] FUNCTION|PROCEDURE, CASE … END inside), `COPY … FROM stdin`, `\.`,
 * meta-commands at the start of a line or after a statement.
 */
#ifndef DBB_SQL_LEXER_H
#define DBB_SQL_LEXER_H

#include <stdint.h>

#include "io/stream.h"

typedef struct SqlLexer SqlLexer;

/*
 * MySQL's and MariaDB's scripts are cut as their clients do it: '…' and "…" with backslashes, `…`,
 * -- and # to the line's end, comments, DELIMITER. What stands in a comment of the kind that a
 * server runs, be it of MySQL's or of MariaDB's own, is SQL. A statement's text has no delimiter.
 */
typedef enum SqlDialect {
    SQL_POSTGRES,
    SQL_MYSQL,
    SQL_GUESSED, /* one of the two, by what the script's first lines look like */
} SqlDialect;

typedef enum SqlTokenKind {
    SQL_END,       /* the script is over, and was whole */
    SQL_STATEMENT, /* text without leading comments and white space, with its ';' if it has one */
    SQL_COPY_DATA, /* some bytes of a COPY block, after a COPY … FROM stdin statement */
    SQL_COPY_END,  /* its `\.` */
    SQL_META,      /* a meta-command, from its backslash to the end of the line */
} SqlTokenKind;

typedef struct SqlToken {
    SqlTokenKind kind;
    const char *text;     /* good until the next call; NUL-ended for statements and meta-commands */
    size_t len;           /* bytes */
    uint64_t line;        /* where it begins, from 1 */
    uint64_t rows;        /* SQL_COPY_DATA: newlines in it (rows, in the text format) */
    bool copy_from_stdin; /* SQL_STATEMENT: COPY_DATA and COPY_END come next */
} SqlToken;

/* statement_limit: most bytes of one statement (ERR_LIMIT beyond). Doesn't own the reader. */
bool sql_lexer_new(Reader *reader, const char *name, size_t statement_limit, SqlLexer **out,
                   Error *err) MUST_CHECK;
void sql_lexer_free(SqlLexer *lexer); /* NULL is fine */
/* Before the first token; PostgreSQL's is the one it begins with. */
void sql_lexer_set_dialect(SqlLexer *lexer, SqlDialect dialect);
/* What it is, once a token was read. */
SqlDialect sql_lexer_dialect(const SqlLexer *lexer);
/* ERR_DAMAGED, with the line where it began, when the script ends inside a statement's string,
 * comment, COPY block or dollar quote. A last statement without ';' is returned as one. */
bool sql_lexer_next(SqlLexer *lexer, SqlToken *token, Error *err) MUST_CHECK;
/* Right behind a COPY … FROM stdin: is all of its data at hand already? False may also mean that
 * nobody knows. */
bool sql_lexer_copy_is_short(const SqlLexer *lexer);

#endif
