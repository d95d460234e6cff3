/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup info FILE of a cluster archive: which databases it holds. */
#include <stdio.h>

#include "archive/cluster_reader.h"
#include "base/json.h"
#include "cli/info_parts.h"
#include "ui/format.h"

typedef struct ClusterFacts {
    const char *path;
    const ClusterIndex *index;
    const Manifest *manifest; /* NULL: there is none */
    bool encrypted;
    uint64_t file_size;
    uint64_t rows;
    uint64_t raw_size;
    uint64_t databases; /* that are in it */
    uint64_t failed;    /* that are not */
} ClusterFacts;

static void count(ClusterFacts *facts)
{
    for (size_t i = 0; i < facts->index->members.len; i++) {
        const ClusterMember *member = &facts->index->members.items[i];

        facts->rows = count_add(facts->rows, member->rows);
        facts->raw_size = count_add(facts->raw_size, member->raw_size);
        if (member->kind == CLUSTER_DATABASE) {
            facts->databases += member->failure == NULL;
            facts->failed += member->failure != NULL;
        }
    }
}

/* --- For people --------------------------------------------------------------------------- */

static bool print_facts(const ClusterFacts *facts, Error *err)
{
    const ClusterInfo *info = &facts->index->info;
    bool known = count_is_known(facts->raw_size);
    char text[256];
    Table table;
    bool ok;

    table_init(&table, "  ", "ll");
    (void)snprintf(text, sizeof text, "%s %s", info_dbms_name(info->dbms),
                   info->server_version != NULL ? info->server_version : "");
    info_add_fact(&table, "Server", text);
    info_add_fact(&table, "Started",
                  info->started != NULL ? format_local_time(info->started, true).text : NULL);
    if (facts->manifest != NULL) {
        info_add_fact(&table, "Took", format_duration(facts->manifest->seconds).text);
    }
    (void)snprintf(text, sizeof text, "%s%s%s%s", format_size(facts->file_size).text,
                   known ? ", " : "", format_size(facts->raw_size).text, known ? " of SQL" : "");
    info_add_fact(&table, "Size", text);
    info_add_fact(&table, "Encrypted", facts->encrypted ? "AES-256-GCM" : NULL);
    info_add_fact(&table, "dbbackup", info->dbbackup_version);
    info_add_fact(&table, "Manifest", info_manifest_state(facts->manifest, facts->file_size));
    info_add_fact(&table, "SHA-256", facts->manifest != NULL ? facts->manifest->sha256 : NULL);
    ok = table_print(&table, stdout, err);
    table_free(&table);
    return ok;
}

static void add_member(Table *table, const ClusterMember *member)
{
    table_add(table, member->name);
    if (member->failure != NULL) {
        table_add(table, "");
        table_add(table, "");
        table_add(table, "FAILED:");
        table_add(table, member->failure);
        table_add(table, "");
        return;
    }
    table_add(table, format_count(member->rows).text);
    table_add(table, format_size(member->raw_size).text);
    table_add(table, format_size(member->content_size).text);
    table_add(table, member->path);
    table_add(table, member->tool != NULL ? member->tool : "dbbackup");
}

static bool print_databases(const ClusterFacts *facts, Error *err)
{
    Table table;
    bool ok;

    printf("\n  %s%s", format_quantity(facts->databases, "database", "databases").text,
           format_and_quantity(facts->rows, "row", "rows").text);
    if (facts->failed > 0) {
        printf("; NOT COMPLETE: %s missing",
               facts->failed == 1 ? "1 is" : format_quantity(facts->failed, "is", "are").text);
    }
    puts("");
    table_init(&table, "    ", "lrrrll");
    table_add(&table, "database");
    table_add(&table, "rows");
    table_add(&table, "SQL");
    table_add(&table, "in the file");
    table_add(&table, "as");
    table_add(&table, "by");
    for (size_t i = 0; i < facts->index->members.len; i++) {
        if (facts->index->members.items[i].kind == CLUSTER_DATABASE) {
            add_member(&table, &facts->index->members.items[i]);
        }
    }
    ok = table_print(&table, stdout, err);
    table_free(&table);
    return ok;
}

static bool print_cluster(const ClusterFacts *facts, Error *err)
{
    info_print_path(facts->path, "a backup of a whole server: a cluster archive");
    return print_facts(facts, err) && print_databases(facts, err);
}

/* --- JSON --------------------------------------------------------------------------------- */

static void json_databases(JsonWriter *json, const ClusterFacts *facts)
{
    json_begin_array(json, "databases");
    for (size_t i = 0; i < facts->index->members.len; i++) {
        const ClusterMember *member = &facts->index->members.items[i];

        if (member->kind != CLUSTER_DATABASE) {
            continue;
        }
        json_begin_object(json, NULL);
        json_text(json, "name", member->name);
        json_text(json, "failure", member->failure);
        json_text(json, "path", member->path);
        if (member->failure == NULL) {
            json_text(json, "engine", member->tool == NULL ? "native" : "tools");
            json_text(json, "tool", member->tool);
            json_uint(json, "rows", member->rows);
            json_uint(json, "raw_size", member->raw_size);
            json_uint(json, "size", member->content_size);
        }
        json_end_object(json);
    }
    json_end_array(json);
}

static bool print_json(const ClusterFacts *facts, Error *err)
{
    const ClusterInfo *info = &facts->index->info;
    Buffer CLEANUP(buffer_free) text;
    JsonWriter json;

    buffer_init(&text, INFO_TEXT_LIMIT);
    json_init(&json, &text);
    json_begin_object(&json, NULL);
    json_text(&json, "file", facts->path);
    json_text(&json, "kind", file_kind_text(FILE_CLUSTER));
    json_text(&json, "dbms", info->dbms);
    json_text(&json, "server_version", info->server_version);
    json_int(&json, "server_version_number", info->server_version_number);
    json_text(&json, "started", info->started);
    json_text(&json, "dbbackup_version", info->dbbackup_version);
    json_bool(&json, "encrypted", facts->encrypted);
    json_uint(&json, "file_size", facts->file_size);
    json_uint(&json, "raw_size", facts->raw_size);
    json_uint(&json, "rows", facts->rows);
    json_bool(&json, "manifest", facts->manifest != NULL);
    json_bool(&json, "complete",
              facts->failed == 0 && facts->manifest != NULL &&
                  facts->manifest->file_size == facts->file_size);
    json_text(&json, "sha256", facts->manifest != NULL ? facts->manifest->sha256 : NULL);
    json_databases(&json, facts);
    json_end_object(&json);
    if (!buffer_ok(&text, "the information", err)) {
        return false;
    }
    puts(text.data);
    return true;
}

bool info_show_cluster(const InfoFile *file, bool as_json, Error *err)
{
    ClusterFacts facts = {
        .path = file->path, .encrypted = file->encrypted, .file_size = file->size};
    ClusterArchive *archive;
    bool has_manifest = false;
    Manifest manifest;
    bool ok;

    if (!cluster_archive_open_source(file->source, &archive, err)) {
        return false;
    }
    facts.index = cluster_archive_index(archive);
    count(&facts);
    ok = manifest_read(file->path, &manifest, &has_manifest, err);
    facts.manifest = has_manifest ? &manifest : NULL;
    ok = ok && (as_json ? print_json : print_cluster)(&facts, err);
    cluster_archive_close(archive);
    return ok;
}
