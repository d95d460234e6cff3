/* SPDX-License-Identifier: Apache-2.0 */
/* Turns the rows of catalog/ into items, and knows which item stands for an object. */
#include "engine/postgres/catalog.h"

#include <stdlib.h>
#include <string.h>

enum {
    ALIAS_STEPS_MAX = 16, /* from an object to the one that stands for it */
    NAMES_MAX = 20,       /* of objects in one message */
    NAMES_BYTES_MAX = 64 * 1024,
};

void catalog_init(Catalog *catalog, PgConnection *connection, const EngineContext *context,
                  const BackupScope *scope, Arena *arena)
{
    *catalog =
        (Catalog){.connection = connection, .context = context, .scope = scope, .arena = arena};
    idmap_init(&catalog->relation_by_oid);
    idmap_init(&catalog->item_by_object);
    idmap_init(&catalog->alias_by_object);
}

void catalog_free(Catalog *catalog)
{
    vec_free(&catalog->relations);
    vec_free(&catalog->items);
    vec_free(&catalog->aliases);
    idmap_free(&catalog->relation_by_oid);
    idmap_free(&catalog->item_by_object);
    idmap_free(&catalog->alias_by_object);
}

unsigned catalog_leaves_out(const Catalog *catalog)
{
    return catalog->scope->selection->leave_out;
}

/* An array of oids, as the server writes it: {1259,16384}. */
static bool parse_oids(Catalog *catalog, const char *text, const uint32_t **out, size_t *n_out,
                       Error *err)
{
    size_t n = 1;
    uint32_t *oids;
    char *end;

    if (strcmp(text, "{}") == 0) {
        return true;
    }
    for (const char *p = text; *p != '\0'; p++) {
        n += *p == ',';
    }
    oids = arena_alloc(catalog->arena, n * sizeof *oids);
    if (oids == NULL) {
        return error_set_memory(err, "the catalog");
    }
    for (size_t i = 0; i < n; i++) {
        text++; /* the brace or comma */
        oids[i] = (uint32_t)strtoul(text, &end, 10);
        if (end == text || (*end != ',' && *end != '}')) {
            return error_set(err, ERR_INTERNAL, "not an array of oids: %.40s", text);
        }
        text = end;
    }
    *out = oids;
    *n_out = n;
    return true;
}

/* --- Relations ---------------------------------------------------------------------------- */

static bool add_relations(Catalog *catalog, const PGresult *result, Error *err)
{
    static const char file[] = "relation";
    int oid, name, schema, plain_name, parent, parents, extension, owned_by;
    int is_identity, is_locked, is_readable, is_filtered;

    if (!catalog_column(result, file, "oid", &oid, err) ||
        !catalog_column(result, file, "name", &name, err) ||
        !catalog_column(result, file, "schema", &schema, err) ||
        !catalog_column(result, file, "plain_name", &plain_name, err) ||
        !catalog_column(result, file, "parent", &parent, err) ||
        !catalog_column(result, file, "parents", &parents, err) ||
        !catalog_column(result, file, "extension", &extension, err) ||
        !catalog_column(result, file, "owned_by", &owned_by, err) ||
        !catalog_column(result, file, "is_identity", &is_identity, err) ||
        !catalog_column(result, file, "is_locked", &is_locked, err) ||
        !catalog_column(result, file, "is_readable", &is_readable, err) ||
        !catalog_column(result, file, "is_filtered", &is_filtered, err)) {
        return false;
    }
    for (int row = 0; row < PQntuples(result); row++) {
        CatalogRelation relation = {
            .oid = catalog_oid(result, row, oid),
            .parent = catalog_oid(result, row, parent),
            .name = arena_strdup(catalog->arena, PQgetvalue(result, row, name)),
            .schema = arena_strdup(catalog->arena, PQgetvalue(result, row, schema)),
            .plain_name = arena_strdup(catalog->arena, PQgetvalue(result, row, plain_name)),
            .extension = PQgetisnull(result, row, extension)
                             ? NULL
                             : arena_strdup(catalog->arena, PQgetvalue(result, row, extension)),
            .owned_by = catalog_oid(result, row, owned_by),
            .is_identity = catalog_bool(result, row, is_identity, false),
            .is_locked = catalog_bool(result, row, is_locked, false),
            .is_readable = catalog_bool(result, row, is_readable, true),
            .is_filtered = catalog_bool(result, row, is_filtered, false),
        };

        if (!PQgetisnull(result, row, parents) &&
            !parse_oids(catalog, PQgetvalue(result, row, parents), &relation.parents,
                        &relation.n_parents, err)) {
            return false;
        }
        if (!vec_push(&catalog->relations, relation) ||
            !idmap_put(&catalog->relation_by_oid, relation.oid,
                       (uint32_t)catalog->relations.len - 1)) {
            return error_set_memory(err, "the catalog");
        }
    }
    return arena_ok(catalog->arena, "the catalog", err);
}

bool catalog_read_relations(Catalog *catalog, Error *err)
{
    PGresult *result;
    bool ok;

    if (!catalog_query(catalog, "relation", &result, err)) {
        return false;
    }
    ok = add_relations(catalog, result, err);
    PQclear(result);
    return ok;
}

/* --- Items -------------------------------------------------------------------------------- */

/* The columns that are copied as they are. */
static const struct {
    const char *name;
    size_t offset; /* of a const char * in CatalogItem */
} text_columns[] = {
    {"kind", offsetof(CatalogItem, kind)},
    {"schema", offsetof(CatalogItem, schema)},
    {"name", offsetof(CatalogItem, name)},
    {"owner", offsetof(CatalogItem, owner)},
    {"target", offsetof(CatalogItem, target)},
    {"create_sql", offsetof(CatalogItem, create_sql)},
    {"sql", offsetof(CatalogItem, create_sql)},
    {"replace_sql", offsetof(CatalogItem, replace_sql)},
    {"drop_sql", offsetof(CatalogItem, drop_sql)},
    {"dummy_sql", offsetof(CatalogItem, dummy_sql)},
    {"sort_key", offsetof(CatalogItem, sort_key)},
    {"tablespace", offsetof(CatalogItem, tablespace)},
    {"copy_out", offsetof(CatalogItem, copy_out)},
    {"copy_range", offsetof(CatalogItem, copy_range)},
    {"copy_in", offsetof(CatalogItem, copy_in)},
    {"warning", offsetof(CatalogItem, warning)},
};

/* What a row brings along for the end of its text. */
static const struct {
    const char *name;
    TextKind kind;
} addition_columns[] = {
    {"comment_sql", TEXT_COMMENT},
    {"label_sql", TEXT_LABEL},
    {"acl_sql", TEXT_PRIVILEGE},
    {"role_setting_sql", TEXT_ROLE_SETTING},
};

/* Where each column stands in a result; -1: absent. */
typedef struct Columns {
    int text[ARRAY_LENGTH(text_columns)];
    int addition[ARRAY_LENGTH(addition_columns)];
    int classid, objid, table_oid, deps, section, size_bytes, heap_pages, may_truncate;
} Columns;

static bool find_columns(const PGresult *result, const char *file, Columns *columns, Error *err)
{
    int ignored;

    for (size_t i = 0; i < ARRAY_LENGTH(text_columns); i++) {
        columns->text[i] = PQfnumber(result, text_columns[i].name);
    }
    for (size_t i = 0; i < ARRAY_LENGTH(addition_columns); i++) {
        columns->addition[i] = PQfnumber(result, addition_columns[i].name);
    }
    columns->table_oid = PQfnumber(result, "table_oid");
    columns->deps = PQfnumber(result, "deps");
    columns->section = PQfnumber(result, "section");
    columns->size_bytes = PQfnumber(result, "size_bytes");
    columns->heap_pages = PQfnumber(result, "heap_pages");
    columns->may_truncate = PQfnumber(result, "may_truncate");
    return catalog_column(result, file, "classid", &columns->classid, err) &&
           catalog_column(result, file, "objid", &columns->objid, err) &&
           catalog_column(result, file, "kind", &ignored, err) &&
           catalog_column(result, file, "name", &ignored, err) &&
           (PQfnumber(result, "sql") >= 0 ||
            catalog_column(result, file, "create_sql", &ignored, err));
}

static bool read_deps(Catalog *catalog, CatalogItem *item, const char *text, Error *err)
{
    if (!parse_oids(catalog, text, &item->deps, &item->n_deps, err)) {
        return false;
    }
    return item->n_deps % 2 == 0 ||
           error_set(err, ERR_INTERNAL, "catalog/%s.sql: the deps of %s aren't pairs of oids",
                     item->of->file, item->name);
}

CatalogItem *catalog_add_item(Catalog *catalog, const CatalogKind *kind, Error *err)
{
    CatalogItem *item = arena_alloc(catalog->arena, sizeof *item);

    /* NOLINTNEXTLINE(bugprone-sizeof-expression): the vector holds pointers */
    if (item == NULL || !vec_push(&catalog->items, item)) {
        (void)error_set_memory(err, "the catalog");
        return NULL;
    }
    item->of = kind;
    item->section = kind->section;
    item->last_text = &item->texts;
    return item;
}

static bool read_section(CatalogItem *item, const char *text, Error *err)
{
    Section section = section_from_name(text);

    if (section == 0) {
        return error_set(err, ERR_INTERNAL, "catalog/%s.sql: %s is not a section", item->of->file,
                         text);
    }
    item->section = section;
    return true;
}

/* What follows from the columns. */
static void complete_item(Catalog *catalog, CatalogItem *item)
{
    uint32_t relation;

    if (item->table_oid != 0 && idmap_get(&catalog->relation_by_oid, item->table_oid, &relation)) {
        item->table = catalog->relations.items[relation].name;
    }
    if (item->drop_sql == NULL && item->target != NULL) {
        item->drop_sql = arena_printf(catalog->arena, "DROP %s;", item->target);
    } else if (item->drop_sql != NULL && item->drop_sql[0] == '\0') {
        item->drop_sql = NULL; /* not dropped on its own */
    }
}

/* Behind the item's own text, unless its kind is left out. */
static bool add_text(Catalog *catalog, CatalogItem *item, TextKind kind, const char *sql,
                     Error *err)
{
    CatalogText *text;

    if (sql[0] == '\0' || (catalog_leaves_out(catalog) & TEXT_BIT(kind)) != 0) {
        return true;
    }
    text = arena_alloc(catalog->arena, sizeof *text);
    if (text != NULL) {
        text->kind = kind;
        text->sql = arena_strdup(catalog->arena, sql);
        *item->last_text = text;
        item->last_text = &text->next;
    }
    return arena_ok(catalog->arena, "the catalog", err);
}

/* 0 for null and for an absent column. */
static uint64_t read_number(const PGresult *result, int row, int column)
{
    return column < 0 ? 0 : strtoull(PQgetvalue(result, row, column), NULL, 10);
}

static bool add_row(Catalog *catalog, const CatalogKind *kind, const PGresult *result,
                    const Columns *columns, int row, Error *err)
{
    CatalogItem *item = catalog_add_item(catalog, kind, err);

    if (item == NULL) {
        return false;
    }
    for (size_t i = 0; i < ARRAY_LENGTH(text_columns); i++) {
        int column = columns->text[i];

        if (column >= 0 && !PQgetisnull(result, row, column)) {
            const char *text = arena_strdup(catalog->arena, PQgetvalue(result, row, column));

            memcpy((char *)item + text_columns[i].offset, &text, sizeof text);
        }
    }
    for (size_t i = 0; i < ARRAY_LENGTH(addition_columns); i++) {
        int column = columns->addition[i];

        if (column >= 0 && !add_text(catalog, item, addition_columns[i].kind,
                                     PQgetvalue(result, row, column), err)) {
            return false;
        }
    }
    item->classid = catalog_oid(result, row, columns->classid);
    item->objid = catalog_oid(result, row, columns->objid);
    item->table_oid = catalog_oid(result, row, columns->table_oid);
    item->may_truncate = catalog_bool(result, row, columns->may_truncate, true);
    item->size_bytes = read_number(result, row, columns->size_bytes);
    item->heap_pages = read_number(result, row, columns->heap_pages);
    if (!arena_ok(catalog->arena, "the catalog", err)) {
        return false;
    }
    if (item->kind == NULL || item->name == NULL) {
        return error_set(err, ERR_INTERNAL, "catalog/%s.sql: kind or name of oid %u is null",
                         kind->file, item->objid);
    }
    if (columns->section >= 0 && !PQgetisnull(result, row, columns->section) &&
        !read_section(item, PQgetvalue(result, row, columns->section), err)) {
        return false;
    }
    if (columns->deps >= 0 && !PQgetisnull(result, row, columns->deps) &&
        !read_deps(catalog, item, PQgetvalue(result, row, columns->deps), err)) {
        return false;
    }
    complete_item(catalog, item);
    if (item->warning != NULL) {
        event_text(catalog->context->events, EVENT_WARNING, "%s", item->warning);
    }
    return arena_ok(catalog->arena, "the catalog", err);
}

static bool read_kind(Catalog *catalog, const CatalogKind *kind, const char **properties,
                      Error *err)
{
    PGresult *result;
    Columns columns;
    int column;
    bool ok;

    if (!catalog_query(catalog, kind->file, &result, err)) {
        return strcmp(err->sqlstate, "42501") == 0
                   ? error_hint(err, "The user may not read what the backup needs to know of this "
                                     "kind: back up as a superuser.")
                   : false;
    }
    ok = find_columns(result, kind->file, &columns, err);
    for (int row = 0; ok && row < PQntuples(result); row++) {
        ok = add_row(catalog, kind, result, &columns, row, err);
    }
    column = PQfnumber(result, "properties");
    if (ok && column >= 0 && PQntuples(result) > 0) {
        *properties = arena_strdup(catalog->arena, PQgetvalue(result, 0, column));
    }
    PQclear(result);
    return ok;
}

/* --- Objects ------------------------------------------------------------------------------ */

/* Privileges go by their object's identity and never stand for it. */
static bool index_items(Catalog *catalog, Error *err)
{
    for (size_t i = 0; i < catalog->items.len; i++) {
        const CatalogItem *item = catalog->items.items[i];
        uint64_t key = catalog_key(item->classid, item->objid);
        uint32_t number;

        if (item->classid != 0 && item->of->pass != 1 &&
            !idmap_get(&catalog->item_by_object, key, &number) &&
            !idmap_put(&catalog->item_by_object, key, (uint32_t)i)) {
            return error_set_memory(err, "the catalog");
        }
    }
    return true;
}

static bool read_aliases(Catalog *catalog, Error *err)
{
    static const char file[] = "alias";
    PGresult *result;
    int classid, objid, of_classid, of_objid;
    bool ok;

    if (!catalog_query(catalog, file, &result, err)) {
        return false;
    }
    ok = catalog_column(result, file, "classid", &classid, err) &&
         catalog_column(result, file, "objid", &objid, err) &&
         catalog_column(result, file, "of_classid", &of_classid, err) &&
         catalog_column(result, file, "of_objid", &of_objid, err);
    for (int row = 0; ok && row < PQntuples(result); row++) {
        uint64_t key =
            catalog_key(catalog_oid(result, row, classid), catalog_oid(result, row, objid));
        uint64_t of =
            catalog_key(catalog_oid(result, row, of_classid), catalog_oid(result, row, of_objid));

        ok = (vec_push(&catalog->aliases, of) &&
              idmap_put(&catalog->alias_by_object, key, (uint32_t)catalog->aliases.len - 1)) ||
             error_set_memory(err, "the catalog");
    }
    PQclear(result);
    return ok;
}

uint64_t catalog_key(uint32_t classid, uint32_t objid)
{
    return (uint64_t)classid << 32 | objid;
}

uint32_t catalog_find(const Catalog *catalog, uint64_t key)
{
    for (int step = 0; step < ALIAS_STEPS_MAX; step++) {
        uint32_t number;

        if (idmap_get(&catalog->item_by_object, key, &number)) {
            return number;
        }
        if (!idmap_get(&catalog->alias_by_object, key, &number)) {
            break;
        }
        key = catalog->aliases.items[number];
    }
    return DEPEND_NONE;
}

/* --- Comments and labels ------------------------------------------------------------------ */

/* Appends the file's statements to the items that they belong to. */
static bool read_texts(Catalog *catalog, const char *file, TextKind kind, Error *err)
{
    PGresult *result;
    int classid, objid, sql;
    bool ok;

    if ((catalog_leaves_out(catalog) & TEXT_BIT(kind)) != 0) {
        return true;
    }
    if (!catalog_query(catalog, file, &result, err)) {
        return false;
    }
    ok = catalog_column(result, file, "classid", &classid, err) &&
         catalog_column(result, file, "objid", &objid, err) &&
         catalog_column(result, file, "sql", &sql, err);
    for (int row = 0; ok && row < PQntuples(result); row++) {
        uint32_t number = catalog_find(catalog, catalog_key(catalog_oid(result, row, classid),
                                                            catalog_oid(result, row, objid)));

        /* The contract: some are of objects that have no entry. */
        ok = number == DEPEND_NONE || add_text(catalog, catalog->items.items[number], kind,
                                               PQgetvalue(result, row, sql), err);
    }
    PQclear(result);
    return ok;
}

/* --- What isn't known --------------------------------------------------------------------- */

bool catalog_check_supported(Catalog *catalog, Error *err)
{
    static const char file[] = "unsupported";
    PGresult *result;
    Buffer names;
    int n, type, identity;
    bool ok;

    if (!catalog_query(catalog, file, &result, err)) {
        return false;
    }
    buffer_init(&names, NAMES_BYTES_MAX);
    ok = catalog_column(result, file, "type", &type, err) &&
         catalog_column(result, file, "identity", &identity, err);
    n = PQntuples(result);
    for (int row = 0; ok && row < n && row < NAMES_MAX; row++) {
        buffer_printf(&names, "%s%s %s", row == 0 ? "" : ", ", PQgetvalue(result, row, type),
                      PQgetvalue(result, row, identity));
    }
    PQclear(result);
    if (ok && n > 0) {
        if (n > NAMES_MAX) {
            buffer_printf(&names, " and %d more", n - NAMES_MAX);
        }
        ok = error_set(err, ERR_UNSUPPORTED,
                       "the database holds objects that this version of "
                       "dbbackup can't back up: %s",
                       names.data);
        (void)error_hint(err, "A backup without them would not be whole. Use pg_dump for this "
                              "database, or a newer dbbackup.");
    }
    buffer_free(&names);
    return ok;
}

bool catalog_read_items(Catalog *catalog, const char **properties, Error *err)
{
    for (size_t i = 0; i < n_catalog_kinds; i++) {
        if (!catalog_kinds[i].in_c && !read_kind(catalog, &catalog_kinds[i], properties, err)) {
            return false;
        }
    }
    return index_items(catalog, err) && read_aliases(catalog, err) &&
           read_texts(catalog, "depends_on_extension", TEXT_DEFINITION, err) &&
           read_texts(catalog, "comment", TEXT_COMMENT, err) &&
           read_texts(catalog, "security_label", TEXT_LABEL, err);
}
