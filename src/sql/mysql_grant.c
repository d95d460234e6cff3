/* SPDX-License-Identifier: Apache-2.0 */
/* Reads the spelling that SHOW GRANTS has, and our own. */
#include "sql/mysql_grant.h"

#include <string.h>

#include "sql/mysql_quote.h"
#include "sql/words.h"

/* Behind the quoted text that p begins with; a doubled quote belongs to it. */
static const char *skip_quoted(const char *p)
{
    char quote = *p++;

    for (; *p != '\0'; p++) {
        if (*p == quote && p[1] != quote) {
            return p + 1;
        }
        if (p[1] != '\0' && (*p == quote || (*p == '\\' && quote != '`'))) {
            p++;
        }
    }
    return p;
}

static bool is_quote(char c)
{
    return c == '`' || c == '\'' || c == '"';
}

const char *mysql_find_outside(const char *from, const char *words)
{
    size_t len = strlen(words);

    for (const char *p = from; *p != '\0';) {
        if (strncmp(p, words, len) == 0) {
            return p;
        }
        p = is_quote(*p) ? skip_quoted(p) : p + 1;
    }
    return NULL;
}

static size_t name_len(const char *text)
{
    size_t len = 0;

    if (is_quote(*text)) {
        return (size_t)(skip_quoted(text) - text);
    }
    while (sql_is_name_char(text[len])) {
        len++;
    }
    return len;
}

size_t mysql_account_len(const char *text)
{
    size_t len = name_len(text);

    if (len > 0 && text[len] == '@') {
        len += 1 + name_len(text + len + 1);
    }
    return len;
}

void mysql_put_account(Buffer *out, const char *user, const char *host)
{
    mysql_quote_identifier(out, user);
    if (host != NULL) {
        buffer_putc(out, '@');
        mysql_quote_identifier(out, host);
    }
}

static MysqlGrantLevel level_of(const char *object, size_t len)
{
    if (len == 3 && strncmp(object, "*.*", len) == 0) {
        return MYSQL_GRANT_SERVER;
    }
    return len > 2 && strncmp(object + len - 2, ".*", 2) == 0 ? MYSQL_GRANT_DATABASE
                                                              : MYSQL_GRANT_OBJECT;
}

bool mysql_read_grant(const char *sql, MysqlGrant *out)
{
    bool is_revoke = strncmp(sql, "REVOKE ", 7) == 0;
    const char *on;
    const char *to;

    if (!is_revoke && strncmp(sql, "GRANT ", 6) != 0) {
        return false;
    }
    to = mysql_find_outside(sql, is_revoke ? " FROM " : " TO ");
    if (to == NULL) {
        return false;
    }
    *out = (MysqlGrant){.is_revoke = is_revoke};
    on = mysql_find_outside(sql, " ON ");
    if (on != NULL && on < to) {
        if (to - on < 4) { /* nothing between them, not even a second blank */
            return false;
        }
        out->object = (size_t)(on - sql) + 4;
        out->object_len = (size_t)(to - sql) - out->object;
        out->level = strncmp(sql, "GRANT PROXY ", 12) == 0 ? MYSQL_GRANT_PROXY
                                                           : level_of(on + 4, out->object_len);
    }
    out->grantee = (size_t)(to - sql) + (is_revoke ? 6 : 4);
    out->grantee_len = mysql_account_len(sql + out->grantee);
    return out->grantee_len > 0;
}

void mysql_grant_database(const char *sql, const MysqlGrant *grant, Buffer *name)
{
    const char *p = sql + grant->object;
    const char *end = p + grant->object_len;

    while (p < end && *p != '`') { /* PROCEDURE, PACKAGE BODY … */
        p++;
    }
    for (p++; p < end; p++) {
        if (*p == '`' && *++p != '`') {
            return;
        }
        buffer_putc(name, *p);
    }
}
