/* SPDX-License-Identifier: Apache-2.0 */
/* Phases, by the kinds of entries. */
#include "app/restore_plan.h"

#include <stdlib.h>
#include <string.h>

static RestorePhase phase_of_kind(const Entry *entry)
{
    static const struct {
        const char *kind;
        RestorePhase phase;
    } later[] = {
        {"PUBLICATION", PHASE_GRANT},
        {"PUBLICATION TABLE", PHASE_GRANT},
        {"PUBLICATION TABLES IN SCHEMA", PHASE_GRANT},
        {"SUBSCRIPTION", PHASE_GRANT},
        {"DEFAULT ACL", PHASE_GRANT},
        {"ACL", PHASE_GRANT},
        {"MATERIALIZED VIEW DATA", PHASE_REFRESH},
        {"EVENT TRIGGER", PHASE_WATCH},
        {"EVENT", PHASE_WATCH},
    };

    if (entry->section == SECTION_PRE_DATA) {
        return PHASE_DEFINE;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(later); i++) {
        if (strcmp(entry->kind, later[i].kind) == 0) {
            return later[i].phase;
        }
    }
    return PHASE_LOAD;
}

bool restore_phase_has_jobs(RestorePhase phase)
{
    return phase == PHASE_LOAD || phase == PHASE_REFRESH;
}

/* Nothing comes before what it needs. */
static void set_phases(RestorePlan *plan)
{
    for (size_t i = 0; i < plan->chosen->entries.len; i++) {
        const Entry *entry = &plan->chosen->entries.items[i];
        RestorePhase phase = phase_of_kind(entry);

        for (size_t d = 0; d < entry->n_deps; d++) {
            uint32_t place;

            if (idmap_get(&plan->chosen_places, entry->deps[d], &place) && place < i &&
                plan->phases[place] > phase) {
                phase = (RestorePhase)plan->phases[place];
            }
        }
        plan->phases[i] = (uint8_t)phase;
    }
}

static bool put_places(const Toc *toc, IdMap *places)
{
    for (size_t i = 0; i < toc->entries.len; i++) {
        if (!idmap_put(places, toc->entries.items[i].id, (uint32_t)i)) {
            return false;
        }
    }
    return true;
}

bool restore_plan_init(RestorePlan *plan, const Toc *whole, const Toc *chosen, Error *err)
{
    *plan = (RestorePlan){.whole = whole, .chosen = chosen};
    idmap_init(&plan->whole_places);
    idmap_init(&plan->chosen_places);
    plan->phases = calloc(chosen->entries.len + 1, sizeof *plan->phases);
    if (plan->phases == NULL || !put_places(whole, &plan->whole_places) ||
        !put_places(chosen, &plan->chosen_places)) {
        restore_plan_free(plan);
        return error_set_memory(err, "the plan of the restore");
    }
    set_phases(plan);
    return true;
}

void restore_plan_free(RestorePlan *plan)
{
    idmap_free(&plan->whole_places);
    idmap_free(&plan->chosen_places);
    free(plan->phases);
    *plan = (RestorePlan){0};
}
