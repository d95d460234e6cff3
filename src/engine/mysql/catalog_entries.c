/* SPDX-License-Identifier: Apache-2.0 */
/* Makes the entries, kind after kind; of the script's start, sequences and tables here. */
#include "engine/mysql/catalog_entries.h"

#include <stdlib.h>
#include <string.h>

#include "engine/mysql/definition.h"
#include "engine/mysql/making.h"
#include "engine/mysql/table_text.h"
#include "sql/mysql_quote.h"

/* --- The script's start ------------------------------------------------------------------- */

static bool add_settings(Making *making, Error *err)
{
    Entry *entry;

    making_begin(making, "SETTINGS", "SETTINGS");
    buffer_puts(&making->text, my_script_settings);
    if (!making_add(making, SECTION_PRE_DATA, "SETTINGS", "SETTINGS", &entry, err)) {
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

    making_begin(making, "DATABASE", catalog->database);
    if (making->scope->clean) {
        buffer_puts(&making->text, "DROP DATABASE IF EXISTS ");
        mysql_quote_identifier(&making->text, catalog->database);
        buffer_puts(&making->text, ";\n");
    }
    buffer_puts(&making->text, "CREATE DATABASE ");
    mysql_quote_identifier(&making->text, catalog->database);
    buffer_printf(&making->text, " CHARACTER SET %s COLLATE %s", catalog->charset,
                  catalog->collation);
    if (catalog->comment[0] != '\0') {
        buffer_puts(&making->text, " COMMENT ");
        mysql_quote_literal(&making->text, catalog->comment);
    }
    buffer_puts(&making->text, catalog->is_encrypted ? " ENCRYPTION 'Y'" : "");
    buffer_puts(&making->text, ";\nUSE ");
    mysql_quote_identifier(&making->text, catalog->database);
    buffer_puts(&making->text, ";\n");
    return making_add(making, SECTION_PRE_DATA, "DATABASE", catalog->database, &entry, err);
}

/* Its text comes when all else is known. */
static bool add_clean(Making *making, Error *err)
{
    Entry *entry;

    buffer_clear(&making->text);
    return making_add(making, SECTION_PRE_DATA, "CLEAN", "CLEAN", &entry, err);
}

static bool fill_clean(Making *making, Error *err)
{
    EntryVec *entries = &making->toc->entries;
    Entry *clean = NULL;

    making_begin(making, "CLEAN", "CLEAN");
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
    making_begin(making, "SEQUENCE", sequence->name);
    buffer_printf(&making->text, "%s;\n", shown.sql);
    if (!making_add(making, SECTION_PRE_DATA, "SEQUENCE", sequence->name, &entry, err)) {
        return false;
    }
    making_set_drop(making, entry, "SEQUENCE");
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
    making_begin(making, "SEQUENCE SET", sequence->name);
    if (row != NULL) {
        buffer_puts(&making->text, "DO SETVAL(");
        mysql_quote_identifier(&making->text, sequence->name);
        buffer_printf(&making->text, ", %s, 0, %s);\n", row[0], row[1]);
    }
    ok = row != NULL || error_set(err, ERR_SERVER, "sequence %s has no value", sequence->name);
    mysql_free_result(result);
    return ok && making_add(making, SECTION_DATA, "SEQUENCE SET", sequence->name, &entry, err) &&
           making_set_deps(making, entry, &sequence->entry, 1, err);
}

static bool keeps_keys(const MyRelation *table)
{
    return table->is_versioned || strcmp(table->engine == NULL ? "" : table->engine, "InnoDB") != 0;
}

/* The text of keys or foreign keys, for an entry behind the rows. */
typedef struct Later {
    MyRelation *table;
    const char *sql;
    bool is_foreign;
} Later;

typedef VEC(Later) LaterVec;

/* Which table's foreign keys refer to which. */
typedef struct Reference {
    const MyRelation *from;
    const MyRelation *to;
} Reference;

typedef VEC(Reference) ReferenceVec;

static const char references_query[] =
    "SELECT DISTINCT TABLE_NAME, REFERENCED_TABLE_NAME"
    "  FROM information_schema.REFERENTIAL_CONSTRAINTS"
    " WHERE " MY_OF_DATABASE(
        "CONSTRAINT_SCHEMA") " AND UNIQUE_CONSTRAINT_SCHEMA = CONSTRAINT_SCHEMA";

static bool read_references(Making *making, ReferenceVec *references, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok = true;

    if (!my_catalog_query(making->catalog, references_query, &result, err)) {
        return false;
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        Reference reference = {my_catalog_find(making->catalog, row[0]),
                               my_catalog_find(making->catalog, row[1])};

        ok = reference.from == NULL || reference.to == NULL || vec_push(references, reference);
    }
    mysql_free_result(result);
    return ok || error_set_memory(err, "the catalog");
}

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

/* A server that gives tables without a primary key a hidden one may be told not to; but its user
 * only where that is the case, for it takes a privilege. */
static const char no_hidden_key[] =
    "/*!80030 SET @no_hidden_key = if(@@sql_generate_invisible_primary_key,"
    " 'SET sql_generate_invisible_primary_key = OFF', 'DO 0') */;\n"
    "/*!80030 PREPARE no_hidden_key FROM @no_hidden_key */;\n"
    "/*!80030 EXECUTE no_hidden_key */;\n";

static bool may_get_hidden_key(const Making *making, const MyRelation *table,
                               const MyTableText *text)
{
    return !my_is_mariadb(making->catalog->connection) && !text->has_primary_key &&
           strcmp(table->engine == NULL ? "" : table->engine, "InnoDB") == 0;
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
        making_begin(making, "TABLE", table->name);
        if (may_get_hidden_key(making, table, &text)) {
            buffer_puts(&making->text, no_hidden_key);
        }
        buffer_append(&making->text, text.create.data, text.create.len);
        buffer_puts(&making->text, ";\n");
        ok = making_add(making, SECTION_PRE_DATA, "TABLE", table->name, &entry, err);
    }
    if (ok) {
        making_set_drop(making, entry, "TABLE");
        entry->table = making_qualified(making, table->name);
        table->entry = entry->id;
    }
    my_table_text_free(&text);
    return ok;
}

static bool add_rows(Making *making, MyRelation *table, Error *err)
{
    Entry *entry;

    if (table->is_elsewhere) {
        event_text(making->catalog->context.events,
                   strcmp(table->engine, "MRG_MyISAM") == 0 ? EVENT_NOTICE : EVENT_WARNING,
                   "table %s (engine %s) only shows rows that are kept elsewhere: its definition "
                   "is in the backup, these aren't",
                   table->name, table->engine);
        return true;
    }
    buffer_clear(&making->text);
    if (!making_add(making, SECTION_DATA, "TABLE DATA", table->name, &entry, err)) {
        return false;
    }
    entry->create_sql = NULL;
    entry->engine_data = table;
    entry->size_estimate = table->size;
    entry->n_pieces = table->n_ranges;
    entry->with_history = table->with_history;
    entry->table = making_qualified(making, table->name);
    table->rows = entry->id;
    return making_set_deps(making, entry, &table->entry, 1, err);
}

typedef VEC(uint32_t) IdVec;

/* Keys come when the rows are in; a foreign key when also those of the other table are, and its
 * keys. */
static bool add_needs(IdVec *needs, const MyRelation *table, bool with_keys)
{
    return vec_push(needs, table->entry) && vec_push(needs, table->rows) &&
           (!with_keys || vec_push(needs, table->keys));
}

static bool set_later_deps(Making *making, Entry *entry, const Later *later, const Reference *first,
                           size_t n, Error *err)
{
    IdVec needs = {0};
    bool ok = add_needs(&needs, later->table, later->is_foreign);

    for (size_t i = 0; ok && later->is_foreign && i < n; i++) {
        if (first[i].from == later->table && first[i].to != later->table) {
            ok = add_needs(&needs, first[i].to, true);
        }
    }
    ok = ok ? making_set_deps(making, entry, needs.items, needs.len, err)
            : error_set_memory(err, "the catalog");
    vec_free(&needs);
    return ok;
}

static bool add_later(Making *making, const Later *later, const ReferenceVec *references,
                      Error *err)
{
    const char *kind = later->is_foreign ? "FK CONSTRAINT" : "INDEX";
    Entry *entry;

    making_begin(making, kind, later->table->name);
    if (later->is_foreign && later->table->loose_keys) {
        buffer_puts(&making->text,
                    "/*!80400 SET SESSION restrict_fk_on_non_standard_key = OFF */;\n");
    }
    buffer_printf(&making->text, "%s;\n", later->sql);
    if (!making_add(making, SECTION_POST_DATA, kind, later->table->name, &entry, err)) {
        return false;
    }
    entry->table = making_qualified(making, later->table->name);
    if (!later->is_foreign) {
        later->table->keys = entry->id;
    }
    return set_later_deps(making, entry, later, references->items, references->len, err);
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
        MyRelation *relation = &relations->items[i];

        ok = relation->kind == MY_TABLE      ? add_rows(making, relation, err)
             : relation->kind == MY_SEQUENCE ? add_sequence_value(making, relation, err)
                                             : true;
    }
    return ok;
}

static bool add_keys(Making *making, const LaterVec *later, Error *err)
{
    ReferenceVec references = {0};
    bool ok = later->len == 0 || read_references(making, &references, err);

    for (int foreign = 0; foreign <= 1; foreign++) {
        for (size_t i = 0; ok && i < later->len; i++) {
            ok = later->items[i].is_foreign != (foreign == 1) ||
                 add_later(making, &later->items[i], &references, err);
        }
    }
    vec_free(&references);
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
         making_add_histograms(&making, err) && add_keys(&making, &later, err) &&
         making_add_routines(&making, err) && fill_clean(&making, err);
    vec_free(&later);
    buffer_free(&making.text);
    return ok;
}
