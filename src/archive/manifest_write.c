/* SPDX-License-Identifier: Apache-2.0 */
/* Writes FILE.json: one key a line, tables one a line, for people and programs alike. */
#include <stdlib.h>
#include <string.h>

#include "archive/json_fields.h"
#include "archive/manifest.h"
#include "archive/manifest_file.h"
#include "base/file.h"
#include "base/json.h"
#include "base/vec.h"

enum { INDENT = 2 };

/* A JsonWriter that breaks the line before each key of the top level. */
static void next_line(JsonWriter *json, int indent)
{
    buffer_puts(json->out, json->need_comma ? ",\n" : "\n");
    for (int i = 0; i < indent; i++) {
        buffer_putc(json->out, ' ');
    }
    json->need_comma = false;
}

static void line_text(JsonWriter *json, const char *key, const char *text)
{
    next_line(json, INDENT);
    json_text(json, key, text);
}

static void line_number(JsonWriter *json, const char *key, uint64_t number)
{
    if (count_is_known(number)) {
        next_line(json, INDENT);
        json_uint(json, key, number);
    }
}

static void put_source(JsonWriter *json, const TocInfo *info)
{
    line_text(json, "dbms", info->dbms);
    line_text(json, "server_version", info->server_version);
    next_line(json, INDENT);
    json_int(json, "server_version_number", info->server_version_number);
    line_text(json, "database", info->database);
    line_text(json, "encoding", info->encoding);
    line_text(json, "snapshot", info->snapshot);
}

static void put_run(JsonWriter *json, const ManifestFacts *facts, const TocInfo *info)
{
    line_text(json, "dbbackup_version", info->dbbackup_version);
    line_text(json, "engine", facts->engine);
    line_text(json, "format", facts->format);
    if (facts->tool != NULL) {
        line_text(json, "tool", facts->tool);
    }
    if (facts->fallback != NULL) {
        line_text(json, "fallback", facts->fallback);
    }
    if (facts->properties != NULL) {
        line_text(json, "database_properties", facts->properties);
    }
    line_text(json, "started", facts->started);
    line_text(json, "ended", facts->ended);
    next_line(json, INDENT);
    json_double(json, "seconds", facts->seconds, 3);
    next_line(json, INDENT);
    buffer_printf(json->out, "\"options\":%s", facts->options == NULL ? "{}" : facts->options);
    json->need_comma = true;
}

static void put_file(JsonWriter *json, const char *path, const char *compression,
                     const ScriptSummary *summary)
{
    const char *slash = strrchr(path, '/');

    line_text(json, "file", slash == NULL ? path : slash + 1);
    line_number(json, "file_size", summary->file_size);
    line_number(json, "raw_size", summary->raw_size);
    line_text(json, "compression", compression);
    if (summary->sha256[0] != '\0') {
        line_text(json, "sha256", summary->sha256);
    }
}

typedef struct KindCount {
    const char *kind;
    uint64_t count;
} KindCount;

typedef VEC(KindCount) KindCounts;

/* There are a few dozen kinds at most. */
static bool count_kind(KindCounts *counts, const char *kind)
{
    KindCount first = {kind, 1};

    for (size_t i = 0; i < counts->len; i++) {
        if (strcmp(counts->items[i].kind, kind) == 0) {
            counts->items[i].count++;
            return true;
        }
    }
    return vec_push(counts, first);
}

static bool put_kinds(JsonWriter *json, const Toc *toc)
{
    KindCounts counts = {0};
    bool ok = true;

    for (size_t i = 0; ok && i < toc->entries.len; i++) {
        ok = count_kind(&counts, toc->entries.items[i].kind);
    }
    line_number(json, "entries", toc->entries.len);
    next_line(json, INDENT);
    json_begin_object(json, "kinds");
    for (size_t i = 0; i < counts.len; i++) {
        json_uint(json, counts.items[i].kind, counts.items[i].count);
    }
    json_end_object(json);
    vec_free(&counts);
    return ok;
}

static void put_tables(JsonWriter *json, const Toc *toc)
{
    uint64_t rows = 0;

    next_line(json, INDENT);
    json_begin_array(json, "tables");
    for (size_t i = 0; i < toc->entries.len; i++) {
        const Entry *entry = &toc->entries.items[i];

        if (strcmp(entry->kind, "TABLE DATA") != 0) {
            continue;
        }
        rows += entry_rows(entry);
        next_line(json, 2 * INDENT);
        json_begin_object(json, NULL);
        json_text(json, "schema", entry->schema);
        json_text(json, "name", entry->name);
        json_uint(json, "rows", entry_rows(entry));
        json_uint(json, "bytes", entry_raw_size(entry));
        json_uint(json, "file_bytes", entry_size(entry));
        json_end_object(json);
    }
    json_end_array(json);
    line_number(json, "rows", rows);
}

static void put_warnings(JsonWriter *json, const ManifestFacts *facts)
{
    next_line(json, INDENT);
    json_begin_array(json, "warnings");
    for (size_t i = 0; i < facts->n_warnings; i++) {
        json_text(json, NULL, facts->warnings[i]);
    }
    json_end_array(json);
}

static bool compose(Buffer *out, const char *path, const Toc *toc, const ScriptSummary *summary,
                    const ManifestFacts *facts, Error *err)
{
    JsonWriter json;
    bool ok = true;

    json_init(&json, out);
    json_begin_object(&json, NULL);
    line_number(&json, MANIFEST_VERSION_KEY, MANIFEST_VERSION);
    put_run(&json, facts, &toc->info);
    put_source(&json, &toc->info);
    put_file(&json, path, toc->info.compression, summary);
    if (facts->tool == NULL) {
        ok = put_kinds(&json, toc);
        put_tables(&json, toc);
    }
    put_warnings(&json, facts);
    buffer_putc(out, '\n');
    json_end_object(&json);
    buffer_putc(out, '\n');
    return ok ? buffer_ok(out, "a manifest", err) : error_set_memory(err, "a manifest");
}

static void put_databases(JsonWriter *json, const ClusterIndex *index)
{
    next_line(json, INDENT);
    json_begin_array(json, "databases");
    for (size_t i = 0; i < index->members.len; i++) {
        const ClusterMember *member = &index->members.items[i];

        if (member->kind != CLUSTER_DATABASE) {
            continue;
        }
        next_line(json, 2 * INDENT);
        json_begin_object(json, NULL);
        json_text(json, "name", member->name);
        if (member->failure != NULL) {
            json_text(json, "failure", member->failure);
        } else {
            json_text(json, "path", member->path);
            json_text(json, "engine", member->tool == NULL ? "native" : "tools");
            json_put_text(json, "tool", member->tool);
            json_put_text(json, "fallback", member->fallback);
            json_uint(json, "rows", member->rows);
            json_uint(json, "bytes", member->raw_size);
            json_uint(json, "file_bytes", member->content_size);
        }
        json_end_object(json);
    }
    json_end_array(json);
}

/* Who made what is in it. */
static const char *engine_of(const ClusterIndex *index)
{
    size_t native = 0;
    size_t tools = 0;

    for (size_t i = 0; i < index->members.len; i++) {
        const ClusterMember *member = &index->members.items[i];

        if (member->kind == CLUSTER_DATABASE && member->failure == NULL) {
            *(member->tool == NULL ? &native : &tools) += 1;
        }
    }
    return tools == 0 ? "native" : native == 0 ? "tools" : "mixed";
}

static bool compose_cluster(Buffer *out, const char *path, const ClusterIndex *index,
                            const ClusterSummary *summary, const ManifestFacts *facts, Error *err)
{
    ScriptSummary file = {.file_size = summary->file_size, .raw_size = summary->raw_size};
    TocInfo info = {
        .dbms = index->info.dbms,
        .server_version = index->info.server_version,
        .server_version_number = index->info.server_version_number,
        .dbbackup_version = index->info.dbbackup_version,
    };
    ManifestFacts run = *facts;
    JsonWriter json;

    run.engine = engine_of(index);
    memcpy(file.sha256, summary->sha256, sizeof file.sha256);
    json_init(&json, out);
    json_begin_object(&json, NULL);
    line_number(&json, MANIFEST_VERSION_KEY, MANIFEST_VERSION);
    put_run(&json, &run, &info);
    put_source(&json, &info);
    put_file(&json, path, NULL, &file);
    line_number(&json, "databases_complete", summary->databases);
    line_number(&json, "databases_failed", summary->failed);
    put_databases(&json, index);
    line_number(&json, "rows", summary->rows);
    put_warnings(&json, facts);
    buffer_putc(out, '\n');
    json_end_object(&json);
    buffer_putc(out, '\n');
    return buffer_ok(out, "a manifest", err);
}

static bool write_file(const char *path, const Buffer *text, Error *err)
{
    AtomicFile file;

    if (!atomic_file_open(&file, path, true, err)) {
        return false;
    }
    if (!atomic_file_write(&file, text->data, text->len, err)) {
        atomic_file_abort(&file);
        return false;
    }
    return atomic_file_commit(&file, err);
}

static bool write_text(const char *backup_path, const Buffer *text, Error *err)
{
    char *path = manifest_path(backup_path, err);
    Manifest check;
    bool ok;

    if (path == NULL) {
        return false;
    }
    /* The options came from elsewhere; what can't be read again must not be written. */
    if (!manifest_parse(text->data, text->len, path, &check, err)) {
        err->code = ERR_INTERNAL;
        ok = false;
    } else {
        ok = write_file(path, text, err);
    }
    free(path);
    return ok;
}

/* All else stays as it is, byte for byte. */
static bool replace_sha256(const char *path, Buffer *text, const char *old, const char *sha256,
                           Error *err)
{
    size_t len = strlen(old);
    bool there = false;
    char *found;

    if (!manifest_load(path, text, &there, err)) {
        return false;
    }
    found = there ? strstr(text->data, old) : NULL;
    if (found == NULL || strlen(sha256) != len) {
        return error_set(err, ERR_DAMAGED, "%s doesn't hold the SHA-256 that it held", path);
    }
    memcpy(found, sha256, len);
    return write_file(path, text, err);
}

bool manifest_replace_sha256(const char *backup_path, const char *old, const char *sha256,
                             Error *err)
{
    Buffer CLEANUP(buffer_free) text;
    char *path = manifest_path(backup_path, err);
    bool ok;

    buffer_init(&text, MANIFEST_MAX_BYTES);
    ok = path != NULL && replace_sha256(path, &text, old, sha256, err);
    free(path);
    return ok;
}

bool manifest_write(const char *backup_path, const Toc *toc, const ScriptSummary *summary,
                    const ManifestFacts *facts, Error *err)
{
    Buffer CLEANUP(buffer_free) text;

    buffer_init(&text, MANIFEST_MAX_BYTES);
    return compose(&text, backup_path, toc, summary, facts, err) &&
           write_text(backup_path, &text, err);
}

bool manifest_write_cluster(const char *backup_path, const ClusterIndex *index,
                            const ClusterSummary *summary, const ManifestFacts *facts, Error *err)
{
    Buffer CLEANUP(buffer_free) text;

    buffer_init(&text, MANIFEST_MAX_BYTES);
    return compose_cluster(&text, backup_path, index, summary, facts, err) &&
           write_text(backup_path, &text, err);
}
