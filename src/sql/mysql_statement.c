/* SPDX-License-Identifier: Apache-2.0 */
/* Reads a statement's first words. */
#include "sql/mysql_statement.h"

#include <string.h>

#include "sql/words.h"

typedef struct Scan {
    const char *at;
    const char *end;
} Scan;

typedef struct Word {
    const char *text;
    size_t len;
} Word;

/* The words that statements begin with. */
static const char *const commands[] = {
    "alter",     "analyze",  "backup",  "begin",    "binlog",     "call",   "change",
    "check",     "checksum", "commit",  "create",   "deallocate", "delete", "describe",
    "do",        "drop",     "execute", "explain",  "flush",      "grant",  "handler",
    "help",      "import",   "insert",  "install",  "kill",       "load",   "lock",
    "optimize",  "prepare",  "purge",   "release",  "rename",     "repair", "replace",
    "reset",     "restart",  "revoke",  "rollback", "savepoint",  "select", "set",
    "show",      "shutdown", "signal",  "start",    "stop",       "table",  "truncate",
    "uninstall", "unlock",   "update",  "use",      "values",     "with",   "xa",
};

/* White space, comments, and the signs around what the server runs: a comment's "!" and number
 * that open it, and its end. "/" "*M!999999\\-" is a sign of the client's, and nothing else. */
static void skip_space(Scan *scan)
{
    for (;;) {
        const char *p = scan->at;
        size_t left = (size_t)(scan->end - p);

        if (left > 0 && sql_is_space(*p)) {
            scan->at++;
        } else if (left >= 2 && p[0] == '*' && p[1] == '/') {
            scan->at += 2;
        } else if (left >= 3 && p[0] == '/' && p[1] == '*' &&
                   (p[2] == '!' || (left >= 4 && p[2] == 'M' && p[3] == '!'))) {
            p += p[2] == '!' ? 3 : 4;
            while (p < scan->end && *p >= '0' && *p <= '9') {
                p++;
            }
            scan->at = p;
            if (p < scan->end && *p == '\\') {
                p = memmem(p, (size_t)(scan->end - p), "*/", 2);
                scan->at = p == NULL ? scan->end : p + 2;
            }
        } else if (left >= 2 && p[0] == '/' && p[1] == '*') {
            p = memmem(p + 2, left - 2, "*/", 2);
            scan->at = p == NULL ? scan->end : p + 2;
        } else if (left > 0 && (*p == '#' || (left >= 2 && p[0] == '-' && p[1] == '-'))) {
            p = memchr(p, '\n', left);
            scan->at = p == NULL ? scan->end : p + 1;
        } else {
            return;
        }
    }
}

static Word next_word(Scan *scan)
{
    Word word;

    skip_space(scan);
    word = (Word){scan->at, 0};
    while (scan->at < scan->end && sql_is_name_char(*scan->at)) {
        scan->at++;
    }
    word.len = (size_t)(scan->at - word.text);
    return word;
}

static bool accept(Scan *scan, const char *keyword)
{
    Scan before = *scan;
    Word word = next_word(scan);

    if (sql_equal_fold(word.text, word.len, keyword)) {
        return true;
    }
    *scan = before;
    return false;
}

static bool accept_sign(Scan *scan, char sign)
{
    Scan before = *scan;

    skip_space(scan);
    if (scan->at < scan->end && *scan->at == sign) {
        scan->at++;
        return true;
    }
    *scan = before;
    return false;
}

static void read_name(Scan *scan, Buffer *out)
{
    Word word = next_word(scan);

    if (word.len > 0 || scan->at == scan->end || *scan->at != '`') {
        buffer_append(out, word.text, word.len);
        return;
    }
    for (const char *p = scan->at + 1; p < scan->end; p++) {
        if (*p == '`' && (++p == scan->end || *p != '`')) {
            scan->at = p;
            return;
        }
        buffer_putc(out, *p);
    }
}

static bool is_command(Word word)
{
    for (size_t i = 0; i < ARRAY_LENGTH(commands); i++) {
        if (sql_equal_fold(word.text, word.len, commands[i])) {
            return true;
        }
    }
    return false;
}

/* CREATE or DROP: of a database? */
static bool names_database(Scan *scan, Buffer *database)
{
    if (accept(scan, "or") && !accept(scan, "replace")) {
        return false;
    }
    if (!accept(scan, "database") && !accept(scan, "schema")) {
        return false;
    }
    if (accept(scan, "if")) {
        (void)accept(scan, "not");
        (void)accept(scan, "exists");
    }
    read_name(scan, database);
    return true;
}

/* The name in an ALTER DATABASE, and where it stands; of its options none can be mistaken for one.
 */
static bool names_altered(Scan *scan, Buffer *database, Scan *before)
{
    static const char *const options[] = {"character", "charset",    "collate", "comment",
                                          "default",   "encryption", "read"};

    if (!accept(scan, "database") && !accept(scan, "schema")) {
        return false;
    }
    skip_space(scan);
    *before = *scan;
    for (size_t i = 0; i < ARRAY_LENGTH(options); i++) {
        if (accept(scan, options[i])) {
            *scan = *before;
            return true;
        }
    }
    read_name(scan, database);
    return true;
}

/* SET @@SESSION.SQL_LOG_BIN or SET @@GLOBAL.GTID_PURGED? */
static bool names_log(Scan *scan)
{
    for (unsigned sign = 0; sign < 2; sign++) {
        if (!accept_sign(scan, '@')) {
            return false;
        }
    }
    if ((!accept(scan, "session") && !accept(scan, "global")) || !accept_sign(scan, '.')) {
        return false;
    }
    return accept(scan, "sql_log_bin") || accept(scan, "gtid_purged");
}

MysqlStatement mysql_statement(const char *statement, size_t len, Buffer *database)
{
    Scan scan = {statement, statement + len};
    Word word = next_word(&scan);
    Scan name;

    if (word.len == 0) {
        return scan.at == scan.end ? MYSQL_EMPTY : *scan.at == '(' ? MYSQL_OTHER : MYSQL_UNKNOWN;
    }
    if (sql_equal_fold(word.text, word.len, "insert") ||
        sql_equal_fold(word.text, word.len, "replace")) {
        return MYSQL_INSERT;
    }
    if ((sql_equal_fold(word.text, word.len, "lock") ||
         sql_equal_fold(word.text, word.len, "unlock")) &&
        (accept(&scan, "tables") || accept(&scan, "table"))) {
        return MYSQL_LOCKS;
    }
    if (sql_equal_fold(word.text, word.len, "analyze")) {
        (void)(accept(&scan, "local") || accept(&scan, "no_write_to_binlog"));
        return accept(&scan, "table") || accept(&scan, "tables") ? MYSQL_ANALYZE : MYSQL_OTHER;
    }
    if (sql_equal_fold(word.text, word.len, "use")) {
        read_name(&scan, database);
        return MYSQL_USE;
    }
    if (sql_equal_fold(word.text, word.len, "create")) {
        return names_database(&scan, database) ? MYSQL_CREATE_DATABASE : MYSQL_OTHER;
    }
    if (sql_equal_fold(word.text, word.len, "drop")) {
        return names_database(&scan, database) ? MYSQL_DROP_DATABASE : MYSQL_OTHER;
    }
    if (sql_equal_fold(word.text, word.len, "alter")) {
        return names_altered(&scan, database, &name) ? MYSQL_ALTER_DATABASE : MYSQL_OTHER;
    }
    if (sql_equal_fold(word.text, word.len, "set") && names_log(&scan)) {
        return MYSQL_LOGS;
    }
    return is_command(word) ? MYSQL_OTHER : MYSQL_UNKNOWN;
}

void mysql_put_without_database(Buffer *out, const char *statement, size_t len)
{
    Scan scan = {statement, statement + len};
    Scan name = scan;
    Buffer ignored;

    buffer_init(&ignored, len + 1);
    if (!accept(&scan, "alter") || !names_altered(&scan, &ignored, &name)) {
        name = scan = (Scan){statement, statement + len};
    }
    buffer_append(out, statement, (size_t)(name.at - statement));
    buffer_append(out, scan.at, (size_t)(scan.end - scan.at));
    buffer_free(&ignored);
}

/* --- Definers ----------------------------------------------------------------------------- */

/* A name, with quotes of any kind or without. */
static bool skip_name(Scan *scan)
{
    char quote;

    skip_space(scan);
    quote = scan->at == scan->end ? '\0' : *scan->at;
    if (quote != '`' && quote != '\'' && quote != '"') {
        return next_word(scan).len > 0;
    }
    while (scan->at < scan->end && *scan->at == quote) { /* doubled: it goes on */
        scan->at = memchr(scan->at + 1, quote, (size_t)(scan->end - scan->at - 1));
        if (scan->at == NULL) {
            scan->at = scan->end;
            return false;
        }
        scan->at++;
    }
    return true;
}

static bool skip_user(Scan *scan)
{
    if (accept(scan, "current_user")) {
        return !accept_sign(scan, '(') || accept_sign(scan, ')');
    }
    return skip_name(scan) && (!accept_sign(scan, '@') || skip_name(scan));
}

/* Where it stands; false when there is none. */
static bool find_definer(const char *statement, size_t len, size_t *start, size_t *behind)
{
    Scan scan = {statement, statement + len};

    if (!accept(&scan, "create") || (accept(&scan, "or") && !accept(&scan, "replace"))) {
        return false;
    }
    if (accept(&scan, "algorithm")) {
        (void)accept_sign(&scan, '=');
        (void)next_word(&scan);
    }
    skip_space(&scan);
    *start = (size_t)(scan.at - statement);
    if (!accept(&scan, "definer") || !accept_sign(&scan, '=') || !skip_user(&scan)) {
        return false;
    }
    *behind = (size_t)(scan.at - statement);
    return true;
}

void mysql_put_without_definer(Buffer *out, const char *statement, size_t len)
{
    size_t start = 0;
    size_t behind = 0;

    if (find_definer(statement, len, &start, &behind)) {
        buffer_append(out, statement, start);
        behind += behind < len && statement[behind] == ' ';
    }
    buffer_append(out, statement + behind, len - behind);
}
