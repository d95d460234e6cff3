/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a file whole and as it was written? Read from beginning to end, without a server. Our own file
 * is held against its index and against its manifest, which was written apart from it; a script of
 * someone else's is read as a restore would read it.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/file_refusal.h"
#include "app/tool_archive.h"
#include "app/verify_parts.h"
#include "archive/script_stream.h"
#include "base/file.h"
#include "io/sha256.h"
#include "sql/script_check.h"

static bool measure_file(const char *path, int fd, uint64_t *size, Error *err)
{
    bool seekable;

    if (!file_size(fd, path, &seekable, size, err)) {
        return false;
    }
    return seekable ? true
                    : error_set(err, ERR_USAGE, "%s is not a file: verify reads only files", path);
}

bool verify_content(const char *path, const Manifest *manifest, uint64_t rows, const char *sha256,
                    Error *err)
{
    if (count_is_known(rows) && count_is_known(manifest->rows) && rows != manifest->rows) {
        return error_set(err, ERR_DAMAGED,
                         "%s holds %" PRIu64 " rows, but its manifest says %" PRIu64, path, rows,
                         manifest->rows);
    }
    if (strcmp(sha256, manifest->sha256) == 0) {
        return true;
    }
    (void)error_set(err, ERR_DAMAGED, "%s has another SHA-256 than its manifest %s.json says", path,
                    path);
    return error_hint(err,
                      "Expected %s, found %s. The file was altered, or the manifest is of "
                      "another backup.",
                      manifest->sha256, sha256);
}

/* The size is compared before anything is read, for it costs nothing and finds most of what goes
 * wrong: a copy that was cut. */
static bool check_size(const char *path, const Manifest *manifest, uint64_t size, Error *err)
{
    if (size == manifest->file_size) {
        return true;
    }
    (void)error_set(err, ERR_DAMAGED, "%s has %" PRIu64 " bytes, but its manifest says %" PRIu64,
                    path, size, manifest->file_size);
    return error_hint(err, size < manifest->file_size
                               ? "The file was cut: copy it again from where it was made."
                               : "The file was altered, or the manifest is of another backup.");
}

/* manifest: NULL if there is none. Its hash is made along with the rest: files are large, and disks
 * slow. */
static bool verify_archive(const char *path, const Manifest *manifest, const EngineContext *context,
                           VerifyResult *result, Error *err)
{
    char sha256[SHA256_HEX_SIZE];
    ScriptArchive *archive;
    bool ok;

    if (!script_archive_open(path, &archive, err)) {
        return false;
    }
    event_text(context->events, EVENT_PHASE, "verifying");
    ok = script_archive_verify(archive, context->events, context->cancel,
                               manifest == NULL ? NULL : sha256, err);
    if (ok) {
        const Toc *toc = script_archive_toc(archive);

        result->objects = toc->entries.len;
        for (size_t i = 0; i < toc->entries.len; i++) {
            result->rows += entry_rows(&toc->entries.items[i]);
            result->raw_size += entry_raw_size(&toc->entries.items[i]);
        }
    }
    script_archive_close(archive);
    return ok && (manifest == NULL || verify_content(path, manifest, result->rows, sha256, err));
}

static bool verify_script(const char *path, const EngineContext *context, VerifyResult *result,
                          Error *err)
{
    ScriptFacts facts = {0};
    Reader *text;
    bool ok;

    event_text(context->events, EVENT_PHASE, "verifying");
    if (!script_stream_open(path, NULL, &text, err)) {
        return false;
    }
    ok = sql_script_check(text, path, SQL_GUESSED, context->events, context->cancel, &facts, err);
    reader_close(text);
    result->objects = facts.statements;
    result->rows = script_rows(&facts);
    result->raw_size = facts.bytes;
    return ok;
}

/* --- What the servers' own programs made -------------------------------------------------- */

static bool is_pg_archive(FileKind kind)
{
    return kind == FILE_PG_CUSTOM || kind == FILE_PG_DIRECTORY || kind == FILE_TAR;
}

/* pg_restore counts nothing. */
static bool verify_pg_archive(const char *path, const EngineContext *context, VerifyResult *result,
                              Error *err)
{
    ToolArchive archive;

    result->objects = result->rows = result->raw_size = COUNT_UNKNOWN;
    event_text(context->events, EVENT_PHASE, "verifying");
    return tool_archive_open(&archive, path, NULL, result->kind, context, err) &&
           tool_archive_check(&archive, context, err);
}

static bool verify_by_manifest(const char *path, int fd, const Manifest *manifest, Error *err)
{
    char sha256[SHA256_HEX_SIZE];

    return sha256_file(fd, path, sha256, NULL, err) &&
           verify_content(path, manifest, manifest->rows, sha256, err);
}

static bool verify_folder(const char *path, const EngineContext *context, VerifyResult *result,
                          Error *err)
{
    Manifest manifest;

    return manifest_read(path, &manifest, &result->has_manifest, err) &&
           tool_folder_size(path, &result->file_size, err) &&
           (!result->has_manifest || check_size(path, &manifest, result->file_size, err)) &&
           verify_pg_archive(path, context, result, err);
}

/* ------------------------------------------------------------------------------------------ */

static bool verify_file(const char *path, int fd, const EngineContext *context,
                        VerifyResult *result, Error *err)
{
    Manifest manifest;

    if (!manifest_read(path, &manifest, &result->has_manifest, err) ||
        !measure_file(path, fd, &result->file_size, err)) {
        return false;
    }
    if (result->has_manifest && !check_size(path, &manifest, result->file_size, err)) {
        return false;
    }
    if (result->kind == FILE_SCRIPT_ARCHIVE) {
        return verify_archive(path, result->has_manifest ? &manifest : NULL, context, result, err);
    }
    if (result->kind == FILE_CLUSTER) {
        return verify_cluster(path, result->has_manifest ? &manifest : NULL, context, result, err);
    }
    if (result->has_manifest && strcmp(manifest.engine, "tools") == 0) {
        if (!verify_by_manifest(path, fd, &manifest, err)) {
            return false;
        }
    } else if (result->has_manifest) {
        return error_set(err, ERR_DAMAGED, "%s is not the backup that its manifest %s.json is of",
                         path, path);
    }
    return is_pg_archive(result->kind) ? verify_pg_archive(path, context, result, err)
                                       : verify_script(path, context, result, err);
}

bool verify_run(const char *path, const EngineContext *context, VerifyResult *result, Error *err)
{
    VerifyResult found = {0};
    bool ok;
    int fd;

    if (!file_kind_detect(path, &found.kind, err) ||
        (found.kind != FILE_CLUSTER && !file_kind_usable(path, found.kind, err))) {
        return false;
    }
    if (found.kind == FILE_PG_DIRECTORY) {
        ok = verify_folder(path, context, &found, err);
        *result = ok ? found : *result;
        return ok;
    }
    if (!file_open_read(path, &fd, err)) {
        return false;
    }
    ok = verify_file(path, fd, context, &found, err);
    (void)close(fd);
    if (ok) {
        *result = found;
    }
    return ok;
}
