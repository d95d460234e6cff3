/* SPDX-License-Identifier: Apache-2.0 */
/* The entries of what stands behind the tables: packages, routines, views, triggers, events. */
#include <string.h>

#include "engine/mysql/broken.h"
#include "engine/mysql/definition.h"
#include "engine/mysql/making.h"
#include "sql/mysql_quote.h"

/* One row of a list of names. */
typedef struct Named {
    const char *kind;
    const char *name;
    const char *table; /* of a trigger */
    bool unreadable;   /* the server can't make sense of its text */
} Named;

typedef VEC(Named) NamedVec;

/* --- Routines, triggers, events ------------------------------------------------------------ */

/* Routines, views, triggers and events come one after another, for the server doesn't say which of
 * them needs which. Triggers would fire when rows come in; all of what stands behind them waits,
 * too.
 */
static bool set_routine_deps(Making *making, Entry *entry, const MyRelation *table, Error *err)
{
    uint32_t deps[3] = {making->routine, 0, 0};

    if (table != NULL) {
        deps[1] = table->entry;
        deps[2] = table->rows;
    }
    making->routine = entry->id;
    return making_set_deps(making, entry, deps, ARRAY_LENGTH(deps), err);
}

static bool read_names(Making *making, const char *query, NamedVec *names, Error *err)
{
    Arena *arena = &making->toc->arena;
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok = true;

    if (!my_catalog_query(making->catalog, query, &result, err)) {
        return false;
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        Named named = {arena_strdup(arena, row[0]), arena_strdup(arena, row[1]),
                       arena_strdup(arena, row[2]), strcmp(row[3], "1") == 0};

        ok = vec_push(names, named);
    }
    mysql_free_result(result);
    return ok ? arena_ok(arena, "the catalog", err) : error_set_memory(err, "the catalog");
}

/* Some servers know packages only in one sql_mode. */
static void set_named_drop(Making *making, Entry *entry)
{
    Buffer sql;

    making_set_drop(making, entry, entry->kind);
    if (strncmp(entry->kind, "PACKAGE", 7) == 0) {
        buffer_init(&sql, MY_DEFINITION_LIMIT);
        buffer_puts(&sql, "SET STATEMENT sql_mode = 'ORACLE' FOR EXECUTE IMMEDIATE ");
        mysql_quote_literal(&sql, entry->drop_sql);
        entry->drop_sql = arena_strdup(&making->toc->arena, sql.data);
        buffer_free(&sql);
    }
}

/* *why: it can't be made again, or NULL. */
static bool show_named(Making *making, const Named *named, const MyRelation *table, MyShown *shown,
                       const char **why, Error *err)
{
    MyCatalog *catalog = making->catalog;

    *why = named->unreadable ? "the server can't read it" : NULL;
    if (!my_catalog_show(catalog, named->kind, named->name, shown, err)) {
        return my_broken_routine(catalog, named->name, &shown->sql, why, err);
    }
    return table == NULL || named->unreadable || my_broken_trigger(catalog, table, shown, why, err);
}

static bool add_named(Making *making, const Named *named, Error *err)
{
    const MyRelation *table =
        named->table == NULL ? NULL : my_catalog_find(making->catalog, named->table);
    MyShown shown;
    const char *why;
    Entry *entry;

    if (!show_named(making, named, table, &shown, &why, err)) {
        return false;
    }
    making_begin(making, named->kind, named->name);
    if (why != NULL) {
        my_put_broken(making, named->kind, named->name, shown.sql, why);
    } else {
        my_definition_routine(&making->text, making->catalog, &shown);
    }
    if (!making_add(making, SECTION_POST_DATA, named->kind, named->name, &entry, err)) {
        return false;
    }
    set_named_drop(making, entry);
    if (table != NULL) {
        entry->table = making_qualified(making, table->name);
    }
    return set_routine_deps(making, entry, table, err);
}

static bool add_all_named(Making *making, const char *query, Error *err)
{
    NamedVec names = {0};
    bool ok = read_names(making, query, &names, err);

    for (size_t i = 0; ok && i < names.len; i++) {
        ok = add_named(making, &names.items[i], err);
    }
    vec_free(&names);
    return ok;
}

/* Of a trigger that it can't read, MariaDB knows no definer.
 * A package before its body, and both before what may call them. */
static const char routines_query[] =
    "SELECT ROUTINE_TYPE, ROUTINE_NAME, NULL, 0 FROM information_schema.ROUTINES"
    " WHERE " MY_OF_DATABASE("ROUTINE_SCHEMA") " ORDER BY ROUTINE_TYPE = 'PACKAGE' DESC, "
                                               "ROUTINE_TYPE = 'PACKAGE BODY' DESC,"
                                               "          ROUTINE_TYPE, binary ROUTINE_NAME";
static const char triggers_query[] =
    "SELECT 'TRIGGER', TRIGGER_NAME, EVENT_OBJECT_TABLE, coalesce(DEFINER = '', 0)"
    "  FROM information_schema.TRIGGERS"
    " WHERE " MY_OF_DATABASE("TRIGGER_SCHEMA") " ORDER BY binary EVENT_OBJECT_TABLE, "
                                               "ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER";
static const char events_query[] =
    "SELECT 'EVENT', EVENT_NAME, NULL, 0 FROM information_schema.EVENTS"
    " WHERE " MY_OF_DATABASE("EVENT_SCHEMA") " ORDER BY binary EVENT_NAME";

/* --- Views -------------------------------------------------------------------------------- */

typedef enum ViewState { VIEW_NEW, VIEW_OPEN, VIEW_DONE } ViewState;

typedef struct View {
    MyRelation *relation;
    MyShown shown;
    ViewState state;
    bool stands_in;  /* another needs it first, and it needs that one */
    const char *why; /* it is broken, or NULL */
} View;

typedef struct Views {
    Making *making;
    VEC(View) all;
    VEC(size_t) order;
} Views;

/* The next name in backquotes, unquoted, and what follows it; NULL behind the last. What looks like
 * one in a string is no harm: too many needs are better than too few. */
static const char *next_name(const char *sql, Buffer *name)
{
    buffer_clear(name);
    sql = strchr(sql, '`');
    if (sql == NULL) {
        return NULL;
    }
    for (sql++; *sql != '\0'; sql++) {
        if (*sql == '`' && *++sql != '`') {
            break;
        }
        buffer_putc(name, *sql);
    }
    return sql;
}

/* A view comes behind those that its text speaks of. */
static bool visit(Views *views, size_t at)
{
    View *view = &views->all.items[at];
    const char *sql = view->shown.sql;
    Buffer name;
    bool ok = true;

    view->state = VIEW_OPEN;
    buffer_init(&name, MY_DEFINITION_LIMIT);
    while (ok && (sql = next_name(sql, &name)) != NULL) {
        const MyRelation *relation = my_catalog_find(views->making->catalog, name.data);
        View *other;

        if (relation == NULL || relation->kind != MY_VIEW || relation->view == at) {
            continue;
        }
        other = &views->all.items[relation->view];
        if (other->state == VIEW_OPEN) {
            other->stands_in = true;
        } else if (other->state == VIEW_NEW) {
            ok = visit(views, relation->view);
        }
    }
    buffer_free(&name);
    view->state = VIEW_DONE;
    return ok && vec_push(&views->order, at);
}

static bool read_views(Views *views, Error *err)
{
    MyCatalog *catalog = views->making->catalog;

    for (size_t i = 0; i < catalog->relations.len; i++) {
        View view = {.relation = &catalog->relations.items[i]};

        if (view.relation->kind != MY_VIEW) {
            continue;
        }
        if (!my_catalog_show(catalog, "VIEW", view.relation->name, &view.shown, err)) {
            return false;
        }
        view.relation->view = views->all.len;
        if ((view.shown.warned || view.relation->columns.len == 0) &&
            !my_broken_view(catalog, view.relation->name, &view.why, err)) {
            return false;
        }
        if (!vec_push(&views->all, view)) {
            return error_set_memory(err, "the catalog");
        }
    }
    for (size_t i = 0; i < views->all.len; i++) {
        if (views->all.items[i].state == VIEW_NEW && !visit(views, i)) {
            return error_set_memory(err, "the catalog");
        }
    }
    return true;
}

static bool add_stand_in(Making *making, View *view, Error *err)
{
    Entry *entry;

    making_begin(making, "VIEW", view->relation->name);
    my_definition_stand_in(&making->text, view->relation);
    if (!making_add(making, SECTION_POST_DATA, "VIEW", view->relation->name, &entry, err)) {
        return false;
    }
    making_set_drop(making, entry, "VIEW");
    view->relation->entry = entry->id;
    return set_routine_deps(making, entry, NULL, err);
}

static bool add_view(Making *making, const View *view, Error *err)
{
    MyRelation *relation = view->relation;
    Entry *entry;

    making_begin(making, "VIEW", relation->name);
    if (view->why != NULL) {
        my_put_broken(making, "VIEW", relation->name, view->shown.sql, view->why);
    } else {
        my_definition_view(&making->text, making->catalog, &view->shown, view->stands_in);
    }
    if (!making_add(making, SECTION_POST_DATA, "VIEW", relation->name, &entry, err)) {
        return false;
    }
    if (!view->stands_in) {
        making_set_drop(making, entry, "VIEW");
    }
    entry->table = making_qualified(making, relation->name);
    return set_routine_deps(making, entry, NULL, err);
}

static bool add_views(Making *making, Error *err)
{
    Views views = {.making = making};
    bool ok = read_views(&views, err);

    for (size_t i = 0; ok && i < views.all.len; i++) {
        ok = !views.all.items[i].stands_in || add_stand_in(making, &views.all.items[i], err);
    }
    for (size_t i = 0; ok && i < views.order.len; i++) {
        ok = add_view(making, &views.all.items[views.order.items[i]], err);
    }
    vec_free(&views.all);
    vec_free(&views.order);
    return ok;
}

/* --- All ---------------------------------------------------------------------------------- */

bool making_add_routines(Making *making, Error *err)
{
    return add_all_named(making, routines_query, err) && add_views(making, err) &&
           add_all_named(making, triggers_query, err) && add_all_named(making, events_query, err);
}
