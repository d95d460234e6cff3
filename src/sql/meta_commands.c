/* SPDX-License-Identifier: Apache-2.0 */
/* The psql commands that scripts may hold. */
#include "sql/meta_commands.h"

#include <string.h>

#include "sql/words.h"

static const struct {
    const char *word;
    MetaCommand command;
} known[] = {
    {"\\c", META_CONNECT},         {"\\connect", META_CONNECT},     {"\\echo", META_IGNORED},
    {"\\encoding", META_ENCODING}, {"\\pset", META_IGNORED},        {"\\qecho", META_IGNORED},
    {"\\restrict", META_RESTRICT}, {"\\set", META_IGNORED},         {"\\timing", META_IGNORED},
    {"\\warn", META_IGNORED},      {"\\unrestrict", META_RESTRICT},
};

size_t sql_meta_word(const char *line, size_t len)
{
    size_t p = 0;

    while (p < len && !sql_is_space(line[p])) {
        p++;
    }
    return p;
}

/* Appends what stands in '…', with psql's escapes; returns the place behind it. */
static size_t read_single_quoted(const char *line, size_t len, size_t p, Buffer *out)
{
    for (; p < len; p++) {
        if (line[p] == '\\' && p + 1 < len) {
            static const char letters[] = "nrtbf";
            static const char meanings[] = "\n\r\t\b\f";
            const char *letter = strchr(letters, line[++p]);

            buffer_putc(out, letter == NULL ? line[p] : meanings[letter - letters]);
        } else if (line[p] != '\'') {
            buffer_putc(out, line[p]);
        } else if (p + 1 < len && line[p + 1] == '\'') {
            buffer_putc(out, line[++p]);
        } else {
            return p + 1;
        }
    }
    return len;
}

static size_t read_double_quoted(const char *line, size_t len, size_t p, Buffer *out)
{
    for (; p < len; p++) {
        if (line[p] != '"') {
            buffer_putc(out, line[p]);
        } else if (p + 1 < len && line[p + 1] == '"') {
            buffer_putc(out, line[++p]);
        } else {
            return p + 1;
        }
    }
    return len;
}

/* *plain_special: a backslash or back quote stood outside of quotes. */
static bool read_argument(const char *line, size_t len, size_t *position, Buffer *argument,
                          bool *plain_special)
{
    size_t p = *position;

    buffer_clear(argument);
    while (p < len && sql_is_space(line[p])) {
        p++;
    }
    if (p == len) {
        return false;
    }
    while (p < len && !sql_is_space(line[p])) {
        if (line[p] == '\'') {
            p = read_single_quoted(line, len, p + 1, argument);
        } else if (line[p] == '"') {
            p = read_double_quoted(line, len, p + 1, argument);
        } else {
            *plain_special = *plain_special || line[p] == '\\' || line[p] == '`';
            buffer_putc(argument, line[p++]);
        }
    }
    *position = p;
    return true;
}

bool sql_meta_argument(const char *line, size_t len, size_t *position, Buffer *argument)
{
    bool special = false;

    return read_argument(line, len, position, argument, &special);
}

MetaCommand sql_meta_command(const char *line, size_t len)
{
    size_t position = sql_meta_word(line, len);
    MetaCommand command = META_REFUSED;
    bool special = false;
    Buffer argument;

    for (size_t i = 0; i < ARRAY_LENGTH(known); i++) {
        if (strlen(known[i].word) == position && memcmp(known[i].word, line, position) == 0) {
            command = known[i].command;
        }
    }
    buffer_init(&argument, len);
    while (command != META_REFUSED && read_argument(line, len, &position, &argument, &special)) {
        command = special ? META_REFUSED : command;
    }
    buffer_free(&argument);
    return command;
}

bool sql_refuse_meta(const char *name, uint64_t line_number, const char *line, size_t len,
                     Error *err)
{
    (void)error_set(err, ERR_UNSUPPORTED, "%s:%llu: a restore does not run this psql command: %.*s",
                    name, (unsigned long long)line_number, len < 60 ? (int)len : 60, line);
    return error_hint(err, "It could run programs or touch files here. If you trust the script, "
                           "take the line out, or use psql.");
}
