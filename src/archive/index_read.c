/* SPDX-License-Identifier: Apache-2.0 */
/* Index text to Toc. Nothing in it is trusted: it may come from a file that was altered. */
#include <stdlib.h>
#include <string.h>

#include "archive/index.h"
#include "archive/json_fields.h"
#include "base/buffer.h"
#include "base/json_parse.h"
#include "io/damage.h"

enum {
    LINE_MAX_BYTES = 64 * 1024 * 1024,
    PIECE = 64 * 1024,
    PREFIX = 3, /* "-- " */
};

typedef enum Expected {
    EXPECT_TITLE,
    EXPECT_INFO,
    EXPECT_ENTRY,
    EXPECT_NOTHING,
} Expected;

typedef struct IndexParser {
    Toc *toc;
    const char *name;
    Expected expected;
    size_t line; /* from 1 */
    uint64_t chunks;
    uint64_t rows;
    uint64_t size;
    uint64_t raw_size;
} IndexParser;

static bool refuse(const IndexParser *parser, const char *what, Error *err)
{
    return damage_altered(err, parser->name, "line %zu of its index %s", parser->line, what);
}

static bool get_id(const json_t *value, uint32_t *out)
{
    uint64_t number;

    if (!json_get_number(value, &number) || number == 0 || number > UINT32_MAX) {
        return false;
    }
    *out = (uint32_t)number;
    return true;
}

static bool read_info(IndexParser *parser, const json_t *object)
{
    TocInfo *info = &parser->toc->info;
    Arena *arena = &parser->toc->arena;
    uint64_t number = 0;

    if (!json_get_text(arena, object, "dbms", &info->dbms) ||
        !json_get_text(arena, object, "server_version", &info->server_version) ||
        !json_get_text(arena, object, "database", &info->database) ||
        !json_get_text(arena, object, "encoding", &info->encoding) ||
        !json_get_text(arena, object, "database_properties", &info->database_properties) ||
        !json_get_text(arena, object, "search_path", &info->search_path) ||
        !json_get_text(arena, object, "selection", &info->selection) ||
        !json_get_text(arena, object, "snapshot", &info->snapshot) ||
        !json_get_text(arena, object, "dbbackup_version", &info->dbbackup_version) ||
        !json_get_text(arena, object, "started", &info->started) ||
        !json_get_text(arena, object, "compression", &info->compression) ||
        !json_get_number(json_object_get(object, "server_version_number"), &number) ||
        number > INT32_MAX) {
        return false;
    }
    info->server_version_number = (int)number;
    return true;
}

static bool read_chunk(IndexParser *parser, const json_t *array, Chunk *chunk)
{
    if (json_array_size(array) != 5 || !json_get_number(json_array_get(array, 0), &chunk->offset) ||
        !json_get_number(json_array_get(array, 1), &chunk->size) ||
        !json_get_number(json_array_get(array, 2), &chunk->raw_size) ||
        !json_get_number(json_array_get(array, 3), &chunk->rows) ||
        !json_get_hash(json_array_get(array, 4), &chunk->hash)) {
        return false;
    }
    parser->chunks++;
    parser->rows += chunk->rows;
    parser->size += chunk->size;
    parser->raw_size += chunk->raw_size;
    return true;
}

/* Into an entry that stands in the toc already, so that its chunks are freed with it. */
static bool read_chunks(IndexParser *parser, const json_t *array, Entry *entry, bool *no_memory)
{
    if (!json_is_array(array)) {
        return false;
    }
    for (size_t i = 0; i < json_array_size(array); i++) {
        Chunk chunk;

        if (!read_chunk(parser, json_array_get(array, i), &chunk)) {
            return false;
        }
        if (!entry_add_chunk(entry, &chunk)) {
            *no_memory = true;
            return false;
        }
    }
    return true;
}

static bool read_ids(IndexParser *parser, const json_t *array, const uint32_t **out, size_t *n_out)
{
    size_t n = json_array_size(array);
    uint32_t *ids;

    if (!json_is_array(array)) {
        return false;
    }
    if (n == 0) {
        return true;
    }
    ids = arena_alloc(&parser->toc->arena, n * sizeof *ids);
    for (size_t i = 0; ids != NULL && i < n; i++) {
        if (!get_id(json_array_get(array, i), &ids[i])) {
            return false;
        }
    }
    *out = ids;
    *n_out = ids == NULL ? 0 : n;
    return true;
}

/* A kind that isn't known is a definition: it can't be left out. */
static bool read_part(const json_t *array, TextPart *part)
{
    const char *name = json_string_value(json_array_get(array, 0));

    if (json_array_size(array) != 2 || name == NULL ||
        !json_get_number(json_array_get(array, 1), &part->size)) {
        return false;
    }
    part->kind = text_kind_from_name(name);
    if (part->kind == N_TEXT_KINDS) {
        part->kind = TEXT_DEFINITION;
    }
    return true;
}

/* Together they must be the entry's text. */
static bool read_parts(IndexParser *parser, const json_t *array, Entry *entry)
{
    size_t n = json_array_size(array);
    uint64_t left = entry_raw_size(entry);
    TextPart *parts;

    if (array == NULL) {
        return true;
    }
    if (n == 0) {
        return false;
    }
    parts = arena_alloc(&parser->toc->arena, n * sizeof *parts);
    for (size_t i = 0; parts != NULL && i < n; i++) {
        if (!read_part(json_array_get(array, i), &parts[i]) || parts[i].size > left) {
            return false;
        }
        left -= parts[i].size;
    }
    entry->parts = parts;
    entry->n_parts = parts == NULL ? 0 : n;
    return left == 0 || parts == NULL;
}

static bool read_entry(IndexParser *parser, const json_t *object, Entry *entry, bool *no_memory)
{
    const json_t *parents = json_object_get(object, "parents");
    const json_t *content = json_object_get(object, "content");
    Arena *arena = &parser->toc->arena;
    const char *section = NULL;

    if (!get_id(json_object_get(object, "id"), &entry->id) ||
        !json_get_text(arena, object, "kind", &entry->kind) ||
        !json_get_text(arena, object, "section", &section) ||
        !json_get_text(arena, object, "schema", &entry->schema) ||
        !json_get_text(arena, object, "name", &entry->name) ||
        !json_get_text(arena, object, "owner", &entry->owner) ||
        !json_get_text(arena, object, "tablespace", &entry->tablespace) ||
        !json_get_text(arena, object, "table", &entry->table) ||
        !json_get_text(arena, object, "drop_sql", &entry->drop_sql) ||
        !read_ids(parser, json_object_get(object, "deps"), &entry->deps, &entry->n_deps) ||
        (parents != NULL && !read_ids(parser, parents, &entry->parents, &entry->n_parents)) ||
        (content != NULL && !json_get_hash(content, &entry->content))) {
        return false;
    }
    if (arena->no_memory) {
        return true; /* told by the caller */
    }
    if (entry->kind == NULL || entry->name == NULL || section == NULL) {
        return false;
    }
    entry->with_history = json_is_true(json_object_get(object, "history"));
    entry->section = section_from_name(section);
    return entry->section != 0 &&
           read_chunks(parser, json_object_get(object, "chunks"), entry, no_memory) &&
           read_parts(parser, json_object_get(object, "parts"), entry);
}

static bool is_total(const json_t *object, const char *key, uint64_t counted)
{
    uint64_t told;

    return json_get_number(json_object_get(object, key), &told) && told == counted;
}

static bool check_totals(const IndexParser *parser, const json_t *object)
{
    return is_total(object, "entries", parser->toc->entries.len) &&
           is_total(object, "chunks", parser->chunks) && is_total(object, "rows", parser->rows) &&
           is_total(object, "size", parser->size) && is_total(object, "raw_size", parser->raw_size);
}

static bool add_entry(IndexParser *parser, const json_t *object, Error *err)
{
    EntryVec *entries = &parser->toc->entries;
    bool no_memory = false;

    if (!vec_push(entries, (Entry){0})) {
        return error_set_memory(err, parser->name);
    }
    if (!read_entry(parser, object, &entries->items[entries->len - 1], &no_memory)) {
        return no_memory ? error_set_memory(err, parser->name)
                         : refuse(parser, "describes no entry", err);
    }
    return true;
}

static bool read_object(IndexParser *parser, const json_t *object, Error *err)
{
    switch (parser->expected) {
    case EXPECT_INFO:
        parser->expected = EXPECT_ENTRY;
        return read_info(parser, object) ? true
                                         : refuse(parser, "doesn't describe the backup", err);
    case EXPECT_ENTRY:
        if (json_object_get(object, "entries") == NULL) {
            return add_entry(parser, object, err);
        }
        parser->expected = EXPECT_NOTHING;
        return check_totals(parser, object) ? true : refuse(parser, "has other totals", err);
    case EXPECT_TITLE:
    case EXPECT_NOTHING:
        break;
    }
    return refuse(parser, "has no place there", err);
}

/* One line without its newline. */
static bool read_line(IndexParser *parser, const char *line, size_t len, Error *err)
{
    static const char title[] = "-- dbbackup index 1";
    json_t *object;
    bool ok;

    parser->line++;
    if (parser->expected == EXPECT_TITLE) {
        parser->expected = EXPECT_INFO;
        return len == sizeof title - 1 && memcmp(line, title, len) == 0
                   ? true
                   : refuse(parser, "isn't its title", err);
    }
    if (len < PREFIX || memcmp(line, "-- ", PREFIX) != 0) {
        return refuse(parser, "isn't a comment", err);
    }
    if (!json_parse(line + PREFIX, len - PREFIX, JSON_REJECT_DUPLICATES, parser->name, &object,
                    NULL, err)) {
        return false;
    }
    if (!json_is_object(object)) {
        json_decref(object);
        return refuse(parser, "isn't a JSON object", err);
    }
    ok = read_object(parser, object, err);
    json_decref(object);
    return ok && arena_ok(&parser->toc->arena, parser->name, err);
}

/* Takes the whole lines out of text and leaves the rest. `searched` bytes are known to hold no
 * newline. */
static bool read_lines(IndexParser *parser, Buffer *text, size_t searched, Error *err)
{
    char *start = text->data;
    char *from = text->data + searched;
    char *end = text->data + text->len;
    char *newline;

    while ((newline = memchr(from, '\n', (size_t)(end - from))) != NULL) {
        if (!read_line(parser, start, (size_t)(newline - start), err)) {
            return false;
        }
        start = newline + 1;
        from = start;
    }
    text->len = (size_t)(end - start);
    memmove(text->data, start, text->len);
    return true;
}

bool index_read(Reader *reader, const char *name, Toc *toc, Error *err)
{
    IndexParser parser = {.toc = toc, .name = name};
    Buffer CLEANUP(buffer_free) text;

    buffer_init(&text, LINE_MAX_BYTES + PIECE);
    for (;;) {
        size_t searched = text.len;
        char *room = buffer_reserve(&text, PIECE);
        size_t got = 0;

        if (room == NULL) {
            return buffer_ok(&text, "a line of the index", err);
        }
        if (!reader_read(reader, room, PIECE, &got, err)) {
            return false;
        }
        if (got == 0) {
            break;
        }
        text.len += got;
        if (!read_lines(&parser, &text, searched, err)) {
            return false;
        }
    }
    if (text.len > 0 || parser.expected != EXPECT_NOTHING) {
        return damage_altered(err, name, "its index ends too early");
    }
    return true;
}
