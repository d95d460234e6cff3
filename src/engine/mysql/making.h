/* SPDX-License-Identifier: Apache-2.0 */
/* How entries are made, shared by catalog_entries.c, histograms.c and catalog_routines.c. Nobody
 * else includes this. */
#ifndef DBB_ENGINE_MYSQL_MAKING_H
#define DBB_ENGINE_MYSQL_MAKING_H

#include "engine/engine.h"
#include "engine/mysql/catalog.h"

typedef struct Making {
    MyCatalog *catalog;
    const BackupScope *scope;
    Toc *toc;
    Buffer text;      /* of the entry at work */
    uint32_t routine; /* the last entry of those that come one after another, or 0 */
} Making;

/* Begins the text with the comment above an entry. */
void making_begin(Making *making, const char *kind, const char *name);
/* An entry of the text at hand. *added is good until the next one. */
bool making_add(Making *making, Section section, const char *kind, const char *name, Entry **added,
                Error *err) MUST_CHECK;
/* Zeros among the ids are passed over. */
bool making_set_deps(Making *making, Entry *entry, const uint32_t *deps, size_t n,
                     Error *err) MUST_CHECK;
/* DROP what IF EXISTS, of the entry's name. */
void making_set_drop(Making *making, Entry *entry, const char *what);
/* "database"."table", as the archive writes it of any server. */
const char *making_qualified(Making *making, const char *table);

/* --- histograms.c --- */

/* What is known of tables' values, behind their rows. */
bool making_add_histograms(Making *making, Error *err) MUST_CHECK;

/* --- catalog_routines.c --- */

/* Packages, routines, views, triggers and events. */
bool making_add_routines(Making *making, Error *err) MUST_CHECK;

#endif
