/* SPDX-License-Identifier: Apache-2.0 */
/* Facts: PostgreSQL's pg_backup_archiver.c (ReadToc), pg_backup_custom.c (_ReadExtraToc). */
#include "archive/pg_toc.h"

#include <stdlib.h>
#include <string.h>

#include "archive/pg_toc_relate.h"
#include "sql/quote.h"

#define TOC_LIMIT                                                                                  \
    (UINT64_C(4) << 30) /* bytes that are read; what is kept of them is of their size */

enum {
    SCAN_SIZE = 64 * 1024,
    NAME_LIMIT = 1024 * 1024, /* bytes; the tag of a function has all types of its arguments */
    SQL_START = 8 * 1024,     /* of a statement about a sequence: it is shorter */
    NUMBER_SIZE = 16,
    FILE_NAME_SIZE = 256,
    FORMAT_CUSTOM = 1,
    SECTION_SINCE = 11, /* minor versions of format 1 */
    ACCESS_METHOD_SINCE = 14,
    RELKIND_SINCE = 16,
    PG_SECTION_NONE = 1, /* pg_dump's numbers */
    PG_SECTION_DATA = 3,
    PG_SECTION_POST_DATA = 4,
};

/* Reads the file from where the head ends. What fails sticks, and from there on all is 0. */
typedef struct Scan {
    const Source *source;
    PgArchiveHead head;
    uint64_t at; /* in the file, of the byte behind the buffer */
    char *buffer;
    size_t next;
    size_t len;
    Error *err;
    bool failed; /* err says why */
} Scan;

/* --- Fields ------------------------------------------------------------------------------- */

static void fail_as_damaged(Scan *scan)
{
    if (!scan->failed) {
        scan->failed = true;
        (void)error_set(scan->err, ERR_DAMAGED, "%s is cut or altered in its table of contents",
                        scan->source->name);
    }
}

static bool fail_of_memory(Scan *scan)
{
    if (!scan->failed) {
        scan->failed = true;
        (void)error_set_memory(scan->err, "a table of contents");
    }
    return false;
}

static bool refill(Scan *scan)
{
    uint64_t left = scan->source->size - scan->at;
    size_t len = left < SCAN_SIZE ? (size_t)left : (size_t)SCAN_SIZE;

    if (scan->failed) {
        return false;
    }
    if (len == 0) {
        fail_as_damaged(scan);
        return false;
    }
    if (scan->at - scan->head.end >= TOC_LIMIT) {
        scan->failed = true;
        (void)error_set(scan->err, ERR_LIMIT, "%s has a table of contents of more than 4 GiB",
                        scan->source->name);
        return error_hint(scan->err, "Restore all of it, and take from there.");
    }
    if (!source_read_at(scan->source, scan->buffer, len, scan->at, scan->err)) {
        scan->failed = true;
        return false;
    }
    scan->at += len;
    scan->next = 0;
    scan->len = len;
    return true;
}

static bool is_more(Scan *scan)
{
    return !scan->failed && (scan->next < scan->len || refill(scan));
}

static unsigned get_byte(Scan *scan)
{
    return is_more(scan) ? (unsigned char)scan->buffer[scan->next++] : 0U;
}

/* The next n bytes; out may be NULL. */
static void get_bytes(Scan *scan, char *out, uint64_t n)
{
    while (n > 0 && is_more(scan)) {
        uint64_t here = scan->len - scan->next;

        here = here < n ? here : n;
        if (out != NULL) {
            memcpy(out, scan->buffer + scan->next, (size_t)here);
            out += here;
        }
        scan->next += (size_t)here;
        n -= here;
    }
}

/* A sign, then the magnitude, lowest byte first. */
static long get_int(Scan *scan)
{
    bool negative = get_byte(scan) != 0;
    unsigned long value = 0;

    for (unsigned i = 0; i < scan->head.int_size; i++) {
        unsigned long byte = get_byte(scan);

        value |= i < sizeof(int32_t) ? byte << (8 * i) : 0;
    }
    return negative ? -(long)value : (long)value;
}

/* The length of the text that follows; false: there is none. */
static bool begin_text(Scan *scan, uint64_t *len)
{
    long said = get_int(scan);

    *len = said > 0 ? (uint64_t)said : 0;
    return said >= 0 && !scan->failed;
}

static void skip_text(Scan *scan)
{
    uint64_t len;

    if (begin_text(scan, &len)) {
        get_bytes(scan, NULL, len);
    }
}

/* As much of it as there is room for. False: there is none. */
static bool get_start(Scan *scan, char *out, size_t size)
{
    uint64_t len;
    uint64_t kept;

    out[0] = '\0';
    if (!begin_text(scan, &len)) {
        return false;
    }
    kept = len < size - 1 ? len : size - 1;
    get_bytes(scan, out, kept);
    get_bytes(scan, NULL, len - kept);
    out[scan->failed ? 0 : kept] = '\0';
    return !scan->failed;
}

/* NULL: there is none. */
static const char *get_name(Scan *scan, Arena *arena)
{
    uint64_t len;
    char *text;

    if (!begin_text(scan, &len)) {
        return NULL;
    }
    if (len > NAME_LIMIT || len > scan->source->size) {
        fail_as_damaged(scan);
        return NULL;
    }
    text = arena_alloc(arena, (size_t)len + 1); /* zeroed */
    if (text == NULL) {
        (void)fail_of_memory(scan);
        return NULL;
    }
    get_bytes(scan, text, len);
    return text;
}

/* --- An entry ----------------------------------------------------------------------------- */

static Section get_section(Scan *scan)
{
    long number = get_int(scan);

    if (number < PG_SECTION_NONE || number > PG_SECTION_POST_DATA) {
        fail_as_damaged(scan);
    }
    return number == PG_SECTION_DATA        ? SECTION_DATA
           : number == PG_SECTION_POST_DATA ? SECTION_POST_DATA
                                            : SECTION_PRE_DATA;
}

/* The table in "ALTER SEQUENCE … OWNED BY [schema.]table.column;", as it is spelled there. */
static bool find_owner(const char *sql, const char **table, size_t *len, bool *qualified)
{
    static const char words[] = " OWNED BY ";
    const char *dot = NULL;
    bool quoted = false;

    *table = NULL;
    for (const char *p = sql; *p != '\0' && (quoted || *p != ';'); p++) {
        quoted = quoted != (*p == '"');
        if (!quoted && strncmp(p, words, sizeof words - 1) == 0) {
            *table = p + sizeof words - 1;
        } else if (!quoted && *table != NULL && *p == '.') {
            *qualified = dot != NULL;
            dot = p;
        }
    }
    *len = dot == NULL ? 0 : (size_t)(dot - *table);
    return dot != NULL;
}

/* Before PostgreSQL 10.3 its schema isn't said there: it is the sequence's. NULL: there is none. */
static const char *owner_of_sequence(const char *sql, const char *schema, Arena *arena)
{
    const char *table;
    bool qualified = false;
    Buffer text;
    const char *out;
    size_t len;

    if (!find_owner(sql, &table, &len, &qualified)) {
        return NULL;
    }
    buffer_init(&text, NAME_LIMIT);
    if (!qualified && schema != NULL) {
        sql_quote_identifier(&text, schema);
        buffer_putc(&text, '.');
    }
    buffer_append(&text, table, len);
    out = text.no_memory ? NULL : arena_strndup(arena, text.data, text.len);
    arena->no_memory = arena->no_memory || text.no_memory;
    buffer_free(&text);
    return out;
}

static bool is_kind(const Entry *entry, const char *kind)
{
    return strcmp(entry->kind, kind) == 0;
}

static void read_deps(Scan *scan, Arena *arena, Entry *entry)
{
    VEC(uint32_t) deps = {0};
    char text[NUMBER_SIZE];
    uint32_t *copy;

    while (get_start(scan, text, sizeof text)) {
        if (!vec_push(&deps, (uint32_t)strtoul(text, NULL, 10))) {
            (void)fail_of_memory(scan);
            break;
        }
    }
    copy = scan->failed ? NULL : arena_alloc(arena, (deps.len + 1) * sizeof *copy);
    if (copy != NULL) {
        if (deps.len > 0) {
            memcpy(copy, deps.items, deps.len * sizeof *copy);
        }
        entry->deps = copy;
        entry->n_deps = deps.len;
    } else {
        (void)fail_of_memory(scan);
    }
    vec_free(&deps);
}

/* Of custom, an offset. Otherwise a file's name, which pg_restore puts behind the folder's: one
 * that leads out of it would have it read any file of ours as a table's rows. */
static void skip_place(Scan *scan)
{
    char name[FILE_NAME_SIZE];

    if (scan->head.format == FORMAT_CUSTOM) {
        get_bytes(scan, NULL, 1 + (uint64_t)scan->head.offset_size);
    } else if (get_start(scan, name, sizeof name) &&
               (strchr(name, '/') != NULL || strlen(name) == sizeof name - 1)) {
        fail_as_damaged(scan);
    }
}

/* What only the statement tells. */
static void look_at_sequence(Entry *entry, const char *sql, Arena *arena)
{
    static const char alter_table[] = "ALTER TABLE ";

    if (is_kind(entry, "SEQUENCE OWNED BY")) {
        entry->table = owner_of_sequence(sql, entry->schema, arena);
    } else if (is_kind(entry, "SEQUENCE") &&
               strncmp(sql, alter_table, sizeof alter_table - 1) == 0) {
        entry->kind = "IDENTITY";
    }
}

/* False when scan->err says why. */
static bool read_entry(Scan *scan, Toc *toc, Entry *entry)
{
    int minor = scan->head.format_minor;
    char sql[SQL_START];
    long id = get_int(scan);

    *entry = (Entry){.id = (uint32_t)id};
    (void)get_int(scan); /* whether there is data */
    skip_text(scan);     /* the catalog's oid, and the object's */
    skip_text(scan);
    entry->name = get_name(scan, &toc->arena);
    entry->kind = get_name(scan, &toc->arena);
    entry->section = get_section(scan);
    (void)get_start(scan, sql, sizeof sql);
    skip_text(scan); /* its DROP, its COPY */
    skip_text(scan);
    entry->schema = get_name(scan, &toc->arena);
    skip_text(scan); /* the tablespace */
    if (minor >= ACCESS_METHOD_SINCE) {
        skip_text(scan);
    }
    if (minor >= RELKIND_SINCE) {
        (void)get_int(scan);
    }
    entry->owner = get_name(scan, &toc->arena);
    skip_text(scan); /* "false": no OIDs */
    read_deps(scan, &toc->arena, entry);
    skip_place(scan);
    if (id <= 0 || id > INT32_MAX || entry->name == NULL || entry->kind == NULL) {
        fail_as_damaged(scan);
    }
    if (scan->failed) {
        return false;
    }
    entry->schema = entry->schema != NULL && entry->schema[0] != '\0' ? entry->schema : NULL;
    look_at_sequence(entry, sql, &toc->arena);
    return true;
}

/* --- All of it ---------------------------------------------------------------------------- */

static bool read_entries(Scan *scan, Toc *toc)
{
    long n = get_int(scan);

    if (n < 0) {
        fail_as_damaged(scan);
    }
    for (long i = 0; i < n && !scan->failed; i++) {
        Entry entry;

        if (read_entry(scan, toc, &entry) && !vec_push(&toc->entries, entry)) {
            (void)fail_of_memory(scan);
        }
    }
    return !scan->failed;
}

bool pg_toc_read(const Source *source, FileKind kind, Toc *toc, Error *err)
{
    Scan scan = {.source = source, .err = err};
    bool ok;

    if (!pg_archive_head(source, kind, &scan.head, err)) {
        return false;
    }
    if (scan.head.format_minor < SECTION_SINCE) {
        (void)error_set(err, ERR_UNSUPPORTED,
                        "%s is by a pg_dump before 8.4, and is only restored whole", source->name);
        return error_hint(err, "Restore all of it into a new database, and take from there.");
    }
    scan.at = scan.head.end;
    scan.buffer = malloc(SCAN_SIZE);
    if (scan.buffer == NULL) {
        return error_set_memory(err, "a table of contents");
    }
    toc->info.dbms = "postgres";
    toc->info.database = arena_strdup(&toc->arena, scan.head.database);
    ok = read_entries(&scan, toc) && pg_toc_relate(toc, source->name, err);
    free(scan.buffer);
    return ok;
}
