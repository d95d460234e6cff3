/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder beside a cluster archive, in which each database's backup stands until it was copied:
 * .dbbackup-spool.XXXXXX, which goes with the run (run_folder.h).
 */
#ifndef DBB_APP_CLUSTER_SPOOL_H
#define DBB_APP_CLUSTER_SPOOL_H

#include <stddef.h>

#include "base/run_folder.h"

typedef struct ClusterSpool {
    RunFolder folder;
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
