/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup list [DIR] */
#include "cli/commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "app/app.h"
#include "base/json.h"
#include "cli/keys.h"
#include "cli/table.h"
#include "ui/format.h"

#define JSON_LIMIT ((size_t)256 * 1024 * 1024)

typedef struct State {
    const char *json;
    const char *text;
} State;

static State state_of(const ListedBackup *backup)
{
    struct stat status;

    if (backup->complete && backup->manifest.failed > 0) {
        return (State){"incomplete", "NOT COMPLETE: databases failed"};
    }
    if (backup->complete) {
        return (State){"complete", backup->encrypted ? "complete, encrypted" : "complete"};
    }
    if (backup->manifest.ended[0] == '\0') {
        return (State){"no_manifest", backup->encrypted
                                          ? "no manifest: NOT COMPLETE, or encrypted globals"
                                          : "NOT COMPLETE: no manifest"};
    }
    if (backup->file_size == 0 && stat(backup->path, &status) != 0) {
        return (State){"missing", "MISSING: only the manifest is here"};
    }
    return (State){"wrong_size", backup->file_size < backup->manifest.file_size
                                     ? "DAMAGED: shorter than the manifest says"
                                     : "DAMAGED: longer than the manifest says"};
}

/* The server's kind and version, without the packager's words: "postgres 15.18". */
static void server_text(const Manifest *manifest, char *out, size_t size)
{
    const char *version = manifest->server_version;

    (void)snprintf(out, size, "%s%s%.*s", manifest->dbms, version[0] != '\0' ? " " : "",
                   (int)strcspn(version, " "), version);
}

/* Of a whole server: how many. */
static void database_text(const Manifest *manifest, char *out, size_t size)
{
    if (strcmp(manifest->format, "cluster") != 0) {
        (void)snprintf(out, size, "%s", manifest->database);
    } else if (manifest->databases + manifest->failed == 0) { /* it can't be read */
        (void)snprintf(out, size, "(all)");
    } else if (manifest->failed > 0) {
        (void)snprintf(out, size, "(%" PRIu64 " of %" PRIu64 ")", manifest->databases,
                       manifest->databases + manifest->failed);
    } else {
        (void)snprintf(out, size, "(all %" PRIu64 ")", manifest->databases);
    }
}

static bool print_table(const BackupList *list, Error *err)
{
    static const char *const headers[] = {"FILE", "DATABASE", "SERVER", "STARTED",
                                          "SIZE", "ROWS",     "STATE"};
    Table table;
    bool ok;

    table_init(&table, "", "llllrrl");
    for (size_t i = 0; i < ARRAY_LENGTH(headers); i++) {
        table_add(&table, headers[i]);
    }
    for (size_t i = 0; i < list->len; i++) {
        const ListedBackup *backup = &list->items[i];
        char database[sizeof backup->manifest.database + 64];
        char server[sizeof backup->manifest.dbms + sizeof backup->manifest.server_version + 2];

        server_text(&backup->manifest, server, sizeof server);
        database_text(&backup->manifest, database, sizeof database);
        table_add(&table, backup->path);
        table_add(&table, database);
        table_add(&table, server);
        table_add(&table, format_local_time(backup->manifest.started, false).text);
        table_add(&table, format_size(backup->file_size).text);
        table_add(&table, format_count(backup->manifest.rows).text);
        table_add(&table, state_of(backup).text);
    }
    ok = table_print(&table, stdout, err);
    table_free(&table);
    return ok;
}

static void json_backup(JsonWriter *json, const ListedBackup *backup)
{
    const Manifest *manifest = &backup->manifest;

    json_begin_object(json, NULL);
    json_text(json, "file", backup->path);
    json_text(json, "state", state_of(backup).json);
    json_bool(json, "complete", backup->complete && manifest->failed == 0);
    json_text(json, "database", manifest->database);
    if (strcmp(manifest->format, "cluster") == 0) {
        json_uint(json, "databases", manifest->databases);
        json_uint(json, "databases_failed", manifest->failed);
    }
    json_text(json, "dbms", manifest->dbms);
    json_text(json, "server_version", manifest->server_version);
    json_text(json, "started", manifest->started);
    json_text(json, "ended", manifest->ended[0] != '\0' ? manifest->ended : NULL);
    json_double(json, "seconds", manifest->seconds, 3);
    json_text(json, "format", manifest->format);
    json_bool(json, "encrypted", backup->encrypted);
    json_text(json, "engine", manifest->engine);
    json_text(json, "dbbackup_version", manifest->dbbackup_version);
    json_uint(json, "file_size", backup->file_size);
    json_uint(json, "raw_size", manifest->raw_size);
    json_uint(json, "tables", manifest->tables);
    json_uint(json, "rows", manifest->rows);
    json_text(json, "sha256", manifest->sha256);
    json_end_object(json);
}

static bool print_json(const BackupList *list, Error *err)
{
    Buffer text;
    JsonWriter json;
    bool ok;

    buffer_init(&text, JSON_LIMIT);
    json_init(&json, &text);
    json_begin_array(&json, NULL);
    for (size_t i = 0; i < list->len; i++) {
        json_backup(&json, &list->items[i]);
    }
    json_end_array(&json);
    ok = buffer_ok(&text, "the list", err);
    if (ok) {
        puts(text.data);
    }
    buffer_free(&text);
    return ok;
}

bool command_list(const CommandContext *context, Error *err)
{
    const Options *options = context->options;
    const char *folder = options->backup_dir != NULL ? options->backup_dir : ".";
    BackupList list = {0};
    KeyRing ring = keys_of_options(options);
    bool ok;

    if (options->n_operands > 0) {
        if (options_origin(options, "backup-dir")->kind == ORIGIN_CALL) {
            return error_set(err, ERR_USAGE, "list: the folder is named twice");
        }
        folder = options->operands[0];
    }
    ring.ask = NULL; /* a list asks nobody: most of it stands in manifests */
    ok = list_run(folder, &ring, &list, err);
    key_ring_free(&ring);
    if (!ok) {
        return false;
    }
    if (options->json) {
        ok = print_json(&list, err);
    } else if (list.len > 0) {
        ok = print_table(&list, err);
    } else {
        ok = true;
        if (isatty(STDOUT_FILENO) == 1) {
            printf("No backups in %s.\n", strcmp(folder, ".") == 0 ? "this folder" : folder);
        }
    }
    vec_free(&list);
    return ok;
}
