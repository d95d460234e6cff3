/* SPDX-License-Identifier: Apache-2.0 */
/* Counts who holds what. */
#include "sched/claims.h"

#include <stdlib.h>

struct ClaimedThing {
    uint32_t shared;    /* how many jobs share it now */
    uint32_t exclusive; /* how many jobs of its one holder have it for themselves */
    size_t holder;
};

bool claims_init(Claims *claims, const Claim *list, size_t n, size_t n_jobs, Error *err)
{
    uint32_t *next = calloc(n_jobs + 1, sizeof *next);
    size_t n_things = 1;

    for (size_t i = 0; i < n; i++) {
        n_things = list[i].thing >= n_things ? (size_t)list[i].thing + 1 : n_things;
    }
    *claims = (Claims){
        .first = calloc(n_jobs + 2, sizeof *claims->first),
        .sorted = calloc(n + 1, sizeof *claims->sorted),
        .things = calloc(n_things, sizeof *claims->things),
    };
    if (next == NULL || claims->first == NULL || claims->sorted == NULL || claims->things == NULL) {
        free(next);
        return error_set_memory(err, "the list of jobs");
    }
    for (size_t i = 0; i < n; i++) {
        claims->first[list[i].job + 1]++;
    }
    for (size_t i = 0; i < n_jobs; i++) {
        claims->first[i + 1] += claims->first[i];
        next[i] = claims->first[i];
    }
    for (size_t i = 0; i < n; i++) {
        claims->sorted[next[list[i].job]++] = list[i];
    }
    free(next);
    return true;
}

void claims_free(Claims *claims)
{
    free(claims->first);
    free(claims->sorted);
    free(claims->things);
    *claims = (Claims){0};
}

static bool may_take(const ClaimedThing *thing, bool shared, size_t holder)
{
    if (thing->exclusive > 0) {
        return thing->holder == holder;
    }
    return shared || thing->shared == 0;
}

bool claims_take(Claims *claims, uint32_t job, size_t holder)
{
    for (uint32_t i = claims->first[job]; i < claims->first[job + 1]; i++) {
        const Claim *claim = &claims->sorted[i];

        if (!may_take(&claims->things[claim->thing], claim->shared, holder)) {
            return false;
        }
    }
    for (uint32_t i = claims->first[job]; i < claims->first[job + 1]; i++) {
        ClaimedThing *thing = &claims->things[claims->sorted[i].thing];

        if (claims->sorted[i].shared) {
            thing->shared++;
        } else {
            thing->exclusive++;
            thing->holder = holder;
        }
    }
    return true;
}

void claims_release(Claims *claims, uint32_t job)
{
    for (uint32_t i = claims->first[job]; i < claims->first[job + 1]; i++) {
        ClaimedThing *thing = &claims->things[claims->sorted[i].thing];

        if (claims->sorted[i].shared) {
            thing->shared--;
        } else {
            thing->exclusive--;
        }
    }
}
