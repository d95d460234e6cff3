/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup info FILE: what a file holds, from its index alone. */
#include "cli/commands.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/json.h"
#include "cli/info_parts.h"
#include "cli/keys.h"
#include "io/crypt_source.h"
#include "ui/format.h"
#include "ui/text.h"

enum { LARGEST_TABLES = 10, KIND_COLUMNS = 3 };

typedef struct KindCount {
    const char *kind;
    uint64_t count;
} KindCount;

typedef VEC(KindCount) KindCounts;
/* A table's data. */
typedef struct TableData {
    const Entry *entry;
    uint64_t rows;
    uint64_t raw_size;
    uint64_t size;
} TableData;

typedef VEC(TableData) TableList;

/* What there is to say of one of our own files. Texts belong to the archive. */
typedef struct Info {
    const char *path;
    const Toc *toc;
    bool encrypted;
    uint64_t file_size;
    uint64_t raw_size;
    uint64_t rows;
    uint64_t definitions;
    uint64_t with_history; /* tables */
    KindCounts kinds;      /* of definitions, in the order of the archive */
    TableList tables;      /* data of tables, the largest first */
    bool has_manifest;
    Manifest manifest;
} Info;

static void info_free(Info *info)
{
    vec_free(&info->kinds);
    vec_free(&info->tables);
}

static bool count_kind(KindCounts *kinds, const char *kind)
{
    for (size_t i = 0; i < kinds->len; i++) {
        if (strcmp(kinds->items[i].kind, kind) == 0) {
            kinds->items[i].count++;
            return true;
        }
    }
    return vec_push(kinds, ((KindCount){kind, 1}));
}

static int largest_first(const void *a, const void *b)
{
    const TableData *one = a;
    const TableData *other = b;

    return one->raw_size != other->raw_size
               ? (one->raw_size < other->raw_size) - (one->raw_size > other->raw_size)
               : (one->entry->id > other->entry->id) - (one->entry->id < other->entry->id);
}

static bool collect(Info *info, Error *err)
{
    bool ok = true;

    for (size_t i = 0; ok && i < info->toc->entries.len; i++) {
        const Entry *entry = &info->toc->entries.items[i];
        TableData data = {entry, entry_rows(entry), entry_raw_size(entry), entry_size(entry)};

        info->rows += data.rows;
        info->raw_size += data.raw_size;
        info->with_history += entry->with_history;
        if (strcmp(entry->kind, "TABLE DATA") == 0) {
            ok = vec_push(&info->tables, data);
        } else if (entry->section != SECTION_DATA) {
            info->definitions++;
            ok = count_kind(&info->kinds, entry->kind);
        }
    }
    if (!ok) {
        return error_set_memory(err, info->path);
    }
    if (info->tables.len > 0) {
        qsort(info->tables.items, info->tables.len, sizeof *info->tables.items, largest_first);
    }
    return true;
}

const char *info_manifest_state(const Manifest *manifest, uint64_t file_size)
{
    if (manifest == NULL) {
        return "missing: moved without it, or the backup did not end well";
    }
    if (manifest->file_size != file_size) {
        return "DOES NOT FIT: it says another size";
    }
    return "fits the file's size";
}

/* --- For people --------------------------------------------------------------------------- */

void info_add_fact(Table *table, const char *name, const char *text)
{
    if (text != NULL && text[0] != '\0') {
        table_add(table, name);
        table_add(table, text);
    }
}

const char *info_dbms_name(const char *dbms)
{
    static const char *const names[][2] = {
        {"postgres", "PostgreSQL"}, {"mysql", "MySQL"}, {"mariadb", "MariaDB"}};

    for (size_t i = 0; dbms != NULL && i < ARRAY_LENGTH(names); i++) {
        if (strcmp(dbms, names[i][0]) == 0) {
            return names[i][1];
        }
    }
    return dbms == NULL ? "unknown" : dbms;
}

static bool print_facts(const Info *info, Error *err)
{
    const TocInfo *toc = &info->toc->info;
    char text[256];
    Table table;
    bool ok;

    table_init(&table, "  ", "ll");
    info_add_fact(&table, "Database", toc->database);
    (void)snprintf(text, sizeof text, "%s %s", info_dbms_name(toc->dbms),
                   toc->server_version != NULL ? toc->server_version : "");
    info_add_fact(&table, "Server", text);
    info_add_fact(&table, "Started",
                  toc->started != NULL ? format_local_time(toc->started, true).text : NULL);
    if (info->has_manifest) {
        info_add_fact(&table, "Took", format_duration(info->manifest.seconds).text);
    }
    (void)snprintf(text, sizeof text, "%s, %s of SQL", format_size(info->file_size).text,
                   format_size(info->raw_size).text);
    info_add_fact(&table, "Size", text);
    info_add_fact(&table, "Encrypted", info->encrypted ? "AES-256-GCM" : NULL);
    info_add_fact(&table, "Only", toc->selection);
    if (info->with_history > 0) {
        (void)snprintf(text, sizeof text, "of %s",
                       format_quantity(info->with_history, "table", "tables").text);
        info_add_fact(&table, "History", text);
    }
    info_add_fact(&table, "Encoding", toc->encoding);
    info_add_fact(&table, "Snapshot", toc->snapshot);
    (void)snprintf(text, sizeof text, "%s, compression %s",
                   toc->dbbackup_version != NULL ? toc->dbbackup_version : "unknown",
                   toc->compression != NULL ? toc->compression : "unknown");
    info_add_fact(&table, "dbbackup", text);
    info_add_fact(
        &table, "Manifest",
        info_manifest_state(info->has_manifest ? &info->manifest : NULL, info->file_size));
    info_add_fact(&table, "SHA-256", info->has_manifest ? info->manifest.sha256 : NULL);
    ok = table_print(&table, stdout, err);
    table_free(&table);
    return ok;
}

/* Three columns, each read downwards. */
static bool print_kinds(const Info *info, Error *err)
{
    size_t rows = (info->kinds.len + KIND_COLUMNS - 1) / KIND_COLUMNS;
    Table table;
    bool ok;

    printf("\n  %s\n", format_quantity(info->definitions, "definition", "definitions").text);
    table_init(&table, "    ", "rlrlrl");
    for (size_t row = 0; row < rows; row++) {
        for (size_t i = row; i < KIND_COLUMNS * rows; i += rows) {
            bool there = i < info->kinds.len;

            table_add(&table, there ? format_count(info->kinds.items[i].count).text : "");
            table_add(&table, there ? info->kinds.items[i].kind : "");
        }
    }
    ok = table_print(&table, stdout, err);
    table_free(&table);
    return ok;
}

static void qualified_name(const Entry *entry, char *out, size_t size)
{
    (void)snprintf(out, size, "%s%s%s", entry->schema != NULL ? entry->schema : "",
                   entry->schema != NULL ? "." : "", entry->name);
}

static bool print_tables(const Info *info, Error *err)
{
    size_t shown = info->tables.len < LARGEST_TABLES ? info->tables.len : LARGEST_TABLES;
    char name[256];
    Table table;
    bool ok;

    printf("\n  Data of %s, %s\n", format_quantity(info->tables.len, "table", "tables").text,
           format_quantity(info->rows, "row", "rows").text);
    if (shown == 0) {
        return true;
    }
    table_init(&table, "    ", "lrrr");
    table_add(&table, shown < info->tables.len ? "the largest" : "table");
    table_add(&table, "rows");
    table_add(&table, "SQL");
    table_add(&table, "in the file");
    for (size_t i = 0; i < shown; i++) {
        const TableData *data = &info->tables.items[i];

        qualified_name(data->entry, name, sizeof name);
        table_add(&table, name);
        table_add(&table, format_count(data->rows).text);
        table_add(&table, format_size(data->raw_size).text);
        table_add(&table, format_size(data->size).text);
    }
    ok = table_print(&table, stdout, err);
    table_free(&table);
    return ok;
}

void info_print_path(const char *path, const char *what)
{
    Buffer line;

    buffer_init(&line, INFO_TEXT_LIMIT);
    text_clean(&line, path, false);
    printf("%s: %s\n", line.data, what);
    buffer_free(&line);
}

static bool print_info(const Info *info, Error *err)
{
    info_print_path(info->path, "a backup of one database: an indexed SQL script");
    return print_facts(info, err) && print_tables(info, err) && print_kinds(info, err);
}

/* --- JSON --------------------------------------------------------------------------------- */

static void json_tables(JsonWriter *json, const Info *info)
{
    json_begin_array(json, "tables");
    for (size_t i = 0; i < info->tables.len; i++) {
        const TableData *data = &info->tables.items[i];

        json_begin_object(json, NULL);
        json_text(json, "schema", data->entry->schema);
        json_text(json, "name", data->entry->name);
        json_uint(json, "rows", data->rows);
        json_uint(json, "raw_size", data->raw_size);
        json_uint(json, "size", data->size);
        json_bool(json, "history", data->entry->with_history);
        json_end_object(json);
    }
    json_end_array(json);
}

static void json_info(JsonWriter *json, const Info *info)
{
    const TocInfo *toc = &info->toc->info;

    json_begin_object(json, NULL);
    json_text(json, "file", info->path);
    json_text(json, "kind", file_kind_text(FILE_SCRIPT_ARCHIVE));
    json_text(json, "database", toc->database);
    json_text(json, "dbms", toc->dbms);
    json_text(json, "server_version", toc->server_version);
    json_int(json, "server_version_number", toc->server_version_number);
    json_text(json, "encoding", toc->encoding);
    json_text(json, "selection", toc->selection);
    json_text(json, "snapshot", toc->snapshot);
    json_text(json, "started", toc->started);
    json_text(json, "dbbackup_version", toc->dbbackup_version);
    json_text(json, "compression", toc->compression);
    json_bool(json, "encrypted", info->encrypted);
    json_uint(json, "file_size", info->file_size);
    json_uint(json, "raw_size", info->raw_size);
    json_uint(json, "rows", info->rows);
    json_bool(json, "manifest", info->has_manifest);
    json_bool(json, "complete", info->has_manifest && info->manifest.file_size == info->file_size);
    json_text(json, "sha256", info->has_manifest ? info->manifest.sha256 : NULL);
    json_begin_object(json, "definitions");
    for (size_t i = 0; i < info->kinds.len; i++) {
        json_uint(json, info->kinds.items[i].kind, info->kinds.items[i].count);
    }
    json_end_object(json);
    json_tables(json, info);
    json_end_object(json);
}

static bool print_json(const Info *info, Error *err)
{
    Buffer text;
    JsonWriter json;
    bool ok;

    buffer_init(&text, INFO_TEXT_LIMIT);
    json_init(&json, &text);
    json_info(&json, info);
    ok = buffer_ok(&text, "the information", err);
    if (ok) {
        puts(text.data);
    }
    buffer_free(&text);
    return ok;
}

/* --- Any file ----------------------------------------------------------------------------- */

/* Takes over file->source. */
static bool show_archive(const InfoFile *file, bool as_json, Error *err)
{
    Info info = {.path = file->path, .encrypted = file->encrypted, .file_size = file->size};
    ScriptArchive *archive;
    bool ok;

    if (!script_archive_open_source(file->source, &archive, err)) {
        return false;
    }
    info.toc = script_archive_toc(archive);
    ok = manifest_read(file->path, &info.manifest, &info.has_manifest, err) &&
         collect(&info, err) && (as_json ? print_json : print_info)(&info, err);
    info_free(&info);
    script_archive_close(archive);
    return ok;
}

/* A file without an index: what it is, and what can be done with it. */
static bool show_foreign(const char *path, FileKind kind, bool as_json, Error *err)
{
    bool script = kind == FILE_SCRIPT_GZIP || kind == FILE_SCRIPT_ZSTD || kind == FILE_SCRIPT_PLAIN;
    Buffer text;
    JsonWriter json;

    if (kind == FILE_EMPTY || kind == FILE_UNKNOWN) {
        return error_set(err, ERR_NOT_BACKUP, "%s is %s", path,
                         kind == FILE_EMPTY ? "empty" : "not a backup that dbbackup knows");
    }
    if (!as_json) {
        info_print_path(path, file_kind_text(kind));
        puts(script ? "  It has no index: `dbbackup verify` reads all of it, `dbbackup restore` "
                      "takes it."
                    : "  `dbbackup verify` and `dbbackup restore` read it by way of pg_restore, "
                      "whose option -l lists what it holds.");
        return true;
    }
    buffer_init(&text, INFO_TEXT_LIMIT);
    json_init(&json, &text);
    json_begin_object(&json, NULL);
    json_text(&json, "file", path);
    json_text(&json, "kind", file_kind_text(kind));
    json_end_object(&json);
    puts(text.data);
    buffer_free(&text);
    return true;
}

/* What it is, its bytes tell; those that it holds, where it is encrypted. */
static bool show_file(const char *path, KeyRing *keys, bool as_json, Error *err)
{
    InfoFile file = {.path = path};
    struct stat status;
    FileKind kind;
    bool ok;

    if (stat(path, &status) != 0) {
        return error_set_errno(err, errno, "cannot look at %s", path);
    }
    file.size = (uint64_t)status.st_size;
    if (!crypt_source_open(path, keys, &file.source, &file.encrypted, err)) {
        return false;
    }
    if (!file_kind_of_source(file.source, &kind, err)) {
        source_close(file.source);
        return false;
    }
    if (kind == FILE_CLUSTER || kind == FILE_SCRIPT_ARCHIVE) {
        return (kind == FILE_CLUSTER ? info_show_cluster : show_archive)(&file, as_json, err);
    }
    ok = show_foreign(path, kind, as_json, err);
    source_close(file.source);
    return ok;
}

bool command_info(const CommandContext *context, Error *err)
{
    const char *path = context->options->operands[0];
    bool as_json = context->options->json;
    KeyRing ring;
    FileKind kind;
    bool ok;

    if (strcmp(path, "-") == 0) {
        return error_set(err, ERR_USAGE, "info reads only files, not standard input");
    }
    if (!file_kind_detect(path, &kind, err)) {
        return false;
    }
    if (kind == FILE_PG_DIRECTORY || kind == FILE_UNKNOWN) { /* may be a folder */
        return show_foreign(path, kind, as_json, err);
    }
    ring = keys_of_options(context->options);
    ok = show_file(path, &ring, as_json, err);
    key_ring_free(&ring);
    return ok;
}
