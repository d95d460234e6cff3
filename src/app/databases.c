/* SPDX-License-Identifier: Apache-2.0 */
/* Which of a server's databases a backup takes. */
#include "app/app.h"
#include "sql/name_pattern.h"

/* Marks what the pattern matches. */
static bool mark(const char *text, const DatabaseList *list, bool *marks, bool *any, Error *err)
{
    NamePattern *pattern;
    bool ok = true;

    if (!name_pattern_new(text, 1, &pattern, err)) {
        return false;
    }
    *any = false;
    for (size_t i = 0; ok && i < list->items.len; i++) {
        bool matches;

        ok = name_pattern_matches(pattern, NULL, list->items.items[i].name, &matches, err);
        if (ok && matches) {
            marks[i] = true;
            *any = true;
        }
    }
    name_pattern_free(pattern);
    return ok;
}

static bool mark_all(const DatabaseChoice *choice, const DatabaseList *list, bool *included,
                     bool *excluded, Error *err)
{
    bool any;

    for (size_t i = 0; i < choice->n_includes; i++) {
        if (!mark(choice->includes[i], list, included, &any, err)) {
            return false;
        }
        if (!any) {
            return error_set(err, ERR_USAGE, "no database matches \"%s\"", choice->includes[i]);
        }
    }
    for (size_t i = 0; i < choice->n_excludes; i++) {
        if (!mark(choice->excludes[i], list, excluded, &any, err)) {
            return false;
        }
    }
    return true;
}

bool databases_choose(const DatabaseChoice *choice, const EngineContext *context,
                      DatabaseList *list, Error *err)
{
    size_t n = list->items.len;
    bool *included = arena_alloc(&list->arena, n + 1);
    bool *excluded = arena_alloc(&list->arena, n + 1);
    size_t kept = 0;

    if (!arena_ok(&list->arena, "the list of databases", err) ||
        !mark_all(choice, list, included, excluded, err)) {
        return false;
    }
    for (size_t i = 0; i < n; i++) {
        DatabaseInfo info = list->items.items[i];

        if (excluded[i] || (choice->n_includes > 0 && !included[i])) {
            continue;
        }
        if (info.allows_connections) {
            list->items.items[kept++] = info;
        } else {
            event_text(context->events, EVENT_WARNING,
                       "the database \"%s\" allows no connections: it is left out", info.name);
        }
    }
    list->items.len = kept;
    return true;
}
