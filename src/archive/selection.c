/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decides what is taken, in two steps. First the patterns meet the names: each schema, extension
 * and relation is taken or not. Then each entry follows one of these: what belongs to a relation
 * follows it, privileges follow what they are for, all else follows its schema; what has no schema
 * is taken when nothing in particular was chosen.
 */
#include "archive/selection.h"

#include <stdlib.h>
#include <string.h>

#include "base/idmap.h"
#include "base/json.h"
#include "base/json_parse.h"

void selection_init(Selection *selection)
{
    *selection = (Selection){0};
}

void selection_free(Selection *selection)
{
    for (int list = 0; list < N_SELECTION_LISTS; list++) {
        for (size_t i = 0; i < selection->rules[list].len; i++) {
            name_pattern_free(selection->rules[list].items[i].pattern);
        }
        vec_free(&selection->rules[list]);
    }
}

bool selection_add(Selection *selection, SelectionList list, const char *pattern, bool and_children,
                   Error *err)
{
    static const size_t most_parts[N_SELECTION_LISTS] = {
        [SELECT_SCHEMAS] = 2,        [SELECT_NOT_SCHEMAS] = 2, [SELECT_TABLES] = 3,
        [SELECT_NOT_TABLES] = 3,     [SELECT_NOT_DATA] = 3,    [SELECT_EXTENSIONS] = 1,
        [SELECT_NOT_EXTENSIONS] = 1,
    };
    SelectionRule rule = {.and_children = and_children};

    if (!name_pattern_new(pattern, most_parts[list], &rule.pattern, err)) {
        return false;
    }
    if (!vec_push(&selection->rules[list], rule)) {
        name_pattern_free(rule.pattern);
        return error_set_memory(err, "a pattern");
    }
    return true;
}

/* --- About the whole ---------------------------------------------------------------------- */

static bool takes_section(const Selection *selection, Section section)
{
    return selection->sections == 0 || (selection->sections & (1U << section)) != 0;
}

bool selection_is_all(const Selection *selection)
{
    for (int list = 0; list < N_SELECTION_LISTS; list++) {
        if (selection->rules[list].len > 0) {
            return false;
        }
    }
    return !selection->schema_only && !selection->data_only &&
           takes_section(selection, SECTION_PRE_DATA) && takes_section(selection, SECTION_DATA) &&
           takes_section(selection, SECTION_POST_DATA) &&
           selection->large_objects != LARGE_OBJECTS_NEVER && !selection->no_publications &&
           !selection->no_subscriptions && !selection->no_events && selection->leave_out == 0;
}

bool selection_is_addition(const Selection *selection)
{
    return selection->data_only || !takes_section(selection, SECTION_PRE_DATA);
}

static void describe_lists(const Selection *selection, JsonWriter *json)
{
    static const char *const keys[N_SELECTION_LISTS] = {
        [SELECT_SCHEMAS] = "schema",
        [SELECT_NOT_SCHEMAS] = "exclude_schema",
        [SELECT_TABLES] = "table",
        [SELECT_NOT_TABLES] = "exclude_table",
        [SELECT_NOT_DATA] = "exclude_table_data",
        [SELECT_EXTENSIONS] = "extension",
        [SELECT_NOT_EXTENSIONS] = "exclude_extension",
    };

    for (int list = 0; list < N_SELECTION_LISTS; list++) {
        for (int children = 0; children < 2; children++) {
            bool begun = false;
            char key[64];

            (void)snprintf(key, sizeof key, "%s%s", keys[list], children ? "_and_children" : "");
            for (size_t i = 0; i < selection->rules[list].len; i++) {
                const SelectionRule *rule = &selection->rules[list].items[i];

                if (rule->and_children != (children == 1)) {
                    continue;
                }
                if (!begun) {
                    json_begin_array(json, key);
                    begun = true;
                }
                json_text(json, NULL, name_pattern_text(rule->pattern));
            }
            if (begun) {
                json_end_array(json);
            }
        }
    }
}

void selection_describe(const Selection *selection, Buffer *out)
{
    const struct {
        const char *key;
        bool is_set;
    } flags[] = {
        {"schema_only", selection->schema_only},
        {"data_only", selection->data_only},
        {"large_objects", selection->large_objects == LARGE_OBJECTS_ALWAYS},
        {"no_large_objects", selection->large_objects == LARGE_OBJECTS_NEVER},
        {"no_publications", selection->no_publications},
        {"no_subscriptions", selection->no_subscriptions},
        {"no_owner", (selection->leave_out & TEXT_BIT(TEXT_OWNER)) != 0},
        {"no_privileges", (selection->leave_out & TEXT_BIT(TEXT_PRIVILEGE)) != 0},
        {"no_comments", (selection->leave_out & TEXT_BIT(TEXT_COMMENT)) != 0},
        {"no_security_labels", (selection->leave_out & TEXT_BIT(TEXT_LABEL)) != 0},
        {"no_tablespaces", (selection->leave_out & TEXT_BIT(TEXT_TABLESPACE)) != 0},
    };
    JsonWriter json;

    json_init(&json, out);
    json_begin_object(&json, NULL);
    describe_lists(selection, &json);
    if (selection->sections != 0) {
        json_begin_array(&json, "section");
        for (int section = SECTION_PRE_DATA; section <= SECTION_POST_DATA; section++) {
            if (takes_section(selection, (Section)section)) {
                json_text(&json, NULL, section_name((Section)section));
            }
        }
        json_end_array(&json);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(flags); i++) {
        if (flags[i].is_set) {
            json_bool(&json, flags[i].key, true);
        }
    }
    json_end_object(&json);
}

/* --- Patterns meet names ------------------------------------------------------------------ */

/* Which relations a list of rules means; the n-th bool is the n-th relation's. */
typedef struct Matcher {
    SelectionNames *names;
    const char **path; /* schemas in which names are found that have none in front */
    size_t n_path;
    IdMap by_id; /* relations' ids → their places */
} Matcher;

static bool read_path(Matcher *matcher, Error *err)
{
    Arena *arena = &matcher->names->arena;
    const char *text = matcher->names->search_path;
    json_t *array = NULL;
    size_t n;

    if (text != NULL && !json_parse(text, strlen(text), 0, "the search path", &array, NULL, err)) {
        return false;
    }
    n = json_array_size(array);
    matcher->path = arena_alloc(arena, (n + 1) * sizeof *matcher->path);
    for (size_t i = 0; matcher->path != NULL && i < n; i++) {
        const char *schema = json_string_value(json_array_get(array, i));

        if (schema != NULL) {
            matcher->path[matcher->n_path++] = arena_strdup(arena, schema);
        }
    }
    if (array == NULL && matcher->path != NULL) {
        matcher->path[matcher->n_path++] = "public";
    }
    json_decref(array);
    return arena_ok(arena, "the search path", err);
}

static bool index_relations(Matcher *matcher, Error *err)
{
    const SelectionNames *names = matcher->names;

    for (size_t i = 0; i < names->relations.len; i++) {
        uint32_t id = names->relations.items[i].id;

        if (id != 0 && !idmap_put(&matcher->by_id, id, (uint32_t)i)) {
            return error_set_memory(err, "the names");
        }
    }
    return true;
}

/* Would its name alone find it? */
static bool is_visible(const Matcher *matcher, const SelectionRelation *relation)
{
    for (size_t i = 0; i < matcher->n_path; i++) {
        if (strcmp(matcher->path[i], relation->schema) == 0) {
            return true;
        }
        if (names_find_relation(matcher->names, matcher->path[i], relation->name) != NULL) {
            return false;
        }
    }
    return false;
}

static bool check_database(const Matcher *matcher, const NamePattern *pattern, Error *err)
{
    const char *wanted = name_pattern_database(pattern);
    const char *present = matcher->names->database;

    if (wanted == NULL || (present != NULL && strcmp(wanted, present) == 0)) {
        return true;
    }
    (void)error_set(err, ERR_USAGE, "\"%s\" names another database than \"%s\"",
                    name_pattern_text(pattern), present == NULL ? "" : present);
    return error_hint(err, "Dots part names: a name that holds one wants double quotes within the "
                           "pattern.");
}

static bool is_child(const Matcher *matcher, const SelectionRelation *relation, const bool *marked)
{
    for (size_t i = 0; i < relation->n_parents; i++) {
        uint32_t place;

        if (idmap_get(&matcher->by_id, relation->parents[i], &place) && marked[place]) {
            return true;
        }
    }
    return false;
}

/* Until no generation brings another. */
static void add_children(const Matcher *matcher, bool *marked)
{
    bool more = true;

    while (more) {
        more = false;
        for (size_t i = 0; i < matcher->names->relations.len; i++) {
            if (!marked[i] && is_child(matcher, &matcher->names->relations.items[i], marked)) {
                marked[i] = true;
                more = true;
            }
        }
    }
}

static bool no_match(const char *what, const NamePattern *pattern, Error *err)
{
    (void)error_set(err, ERR_USAGE, "no %s matches \"%s\"", what, name_pattern_text(pattern));
    return error_hint(err, "Names with capitals or other signs want double quotes within the "
                           "pattern: '\"Orders\"'; a table outside of the search path wants its "
                           "schema: 'sales.orders'.");
}

/* *found: whether it matched anything. `also` gets the marks, too; `marked` is scratch. */
static bool match_relations(const Matcher *matcher, const SelectionRule *rule, bool *marked,
                            bool *also, bool *found, Error *err)
{
    const SelectionNames *names = matcher->names;

    if (!check_database(matcher, rule->pattern, err)) {
        return false;
    }
    *found = false;
    for (size_t i = 0; i < names->relations.len; i++) {
        const SelectionRelation *relation = &names->relations.items[i];
        bool matches;

        if (!name_pattern_matches(rule->pattern, relation->schema, relation->name, &matches, err)) {
            return false;
        }
        marked[i] =
            matches && (name_pattern_has_schema(rule->pattern) || is_visible(matcher, relation));
        *found = *found || marked[i];
    }
    if (rule->and_children) {
        add_children(matcher, marked);
    }
    for (size_t i = 0; i < names->relations.len; i++) {
        also[i] = also[i] || marked[i];
    }
    return true;
}

/* A list that chooses must match something; with strict names, each of its rules. */
static bool must_match(const Selection *selection, SelectionList list, const char *what, bool found,
                       size_t rule, bool found_any, Error *err)
{
    bool last = rule + 1 == selection->rules[list].len;
    bool chooses = list == SELECT_SCHEMAS || list == SELECT_TABLES || list == SELECT_EXTENSIONS;

    if (!chooses || found || (!selection->strict_names && (!last || found_any))) {
        return true;
    }
    return no_match(what, selection->rules[list].items[rule].pattern, err);
}

static bool match_tables(const Selection *selection, SelectionList list, const Matcher *matcher,
                         bool *marked, bool *also, Error *err)
{
    bool found_any = false;

    for (size_t i = 0; i < selection->rules[list].len; i++) {
        bool found;

        if (!match_relations(matcher, &selection->rules[list].items[i], marked, also, &found,
                             err)) {
            return false;
        }
        found_any = found_any || found;
        if (!must_match(selection, list, "table", found, i, found_any, err)) {
            return false;
        }
    }
    return true;
}

/* Of names that are no relations': of the n-th, the name is name_of(n), and the answer taken(n). */
static bool match_names(const Selection *selection, SelectionList list, const Matcher *matcher,
                        bool take, Error *err)
{
    SelectionNames *names = matcher->names;
    bool schemas = list == SELECT_SCHEMAS || list == SELECT_NOT_SCHEMAS;
    size_t n = schemas ? names->schemas.len : names->extensions.len;
    bool found_any = false;

    for (size_t i = 0; i < selection->rules[list].len; i++) {
        const NamePattern *pattern = selection->rules[list].items[i].pattern;
        bool found = false;

        if (!check_database(matcher, pattern, err)) {
            return false;
        }
        for (size_t k = 0; k < n; k++) {
            const char *name =
                schemas ? names->schemas.items[k].name : names->extensions.items[k].name;
            bool *taken =
                schemas ? &names->schemas.items[k].taken : &names->extensions.items[k].taken;

            bool matches;

            if (!name_pattern_matches(pattern, NULL, name, &matches, err)) {
                return false;
            }
            if (matches) {
                *taken = take;
                found = true;
            }
        }
        found_any = found_any || found;
        if (!must_match(selection, list, schemas ? "schema" : "extension", found, i, found_any,
                        err)) {
            return false;
        }
    }
    return true;
}

static bool resolve_names(const Selection *selection, const Matcher *matcher, Error *err)
{
    SelectionNames *names = matcher->names;
    bool chosen = selection->rules[SELECT_SCHEMAS].len > 0;

    names->in_schemas = selection->rules[SELECT_TABLES].len == 0;
    names->everything =
        !chosen && names->in_schemas && selection->rules[SELECT_EXTENSIONS].len == 0;
    for (size_t i = 0; i < names->schemas.len; i++) {
        names->schemas.items[i].taken = !chosen;
    }
    for (size_t i = 0; i < names->extensions.len; i++) {
        names->extensions.items[i].taken = names->everything;
    }
    return match_names(selection, SELECT_SCHEMAS, matcher, true, err) &&
           match_names(selection, SELECT_NOT_SCHEMAS, matcher, false, err) &&
           match_names(selection, SELECT_EXTENSIONS, matcher, true, err) &&
           match_names(selection, SELECT_NOT_EXTENSIONS, matcher, false, err);
}

/* Rows of an extension's own table go with the extension, or with its schema when that is chosen.
 */
static bool takes_extension_rows(const Selection *selection, const SelectionNames *names,
                                 const SelectionRelation *relation, bool chosen)
{
    const SelectionExtension *extension = names_find_extension(names, relation->extension);
    const SelectionSchema *schema = names_find_schema(names, relation->schema);
    bool in_schema = schema == NULL || schema->taken;
    bool of_schema = selection->rules[SELECT_SCHEMAS].len > 0 && names->in_schemas && in_schema;

    if (selection->rules[SELECT_NOT_SCHEMAS].len > 0 && !in_schema) {
        return false;
    }
    return chosen || of_schema || extension == NULL || extension->taken;
}

static void resolve_relation(const Selection *selection, const SelectionNames *names,
                             SelectionRelation *relation, bool chosen, bool not_chosen,
                             bool not_data)
{
    const SelectionSchema *schema = names_find_schema(names, relation->schema);
    const SelectionExtension *extension = names_find_extension(names, relation->extension);

    if (relation->extension != NULL) {
        relation->taken = extension == NULL ? names->everything : extension->taken;
        relation->takes_data =
            takes_extension_rows(selection, names, relation, chosen) && !not_chosen && !not_data;
        return;
    }
    relation->taken = (names->in_schemas ? schema == NULL || schema->taken : chosen) && !not_chosen;
    relation->takes_data = relation->taken && !not_data;
}

/* A sequence goes with the table that owns it, whatever is said of itself. */
static void follow_owners(SelectionNames *names, const bool *not_data)
{
    for (size_t i = 0; i < names->relations.len; i++) {
        SelectionRelation *relation = &names->relations.items[i];
        const SelectionRelation *owner =
            names_find_relation(names, relation->owner_schema, relation->owner_name);

        if (owner != NULL && relation->extension == NULL &&
            (owner->taken || relation->is_identity)) {
            relation->taken = owner->taken;
            relation->takes_data = owner->taken && !not_data[i];
        }
    }
}

static bool resolve_relations(const Selection *selection, const Matcher *matcher, Error *err)
{
    SelectionNames *names = matcher->names;
    size_t n = names->relations.len;
    bool *marked = calloc(4 * n + 1, sizeof *marked);
    bool *chosen = marked + n;
    bool *not_chosen = marked + 2 * n;
    bool *not_data = marked + 3 * n;
    bool ok;

    if (marked == NULL) {
        return error_set_memory(err, "the names");
    }
    ok = match_tables(selection, SELECT_TABLES, matcher, marked, chosen, err) &&
         match_tables(selection, SELECT_NOT_TABLES, matcher, marked, not_chosen, err) &&
         match_tables(selection, SELECT_NOT_DATA, matcher, marked, not_data, err);
    for (size_t i = 0; ok && i < n; i++) {
        resolve_relation(selection, names, &names->relations.items[i], chosen[i], not_chosen[i],
                         not_data[i]);
    }
    if (ok) {
        follow_owners(names, not_data);
    }
    free(marked);
    return ok;
}

bool selection_resolve(const Selection *selection, SelectionNames *names, Error *err)
{
    Matcher matcher = {.names = names};
    bool ok;

    names_sort(names);
    idmap_init(&matcher.by_id);
    ok = read_path(&matcher, err) && index_relations(&matcher, err) &&
         resolve_names(selection, &matcher, err) && resolve_relations(selection, &matcher, err);
    idmap_free(&matcher.by_id);
    return ok;
}
