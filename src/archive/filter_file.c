/* SPDX-License-Identifier: Apache-2.0 */
/* A file of rules: what to take and what to leave out. */
#include "archive/filter_file.h"

#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "sql/words.h"

enum { FILE_LIMIT = 16 * 1024 * 1024, PIECE = 64 * 1024 };

typedef struct Filter {
    const char *name; /* for messages */
    const char *at;
    unsigned line;
    Buffer pattern;
} Filter;

/* What stands after include and exclude. */
static const struct {
    const char *word;
    int include; /* a SelectionList; -1: not possible */
    int exclude;
    bool and_children;
} objects[] = {
    {"table", SELECT_TABLES, SELECT_NOT_TABLES, false},
    {"table_and_children", SELECT_TABLES, SELECT_NOT_TABLES, true},
    {"table_data", -1, SELECT_NOT_DATA, false},
    {"table_data_and_children", -1, SELECT_NOT_DATA, true},
    {"schema", SELECT_SCHEMAS, SELECT_NOT_SCHEMAS, false},
    {"extension", SELECT_EXTENSIONS, SELECT_NOT_EXTENSIONS, false},
};

static bool refuse(const Filter *filter, unsigned line, Error *err, const char *what,
                   const char *word, size_t len)
{
    (void)error_set(err, ERR_USAGE, "%s, line %u: %s%s%.*s%s", filter->name, line, what,
                    len > 0 ? " \"" : "", len > 80 ? 80 : (int)len, word, len > 0 ? "\"" : "");
    return error_hint(err, "A line is `include` or `exclude`, one of table, table_data, schema, "
                           "extension, and a pattern.");
}

static bool is_blank(char c)
{
    return sql_is_space(c) && c != '\n';
}

static void skip_blanks(Filter *filter)
{
    while (is_blank(*filter->at)) {
        filter->at++;
    }
}

static bool is_line_end(char c)
{
    return c == '\0' || c == '\n' || c == '#';
}

/* The next word; empty at the line's end. */
static size_t take_word(Filter *filter, const char **word)
{
    size_t len = 0;

    skip_blanks(filter);
    *word = filter->at;
    while (!is_line_end(filter->at[len]) && !sql_is_space(filter->at[len])) {
        len++;
    }
    filter->at += len;
    return len;
}

static bool is_word(const char *word, size_t len, const char *keyword)
{
    return strlen(keyword) == len && memcmp(word, keyword, len) == 0;
}

/* A name in quotes, with them; newlines in it are its own. */
static bool take_quoted(Filter *filter, Error *err)
{
    unsigned line = filter->line;

    do {
        buffer_putc(&filter->pattern, *filter->at);
        filter->line += *filter->at == '\n';
        filter->at++;
    } while (*filter->at != '"' && *filter->at != '\0');
    if (*filter->at == '\0') {
        return refuse(filter, line, err, "a name in quotes that doesn't end", "", 0);
    }
    buffer_putc(&filter->pattern, *filter->at++);
    return true;
}

/* The rest of the line. Space within a name is kept as one blank; beside a dot it is dropped. */
static bool take_pattern(Filter *filter, Error *err)
{
    Buffer *pattern = &filter->pattern;

    buffer_clear(pattern);
    skip_blanks(filter);
    while (!is_line_end(*filter->at)) {
        if (is_blank(*filter->at)) {
            skip_blanks(filter);
            if (!is_line_end(*filter->at) && *filter->at != '.' &&
                pattern->data[pattern->len - 1] != '.') {
                buffer_putc(pattern, ' ');
            }
        } else if (*filter->at == '"') {
            if (!take_quoted(filter, err)) {
                return false;
            }
        } else {
            buffer_putc(pattern, *filter->at++);
        }
    }
    return buffer_ok(pattern, "a pattern", err) &&
           (pattern->len > 0 || refuse(filter, filter->line, err, "the pattern is missing", "", 0));
}

static bool read_object(Filter *filter, const char *word, size_t len, bool include,
                        Selection *selection, Error *err)
{
    unsigned line = filter->line;

    for (size_t i = 0; i < ARRAY_LENGTH(objects); i++) {
        int list = include ? objects[i].include : objects[i].exclude;

        if (!is_word(word, len, objects[i].word)) {
            continue;
        }
        if (list < 0) {
            return refuse(filter, line, err, "this can be excluded, but not included:", word, len);
        }
        return take_pattern(filter, err) &&
               (selection_add(selection, (SelectionList)list, filter->pattern.data,
                              objects[i].and_children, err) ||
                error_prefix(err, "%s, line %u", filter->name, line));
    }
    if (is_word(word, len, "foreign_data")) {
        return refuse(filter, line, err, "rows of foreign tables are never backed up:", word, len);
    }
    return refuse(filter, line, err,
                  len == 0 ? "what is meant is missing" : "unknown kind of object", word, len);
}

static bool read_line(Filter *filter, Selection *selection, Error *err)
{
    const char *command;
    const char *object;
    size_t command_len = take_word(filter, &command);
    bool include = is_word(command, command_len, "include");
    size_t len;

    if (command_len > 0) {
        if (!include && !is_word(command, command_len, "exclude")) {
            return refuse(filter, filter->line, err, "neither include nor exclude:", command,
                          command_len);
        }
        len = take_word(filter, &object);
        if (!read_object(filter, object, len, include, selection, err)) {
            return false;
        }
    }
    filter->at += strcspn(filter->at, "\n");
    if (*filter->at == '\n') {
        filter->at++;
        filter->line++;
    }
    return true;
}

bool filter_text_read(const char *text, const char *name, Selection *selection, Error *err)
{
    Filter filter = {.name = name, .at = text, .line = 1};
    bool ok = true;

    buffer_init(&filter.pattern, FILE_LIMIT);
    while (ok && *filter.at != '\0') {
        ok = read_line(&filter, selection, err);
    }
    buffer_free(&filter.pattern);
    return ok;
}

static bool read_all(int fd, const char *name, Buffer *text, Error *err)
{
    size_t got = 0;

    do {
        char *room = buffer_reserve(text, PIECE);

        if (room == NULL) {
            return buffer_ok(text, name, err);
        }
        if (!file_read(fd, name, room, PIECE, &got, err)) {
            return false;
        }
        text->len += got;
        text->data[text->len] = '\0';
    } while (got > 0);
    return strlen(text->data) == text->len ||
           error_set(err, ERR_USAGE, "%s is not a text: it holds a byte 0", name);
}

bool filter_file_read(const char *path, Selection *selection, Error *err)
{
    bool from_stdin = strcmp(path, "-") == 0;
    const char *name = from_stdin ? "the filter on standard input" : path;
    Buffer text;
    int fd = STDIN_FILENO;
    bool ok;

    if (!from_stdin && !file_open_read(path, &fd, err)) {
        return false;
    }
    buffer_init(&text, FILE_LIMIT);
    ok = read_all(fd, name, &text, err) && filter_text_read(text.data, name, selection, err);
    buffer_free(&text);
    if (!from_stdin) {
        close(fd);
    }
    return ok;
}
