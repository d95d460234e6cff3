/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kinds of things in a backup, lowest rank first. To support a new kind is to add a file to
 * catalog/ and a line here. Dependencies come before rank; rank decides where they don't.
 */
#include <string.h>

#include "engine/postgres/catalog.h"

#define PRE  SECTION_PRE_DATA
#define DATA SECTION_DATA
#define POST SECTION_POST_DATA

const CatalogKind catalog_kinds[] = {
    {"settings", PRE, 0, STAND_IN_NONE, true},
    {"create_database", PRE, 0, STAND_IN_NONE, true},
    {"clean", PRE, 0, STAND_IN_NONE, true},
    {"database", PRE, 0, STAND_IN_NONE, false},
    {"schema", PRE, 0, STAND_IN_NONE, false},
    {"extension", PRE, 0, STAND_IN_NONE, false},
    {"collation", PRE, 0, STAND_IN_NONE, false},
    /* An expression is known to need a cast's types and function, but not the cast: first of all,
     * then, as soon as it has these. */
    {"cast", PRE, 0, STAND_IN_NONE, false},
    {"type_shell", PRE, 0, STAND_IN_NONE, false},
    {"type_enum", PRE, 0, STAND_IN_NONE, false},
    {"type_composite", PRE, 0, STAND_IN_NONE, false},
    {"type_base", PRE, 0, STAND_IN_FOR_LOOP, false},
    {"type_range", PRE, 0, STAND_IN_FOR_LOOP, false},
    {"domain", PRE, 0, STAND_IN_NONE, false},
    {"language", PRE, 0, STAND_IN_NONE, false},
    {"transform", PRE, 0, STAND_IN_NONE, false},
    {"function", PRE, 0, STAND_IN_NONE, false},
    {"aggregate", PRE, 0, STAND_IN_NONE, false},
    {"access_method", PRE, 0, STAND_IN_NONE, false},
    {"operator", PRE, 0, STAND_IN_NONE, false},
    {"operator_family", PRE, 0, STAND_IN_NONE, false},
    {"operator_family_member", PRE, 0, STAND_IN_NONE, false},
    {"operator_class", PRE, 0, STAND_IN_NONE, false},
    {"conversion", PRE, 0, STAND_IN_NONE, false},
    {"text_search_parser", PRE, 0, STAND_IN_NONE, false},
    {"text_search_template", PRE, 0, STAND_IN_NONE, false},
    {"text_search_dictionary", PRE, 0, STAND_IN_NONE, false},
    {"text_search_configuration", PRE, 0, STAND_IN_NONE, false},
    {"domain_constraint", PRE, 0, STAND_IN_NONE, false},
    {"foreign_data_wrapper", PRE, 0, STAND_IN_NONE, false},
    {"foreign_server", PRE, 0, STAND_IN_NONE, false},
    {"user_mapping", PRE, 0, STAND_IN_NONE, false},
    {"sequence", PRE, 0, STAND_IN_NONE, false},
    {"table", PRE, 0, STAND_IN_NONE, false},
    {"view", PRE, 0, STAND_IN_FOR_ALL, false},
    {"matview", PRE, 0, STAND_IN_NONE, false},
    {"table_attach", PRE, 0, STAND_IN_NONE, false},
    {"sequence_owned_by", PRE, 0, STAND_IN_NONE, false},
    {"default", PRE, 0, STAND_IN_NONE, false},

    {"large_object", DATA, 0, STAND_IN_NONE, true},
    {"table_data", DATA, 0, STAND_IN_NONE, false},
    {"large_object_data", DATA, 0, STAND_IN_NONE, true},
    {"sequence_set", DATA, 0, STAND_IN_NONE, false},

    {"check_constraint", POST, 0, STAND_IN_NONE, false},
    {"constraint", POST, 0, STAND_IN_NONE, false},
    {"index", POST, 0, STAND_IN_NONE, false},
    {"index_attach", POST, 0, STAND_IN_NONE, false},
    {"statistics", POST, 0, STAND_IN_NONE, false},
    {"rule", POST, 0, STAND_IN_NONE, false},
    {"trigger", POST, 0, STAND_IN_NONE, false},
    {"fk_constraint", POST, 0, STAND_IN_NONE, false},
    {"policy", POST, 0, STAND_IN_NONE, false},
    {"publication", POST, 0, STAND_IN_NONE, false},
    {"publication_table", POST, 0, STAND_IN_NONE, false},
    {"publication_schema", POST, 0, STAND_IN_NONE, false},
    {"subscription", POST, 0, STAND_IN_NONE, false},

    {"default_acl", POST, 1, STAND_IN_NONE, false},
    {"acl", POST, 1, STAND_IN_NONE, false},

    {"matview_data", POST, 2, STAND_IN_NONE, false},
    {"event_trigger", POST, 2, STAND_IN_NONE, false},
};
const size_t n_catalog_kinds = ARRAY_LENGTH(catalog_kinds);

const CatalogKind *catalog_kind(const char *file)
{
    for (size_t i = 0; i < n_catalog_kinds; i++) {
        if (strcmp(catalog_kinds[i].file, file) == 0) {
            return &catalog_kinds[i];
        }
    }
    return NULL;
}
