/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the entries, kind after kind. */
#include "engine/mysql/catalog_entries.h"

#include <stdlib.h>
#include <string.h>

#include "engine/mysql/definition.h"
#include "engine/mysql/table_text.h"
#include "sql/mysql_quote.h"
#include "sql/quote.h"

typedef struct Making {
    MyCatalog *catalog;
    const BackupScope *scope;
    Toc *toc;
    Buffer text; /* of the entry at work */
} Making;

/* One row of a list of names. */
typedef struct Named {
    const char *kind;
    const char *name;
    const char *table; /* of a trigger */
} Named;

typedef VEC(Named) NamedVec;

/* --- Entries ------------------------------------------------------------------------------ */

static void begin_text(Making *making, const char *kind, const char *name)
{
    buffer_clear(&making->text);
    my_definition_heading(&making->text, kind, making->catalog->database, name);
}

/* "database"."table", as the archive writes it of any server. */
static const char *qualified(Making *making, const char *table)
{
    Buffer name;
    const char *kept;

    buffer_init(&name, 4096);
    sql_quote_identifier(&name, making->catalog->database);
    buffer_putc(&name, '.');
    sql_quote_identifier(&name, table);
    kept = arena_strdup(&making->toc->arena, name.data);
    buffer_free(&name);
    return kept;
}

/* An entry of the text at hand. *added is good until the next one. */
static bool add_entry(Making *making, Section section, const char *kind, const char *name,
                      Entry **added, Error *err)
{
    Toc *toc = making->toc;
    Entry entry = {
        .id = (uint32_t)toc->entries.len + 1,
        .section = section,
        .kind = kind,
        .schema = making->catalog->database,
        .name = name,
    };

    buffer_putc(&making->text, '\n');
    if (!buffer_ok(&making->text, name, err)) {
        return false;
    }
    entry.create_sql = arena_strndup(&toc->arena, making->text.data, making->text.len);
    if (!vec_push(&toc->entries, entry)) {
        return error_set_memory(err, "the catalog");
    }
    *added = &toc->entries.items[toc->entries.len - 1];
    return arena_ok(&toc->arena, "the catalog", err);
}

static bool set_deps(Making *making, Entry *entry, const uint32_t *deps, size_t n, Error *err)
{
    uint32_t *kept = arena_alloc(&making->toc->arena, (n + 1) * sizeof *kept);

    if (kept == NULL) {
        return error_set_memory(err, "the catalog");
    }
    for (size_t i = 0; i < n; i++) {
        if (deps[i] != 0) {
            kept[entry->n_deps++] = deps[i];
        }
    }
    entry->deps = kept;
    return true;
}

static void set_drop(Making *making, Entry *entry, const char *what)
{
    Buffer sql;

    buffer_init(&sql, 4096);
    buffer_printf(&sql, "DROP %s IF EXISTS ", what);
    mysql_quote_identifier(&sql, entry->name);
    entry->drop_sql = arena_strdup(&making->toc->arena, sql.data);
    buffer_free(&sql);
}

/* --- The script's start ------------------------------------------------------------------- */

static bool add_settings(Making *making, Error *err)
{
    Entry *entry;

    begin_text(making, "SETTINGS", "SETTINGS");
    buffer_puts(&making->text, my_script_settings);
    if (!add_entry(making, SECTION_PRE_DATA, "SETTINGS", "SETTINGS", &entry, err)) {
        return false;
    }
    entry->schema = NULL;
    return true;
}

/* For the stock client alone: a restore by the index makes the database by itself. */
static bool add_database(Making *making, Error *err)
{
    const MyCatalog *catalog = making->catalog;
    Entry *entry;

    begin_text(making, "DATABASE", catalog->database);
    if (making->scope->clean) {
        buffer_puts(&making->text, "DROP DATABASE IF EXISTS ");
        mysql_quote_identifier(&making->text, catalog->database);
        buffer_puts(&making->text, ";\n");
    }
    buffer_puts(&making->text, "CREATE DATABASE ");
    mysql_quote_identifier(&making->text, catalog->database);
    buffer_printf(&making->text, " CHARACTER SET %s COLLATE %s;\nUSE ", catalog->charset,
                  catalog->collation);
    mysql_quote_identifier(&making->text, catalog->database);
    buffer_puts(&making->text, ";\n");
    return add_entry(making, SECTION_PRE_DATA, "DATABASE", catalog->database, &entry, err);
}

/* Its text comes when all else is known. */
static bool add_clean(Making *making, Error *err)
{
    Entry *entry;

    buffer_clear(&making->text);
    return add_entry(making, SECTION_PRE_DATA, "CLEAN", "CLEAN", &entry, err);
}

static bool fill_clean(Making *making, Error *err)
{
    EntryVec *entries = &making->toc->entries;
    Entry *clean = NULL;

    begin_text(making, "CLEAN", "CLEAN");
    for (size_t i = entries->len; i-- > 0;) {
        const Entry *entry = &entries->items[i];

        if (strcmp(entry->kind, "CLEAN") == 0) {
            clean = &entries->items[i];
        } else if (entry->drop_sql != NULL) {
            buffer_printf(&making->text, "%s;\n", entry->drop_sql);
        }
    }
    buffer_putc(&making->text, '\n');
    if (clean == NULL || !buffer_ok(&making->text, "CLEAN", err)) {
        return clean == NULL;
    }
    clean->create_sql = arena_strdup(&making->toc->arena, making->text.data);
    return arena_ok(&making->toc->arena, "the catalog", err);
}

/* --- Sequences and tables ----------------------------------------------------------------- */

static bool add_sequence(Making *making, MyRelation *sequence, Error *err)
{
    MyShown shown;
    Entry *entry;

    if (!my_catalog_show(making->catalog, "SEQUENCE", sequence->name, &shown, err)) {
        return false;
    }
    begin_text(making, "SEQUENCE", sequence->name);
    buffer_printf(&making->text, "%s;\n", shown.sql);
    if (!add_entry(making, SECTION_PRE_DATA, "SEQUENCE", sequence->name, &entry, err)) {
        return false;
    }
    set_drop(making, entry, "SEQUENCE");
    sequence->entry = entry->id;
    return true;
}

/* The bound that the server has reserved: what it has given out of it isn't stored anywhere. */
static bool add_sequence_value(Making *making, const MyRelation *sequence, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    Entry *entry;
    bool ok;

    buffer_clear(&making->text);
    buffer_puts(&making->text, "SELECT next_not_cached_value, cycle_count FROM ");
    mysql_quote_identifier(&making->text, sequence->name);
    if (!my_query(making->catalog->connection, making->text.data, &result, err)) {
        return error_prefix(err, "sequence %s", sequence->name);
    }
    row = mysql_fetch_row(result);
    begin_text(making, "SEQUENCE SET", sequence->name);
    if (row != NULL) {
        buffer_puts(&making->text, "DO SETVAL(");
        mysql_quote_identifier(&making->text, sequence->name);
        buffer_printf(&making->text, ", %s, 0, %s);\n", row[0], row[1]);
    }
    ok = row != NULL || error_set(err, ERR_SERVER, "sequence %s has no value", sequence->name);
    mysql_free_result(result);
    return ok && add_entry(making, SECTION_DATA, "SEQUENCE SET", sequence->name, &entry, err) &&
           set_deps(making, entry, &sequence->entry, 1, err);
}

static bool keeps_keys(const MyRelation *table)
{
    return table->is_versioned || strcmp(table->engine == NULL ? "" : table->engine, "InnoDB") != 0;
}

/* The text of keys or foreign keys waits in drop-in entries that come after the rows. */
typedef struct Later {
    MyRelation *table;
    const char *sql;
    bool is_foreign;
} Later;

typedef VEC(Later) LaterVec;

static bool keep_later(Making *making, LaterVec *later, MyRelation *table, const Buffer *sql,
                       bool is_foreign, Error *err)
{
    Later one = {table, NULL, is_foreign};

    if (sql->len == 0) {
        return true;
    }
    one.sql = arena_strdup(&making->toc->arena, sql->data);
    return (one.sql != NULL && vec_push(later, one)) || error_set_memory(err, "the catalog");
}

static bool add_table(Making *making, MyRelation *table, LaterVec *later, Error *err)
{
    MyTableText text;
    MyShown shown;
    Entry *entry;
    bool ok;

    if (!my_catalog_show(making->catalog, "TABLE", table->name, &shown, err)) {
        return false;
    }
    my_table_text_init(&text);
    ok = my_table_text_split(&text, shown.sql, table->name, making->catalog->database,
                             keeps_keys(table), err) &&
         keep_later(making, later, table, &text.keys, false, err) &&
         keep_later(making, later, table, &text.foreign_keys, true, err);
    if (ok) {
        begin_text(making, "TABLE", table->name);
        buffer_append(&making->text, text.create.data, text.create.len);
        buffer_puts(&making->text, ";\n");
        ok = add_entry(making, SECTION_PRE_DATA, "TABLE", table->name, &entry, err);
    }
    if (ok) {
        set_drop(making, entry, "TABLE");
        entry->table = qualified(making, table->name);
        table->entry = entry->id;
    }
    my_table_text_free(&text);
    return ok;
}

static bool add_rows(Making *making, const MyRelation *table, Error *err)
{
    Entry *entry;

    buffer_clear(&making->text);
    if (!add_entry(making, SECTION_DATA, "TABLE DATA", table->name, &entry, err)) {
        return false;
    }
    entry->create_sql = NULL;
    entry->engine_data = table;
    entry->size_estimate = table->size;
    entry->n_pieces = table->n_ranges;
    entry->table = qualified(making, table->name);
    return set_deps(making, entry, &table->entry, 1, err);
}

/* Foreign keys need the other table's keys; by name alone, for it may be any of them. */
static bool add_later(Making *making, const Later *later, Error *err)
{
    const char *kind = later->is_foreign ? "FK CONSTRAINT" : "INDEX";
    Entry *entry;

    begin_text(making, kind, later->table->name);
    buffer_printf(&making->text, "%s;\n", later->sql);
    if (!add_entry(making, SECTION_POST_DATA, kind, later->table->name, &entry, err)) {
        return false;
    }
    entry->table = qualified(making, later->table->name);
    return set_deps(making, entry, &later->table->entry, 1, err);
}

static bool add_relations(Making *making, LaterVec *later, Error *err)
{
    MyRelationVec *relations = &making->catalog->relations;
    bool ok = true;

    for (size_t i = 0; ok && i < relations->len; i++) { /* tables' defaults may use them */
        ok = relations->items[i].kind != MY_SEQUENCE ||
             add_sequence(making, &relations->items[i], err);
    }
    for (size_t i = 0; ok && i < relations->len; i++) {
        ok = relations->items[i].kind != MY_TABLE ||
             add_table(making, &relations->items[i], later, err);
    }
    return ok;
}

static bool add_data(Making *making, Error *err)
{
    MyRelationVec *relations = &making->catalog->relations;
    bool ok = true;

    for (size_t i = 0; ok && i < relations->len; i++) {
        const MyRelation *relation = &relations->items[i];

        ok = relation->kind == MY_TABLE      ? add_rows(making, relation, err)
             : relation->kind == MY_SEQUENCE ? add_sequence_value(making, relation, err)
                                             : true;
    }
    return ok;
}

static bool add_keys(Making *making, const LaterVec *later, Error *err)
{
    for (int foreign = 0; foreign <= 1; foreign++) {
        for (size_t i = 0; i < later->len; i++) {
            if (later->items[i].is_foreign == (foreign == 1) &&
                !add_later(making, &later->items[i], err)) {
                return false;
            }
        }
    }
    return true;
}

/* --- Routines, triggers, events ------------------------------------------------------------ */

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
                       arena_strdup(arena, row[2])};

        ok = vec_push(names, named);
    }
    mysql_free_result(result);
    return ok ? arena_ok(arena, "the catalog", err) : error_set_memory(err, "the catalog");
}

static bool add_named(Making *making, const Named *named, Error *err)
{
    const MyRelation *table = named->table == NULL ? NULL : my_catalog_find(making->catalog, named->table);
    MyShown shown;
    Entry *entry;

    if (!my_catalog_show(making->catalog, named->kind, named->name, &shown, err)) {
        return false;
    }
    begin_text(making, named->kind, named->name);
    my_definition_routine(&making->text, making->catalog, &shown);
    if (!add_entry(making, SECTION_POST_DATA, named->kind, named->name, &entry, err)) {
        return false;
    }
    set_drop(making, entry, named->kind);
    if (table == NULL) {
        return true;
    }
    entry->table = qualified(making, table->name);
    return set_deps(making, entry, &table->entry, 1, err);
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

/* A package before its body, and both before what may call them. */
static const char routines_query[] =
    "SELECT ROUTINE_TYPE, ROUTINE_NAME, NULL FROM information_schema.ROUTINES"
    " WHERE ROUTINE_SCHEMA = %s"
    " ORDER BY ROUTINE_TYPE = 'PACKAGE' DESC, ROUTINE_TYPE = 'PACKAGE BODY' DESC,"
    "          ROUTINE_TYPE, binary ROUTINE_NAME";
static const char triggers_query[] =
    "SELECT 'TRIGGER', TRIGGER_NAME, EVENT_OBJECT_TABLE FROM information_schema.TRIGGERS"
    " WHERE TRIGGER_SCHEMA = %s"
    " ORDER BY binary EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER";
static const char events_query[] =
    "SELECT 'EVENT', EVENT_NAME, NULL FROM information_schema.EVENTS"
    " WHERE EVENT_SCHEMA = %s ORDER BY binary EVENT_NAME";

/* --- Views -------------------------------------------------------------------------------- */

typedef enum ViewState { VIEW_NEW, VIEW_OPEN, VIEW_DONE } ViewState;

typedef struct View {
    MyRelation *relation;
    MyShown shown;
    ViewState state;
    bool stands_in; /* another needs it first, and it needs that one */
    bool broken;    /* something that it is made of lacks */
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
        if ((view.relation->columns.len == 0 &&
             !my_catalog_is_broken(catalog, view.relation->name, &view.broken, err))) {
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

    begin_text(making, "VIEW", view->relation->name);
    my_definition_stand_in(&making->text, view->relation);
    if (!add_entry(making, SECTION_POST_DATA, "VIEW", view->relation->name, &entry, err)) {
        return false;
    }
    set_drop(making, entry, "VIEW");
    view->relation->entry = entry->id;
    return true;
}

/* A view of which something lacks can't be made anywhere; its text is kept all the same. */
static void put_broken(Making *making, const View *view)
{
    event_text(making->catalog->context.events, EVENT_WARNING,
               "view %s is broken: what it is made of lacks, or its definer may not use it. Its "
               "definition is in the backup as a comment, and isn't restored",
               view->relation->name);
    buffer_puts(&making->text, "-- ");
    for (const char *p = view->shown.sql; *p != '\0'; p++) {
        buffer_putc(&making->text, *p);
        if (*p == '\n') {
            buffer_puts(&making->text, "-- ");
        }
    }
    buffer_puts(&making->text, ";\n");
}

static bool add_view(Making *making, const View *view, Error *err)
{
    MyRelation *relation = view->relation;
    Entry *entry;

    begin_text(making, "VIEW", relation->name);
    if (view->broken) {
        put_broken(making, view);
    } else {
        my_definition_view(&making->text, &view->shown, view->stands_in);
    }
    if (!add_entry(making, SECTION_POST_DATA, "VIEW", relation->name, &entry, err)) {
        return false;
    }
    if (!view->stands_in) {
        set_drop(making, entry, "VIEW");
    }
    entry->table = qualified(making, relation->name);
    return set_deps(making, entry, &relation->entry, 1, err);
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

bool my_catalog_entries(MyCatalog *catalog, const BackupScope *scope, Toc *toc, Error *err)
{
    Making making = {.catalog = catalog, .scope = scope, .toc = toc};
    LaterVec later = {0};
    bool ok;

    buffer_init(&making.text, MY_DEFINITION_LIMIT);
    ok = add_settings(&making, err) && (!scope->create || add_database(&making, err)) &&
         (!scope->clean || scope->create || add_clean(&making, err)) &&
         add_relations(&making, &later, err) && add_data(&making, err) &&
         add_keys(&making, &later, err) && add_all_named(&making, routines_query, err) &&
         add_views(&making, err) && add_all_named(&making, triggers_query, err) &&
         add_all_named(&making, events_query, err) && fill_clean(&making, err);
    vec_free(&later);
    buffer_free(&making.text);
    return ok;
}
