/* SPDX-License-Identifier: Apache-2.0 */
/* Which entries of an archive a restore takes, and in which order. */
#include "app/restore_choice.h"

#include <stdlib.h>

#include "archive/data_order.h"

/* Where the foreign keys are there already, rows come after those that they refer to. */
static bool order_data(const RestoreRequest *request, const EngineContext *context, Toc *toc,
                       Error *err)
{
    const char *loop = NULL;

    if (!selection_is_addition(request->selection)) {
        return true;
    }
    if (!data_order(toc, &loop, err)) {
        return false;
    }
    if (loop != NULL && request->engine->checks_keys && request->selection->data_only &&
        !request->disable_triggers) {
        event_text(context->events, EVENT_WARNING,
                   "the foreign keys of %s and other tables go round in a circle: no order of the "
                   "data suits them all. If it fails, use --disable-triggers; or make the keys "
                   "DEFERRABLE INITIALLY DEFERRED and use --single-transaction",
                   loop);
    }
    return true;
}

static bool choose(const RestoreRequest *request, const Toc *toc, bool *taken, Error *err)
{
    SelectionNames names;
    bool ok;

    names_init(&names);
    ok = names_read(&names, toc, err) && selection_resolve(request->selection, &names, err) &&
         selection_choose(request->selection, &names, toc, taken, err);
    names_free(&names);
    for (size_t i = 0; ok && i < toc->entries.len; i++) {
        taken[i] = taken[i] && !entry_is_for_clients(&toc->entries.items[i]);
    }
    return ok;
}

bool restore_choose(const RestoreRequest *request, const EngineContext *context, const Toc *toc,
                    Toc *chosen, Error *err)
{
    bool *taken = malloc((toc->entries.len + 1) * sizeof *taken);
    Toc ordered;
    bool ok;

    if (taken == NULL) {
        return error_set_memory(err, "the choice of entries");
    }
    for (size_t i = 0; i < toc->entries.len; i++) {
        taken[i] = true;
    }
    if (!toc_subset(toc, taken, &ordered, err)) {
        free(taken);
        return false;
    }
    ok = order_data(request, context, &ordered, err) && choose(request, &ordered, taken, err) &&
         toc_subset(&ordered, taken, chosen, err);
    if (ok) { /* dependencies that were added live on with it */
        Arena unused = chosen->arena;

        chosen->arena = ordered.arena;
        ordered.arena = unused;
    }
    toc_subset_free(&ordered);
    free(taken);
    return ok;
}
