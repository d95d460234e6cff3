/* SPDX-License-Identifier: Apache-2.0 */
/*
 * BEGIN, IF, LOOP and the like open a block only where a statement can begin: IF and REPEAT are
 * also functions, and BEGIN and END may be names.
 */
#include "sql/mysql_body.h"

#include <string.h>

#include "sql/words.h"

typedef struct Piece {
    const char *at;
    const char *end;
} Piece;

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words != NULL && strcmp(word, *words) != 0) {
        words++;
    }
    return *words != NULL;
}

/* --- Tokens ------------------------------------------------------------------------------- */

static void skip_quoted(Piece *piece, bool escapes)
{
    char quote = *piece->at++;

    while (piece->at < piece->end && *piece->at != quote) {
        piece->at += *piece->at == '\\' && escapes && piece->end - piece->at > 1 ? 2 : 1;
    }
    piece->at += piece->at < piece->end;
}

/* White space and comments; what stands in one that the server runs counts. */
static void skip_space(Piece *piece)
{
    for (;;) {
        const char *p = piece->at;
        size_t left = (size_t)(piece->end - p);

        if (left > 0 && sql_is_space(*p)) {
            piece->at++;
        } else if (left > 2 && p[0] == '/' && p[1] == '*' && p[2] != '!') {
            p = memmem(p + 2, left - 2, "*/", 2);
            piece->at = p == NULL ? piece->end : p + 2;
        } else if (left > 0 &&
                   (*p == '#' || (left > 2 && p[0] == '-' && p[1] == '-' && sql_is_space(p[2])))) {
            p = memchr(p, '\n', left);
            piece->at = p == NULL ? piece->end : p + 1;
        } else {
            return;
        }
    }
}

/* A word in lower case, "'" for anything in quotes, or another character. False at the end. */
static bool next_token(Piece *piece, bool no_backslashes, char *token, size_t size)
{
    size_t len = 0;

    skip_space(piece);
    if (piece->at == piece->end) {
        return false;
    }
    if (*piece->at == '\'' || *piece->at == '"' || *piece->at == '`') {
        skip_quoted(piece, !no_backslashes && *piece->at != '`');
        token[len++] = '\'';
    } else if (!sql_is_name_char(*piece->at)) {
        token[len++] = *piece->at++;
    } else {
        for (; piece->at < piece->end && sql_is_name_char(*piece->at); piece->at++) {
            if (len < size - 1) {
                char c = *piece->at;

                token[len++] = (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
            }
        }
    }
    token[len] = '\0';
    return true;
}

/* --- Blocks ------------------------------------------------------------------------------- */

static char innermost(const MysqlBody *body)
{
    return body->depth == 0 ? '\0' : body->blocks[body->depth - 1];
}

static void open_block(MysqlBody *body, char kind)
{
    if (body->depth == MYSQL_BODY_DEPTH) {
        body->head = MYSQL_HEAD_OTHER;
    } else {
        body->blocks[body->depth++] = kind;
    }
}

/* Can a statement begin here? Before a body stand its parameters, characteristics, FOR EACH ROW, an
 * event's DO, a label, or what a function returns. */
static bool begins_statement(const MysqlBody *body)
{
    static const char *const before_body[] = {
        ")", "'", ":", "sql", "data", "deterministic", "definer", "invoker", "row", "do", NULL,
    };
    static const char *const within[] = {";", ":", "do", "loop", "repeat", "begin", NULL};
    static const char *const branches[] = {"then", "else", NULL};

    if (body->depth == 0) {
        return body->is_returned || is_one_of(body->before, before_body);
    }
    return is_one_of(body->before, within) ||
           (innermost(body) != 'e' && is_one_of(body->before, branches));
}

/* Behind the last statement of a block stands a ';', but not behind UNTIL's condition or a value.
 */
static bool ends_block(const MysqlBody *body)
{
    return body->depth > 0 &&
           (innermost(body) == 'e' || innermost(body) == 'r' || strcmp(body->before, ";") == 0 ||
            strcmp(body->before, "begin") == 0);
}

static void take_word(MysqlBody *body, const char *word)
{
    static const char *const openers[] = {"if", "case", "loop", "begin", "while", "repeat", NULL};
    static const char *const no_words[] = {"end", ".", "@", NULL};

    if (is_one_of(body->before, no_words)) {
        return;
    }
    if (strcmp(word, "end") == 0) {
        body->depth -= ends_block(body) ? 1 : 0;
    } else if (is_one_of(word, openers) && begins_statement(body)) {
        open_block(body, word[0]);
    } else if (strcmp(word, "case") == 0) {
        open_block(body, 'e');
    } else if (strcmp(word, "for") == 0 && body->depth > 0 && begins_statement(body)) {
        open_block(body, 'f'); /* and not FOR EACH ROW */
    } else if (strcmp(word, "begin") == 0 && body->is_handler) {
        open_block(body, 'b');
    }
    body->is_handler = body->is_handler || strcmp(word, "handler") == 0;
    body->is_returned = body->depth == 0 && (strcmp(word, "returns") == 0 ||
                                             (body->is_returned && strcmp(word, "return") != 0));
}

static void take_head(MysqlBody *body, const char *word)
{
    static const char *const kinds[] = {"procedure", "function", "trigger", "event", NULL};
    static const char *const between[] = {
        "or", "replace", "definer", "=", "aggregate", "current_user", "(", ")", "@", "'", NULL};

    if (body->head == MYSQL_HEAD_NEW) {
        body->head = strcmp(word, "create") == 0 ? MYSQL_HEAD_CREATE : MYSQL_HEAD_OTHER;
    } else if (is_one_of(word, kinds)) {
        body->head = MYSQL_HEAD_ROUTINE;
    } else if (!is_one_of(word, between) && strcmp(body->before, "=") != 0 &&
               strcmp(body->before, "@") != 0) {
        body->head = MYSQL_HEAD_OTHER;
    }
}

bool mysql_body_goes_on(MysqlBody *body, const char *text, size_t len)
{
    Piece piece = {text, text + len};
    char token[sizeof body->before];

    while (body->head != MYSQL_HEAD_OTHER &&
           next_token(&piece, body->no_backslashes, token, sizeof token)) {
        if (body->head == MYSQL_HEAD_ROUTINE) {
            take_word(body, token);
        } else {
            take_head(body, token);
        }
        memcpy(body->before, token, sizeof token);
    }
    body->is_handler = false;
    memcpy(body->before, ";", 2);
    return body->head == MYSQL_HEAD_ROUTINE && body->depth > 0;
}

/* --- A trigger's row ---------------------------------------------------------------------- */

static bool is_row(const char *text, size_t len)
{
    bool quoted = len > 2 && text[0] == '`';

    text += quoted;
    len -= quoted ? 2 : 0;
    return sql_equal_fold(text, len, "new") || sql_equal_fold(text, len, "old");
}

static void put_name(Buffer *out, const char *text, size_t len)
{
    buffer_clear(out);
    if (text[0] != '`') {
        buffer_append(out, text, len);
        return;
    }
    for (size_t i = 1; i + 1 < len; i++) {
        buffer_putc(out, text[i]);
        i += text[i] == '`';
    }
}

bool mysql_next_row_column(const char **at, Buffer *column)
{
    Piece piece = {*at, *at + strlen(*at)};
    char token[16] = "";
    int seen = 0;         /* 1: NEW or OLD, 2: with a dot */
    bool is_part = false; /* of a longer name: behind a dot or @ */

    for (skip_space(&piece); piece.at < piece.end; skip_space(&piece)) {
        const char *text = piece.at;
        size_t len;

        (void)next_token(&piece, false, token, sizeof token);
        while (*text == '`' && piece.at < piece.end && *piece.at == '`') { /* a doubled one */
            skip_quoted(&piece, false);
        }
        len = (size_t)(piece.at - text);
        if (seen == 2) {
            put_name(column, text, len);
            *at = piece.at;
            return true;
        }
        seen = seen == 1 && token[0] == '.' ? 2 : !is_part && is_row(text, len) ? 1 : 0;
        is_part = token[0] == '.' || token[0] == '@';
    }
    return false;
}
