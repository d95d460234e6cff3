/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of one statement, for those who must know what it is about: which command, which name.
 * White space and comments are passed over.
 */
#ifndef DBB_SQL_WORDS_H
#define DBB_SQL_WORDS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum SqlWordKind {
    SQL_WORD_END,    /* no more words */
    SQL_WORD_PLAIN,  /* a keyword, a name without quotes, or a number */
    SQL_WORD_QUOTED, /* "name", also U&"name" */
    SQL_WORD_STRING, /* '…', E'…' and the like, or $tag$…$tag$ */
    SQL_WORD_SIGN,   /* one other character */
} SqlWordKind;

typedef struct SqlWord {
    SqlWordKind kind;
    size_t start; /* its place in the statement, with its quotes */
    size_t len;
} SqlWord;

/* The word at *position or after it, and moves *position behind it. */
SqlWord sql_next_word(const char *text, size_t len, size_t *position);
/* Is it this keyword (given in lower case), or this sign? Quoted names are no keywords. */
bool sql_word_is(const char *text, SqlWord word, const char *keyword);
/* The first word, when it is the keyword; *position is then behind it, and otherwise unchanged. */
bool sql_accept_word(const char *text, size_t len, size_t *position, const char *keyword);
/* Letters of ASCII are equal in both cases, whatever the locale. `lower` is in lower case. */
bool sql_equal_fold(const char *text, size_t len, const char *lower);

/* White space, and what names are made of, as PostgreSQL's own scanner has it. */
bool sql_is_space(char c);
static inline bool sql_is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80) != 0;
}

static inline bool sql_is_name_char(char c)
{
    return sql_is_name_start(c) || (c >= '0' && c <= '9') || c == '$';
}

#endif
