/* SPDX-License-Identifier: Apache-2.0 */
/* IF EXISTS, put where each statement wants it. */
#include "sql/if_exists.h"

#include <string.h>

#include "base/compiler.h"
#include "sql/words.h"

/* Types of objects of more than one word; all others have one. */
static const char *const long_types[][4] = {
    {"access", "method"},
    {"event", "trigger"},
    {"foreign", "data", "wrapper"},
    {"foreign", "table"},
    {"materialized", "view"},
    {"operator", "class"},
    {"operator", "family"},
    {"procedural", "language"},
    {"text", "search", "configuration"},
    {"text", "search", "dictionary"},
    {"text", "search", "parser"},
    {"text", "search", "template"},
    {"user", "mapping"},
};

static bool accept_words(const char *text, size_t len, size_t *position, const char *const *words,
                         size_t n)
{
    size_t at = *position;

    for (size_t i = 0; i < n && words[i] != NULL; i++) {
        if (!sql_accept_word(text, len, &at, words[i])) {
            return false;
        }
    }
    *position = at;
    return true;
}

/* Moves behind the type of the object. */
static void skip_type(const char *text, size_t len, size_t *position)
{
    for (size_t i = 0; i < ARRAY_LENGTH(long_types); i++) {
        if (accept_words(text, len, position, long_types[i], ARRAY_LENGTH(long_types[i]))) {
            return;
        }
    }
    (void)sql_next_word(text, len, position);
}

static bool is_single(const char *text, size_t len)
{
    size_t position = 0;
    SqlWord word;

    do {
        word = sql_next_word(text, len, &position);
    } while (word.kind != SQL_WORD_END && !sql_word_is(text, word, ";"));
    return sql_next_word(text, len, &position).kind == SQL_WORD_END;
}

/* Where DROP CONSTRAINT ends; 0 when it isn't there. */
static size_t find_drop_constraint(const char *text, size_t len, size_t position)
{
    static const char *const words[] = {"drop", "constraint"};

    for (;;) {
        if (accept_words(text, len, &position, words, ARRAY_LENGTH(words))) {
            return position;
        }
        if (sql_next_word(text, len, &position).kind == SQL_WORD_END) {
            return 0;
        }
    }
}

static void put_block(Buffer *out, const char *drop)
{
    const char *quote = strstr(drop, "$dbbackup$") == NULL ? "$dbbackup$" : "$dbbackup_drop$";

    buffer_printf(out,
                  "DO %s BEGIN\n%s\nEXCEPTION WHEN undefined_object OR undefined_table OR"
                  " undefined_column OR undefined_function OR invalid_schema_name THEN NULL;\n"
                  "END %s;",
                  quote, drop, quote);
}

void sql_put_if_exists(Buffer *out, const char *drop)
{
    static const char *const alter_table[] = {"alter", "table"};
    size_t len = strlen(drop);
    size_t position = 0;
    size_t constraint = 0;

    if (len < 5 || !is_single(drop, len)) {
        put_block(out, drop);
        return;
    }
    if (sql_accept_word(drop, len, &position, "drop")) {
        skip_type(drop, len, &position);
    } else if (accept_words(drop, len, &position, alter_table, ARRAY_LENGTH(alter_table))) {
        constraint = find_drop_constraint(drop, len, position);
    }
    if (position == 0 || (constraint == 0 && sql_equal_fold(drop, 5, "alter"))) {
        put_block(out, drop);
        return;
    }
    buffer_append(out, drop, position);
    buffer_puts(out, " IF EXISTS");
    if (constraint > 0) {
        buffer_append(out, drop + position, constraint - position);
        buffer_puts(out, " IF EXISTS");
        position = constraint;
    }
    buffer_puts(out, drop + position);
}
