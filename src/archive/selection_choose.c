/* SPDX-License-Identifier: Apache-2.0 */
/* Which entries are taken, once it is known which names are. */
#include <stdlib.h>
#include <string.h>

#include "archive/selection.h"
#include "base/idmap.h"

typedef struct Chooser {
    const Selection *selection;
    const SelectionNames *names;
    const Toc *toc;
    IdMap places; /* of entries, by their ids */
} Chooser;

static bool is_kind(const Entry *entry, const char *kind)
{
    return strcmp(entry->kind, kind) == 0;
}

static bool begins(const Entry *entry, const char *words)
{
    return strncmp(entry->kind, words, strlen(words)) == 0;
}

static bool is_one_of(const Entry *entry, const char *const *kinds)
{
    while (*kinds != NULL && !is_kind(entry, *kinds)) {
        kinds++;
    }
    return *kinds != NULL;
}

/* What the privileges are for, or pg_dump's comment or label is of; NULL for objects that aren't in
 * the backup, as the system's. */
static const Entry *subject_of(const Chooser *chooser, const Entry *entry)
{
    static const char *const kinds[] = {"ACL", "COMMENT", "SECURITY LABEL", NULL};
    uint32_t place;

    return is_one_of(entry, kinds) && entry->n_deps > 0 &&
                   idmap_get(&chooser->places, entry->deps[0], &place)
               ? &chooser->toc->entries.items[place]
               : NULL;
}

/* The relation that it is, or that it belongs to; NULL when there is none. */
static const SelectionRelation *relation_of(const Chooser *chooser, const Entry *entry)
{
    static const char *const own[] = {
        "TABLE",      "VIEW",         "MATERIALIZED VIEW", "FOREIGN TABLE",          "SEQUENCE",
        "TABLE DATA", "SEQUENCE SET", "TABLE ATTACH",      "MATERIALIZED VIEW DATA", NULL,
    };
    const SelectionRelation *relation = NULL;
    char *schema;
    char *name;

    if (is_one_of(entry, own)) {
        relation = names_find_relation(chooser->names, entry->schema, entry->name);
    }
    if (relation == NULL && entry->table != NULL &&
        sql_split_qualified(entry->table, &schema, &name)) {
        relation = names_find_relation(chooser->names, schema, name);
        free(schema);
    }
    return relation;
}

static bool takes_schema(const Chooser *chooser, const char *name)
{
    const SelectionSchema *schema = names_find_schema(chooser->names, name);

    return chooser->names->in_schemas &&
           (schema != NULL ? schema->taken : chooser->names->everything);
}

static bool takes_large_objects(const Chooser *chooser)
{
    switch (chooser->selection->large_objects) {
    case LARGE_OBJECTS_ALWAYS:
        return true;
    case LARGE_OBJECTS_NEVER:
        return false;
    case LARGE_OBJECTS_WITH_ALL:
        break;
    }
    return chooser->names->everything;
}

/* What the choice of schemas, tables and extensions says. */
static bool takes_object(const Chooser *chooser, const Entry *entry)
{
    const SelectionNames *names = chooser->names;
    const SelectionRelation *relation;
    const SelectionExtension *extension;

    if (begins(entry, "BLOB")) {
        return takes_large_objects(chooser);
    }
    if (is_kind(entry, "SCHEMA")) {
        return takes_schema(chooser, entry->name);
    }
    if (is_kind(entry, "EXTENSION")) {
        extension = names_find_extension(names, entry->name);
        return extension == NULL ? names->everything : extension->taken;
    }
    relation = relation_of(chooser, entry);
    if (relation != NULL) {
        /* Extended statistics have a schema of their own, publications choose for themselves. */
        return relation->taken &&
               (!is_kind(entry, "STATISTICS") || takes_schema(chooser, entry->schema)) &&
               (!begins(entry, "PUBLICATION") || names->everything);
    }
    if (begins(entry, "PUBLICATION")) {
        return names->everything && (entry->schema == NULL || takes_schema(chooser, entry->schema));
    }
    if (is_kind(entry, "ACL") && strncmp(entry->name, "SCHEMA ", 7) == 0) {
        return takes_schema(chooser, entry->name + 7); /* of `public`, which may be no entry */
    }
    return entry->schema != NULL ? takes_schema(chooser, entry->schema) : names->everything;
}

static bool is_rows(const Entry *entry)
{
    return is_kind(entry, "TABLE DATA") || is_kind(entry, "SEQUENCE SET") ||
           is_kind(entry, "MATERIALIZED VIEW DATA") || is_kind(entry, "STATISTICS DATA");
}

/* Privileges are given where their objects are made. */
static Section section_of(const Chooser *chooser, const Entry *entry)
{
    const Entry *subject = subject_of(chooser, entry);

    if (subject != NULL) {
        return subject->section;
    }
    return is_kind(entry, "ACL") ? SECTION_PRE_DATA : entry->section;
}

/* What the choice of sections and kinds says. */
static bool takes_kind(const Chooser *chooser, const Entry *entry)
{
    const Selection *selection = chooser->selection;
    Section section = section_of(chooser, entry);
    bool acl = is_kind(entry, "ACL") || is_kind(entry, "DEFAULT ACL");

    if (selection->sections != 0 && (selection->sections & (1U << section)) == 0) {
        return false;
    }
    if (selection->data_only && section != SECTION_DATA) {
        return false;
    }
    if (selection->schema_only && (section == SECTION_DATA || is_rows(entry))) {
        return false;
    }
    return !(acl && (selection->leave_out & TEXT_BIT(TEXT_PRIVILEGE)) != 0) &&
           !(selection->no_publications && begins(entry, "PUBLICATION")) &&
           !(selection->no_subscriptions && begins(entry, "SUBSCRIPTION")) &&
           !(selection->no_events && is_kind(entry, "EVENT"));
}

static bool takes_rows(const Chooser *chooser, const Entry *entry)
{
    const SelectionRelation *relation = relation_of(chooser, entry);

    return relation == NULL ? takes_object(chooser, entry) : relation->takes_data;
}

static bool takes(const Chooser *chooser, const Entry *entry)
{
    const Entry *subject = subject_of(chooser, entry);

    if (is_kind(entry, "SETTINGS") || entry_is_for_clients(entry)) {
        return true; /* all others rely on them */
    }
    if (!takes_kind(chooser, entry)) {
        return false;
    }
    return is_rows(entry) ? takes_rows(chooser, entry)
                          : takes_object(chooser, subject != NULL ? subject : entry);
}

bool selection_choose(const Selection *selection, const SelectionNames *names, const Toc *toc,
                      bool *taken, Error *err)
{
    Chooser chooser = {.selection = selection, .names = names, .toc = toc};
    bool ok = true;

    idmap_init(&chooser.places);
    for (size_t i = 0; ok && i < toc->entries.len; i++) {
        ok = idmap_put(&chooser.places, toc->entries.items[i].id, (uint32_t)i);
    }
    for (size_t i = 0; ok && i < toc->entries.len; i++) {
        taken[i] = takes(&chooser, &toc->entries.items[i]);
    }
    idmap_free(&chooser.places);
    return ok || error_set_memory(err, "the choice of entries");
}
