/* SPDX-License-Identifier: Apache-2.0 */
/* The words of one statement. */
#include "sql/words.h"

#include <string.h>

bool sql_is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

bool sql_equal_fold(const char *text, size_t len, const char *lower)
{
    for (size_t i = 0; i < len; i++) {
        char c = text[i];

        if (c >= 'A' && c <= 'Z') {
            c = (char)(c - 'A' + 'a');
        }
        if (lower[i] == '\0' || c != lower[i]) {
            return false;
        }
    }
    return lower[len] == '\0';
}

bool sql_word_is(const char *text, SqlWord word, const char *keyword)
{
    return (word.kind == SQL_WORD_PLAIN || word.kind == SQL_WORD_SIGN) &&
           sql_equal_fold(text + word.start, word.len, keyword);
}

bool sql_accept_word(const char *text, size_t len, size_t *position, const char *keyword)
{
    size_t behind = *position;

    if (!sql_word_is(text, sql_next_word(text, len, &behind), keyword)) {
        return false;
    }
    *position = behind;
    return true;
}

/* Behind the comment that begins at p; p itself when none does. */
static size_t skip_comment(const char *text, size_t len, size_t p)
{
    if (p + 1 < len && text[p] == '-' && text[p + 1] == '-') {
        while (p < len && text[p] != '\n' && text[p] != '\r') {
            p++;
        }
    } else if (p + 1 < len && text[p] == '/' && text[p + 1] == '*') {
        size_t depth = 0;

        do {
            if (p + 1 < len && text[p] == '/' && text[p + 1] == '*') {
                depth++;
                p += 2;
            } else if (p + 1 < len && text[p] == '*' && text[p + 1] == '/') {
                depth--;
                p += 2;
            } else {
                p++;
            }
        } while (depth > 0 && p < len);
    }
    return p;
}

/* Behind the quote that closes what opened just before p. */
static size_t skip_quoted(const char *text, size_t len, size_t p, char quote, bool escapes)
{
    while (p < len) {
        if (escapes && text[p] == '\\') {
            p++;
        } else if (text[p] == quote) {
            if (p + 1 == len || text[p + 1] != quote) {
                return p + 1;
            }
            p++;
        }
        p++;
    }
    return len;
}

/* Behind the dollar quoted string that begins at p; p itself when none does. */
static size_t skip_dollar_quoted(const char *text, size_t len, size_t p)
{
    size_t tag_end = p + 1;
    const char *close;

    if (tag_end < len && sql_is_name_start(text[tag_end])) {
        while (tag_end < len && sql_is_name_char(text[tag_end]) && text[tag_end] != '$') {
            tag_end++;
        }
    }
    if (tag_end >= len || text[tag_end] != '$') {
        return p;
    }
    tag_end++;
    close = memmem(text + tag_end, len - tag_end, text + p, tag_end - p);
    return close == NULL ? len : (size_t)(close - text) + (tag_end - p);
}

/* A word that begins with a letter: a name, or the letter before a string. */
static SqlWordKind letter_word(const char *text, size_t len, size_t *p)
{
    size_t start = *p;
    char letter = text[start];

    while (*p < len && sql_is_name_char(text[*p])) {
        (*p)++;
    }
    if (*p - start == 1 && *p < len) {
        size_t quote = *p;

        if ((letter == 'u' || letter == 'U') && quote + 1 < len && text[quote] == '&') {
            quote++;
        }
        if (quote > *p && text[quote] == '"') {
            *p = skip_quoted(text, len, quote + 1, '"', false);
            return SQL_WORD_QUOTED;
        }
        if (text[quote] == '\'' && (quote > *p || strchr("eEnNbBxX", letter) != NULL)) {
            *p = skip_quoted(text, len, quote + 1, '\'', letter == 'e' || letter == 'E');
            return SQL_WORD_STRING;
        }
    }
    return SQL_WORD_PLAIN;
}

static SqlWordKind word_at(const char *text, size_t len, size_t *p)
{
    char c = text[*p];
    size_t behind;

    if (sql_is_name_start(c)) {
        return letter_word(text, len, p);
    }
    if (c >= '0' && c <= '9') {
        while (*p < len && ((text[*p] >= '0' && text[*p] <= '9') || text[*p] == '.')) {
            (*p)++;
        }
        return SQL_WORD_PLAIN;
    }
    if (c == '"' || c == '\'') {
        *p = skip_quoted(text, len, *p + 1, c, false);
        return c == '"' ? SQL_WORD_QUOTED : SQL_WORD_STRING;
    }
    behind = c == '$' ? skip_dollar_quoted(text, len, *p) : *p;
    if (behind > *p) {
        *p = behind;
        return SQL_WORD_STRING;
    }
    (*p)++;
    return SQL_WORD_SIGN;
}

SqlWord sql_next_word(const char *text, size_t len, size_t *position)
{
    SqlWord word = {SQL_WORD_END, len, 0};
    size_t p = *position;

    while (p < len) {
        size_t behind = sql_is_space(text[p]) ? p + 1 : skip_comment(text, len, p);

        if (behind == p) {
            word.start = p;
            word.kind = word_at(text, len, &p);
            word.len = p - word.start;
            break;
        }
        p = behind;
    }
    *position = p;
    return word;
}
