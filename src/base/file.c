/* SPDX-License-Identifier: Apache-2.0 */
/* Files that appear whole or not at all, and reads and writes that finish what they begin. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

static void forget(AtomicFile *file)
{
    free(file->path);
    free(file->partial);
    *file = (AtomicFile){.fd = -1};
}

/* What a run that was killed left behind may be taken over; a file that somebody else has put
 * there, or can reach by another name, may not: he would read what is written. */
static bool is_ours(const AtomicFile *file, const struct stat *opened, Error *err)
{
    if (opened->st_uid != geteuid() || opened->st_nlink > 1) {
        (void)error_set(err, ERR_REFUSED, "%s exists already, and %s", file->partial,
                        opened->st_nlink > 1 ? "has another name, too" : "belongs to another user");
        return error_hint(err, "Remove it, once nobody is writing it.");
    }
    (void)fchmod(file->fd, 0600); /* where it can't be, the file system knows no rights */
    return true;
}

/* Opens the partial file and makes sure that no other run writes it. */
static bool open_partial(AtomicFile *file, Error *err)
{
    static const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW;
    struct stat opened;
    struct stat named = {0};
    bool is_new;

    file->fd = open(file->partial, flags | O_EXCL, 0600);
    is_new = file->fd >= 0;
    if (!is_new && errno == EEXIST) {
        file->fd = open(file->partial, flags, 0600);
    }
    if (file->fd < 0) {
        return error_set_errno(err, errno, "cannot create %s", file->partial);
    }
    if (flock(file->fd, LOCK_EX | LOCK_NB) != 0) {
        int why = errno;

        if (why == EWOULDBLOCK) {
            (void)error_set(err, ERR_REFUSED, "%s is being written by another run", file->partial);
        } else {
            (void)error_set_errno(err, why, "cannot lock %s", file->partial);
        }
        close(file->fd);
        file->fd = -1; /* not ours to remove */
        return false;
    }
    if (fstat(file->fd, &opened) != 0 || (stat(file->partial, &named) != 0 && errno != ENOENT)) {
        return error_set_errno(err, errno, "cannot examine %s", file->partial);
    }
    /* The run that held it may have renamed it away between open and lock. */
    if (opened.st_ino != named.st_ino || opened.st_dev != named.st_dev) {
        close(file->fd);
        file->fd = -1;
        return error_set(err, ERR_REFUSED, "%s is being written by another run", file->partial);
    }
    if (!is_new && !is_ours(file, &opened, err)) {
        close(file->fd);
        file->fd = -1;
        return false;
    }
    if (ftruncate(file->fd, 0) != 0 && errno != EINVAL) {
        return error_set_errno(err, errno, "cannot empty %s", file->partial);
    }
    return true;
}

bool atomic_file_open(AtomicFile *file, const char *path, bool replace, Error *err)
{
    size_t len = strlen(path);

    *file = (AtomicFile){.fd = -1};
    if (!replace && access(path, F_OK) == 0) {
        (void)error_set(err, ERR_REFUSED, "%s exists already", path);
        return error_hint(err, "Remove it, or name another file with --output.");
    }
    file->path = strdup(path);
    file->partial = malloc(len + sizeof ".partial");
    if (file->path == NULL || file->partial == NULL) {
        forget(file);
        return error_set_memory(err, path);
    }
    memcpy(file->partial, path, len);
    memcpy(file->partial + len, ".partial", sizeof ".partial");
    if (!open_partial(file, err)) {
        atomic_file_abort(file);
        forget(file);
        return false;
    }
    return true;
}

bool atomic_file_write(AtomicFile *file, const void *data, size_t len, Error *err)
{
    if (!file_write_all(file->fd, file->partial, data, len, err)) {
        return false;
    }
    file->written += len;
    return true;
}

/* A rename is safe only when the folder that records it is on disk. */
static bool sync_folder(const char *path, Error *err)
{
    char *copy = strdup(path);
    const char *folder;
    int fd;
    bool ok = true;

    if (copy == NULL) {
        return error_set_memory(err, path);
    }
    folder = dirname(copy);
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) {
        ok = error_set_errno(err, errno, "cannot open folder %s", folder);
    } else {
        if (fsync(fd) != 0 && errno != EINVAL) { /* some file systems can't sync folders */
            ok = error_set_errno(err, errno, "cannot flush folder %s to disk", folder);
        }
        close(fd);
    }
    free(copy);
    return ok;
}

bool atomic_file_sync(AtomicFile *file, Error *err)
{
    return fsync(file->fd) == 0
               ? true
               : error_set_errno(err, errno, "cannot flush %s to disk", file->partial);
}

bool atomic_file_commit(AtomicFile *file, Error *err)
{
    bool ok = atomic_file_sync(file, err);

    if (ok && rename(file->partial, file->path) != 0) {
        ok = error_set_errno(err, errno, "cannot rename %s to %s", file->partial, file->path);
    }
    if (!ok) {
        atomic_file_abort(file);
        return false;
    }
    if (close(file->fd) != 0) {
        ok = error_set_errno(err, errno, "cannot close %s", file->path);
    }
    file->fd = -1;
    if (ok) {
        ok = sync_folder(file->path, err);
    }
    if (!ok) {
        (void)unlink(file->path); /* not known to be on disk: not a backup */
    }
    forget(file);
    return ok;
}

void atomic_file_abort(AtomicFile *file)
{
    if (file->fd >= 0) {
        (void)unlink(file->partial);
        close(file->fd);
        file->fd = -1;
    }
    forget(file);
}

bool file_write_all(int fd, const char *path, const void *data, size_t len, Error *err)
{
    const char *p = data;

    while (len > 0) {
        ssize_t n = write(fd, p, len);

        if (n < 0) {
            if (errno == EINTR) {
                continue;
            }
            return error_set_errno(err, errno, "cannot write to %s", path);
        }
        p += n;
        len -= (size_t)n;
    }
    return true;
}

bool file_read(int fd, const char *path, void *data, size_t len, size_t *got, Error *err)
{
    char *p = data;
    size_t total = 0;

    while (total < len) {
        ssize_t n = read(fd, p + total, len - total);

        if (n < 0) {
            if (errno == EINTR) {
                continue;
            }
            return error_set_errno(err, errno, "cannot read %s", path);
        }
        if (n == 0) {
            break;
        }
        total += (size_t)n;
    }
    *got = total;
    return true;
}

bool file_read_at(int fd, const char *path, void *data, size_t len, uint64_t offset, Error *err)
{
    char *p = data;

    while (len > 0) {
        ssize_t n = pread(fd, p, len, (off_t)offset);

        if (n < 0) {
            if (errno == EINTR) {
                continue;
            }
            return error_set_errno(err, errno, "cannot read %s", path);
        }
        if (n == 0) {
            return error_set(err, ERR_DAMAGED, "%s ends too early: it has been cut", path);
        }
        p += n;
        offset += (uint64_t)n;
        len -= (size_t)n;
    }
    return true;
}

bool file_open_read(const char *path, int *fd, Error *err)
{
    struct stat status;
    int opened = open(path, O_RDONLY | O_CLOEXEC);

    if (opened < 0) {
        return error_set_errno(err, errno, "cannot open %s", path);
    }
    if (fstat(opened, &status) != 0) {
        int why = errno;

        close(opened);
        return error_set_errno(err, why, "cannot examine %s", path);
    }
    if (S_ISDIR(status.st_mode)) {
        close(opened);
        return error_set_errno(err, EISDIR, "cannot read %s", path);
    }
    *fd = opened;
    return true;
}

bool file_size(int fd, const char *path, bool *seekable, uint64_t *size, Error *err)
{
    struct stat status;

    if (fstat(fd, &status) != 0) {
        return error_set_errno(err, errno, "cannot examine %s", path);
    }
    *seekable = S_ISREG(status.st_mode);
    *size = *seekable ? (uint64_t)status.st_size : 0;
    return true;
}
