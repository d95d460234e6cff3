/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The backups in a folder. What has a manifest beside it is one; what begins as our file but has
 * none is shown too, as not complete, and so is a manifest whose file is gone: whoever looks for a
 * backup at night must see what is wrong with the one that he wanted.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "app/app.h"
#include "app/tool_archive.h"
#include "archive/cluster_reader.h"
#include "base/clock.h"
#include "io/crypt_source.h"

static const char manifest_suffix[] = ".json";

static void copy_text(char *out, size_t size, const char *text)
{
    (void)snprintf(out, size, "%s", text != NULL ? text : "");
}

/* What an unfinished file's own index knows of it: nothing, when it was cut. */
/* Takes over source. */
static void describe_by_index(Source *source, Manifest *manifest)
{
    ScriptArchive *archive;
    const TocInfo *info;
    Error ignored;

    if (!script_archive_open_source(source, &archive, &ignored)) {
        return;
    }
    info = &script_archive_toc(archive)->info;
    copy_text(manifest->database, sizeof manifest->database, info->database);
    copy_text(manifest->dbms, sizeof manifest->dbms, info->dbms);
    copy_text(manifest->server_version, sizeof manifest->server_version, info->server_version);
    copy_text(manifest->started, sizeof manifest->started, info->started);
    script_archive_close(archive);
}

/* Takes over source. */
static void describe_cluster(Source *source, Manifest *manifest)
{
    const ClusterIndex *index;
    ClusterArchive *archive;
    Error ignored;

    (void)snprintf(manifest->format, sizeof manifest->format, "cluster");
    if (!cluster_archive_open_source(source, &archive, &ignored)) {
        return;
    }
    index = cluster_archive_index(archive);
    copy_text(manifest->dbms, sizeof manifest->dbms, index->info.dbms);
    copy_text(manifest->server_version, sizeof manifest->server_version,
              index->info.server_version);
    copy_text(manifest->started, sizeof manifest->started, index->info.started);
    for (size_t i = 0; i < index->members.len; i++) {
        if (index->members.items[i].kind == CLUSTER_DATABASE) {
            manifest->databases += index->members.items[i].failure == NULL;
            manifest->failed += index->members.items[i].failure != NULL;
        }
    }
    cluster_archive_close(archive);
}

/* Of a file without a manifest: whether it is one of ours. An encrypted one is, whatever it holds;
 * what that is, its key tells, if we have it. */
static bool describe(ListedBackup *backup, KeyRing *keys)
{
    FileKind kind = FILE_UNKNOWN;
    Source *source;
    bool encrypted;
    Error ignored;

    if (!crypt_source_open(backup->path, keys, &source, &encrypted, &ignored)) {
        return backup->encrypted;
    }
    if (!file_kind_of_source(source, &kind, &ignored) ||
        (kind != FILE_SCRIPT_ARCHIVE && kind != FILE_CLUSTER)) {
        source_close(source);
        return false;
    }
    (kind == FILE_CLUSTER ? describe_cluster : describe_by_index)(source, &backup->manifest);
    return true;
}

static bool is_encrypted(const char *path)
{
    FileKind kind;
    Error ignored;

    return file_kind_detect(path, &kind, &ignored) && kind == FILE_ENCRYPTED;
}

/* Whether the file is a backup, finished or not; fills what is known of it. */
static bool recognise(ListedBackup *backup, KeyRing *keys, const struct stat *status)
{
    bool found = false;
    Error ignored; /* a file that can't be read, or a .json of somebody else's: no backup */

    backup->file_size = (uint64_t)status->st_size;
    backup->encrypted = is_encrypted(backup->path);
    if (S_ISDIR(status->st_mode) && !tool_folder_size(backup->path, &backup->file_size, &ignored)) {
        return false;
    }
    if (manifest_read(backup->path, &backup->manifest, &found, &ignored) && found) {
        backup->complete = backup->manifest.file_size == backup->file_size;
    } else {
        manifest_clear(&backup->manifest);
        if (!describe(backup, keys)) {
            return false;
        }
    }
    if (backup->manifest.started[0] == '\0') {
        clock_format_utc((int64_t)status->st_mtime, backup->manifest.started);
    }
    return true;
}

static bool is_manifest_name(const char *path)
{
    size_t len = strlen(path);

    return len >= sizeof manifest_suffix &&
           strcmp(path + len - (sizeof manifest_suffix - 1), manifest_suffix) == 0;
}

/* From a manifest's path to its file's: true when that file is gone, so that only the manifest can
 * tell of it. */
static bool recognise_orphan(ListedBackup *backup)
{
    struct stat status;
    bool found = false;
    Error ignored;

    backup->path[strlen(backup->path) - (sizeof manifest_suffix - 1)] = '\0';
    return stat(backup->path, &status) != 0 && errno == ENOENT &&
           manifest_read(backup->path, &backup->manifest, &found, &ignored) && found;
}

/* A file; or a folder that pg_dump made for us. */
static bool is_candidate(const char *path, const struct stat *status)
{
    FileKind kind;
    Error ignored;

    return S_ISREG(status->st_mode) ||
           (S_ISDIR(status->st_mode) && file_kind_detect(path, &kind, &ignored) &&
            kind == FILE_PG_DIRECTORY);
}

static bool add_file(const char *folder, const char *name, KeyRing *keys, BackupList *list,
                     Error *err)
{
    ListedBackup backup = {0};
    struct stat status;
    int len = strcmp(folder, ".") == 0
                  ? snprintf(backup.path, sizeof backup.path, "%s", name)
                  : snprintf(backup.path, sizeof backup.path, "%s%s%s", folder,
                             folder[strlen(folder) - 1] == '/' ? "" : "/", name);

    if (len < 0 || (size_t)len >= sizeof backup.path) {
        return error_set_errno(err, ENAMETOOLONG, "%s/%s", folder, name);
    }
    /* What vanishes while we look, and what isn't a file, is no backup. */
    if (stat(backup.path, &status) != 0 || !is_candidate(backup.path, &status) ||
        !(is_manifest_name(backup.path) ? recognise_orphan(&backup)
                                        : recognise(&backup, keys, &status))) {
        return true;
    }
    return vec_push(list, backup) ? true : error_set_memory(err, folder);
}

static int newest_first(const void *a, const void *b)
{
    const ListedBackup *one = a;
    const ListedBackup *other = b;
    int order = strcmp(other->manifest.started, one->manifest.started);

    return order != 0 ? order : strcmp(one->path, other->path);
}

bool list_run(const char *folder, KeyRing *keys, BackupList *list, Error *err)
{
    BackupList found = {0};
    DIR *dir = opendir(folder);
    const struct dirent *file;
    bool ok = true;

    if (dir == NULL) {
        return error_set_errno(err, errno, "cannot open folder %s", folder);
    }
    while (ok) {
        errno = 0;
        file = readdir(dir);
        if (file == NULL) {
            ok = errno == 0 ? true : error_set_errno(err, errno, "cannot read folder %s", folder);
            break;
        }
        ok = add_file(folder, file->d_name, keys, &found, err);
    }
    (void)closedir(dir);
    if (!ok) {
        vec_free(&found);
        return false;
    }
    if (found.len > 0) {
        qsort(found.items, found.len, sizeof *found.items, newest_first);
    }
    *list = found;
    return true;
}
