/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of backups that wait to be copied into a cluster archive. */
#include "app/cluster_spool.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

bool cluster_spool_make(const char *archive, ClusterSpool *spool, Error *err)
{
    char parent[PATH_MAX];
    char folder[PATH_MAX];
    int len;

    find_parent(archive, parent);
    len = snprintf(folder, sizeof folder, "%s.dbbackup-spool.XXXXXX", parent);
    if (len < 0 || (size_t)len >= sizeof folder) {
        return error_set_errno(err, ENAMETOOLONG, "%s", archive);
    }
    if (mkdtemp(folder) == NULL) {
        return error_set_errno(err, errno, "cannot make a folder in %s",
                               parent[0] == '\0' ? "this folder" : parent);
    }
    memcpy(spool->folder, folder, sizeof folder);
    return true;
}

bool cluster_spool_path(const ClusterSpool *spool, size_t number, char out[static PATH_MAX],
                        Error *err)
{
    int len = snprintf(out, PATH_MAX, "%s/%zu", spool->folder, number + 1);

    return len < PATH_MAX || error_set_errno(err, ENAMETOOLONG, "%s", spool->folder);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *place)
{
    (void)status;
    (void)kind;
    (void)place;
    (void)remove(path);
    return 0;
}

void cluster_spool_remove(ClusterSpool *spool)
{
    if (spool->folder[0] != '\0') {
        (void)nftw(spool->folder, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
        spool->folder[0] = '\0';
    }
}
