/* SPDX-License-Identifier: Apache-2.0 */
/* The folder of backups that wait to be copied into a cluster archive. */
#include "app/cluster_spool.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* The archive's folder, with its slash. */
static void find_parent(const char *archive, char out[static PATH_MAX])
{
    const char *slash = strrchr(archive, '/');

    if (strcmp(archive, "-") == 0) {
        (void)snprintf(out, PATH_MAX, "%s/", run_folder_usual_parent());
    } else {
        (void)snprintf(out, PATH_MAX, "%.*s", slash == NULL ? 0 : (int)(slash + 1 - archive),
                       archive);
    }
}

bool cluster_spool_make(const char *archive, const EventSink *events, ClusterSpool *spool,
                        Error *err)
{
    char parent[PATH_MAX];

    find_parent(archive, parent);
    return run_folder_make(parent, ".dbbackup-spool", events, &spool->folder, err);
}

bool cluster_spool_path(const ClusterSpool *spool, size_t number, char out[static PATH_MAX],
                        Error *err)
{
    int len = snprintf(out, PATH_MAX, "%s/%zu", spool->folder.path, number + 1);

    return len < PATH_MAX || error_set_errno(err, ENAMETOOLONG, "%s", spool->folder.path);
}

void cluster_spool_remove(ClusterSpool *spool)
{
    (void)run_folder_remove(&spool->folder);
}
