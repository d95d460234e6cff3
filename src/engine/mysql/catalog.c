/* SPDX-License-Identifier: Apache-2.0 */
/* Reads relations and columns with one query each, and SHOW CREATE for what is asked for. */
#include "engine/mysql/catalog.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/mysql/history.h"
#include "engine/mysql/ranges.h"
#include "engine/mysql/types.h"
#include "sql/mysql_quote.h"
#include "sql/mysql_statement.h"

enum {
    SQL_LIMIT = 1 << 20,
    FIRST_STRICT_KEYS = 80400, /* the MySQL that has restrict_fk_on_non_standard_key */
    FIRST_COMMENTS = 100500,   /* the MariaDB whose databases have comments */
    FIRST_ENCRYPTION = 80016,  /* the MySQL whose databases say that of their tables */
};

/* "comment" and "encryption" are of columns that not every server has. */
#define DATABASE_QUERY(comment, encryption)                                                        \
    "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME, " comment ", " encryption          \
    "  FROM information_schema.SCHEMATA WHERE " MY_OF_DATABASE("SCHEMA_NAME")

static const char relations_query[] =
    "SELECT t.TABLE_NAME, t.TABLE_TYPE, t.ENGINE, coalesce(e.TRANSACTIONS, '') = 'YES',"
    "       coalesce(t.DATA_LENGTH, 0), coalesce(t.TABLE_ROWS, 0)"
    "  FROM information_schema.TABLES t"
    "  LEFT JOIN information_schema.ENGINES e ON e.ENGINE = t.ENGINE"
    " WHERE " MY_OF_DATABASE("t.TABLE_SCHEMA") " ORDER BY binary t.TABLE_NAME";

/* A generated column can't be written to; DEFAULT_GENERATED, of MySQL, is no such thing. */
static const char columns_query[] =
    "SELECT TABLE_NAME, COLUMN_NAME, DATA_TYPE, CHARACTER_SET_NAME, COLUMN_TYPE,"
    "       EXTRA LIKE '%%VIRTUAL GENERATED%%' OR EXTRA LIKE '%%STORED GENERATED%%'"
    "       OR EXTRA LIKE '%%PERSISTENT%%', GENERATION_EXPRESSION"
    "  FROM information_schema.COLUMNS WHERE " MY_OF_DATABASE(
        "TABLE_SCHEMA") " ORDER BY binary TABLE_NAME, ORDINAL_POSITION";

/* Tables with foreign keys to columns that aren't all of a unique key. */
static const char loose_keys_query[] =
    "SELECT DISTINCT r.TABLE_NAME FROM information_schema.REFERENTIAL_CONSTRAINTS r"
    " WHERE " MY_OF_DATABASE(
        "r.CONSTRAINT_SCHEMA") " AND (r.UNIQUE_CONSTRAINT_NAME IS NULL OR"
                               "       (SELECT count(*) FROM information_schema.STATISTICS s"
                               "         WHERE s.TABLE_SCHEMA = r.UNIQUE_CONSTRAINT_SCHEMA"
                               "           AND s.TABLE_NAME = r.REFERENCED_TABLE_NAME"
                               "           AND s.INDEX_NAME = r.UNIQUE_CONSTRAINT_NAME) <>"
                               "       (SELECT count(*) FROM information_schema.KEY_COLUMN_USAGE k"
                               "         WHERE k.CONSTRAINT_SCHEMA = r.CONSTRAINT_SCHEMA AND "
                               "k.TABLE_NAME = r.TABLE_NAME"
                               "           AND k.CONSTRAINT_NAME = r.CONSTRAINT_NAME))";

void my_catalog_init(MyCatalog *catalog, MyConnection *connection, const EngineContext *context,
                     Arena *arena, const char *database)
{
    *catalog = (MyCatalog){
        .connection = connection, .context = *context, .arena = arena, .database = database};
}

void my_catalog_free(MyCatalog *catalog)
{
    for (size_t i = 0; i < catalog->relations.len; i++) {
        my_ranges_free(catalog->relations.items[i].ranges);
        vec_free(&catalog->relations.items[i].columns);
    }
    vec_free(&catalog->relations);
}

bool my_catalog_query(MyCatalog *catalog, const char *format, MYSQL_RES **out, Error *err)
{
    const char *from = strstr(format, "information_schema.");
    char shown[64] = "catalog";
    Buffer name;
    Buffer sql;
    bool ok;

    if (from != NULL) { /* the format is ours: it holds no data */
        (void)snprintf(shown, sizeof shown, "catalog/%.*s", (int)strcspn(from, " \n,)"), from);
    }
    trace_name(my_trace(catalog->connection), shown);
    buffer_init(&name, SQL_LIMIT);
    buffer_init(&sql, SQL_LIMIT);
    mysql_quote_literal(&name, catalog->database);
    for (const char *p = format; *p != '\0'; p++) { /* the only directives are %s and %% */
        if (*p == '%' && *++p == 's') {
            buffer_puts(&sql, name.data);
        } else {
            buffer_putc(&sql, *p);
        }
    }
    ok = buffer_ok(&name, "a query", err) && buffer_ok(&sql, "a query", err) &&
         my_query(catalog->connection, sql.data, out, err);
    trace_name(my_trace(catalog->connection), NULL);
    buffer_free(&name);
    buffer_free(&sql);
    return ok;
}

static const char *database_query(const MyCatalog *catalog)
{
    unsigned long version = my_version_number(catalog->connection);

    if (my_is_mariadb(catalog->connection)) {
        return version >= FIRST_COMMENTS ? DATABASE_QUERY("SCHEMA_COMMENT", "'NO'")
                                         : DATABASE_QUERY("''", "'NO'");
    }
    return version >= FIRST_ENCRYPTION ? DATABASE_QUERY("''", "DEFAULT_ENCRYPTION")
                                       : DATABASE_QUERY("''", "'NO'");
}

static bool read_database(MyCatalog *catalog, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;

    if (!my_catalog_query(catalog, database_query(catalog), &result, err)) {
        return false;
    }
    row = mysql_fetch_row(result);
    if (row != NULL) {
        catalog->charset = arena_strdup(catalog->arena, row[0]);
        catalog->collation = arena_strdup(catalog->arena, row[1]);
        catalog->comment = arena_strdup(catalog->arena, row[2] == NULL ? "" : row[2]);
        catalog->is_encrypted = row[3] != NULL && strcmp(row[3], "YES") == 0;
    }
    mysql_free_result(result);
    return row != NULL ? arena_ok(catalog->arena, "the catalog", err)
                       : error_set(err, ERR_SERVER, "there is no database `%s`", catalog->database);
}

/* --- Relations ---------------------------------------------------------------------------- */

static MyRelationKind relation_kind(const char *type)
{
    return strstr(type, "VIEW") != NULL    ? MY_VIEW
           : strcmp(type, "SEQUENCE") == 0 ? MY_SEQUENCE
                                           : MY_TABLE;
}

/* Engines that show what is kept elsewhere: a restore would write it there once more. */
static bool is_elsewhere(const char *engine)
{
    static const char *const engines[] = {"MRG_MyISAM", "FEDERATED", "CONNECT", "SPIDER",
                                          "OQGRAPH",    "VP",        NULL};

    return engine != NULL && my_is_one_of(engine, engines);
}

static bool add_relation(MyCatalog *catalog, MYSQL_ROW row)
{
    MyRelation relation = {
        .name = arena_strdup(catalog->arena, row[0]),
        .kind = relation_kind(row[1]),
        .engine = arena_strdup(catalog->arena, row[2]),
        .is_transactional = strcmp(row[3], "1") == 0,
        .is_elsewhere = is_elsewhere(row[2]),
        .is_versioned = strcmp(row[1], "SYSTEM VERSIONED") == 0,
        .row_start = "row_start",
        .row_end = "row_end",
        .size = strtoull(row[4], NULL, 10),
        .row_estimate = strtoull(row[5], NULL, 10),
    };

    return vec_push(&catalog->relations, relation);
}

bool my_catalog_read_relations(MyCatalog *catalog, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok = true;

    if (!my_catalog_query(catalog, relations_query, &result, err)) {
        return false;
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        ok = add_relation(catalog, row);
    }
    mysql_free_result(result);
    return ok ? arena_ok(catalog->arena, "the catalog", err) : error_set_memory(err, "the catalog");
}

static int compare_names(const void *key, const void *relation)
{
    return strcmp(key, ((const MyRelation *)relation)->name);
}

MyRelation *my_catalog_find(const MyCatalog *catalog, const char *name)
{
    return catalog->relations.len == 0
               ? NULL
               : bsearch(name, catalog->relations.items, catalog->relations.len,
                         sizeof *catalog->relations.items, compare_names);
}

/* --- Columns ------------------------------------------------------------------------------ */

static MyValue value_of(const char *type, const char *charset)
{
    static const char *const numbers[] = {"tinyint", "smallint", "mediumint", "int",
                                          "bigint",  "decimal",  "year",      NULL};
    static const char *const reals[] = {"float", "double", NULL};
    static const char *const own[] = {"utf8mb4", "utf8mb3", "utf8", "ascii", NULL};

    if (my_is_one_of(type, numbers)) {
        return MY_NUMBER;
    }
    if (my_is_one_of(type, reals)) {
        return MY_REAL;
    }
    if (my_type_is_bytes(type) || (charset != NULL && strcmp(charset, "binary") == 0)) {
        return MY_BYTES;
    }
    return charset == NULL || my_is_one_of(charset, own) ? MY_TEXT : MY_OTHER_TEXT;
}

/* Not so: FLOAT, which no literal is equal to; ENUM and SET, which compare as text and are sorted
 * by number; BIT. */
static bool has_literals(const char *type)
{
    static const char *const types[] = {
        "tinyint",  "smallint",  "mediumint", "int",    "bigint",    "decimal",
        "year",     "char",      "varchar",   "binary", "varbinary", "date",
        "datetime", "timestamp", "time",      "uuid",   NULL,
    };

    return my_is_one_of(type, types);
}

static bool has_empty_member(const char *type, const char *column_type)
{
    return strcmp(type, "enum") == 0 &&
           (strstr(column_type, "('',") != NULL || strstr(column_type, ",'',") != NULL ||
            strstr(column_type, ",'')") != NULL || strstr(column_type, "('')") != NULL);
}

/* The columns of rows' times, where the table gives them names. */
static void note_time(MyRelation *relation, const char *name, MYSQL_ROW row)
{
    const char *expression = row[6] == NULL ? "" : row[6];

    if (relation->is_versioned && strcmp(expression, "ROW START") == 0) {
        relation->row_start = name;
        relation->by_transaction = strcmp(row[2], "bigint") == 0;
    } else if (relation->is_versioned && strcmp(expression, "ROW END") == 0) {
        relation->row_end = name;
    }
}

static bool add_column(MyCatalog *catalog, MyRelation *relation, MYSQL_ROW row)
{
    MyColumn column = {
        .name = arena_strdup(catalog->arena, row[1]),
        .charset = arena_strdup(catalog->arena, row[3]),
        .value = value_of(row[2], row[3]),
        .has_literals = has_literals(row[2]),
    };

    note_time(relation, column.name, row);
    if (relation->kind != MY_VIEW && row[5] != NULL && strcmp(row[5], "1") == 0) {
        return true;
    }
    if (has_empty_member(row[2], row[4])) {
        column.by_number = true;
        column.value = MY_NUMBER;
    }
    return vec_push(&relation->columns, column);
}

/* Both lists are in the order of the relations' names. */
static bool read_columns(MyCatalog *catalog, Error *err)
{
    size_t at = 0;
    MYSQL_RES *result;
    MYSQL_ROW row;
    bool ok = true;

    if (!my_catalog_query(catalog, columns_query, &result, err)) {
        return false;
    }
    while (ok && (row = mysql_fetch_row(result)) != NULL) {
        while (at < catalog->relations.len &&
               strcmp(catalog->relations.items[at].name, row[0]) < 0) {
            at++;
        }
        if (at < catalog->relations.len && strcmp(catalog->relations.items[at].name, row[0]) == 0) {
            ok = add_column(catalog, &catalog->relations.items[at], row);
        }
    }
    mysql_free_result(result);
    return ok ? arena_ok(catalog->arena, "the catalog", err) : error_set_memory(err, "the catalog");
}

static bool read_loose_keys(MyCatalog *catalog, Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;

    if (my_is_mariadb(catalog->connection) ||
        my_version_number(catalog->connection) < FIRST_STRICT_KEYS) {
        return true;
    }
    if (!my_catalog_query(catalog, loose_keys_query, &result, err)) {
        return false;
    }
    while ((row = mysql_fetch_row(result)) != NULL) {
        MyRelation *relation = my_catalog_find(catalog, row[0]);

        if (relation != NULL) {
            relation->loose_keys = true;
        }
    }
    mysql_free_result(result);
    return true;
}

bool my_catalog_read(MyCatalog *catalog, Error *err)
{
    return read_database(catalog, err) && my_catalog_read_relations(catalog, err) &&
           read_columns(catalog, err) && my_history_add_columns(catalog, err) &&
           read_loose_keys(catalog, err);
}

/* --- SHOW CREATE -------------------------------------------------------------------------- */

/* The text of the first column whose name begins so; NULL where there is none. */
static const char *shown_text(MyCatalog *catalog, MYSQL_RES *result, MYSQL_ROW row,
                              const char *begin)
{
    const MYSQL_FIELD *fields = mysql_fetch_fields(result);
    const unsigned long *lengths = mysql_fetch_lengths(result);

    for (unsigned i = 0; i < mysql_num_fields(result); i++) {
        if (strncmp(fields[i].name, begin, strlen(begin)) == 0) {
            return row[i] == NULL ? NULL : arena_strndup(catalog->arena, row[i], lengths[i]);
        }
    }
    return NULL;
}

static void drop_definer(MyCatalog *catalog, MyShown *shown)
{
    size_t len = strlen(shown->sql);
    Buffer text;

    buffer_init(&text, len);
    mysql_put_without_definer(&text, shown->sql, len);
    if (text.no_memory) {
        catalog->arena->no_memory = true;
    }
    shown->sql = arena_strndup(catalog->arena, text.data, text.len);
    buffer_free(&text);
}

bool my_catalog_show(MyCatalog *catalog, const char *what, const char *name, MyShown *shown,
                     Error *err)
{
    MYSQL_RES *result;
    MYSQL_ROW row;
    Buffer sql;
    bool ok;

    buffer_init(&sql, SQL_LIMIT);
    buffer_printf(&sql, "SHOW CREATE %s ", what);
    mysql_quote_identifier(&sql, name);
    ok = buffer_ok(&sql, "a query", err) && my_query(catalog->connection, sql.data, &result, err);
    buffer_free(&sql);
    if (!ok) {
        return error_prefix(err, "%s %s", what, name);
    }
    *shown = (MyShown){.warned = my_warning_count(catalog->connection) > 0};
    row = mysql_fetch_row(result);
    if (row != NULL) {
        *shown = (MyShown){
            .warned = shown->warned,
            .sql = shown_text(catalog, result, row, "Create "),
            .sql_mode = shown_text(catalog, result, row, "sql_mode"),
            .time_zone = shown_text(catalog, result, row, "time_zone"),
            .client_charset = shown_text(catalog, result, row, "character_set_client"),
            .connection_collation = shown_text(catalog, result, row, "collation_connection"),
            .database_collation = shown_text(catalog, result, row, "Database Collation"),
        };
        if (shown->sql == NULL) { /* a trigger's */
            shown->sql = shown_text(catalog, result, row, "SQL Original Statement");
        }
    }
    mysql_free_result(result);
    if (catalog->no_definer && shown->sql != NULL) {
        drop_definer(catalog, shown);
    }
    if (!arena_ok(catalog->arena, "the catalog", err)) {
        return false;
    }
    if (shown->sql != NULL) {
        return true;
    }
    (void)error_set(err, ERR_SERVER, "the server doesn't show how %s %s is made", what, name);
    return error_hint(err,
                      "The user must be allowed to see it: SELECT on the whole database and on "
                      "mysql.proc (MariaDB), or SHOW_ROUTINE (MySQL), or be its definer.");
}
