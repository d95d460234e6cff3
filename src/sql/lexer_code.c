/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The lexer outside of quotes: where a statement begins and ends, what opens a string or a comment,
 * and the few words that decide anything.
 */
#include <string.h>

#include "sql/lexer_state.h"
#include "sql/words.h"

void lexer_fill_classes(SqlLexer *lexer)
{
    for (int i = 0; i < 256; i++) {
        lexer->classes[i] = sql_is_name_start((char)i) ? CHAR_NAME : CHAR_PLAIN;
        lexer->name_chars[i] = sql_is_name_char((char)i);
    }
    lexer->classes['\0'] = CHAR_END;
    lexer->classes['\''] = CHAR_QUOTE;
    lexer->classes['"'] = CHAR_DOUBLE_QUOTE;
    lexer->classes['$'] = CHAR_DOLLAR;
    lexer->classes['-'] = CHAR_DASH;
    lexer->classes['/'] = CHAR_SLASH;
    lexer->classes['('] = CHAR_OPEN;
    lexer->classes[')'] = CHAR_CLOSE;
    lexer->classes[';'] = CHAR_SEMICOLON;
    lexer->classes['\\'] = CHAR_BACKSLASH;
}

static bool opens_routine(const char *word, size_t len)
{
    return sql_equal_fold(word, len, "function") || sql_equal_fold(word, len, "procedure");
}

static StatementKind first_word(const char *word, size_t len)
{
    if (sql_equal_fold(word, len, "create")) {
        return STATEMENT_CREATE;
    }
    if (sql_equal_fold(word, len, "copy")) {
        return STATEMENT_COPY;
    }
    if (sql_equal_fold(word, len, "set") || sql_equal_fold(word, len, "reset") ||
        sql_equal_fold(word, len, "discard")) {
        return STATEMENT_SETTING;
    }
    return STATEMENT_OTHER;
}

/* CASE … END stands inside BEGIN ATOMIC … END and ends with the same word. */
static void routine_word(SqlLexer *lexer, const char *word, size_t len)
{
    if (lexer->parentheses > 0) {
        return;
    }
    if (lexer->begins > 0) {
        if (sql_equal_fold(word, len, "case")) {
            lexer->begins++;
        } else if (sql_equal_fold(word, len, "end")) {
            lexer->begins--;
        }
    } else if (lexer->kind == STATEMENT_ROUTINE_BEGIN && sql_equal_fold(word, len, "atomic")) {
        lexer->begins = 1;
    } else {
        lexer->kind =
            sql_equal_fold(word, len, "begin") ? STATEMENT_ROUTINE_BEGIN : STATEMENT_ROUTINE;
    }
}

/* Follows what kind of statement this is: only a few words decide anything. */
static void note_word(SqlLexer *lexer, const char *word, size_t len)
{
    switch (lexer->kind) {
    case STATEMENT_NEW:
        lexer->kind = first_word(word, len);
        break;
    case STATEMENT_CREATE:
        lexer->kind = opens_routine(word, len)          ? STATEMENT_ROUTINE
                      : sql_equal_fold(word, len, "or") ? STATEMENT_CREATE_OR
                                                        : STATEMENT_OTHER;
        break;
    case STATEMENT_CREATE_OR:
        lexer->kind =
            sql_equal_fold(word, len, "replace") ? STATEMENT_CREATE_REPLACE : STATEMENT_OTHER;
        break;
    case STATEMENT_CREATE_REPLACE:
        lexer->kind = opens_routine(word, len) ? STATEMENT_ROUTINE : STATEMENT_OTHER;
        break;
    case STATEMENT_ROUTINE:
    case STATEMENT_ROUTINE_BEGIN:
        routine_word(lexer, word, len);
        break;
    case STATEMENT_COPY:
        if (lexer->parentheses == 0 && sql_equal_fold(word, len, "from")) {
            lexer->kind = STATEMENT_COPY_FROM;
        }
        break;
    case STATEMENT_COPY_FROM: /* the server takes both words for the client's data */
        lexer->kind = sql_equal_fold(word, len, "stdin") || sql_equal_fold(word, len, "stdout")
                          ? STATEMENT_COPY_STDIN
                          : STATEMENT_OTHER;
        break;
    default:
        break;
    }
}

/* SET standard_conforming_strings decides how the strings that follow are to be read. */
static void note_setting(SqlLexer *lexer, const char *text, size_t len)
{
    size_t at = 0;
    SqlWord word;

    if (!sql_accept_word(text, len, &at, "set")) { /* RESET, DISCARD */
        (void)sql_next_word(text, len, &at);
        if (sql_accept_word(text, len, &at, "all") ||
            sql_accept_word(text, len, &at, "standard_conforming_strings")) {
            lexer->standard_strings = true;
        }
        return;
    }
    if (!sql_accept_word(text, len, &at, "session")) {
        (void)sql_accept_word(text, len, &at, "local");
    }
    if (sql_accept_word(text, len, &at, "standard_conforming_strings") &&
        (sql_accept_word(text, len, &at, "=") || sql_accept_word(text, len, &at, "to"))) {
        word = sql_next_word(text, len, &at);
        if (word.kind == SQL_WORD_STRING || word.kind == SQL_WORD_QUOTED) {
            word = (SqlWord){SQL_WORD_PLAIN, word.start + 1, word.len - 2};
        }
        lexer->standard_strings =
            !(sql_word_is(text, word, "off") || sql_word_is(text, word, "false") ||
              sql_word_is(text, word, "no") || sql_word_is(text, word, "0") ||
              sql_word_is(text, word, "f") || sql_word_is(text, word, "n"));
    }
}

Step lexer_end_statement(SqlLexer *lexer, SqlToken *token, size_t len, Error *err)
{
    if (len > lexer->limit) {
        (void)lexer_too_large(lexer, err);
        return STEP_FAIL;
    }
    lexer_set_token(lexer, token, SQL_STATEMENT, len);
    lexer_end_text(lexer, token);
    if (lexer->kind == STATEMENT_SETTING) {
        note_setting(lexer, token->text, token->len);
    }
    token->copy_from_stdin = lexer->kind == STATEMENT_COPY_STDIN;
    lexer->mode = token->copy_from_stdin ? MODE_COPY_LINE : MODE_CODE;
    lexer->construct_line = token->line;
    lexer->in_statement = false;
    lexer->kind = STATEMENT_NEW;
    return STEP_TOKEN;
}

static Mode string_mode(const SqlLexer *lexer)
{
    return lexer->standard_strings ? MODE_STRING : MODE_ESCAPE_STRING;
}

/* A name or keyword; or the letter that says how the string behind it is to be read. */
static Step scan_word(SqlLexer *lexer)
{
    const char *data = lexer->data;
    size_t behind = lexer->scan + 1;
    size_t len;

    while (lexer->name_chars[(unsigned char)data[behind]]) {
        behind++; /* stops at data[end], a NUL */
    }
    if (behind + 1 >= lexer->end && !lexer->eof) {
        return STEP_MORE; /* two bytes behind it decide about U&' */
    }
    len = behind - lexer->scan;
    if (len == 1 && data[behind] == '\'') {
        switch (data[lexer->scan]) {
        case 'e':
        case 'E':
            lexer_begin_string(lexer, behind, MODE_ESCAPE_STRING);
            return STEP_ON;
        case 'b':
        case 'B':
        case 'x':
        case 'X':
            lexer_begin_string(lexer, behind, MODE_STRING);
            return STEP_ON;
        default:
            break;
        }
    } else if (len == 1 && (data[lexer->scan] == 'u' || data[lexer->scan] == 'U') &&
               data[behind] == '&' && data[behind + 1] == '\'') {
        lexer_begin_string(lexer, behind + 1, MODE_STRING);
        return STEP_ON;
    }
    if (lexer->kind != STATEMENT_OTHER) {
        note_word(lexer, data + lexer->scan, len);
    }
    lexer->scan = behind;
    return STEP_ON;
}

/* $tag$ opens a string; anything else ($1, a lone $) is passed over. */
static Step scan_dollar(SqlLexer *lexer)
{
    const char *data = lexer->data;
    size_t behind = lexer->scan + 1;

    if (sql_is_name_start(data[behind])) {
        while (lexer->name_chars[(unsigned char)data[behind]] && data[behind] != '$') {
            behind++;
        }
    }
    if (behind >= lexer->end && !lexer->eof) {
        return STEP_MORE;
    }
    if (data[behind] == '$') {
        lexer->mode = MODE_DOLLAR;
        lexer->mode_start = lexer->scan;
        lexer->tag_len = behind + 1 - lexer->scan;
        lexer->scan = behind + 1;
    } else {
        lexer->scan++;
    }
    return STEP_ON;
}

/* The first of two characters that may open a comment. */
static Step scan_comment_start(SqlLexer *lexer, char second, Mode mode)
{
    if (lexer->scan + 1 >= lexer->end && !lexer->eof) {
        return STEP_MORE;
    }
    if (lexer->data[lexer->scan + 1] != second) {
        lexer->in_statement = true;
        lexer->scan++;
        return STEP_ON;
    }
    if (mode == MODE_BLOCK_COMMENT) {
        lexer->construct_line = lexer_peek_line(lexer, lexer->scan);
        lexer->comment_depth = 1;
    }
    lexer->mode = mode;
    lexer->scan += 2;
    return STEP_ON;
}

static Step scan_semicolon(SqlLexer *lexer, SqlToken *token, Error *err)
{
    lexer->scan++;
    if (lexer->parentheses > 0 || lexer->begins > 0) {
        return STEP_ON;
    }
    if (!lexer->in_statement) { /* an empty statement */
        return STEP_ON;
    }
    return lexer_end_statement(lexer, token, lexer->scan - lexer->start, err);
}

/* A backslash outside of strings: psql takes the rest of the line for itself. */
static Step scan_meta(SqlLexer *lexer, SqlToken *token, Error *err)
{
    const char *text = lexer->data + lexer->scan;
    const char *newline;
    size_t len;

    if (lexer->in_statement) {
        (void)error_set(err, ERR_UNSUPPORTED, "%s:%llu: a psql command inside a statement",
                        lexer->name, lexer_peek_line(lexer, lexer->scan));
        return STEP_FAIL;
    }
    lexer->start = lexer->scan;
    newline = memchr(text, '\n', lexer->end - lexer->scan);
    if (newline == NULL && !lexer->eof) {
        return STEP_MORE;
    }
    len = newline == NULL ? lexer->end - lexer->scan : (size_t)(newline - text);
    lexer->scan += len;
    while (sql_is_space(text[len - 1])) {
        len--;
    }
    lexer_set_token(lexer, token, SQL_META, len);
    lexer_end_text(lexer, token);
    if (text[1] == 'c') { /* \connect: a new session */
        lexer->standard_strings = true;
    }
    return STEP_TOKEN;
}

static Step scan_significant(SqlLexer *lexer, CharClass class, SqlToken *token, Error *err)
{
    switch (class) {
    case CHAR_DASH:
        return scan_comment_start(lexer, '-', MODE_LINE_COMMENT);
    case CHAR_SLASH:
        return scan_comment_start(lexer, '*', MODE_BLOCK_COMMENT);
    case CHAR_SEMICOLON:
        return scan_semicolon(lexer, token, err);
    case CHAR_BACKSLASH:
        return scan_meta(lexer, token, err);
    case CHAR_QUOTE:
        lexer_begin_string(lexer, lexer->scan, string_mode(lexer));
        break;
    case CHAR_DOUBLE_QUOTE:
        lexer_begin_string(lexer, lexer->scan, MODE_QUOTED_NAME);
        break;
    case CHAR_DOLLAR:
        return scan_dollar(lexer);
    case CHAR_OPEN:
        lexer->parentheses++;
        lexer->scan++;
        break;
    case CHAR_CLOSE:
        lexer->parentheses -= lexer->parentheses > 0;
        lexer->scan++;
        break;
    case CHAR_NAME:
        return scan_word(lexer);
    case CHAR_PLAIN:
    case CHAR_END:
        lexer->scan++;
        break;
    }
    return STEP_ON;
}

Step lexer_scan_code(SqlLexer *lexer, SqlToken *token, Error *err)
{
    Step step = STEP_ON;

    while (step == STEP_ON && lexer->mode == MODE_CODE) {
        CharClass class;

        lexer_skip_plain(lexer);
        if (lexer->scan >= lexer->end) {
            return STEP_MORE;
        }
        class = (CharClass)lexer->classes[(unsigned char)lexer->data[lexer->scan]];
        /* These four may still turn out to be no part of a statement. */
        if (class != CHAR_DASH && class != CHAR_SLASH && class != CHAR_SEMICOLON &&
            class != CHAR_BACKSLASH) {
            lexer->in_statement = true;
        }
        step = scan_significant(lexer, class, token, err);
    }
    return step;
}
