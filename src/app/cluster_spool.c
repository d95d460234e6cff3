/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of backups that wait to be copied into a cluster archive. */
#include "app/cluster_spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX ".dbbackup-spool."
#define RANDOM "XXXXXX"
#define OWNER  "owner" /* the file that its run holds a lock on */

enum { OPEN_FOLDERS = 8 };

/* The archive's folder, with its slash. */
static void find_parent(const char *archive, char out[static PATH_MAX])
{
    const char *slash = strrchr(archive, '/');
    const char *tmpdir = getenv("TMPDIR");

    if (strcmp(archive, "-") == 0) {
        (void)snprintf(out, PATH_MAX, "%s/", tmpdir != NULL && tmpdir[0] != '\0' ? tmpdir : "/tmp");
    } else {
        (void)snprintf(out, PATH_MAX, "%.*s", slash == NULL ? 0 : (int)(slash + 1 - archive),
                       archive);
    }
}

/* --- Those of killed runs ----------------------------------------------------------------- */

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    (void)remove(path);
    return 0;
}

static void remove_all(const char *folder)
{
    (void)nftw(folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

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

static void remove_left(const char *parent, const EventSink *events)
{
    DIR *folder = opendir(parent[0] == '\0' ? "." : parent);
    const struct dirent *entry;

    while (folder != NULL && (entry = readdir(folder)) != NULL) {
        char path[PATH_MAX];
        int fd;

        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0 ||
            strlen(entry->d_name) != strlen(PREFIX RANDOM) ||
            snprintf(path, sizeof path, "%s%s", parent, entry->d_name) >= (int)sizeof path) {
            continue;
        }
        fd = lock_of_dead(path);
        if (fd >= 0) {
            remove_all(path);
            (void)close(fd);
            event_text(events, EVENT_NOTICE, "removed %s, which a killed run had left", path);
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

bool cluster_spool_make(const char *archive, const EventSink *events, ClusterSpool *spool,
                        Error *err)
{
    char parent[PATH_MAX];
    char folder[PATH_MAX];
    int len;

    find_parent(archive, parent);
    len = snprintf(folder, sizeof folder, "%s" PREFIX RANDOM, parent);
    if (len < 0 || (size_t)len >= sizeof folder) {
        return error_set_errno(err, ENAMETOOLONG, "%s", archive);
    }
    remove_left(parent, events);
    if (mkdtemp(folder) == NULL) {
        return error_set_errno(err, errno, "cannot make a folder in %s",
                               parent[0] == '\0' ? "this folder" : parent);
    }
    memcpy(spool->folder, folder, sizeof folder);
    spool->owner_fd = lock_own(folder);
    return true;
}

bool cluster_spool_path(const ClusterSpool *spool, size_t number, char out[static PATH_MAX],
                        Error *err)
{
    int len = snprintf(out, PATH_MAX, "%s/%zu", spool->folder, number + 1);

    return len < PATH_MAX || error_set_errno(err, ENAMETOOLONG, "%s", spool->folder);
}

void cluster_spool_remove(ClusterSpool *spool)
{
    if (spool->folder[0] != '\0') {
        remove_all(spool->folder);
        spool->folder[0] = '\0';
        if (spool->owner_fd >= 0) {
            (void)close(spool->owner_fd);
        }
    }
}
