/* SPDX-License-Identifier: Apache-2.0 */
/* See the header. Where a list lacks a word, the label is shorter: nothing depends on it. */
#include "sql/statement_label.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/compiler.h"
#include "sql/words.h"

enum {
    LOOKED_AT = 4096,   /* bytes */
    STATEMENTS_MAX = 4, /* of one text */
    WORDS_MAX = 24,     /* from the verb to the kind: OR REPLACE, DEFINER = … */
};

/* Kinds of objects. Of those in `begins` the next word belongs to the kind, too. */
static const char kinds[] =
    " access aggregate cast class collation column configuration constraint conversion data "
    "database default dictionary domain event extension family foreign function group index "
    "instance label language large mapping materialized method object operator package parser "
    "policy privileges procedure publication role routine rule schema search sequence server "
    "session statistics subscription system table tables tablespace template text transform "
    "trigger type user view wrapper body ";
static const char begins[] =
    " access constraint data default event foreign large materialized operator package search "
    "text user ";

static const struct {
    const char *verb;
    const char *seeks; /* words of which the first one found is part of the label; NULL: none */
} verbs[] = {
    {"abort", NULL},
    {"alter", kinds},
    {"analyze", NULL},
    {"backup", " stage "},
    {"begin", NULL},
    {"call", NULL},
    {"checkpoint", NULL},
    {"close", NULL},
    {"cluster", NULL},
    {"comment", kinds},
    {"commit", NULL},
    {"copy", " from to "},
    {"create", kinds},
    {"deallocate", NULL},
    {"declare", NULL},
    {"delete", NULL},
    {"discard", NULL},
    {"do", NULL},
    {"drop", kinds},
    {"end", NULL},
    {"execute", NULL},
    {"fetch", NULL},
    {"flush", " tables "},
    {"grant", NULL},
    {"import", NULL},
    {"insert", NULL},
    {"kill", NULL},
    {"load", " data "},
    {"lock", " table tables "},
    {"move", NULL},
    {"optimize", NULL},
    {"prepare", NULL},
    {"reassign", NULL},
    {"refresh", kinds},
    {"reindex", NULL},
    {"release", " savepoint "},
    {"rename", kinds},
    {"replace", NULL},
    {"reset", NULL},
    {"revoke", NULL},
    {"rollback", " to "},
    {"savepoint", NULL},
    {"security", " label "},
    {"select", NULL},
    {"set", NULL},
    {"show", " create databases grants status tables variables warnings "},
    {"start", " transaction "},
    {"table", NULL},
    {"truncate", NULL},
    {"unlock", " tables "},
    {"update", NULL},
    {"use", NULL},
    {"vacuum", NULL},
    {"values", NULL},
    {"with", NULL},
    {"xa", NULL},
};

typedef struct Scan {
    const char *text;
    size_t len;
    size_t position;
    size_t depth; /* of parentheses */
    char *out;
    size_t used;
} Scan;

/* The word's place in a list of words with a space around each; NULL: it isn't in it. */
static const char *find_word(const char *list, const Scan *scan, SqlWord word, size_t *len)
{
    while (*++list != '\0') {
        char listed[24];

        *len = strcspn(list, " ");
        (void)snprintf(listed, sizeof listed, "%.*s", (int)*len, list);
        if (sql_word_is(scan->text, word, listed)) {
            return list;
        }
        list += *len;
    }
    return NULL;
}

/* From a list, never from the text. */
static void put(Scan *scan, const char *before, const char *word, size_t len)
{
    size_t room = STATEMENT_LABEL_SIZE - scan->used;
    int n = snprintf(scan->out + scan->used, room, "%s%.*s", before, (int)len, word);

    if (n < 0 || (size_t)n >= room) {
        scan->out[scan->used] = '\0'; /* whole words or none */
        return;
    }
    for (char *p = scan->out + scan->used; *p != '\0'; p++) {
        *p = (char)toupper((unsigned char)*p);
    }
    scan->used += (size_t)n;
}

/* The next word outside of parentheses; the semicolon is left where it is, and no word. */
static SqlWord next_word(Scan *scan)
{
    for (;;) {
        size_t before = scan->position;
        SqlWord word = sql_next_word(scan->text, scan->len, &scan->position);

        if (sql_word_is(scan->text, word, "(")) {
            scan->depth++;
        } else if (sql_word_is(scan->text, word, ")")) {
            scan->depth -= scan->depth > 0;
        } else if (scan->depth == 0 && sql_word_is(scan->text, word, ";")) {
            scan->position = before;
            return (SqlWord){SQL_WORD_END, before, 0};
        } else if (scan->depth == 0 || word.kind == SQL_WORD_END) {
            return word;
        }
    }
}

static void put_kind(Scan *scan, const char *seeks)
{
    SqlWord word = next_word(scan);
    const char *found = NULL;
    size_t len = 0;

    for (unsigned n = 0; n < WORDS_MAX && word.kind != SQL_WORD_END; n++) {
        found = find_word(seeks, scan, word, &len);
        if (found != NULL) {
            break;
        }
        word = next_word(scan);
    }
    while (found != NULL) {
        put(scan, " ", found, len);
        found = NULL;
        if (seeks == kinds && find_word(begins, scan, word, &len) != NULL) {
            word = next_word(scan);
            found = find_word(kinds, scan, word, &len);
        }
    }
}

/* At the next statement; false: there is none. */
static bool find_statement(Scan *scan)
{
    for (;;) {
        size_t before = scan->position;
        SqlWord word = sql_next_word(scan->text, scan->len, &scan->position);

        if (word.kind == SQL_WORD_END) {
            return false;
        }
        if (!sql_word_is(scan->text, word, ";")) {
            scan->position = before;
            return true;
        }
    }
}

static void put_statement(Scan *scan)
{
    SqlWord word = next_word(scan);
    const char *separator = scan->used == 0 ? "" : "; ";

    for (size_t i = 0; i < ARRAY_LENGTH(verbs); i++) {
        if (sql_word_is(scan->text, word, verbs[i].verb)) {
            put(scan, separator, verbs[i].verb, strlen(verbs[i].verb));
            if (verbs[i].seeks != NULL) {
                put_kind(scan, verbs[i].seeks);
            }
            return;
        }
    }
    put(scan, separator, "other", 5);
}

/* A comment that MySQL runs: what is in it is the statement. */
static size_t skip_executed_comment(const char *text, size_t len)
{
    size_t p = 0;

    while (p < len && sql_is_space(text[p])) {
        p++;
    }
    if (len - p > 3 && text[p] == '/' && text[p + 1] == '*' &&
        (text[p + 2] == '!' || (text[p + 2] == 'M' && text[p + 3] == '!'))) {
        p += text[p + 2] == '!' ? 3 : 4;
        while (p < len && text[p] >= '0' && text[p] <= '9') {
            p++;
        }
        return p;
    }
    return 0;
}

void sql_statement_label(SqlDialect dialect, const char *text, size_t len,
                         char out[static STATEMENT_LABEL_SIZE])
{
    Scan scan = {.text = text, .len = len < LOOKED_AT ? len : LOOKED_AT, .out = out};
    unsigned most = dialect == SQL_MYSQL ? 1 : STATEMENTS_MAX;

    out[0] = '\0';
    if (dialect == SQL_MYSQL) {
        scan.position = skip_executed_comment(text, scan.len);
    }
    for (unsigned n = 0; n < most && find_statement(&scan); n++) {
        put_statement(&scan);
        while (next_word(&scan).kind != SQL_WORD_END) {
        }
        scan.depth = 0;
    }
    if (scan.used == 0) {
        put(&scan, "", "nothing", 7);
    }
}
