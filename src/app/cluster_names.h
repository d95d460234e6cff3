/* SPDX-License-Identifier: Apache-2.0 */
/* Databases' names in a message: `"shop", "crm" and 40 more`. */
#ifndef DBB_APP_CLUSTER_NAMES_H
#define DBB_APP_CLUSTER_NAMES_H

#include <stddef.h>

#include "archive/cluster.h"

typedef struct NameList {
    char text[1024];
    size_t len;
    size_t n; /* names, also those that had no room */
    size_t n_shown;
} NameList;

void name_list_add(NameList *list, const char *name); /* to {0} first */
/* Its text, "none" if there is no name. Nothing can be added after it. */
const char *name_list_text(NameList *list);

/* What an archive holds and lacks, of databases: `the databases "a", "b"; "c" is lacking`. */
typedef struct ClusterNames {
    char text[2 * sizeof(((NameList *)NULL)->text) + 64];
} ClusterNames;

ClusterNames cluster_names(const ClusterIndex *index);

#endif
