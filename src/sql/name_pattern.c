/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Patterns for names become POSIX regular expressions. They are matched in the locale C.UTF-8,
 * where
 * `.` is a character and not a byte, and where ranges go by code points, as on the server.
 */
#include "sql/name_pattern.h"

#include <errno.h>
#include <locale.h>
#include <regex.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"

/* glibc copies what + and {…} repeat, and takes for ever where repetitions repeat others: a short
 * pattern could take all time and memory. So there are limits. */
enum {
    MOST_PARTS = 3,
    PATTERN_LIMIT = 1 << 20,
    MOST_COPIES = 1024,
    MOST_NESTED = 2, /* (a+b*)+ */
    MOST_GROUPS = 32,
};

struct NamePattern {
    char *text;
    char *database; /* NULL: none */
    bool has_schema;
    bool has_name;   /* compiled; false only while it is being made */
    locale_t locale; /* whose characters are those of UTF-8 */
    regex_t schema;
    regex_t name;
};

/* --- Translation -------------------------------------------------------------------------- */

/* One part while it is read: as a regular expression, and as the plain text it would be. */
typedef struct Part {
    Buffer regex;
    Buffer plain;
} Part;

typedef struct Parts {
    Part items[MOST_PARTS];
    size_t n;
    bool too_many;
} Parts;

static void begin_part(Parts *parts, size_t most)
{
    Part *part;

    if (parts->n == most) {
        parts->too_many = true;
        return;
    }
    part = &parts->items[parts->n++];
    buffer_init(&part->regex, PATTERN_LIMIT);
    buffer_init(&part->plain, PATTERN_LIMIT);
    buffer_puts(&part->regex, "^(");
}

static void parts_free(Parts *parts)
{
    for (size_t i = 0; i < parts->n; i++) {
        buffer_free(&parts->items[i].regex);
        buffer_free(&parts->items[i].plain);
    }
}

/* For itself. A backslash would be itself within a bracket. */
static void put_literal(Part *part, char c, bool in_bracket)
{
    if (!in_bracket && c != '\0' && strchr("|*+?()[]{}.^$\\", c) != NULL) {
        buffer_putc(&part->regex, '\\');
    }
    buffer_putc(&part->regex, c);
    buffer_putc(&part->plain, c);
}

/* What stands outside of quotes; returns how many bytes of `at` it has taken. */
static size_t put_unquoted(Part *part, const char *at, bool *in_bracket)
{
    char c = *at;

    if (c == '*' || c == '?') {
        buffer_puts(&part->regex, c == '*' ? ".*" : ".");
        buffer_putc(&part->plain, c);
    } else if (c == '[' && at[1] == ']') { /* of an array type, and no bracket */
        buffer_puts(&part->regex, "\\[\\]");
        buffer_puts(&part->plain, "[]");
        return 2;
    } else if (c == '$') {
        put_literal(part, c, *in_bracket);
    } else if (c == '\\' && (at[1] == 'd' || at[1] == 'D') && !*in_bracket) {
        buffer_puts(&part->regex, at[1] == 'd' ? "[[:digit:]]" : "[^[:digit:]]");
        return 2;
    } else {
        if (c == '[') {
            *in_bracket = true;
        } else if (c == ']') {
            *in_bracket = false;
        }
        buffer_putc(&part->regex, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
        buffer_putc(&part->plain, c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c);
    }
    return 1;
}

static void split(const char *text, size_t most, Parts *parts)
{
    bool quoted = false;
    bool in_bracket = false;

    begin_part(parts, most);
    while (*text != '\0' && !parts->too_many) {
        Part *part = &parts->items[parts->n - 1];

        if (*text == '"' && quoted && text[1] == '"') {
            put_literal(part, '"', in_bracket);
            text += 2;
        } else if (*text == '"') {
            quoted = !quoted;
            text++;
        } else if (quoted) {
            put_literal(part, *text++, in_bracket);
        } else if (*text == '.') {
            begin_part(parts, most);
            in_bracket = false;
            text++;
        } else {
            text += put_unquoted(part, text, &in_bracket);
        }
    }
}

/* --- Making ------------------------------------------------------------------------------- */

/* How often the braces repeat what is before them, at most. */
static uint64_t most_of_braces(const char *at)
{
    uint64_t most = 0;

    while (*at == '{' || *at == ',') {
        uint64_t number = 0;

        for (at++; *at >= '0' && *at <= '9' && number <= MOST_COPIES; at++) {
            number = 10 * number + (uint64_t)(*at - '0');
        }
        most = number > most ? number : most;
    }
    return most;
}

/* The end of the bracket that begins here, or the NUL. */
static const char *end_of_bracket(const char *at)
{
    at += at[1] == '^' ? 2 : 1;
    at += *at == ']';
    while (*at != '\0' && *at != ']') {
        bool is_class = *at == '[' && at[1] == ':';
        const char *end = is_class ? strstr(at + 2, ":]") : NULL;

        at = end == NULL ? at + 1 : end + 2;
    }
    return at;
}

typedef struct Repeats {
    unsigned nested[MOST_GROUPS]; /* how many are within each other, in each open group */
    size_t groups;
    unsigned last;   /* the same of what was read last */
    uint64_t copies; /* as if all were of one another */
} Repeats;

static void note_nested(Repeats *repeats)
{
    unsigned *most = &repeats->nested[repeats->groups];

    *most = repeats->last > *most ? repeats->last : *most;
}

static bool repeats_too_much(const char *at)
{
    Repeats repeats = {.copies = 1};

    for (; *at != '\0'; at++) {
        if (*at == '*' || *at == '+' || *at == '{') {
            repeats.last++;
            repeats.copies *= *at == '{' ? 1 + most_of_braces(at) : *at == '+' ? 2 : 1;
            note_nested(&repeats);
            if (repeats.last > MOST_NESTED || repeats.copies > MOST_COPIES) {
                return true;
            }
            at += *at == '{' ? strspn(at + 1, "0123456789,}") : 0;
        } else if (*at == ')' && repeats.groups > 0) {
            repeats.last = repeats.nested[repeats.groups--];
            note_nested(&repeats);
        } else if (*at == '(') {
            repeats.last = 0;
            if (++repeats.groups == MOST_GROUPS) {
                return true;
            }
            repeats.nested[repeats.groups] = 0;
        } else {
            repeats.last = 0;
            at = *at == '[' ? end_of_bracket(at) : at + (*at == '\\' && at[1] != '\0');
            if (*at == '\0') {
                break;
            }
        }
    }
    return false;
}

static bool compile(const NamePattern *pattern, Part *part, regex_t *out, Error *err)
{
    locale_t before;
    char why[256];
    int status;

    buffer_puts(&part->regex, ")$");
    if (!buffer_ok(&part->regex, "a pattern", err)) {
        return false;
    }
    if (repeats_too_much(part->regex.data)) {
        return error_set(err, ERR_USAGE, "\"%s\" is not a pattern for names: it repeats too much",
                         pattern->text);
    }
    before = uselocale(pattern->locale);
    status = regcomp(out, part->regex.data, REG_EXTENDED | REG_NOSUB);
    (void)uselocale(before);
    if (status == 0) {
        return true;
    }
    if (status == REG_ESPACE) {
        return error_set_memory(err, "a pattern");
    }
    (void)regerror(status, out, why, sizeof why);
    return error_set(err, ERR_USAGE, "\"%s\" is not a pattern for names: %s", pattern->text, why);
}

static bool fill(NamePattern *pattern, Parts *parts, size_t most, Error *err)
{
    size_t names = most == 1 ? 1 : most - 1; /* parts that aren't the database */
    Part *name = &parts->items[parts->n - 1];

    if (parts->too_many) {
        return error_set(err, ERR_USAGE, "\"%s\" has too many names with dots between them",
                         pattern->text);
    }
    if (parts->n > names) {
        if (!buffer_ok(&parts->items[0].plain, "a pattern", err)) {
            return false;
        }
        pattern->database = strdup(parts->items[0].plain.data);
        if (pattern->database == NULL) {
            return error_set_memory(err, "a pattern");
        }
    }
    if (!compile(pattern, name, &pattern->name, err)) {
        return false;
    }
    pattern->has_name = true;
    if (names == 2 && parts->n >= 2) {
        if (!compile(pattern, name - 1, &pattern->schema, err)) {
            return false;
        }
        pattern->has_schema = true;
    }
    return true;
}

bool name_pattern_new(const char *text, size_t most_parts, NamePattern **out, Error *err)
{
    NamePattern *pattern = calloc(1, sizeof *pattern);
    Parts parts = {0};
    bool ok;

    if (pattern == NULL || (pattern->text = strdup(text)) == NULL) {
        free(pattern);
        return error_set_memory(err, "a pattern");
    }
    pattern->locale = newlocale(LC_CTYPE_MASK | LC_COLLATE_MASK, "C.UTF-8", (locale_t)0);
    if (pattern->locale == (locale_t)0) {
        name_pattern_free(pattern);
        return error_set(err, ERR_INTERNAL, "the system has no locale C.UTF-8");
    }
    split(text, most_parts, &parts);
    ok = fill(pattern, &parts, most_parts, err);
    parts_free(&parts);
    if (!ok) {
        name_pattern_free(pattern);
        return false;
    }
    *out = pattern;
    return true;
}

void name_pattern_free(NamePattern *pattern)
{
    if (pattern == NULL) {
        return;
    }
    if (pattern->has_name) {
        regfree(&pattern->name);
    }
    if (pattern->has_schema) {
        regfree(&pattern->schema);
    }
    if (pattern->locale != (locale_t)0) {
        freelocale(pattern->locale);
    }
    free(pattern->database);
    free(pattern->text);
    free(pattern);
}

/* --- Asking ------------------------------------------------------------------------------- */

const char *name_pattern_text(const NamePattern *pattern)
{
    return pattern->text;
}

const char *name_pattern_database(const NamePattern *pattern)
{
    return pattern->database;
}

bool name_pattern_has_schema(const NamePattern *pattern)
{
    return pattern->has_schema;
}

/* glibc says that nothing matches, also when it had no memory to look: malloc notes it in errno. */
static int look(const regex_t *expression, const char *text)
{
    int why;

    errno = 0;
    why = regexec(expression, text, 0, NULL, 0);
    return why == REG_NOMATCH && errno == ENOMEM ? REG_ESPACE : why;
}

bool name_pattern_matches(const NamePattern *pattern, const char *schema, const char *name,
                          bool *matches, Error *err)
{
    locale_t before = uselocale(pattern->locale);
    int why = look(&pattern->name, name);

    if (why == 0 && pattern->has_schema) {
        why = schema == NULL ? REG_NOMATCH : look(&pattern->schema, schema);
    }
    (void)uselocale(before);
    *matches = why == 0;
    return why == 0 || why == REG_NOMATCH || error_set_memory(err, "a pattern");
}

/* --- Qualified names ---------------------------------------------------------------------- */

/* One name from *at on, its quotes removed; NULL when there is none. Returns its end in out. */
static char *take_name(const char **at, char *out)
{
    const char *p = *at;
    const char *start = out;

    if (*p != '"') {
        while (*p != '\0' && *p != '.') {
            *out++ = *p++;
        }
    } else {
        for (p++; *p != '"' || p[1] == '"'; p++) {
            if (*p == '\0') {
                return NULL;
            }
            p += *p == '"';
            *out++ = *p;
        }
        p++;
    }
    *out++ = '\0';
    *at = p;
    return out - 1 == start ? NULL : out;
}

bool sql_split_qualified(const char *text, char **schema, char **name)
{
    char *both = malloc(strlen(text) + 2);
    char *second = both == NULL ? NULL : take_name(&text, both);

    if (second == NULL || *text++ != '.' || take_name(&text, second) == NULL || *text != '\0') {
        free(both);
        return false;
    }
    *schema = both;
    *name = second;
    return true;
}
