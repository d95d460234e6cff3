/* SPDX-License-Identifier: Apache-2.0 */
/* Which statements of a script may run beside others. */
#include "sql/statement_class.h"

#include <string.h>

#include "base/compiler.h"
#include "sql/words.h"

typedef struct Words {
    const char *text;
    size_t len;
    size_t at;
} Words;

static bool accept(Words *words, const char *keyword)
{
    return sql_accept_word(words->text, words->len, &words->at, keyword);
}

/* All of them, or none. */
static bool accept_all(Words *words, const char *const *keywords)
{
    size_t before = words->at;

    for (; *keywords != NULL; keywords++) {
        if (!accept(words, *keywords)) {
            words->at = before;
            return false;
        }
    }
    return true;
}

static SqlWord next(Words *words)
{
    return sql_next_word(words->text, words->len, &words->at);
}

/* A name as to_regclass() reads it, too: not U&"…". */
static bool accept_name(Words *words, SqlSpan *name)
{
    size_t before = words->at;
    SqlWord word = next(words);

    if ((word.kind == SQL_WORD_PLAIN && sql_is_name_start(words->text[word.start])) ||
        (word.kind == SQL_WORD_QUOTED && words->text[word.start] == '"')) {
        *name = (SqlSpan){word.start, word.len};
        return true;
    }
    words->at = before;
    return false;
}

/* name or schema.name, without white space in it. */
static bool accept_table(Words *words, SqlSpan *table, bool *qualified)
{
    SqlSpan name;

    if (!accept_name(words, table)) {
        return false;
    }
    *qualified = accept(words, ".");
    if (*qualified) {
        if (!accept_name(words, &name) || name.start != table->start + table->len + 1) {
            return false;
        }
        table->len = name.start + name.len - table->start;
    }
    return true;
}

static bool accept_qualified(Words *words, SqlSpan *table)
{
    bool qualified = false;

    return accept_table(words, table, &qualified) && qualified;
}

static bool at_end(Words *words)
{
    (void)accept(words, ";");
    return next(words).kind == SQL_WORD_END;
}

/* To the statement's end. False at a comma outside of parentheses: it does something more. */
static bool pass_rest(Words *words)
{
    size_t depth = 0;

    for (;;) {
        SqlWord word = next(words);

        if (word.kind == SQL_WORD_END) {
            return depth == 0;
        }
        if (sql_word_is(words->text, word, "(")) {
            depth++;
        } else if (sql_word_is(words->text, word, ")")) {
            if (depth-- == 0) {
                return false;
            }
        } else if (depth == 0 && sql_word_is(words->text, word, ",")) {
            return false;
        }
    }
}

/* --- The forms ---------------------------------------------------------------------------- */

static StatementClass classify_select(Words *words)
{
    static const char *const setval[] = {"pg_catalog", ".", "setval", "(", NULL};

    if (!accept_all(words, setval) || next(words).kind != SQL_WORD_STRING || !accept(words, ",")) {
        return CLASS_OTHER;
    }
    (void)accept(words, "-");
    if (next(words).kind != SQL_WORD_PLAIN) {
        return CLASS_OTHER;
    }
    if (accept(words, ",") && !accept(words, "true") && !accept(words, "false")) {
        return CLASS_OTHER;
    }
    return accept(words, ")") && at_end(words) ? CLASS_SETVAL : CLASS_OTHER;
}

/* CREATE [UNIQUE] INDEX name ON schema.table USING … */
static StatementClass classify_create(Words *words, StatementFacts *facts)
{
    SqlSpan index;

    (void)accept(words, "unique");
    if (!accept(words, "index") || !accept_name(words, &index) ||
        sql_equal_fold(words->text + index.start, index.len, "concurrently") ||
        !accept(words, "on") || !accept_qualified(words, &facts->table)) {
        return CLASS_OTHER;
    }
    return pass_rest(words) ? CLASS_INDEX : CLASS_OTHER;
}

static StatementClass classify_constraint(Words *words, StatementFacts *facts)
{
    static const char *const primary_key[] = {"primary", "key", NULL};
    static const char *const foreign_key[] = {"foreign", "key", "(", NULL};
    SqlSpan name;

    if (!accept_name(words, &name)) {
        return CLASS_OTHER;
    }
    if (accept_all(words, foreign_key)) {
        do {
            if (!accept_name(words, &name)) { /* also: PERIOD, and what else is to come */
                return CLASS_OTHER;
            }
        } while (accept(words, ","));
        return accept(words, ")") && accept(words, "references") &&
                       accept_qualified(words, &facts->other) && pass_rest(words)
                   ? CLASS_FOREIGN
                   : CLASS_OTHER;
    }
    return (accept_all(words, primary_key) || accept(words, "unique") ||
            accept(words, "exclude")) &&
                   pass_rest(words)
               ? CLASS_KEY
               : CLASS_OTHER;
}

/* ALTER TABLE ONLY schema.table … */
static StatementClass classify_alter(Words *words, StatementFacts *facts)
{
    static const char *const add_constraint[] = {"add", "constraint", NULL};
    static const char *const cluster_on[] = {"cluster", "on", NULL};
    static const char *const identity_index[] = {"replica", "identity", "using", "index", NULL};
    SqlSpan index;

    if (accept(words, "table")) {
        bool only = accept(words, "only");

        if (!accept_qualified(words, &facts->table)) {
            return CLASS_OTHER;
        }
        if (accept_all(words, cluster_on) || (only && accept_all(words, identity_index))) {
            return accept_name(words, &index) && at_end(words) ? CLASS_KEY : CLASS_OTHER;
        }
        if (only && accept_all(words, add_constraint)) {
            return classify_constraint(words, facts);
        }
    }
    return CLASS_OTHER;
}

/* COMMENT ON INDEX schema.name IS '…', COMMENT ON CONSTRAINT name ON schema.table IS '…' */
static StatementClass classify_comment(Words *words)
{
    static const char *const on_index[] = {"on", "index", NULL};
    static const char *const on_constraint[] = {"on", "constraint", NULL};
    SqlSpan name;

    if (accept_all(words, on_constraint)) {
        if (!accept_name(words, &name) || !accept(words, "on")) {
            return CLASS_OTHER;
        }
    } else if (!accept_all(words, on_index)) {
        return CLASS_OTHER;
    }
    return accept_qualified(words, &name) && accept(words, "is") && pass_rest(words) ? CLASS_COMMENT
                                                                                     : CLASS_OTHER;
}

StatementFacts sql_classify(const char *text, size_t len)
{
    Words words = {text, len, 0};
    StatementFacts facts = {0};

    if (accept(&words, "select")) {
        facts.class = classify_select(&words);
    } else if (accept(&words, "create")) {
        facts.class = classify_create(&words, &facts);
    } else if (accept(&words, "alter")) {
        facts.class = classify_alter(&words, &facts);
    } else if (accept(&words, "comment")) {
        facts.class = classify_comment(&words);
    }
    return facts;
}

bool sql_sets_own_parameter(const char *text, size_t len)
{
    Words words = {text, len, 0};
    SqlSpan name;

    if (accept(&words, "set")) {
        (void)(accept(&words, "session") || accept(&words, "local"));
        return accept_name(&words, &name) && accept(&words, ".");
    }
    if (!accept(&words, "select")) {
        return false;
    }
    for (SqlWord word = next(&words); word.kind != SQL_WORD_END; word = next(&words)) {
        if (sql_word_is(text, word, "set_config") && accept(&words, "(")) {
            word = next(&words);
            if (word.kind != SQL_WORD_STRING || memchr(text + word.start, '.', word.len) != NULL) {
                return word.kind == SQL_WORD_STRING;
            }
        }
    }
    return false;
}

/* ------------------------------------------------------------------------------------------ */

bool sql_plain_copy(const char *text, size_t len, CopyFacts *facts)
{
    Words words = {text, len, 0};
    CopyFacts found = {0};
    bool qualified;
    SqlSpan name;

    if (!accept(&words, "copy") || !accept_table(&words, &found.table, &qualified)) {
        return false;
    }
    if (accept(&words, "(")) {
        do {
            if (!accept_name(&words, &name)) {
                return false;
            }
            found.n_columns++;
        } while (accept(&words, ","));
        if (!accept(&words, ")")) {
            return false;
        }
    }
    if (!accept(&words, "from") || !accept(&words, "stdin") || !at_end(&words)) {
        return false;
    }
    *facts = found;
    return true;
}
