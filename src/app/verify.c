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
#include "app/sealed_sha256.h"
#include "app/tool_archive.h"
#include "app/verify_parts.h"
#include "archive/script_stream.h"
#include "base/file.h"
#include "io/crypt_source.h"
#include "io/range_reader.h"
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

/* Whether the file holds what its manifest says: rows, and the SHA-256 of all bytes. */
static bool verify_content(const char *path, const Manifest *manifest, uint64_t rows,
                           const char *sha256, Error *err)
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

/* Takes over source. sha256: NULL if nobody asks for it. It is made along with the rest: files are
 * large, and disks slow. */
static bool verify_archive(Source *source, char *sha256, const EngineContext *context,
                           VerifyResult *result, Error *err)
{
    ScriptArchive *archive;
    bool ok;

    if (!script_archive_open_source(source, &archive, err)) {
        return false;
    }
    event_text(context->events, EVENT_PHASE, "verifying");
    ok = script_archive_verify(archive, context->events, context->cancel, sha256, err);
    if (ok) {
        const Toc *toc = script_archive_toc(archive);

        result->objects = toc->entries.len;
        for (size_t i = 0; i < toc->entries.len; i++) {
            result->rows += entry_rows(&toc->entries.items[i]);
            result->raw_size += entry_raw_size(&toc->entries.items[i]);
        }
    }
    script_archive_close(archive);
    return ok;
}

/* Takes over source. */
static bool verify_indexed(Source *source, char *sha256, const EngineContext *context,
                           VerifyResult *result, Error *err)
{
    return (result->kind == FILE_CLUSTER ? verify_cluster : verify_archive)(source, sha256, context,
                                                                            result, err);
}

static bool verify_text(Reader *text, const char *path, const EngineContext *context,
                        VerifyResult *result, Error *err)
{
    ScriptFacts facts = {0};
    bool ok;

    event_text(context->events, EVENT_PHASE, "verifying");
    ok = sql_script_check(text, path, SQL_GUESSED, context->events, context->cancel, &facts, err);
    reader_close(text);
    result->objects = facts.statements;
    result->rows = script_rows(&facts);
    result->raw_size = facts.bytes;
    return ok;
}

static bool verify_script(const char *path, const EngineContext *context, VerifyResult *result,
                          Error *err)
{
    Reader *text;

    return script_stream_open(path, NULL, NULL, &text, err) &&
           verify_text(text, path, context, result, err);
}

/* --- What the servers' own programs made -------------------------------------------------- */

static bool is_pg_archive(FileKind kind)
{
    return kind == FILE_PG_CUSTOM || kind == FILE_PG_DIRECTORY || kind == FILE_TAR;
}

/* pg_restore counts nothing. source: the file's bytes; NULL: path is opened. */
static bool verify_pg_archive(const char *path, const Source *source, const EngineContext *context,
                              VerifyResult *result, Error *err)
{
    ToolArchive archive;

    result->objects = result->rows = result->raw_size = COUNT_UNKNOWN;
    event_text(context->events, EVENT_PHASE, "verifying");
    return tool_archive_open(&archive, path, source, result->kind, context, err) &&
           tool_archive_check(&archive, context, err);
}

static bool verify_by_manifest(const char *path, int fd, uint64_t rows, const Manifest *manifest,
                               Error *err)
{
    char sha256[SHA256_HEX_SIZE];

    return sha256_file(fd, path, sha256, NULL, err) &&
           verify_content(path, manifest, rows, sha256, err);
}

static bool verify_folder(const char *path, const EngineContext *context, VerifyResult *result,
                          Error *err)
{
    Manifest manifest;

    return manifest_read(path, &manifest, &result->has_manifest, err) &&
           tool_folder_size(path, &result->file_size, err) &&
           (!result->has_manifest || check_size(path, &manifest, result->file_size, err)) &&
           verify_pg_archive(path, NULL, context, result, err);
}

/* ------------------------------------------------------------------------------------------ */

static bool is_indexed(FileKind kind)
{
    return kind == FILE_SCRIPT_ARCHIVE || kind == FILE_CLUSTER;
}

static bool verify_own(const char *path, const Manifest *manifest, const EngineContext *context,
                       VerifyResult *result, Error *err)
{
    char sha256[SHA256_HEX_SIZE];
    Source *source;

    return file_source_open(path, &source, err) &&
           verify_indexed(source, manifest != NULL ? sha256 : NULL, context, result, err) &&
           (manifest == NULL || verify_content(path, manifest, result->rows, sha256, err));
}

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
    if (is_indexed(result->kind)) {
        return verify_own(path, result->has_manifest ? &manifest : NULL, context, result, err);
    }
    if (result->has_manifest && strcmp(manifest.engine, "tools") == 0) {
        if (!verify_by_manifest(path, fd, manifest.rows, &manifest, err)) {
            return false;
        }
    } else if (result->has_manifest) {
        return error_set(err, ERR_DAMAGED, "%s is not the backup that its manifest %s.json is of",
                         path, path);
    }
    return is_pg_archive(result->kind) ? verify_pg_archive(path, NULL, context, result, err)
                                       : verify_script(path, context, result, err);
}

/* --- An encrypted file -------------------------------------------------------------------- */

/* Every byte of its header: what a reader passes over, such as a slot that it doesn't need, too. */
static bool verify_header(const char *path, CryptHeader *header, Error *err)
{
    Source *sealed = NULL;
    bool ok = file_source_open(path, &sealed, err) && crypt_header_read(sealed, header, err) &&
              crypt_header_verify(header, path, err);

    source_close(sealed);
    return ok;
}

/* The SHA-256 of the file; of one that two keys open, for `key rotate` broke off, what it is with
 * the one of them that the manifest knows. */
static bool sealed_file_sha256(int fd, const char *path, uint64_t size, const CryptHeader *header,
                               const Manifest *manifest, const EngineContext *context,
                               Sha256Hex sha256, Error *err)
{
    Sha256Hex by_key[SEALED_HEADERS];
    CryptFacts facts;
    bool ok = crypt_header_check(header, path, &facts, err);

    if (!ok || facts.slots == 1) {
        return ok && sha256_file(fd, path, sha256, NULL, err);
    }
    if (!sealed_sha256_by_key(fd, path, size, header, context->cancel, by_key, err)) {
        return false;
    }
    memcpy(sha256, by_key[strcmp(by_key[1], manifest->sha256) == 0], SHA256_HEX_SIZE);
    event_text(context->events, EVENT_WARNING,
               "two keys open the file, for `dbbackup key rotate` broke off: run it again, to take "
               "the old one away");
    return true;
}

/* All of its chunks: pg_restore may not read the last of them. */
static bool verify_chunks(const Source *source, const Cancel *cancel, Error *err)
{
    enum { PIECE = 1024 * 1024 };
    char *piece = malloc(PIECE);
    bool ok = piece != NULL || error_set_memory(err, source->name);

    for (uint64_t done = 0; ok && done < source->size; done += PIECE) {
        uint64_t left = source->size - done;

        ok = cancel_check(cancel, err) &&
             source_read_at(source, piece, left < PIECE ? (size_t)left : (size_t)PIECE, done, err);
    }
    free(piece);
    return ok;
}

/* Takes over source: what the file holds. */
static bool verify_decrypted(Source *source, const EngineContext *context, VerifyResult *result,
                             Error *err)
{
    RangeReader range;
    Reader *text;
    bool ok;

    if (!file_kind_of_source(source, &result->kind, err) ||
        (result->kind != FILE_CLUSTER && !file_kind_usable(source->name, result->kind, err))) {
        source_close(source);
        return false;
    }
    if (is_indexed(result->kind)) {
        return verify_indexed(source, NULL, context, result, err);
    }
    if (is_pg_archive(result->kind)) {
        ok = verify_chunks(source, context->cancel, err) &&
             verify_pg_archive(source->name, source, context, result, err);
    } else {
        range_reader_init(&range, source, 0, source->size);
        ok = script_stream_over(&range.base, source->name, &text, err) &&
             verify_text(text, source->name, context, result, err);
    }
    source_close(source);
    return ok;
}

/* Its SHA-256 is of the bytes that lie there, so they are read once more. */
static bool verify_sealed_content(int fd, const char *path, const CryptHeader *header,
                                  const Manifest *manifest, const EngineContext *context,
                                  const VerifyResult *result, Error *err)
{
    Sha256Hex sha256;

    return sealed_file_sha256(fd, path, result->file_size, header, manifest, context, sha256,
                              err) &&
           verify_content(path, manifest, is_indexed(result->kind) ? result->rows : manifest->rows,
                          sha256, err);
}

/* A wrong key is told before the file is read. */
static bool verify_encrypted(const char *path, KeyRing *keys, const EngineContext *context,
                             VerifyResult *result, Error *err)
{
    CryptHeader *header = malloc(sizeof *header);
    Manifest manifest;
    Source *source;
    int fd = -1;
    bool ok;

    ok = (header != NULL || error_set_memory(err, path)) &&
         manifest_read(path, &manifest, &result->has_manifest, err) &&
         file_open_read(path, &fd, err) && measure_file(path, fd, &result->file_size, err) &&
         (!result->has_manifest || check_size(path, &manifest, result->file_size, err)) &&
         verify_header(path, header, err) &&
         crypt_source_open(path, keys, &source, &result->encrypted, err) &&
         verify_decrypted(source, context, result, err) &&
         (!result->has_manifest ||
          verify_sealed_content(fd, path, header, &manifest, context, result, err));
    if (fd >= 0) {
        (void)close(fd);
    }
    free(header);
    return ok;
}

bool verify_run(const char *path, KeyRing *keys, const EngineContext *context, VerifyResult *result,
                Error *err)
{
    VerifyResult found = {0};
    bool ok;
    int fd;

    if (!file_kind_detect(path, &found.kind, err) ||
        (found.kind != FILE_CLUSTER && found.kind != FILE_ENCRYPTED &&
         !file_kind_usable(path, found.kind, err))) {
        return false;
    }
    if (found.kind == FILE_PG_DIRECTORY) {
        ok = verify_folder(path, context, &found, err);
        *result = ok ? found : *result;
        return ok;
    }
    if (found.kind == FILE_ENCRYPTED) {
        ok = verify_encrypted(path, keys, context, &found, err);
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
