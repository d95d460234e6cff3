/* SPDX-License-Identifier: Apache-2.0 */
/* pg_dump's own formats: which pg_restore reads them, and whether they are whole. */
#include "app/tool_archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/pg_tar.h"
#include "base/file.h"
#include "base/folder.h"
#include "engine/tools/tools.h"
#include "io/range_reader.h"

/* Where its table of contents stands, when that isn't within something else. */
static bool open_toc(const ToolArchive *archive, Source **out, Error *err)
{
    char path[PATH_MAX + 16];

    (void)snprintf(path, sizeof path, "%s%s", archive->name,
                   archive->kind == FILE_PG_DIRECTORY ? "/toc.dat" : "");
    return file_source_open(path, out, err);
}

/* Of a folder, its toc.dat. */
static bool read_source(ToolArchive *archive, const Source *source, Error *err)
{
    return pg_archive_head(source, archive->kind, &archive->head, err) &&
           (archive->kind != FILE_TAR || pg_tar_check(source, err));
}

static bool read_head(ToolArchive *archive, Error *err)
{
    Source *source = NULL;
    bool ok;

    if (archive->source != NULL) {
        return read_source(archive, archive->source, err);
    }
    if (!open_toc(archive, &source, err)) {
        return false;
    }
    ok = read_source(archive, source, err);
    source_close(source);
    return ok;
}

bool tool_archive_toc(const ToolArchive *archive, Toc *toc, Error *err)
{
    Source *source = NULL;
    bool ok;

    if (archive->source != NULL) {
        return pg_toc_read(archive->source, archive->kind, toc, err);
    }
    if (!open_toc(archive, &source, err)) {
        return false;
    }
    ok = pg_toc_read(source, archive->kind, toc, err);
    source_close(source);
    return ok;
}

bool tool_archive_open(ToolArchive *archive, const char *name, const Source *source, FileKind kind,
                       const EngineContext *context, Error *err)
{
    ServerFacts anyone = {.dbms = "postgres", .server_version = ""};

    *archive = (ToolArchive){.name = name, .source = source, .kind = kind};
    if (!read_head(archive, err)) {
        return false;
    }
    anyone.server_version_number = pg_archive_reader_version(&archive->head);
    return program_choose(PROGRAM_PG_RESTORE, &anyone, anyone.server_version_number, context,
                          &archive->program, err) ||
           error_prefix(err, "to read %s, a %s", name, file_kind_text(kind));
}

/* --- What pg_restore doesn't see of a folder ---------------------------------------------- */

static bool ends_with(const char *text, size_t len, const char *end)
{
    size_t end_len = strlen(end);

    return len >= end_len && memcmp(text + len - end_len, end, end_len) == 0;
}

/* A table's rows, not compressed: what follows the last of them. */
static bool check_end(int folder, const char *name, const struct stat *status, bool *good,
                      Error *err)
{
    char tail[8];
    size_t len = status->st_size < (off_t)sizeof tail ? (size_t)status->st_size : sizeof tail;
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
    bool ok;

    if (fd < 0) {
        return error_set_errno(err, errno, "cannot open %s", name);
    }
    ok = file_read_at(fd, name, tail, len, (uint64_t)status->st_size - len, err);
    close(fd);
    *good = ends_with(tail, len, "\\.\n\n\n") || ends_with(tail, len, ";\n\n\n");
    return ok;
}

/* The list of large objects: numbers and names of files, none of which may lead out of the folder,
 * where pg_restore would follow it. */
static bool check_list(int folder, const char *name, bool *good, Error *err)
{
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC);
    char piece[4096];
    size_t got = 1;
    bool ok = true;

    if (fd < 0) {
        return error_set_errno(err, errno, "cannot open %s", name);
    }
    while (ok && got > 0) {
        ok = file_read(fd, name, piece, sizeof piece, &got, err);
        *good = *good && (!ok || memchr(piece, '/', got) == NULL);
    }
    close(fd);
    return ok;
}

static bool is_packed(const char *name, size_t len)
{
    return ends_with(name, len, ".gz") || ends_with(name, len, ".zst") ||
           ends_with(name, len, ".lz4");
}

/* It takes a compressed file of no bytes at all, and rows that end early, for the end of a table.
 */
static bool check_data_file(int folder, const char *name, void *path, Error *err)
{
    bool good = true;
    struct stat status;
    size_t len = strlen(name);
    bool rows = name[0] >= '0' && name[0] <= '9' && ends_with(name, len, ".dat");

    if (fstatat(folder, name, &status, 0) != 0) {
        return error_set_errno(err, errno, "cannot look at %s", name);
    }
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) { /* a pipe would be waited for */
        return error_set(err, ERR_DAMAGED, "%s holds what is no file: %s", (const char *)path,
                         name);
    }
    if (strncmp(name, "blobs", 5) == 0 && strstr(name, ".toc") != NULL) {
        if (is_packed(name, len)) { /* pg_dump doesn't pack it, but pg_restore would unpack it */
            good = false;
        } else if (!check_list(folder, name, &good, err)) {
            return false;
        }
        return good || error_set(err, ERR_DAMAGED, "%s isn't by pg_dump: %s leads out of it",
                                 (const char *)path, name);
    }
    if (is_packed(name, len)) {
        good = status.st_size > 0;
    } else if (rows && !check_end(folder, name, &status, &good, err)) {
        return false;
    }
    return good || error_set(err, ERR_DAMAGED, "%s is not whole: %s has been cut",
                             (const char *)path, name);
}

/* The names of its files stand in the table of contents. */
static bool check_names(const ToolArchive *archive, Error *err)
{
    Toc toc;
    bool ok;

    toc_init(&toc);
    ok = tool_archive_toc(archive, &toc, err);
    toc_free(&toc);
    return ok;
}

static bool check_folder(const ToolArchive *archive, Error *err)
{
    return folder_for_each_in(archive->name, check_data_file, (void *)archive->name, err) &&
           check_names(archive, err);
}

bool tool_archive_check(const ToolArchive *archive, const EngineContext *context, Error *err)
{
    RangeReader range;

    if (archive->source == NULL) {
        return (archive->kind != FILE_PG_DIRECTORY || check_folder(archive, err)) &&
               tool_check_archive(&archive->program, archive->name, archive->name, NULL, context,
                                  err);
    }
    range_reader_init(&range, archive->source, 0, archive->source->size);
    return tool_check_archive(&archive->program, archive->name, NULL, &range.base, context, err);
}

static bool add_size(int folder, const char *name, void *sum, Error *err)
{
    uint64_t *bytes = sum;
    struct stat status;

    if (fstatat(folder, name, &status, 0) != 0) {
        return error_set_errno(err, errno, "cannot look at %s", name);
    }
    *bytes += S_ISREG(status.st_mode) ? (uint64_t)status.st_size : 0;
    return true;
}

bool tool_folder_size(const char *path, uint64_t *bytes, Error *err)
{
    *bytes = 0;
    return folder_for_each_in(path, add_size, bytes, err);
}
