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

/* Appends what stands from p on, up to one of `ends`, with its %xx decoded. */
static void put_decoded(const char *p, const char *ends, Buffer *out)
{
    for (const char *end = p + strcspn(p, ends); p < end; p++) {
        if (*p == '%' && hex_digit(p[1]) >= 0 && hex_digit(p[2]) >= 0) {
            buffer_putc(out, (char)(hex_digit(p[1]) * 16 + hex_digit(p[2])));
            p += 2;
        } else {
            buffer_putc(out, *p);
        }
    }
}

/* postgresql://user:password@host:port/database?… */
static void names_of_uri(const char *uri, Buffer *database, Buffer *user)
{
    const char *server = strstr(uri, "://") + 3;
    const char *behind = server + strcspn(server, "/?");

    if (memchr(server, '@', (size_t)(behind - server)) != NULL) {
        put_decoded(server, ":@", user);
    }
    if (*behind == '/') {
        put_decoded(behind + 1, "?", database);
    }
}

/* Puts one value of a conninfo string in place of what out holds, or passes over it when that is
 * NULL. */
static const char *conninfo_value(const char *p, Buffer *out)
{
    bool quoted = *p == '\'';

    if (out != NULL) {
        buffer_clear(out);
    }
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
static void names_of_conninfo(const char *p, Buffer *database, Buffer *user)
{
    while (*p != '\0') {
        const char *keyword;
        Buffer *out = NULL;
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
            if (len == 6 && memcmp(keyword, "dbname", len) == 0) {
                out = database;
            } else if (len == 4 && memcmp(keyword, "user", len) == 0) {
                out = user;
            }
            p = conninfo_value(p, out);
        }
    }
}

static void parse_first_argument(const char *argument, Buffer *database, Buffer *user)
{
    if (strncmp(argument, "postgresql://", 13) == 0 || strncmp(argument, "postgres://", 11) == 0) {
        names_of_uri(argument, database, user);
    } else if (strchr(argument, '=') != NULL) {
        names_of_conninfo(argument, database, user);
    } else {
        buffer_puts(database, argument);
    }
}

bool sql_parse_connect(const char *line, size_t len, Buffer *database, Buffer *user)
{
    size_t position = sql_meta_word(line, len);
    Buffer argument;
    Buffer unwanted;
    bool found;

    if (sql_meta_command(line, len) != META_CONNECT) {
        return false;
    }
    buffer_init(&argument, len);
    buffer_init(&unwanted, len);
    if (user == NULL) {
        user = &unwanted;
    }
    do {
        found = sql_meta_argument(line, len, &position, &argument);
    } while (found && strncmp(argument.data, "-reuse-previous=", 16) == 0);
    if (found) {
        parse_first_argument(argument.data, database, user);
    }
    if (found && sql_meta_argument(line, len, &position, &argument)) {
        buffer_clear(user);
        buffer_puts(user, argument.data);
    }
    buffer_free(&argument);
    buffer_free(&unwanted);
    return true;
}
