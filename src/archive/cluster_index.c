/* SPDX-License-Identifier: Apache-2.0 */
/* What a cluster archive says of itself, as JSON: a member a line, for people and programs alike.
 */
#include "archive/cluster_index.h"

#include <stdlib.h>
#include <string.h>

#include "archive/json_fields.h"
#include "base/json_parse.h"
#include "io/damage.h"

static const char manifest_key[] = "dbbackup_cluster_manifest";
static const char index_key[] = "dbbackup_cluster_index";

enum { FORMAT_VERSION = 1 };

static const char *const kind_names[] = {
    [CLUSTER_MANIFEST] = "manifest",
    [CLUSTER_GLOBALS] = "globals",
    [CLUSTER_DATABASE] = "database",
};

void cluster_index_init(ClusterIndex *index)
{
    *index = (ClusterIndex){0};
    arena_init(&index->arena);
}

void cluster_index_free(ClusterIndex *index)
{
    vec_free(&index->members);
    arena_free(&index->arena);
    cluster_index_init(index);
}

const ClusterMember *cluster_index_find(const ClusterIndex *index, const char *name)
{
    for (size_t i = 0; i < index->members.len; i++) {
        const ClusterMember *member = &index->members.items[i];

        if (member->kind == CLUSTER_DATABASE && strcmp(member->name, name) == 0) {
            return member;
        }
    }
    return NULL;
}

/* --- Writing ------------------------------------------------------------------------------ */

static void next_line(JsonWriter *json)
{
    buffer_puts(json->out, json->need_comma ? ",\n" : "\n");
    json->need_comma = false;
}

static void begin(JsonWriter *json, Buffer *out, const char *key, const ClusterInfo *info)
{
    buffer_clear(out);
    json_init(json, out);
    json_begin_object(json, NULL);
    json_int(json, key, FORMAT_VERSION);
    json_put_text(json, "dbms", info->dbms);
    json_put_text(json, "server_version", info->server_version);
    json_int(json, "server_version_number", info->server_version_number);
    json_put_text(json, "dbbackup_version", info->dbbackup_version);
    json_put_text(json, "started", info->started);
    json_put_text(json, "ended", info->ended);
    json_put_text(json, "options", info->options);
    next_line(json);
    json_begin_array(json, "planned");
    for (size_t i = 0; i < info->n_planned; i++) {
        next_line(json);
        json_begin_object(json, NULL);
        json_put_text(json, "name", info->planned[i]);
        json_end_object(json);
    }
    json_end_array(json);
}

static bool end(JsonWriter *json, Error *err)
{
    json_end_object(json);
    buffer_putc(json->out, '\n');
    return buffer_ok(json->out, "what a cluster archive says of itself", err);
}

bool cluster_manifest_write(const ClusterInfo *info, Buffer *out, Error *err)
{
    JsonWriter json;

    begin(&json, out, manifest_key, info);
    return end(&json, err);
}

static void put_member(JsonWriter *json, const ClusterMember *member)
{
    json_begin_object(json, NULL);
    json_text(json, "kind", kind_names[member->kind]);
    json_put_text(json, "name", member->name);
    json_put_text(json, "properties", member->properties);
    if (member->failure != NULL) {
        json_put_text(json, "failure", member->failure);
    } else {
        json_put_text(json, "tool", member->tool);
        json_put_text(json, "fallback", member->fallback);
        json_uint(json, "rows", member->rows);
        json_uint(json, "raw_size", member->raw_size);
        json_text(json, "path", member->path);
        json_uint(json, "content_size", member->content_size);
        json_uint(json, "offset", member->offset);
        json_uint(json, "size", member->size);
        json_put_hash(json, "hash", member->hash);
    }
    json_end_object(json);
}

bool cluster_index_write(const ClusterInfo *info, const ClusterMembers *members, Buffer *out,
                         Error *err)
{
    JsonWriter json;

    begin(&json, out, index_key, info);
    next_line(&json);
    json_begin_array(&json, "members");
    for (size_t i = 0; i < members->len; i++) {
        next_line(&json);
        put_member(&json, &members->items[i]);
    }
    json_end_array(&json);
    return end(&json, err);
}

/* --- Reading: nothing in it is trusted ---------------------------------------------------- */

static bool read_planned(Arena *arena, const json_t *array, ClusterInfo *info)
{
    size_t n = json_array_size(array);
    const char **names = n == 0 ? NULL : arena_alloc(arena, n * sizeof *names);

    if (!json_is_array(array)) {
        return false;
    }
    for (size_t i = 0; names != NULL && i < n; i++) {
        if (!json_get_text(arena, json_array_get(array, i), "name", &names[i]) ||
            (names[i] == NULL && !arena->no_memory)) {
            return false;
        }
    }
    info->planned = names;
    info->n_planned = names == NULL ? 0 : n;
    return true;
}

static bool read_info(Arena *arena, const json_t *object, ClusterInfo *info)
{
    uint64_t number = 0;

    if (!json_get_text(arena, object, "dbms", &info->dbms) ||
        !json_get_text(arena, object, "server_version", &info->server_version) ||
        !json_get_text(arena, object, "dbbackup_version", &info->dbbackup_version) ||
        !json_get_text(arena, object, "started", &info->started) ||
        !json_get_text(arena, object, "ended", &info->ended) ||
        !json_get_text(arena, object, "options", &info->options) ||
        !json_get_number(json_object_get(object, "server_version_number"), &number) ||
        number > INT32_MAX) {
        return false;
    }
    info->server_version_number = (int)number;
    return read_planned(arena, json_object_get(object, "planned"), info);
}

static bool read_kind(const json_t *value, ClusterKind *kind)
{
    const char *name = json_string_value(value);

    for (size_t i = CLUSTER_MANIFEST; name != NULL && i < ARRAY_LENGTH(kind_names); i++) {
        if (strcmp(name, kind_names[i]) == 0) {
            *kind = (ClusterKind)i;
            return true;
        }
    }
    return false;
}

/* Missing is COUNT_UNKNOWN. */
static bool read_count(const json_t *object, const char *key, uint64_t *count)
{
    const json_t *value = json_object_get(object, key);

    *count = COUNT_UNKNOWN;
    return value == NULL || json_get_number(value, count);
}

static bool read_place(Arena *arena, const json_t *object, ClusterMember *member)
{
    return read_count(object, "rows", &member->rows) &&
           read_count(object, "raw_size", &member->raw_size) &&
           json_get_text(arena, object, "tool", &member->tool) &&
           json_get_text(arena, object, "fallback", &member->fallback) &&
           json_get_text(arena, object, "path", &member->path) &&
           json_get_number(json_object_get(object, "content_size"), &member->content_size) &&
           json_get_number(json_object_get(object, "offset"), &member->offset) &&
           json_get_number(json_object_get(object, "size"), &member->size) &&
           json_get_hash(json_object_get(object, "hash"), &member->hash) &&
           (arena->no_memory ||
            (member->path != NULL && cluster_path_fits(member->path, member->kind, member->name)));
}

static bool read_member(Arena *arena, const json_t *object, ClusterMember *member)
{
    if (!read_kind(json_object_get(object, "kind"), &member->kind) ||
        !json_get_text(arena, object, "name", &member->name) ||
        !json_get_text(arena, object, "properties", &member->properties) ||
        !json_get_text(arena, object, "failure", &member->failure)) {
        return false;
    }
    return member->failure == NULL
               ? read_place(arena, object, member)
               : member->kind == CLUSTER_DATABASE && (member->name != NULL || arena->no_memory);
}

/* The manifest first, and each begins where the one before ends. */
static bool fills_file(const ClusterMembers *members, uint64_t end)
{
    uint64_t at = 0;

    if (members->len == 0 || members->items[0].kind != CLUSTER_MANIFEST) {
        return false;
    }
    for (size_t i = 0; i < members->len; i++) {
        const ClusterMember *member = &members->items[i];

        if (member->failure == NULL) {
            if (member->offset != at || member->size > end - at || member->size == 0 ||
                member->content_size > member->size) {
                return false;
            }
            at += member->size;
        }
    }
    return at == end;
}

static int by_identity(const void *a, const void *b)
{
    const ClusterMember *one = a;
    const ClusterMember *other = b;

    if (one->kind != other->kind) {
        return one->kind < other->kind ? -1 : 1;
    }
    return one->name == NULL ? 0 : strcmp(one->name, other->name);
}

/* False when memory is out. */
static bool each_once(const ClusterMembers *members, bool *once)
{
    ClusterMember *sorted = malloc(members->len * sizeof *sorted);

    if (sorted == NULL) {
        return false;
    }
    memcpy(sorted, members->items, members->len * sizeof *sorted);
    qsort(sorted, members->len, sizeof *sorted, by_identity);
    *once = true;
    for (size_t i = 1; i < members->len; i++) {
        *once = *once && by_identity(&sorted[i - 1], &sorted[i]) != 0;
    }
    free(sorted);
    return true;
}

static bool read_members(const json_t *array, uint64_t end, const char *name, ClusterIndex *index,
                         Error *err)
{
    bool once = false;

    for (size_t i = 0; i < json_array_size(array); i++) {
        ClusterMember member = {0};

        if (!read_member(&index->arena, json_array_get(array, i), &member)) {
            return damage_altered(err, name, "member %zu of its index describes nothing", i);
        }
        if (!vec_push(&index->members, member)) {
            return error_set_memory(err, name);
        }
    }
    if (!arena_ok(&index->arena, name, err)) {
        return false;
    }
    if (!fills_file(&index->members, end)) {
        return damage_altered(err, name, "its index doesn't cover it from beginning to end");
    }
    if (!each_once(&index->members, &once)) {
        return error_set_memory(err, name);
    }
    return once || damage_altered(err, name, "its index names something twice");
}

/* The object of one of the two texts, whose info goes into index; NULL with err filled. */
static json_t *parse(const char *text, size_t len, const char *key, const char *name,
                     ClusterIndex *index, Error *err)
{
    json_t *object;
    json_int_t version;
    bool ok;

    if (!json_parse(text, len, JSON_REJECT_DUPLICATES, name, &object, NULL, err)) {
        return NULL;
    }
    version = json_integer_value(json_object_get(object, key));
    if (version > FORMAT_VERSION) {
        ok = damage_newer(err, name);
    } else if (version != FORMAT_VERSION || !read_info(&index->arena, object, &index->info)) {
        ok = damage_altered(err, name, "it doesn't describe itself");
    } else {
        ok = arena_ok(&index->arena, name, err);
    }
    if (!ok) {
        json_decref(object);
        return NULL;
    }
    return object;
}

bool cluster_manifest_read(const char *text, size_t len, const char *name, ClusterIndex *index,
                           Error *err)
{
    json_t *object = parse(text, len, manifest_key, name, index, err);

    json_decref(object);
    return object != NULL;
}

bool cluster_index_read(const char *text, size_t len, uint64_t end, const char *name,
                        ClusterIndex *index, Error *err)
{
    json_t *object = parse(text, len, index_key, name, index, err);
    bool ok =
        object != NULL && read_members(json_object_get(object, "members"), end, name, index, err);

    json_decref(object);
    return ok;
}
