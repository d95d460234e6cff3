/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder beside a cluster archive, in which each database's backup stands until it was copied:
 * .dbbackup-spool.XXXXXX, readable by its owner only. A file in it is locked for as long as the run
 * lives; so one that a killed run left is known by the next one beside it, which removes it.
 */
#ifndef DBB_APP_CLUSTER_SPOOL_H
#define DBB_APP_CLUSTER_SPOOL_H

#include <limits.h>
#include <stddef.h>

#include "base/error.h"
#include "base/event.h"

typedef struct ClusterSpool {
    char folder[PATH_MAX]; /* "" : there is none */
    int owner_fd;          /* the lock; -1: the file system has none */
} ClusterSpool;

/* For an archive that goes to standard output ("-") it stands in $TMPDIR, or /tmp. Those of killed
 * runs of this user are removed there, which `events` hear of as a notice. */
bool cluster_spool_make(const char *archive, const EventSink *events, ClusterSpool *spool,
                        Error *err) MUST_CHECK;
/* Where the backup of the database of that number goes. */
bool cluster_spool_path(const ClusterSpool *spool, size_t number, char out[static PATH_MAX],
                        Error *err) MUST_CHECK;
/* With all that is in it; {0} is fine. What can't be removed isn't worth a failure by now. */
void cluster_spool_remove(ClusterSpool *spool);

#endif
