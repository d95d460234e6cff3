/* SPDX-License-Identifier: Apache-2.0 */
/*
 * In which order, and what of it at once, the entries of an archive are restored.
 *
 * Phases follow one another: definitions; rows, and what needs rows; what is said of all that;
 * what shows it or watches it. In most the entries come one by one in the archive's order. Rows,
 * with their indexes, keys and triggers, and refreshes become jobs that several sessions share: a
 * job begins as soon as all that it needs is done.
 */
#ifndef DBB_APP_RESTORE_PLAN_H
#define DBB_APP_RESTORE_PLAN_H

#include "archive/toc.h"
#include "base/idmap.h"
#include "sched/jobs.h"

typedef enum RestorePhase {
    PHASE_DEFINE,
    PHASE_LOAD,    /* jobs: rows, then indexes, keys, triggers … */
    PHASE_GRANT,   /* publications, privileges: they touch what others touch, and are quick */
    PHASE_REFRESH, /* jobs: materialized views */
    PHASE_WATCH,   /* event triggers: they would see all the rest being made */
    N_PHASES,
} RestorePhase;

typedef struct PlanJob {
    const Entry *entry;
    uint32_t chunk; /* the only one that is meant, or PLAN_WHOLE */
} PlanJob;

#define PLAN_WHOLE UINT32_MAX

typedef struct RestorePlan {
    const Toc *whole;  /* the archive's */
    const Toc *chosen; /* a subset of it, in the order of the restore */
    IdMap whole_places;
    IdMap chosen_places;
    uint8_t *phases; /* RestorePhase of each chosen entry */
} RestorePlan;

/* The jobs of one phase. */
typedef struct PlanJobs {
    VEC(PlanJob) jobs;
    JobGraph graph;
    uint64_t bytes; /* of text */
    uint64_t work;  /* bytes of rows, and what indexes of them take, in the same measure */
} PlanJobs;

/* Both must outlive the plan. */
bool restore_plan_init(RestorePlan *plan, const Toc *whole, const Toc *chosen,
                       Error *err) MUST_CHECK;
void restore_plan_free(RestorePlan *plan);
bool restore_phase_has_jobs(RestorePhase phase);
/* n_sessions will share them. may_split: one table's rows may be several jobs. */
bool restore_plan_jobs(const RestorePlan *plan, RestorePhase phase, unsigned n_sessions,
                       bool may_split, PlanJobs *out, Error *err) MUST_CHECK;
void restore_plan_jobs_free(PlanJobs *jobs); /* {0} is fine */

#endif
