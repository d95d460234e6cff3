/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What of a database is taken, as pg_dump's options of the same names say it: the same for a
 * backup, which knows the names from the server's catalog, and for a restore, which has them from
 * the index.
 *
 *     selection_init(&selection);
 *     selection_add(&selection, SELECT_TABLES, "ord*", false, err);
 *     names_init(&names);
 *     names_add_…(&names, …);          or names_read(&names, toc, err)
 *     selection_resolve(&selection, &names, err);   patterns meet names
 *     selection_choose(&selection, &names, toc, taken, err);
 */
#ifndef DBB_ARCHIVE_SELECTION_H
#define DBB_ARCHIVE_SELECTION_H

#include "archive/toc.h"
#include "base/buffer.h"
#include "sql/name_pattern.h"

typedef enum SelectionList {
    SELECT_SCHEMAS,
    SELECT_NOT_SCHEMAS,
    SELECT_TABLES,
    SELECT_NOT_TABLES,
    SELECT_NOT_DATA, /* of tables: their definitions, but no rows */
    SELECT_EXTENSIONS,
    SELECT_NOT_EXTENSIONS,
    N_SELECTION_LISTS,
} SelectionList;

typedef struct SelectionRule {
    NamePattern *pattern;
    bool and_children; /* partitions and inheriting tables of those that match, too */
} SelectionRule;

typedef enum TakeLargeObjects {
    LARGE_OBJECTS_WITH_ALL, /* unless schemas, tables or extensions are chosen */
    LARGE_OBJECTS_ALWAYS,
    LARGE_OBJECTS_NEVER,
} TakeLargeObjects;

typedef struct Selection {
    VEC(SelectionRule) rules[N_SELECTION_LISTS];
    bool strict_names; /* each of the rules that choose must match something */
    bool schema_only;
    bool data_only;
    unsigned sections; /* bits 1 << Section; 0: all of them */
    TakeLargeObjects large_objects;
    bool no_publications;
    bool no_subscriptions;
    bool no_events;     /* of MySQL and MariaDB: none that run by themselves */
    unsigned leave_out; /* TEXT_BITs. TEXT_PRIVILEGE: the entries that are privileges, too */
} Selection;

void selection_init(Selection *selection);
void selection_free(Selection *selection);
bool selection_add(Selection *selection, SelectionList list, const char *pattern, bool and_children,
                   Error *err) MUST_CHECK;
/* Takes all there is. */
bool selection_is_all(const Selection *selection);
/* Doesn't take the definitions that data goes into: the target must have them already. */
bool selection_is_addition(const Selection *selection);
/* A JSON object of what was chosen: {"table":["orders"],"no_owner":true}. */
void selection_describe(const Selection *selection, Buffer *out);

/* --- Names -------------------------------------------------------------------------------- */

typedef struct SelectionSchema {
    const char *name;
    bool taken; /* and what it holds */
} SelectionSchema;

typedef struct SelectionExtension {
    const char *name;
    bool taken;
} SelectionExtension;

/* A table, view, sequence, … */
typedef struct SelectionRelation {
    const char *schema;
    const char *name;
    const char *extension;    /* whose member it is; NULL */
    const char *owner_schema; /* of a sequence: the table whose column owns it; NULL */
    const char *owner_name;
    bool is_identity; /* the owner's column made it: it goes where that goes, and nowhere else */
    const uint32_t *parents; /* ids of tables that it inherits from or is a partition of */
    size_t n_parents;
    uint32_t id; /* the caller's own: what parents speak of; 0: nothing speaks of it */
    bool taken;
    bool takes_data;
} SelectionRelation;

/* Strings are the caller's. */
typedef struct SelectionNames {
    Arena arena; /* of what isn't the caller's */
    const char *database;
    const char *search_path; /* JSON array of schemas; NULL: public */
    VEC(SelectionSchema) schemas;
    VEC(SelectionExtension) extensions;
    VEC(SelectionRelation) relations;
    bool everything; /* also what lies in no schema: no schema, table or extension is chosen */
    bool in_schemas; /* things in schemas other than relations: no table is chosen */
} SelectionNames;

void names_init(SelectionNames *names);
void names_free(SelectionNames *names);
/* Names may be added twice. False when memory is out. */
bool names_add_schema(SelectionNames *names, const char *name) MUST_CHECK;
bool names_add_extension(SelectionNames *names, const char *name) MUST_CHECK;
bool names_add_relation(SelectionNames *names, const SelectionRelation *relation) MUST_CHECK;
/* All that the entries tell of, database and search_path included. */
bool names_read(SelectionNames *names, const Toc *toc, Error *err) MUST_CHECK;
/* Sorts, drops doubles. After it (selection_resolve calls it) nothing may be added, and the find
 * functions work. They return NULL when there is no such name; of relations, any of them may be
 * NULL. */
void names_sort(SelectionNames *names);
SelectionSchema *names_find_schema(const SelectionNames *names, const char *name);
SelectionExtension *names_find_extension(const SelectionNames *names, const char *name);
SelectionRelation *names_find_relation(const SelectionNames *names, const char *schema,
                                       const char *name);

/* --- Decisions ---------------------------------------------------------------------------- */

/* Sets `taken` and `takes_data` of all names. ERR_USAGE when nothing matches what was chosen. */
bool selection_resolve(const Selection *selection, SelectionNames *names, Error *err) MUST_CHECK;
/* One bool for each entry. */
bool selection_choose(const Selection *selection, const SelectionNames *names, const Toc *toc,
                      bool *taken, Error *err) MUST_CHECK;

#endif
