/* SPDX-License-Identifier: Apache-2.0 */
/* The lexer inside comments, strings and COPY data: each runs to the end of its construct. */
#include <string.h>

#include "sql/lexer_state.h"
#include "sql/words.h"

void lexer_begin_string(SqlLexer *lexer, size_t quote, Mode mode)
{
    lexer->mode = mode;
    lexer->mode_start = quote;
    lexer->scan = quote + 1;
}

/* Text of a comment outside of statements isn't kept. */
static void pass_comment(SqlLexer *lexer, size_t place)
{
    lexer->scan = place;
    if (!lexer->in_statement) {
        lexer->start = place;
    }
}

Step lexer_scan_line_comment(SqlLexer *lexer)
{
    const char *text = lexer->data + lexer->scan;
    size_t len = lexer->end - lexer->scan;
    const char *newline = memchr(text, '\n', len);
    const char *ret = memchr(text, '\r', newline == NULL ? len : (size_t)(newline - text));
    const char *stop = ret != NULL ? ret : newline;

    if (stop == NULL && !lexer->eof) {
        pass_comment(lexer, lexer->end);
        return STEP_MORE;
    }
    pass_comment(lexer, stop == NULL ? lexer->end : (size_t)(stop - lexer->data));
    lexer->mode = MODE_CODE;
    return STEP_ON;
}

Step lexer_scan_block_comment(SqlLexer *lexer)
{
    const char *data = lexer->data;
    size_t scan = lexer->scan;

    while (scan + 1 < lexer->end) {
        if (data[scan] == '*' && data[scan + 1] == '/') {
            scan += 2;
            if (--lexer->comment_depth == 0) {
                lexer->mode = MODE_CODE;
                pass_comment(lexer, scan);
                return STEP_ON;
            }
        } else if (data[scan] == '/' && data[scan + 1] == '*') {
            scan += 2;
            lexer->comment_depth++;
        } else {
            scan++;
        }
    }
    pass_comment(lexer, scan);
    return STEP_MORE;
}

/* '…' and "…": a doubled quote closes it and opens it again, which comes to the same. */
Step lexer_scan_string(SqlLexer *lexer, char quote)
{
    const char *close = memchr(lexer->data + lexer->scan, quote, lexer->end - lexer->scan);

    if (close == NULL) {
        lexer->scan = lexer->end;
        return STEP_MORE;
    }
    lexer->scan = (size_t)(close - lexer->data) + 1;
    lexer->mode = MODE_CODE;
    return STEP_ON;
}

Step lexer_scan_escape_string(SqlLexer *lexer)
{
    size_t scan = lexer->scan;

    while (scan < lexer->end) {
        if (lexer->data[scan] == '\'') {
            lexer->scan = scan + 1;
            lexer->mode = MODE_AFTER_ESCAPE;
            return STEP_ON;
        }
        if (lexer->data[scan] == '\\') {
            if (scan + 1 == lexer->end) {
                break;
            }
            scan++;
        }
        scan++;
    }
    lexer->scan = scan;
    return STEP_MORE;
}

/* A doubled quote, or a next piece after white space with a newline in it, is read as this one. */
Step lexer_scan_after_escape(SqlLexer *lexer)
{
    const char *data = lexer->data;
    size_t place = lexer->scan;
    bool newline = false;

    for (;;) { /* stops at data[end], a NUL, at the latest */
        if (sql_is_space(data[place])) {
            newline = newline || data[place] == '\n' || data[place] == '\r';
            place++;
        } else if (data[place] == '-' && data[place + 1] == '-') {
            place += strcspn(data + place, "\r\n");
        } else {
            break;
        }
    }
    if (place + (data[place] == '-') >= lexer->end && !lexer->eof) {
        return STEP_MORE;
    }
    if (data[place] == '\'' && (newline || place == lexer->scan)) {
        lexer_begin_string(lexer, place, MODE_ESCAPE_STRING);
    } else {
        lexer->mode = MODE_CODE;
    }
    return STEP_ON;
}

Step lexer_scan_dollar_string(SqlLexer *lexer)
{
    const char *tag = lexer->data + lexer->mode_start;
    const char *close =
        memmem(lexer->data + lexer->scan, lexer->end - lexer->scan, tag, lexer->tag_len);

    if (close != NULL) {
        lexer->scan = (size_t)(close - lexer->data) + lexer->tag_len;
        lexer->mode = MODE_CODE;
        return STEP_ON;
    }
    if (lexer->end - lexer->scan >= lexer->tag_len) { /* its first part may be there already */
        lexer->scan = lexer->end - lexer->tag_len + 1;
    }
    return STEP_MORE;
}

/* --- COPY data -------------------------------------------------------------------------------- */

Step lexer_scan_copy_line(SqlLexer *lexer, Error *err)
{
    const char *data = lexer->data;
    size_t scan = lexer->scan;
    const char *newline;

    lexer->start = scan;
    while (sql_is_space(data[scan]) && data[scan] != '\n') {
        scan++;
    }
    if (data[scan] == '-' && data[scan + 1] == '-') {
        newline = memchr(data + scan, '\n', lexer->end - scan);
        scan = newline == NULL ? lexer->end : (size_t)(newline - data);
    }
    if (scan + (data[scan] == '-') >= lexer->end) {
        return STEP_MORE;
    }
    if (data[scan] != '\n') {
        (void)error_set(err, ERR_UNSUPPORTED, "%s:%llu: more text behind COPY in the same line",
                        lexer->name, lexer_peek_line(lexer, scan));
        return STEP_FAIL;
    }
    lexer->start = lexer->scan = scan + 1;
    lexer->mode = MODE_COPY;
    lexer->copy_line_begins = true;
    return STEP_ON;
}

/* How many bytes the line `\.` at p takes: 0 when it isn't one. Says when more bytes must decide.
 */
static size_t end_of_copy(const SqlLexer *lexer, size_t p, bool *more)
{
    const char *text = lexer->data + p;
    size_t left = lexer->end - p;
    size_t behind;

    *more = false;
    if (text[0] != '\\') {
        return 0;
    }
    if (left >= 2 && text[1] != '.') {
        return 0;
    }
    behind = left >= 3 && text[2] == '\r' ? 3 : 2;
    if (left > behind) {
        return text[behind] == '\n' ? behind + 1 : 0;
    }
    *more = !lexer->eof;
    return lexer->eof && left >= 2 ? left : 0;
}

static Step emit_copy_data(SqlLexer *lexer, SqlToken *token, size_t behind, uint64_t rows)
{
    *token = (SqlToken){.kind = SQL_COPY_DATA,
                        .text = lexer->data + lexer->start,
                        .len = behind - lexer->start,
                        .line = lexer_line(lexer, lexer->start),
                        .rows = rows};
    lexer->copy_line_begins = lexer->data[behind - 1] == '\n';
    lexer->line_at = behind;
    lexer->line += rows;
    lexer->scan = behind;
    return STEP_TOKEN;
}

/* All the whole lines at hand that aren't `\.`; or, of a line longer than the buffer, a piece. */
Step lexer_scan_copy(SqlLexer *lexer, SqlToken *token)
{
    const char *data = lexer->data;
    size_t place = lexer->scan;
    bool begins = lexer->copy_line_begins;
    bool more = false;
    uint64_t rows = 0;

    lexer->start = place;
    while (place < lexer->end) {
        const char *newline;
        size_t end_len = begins && data[place] == '\\' ? end_of_copy(lexer, place, &more) : 0;

        if (end_len > 0 && place == lexer->start) {
            lexer_set_token(lexer, token, SQL_COPY_END, 2);
            lexer->scan = place + end_len;
            lexer->mode = MODE_CODE;
            return STEP_TOKEN;
        }
        if (end_len > 0 || more) {
            break;
        }
        newline = memchr(data + place, '\n', lexer->end - place);
        if (newline == NULL) {
            break;
        }
        place = (size_t)(newline - data) + 1;
        begins = true;
        rows++;
    }
    if (place > lexer->start) {
        return emit_copy_data(lexer, token, place, rows);
    }
    if (!more && lexer->end - place >= LEXER_BUFFER / 2) {
        return emit_copy_data(lexer, token, lexer->end, 0);
    }
    return STEP_MORE;
}
