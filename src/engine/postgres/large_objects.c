/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Large objects. Their bytes go into the script as
 *
 *     SELECT pg_catalog.lo_put(16404, 0, '\x…');
 *
 * and not through lo_open and lowrite, whose descriptors live as long as a transaction: these would
 * need a BEGIN and a COMMIT, and that COMMIT would end the one transaction of `psql -1` and of
 * --single-transaction too early. lo_put needs none, and what is only zeros is a gap.
 */
#include "engine/postgres/large_objects.h"

#include <stdlib.h>
#include <string.h>

#include "engine/postgres/definition.h"

enum {
    PG_LARGEOBJECT = 2613,  /* pg_largeobject in pg_depend's terms, on every server */
    PAGE_BYTES = 2048,      /* of pg_largeobject: LOBLKSIZE, fixed when the server is built */
    PUT_BYTES = 256 * 1024, /* of one lo_put; without a transaction around it each is a commit */
    GATHER_BYTES = 128 * 1024,
    TEXT_LIMIT = 1 << 30,
};

/* Where the pieces go. */
typedef struct Sink {
    const EngineContext *context;
    EntryOut *out;
    Buffer text;
} Sink;

static bool sink_flush(Sink *sink, Error *err)
{
    bool ok =
        buffer_ok(&sink->text, "the text of large objects", err) &&
        (sink->text.len == 0 || entry_out_write(sink->out, sink->text.data, sink->text.len, err));

    if (ok) {
        event_progress(sink->context->events, sink->text.len, 0, 0);
    }
    buffer_clear(&sink->text);
    return ok;
}

/* Runs catalog/<file>.sql and hands over its rows one by one. */
static bool stream_rows(PgConnection *connection, const char *file,
                        bool (*take)(void *state, const PGresult *row, Error *err), void *state,
                        Error *err)
{
    Buffer sql;
    PGresult *result = NULL;
    bool ok;

    buffer_init(&sql, 1 << 20);
    ok = catalog_sql(file, pg_server_version(connection) / 10000, &sql, err) &&
         pg_send(connection, sql.data, true, err);
    buffer_free(&sql);
    while (ok) {
        ok = pg_next_result(connection, &result, err);
        if (!ok || result == NULL) {
            break;
        }
        if (PQntuples(result) > 0) {
            ok = take(state, result, err);
        }
        PQclear(result);
    }
    return ok || error_prefix(err, "catalog/%s.sql", file);
}

/* --- Metadata ----------------------------------------------------------------------------- */

/* The part at work. It may be longer than what is held in memory. */
typedef struct Metadata {
    Sink sink;
    unsigned leave_out;
} Metadata;

static bool add_to_part(Metadata *metadata, TextKind kind, size_t size, Error *err)
{
    TextPartVec *parts = &metadata->sink.out->parts;

    if (parts->len > 0 && parts->items[parts->len - 1].kind == kind) {
        parts->items[parts->len - 1].size += size;
        return true;
    }
    return vec_push(parts, ((TextPart){.kind = kind, .size = size})) ||
           error_set_memory(err, "large objects");
}

static bool take_metadata(void *state, const PGresult *row, Error *err)
{
    Metadata *metadata = state;
    Buffer *text = &metadata->sink.text;
    size_t before = text->len;
    TextKind kind;
    int part, sql;

    if (!catalog_column(row, "large_object", "part", &part, err) ||
        !catalog_column(row, "large_object", "sql", &sql, err)) {
        return false;
    }
    kind = text_kind_from_name(PQgetvalue(row, 0, part));
    if (kind == N_TEXT_KINDS) {
        return error_set(err, ERR_INTERNAL, "catalog/large_object.sql: no part of a text: %s",
                         PQgetvalue(row, 0, part));
    }
    if ((metadata->leave_out & TEXT_BIT(kind)) != 0) {
        return true;
    }
    buffer_puts(text, PQgetvalue(row, 0, sql));
    buffer_putc(text, '\n');
    return add_to_part(metadata, kind, text->len - before, err) &&
           (text->len < GATHER_BYTES || sink_flush(&metadata->sink, err));
}

static bool write_metadata(const Catalog *catalog, const CatalogItem *item, EntryOut *out,
                           Error *err)
{
    Metadata metadata = {
        .sink = {.context = catalog->context, .out = out},
        .leave_out = catalog_leaves_out(catalog),
    };
    Buffer *text = &metadata.sink.text;
    bool ok;

    buffer_init(text, TEXT_LIMIT);
    definition_heading(item, metadata.leave_out, text);
    ok = add_to_part(&metadata, TEXT_DEFINITION, text->len, err) &&
         pg_exec(catalog->connection,
                 catalog->scope->clean ? "SET dbbackup.clean = on" : "SET dbbackup.clean = off",
                 err) &&
         stream_rows(catalog->connection, "large_object", take_metadata, &metadata, err);
    buffer_putc(text, '\n');
    ok = ok && add_to_part(&metadata, out->parts.items[out->parts.len - 1].kind, 1, err) &&
         sink_flush(&metadata.sink, err);
    buffer_free(text);
    return ok;
}

/* --- Data --------------------------------------------------------------------------------- */

/* The object at work. What it reads as decides alone what is written, not how the server keeps it
 * and by which of the two ways it is read: a page of zeros is left out like one that isn't there,
 * and a page that others follow is whole. So a backup of the restored object says the same. Bytes
 * that lie side by side are gathered as hex digits. */
typedef struct Data {
    Sink sink;
    Buffer hex;
    uint32_t oid;   /* 0 before the first */
    uint64_t start; /* of the gathered bytes, in the object */
    uint64_t size;  /* of the object, as far as seen */
} Data;

static bool put_gathered(Data *data, Error *err)
{
    Buffer *text = &data->sink.text;
    size_t before = text->len;

    if (data->hex.len == 0) {
        return buffer_ok(&data->hex, "a piece of a large object", err);
    }
    buffer_printf(text, "SELECT pg_catalog.lo_put(%u, %llu, '\\x", data->oid,
                  (unsigned long long)data->start);
    buffer_append(text, data->hex.data, data->hex.len);
    buffer_puts(text, "');\n");
    if (!buffer_ok(text, "a piece of a large object", err)) {
        return false;
    }
    data->sink.out->content += content_hash(text->data + before, text->len - before - 1);
    buffer_clear(&data->hex);
    return sink_flush(&data->sink, err) &&
           (!entry_out_is_full(data->sink.out) || entry_out_cut(data->sink.out, err));
}

/* Where the gathered bytes end, in the object. */
static uint64_t gathered_end(const Data *data)
{
    return data->hex.len == 0 ? 0 : data->start + data->hex.len / 2;
}

static void gather_zeros(Data *data, uint64_t until)
{
    while (gathered_end(data) < until) {
        buffer_puts(&data->hex, "00");
    }
}

/* Makes the gathered bytes ready for those of the page that begins at start. */
static bool begin_page(Data *data, uint64_t start, Error *err)
{
    gather_zeros(data, (gathered_end(data) + PAGE_BYTES - 1) / PAGE_BYTES * PAGE_BYTES);
    if (data->hex.len == 0 || start != gathered_end(data) || data->hex.len / 2 >= PUT_BYTES) {
        if (!put_gathered(data, err)) {
            return false;
        }
        data->start = start;
    }
    return true;
}

/* Zeros of the last page are written: they give the object its size. */
static bool end_object(Data *data, Error *err)
{
    if (data->size > gathered_end(data)) {
        uint64_t last = (data->size - 1) / PAGE_BYTES * PAGE_BYTES;

        if (gathered_end(data) <= last && !begin_page(data, last, err)) {
            return false;
        }
        gather_zeros(data, data->size);
    }
    return put_gathered(data, err);
}

static bool is_zeros(const char *digits, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (digits[i] != '0') {
            return false;
        }
    }
    return true;
}

/* Whole pages, or what the object ends with. Without a byte it is how the server marks the end of
 * an object that was made longer (lo_truncate). */
static bool take_pages(Data *data, uint64_t start, const char *digits, Error *err)
{
    size_t len = strlen(digits);

    data->size = start + len / 2;
    for (size_t at = 0; at < len; at += (size_t)2 * PAGE_BYTES, start += PAGE_BYTES) {
        size_t n = len - at < (size_t)2 * PAGE_BYTES ? len - at : (size_t)2 * PAGE_BYTES;

        if (!is_zeros(digits + at, n)) {
            if (!begin_page(data, start, err)) {
                return false;
            }
            buffer_append(&data->hex, digits + at, n);
        }
    }
    return true;
}

static bool take_data(void *state, const PGresult *row, Error *err)
{
    static const char file[] = "large_object_data";
    Data *data = state;
    int loid, pageno, bytes;
    const char *hex;
    uint32_t oid;

    if (!catalog_column(row, file, "loid", &loid, err) ||
        !catalog_column(row, file, "pageno", &pageno, err) ||
        !catalog_column(row, file, "data", &bytes, err)) {
        return false;
    }
    oid = catalog_oid(row, 0, loid);
    hex = PQgetvalue(row, 0, bytes);
    if (strncmp(hex, "\\x", 2) != 0) {
        return error_set(err, ERR_INTERNAL, "bytea_output isn't hex");
    }
    if (oid != data->oid) {
        if (!end_object(data, err)) {
            return false;
        }
        data->oid = oid;
        data->size = 0;
    }
    return take_pages(data, strtoull(PQgetvalue(row, 0, pageno), NULL, 10) * PAGE_BYTES, hex + 2,
                      err);
}

static bool write_data(const Catalog *catalog, const CatalogItem *item, EntryOut *out, Error *err)
{
    Data data = {.sink = {.context = catalog->context, .out = out}};
    bool ok;

    buffer_init(&data.sink.text, TEXT_LIMIT);
    buffer_init(&data.hex, TEXT_LIMIT);
    definition_heading(item, 0, &data.sink.text);
    /* copy_in names the file: which of the two this user may run */
    ok = stream_rows(catalog->connection, item->copy_in, take_data, &data, err) &&
         end_object(&data, err);
    buffer_putc(&data.sink.text, '\n');
    ok = ok && sink_flush(&data.sink, err);
    buffer_free(&data.sink.text);
    buffer_free(&data.hex);
    if (!ok && strcmp(err->sqlstate, "42501") == 0) {
        (void)error_hint(err, "Grant the user SELECT on all large objects, or the role "
                              "pg_read_all_data (servers from 14 on).");
    }
    return ok;
}

/* --- Items -------------------------------------------------------------------------------- */

static const char facts_sql[] =
    "SELECT EXISTS (SELECT FROM pg_catalog.pg_largeobject_metadata) AS any,"
    " pg_catalog.has_table_privilege('pg_catalog.pg_largeobject', 'SELECT') AS direct,"
    " pg_catalog.pg_relation_size('pg_catalog.pg_largeobject') AS size";

static bool add_items(Catalog *catalog, bool direct, uint64_t size, Error *err)
{
    CatalogItem *metadata = catalog_add_item(catalog, catalog_kind("large_object"), err);
    CatalogItem *data;

    if (metadata == NULL) {
        return false;
    }
    metadata->classid = PG_LARGEOBJECT;
    metadata->kind = "BLOB METADATA";
    metadata->name = "BLOB METADATA";
    metadata->write = write_metadata;
    data = catalog_add_item(catalog, catalog_kind("large_object_data"), err);
    if (data == NULL) {
        return false;
    }
    data->classid = PG_LARGEOBJECT;
    data->kind = "BLOBS";
    data->name = "BLOBS";
    data->copy_in = direct ? "large_object_data" : "large_object_data_user";
    data->size_bytes = size;
    data->write = write_data;
    return true;
}

bool large_objects_add(Catalog *catalog, Error *err)
{
    PGresult *result;
    int any, direct, size;
    bool ok;

    if (!pg_query(catalog->connection, facts_sql, &result, err)) {
        return false;
    }
    ok = catalog_column(result, "facts", "any", &any, err) &&
         catalog_column(result, "facts", "direct", &direct, err) &&
         catalog_column(result, "facts", "size", &size, err);
    if (ok && catalog_bool(result, 0, any, false)) {
        ok = add_items(catalog, catalog_bool(result, 0, direct, false),
                       strtoull(PQgetvalue(result, 0, size), NULL, 10), err);
    }
    PQclear(result);
    return ok;
}
