/* SPDX-License-Identifier: Apache-2.0 */
/* Databases' names in a message. */
#include "app/cluster_names.h"

#include <stdio.h>
#include <string.h>

enum { ROOM_FOR_MORE = 40 /* bytes of " and 18446744073709551615 more" */ };

void name_list_add(NameList *list, const char *name)
{
    size_t len = strlen(name) + (list->len == 0 ? 2 : 4);

    if (list->n == list->n_shown && list->len + len + ROOM_FOR_MORE < sizeof list->text) {
        (void)snprintf(list->text + list->len, sizeof list->text - list->len, "%s\"%s\"",
                       list->len == 0 ? "" : ", ", name);
        list->len += len;
        list->n_shown++;
    }
    list->n++;
}

const char *name_list_text(NameList *list)
{
    if (list->n > list->n_shown) {
        (void)snprintf(list->text + list->len, sizeof list->text - list->len, " and %zu more",
                       list->n - list->n_shown);
    }
    return list->n == 0 ? "none" : list->text;
}

ClusterNames cluster_names(const ClusterIndex *index)
{
    NameList there = {0};
    NameList lacking = {0};
    ClusterNames names;

    for (size_t i = 0; i < index->members.len; i++) {
        const ClusterMember *member = &index->members.items[i];

        if (member->kind == CLUSTER_DATABASE || member->failure != NULL) {
            name_list_add(member->failure == NULL ? &there : &lacking, member->name);
        }
    }
    (void)snprintf(names.text, sizeof names.text, "%s%s%s", name_list_text(&there),
                   lacking.n == 0 ? "" : "; it lacks ",
                   lacking.n == 0 ? "" : name_list_text(&lacking));
    return names;
}
