/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of a whole server's restore share; nobody else includes it. */
#ifndef DBB_APP_RESTORE_CLUSTER_PARTS_H
#define DBB_APP_RESTORE_CLUSTER_PARTS_H

#include "app/app.h"
#include "app/cluster_events.h"
#include "archive/cluster_reader.h"

typedef struct ClusterRestore {
    const RestoreClusterRequest *request;
    const EngineContext *context;
    RestoreClusterResult *result;
} ClusterRestore;

/* --- restore_cluster_plan.c --- */

/* What was asked for of what the archive holds. ERR_USAGE names what it doesn't know. `members` is
 * false of an index that knows the databases' names only (`planned`): a pipe's. */
bool cluster_plan_read(const ClusterRestore *restore, const ClusterIndex *index, bool members,
                       Error *err) MUST_CHECK;
/* What is on the server. Connects, and changes nothing. */
bool cluster_plan_look(const ClusterRestore *restore, Error *err) MUST_CHECK;
/* ERR_REFUSED names all that is in the way; and whatever may be, without --confirm. */
bool cluster_plan_allowed(const ClusterRestore *restore, Error *err) MUST_CHECK;
/* NULL when the plan has none of that name. */
ClusterDatabase *cluster_plan_find(const ClusterRestore *restore, const char *name);
/* Of what the archive lacks, a warning each. */
void cluster_plan_tell_lacking(const ClusterRestore *restore);

/* --- restore_cluster.c --- */

/* Looks at the globals' script (dry_run), or runs it, or the part for that phase. */
bool cluster_globals_run(const ClusterRestore *restore, const Source *script, GlobalsPhase phase,
                         bool dry_run, Error *err) MUST_CHECK;
/* A script that isn't whole, or isn't one of globals, is damage. */
bool cluster_globals_check(const ClusterRestore *restore, const Source *script,
                           Error *err) MUST_CHECK;
/* How it all ended: ERR_INCOMPLETE names what failed and what lacks. */
bool cluster_verdict(const ClusterRestore *restore, Error *err) MUST_CHECK;
/* Adds to what ended all at once what was restored before, and what was begun. */
void cluster_tell_rest(const ClusterRestore *restore, Error *err);

/* --- restore_cluster_crew.c --- */

/* Work on databases, on several threads or one. */
typedef struct ClusterCrew ClusterCrew;

bool cluster_crew_new(const ClusterRestore *restore, ClusterCrew **out, Error *err) MUST_CHECK;
void cluster_crew_free(ClusterCrew *crew); /* NULL is fine */
/* All that is in the archive, whose bytes were checked. False only of what ends all at once. */
bool cluster_crew_run(ClusterCrew *crew, const ClusterArchive *archive, Error *err) MUST_CHECK;
/* The database of that number, with all connections there may be. member: what the archive's index
 * says of it, when all of the archive was read and checked; NULL before that. */
bool cluster_crew_restore(ClusterCrew *crew, size_t number, const Source *source,
                          const ClusterMember *member, Error *err) MUST_CHECK;

/* --- restore_cluster_pipe.c --- */

/* From standard input: one database after another, as they come. */
bool cluster_restore_pipe(const ClusterRestore *restore, Error *err) MUST_CHECK;

#endif
