/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for the privileges on all of the database without which the server hides something. */
#include "engine/mysql/privileges.h"

#include <string.h>

/* Of the user itself, and of the role it is in; as information_schema spells them. */
#define GRANTEES                                                                                   \
    "(concat('''', left(current_user(), char_length(current_user()) - 1"                           \
    "   - char_length(substring_index(current_user(), '@', -1))), '''@''',"                        \
    "   substring_index(current_user(), '@', -1), ''''),"                                          \
    "  concat('''', coalesce(current_role(), ''), ''''),"                                          \
    "  concat('''', coalesce(current_role(), ''), '''@'''''),"                                     \
    "  replace(coalesce(current_role(), ''), '`', ''''))"

static const char privileges_query[] =
    "SELECT PRIVILEGE_TYPE FROM information_schema.USER_PRIVILEGES WHERE GRANTEE IN " GRANTEES
    " UNION SELECT PRIVILEGE_TYPE FROM information_schema.SCHEMA_PRIVILEGES"
    "  WHERE %s LIKE TABLE_SCHEMA AND GRANTEE IN " GRANTEES;

static const struct {
    const char *privilege;
    const char *or_this;
    const char *hidden;
} needs[] = {
    {"SELECT", "SELECT", "tables and views"},
    {"TRIGGER", "TRIGGER", "triggers"},
    {"EVENT", "EVENT", "events"},
    {"EXECUTE", "ALTER ROUTINE", "routines"},
};

static void tell_missing(const MyCatalog *catalog, const bool *there)
{
    for (size_t i = 0; i < ARRAY_LENGTH(needs); i++) {
        if (!there[i]) {
            event_text(catalog->context.events, EVENT_WARNING,
                       "the user isn't seen to have the privilege %s on all of the database: %s "
                       "that the server hides from it aren't in the backup",
                       needs[i].privilege, needs[i].hidden);
        }
    }
}

bool my_privileges_check(MyCatalog *catalog, Error *err)
{
    bool there[ARRAY_LENGTH(needs)] = {false};
    MYSQL_RES *result;
    MYSQL_ROW row;

    if (!my_catalog_query(catalog, privileges_query, &result, err)) {
        return false;
    }
    while ((row = mysql_fetch_row(result)) != NULL) {
        for (size_t i = 0; i < ARRAY_LENGTH(needs); i++) {
            there[i] = there[i] || strcmp(row[0], needs[i].privilege) == 0 ||
                       strcmp(row[0], needs[i].or_this) == 0;
        }
    }
    mysql_free_result(result);
    tell_missing(catalog, there);
    return true;
}
