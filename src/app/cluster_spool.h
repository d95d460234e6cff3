/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder beside a cluster archive, in which each database's backup stands until it was copied:
 * .dbbackup-spool.XXXXXX, readable by its owner only. One that a killed run left is in nobody's
 * way, and may be removed.
 */
#ifndef DBB_APP_CLUSTER_SPOOL_H
#define DBB_APP_CLUSTER_SPOOL_H

#include <limits.h>
#include <stddef.h>

#include "base/error.h"

typedef struct ClusterSpool {
    char folder[PATH_MAX]; /* "" : there is none */
} ClusterSpool;

/* For an archive that goes to standard output ("-") it stands in $TMPDIR, or /tmp. */
bool cluster_spool_make(const char *archive, ClusterSpool *spool, Error *err) MUST_CHECK;
/* Where the backup of the database of that number goes. */
bool cluster_spool_path(const ClusterSpool *spool, size_t number, char out[static PATH_MAX],
                        Error *err) MUST_CHECK;
/* With all that is in it; {0} is fine. What can't be removed isn't worth a failure by now. */
void cluster_spool_remove(ClusterSpool *spool);

#endif
