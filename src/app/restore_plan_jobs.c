/* SPDX-License-Identifier: Apache-2.0 */
/* The jobs of one phase: edges by the index's dependencies, claims by the locks that a server
 * takes. */
#include "app/restore_plan.h"

#include <stdlib.h>
#include <string.h>

/* Work that is worth no turn of its own. */
enum { SMALL_WORK = 64 * 1024 };

typedef VEC(uint32_t) PlaceVec;

/* What building one phase's jobs needs. */
typedef struct Builder {
    const RestorePlan *plan;
    RestorePhase phase;
    PlanJobs *out;
    uint32_t *first_job; /* per chosen entry, and one more */
    uint32_t *family;    /* per entry of the whole: of a table, a place that stands for its tree */
    bool *has_children;  /* per entry of the whole: of a table */
    uint64_t *busy; /* per entry of the whole: of a table, what is to be done when it is loaded */
    uint64_t split_above;
    PlaceVec needs;
    uint32_t *seen; /* per entry of the whole: whose needs met it last */
} Builder;

static bool is_kind(const Entry *entry, const char *kind)
{
    return strcmp(entry->kind, kind) == 0;
}

static bool is_data(const Entry *entry)
{
    return is_kind(entry, "TABLE DATA");
}

/* --- Needs -------------------------------------------------------------------------------- */

/* The chosen entries that this one needs, also by way of some that aren't chosen. Definitions of
 * pre-data are all there by then. */
static bool add_needs(Builder *builder, uint32_t place, const Entry *entry)
{
    const RestorePlan *plan = builder->plan;

    for (size_t d = 0; d < entry->n_deps; d++) {
        uint32_t other;
        bool ok = true;

        if (idmap_get(&plan->chosen_places, entry->deps[d], &other)) {
            ok = other == place || vec_push(&builder->needs, other);
        } else if (idmap_get(&plan->whole_places, entry->deps[d], &other) &&
                   builder->seen[other] != place + 1) {
            const Entry *between = &plan->whole->entries.items[other];

            builder->seen[other] = place + 1;
            ok = between->section == SECTION_PRE_DATA || add_needs(builder, place, between);
        }
        if (!ok) {
            return false;
        }
    }
    return true;
}

static bool find_needs(Builder *builder, uint32_t place)
{
    builder->needs.len = 0;
    return add_needs(builder, place, &builder->plan->chosen->entries.items[place]);
}

static bool add_edges(Builder *builder, uint32_t place, Error *err)
{
    JobGraph *graph = &builder->out->graph;

    if (!find_needs(builder, place)) {
        return error_set_memory(err, "the plan of the restore");
    }
    for (size_t n = 0; n < builder->needs.len; n++) {
        uint32_t other = builder->needs.items[n];

        for (uint32_t job = builder->first_job[place]; job < builder->first_job[place + 1]; job++) {
            for (uint32_t need = builder->first_job[other]; need < builder->first_job[other + 1];
                 need++) {
                if (!job_graph_need(graph, job, need, err)) {
                    return false;
                }
            }
        }
    }
    return true;
}

/* --- Weights ------------------------------------------------------------------------------ */

/* Work is measured in bytes of rows that are loaded. To read a row for an index or a key, and to
 * sort or check it, takes a server about as long as to load this much of it; all else of the row is
 * only passed over. */
enum { INDEX_WORK_OF_ROW = 48, LOADED_WHILE_READ = 16 };

static uint64_t own_work(const Builder *builder, const Entry *entry)
{
    uint64_t work = entry_raw_size(entry);

    if (is_data(entry)) {
        return work;
    }
    for (size_t d = 0; d < entry->n_deps; d++) {
        const Entry *dep;
        uint32_t place;

        if (idmap_get(&builder->plan->whole_places, entry->deps[d], &place)) {
            dep = &builder->plan->whole->entries.items[place];
            work += is_data(dep) ? entry_rows(dep) * INDEX_WORK_OF_ROW +
                                       entry_raw_size(dep) / LOADED_WHILE_READ
                                 : 0;
        }
    }
    return work;
}

static bool is_relation(const Entry *entry)
{
    return entry->section == SECTION_PRE_DATA &&
           (is_kind(entry, "TABLE") || is_kind(entry, "FOREIGN TABLE") || is_kind(entry, "VIEW") ||
            is_kind(entry, "MATERIALIZED VIEW"));
}

/* The next table that the entry names. Begin with *dep 0. */
static bool next_table(const Builder *builder, const Entry *entry, size_t *dep, uint32_t *place)
{
    const RestorePlan *plan = builder->plan;

    while (*dep < entry->n_deps) {
        if (idmap_get(&plan->whole_places, entry->deps[(*dep)++], place) &&
            is_relation(&plan->whole->entries.items[*place])) {
            return true;
        }
    }
    return false;
}

/* Keys and most of what else is done to a table's rows is done one after the other. */
static void find_busy(Builder *builder)
{
    const RestorePlan *plan = builder->plan;

    for (size_t i = 0; i < plan->chosen->entries.len; i++) {
        const Entry *entry = &plan->chosen->entries.items[i];
        size_t dep = 0;
        uint32_t table;

        while (plan->phases[i] == builder->phase && entry->section == SECTION_POST_DATA &&
               next_table(builder, entry, &dep, &table)) {
            builder->busy[table] += own_work(builder, entry);
        }
    }
}

static uint64_t work_on_tables(const Builder *builder, const Entry *entry)
{
    uint64_t most = 0;
    size_t dep = 0;
    uint32_t table;

    while (next_table(builder, entry, &dep, &table)) {
        most = builder->busy[table] > most ? builder->busy[table] : most;
    }
    return most;
}

/* A job weighs as much as the longest chain of work that begins with it, or as all the work on its
 * table: nobody can help with that in the end. All of a table's chunks weigh what the table does:
 * it is to be whole soon. */
static bool set_weights(Builder *builder, Error *err)
{
    const RestorePlan *plan = builder->plan;
    JobGraph *graph = &builder->out->graph;
    size_t n = plan->chosen->entries.len;
    uint64_t *after = calloc(n + 1, sizeof *after);
    bool ok = after != NULL;

    find_busy(builder);
    for (size_t i = n; ok && i-- > 0;) {
        const Entry *entry = &plan->chosen->entries.items[i];
        uint64_t own;
        uint64_t weight;

        if (plan->phases[i] != builder->phase) {
            continue;
        }
        own = own_work(builder, entry);
        builder->out->work += own;
        weight = work_on_tables(builder, entry) + (is_data(entry) ? own : 0);
        weight = own + after[i] > weight ? own + after[i] : weight;
        for (uint32_t job = builder->first_job[i]; job < builder->first_job[i + 1]; job++) {
            job_graph_set_weight(graph, job, weight);
            if (own <= SMALL_WORK) {
                job_graph_set_small(graph, job);
            }
        }
        ok = find_needs(builder, (uint32_t)i);
        for (size_t d = 0; ok && d < builder->needs.len; d++) {
            uint64_t *need = &after[builder->needs.items[d]];

            *need = own + after[i] > *need ? own + after[i] : *need;
        }
    }
    free(after);
    return ok || error_set_memory(err, "the plan of the restore");
}

/* --- Claims ------------------------------------------------------------------------------- */

static uint32_t family_of(const Builder *builder, uint32_t place)
{
    uint32_t *family = builder->family;

    while (family[place] != place) {
        family[place] = family[family[place]];
        place = family[place];
    }
    return place;
}

/* Partitions and inheriting tables with those above them. */
static void find_families(Builder *builder)
{
    const RestorePlan *plan = builder->plan;

    for (uint32_t i = 0; i < plan->whole->entries.len; i++) {
        builder->family[i] = i;
    }
    for (uint32_t i = 0; i < plan->whole->entries.len; i++) {
        const Entry *entry = &plan->whole->entries.items[i];

        for (size_t p = 0; p < entry->n_parents; p++) {
            uint32_t parent;

            if (idmap_get(&plan->whole_places, entry->parents[p], &parent)) {
                builder->has_children[parent] = true;
                builder->family[family_of(builder, i)] = family_of(builder, parent);
            }
        }
    }
}

typedef struct ClaimKind {
    bool table_shared;
    bool family_shared;
} ClaimKind;

/* Indexes of a table can be made at once, those of its tree's other tables, too. One that is made
 * in a bunch keeps its lock until all of the bunch is done, and wants no company. */
static ClaimKind claim_kind(const Builder *builder, const Entry *entry, uint32_t table,
                            uint32_t job)
{
    bool index = is_kind(entry, "INDEX");
    bool alone = index || (is_kind(entry, "CONSTRAINT") && !builder->has_children[table]);

    return (ClaimKind){.table_shared = index && !builder->out->graph.small[job],
                       .family_shared = alone};
}

/* Things are the whole's places, for the tables, and again for their families. */
static bool claim_tables(Builder *builder, const Entry *entry, const Entry *of, uint32_t job,
                         Error *err)
{
    const RestorePlan *plan = builder->plan;
    uint32_t families = (uint32_t)plan->whole->entries.len;
    JobGraph *graph = &builder->out->graph;

    for (size_t d = 0; d < of->n_deps; d++) {
        const Entry *dep;
        ClaimKind kind;
        uint32_t place;

        if (!idmap_get(&plan->whole_places, of->deps[d], &place)) {
            continue;
        }
        dep = &plan->whole->entries.items[place];
        if (is_relation(dep)) {
            kind = claim_kind(builder, entry, place, job);
            if (!job_graph_claim(graph, job, place, kind.table_shared, err) ||
                !job_graph_claim(graph, job, families + family_of(builder, place),
                                 kind.family_shared, err)) {
                return false;
            }
        } else if (of == entry && (is_kind(dep, "INDEX") || is_kind(dep, "CONSTRAINT")) &&
                   !claim_tables(builder, entry, dep, job, err)) {
            return false;
        }
    }
    return true;
}

/* Of what runs at once, no two may lock the same table but by turns: whoever holds one table and
 * waits for another could wait forever. */
static bool add_claims(Builder *builder, uint32_t place, Error *err)
{
    const Entry *entry = &builder->plan->chosen->entries.items[place];

    return builder->phase != PHASE_LOAD ||
           (entry->section != SECTION_POST_DATA && !is_kind(entry, "STATISTICS DATA")) ||
           claim_tables(builder, entry, entry, builder->first_job[place], err);
}

/* --- Jobs --------------------------------------------------------------------------------- */

/* One table's rows that would keep one session busy for half its share of all, or longer: its
 * indexes, which can't be split, should begin soon. They must go into a table that this restore
 * makes: what comes to others comes whole or not at all. */
static bool is_split(const Builder *builder, const Entry *entry)
{
    bool made = false;

    if (!is_data(entry) || entry->table == NULL || entry->chunks.len < 2 ||
        entry_raw_size(entry) <= builder->split_above) {
        return false;
    }
    for (size_t d = 0; d < entry->n_deps; d++) {
        uint32_t place;

        made = made || (idmap_get(&builder->plan->chosen_places, entry->deps[d], &place) &&
                        is_kind(&builder->plan->chosen->entries.items[place], "TABLE"));
    }
    return made;
}

static bool add_jobs(Builder *builder, Error *err)
{
    const RestorePlan *plan = builder->plan;
    PlanJobs *out = builder->out;

    for (size_t i = 0; i < plan->chosen->entries.len; i++) {
        const Entry *entry = &plan->chosen->entries.items[i];
        bool split = plan->phases[i] == builder->phase && is_split(builder, entry);
        size_t n = split ? entry->chunks.len : plan->phases[i] == builder->phase;

        builder->first_job[i] = (uint32_t)out->jobs.len;
        for (size_t c = 0; c < n; c++) {
            PlanJob job = {.entry = entry, .chunk = split ? (uint32_t)c : PLAN_WHOLE};

            if (!vec_push(&out->jobs, job)) {
                return error_set_memory(err, "the plan of the restore");
            }
        }
    }
    builder->first_job[plan->chosen->entries.len] = (uint32_t)out->jobs.len;
    return job_graph_init(&out->graph, out->jobs.len, err);
}

static bool build(Builder *builder, Error *err)
{
    const RestorePlan *plan = builder->plan;
    bool ok = add_jobs(builder, err) && set_weights(builder, err);

    find_families(builder);
    memset(builder->seen, 0, (plan->whole->entries.len + 1) * sizeof *builder->seen);
    for (size_t i = 0; ok && i < plan->chosen->entries.len; i++) {
        if (plan->phases[i] == builder->phase) {
            ok = add_edges(builder, (uint32_t)i, err) && add_claims(builder, (uint32_t)i, err);
        }
    }
    return ok;
}

static uint64_t phase_bytes(const RestorePlan *plan, RestorePhase phase)
{
    uint64_t bytes = 0;

    for (size_t i = 0; i < plan->chosen->entries.len; i++) {
        if (plan->phases[i] == phase) {
            bytes += entry_raw_size(&plan->chosen->entries.items[i]);
        }
    }
    return bytes;
}

bool restore_plan_jobs(const RestorePlan *plan, RestorePhase phase, unsigned n_sessions,
                       bool may_split, PlanJobs *out, Error *err)
{
    Builder builder = {
        .plan = plan,
        .phase = phase,
        .out = out,
        .first_job = calloc(plan->chosen->entries.len + 1, sizeof *builder.first_job),
        .family = calloc(plan->whole->entries.len + 1, sizeof *builder.family),
        .has_children = calloc(plan->whole->entries.len + 1, sizeof *builder.has_children),
        .busy = calloc(plan->whole->entries.len + 1, sizeof *builder.busy),
        .seen = calloc(plan->whole->entries.len + 1, sizeof *builder.seen),
    };
    bool ok;

    *out = (PlanJobs){.bytes = phase_bytes(plan, phase)};
    builder.split_above = may_split && n_sessions > 1 ? out->bytes / n_sessions / 2 : UINT64_MAX;
    ok = builder.first_job != NULL && builder.family != NULL && builder.has_children != NULL &&
         builder.busy != NULL && builder.seen != NULL;
    ok = ok ? build(&builder, err) : error_set_memory(err, "the plan of the restore");
    free(builder.first_job);
    free(builder.family);
    free(builder.has_children);
    free(builder.busy);
    free(builder.seen);
    vec_free(&builder.needs);
    if (!ok) {
        restore_plan_jobs_free(out);
    }
    return ok;
}

void restore_plan_jobs_free(PlanJobs *jobs)
{
    vec_free(&jobs->jobs);
    job_graph_free(&jobs->graph);
    *jobs = (PlanJobs){0};
}
