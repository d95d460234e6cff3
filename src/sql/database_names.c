/* SPDX-License-Identifier: Apache-2.0 */
/* Which database a statement or a \connect names. */
#include "sql/database_names.h"

#include <string.h>

#include "sql/meta_commands.h"
#include "sql/words.h"

/* --- Statements ------------------------------------------------------------------------------- */

static DatabaseName name_at(const char *text, size_t len, size_t position,
                            DatabaseStatement statement)
{
    SqlWord word = sql_next_word(text, len, &position);

    if (word.kind != SQL_WORD_PLAIN && word.kind != SQL_WORD_QUOTED) {
        return (DatabaseName){DATABASE_NOT_NAMED, 0, 0};
    }
    return (DatabaseName){statement, word.start, word.len};
}

/* The name behind the words `first` DATABASE, wherever they stand. */
static DatabaseName name_after(const char *text, size_t len, size_t position, const char *first)
{
    SqlWord word;

    do {
        word = sql_next_word(text, len, &position);
        if (sql_word_is(text, word, first) && sql_accept_word(text, len, &position, "database")) {
            return name_at(text, len, position, DATABASE_ALTER);
        }
    } while (word.kind != SQL_WORD_END);
    return (DatabaseName){DATABASE_NOT_NAMED, 0, 0};
}

DatabaseName sql_find_database(const char *statement, size_t len)
{
    size_t at = 0;
    SqlWord command = sql_next_word(statement, len, &at);

    if (sql_word_is(statement, command, "create")) {
        if (sql_accept_word(statement, len, &at, "database")) {
            return name_at(statement, len, at, DATABASE_CREATE);
        }
    } else if (sql_word_is(statement, command, "drop")) {
        if (sql_accept_word(statement, len, &at, "database")) {
            if (sql_accept_word(statement, len, &at, "if")) {
                (void)sql_accept_word(statement, len, &at, "exists");
            }
            return name_at(statement, len, at, DATABASE_DROP);
        }
    } else if (sql_word_is(statement, command, "alter")) {
        if (sql_accept_word(statement, len, &at, "database")) {
            return name_at(statement, len, at, DATABASE_ALTER);
        }
        if (sql_accept_word(statement, len, &at, "role") ||
            sql_accept_word(statement, len, &at, "user")) {
            (void)sql_next_word(statement, len, &at);
            if (sql_accept_word(statement, len, &at, "in") &&
                sql_accept_word(statement, len, &at, "database")) {
                return name_at(statement, len, at, DATABASE_ALTER);
            }
        }
    } else if (sql_word_is(statement, command, "comment") ||
               sql_word_is(statement, command, "grant") ||
               sql_word_is(statement, command, "revoke") ||
               sql_word_is(statement, command, "security")) {
        return name_after(statement, len, at, "on");
    }
    return (DatabaseName){DATABASE_NOT_NAMED, 0, 0};
}

void sql_unquote_identifier(Buffer *out, const char *text, size_t len)
{
    if (len >= 2 && text[0] == '"') {
        for (size_t i = 1; i + 1 < len; i++) {
            buffer_putc(out, text[i]);
            i += text[i] == '"'; /* doubled */
        }
        return;
    }
    for (size_t i = 0; i < len; i++) {
        buffer_putc(out, text[i] >= 'A' && text[i] <= 'Z' ? (char)(text[i] - 'A' + 'a') : text[i]);
    }
}

/* --- \connect --------------------------------------------------------------------------------- */

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdef";
    const char *digit = c == '\0' ? NULL : strchr(digits, c >= 'A' && c <= 'F' ? c - 'A' + 'a' : c);

    return digit == NULL ? -1 : (int)(digit - digits);
}

/* postgresql://user@host:port/database?… */
static void database_of_uri(const char *uri, Buffer *database)
{
    const char *p = strchr(strstr(uri, "://") + 3, '/');

    while (p != NULL && *++p != '\0' && *p != '?') {
        if (*p == '%' && hex_digit(p[1]) >= 0 && hex_digit(p[2]) >= 0) {
            buffer_putc(database, (char)(hex_digit(p[1]) * 16 + hex_digit(p[2])));
            p += 2;
        } else {
            buffer_putc(database, *p);
        }
    }
}

/* Appends one value of a conninfo string, or passes over it when out is NULL. */
static const char *conninfo_value(const char *p, Buffer *out)
{
    bool quoted = *p == '\'';

    p += quoted;
    while (*p != '\0' && (quoted ? *p != '\'' : !sql_is_space(*p))) {
        if (*p == '\\' && p[1] != '\0') {
            p++;
        }
        if (out != NULL) {
            buffer_putc(out, *p);
        }
        p++;
    }
    return p + (quoted && *p == '\'');
}

/* keyword = value keyword = 'value' … */
static void database_of_conninfo(const char *p, Buffer *database)
{
    while (*p != '\0') {
        const char *keyword;
        size_t len;

        while (sql_is_space(*p)) {
            p++;
        }
        keyword = p;
        p += strcspn(p, "= \t\n\r\f\v");
        len = (size_t)(p - keyword);
        while (sql_is_space(*p)) {
            p++;
        }
        if (*p == '=') {
            p++;
            while (sql_is_space(*p)) {
                p++;
            }
            p = conninfo_value(p, len == 6 && memcmp(keyword, "dbname", 6) == 0 ? database : NULL);
        }
    }
}

bool sql_parse_connect(const char *line, size_t len, Buffer *database)
{
    size_t position = sql_meta_word(line, len);
    Buffer argument;
    bool found;

    if (sql_meta_command(line, len) != META_CONNECT) {
        return false;
    }
    buffer_init(&argument, len);
    do {
        found = sql_meta_argument(line, len, &position, &argument);
    } while (found && strncmp(argument.data, "-reuse-previous=", 16) == 0);
    if (found) {
        if (strncmp(argument.data, "postgresql://", 13) == 0 ||
            strncmp(argument.data, "postgres://", 11) == 0) {
            database_of_uri(argument.data, database);
        } else if (strchr(argument.data, '=') != NULL) {
            database_of_conninfo(argument.data, database);
        } else {
            buffer_puts(database, argument.data);
        }
    }
    buffer_free(&argument);
    return true;
}
