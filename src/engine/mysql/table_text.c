/* SPDX-License-Identifier: Apache-2.0 */
/*
 * SHOW CREATE TABLE has a line for each column, key and constraint, with two blanks before it. What
 * ends a line is found by reading quotes and parentheses, for names may hold anything.
 */
#include "engine/mysql/table_text.h"

#include <string.h>

#include "sql/mysql_quote.h"

#define TEXT_LIMIT ((size_t)64 * 1024 * 1024)

typedef struct Line {
    const char *text; /* without its blanks and comma */
    size_t len;
} Line;

typedef VEC(Line) LineVec;

typedef enum LineKind { LINE_STAYS, LINE_KEY, LINE_FOREIGN_KEY } LineKind;

void my_table_text_init(MyTableText *text)
{
    buffer_init(&text->create, TEXT_LIMIT);
    buffer_init(&text->keys, TEXT_LIMIT);
    buffer_init(&text->foreign_keys, TEXT_LIMIT);
    text->has_primary_key = false;
}

void my_table_text_free(MyTableText *text)
{
    buffer_free(&text->create);
    buffer_free(&text->keys);
    buffer_free(&text->foreign_keys);
}

/* Behind the quoted text that begins at p. Within `…` a backslash is a character like others. */
static const char *behind_quoted(const char *p)
{
    char quote = *p++;

    while (*p != '\0' && *p != quote) {
        p += *p == '\\' && quote != '`' && p[1] != '\0' ? 2 : 1;
    }
    return *p == '\0' ? p : p + 1; /* a doubled quote opens it again */
}

/* Behind the quoted text at p, also one with doubled quotes in it. */
static const char *behind_whole(const char *p)
{
    char quote = *p;

    do {
        p = behind_quoted(p);
    } while (*p == quote);
    return p;
}

/* The lines between the first parenthesis and its end; *rest is at the closing one. */
static bool find_lines(const char *p, LineVec *lines, const char **rest)
{
    const char *begin = p;
    int depth = 0;

    for (;;) {
        const char *end = p;

        if (*p == '`' || *p == '\'' || *p == '"') {
            p = behind_quoted(p);
            continue;
        }
        if (*p == '\0' || (depth == 0 && (*p == ')' || (*p == ',' && p[1] == '\n')))) {
            while (begin < p && (*begin == ' ' || *begin == '\n')) {
                begin++;
            }
            while (end > begin && (end[-1] == ' ' || end[-1] == '\n')) {
                end--;
            }
            if (!vec_push(lines, ((Line){begin, (size_t)(end - begin)}))) {
                return false;
            }
            if (*p != ',') {
                break;
            }
            begin = p + 1;
        }
        depth += *p == '(';
        depth -= *p == ')';
        p++;
    }
    *rest = p;
    return true;
}

static bool begins(const Line *line, const char *words)
{
    size_t len = strlen(words);

    return line->len >= len && memcmp(line->text, words, len) == 0;
}

static LineKind line_kind(const Line *line)
{
    static const char *const keys[] = {"KEY ", "UNIQUE KEY ", "FULLTEXT KEY ", "SPATIAL KEY ",
                                       "VECTOR KEY "};

    for (size_t i = 0; i < ARRAY_LENGTH(keys); i++) {
        if (begins(line, keys[i])) {
            return LINE_KEY;
        }
    }
    if (begins(line, "CONSTRAINT `")) {
        Line behind = *line;
        const char *name = behind_whole(line->text + strlen("CONSTRAINT "));

        behind.len -= (size_t)(name - line->text);
        behind.text = name;
        return begins(&behind, " FOREIGN KEY ") ? LINE_FOREIGN_KEY : LINE_STAYS;
    }
    return begins(line, "FOREIGN KEY ") ? LINE_FOREIGN_KEY : LINE_STAYS;
}

/* The server wants a key on the column from the beginning: the last of the keys up to it stays,
 * with all before it. Returns how many lines' keys stay. */
static size_t keys_that_stay(const LineVec *lines)
{
    const char *name = NULL;
    size_t name_len = 0;

    for (size_t i = 0; i < lines->len; i++) {
        const Line *line = &lines->items[i];
        const char *open;

        if (line->text[0] == '`' && memmem(line->text, line->len, " AUTO_INCREMENT", 15) != NULL) {
            name = line->text;
            name_len = (size_t)(behind_whole(name) - name);
        }
        if (name == NULL || (!begins(line, "PRIMARY KEY ") && line_kind(line) != LINE_KEY)) {
            continue;
        }
        open = line->text;
        while (open < line->text + line->len && *open != '(') {
            open = *open == '`' ? behind_quoted(open) : open + 1;
        }
        if ((size_t)(line->text + line->len - open) > name_len + 1 &&
            memcmp(open + 1, name, name_len) == 0 && open[1 + name_len] != '`') {
            return begins(line, "PRIMARY KEY ") ? 0 : i + 1;
        }
    }
    return 0;
}

void my_put_unqualified(Buffer *out, const char *sql, size_t len, const char *database,
                        bool in_columns)
{
    const char *end = sql + len;
    Buffer prefix;

    buffer_init(&prefix, 4096);
    mysql_quote_identifier(&prefix, database);
    buffer_puts(&prefix, ".`");
    while (sql < end) {
        const char *next = sql + 1;

        if (*sql == '`' && (size_t)(end - sql) > prefix.len &&
            memcmp(sql, prefix.data, prefix.len) == 0 &&
            (!in_columns || strncmp(behind_whole(sql + prefix.len - 1), ".`", 2) == 0)) {
            sql += prefix.len - 1;
        }
        if (*sql == '`' || *sql == '\'' || *sql == '"') {
            next = behind_whole(sql);
            while (*sql == '`' && strncmp(next, ".`", 2) == 0) { /* the other parts of a name */
                next = behind_whole(next + 1);
            }
        }
        next = next > end ? end : next;
        buffer_append(out, sql, (size_t)(next - sql));
        sql = next;
    }
    out->no_memory = out->no_memory || prefix.no_memory;
    buffer_free(&prefix);
}

static void add_to_alter(Buffer *alter, const char *table, const Line *line, const char *database)
{
    if (alter->len == 0) {
        buffer_puts(alter, "ALTER TABLE ");
        mysql_quote_identifier(alter, table);
        buffer_puts(alter, "\n  ADD ");
    } else {
        buffer_puts(alter, ",\n  ADD ");
    }
    my_put_unqualified(alter, line->text, line->len, database, false);
}

static void put_lines(MyTableText *text, const LineVec *lines, const char *table,
                      const char *database, bool whole)
{
    size_t stay = keys_that_stay(lines);
    bool first = true;

    for (size_t i = 0; i < lines->len; i++) {
        const Line *line = &lines->items[i];
        LineKind kind = whole ? LINE_STAYS : line_kind(line);

        text->has_primary_key = text->has_primary_key || begins(line, "PRIMARY KEY ");
        if (kind == LINE_FOREIGN_KEY) {
            add_to_alter(&text->foreign_keys, table, line, database);
        } else if (kind == LINE_KEY && i >= stay) {
            add_to_alter(&text->keys, table, line, database);
        } else {
            buffer_puts(&text->create, first ? "\n  " : ",\n  ");
            my_put_unqualified(&text->create, line->text, line->len, database, false);
            first = false;
        }
    }
}

bool my_table_text_split(MyTableText *text, const char *sql, const char *table,
                         const char *database, bool whole, Error *err)
{
    LineVec lines = {0};
    const char *open = sql;
    const char *rest = NULL;
    bool ok;

    while (*open != '\0' && *open != '(') {
        open = *open == '`' ? behind_quoted(open) : open + 1;
    }
    if (*open == '\0') { /* nothing in parentheses */
        buffer_puts(&text->create, sql);
    } else {
        buffer_append(&text->create, sql, (size_t)(open + 1 - sql));
        if (find_lines(open + 1, &lines, &rest)) {
            put_lines(text, &lines, table, database, whole);
            buffer_putc(&text->create, '\n');
            buffer_puts(&text->create, rest);
        } else {
            text->create.no_memory = true;
        }
    }
    ok = buffer_ok(&text->create, table, err) && buffer_ok(&text->keys, table, err) &&
         buffer_ok(&text->foreign_keys, table, err);
    vec_free(&lines);
    return ok;
}
