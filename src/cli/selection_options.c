/* SPDX-License-Identifier: Apache-2.0 */
/* The options that say what is taken, as a Selection. */
#include "cli/selection_options.h"

#include "archive/filter_file.h"
#include "base/compiler.h"

static bool add_list(Selection *selection, SelectionList list, const TextList *patterns,
                     bool and_children, Error *err)
{
    for (size_t i = 0; i < patterns->len; i++) {
        if (!selection_add(selection, list, patterns->items[i], and_children, err)) {
            return false;
        }
    }
    return true;
}

static bool add_rules(const Options *options, Selection *selection, Error *err)
{
    const struct {
        const TextList *patterns;
        SelectionList list;
        bool and_children;
    } lists[] = {
        {&options->schemas, SELECT_SCHEMAS, false},
        {&options->exclude_schemas, SELECT_NOT_SCHEMAS, false},
        {&options->tables, SELECT_TABLES, false},
        {&options->tables_and_children, SELECT_TABLES, true},
        {&options->exclude_tables, SELECT_NOT_TABLES, false},
        {&options->exclude_tables_and_children, SELECT_NOT_TABLES, true},
        {&options->exclude_table_data, SELECT_NOT_DATA, false},
        {&options->exclude_table_data_and_children, SELECT_NOT_DATA, true},
        {&options->extensions, SELECT_EXTENSIONS, false},
        {&options->exclude_extensions, SELECT_NOT_EXTENSIONS, false},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(lists); i++) {
        if (!add_list(selection, lists[i].list, lists[i].patterns, lists[i].and_children, err)) {
            return false;
        }
    }
    for (size_t i = 0; i < options->filters.len; i++) {
        if (!filter_file_read(options->filters.items[i], selection, err)) {
            return false;
        }
    }
    return true;
}

unsigned left_out_by_options(const Options *options)
{
    return (options->no_owner ? TEXT_BIT(TEXT_OWNER) | TEXT_BIT(TEXT_ROLE_SETTING) : 0U) |
           (options->no_privileges ? TEXT_BIT(TEXT_PRIVILEGE) : 0U) |
           (options->no_comments ? TEXT_BIT(TEXT_COMMENT) : 0U) |
           (options->no_security_labels ? TEXT_BIT(TEXT_LABEL) : 0U) |
           (options->no_tablespaces ? TEXT_BIT(TEXT_TABLESPACE) : 0U);
}

bool selection_from_options(const Options *options, Selection *selection, Error *err)
{
    selection_init(selection);
    selection->strict_names = options->strict_names;
    selection->schema_only = options->schema_only;
    selection->data_only = options->data_only;
    selection->sections = options->sections << SECTION_PRE_DATA;
    selection->large_objects = options->large_objects      ? LARGE_OBJECTS_ALWAYS
                               : options->no_large_objects ? LARGE_OBJECTS_NEVER
                                                           : LARGE_OBJECTS_WITH_ALL;
    selection->no_publications = options->no_publications;
    selection->no_subscriptions = options->no_subscriptions;
    selection->leave_out = left_out_by_options(options);
    if (!add_rules(options, selection, err)) {
        selection_free(selection);
        return false;
    }
    return true;
}
