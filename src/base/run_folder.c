/* SPDX-License-Identifier: Apache-2.0 */
/* Folders that go with their runs. */
#include "base/run_folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/folder.h"

#define RANDOM ".XXXXXX"
#define OWNER  "owner" /* the file that its run holds a lock on */

enum { MOST_TRIES = 20 /* somebody may write into it yet who is about to end */ };

const char *run_folder_usual_parent(void)
{
    const char *folder = getenv("TMPDIR");

    return folder != NULL && folder[0] != '\0' ? folder : "/tmp";
}

/* --- Removing ----------------------------------------------------------------------------- */

/* By descriptors: whoever owns a folder inside could put a link in its place meanwhile. What can't
 * be removed now stays, and so does its folder. */
static bool remove_one(int folder, const char *name, void *argument, Error *err)
{
    int inner;

    (void)argument;
    if (unlinkat(folder, name, 0) == 0) {
        return true;
    }
    inner = openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (inner >= 0) {
        (void)!folder_for_each(inner, name, remove_one, NULL, err);
        (void)close(inner);
        (void)unlinkat(folder, name, AT_REMOVEDIR);
    }
    return true;
}

static bool remove_all(const char *path)
{
    bool gone = false;

    for (int i = 0; !gone && i < MOST_TRIES; i++) {
        int folder = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        Error ignored;

        if (folder >= 0) {
            (void)!folder_for_each(folder, path, remove_one, NULL, &ignored);
            (void)close(folder);
        }
        gone = rmdir(path) == 0 || errno == ENOENT;
        if (!gone && errno != ENOTEMPTY && errno != EEXIST) {
            break;
        }
    }
    return gone;
}

/* --- Those of killed runs ----------------------------------------------------------------- */

/* The lock of a folder of this user's whose run is dead; -1 when it lives, or nobody can tell. */
static int lock_of_dead(const char *folder)
{
    char path[PATH_MAX];
    struct stat status;
    int fd;

    if (lstat(folder, &status) != 0 || !S_ISDIR(status.st_mode) || status.st_uid != geteuid() ||
        snprintf(path, sizeof path, "%s/" OWNER, folder) >= (int)sizeof path) {
        return -1;
    }
    fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    /* Without a name it is another run's who was here first. */
    if (fd >= 0 &&
        (flock(fd, LOCK_EX | LOCK_NB) != 0 || fstat(fd, &status) != 0 || status.st_nlink == 0)) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

static bool is_ours(const char *name, const char *prefix)
{
    return strncmp(name, prefix, strlen(prefix)) == 0 &&
           strlen(name) == strlen(prefix) + strlen(RANDOM) && name[strlen(prefix)] == '.';
}

static void remove_left(const char *parent, const char *prefix, const EventSink *events)
{
    DIR *folder = opendir(parent[0] == '\0' ? "." : parent);
    const struct dirent *entry;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char path[PATH_MAX];
        int fd;

        if (!is_ours(entry->d_name, prefix) ||
            snprintf(path, sizeof path, "%s%s", parent, entry->d_name) >= (int)sizeof path) {
            continue;
        }
        fd = lock_of_dead(path);
        if (fd >= 0) {
            bool gone = remove_all(path);

            (void)close(fd);
            event_text(events, EVENT_NOTICE, "%s %s, which a killed run had left",
                       gone ? "removed" : "could not remove all of", path);
        }
    }
    if (folder != NULL) {
        (void)closedir(folder);
    }
}

/* --- This run's --------------------------------------------------------------------------- */

/* It gets its name when it is locked, so that nobody takes it for a dead run's before. */
static int lock_own(const char *folder)
{
    char made[PATH_MAX];
    char named[PATH_MAX];
    int fd;

    if (snprintf(made, sizeof made, "%s/" OWNER ".new", folder) >= (int)sizeof made ||
        snprintf(named, sizeof named, "%s/" OWNER, folder) >= (int)sizeof named) {
        return -1;
    }
    fd = open(made, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd >= 0 && (flock(fd, LOCK_EX | LOCK_NB) != 0 || rename(made, named) != 0)) {
        (void)close(fd);
        fd = -1;
    }
    return fd;
}

bool run_folder_make(const char *parent, const char *prefix, const EventSink *events,
                     RunFolder *folder, Error *err)
{
    char path[PATH_MAX];
    int len = snprintf(path, sizeof path, "%s%s" RANDOM, parent, prefix);

    if (len < 0 || (size_t)len >= sizeof path) {
        return error_set_errno(err, ENAMETOOLONG, "%s", parent);
    }
    remove_left(parent, prefix, events);
    if (mkdtemp(path) == NULL) {
        return error_set_errno(err, errno, "cannot make a folder in %s",
                               parent[0] == '\0' ? "this folder" : parent);
    }
    memcpy(folder->path, path, sizeof path);
    folder->owner_fd = lock_own(path);
    return true;
}

bool run_folder_remove(RunFolder *folder)
{
    bool gone = true;

    if (folder->path[0] != '\0') {
        gone = remove_all(folder->path);
        folder->path[0] = '\0';
        if (folder->owner_fd >= 0) {
            (void)close(folder->owner_fd);
        }
    }
    return gone;
}
