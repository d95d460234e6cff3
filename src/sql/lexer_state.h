/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lexer's inside, shared by its files: lexer.c (buffer and tokens), lexer_code.c (SQL outside
 * of quotes), lexer_text.c (comments, strings, COPY data) and lexer_mysql.c (MySQL's dialect).
 * Nobody else includes this.
 */
#ifndef DBB_SQL_LEXER_STATE_H
#define DBB_SQL_LEXER_STATE_H

#include "sql/lexer.h"
#include "sql/mysql_body.h"
#include "sql/words.h"

enum { LEXER_BUFFER = 256 * 1024, LEXER_DELIMITER = 32 };

/* What `scan` stands in. */
typedef enum Mode {
    MODE_CODE, /* SQL, or the space between statements */
    MODE_LINE_COMMENT,
    MODE_BLOCK_COMMENT,
    MODE_STRING,        /* '…' where a backslash is a character like others */
    MODE_ESCAPE_STRING, /* '…' where it isn't */
    MODE_AFTER_ESCAPE,  /* behind the latter: a next piece of the same string may follow */
    MODE_QUOTED_NAME,
    MODE_DOLLAR,
    MODE_COPY_LINE, /* the rest of the line of COPY … FROM stdin */
    MODE_COPY,
    MODE_MYSQL_QUOTED, /* up to lexer->quote */
    MODE_MYSQL_COMMENT,
} Mode;

typedef enum Step {
    STEP_ON,   /* the mode or the place has changed: go on */
    STEP_MORE, /* more bytes are needed */
    STEP_TOKEN,
    STEP_FAIL,
} Step;

/* What is known of the statement from its words. */
typedef enum StatementKind {
    STATEMENT_NEW,
    STATEMENT_CREATE,         /* CREATE */
    STATEMENT_CREATE_OR,      /* CREATE OR */
    STATEMENT_CREATE_REPLACE, /* CREATE OR REPLACE */
    STATEMENT_ROUTINE,        /* CREATE [OR REPLACE] FUNCTION or PROCEDURE */
    STATEMENT_ROUTINE_BEGIN,  /* … BEGIN */
    STATEMENT_COPY,           /* COPY */
    STATEMENT_COPY_FROM,      /* COPY … FROM */
    STATEMENT_COPY_STDIN,     /* COPY … FROM stdin */
    STATEMENT_SETTING,        /* SET, RESET, DISCARD */
    STATEMENT_OTHER,
} StatementKind;

typedef enum CharClass {
    CHAR_PLAIN,
    CHAR_END, /* the NUL at data[end]: no other can be there */
    CHAR_NAME,
    CHAR_QUOTE,
    CHAR_DOUBLE_QUOTE,
    CHAR_DOLLAR,
    CHAR_DASH,
    CHAR_SLASH,
    CHAR_OPEN,
    CHAR_CLOSE,
    CHAR_SEMICOLON,
    CHAR_BACKSLASH,
} CharClass;

struct SqlLexer {
    Reader *reader;
    char *name;
    size_t limit;
    bool eof;
    bool failed;

    char *data; /* data[end] is always '\0' */
    size_t capacity;
    size_t start; /* the first byte that is still needed */
    size_t scan;  /* the next byte to look at */
    size_t end;   /* behind the last byte read */
    size_t line_at;
    uint64_t line; /* the line of data[line_at] */
    size_t hidden_at;
    char hidden; /* the byte that the NUL behind the last token's text replaced */
    bool is_hidden;

    Mode mode;
    bool in_statement;
    bool copy_line_begins; /* MODE_COPY: data[start] is the first byte of a line */
    bool standard_strings;
    StatementKind kind;
    size_t parentheses;
    size_t begins;           /* BEGIN ATOMIC, and CASE in it, that wait for their END */
    size_t comment_depth;    /* MODE_BLOCK_COMMENT */
    size_t mode_start;       /* where the string, name or dollar quote began */
    uint64_t construct_line; /* where the block comment or the COPY block began */
    size_t tag_len;          /* MODE_DOLLAR: of $tag$, which stands at mode_start */

    SqlDialect dialect;     /* what follows is MySQL's */
    char quote;             /* MODE_MYSQL_QUOTED: what closes it */
    bool in_server_comment; /* within one that the server runs */
    bool no_backslashes;    /* of sql_mode: NO_BACKSLASH_ESCAPES */
    bool ansi_quotes;       /* of sql_mode: ANSI_QUOTES */
    char delimiter[LEXER_DELIMITER];
    size_t delimiter_len;
    MysqlBody body; /* of the statement, as far as body_len */
    size_t body_len;

    unsigned char classes[256];
    bool name_chars[256];
};

/* lexer.c */
uint64_t lexer_line(SqlLexer *lexer, size_t place); /* of a place; places mustn't go back */
/* The same, remembering nothing: for messages. */
unsigned long long lexer_peek_line(const SqlLexer *lexer, size_t place);
void lexer_set_token(SqlLexer *lexer, SqlToken *token, SqlTokenKind kind, size_t len);
bool lexer_too_large(const SqlLexer *lexer, Error *err);
/* Ends the token's text with a NUL until the next call. */
void lexer_end_text(SqlLexer *lexer, const SqlToken *token);

/* In code: goes on to the next byte that may mean something, which may be data[end]. */
static inline void lexer_skip_plain(SqlLexer *lexer)
{
    size_t scan = lexer->scan;

    if (!lexer->in_statement) {
        while (sql_is_space(lexer->data[scan])) {
            scan++;
        }
        lexer->start = scan;
    } else {
        while (lexer->classes[(unsigned char)lexer->data[scan]] == CHAR_PLAIN) {
            scan++; /* stops at data[end] */
        }
    }
    lexer->scan = scan;
}

/* lexer_code.c */
void lexer_fill_classes(SqlLexer *lexer);
Step lexer_scan_code(SqlLexer *lexer, SqlToken *token, Error *err);
Step lexer_end_statement(SqlLexer *lexer, SqlToken *token, size_t len, Error *err);

/* lexer_mysql.c */
void lexer_begin_mysql(SqlLexer *lexer);
Step lexer_scan_mysql(SqlLexer *lexer, SqlToken *token, Error *err);
Step lexer_scan_mysql_quoted(SqlLexer *lexer);
Step lexer_scan_mysql_comment(SqlLexer *lexer);
/* The statement's bytes up to a ';' or the end: is a routine's block still open there? */
bool lexer_is_within_body(SqlLexer *lexer, size_t len);
Step lexer_end_mysql_statement(SqlLexer *lexer, SqlToken *token, size_t len, Error *err);

/* lexer_text.c: each for one mode */
void lexer_begin_string(SqlLexer *lexer, size_t quote, Mode mode);
Step lexer_scan_line_comment(SqlLexer *lexer);
Step lexer_scan_block_comment(SqlLexer *lexer);
Step lexer_scan_string(SqlLexer *lexer, char quote);
Step lexer_scan_escape_string(SqlLexer *lexer);
Step lexer_scan_after_escape(SqlLexer *lexer);
Step lexer_scan_dollar_string(SqlLexer *lexer);
Step lexer_scan_copy_line(SqlLexer *lexer, Error *err);
Step lexer_scan_copy(SqlLexer *lexer, SqlToken *token);

#endif
