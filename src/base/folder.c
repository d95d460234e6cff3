/* SPDX-License-Identifier: Apache-2.0 */
/* Reads folders. */
#include "base/folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* NULL and an errno of 0 at the end. */
static const struct dirent *next_file(DIR *files)
{
    const struct dirent *file;

    do {
        errno = 0;
        file = readdir(files);
    } while (file != NULL && (strcmp(file->d_name, ".") == 0 || strcmp(file->d_name, "..") == 0));
    return file;
}

/* Takes fd over. */
static bool walk(int fd, const char *path, FolderAction *action, void *argument, Error *err)
{
    DIR *files = fd < 0 ? NULL : fdopendir(fd);
    const struct dirent *file;
    bool ok = true;

    if (files == NULL) {
        (void)error_set_errno(err, errno, "cannot open folder %s", path);
        if (fd >= 0) {
            (void)close(fd);
        }
        return false;
    }
    while (ok && (file = next_file(files)) != NULL) {
        ok = action(dirfd(files), file->d_name, argument, err);
    }
    if (ok && errno != 0) {
        ok = error_set_errno(err, errno, "cannot read folder %s", path);
    }
    (void)closedir(files);
    return ok;
}

bool folder_for_each(int folder, const char *path, FolderAction *action, void *argument, Error *err)
{
    return walk(openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC), path, action, argument,
                err);
}

bool folder_for_each_in(const char *path, FolderAction *action, void *argument, Error *err)
{
    return walk(open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), path, action, argument, err);
}
