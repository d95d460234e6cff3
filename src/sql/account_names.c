/* SPDX-License-Identifier: Apache-2.0 */
/* Roles, users and definers in statements. */
#include "sql/account_names.h"

#include <string.h>

#include "base/compiler.h"
#include "sql/words.h"

/* --- PostgreSQL --------------------------------------------------------------------------- */

typedef struct Walk {
    const char *text;
    size_t len;
    size_t position;
    SqlWord last; /* the word before the next one */
    AccountAction *action;
    void *argument;
} Walk;

static bool is_last(const Walk *walk, const char *keyword)
{
    return sql_word_is(walk->text, walk->last, keyword);
}

static bool is_role(const Walk *walk, SqlWord word)
{
    static const char *const others[] = {"public", "current_user", "current_role", "session_user",
                                         "none",   "default",      "all"};
    const char *text = walk->text + word.start;

    if (word.kind == SQL_WORD_QUOTED) {
        return word.len < 4 || memcmp(text, "\"pg_", 4) != 0;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(others); i++) {
        if (sql_word_is(walk->text, word, others[i])) {
            return false;
        }
    }
    return word.kind == SQL_WORD_PLAIN && (word.len < 3 || memcmp(text, "pg_", 3) != 0);
}

/* The names that come next, with commas between them. */
static bool take_names(Walk *walk)
{
    size_t behind = walk->position;
    bool goes_on = true;

    while (goes_on) {
        SqlWord word = sql_next_word(walk->text, walk->len, &behind);

        if (word.kind != SQL_WORD_PLAIN && word.kind != SQL_WORD_QUOTED) {
            return true;
        }
        if (is_role(walk, word) &&
            !walk->action(walk->argument, walk->text + word.start, word.len)) {
            return false;
        }
        walk->last = word;
        walk->position = behind;
        goes_on = sql_word_is(walk->text, sql_next_word(walk->text, walk->len, &behind), ",");
    }
    return true;
}

/* Whether a name, or some, stand behind this word in such a statement. */
static bool announces(const Walk *walk, SqlWord word, bool lists)
{
    if (sql_word_is(walk->text, word, "to")) {
        return lists || is_last(walk, "owner");
    }
    if (sql_word_is(walk->text, word, "for")) {
        return is_last(walk, "mapping");
    }
    if (sql_word_is(walk->text, word, "by")) {
        return is_last(walk, "granted");
    }
    if (sql_word_is(walk->text, word, "role")) { /* which may also be the name of a column */
        return is_last(walk, "alter") || is_last(walk, "for") || is_last(walk, "set");
    }
    return sql_word_is(walk->text, word, "authorization") ||
           (lists && sql_word_is(walk->text, word, "from"));
}

bool sql_role_names(const char *statement, size_t len, AccountAction *action, void *argument)
{
    Walk walk = {.text = statement, .len = len, .action = action, .argument = argument};
    SqlWord first = sql_next_word(statement, len, &walk.position);
    SqlWord second = sql_next_word(statement, len, &walk.position);
    bool creates = sql_word_is(statement, first, "create");
    bool alters = sql_word_is(statement, first, "alter");
    bool is_policy = (creates || alters) && sql_word_is(statement, second, "policy");
    bool grants = sql_word_is(statement, first, "grant") || sql_word_is(statement, first, "revoke");
    bool lists = grants || is_policy || (alters && sql_word_is(statement, second, "default"));

    /* Of functions and the like, what stands in their bodies isn't ours to understand. */
    if (!lists && !alters && !sql_word_is(statement, first, "set") &&
        !(creates &&
          (sql_word_is(statement, second, "schema") || sql_word_is(statement, second, "user")))) {
        return true;
    }
    walk.position = first.start + first.len;
    walk.last = first;
    for (;;) {
        SqlWord word = sql_next_word(statement, len, &walk.position);

        if (word.kind == SQL_WORD_END) {
            return true;
        }
        if (announces(&walk, word, lists) && !take_names(&walk)) {
            return false;
        }
        walk.last = word;
    }
}

/* --- MySQL and MariaDB -------------------------------------------------------------------- */

/* Behind a name in backquotes at p; p itself where there is none. */
static size_t skip_quoted(const char *text, size_t len, size_t p)
{
    size_t at = p + 1;

    if (p >= len || text[p] != '`') {
        return p;
    }
    while (at < len && (text[at] != '`' || (at + 1 < len && text[at + 1] == '`'))) {
        at += text[at] == '`' ? 2 : 1;
    }
    return at < len ? at + 1 : p;
}

bool mysql_definer_name(const char *statement, size_t len, AccountAction *action, void *argument)
{
    static const char mark[] = "DEFINER=`";
    const char *found;
    size_t start;
    size_t end;

    if (len < 6 || strncmp(statement, "CREATE", 6) != 0) {
        return true;
    }
    found = memmem(statement, len, mark, sizeof mark - 1);
    if (found == NULL) {
        return true;
    }
    start = (size_t)(found - statement) + sizeof mark - 2;
    end = skip_quoted(statement, len, start);
    if (end < len && statement[end] == '@') {
        end = skip_quoted(statement, len, end + 1);
    }
    return end <= start + 2 || action(argument, statement + start, end - start);
}
