/* SPDX-License-Identifier: Apache-2.0 */
/* The values of options. */
#include "cli/option_value.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/compiler.h"

enum {
    GZIP_DEFAULT = 2,
    GZIP_MOST = 12,
    ZSTD_DEFAULT = 3,
    ZSTD_MOST = 19,
    MOST_JOBS = 1024,
    MOST_SECONDS = 86400
};

static const Compression default_compression = {.codec = CODEC_GZIP, .level = GZIP_DEFAULT};

static bool parse_number(const char *text, int most, int *out, Error *err)
{
    char *end;
    long value = strtol(text, &end, 10);

    if (text[0] < '0' || text[0] > '9' || *end != '\0' || value < 1 || value > most) {
        return error_set(err, ERR_USAGE, "\"%s\" is not a number from 1 to %d", text, most);
    }
    *out = (int)value;
    return true;
}

static bool parse_seconds(const char *text, int *out, Error *err)
{
    if (strcmp(text, "0") == 0) {
        *out = NO_SECONDS;
        return true;
    }
    return parse_number(text, MOST_SECONDS, out, err) ||
           error_hint(err, "It is a number of seconds; 0 is without a limit.");
}

static bool check_port(const char *text, Error *err)
{
    const char *p = text;

    for (;;) {
        char *end;
        long port = strtol(p, &end, 10);

        if (*p < '0' || *p > '9' || port < 1 || port > 65535 || (*end != '\0' && *end != ',')) {
            return error_set(err, ERR_USAGE, "\"%s\" is not a port", text);
        }
        if (*end == '\0') {
            return true;
        }
        p = end + 1;
    }
}

bool options_parse_compression(const char *text, Compression *out, Error *err)
{
    static const struct {
        const char *name;
        Codec codec;
        int level;
        int most;
    } known[] = {
        {"gzip", CODEC_GZIP, GZIP_DEFAULT, GZIP_MOST},
        {"zstd", CODEC_ZSTD, ZSTD_DEFAULT, ZSTD_MOST},
        {"none", CODEC_NONE, 0, 0},
    };
    const char *colon = strchr(text, ':');
    size_t len = colon == NULL ? strlen(text) : (size_t)(colon - text);

    if (text[0] >= '0' && text[0] <= '9') { /* as pg_dump -Z 6 */
        *out = (Compression){.codec = strcmp(text, "0") == 0 ? CODEC_NONE : CODEC_GZIP};
        return out->codec == CODEC_NONE || parse_number(text, GZIP_MOST, &out->level, err);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(known); i++) {
        if (strlen(known[i].name) != len || strncmp(known[i].name, text, len) != 0) {
            continue;
        }
        *out = (Compression){.codec = known[i].codec, .level = known[i].level};
        if (colon == NULL) {
            return true;
        }
        return known[i].most > 0 ? parse_number(colon + 1, known[i].most, &out->level, err)
                                 : error_set(err, ERR_USAGE, "\"none\" has no levels");
    }
    return error_set(err, ERR_USAGE, "\"%s\" is none of gzip[:1-12], zstd[:1-19], none", text);
}

static bool refuse_value(const Option *option, const char *value, const char *spelling, Error *err)
{
    Buffer list;

    buffer_init(&list, 1024);
    for (const char *const *choice = option->choices; *choice != NULL; choice++) {
        buffer_printf(&list, "%s%s", list.len > 0 ? ", " : "", *choice);
    }
    (void)error_set(err, ERR_USAGE, "%s can't be \"%.80s\"; it takes: %s", spelling, value,
                    list.data);
    buffer_free(&list);
    return false;
}

static bool store_choice(const Option *option, const char *value, const char *spelling, int *out,
                         Error *err)
{
    for (int i = 0; option->choices[i] != NULL; i++) {
        if (strcmp(option->choices[i], value) == 0) {
            *out = i;
            return true;
        }
    }
    return refuse_value(option, value, spelling, err);
}

static bool store_flag(const char *value, const char *spelling, bool *out, Error *err)
{
    static const struct {
        const char *word;
        bool meaning;
    } words[] = {
        {"yes", true}, {"no", false},  {"true", true}, {"false", false},
        {"on", true},  {"off", false}, {"1", true},    {"0", false},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(words); i++) {
        if (strcasecmp(value, words[i].word) == 0) {
            *out = words[i].meaning;
            return true;
        }
    }
    return error_set(err, ERR_USAGE, "%s is yes or no, not \"%.80s\"", spelling, value);
}

static void *place_of(Options *options, const Option *option)
{
    return (char *)options + option->offset;
}

static const void *value_of(const Options *options, const Option *option)
{
    return (const char *)options + option->offset;
}

bool option_store(Options *options, const Option *option, const char *value, const char *spelling,
                  Error *err)
{
    void *place = place_of(options, option);
    int choice = 0;
    bool ok = true;

    if (value == NULL && option->kind == OPTION_FLAG) {
        *(bool *)place = true;
        return true;
    }
    if (value == NULL || value[0] == '\0') {
        return error_set(err, ERR_USAGE, "%s has an empty value", spelling);
    }
    switch (option->kind) {
    case OPTION_FLAG:
        ok = store_flag(value, spelling, place, err);
        break;
    case OPTION_TEXT:
        *(const char **)place = value;
        break;
    case OPTION_CHOICE:
        ok = store_choice(option, value, spelling, place, err);
        break;
    case OPTION_NUMBER:
        ok = parse_number(value, MOST_JOBS, place, err) || error_prefix(err, "%s", spelling);
        break;
    case OPTION_SECONDS:
        ok = parse_seconds(value, place, err) || error_prefix(err, "%s", spelling);
        break;
    case OPTION_PORT:
        *(const char **)place = value;
        ok = check_port(value, err) || error_prefix(err, "%s", spelling);
        break;
    case OPTION_COMPRESSION:
        ok = options_parse_compression(value, place, err) || error_prefix(err, "%s", spelling);
        break;
    case OPTION_LIST:
        ok = vec_push((TextList *)place, value) || error_set_memory(err, "the options");
        break;
    case OPTION_SET:
        ok = store_choice(option, value, spelling, &choice, err);
        *(unsigned *)place |= ok ? 1U << choice : 0U;
        break;
    case OPTION_NOT_YET:
        break;
    }
    return ok;
}

/* A list belongs to its Options; all else is bytes. */
static const size_t value_sizes[] = {
    [OPTION_FLAG] = sizeof(bool),
    [OPTION_TEXT] = sizeof(const char *),
    [OPTION_CHOICE] = sizeof(int),
    [OPTION_NUMBER] = sizeof(int),
    [OPTION_SECONDS] = sizeof(int),
    [OPTION_PORT] = sizeof(const char *),
    [OPTION_COMPRESSION] = sizeof(Compression),
    [OPTION_LIST] = sizeof(TextList),
    [OPTION_SET] = sizeof(unsigned),
    [OPTION_NOT_YET] = 0,
};

void option_reset(Options *options, const Option *option)
{
    void *place = place_of(options, option);

    if (option->kind == OPTION_LIST) {
        vec_free((TextList *)place);
    }
    memset(place, 0, value_sizes[option->kind]);
    if (option->kind == OPTION_COMPRESSION) {
        *(Compression *)place = default_compression;
    }
    options->origins[option - option_table] = (Origin){.kind = ORIGIN_DEFAULT};
}

bool option_copy(const Options *from, Options *to, const Option *option, Error *err)
{
    const void *value = value_of(from, option);
    void *place = place_of(to, option);

    to->origins[option - option_table] = from->origins[option - option_table];
    if (option->kind != OPTION_LIST) {
        memcpy(place, value, value_sizes[option->kind]);
        return true;
    }
    for (size_t i = 0; i < ((const TextList *)value)->len; i++) {
        if (!vec_push((TextList *)place, ((const TextList *)value)->items[i])) {
            return error_set_memory(err, "the options");
        }
    }
    return true;
}

static void list_text(const TextList *list, Buffer *out)
{
    for (size_t i = 0; i < list->len; i++) {
        buffer_printf(out, "%s%s", i > 0 ? ", " : "", list->items[i]);
    }
}

static void set_text(unsigned bits, const char *const *choices, Buffer *out)
{
    const char *before = "";

    for (size_t i = 0; choices[i] != NULL; i++) {
        if ((bits & 1U << i) != 0) {
            buffer_printf(out, "%s%s", before, choices[i]);
            before = ", ";
        }
    }
}

void option_text(const Options *options, const Option *option, Buffer *out)
{
    const void *value = value_of(options, option);
    const char *text;
    char compression[16];

    switch (option->kind) {
    case OPTION_FLAG:
        buffer_puts(out, *(const bool *)value ? "yes" : "no");
        break;
    case OPTION_TEXT:
    case OPTION_PORT:
        text = *(const char *const *)value;
        buffer_puts(out, text != NULL ? text : "");
        break;
    case OPTION_CHOICE:
        buffer_puts(out, option->choices[*(const int *)value]);
        break;
    case OPTION_NUMBER:
        if (*(const int *)value > 0) {
            buffer_printf(out, "%d", *(const int *)value);
        }
        break;
    case OPTION_SECONDS:
        if (*(const int *)value != 0) {
            buffer_printf(out, "%d", *(const int *)value == NO_SECONDS ? 0 : *(const int *)value);
        }
        break;
    case OPTION_COMPRESSION:
        compression_text(*(const Compression *)value, compression);
        buffer_puts(out, compression);
        break;
    case OPTION_LIST:
        list_text(value, out);
        break;
    case OPTION_SET:
        set_text(*(const unsigned *)value, option->choices, out);
        break;
    case OPTION_NOT_YET:
        break;
    }
}

bool option_adds_up(const Option *option)
{
    return option->kind == OPTION_LIST || option->kind == OPTION_SET;
}
