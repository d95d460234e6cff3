/* SPDX-License-Identifier: Apache-2.0 */
/* MySQL's histograms, which tell its planner about a column's values. */
#include <string.h>

#include "engine/mysql/making.h"
#include "sql/mysql_quote.h"

enum { FIRST_HISTOGRAMS = 80003 }; /* the MySQL that has them */

/* A number of as many digits is another one when the server has read it back: it takes it for a
 * double, and where two bounds of buckets become the same one it takes none of them. */
#define MANY_DIGITS " REGEXP '[0-9.]{16}'"

static const char histograms_query[] =
    "SELECT TABLE_NAME, COLUMN_NAME, HISTOGRAM,"
    "       HISTOGRAM->>'$.\"data-type\"' = 'decimal' AND"
    "       (HISTOGRAM->'$.buckets[*][0]'" MANY_DIGITS
    "        OR HISTOGRAM->>'$.\"histogram-type\"' = 'equi-height' AND"
    "           HISTOGRAM->'$.buckets[*][1]'" MANY_DIGITS "),"
    "       HISTOGRAM->>'$.\"number-of-buckets-specified\"',"
    "       HISTOGRAM->>'$.\"auto-update\"' = 'true'"
    "  FROM information_schema.COLUMN_STATISTICS WHERE " MY_OF_DATABASE(
        "SCHEMA_NAME") " ORDER BY binary TABLE_NAME, binary COLUMN_NAME";

/* A row of the query's: the histogram itself where that can be, or else its making. To servers that
 * don't know how, a comment. */
static void put_histogram(Buffer *out, MYSQL_ROW row)
{
    bool made_anew = row[3] != NULL && strcmp(row[3], "1") == 0;
    bool auto_update = row[5] != NULL && strcmp(row[5], "1") == 0;

    buffer_printf(out, "/*!%s ANALYZE TABLE ", made_anew && auto_update ? "80400" : "80031");
    mysql_quote_identifier(out, row[0]);
    buffer_puts(out, " UPDATE HISTOGRAM ON ");
    mysql_quote_identifier(out, row[1]);
    if (made_anew) {
        buffer_printf(out, " WITH %s BUCKETS%s", row[4], auto_update ? " AUTO UPDATE" : "");
    } else {
        buffer_puts(out, " USING DATA ");
        mysql_quote_literal(out, row[2]);
    }
    buffer_puts(out, " */;\n");
}

/* Behind its rows: the server renews some histograms by itself when many rows have come. They
 * belong to the rows, not to the definition; keys may come later. */
static bool add_table(Making *making, const MyRelation *table, Error *err)
{
    const uint32_t needs[] = {table->entry, table->rows};
    Entry *entry;

    if (!making_add(making, SECTION_DATA, "STATISTICS DATA", table->name, &entry, err)) {
        return false;
    }
    entry->table = making_qualified(making, table->name);
    return making_set_deps(making, entry, needs, ARRAY_LENGTH(needs), err);
}

/* The rows of one table stand together. */
static bool add_tables(Making *making, MYSQL_RES *result, Error *err)
{
    const MyRelation *table = NULL;
    MYSQL_ROW row;

    while ((row = mysql_fetch_row(result)) != NULL) {
        if (table == NULL || strcmp(table->name, row[0]) != 0) {
            if (table != NULL && !add_table(making, table, err)) {
                return false;
            }
            table = my_catalog_find(making->catalog, row[0]);
            if (table == NULL) {
                continue;
            }
            making_begin(making, "STATISTICS DATA", table->name);
        }
        put_histogram(&making->text, row);
    }
    return table == NULL || add_table(making, table, err);
}

bool making_add_histograms(Making *making, Error *err)
{
    MyCatalog *catalog = making->catalog;
    MYSQL_RES *result;
    bool ok;

    if (my_is_mariadb(catalog->connection) ||
        my_version_number(catalog->connection) < FIRST_HISTOGRAMS) {
        return true;
    }
    if (!my_catalog_query(catalog, histograms_query, &result, err)) {
        return false;
    }
    ok = add_tables(making, result, err);
    mysql_free_result(result);
    return ok;
}
