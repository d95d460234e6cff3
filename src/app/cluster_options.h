/* SPDX-License-Identifier: Apache-2.0 */
/* What a cluster archive says of the options that it was made with. */
#ifndef DBB_APP_CLUSTER_OPTIONS_H
#define DBB_APP_CLUSTER_OPTIONS_H

#include "app/app.h"

/* A JSON object of the options that left something out; nothing when the backup is of all that the
 * server holds. */
bool cluster_options_describe(const ClusterBackupRequest *request, Buffer *out,
                              Error *err) MUST_CHECK;

#endif
