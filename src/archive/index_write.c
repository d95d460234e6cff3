/* SPDX-License-Identifier: Apache-2.0 */
/* Toc to index text. */
#include "archive/index.h"
#include "archive/json_fields.h"

enum { LINE_MAX_BYTES = 64 * 1024 * 1024 };

static void put_info(JsonWriter *json, const TocInfo *info, Compression compression)
{
    char name[16];

    compression_text(compression, name);
    json_put_text(json, "dbms", info->dbms);
    json_put_text(json, "server_version", info->server_version);
    json_int(json, "server_version_number", info->server_version_number);
    json_put_text(json, "database", info->database);
    json_put_text(json, "encoding", info->encoding);
    json_put_text(json, "database_properties", info->database_properties);
    json_put_text(json, "search_path", info->search_path);
    json_put_text(json, "selection", info->selection);
    json_put_text(json, "snapshot", info->snapshot);
    json_put_text(json, "dbbackup_version", info->dbbackup_version);
    json_put_text(json, "started", info->started);
    json_put_text(json, "compression", name);
}

static void put_chunk(JsonWriter *json, const Chunk *chunk)
{
    json_begin_array(json, NULL);
    json_uint(json, NULL, chunk->offset);
    json_uint(json, NULL, chunk->size);
    json_uint(json, NULL, chunk->raw_size);
    json_uint(json, NULL, chunk->rows);
    json_put_hash(json, NULL, chunk->hash);
    json_end_array(json);
}

static void put_ids(JsonWriter *json, const char *key, const uint32_t *ids, size_t n)
{
    json_begin_array(json, key);
    for (size_t i = 0; i < n; i++) {
        json_uint(json, NULL, ids[i]);
    }
    json_end_array(json);
}

/* Most definitions are nothing but that: no need to say so. */
static void put_parts(JsonWriter *json, const Entry *entry)
{
    if (entry->n_parts == 0 || (entry->n_parts == 1 && entry->parts[0].kind == TEXT_DEFINITION)) {
        return;
    }
    json_begin_array(json, "parts");
    for (size_t i = 0; i < entry->n_parts; i++) {
        json_begin_array(json, NULL);
        json_text(json, NULL, text_kind_name(entry->parts[i].kind));
        json_uint(json, NULL, entry->parts[i].size);
        json_end_array(json);
    }
    json_end_array(json);
}

static void put_entry(JsonWriter *json, const Entry *entry)
{
    json_uint(json, "id", entry->id);
    json_put_text(json, "kind", entry->kind);
    json_put_text(json, "section", section_name(entry->section));
    json_put_text(json, "schema", entry->schema);
    json_put_text(json, "name", entry->name);
    json_put_text(json, "owner", entry->owner);
    json_put_text(json, "tablespace", entry->tablespace);
    json_put_text(json, "table", entry->table);
    json_put_text(json, "drop_sql", entry->drop_sql);
    put_ids(json, "deps", entry->deps, entry->n_deps);
    if (entry->n_parents > 0) {
        put_ids(json, "parents", entry->parents, entry->n_parents);
    }
    if (entry->with_history) {
        json_bool(json, "history", true);
    }
    if (entry->content != 0) {
        json_put_hash(json, "content", entry->content);
    }
    put_parts(json, entry);
    json_begin_array(json, "chunks");
    for (size_t i = 0; i < entry->chunks.len; i++) {
        put_chunk(json, &entry->chunks.items[i]);
    }
    json_end_array(json);
}

static void put_totals(JsonWriter *json, const Toc *toc)
{
    uint64_t chunks = 0;
    uint64_t rows = 0;
    uint64_t size = 0;
    uint64_t raw_size = 0;

    for (size_t i = 0; i < toc->entries.len; i++) {
        const Entry *entry = &toc->entries.items[i];

        chunks += entry->chunks.len;
        rows += entry_rows(entry);
        size += entry_size(entry);
        raw_size += entry_raw_size(entry);
    }
    json_uint(json, "entries", toc->entries.len);
    json_uint(json, "chunks", chunks);
    json_uint(json, "rows", rows);
    json_uint(json, "size", size);
    json_uint(json, "raw_size", raw_size);
}

/* Ends the object begun by begin_line and writes the line. */
static bool end_line(JsonWriter *json, Writer *text, Error *err)
{
    json_end_object(json);
    buffer_putc(json->out, '\n');
    return buffer_ok(json->out, "a line of the index", err) &&
           writer_write(text, json->out->data, json->out->len, err);
}

static void begin_line(JsonWriter *json, Buffer *line)
{
    buffer_clear(line);
    buffer_puts(line, "-- ");
    json_init(json, line);
    json_begin_object(json, NULL);
}

bool index_write(const Toc *toc, Compression compression, Writer *text, Error *err)
{
    static const char first[] = "-- dbbackup index 1\n";
    Buffer CLEANUP(buffer_free) line;
    JsonWriter json;

    buffer_init(&line, LINE_MAX_BYTES);
    if (!writer_write(text, first, sizeof first - 1, err)) {
        return false;
    }
    begin_line(&json, &line);
    put_info(&json, &toc->info, compression);
    if (!end_line(&json, text, err)) {
        return false;
    }
    for (size_t i = 0; i < toc->entries.len; i++) {
        begin_line(&json, &line);
        put_entry(&json, &toc->entries.items[i]);
        if (!end_line(&json, text, err)) {
            return false;
        }
    }
    begin_line(&json, &line);
    put_totals(&json, toc);
    return end_line(&json, text, err);
}
