/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What jobs need for themselves while they run. Two jobs that claim the same thing don't run at
 * once, unless both share it; those that one worker runs in one go don't hinder each other. A job
 * gets all that it claims or nothing, so nobody waits while he holds.
 */
#ifndef DBB_SCHED_CLAIMS_H
#define DBB_SCHED_CLAIMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

typedef struct Claim {
    uint32_t job;
    uint32_t thing; /* any number; memory is taken up to the highest */
    bool shared;
} Claim;

typedef struct ClaimedThing ClaimedThing;

typedef struct Claims {
    uint32_t *first; /* per job, and one more: where its claims begin in `sorted` */
    Claim *sorted;
    ClaimedThing *things;
} Claims;

bool claims_init(Claims *claims, const Claim *list, size_t n, size_t n_jobs, Error *err) MUST_CHECK;
void claims_free(Claims *claims); /* {0} is fine */
/* False, and nothing is taken, when somebody else than the holder has something of it. */
bool claims_take(Claims *claims, uint32_t job, size_t holder) MUST_CHECK;
void claims_release(Claims *claims, uint32_t job);

#endif
