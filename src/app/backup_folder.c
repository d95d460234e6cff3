/* SPDX-License-Identifier: Apache-2.0 */
/* Folders that appear whole or not at all. There are only files in them. */
#include "app/backup_folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/folder.h"

static bool for_each_file(const BackupFolder *folder, FolderAction *action, void *argument,
                          Error *err)
{
    return folder_for_each(folder->fd, folder->partial, action, argument, err);
}

static bool remove_file(int folder, const char *name, void *argument, Error *err)
{
    (void)argument;
    return unlinkat(folder, name, 0) == 0 || error_set_errno(err, errno, "cannot remove %s", name);
}

static bool sync_file(int folder, const char *name, void *argument, Error *err)
{
    uint64_t *bytes = argument;
    int fd = openat(folder, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    struct stat status;
    bool ok = fd >= 0 && fsync(fd) == 0 && fstat(fd, &status) == 0;

    if (ok) {
        *bytes += (uint64_t)status.st_size;
    } else {
        (void)error_set_errno(err, errno, "cannot flush %s to disk", name);
    }
    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

/* Of a run that was killed. Who has put it there for us could read what is written. */
static bool take_over(const BackupFolder *folder, Error *err)
{
    struct stat status;

    if (fstat(folder->fd, &status) != 0 || status.st_uid != geteuid()) {
        (void)error_set(err, ERR_REFUSED, "%s exists already, and belongs to another user",
                        folder->partial);
        return error_hint(err, "Remove it, once nobody is writing it.");
    }
    (void)fchmod(folder->fd, 0700); /* where it can't be, the file system knows no rights */
    return true;
}

bool backup_folder_open(BackupFolder *folder, const char *path, Error *err)
{
    int len = snprintf(folder->path, sizeof folder->path, "%s", path);
    bool exists;

    folder->fd = -1;
    while (len > 1 && folder->path[len - 1] == '/') {
        folder->path[--len] = '\0';
    }
    len = snprintf(folder->partial, sizeof folder->partial, "%.*s.partial", PATH_MAX - 16,
                   folder->path);
    if (len >= PATH_MAX - 8) {
        return error_set_errno(err, ENAMETOOLONG, "%s", path);
    }
    if (access(folder->path, F_OK) == 0) {
        (void)error_set(err, ERR_REFUSED, "%s exists already", folder->path);
        return error_hint(err, "Remove it, or name another folder with --output.");
    }
    exists = mkdir(folder->partial, 0700) != 0;
    if (exists && errno != EEXIST) {
        return error_set_errno(err, errno, "cannot make folder %s", folder->partial);
    }
    folder->fd = open(folder->partial, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (folder->fd < 0) {
        return error_set_errno(err, errno, "cannot open folder %s", folder->partial);
    }
    if (flock(folder->fd, LOCK_EX | LOCK_NB) != 0) {
        close(folder->fd);
        folder->fd = -1; /* not ours to remove */
        return error_set(err, ERR_REFUSED, "%s is being written by another run", folder->partial);
    }
    if (exists && !take_over(folder, err)) {
        close(folder->fd);
        folder->fd = -1;
        return false;
    }
    if (for_each_file(folder, remove_file, NULL, err)) { /* of a run that was killed */
        return true;
    }
    backup_folder_abort(folder);
    return false;
}

bool backup_folder_sync(BackupFolder *folder, uint64_t *bytes, Error *err)
{
    *bytes = 0;
    return for_each_file(folder, sync_file, bytes, err) &&
           (fsync(folder->fd) == 0 || errno == EINVAL ||
            error_set_errno(err, errno, "cannot flush folder %s to disk", folder->partial));
}

static bool sync_parent(const BackupFolder *folder, Error *err)
{
    int fd = openat(folder->fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);

    if (!ok) {
        (void)error_set_errno(err, errno, "cannot flush the folder of %s to disk", folder->path);
    }
    if (fd >= 0) {
        close(fd);
    }
    return ok;
}

bool backup_folder_commit(BackupFolder *folder, Error *err)
{
    if (rename(folder->partial, folder->path) != 0) {
        (void)error_set_errno(err, errno, "cannot rename %s to %s", folder->partial, folder->path);
        backup_folder_abort(folder);
        return false;
    }
    if (!sync_parent(folder, err)) {
        (void)rename(folder->path, folder->partial); /* not known to be on disk: not a backup */
        backup_folder_abort(folder);
        return false;
    }
    close(folder->fd);
    folder->fd = -1;
    return true;
}

void backup_folder_abort(BackupFolder *folder)
{
    Error ignored;

    if (folder->fd >= 0) {
        (void)!for_each_file(folder, remove_file, NULL, &ignored);
        (void)rmdir(folder->partial);
        close(folder->fd);
        folder->fd = -1;
    }
}
