/* SPDX-License-Identifier: Apache-2.0 */
/* The table of contents of pg_dump's own formats, of every version, whole and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "archive/pg_toc.h"
#include "base/buffer.h"

enum { CUSTOM = 1, TAR = 3, NEWEST = 16, OFFSET_SIZE = 8, TAR_BLOCK = 512 };

/* --- What pg_dump writes ------------------------------------------------------------------ */

typedef struct Sample {
    int minor;
    int format;
    Buffer bytes;
    Source source;
} Sample;

typedef struct Item {
    int id;
    int section; /* pg_dump's: 2 pre-data, 3 data, 4 post-data */
    const char *kind;
    const char *schema;
    const char *name;
    const char *sql;
    const char *deps[4];
} Item;

static bool read_sample(const Source *self, void *data, size_t len, uint64_t offset, Error *err)
{
    const Sample *sample =
        (const Sample *)(const void *)((const char *)self - offsetof(Sample, source));

    (void)err;
    memcpy(data, sample->bytes.data + offset, len);
    return true;
}

static void put_int(Sample *sample, long value)
{
    unsigned long rest = (unsigned long)(value < 0 ? -value : value);

    buffer_putc(&sample->bytes, value < 0 ? '\1' : '\0');
    for (int i = 0; i < 4; i++) {
        buffer_putc(&sample->bytes, (char)(rest >> (8 * i)));
    }
}

static void put_text(Sample *sample, const char *text)
{
    put_int(sample, text == NULL ? -1 : (long)strlen(text));
    buffer_puts(&sample->bytes, text == NULL ? "" : text);
}

static void begin(Sample *sample, int minor, int format, long n)
{
    const char head[] = {'P', 'G', 'D', 'M', 'P', 1, (char)minor, 0, 4, OFFSET_SIZE, (char)format};
    char block[TAR_BLOCK] = "toc.dat";

    *sample = (Sample){.minor = minor, .format = format};
    buffer_init(&sample->bytes, 16 << 20);
    if (format == TAR) {
        buffer_append(&sample->bytes, block, sizeof block);
    }
    buffer_append(&sample->bytes, head, sizeof head);
    if (minor >= 15) {
        buffer_putc(&sample->bytes, 0);
    } else {
        put_int(sample, -1);
    }
    for (int i = 0; i < 7; i++) { /* when */
        put_int(sample, 1);
    }
    put_text(sample, "shop");
    put_text(sample, "15.4");
    put_text(sample, "15.4");
    put_int(sample, n);
}

static void put_item(Sample *sample, const Item *item)
{
    put_int(sample, item->id);
    put_int(sample, item->section == 3);
    put_text(sample, "1259");
    put_text(sample, "16400");
    put_text(sample, item->name);
    put_text(sample, item->kind);
    put_int(sample, item->section);
    put_text(sample, item->sql);
    put_text(sample, "DROP");
    put_text(sample, NULL); /* COPY */
    put_text(sample, item->schema);
    put_text(sample, "");
    if (sample->minor >= 14) {
        put_text(sample, "heap");
    }
    if (sample->minor >= 16) {
        put_int(sample, 'r');
    }
    put_text(sample, "ann");
    put_text(sample, "false");
    for (size_t i = 0; i < 4 && item->deps[i] != NULL; i++) {
        put_text(sample, item->deps[i]);
    }
    put_text(sample, NULL);
    if (sample->format == CUSTOM) {
        for (int i = 0; i < 1 + OFFSET_SIZE; i++) {
            buffer_putc(&sample->bytes, '\2');
        }
    } else {
        put_text(sample, "1.dat");
    }
}

static const Item items[] = {
    {1, 2, "ENCODING", NULL, "ENCODING", "SET client_encoding = 'UTF8';", {NULL}},
    {2, 2, "TABLE", "public", "orders", "CREATE TABLE …", {NULL}},
    {3, 2, "SEQUENCE", "public", "orders_id_seq", "CREATE SEQUENCE …", {NULL}},
    {4,
     2,
     "SEQUENCE OWNED BY",
     "public",
     "orders_id_seq",
     "ALTER SEQUENCE public.orders_id_seq OWNED BY public.orders.id;",
     {"3", "2"}},
    {5,
     2,
     "SEQUENCE",
     "public",
     "a OWNED BY b.c",
     "ALTER TABLE public.orders ALTER COLUMN n ADD GENERATED ALWAYS AS IDENTITY",
     {"2"}},
    {6, 2, "TABLE", "public", "orders \"x\"", "", {NULL}},
    {7, 3, "TABLE DATA", "public", "orders", NULL, {"2"}},
    {8, 4, "CONSTRAINT", "public", "orders \"x\" orders_pkey", "", {"2", "6"}},
    {9, 2, "TABLE", "public", "parted", "", {NULL}},
    {10, 2, "TABLE", "s", "part", "", {NULL}},
    {11, 2, "TABLE ATTACH", "s", "part", "", {"10", "9"}},
    {12, 4, "INDEX", "s", "part_i", "", {"10"}},
    {13, 4, "INDEX ATTACH", "s", "part_i", "", {"12"}},
    {14, 3, "SEQUENCE SET", "public", "orders_id_seq", "", {"3"}},
    {15, 1, "COMMENT", "public", "TABLE orders", "", {"2", "4000000"}},
    {16,
     2,
     "SEQUENCE OWNED BY",
     "old",
     "a OWNED BY b.c",
     "ALTER SEQUENCE \"a OWNED BY b.c\" OWNED BY \"o;d\"\"d.t\".id;",
     {"17"}},
    {17, 2, "SEQUENCE", "old", "a OWNED BY b.c", "CREATE SEQUENCE …", {NULL}},
    {18, 2, "FUNCTION", "public", "f(orders)", "", {"2"}},
};
static const size_t n_items = sizeof items / sizeof items[0];

static void make(Sample *sample, int minor, int format)
{
    begin(sample, minor, format, (long)n_items);
    for (size_t i = 0; i < n_items; i++) {
        put_item(sample, &items[i]);
    }
}

/* Of its first `size` bytes. The toc is the caller's to free. */
static ErrorCode read_part(Sample *sample, size_t size, Toc *toc)
{
    Error err = {0};

    assert_false(sample->bytes.no_memory || sample->bytes.over_limit);
    sample->source = (Source){.read_at = read_sample, .name = "a.dump", .size = size};
    toc_init(toc);
    return pg_toc_read(&sample->source, sample->format == TAR ? FILE_TAR : FILE_PG_CUSTOM, toc,
                       &err)
               ? ERR_NONE
               : err.code;
}

static ErrorCode verdict(Sample *sample, size_t size)
{
    Toc toc;
    ErrorCode code = read_part(sample, size, &toc);

    toc_free(&toc);
    return code;
}

/* --- Whole -------------------------------------------------------------------------------- */

static void assert_table(const Toc *toc, uint32_t id, const char *table)
{
    const char *is = toc->entries.items[id - 1].table;

    assert_string_equal(is == NULL ? "-" : is, table);
}

static void assert_items(const Toc *toc)
{
    assert_string_equal(toc->info.database, "shop");
    assert_int_equal(toc->entries.len, n_items);
    for (size_t i = 0; i < n_items; i++) {
        const Entry *entry = &toc->entries.items[i];

        assert_int_equal(entry->id, items[i].id);
        assert_string_equal(entry->name, items[i].name);
        assert_string_equal(entry->kind, items[i].id == 5 ? "IDENTITY" : items[i].kind);
        assert_string_equal(entry->owner, "ann");
        assert_int_equal(entry->section, items[i].section == 1 ? 1 : items[i].section - 1);
        assert_true((entry->schema == NULL) == (items[i].schema == NULL));
    }
    assert_int_equal(toc->entries.items[3].n_deps, 2);
    assert_int_equal(toc->entries.items[3].deps[1], 2);
}

static void test_every_version(void **state)
{
    static const int formats[] = {CUSTOM, TAR};

    (void)state;
    for (int minor = 11; minor <= NEWEST; minor++) {
        for (size_t i = 0; i < 2; i++) {
            Sample sample;
            Toc toc;

            make(&sample, minor, formats[i]);
            assert_int_equal(read_part(&sample, sample.bytes.len, &toc), ERR_NONE);
            assert_items(&toc);
            toc_free(&toc);
            buffer_free(&sample.bytes);
        }
    }
}

static void test_what_belongs_to_what(void **state)
{
    Sample sample;
    Toc toc;

    (void)state;
    make(&sample, NEWEST, CUSTOM);
    assert_int_equal(read_part(&sample, sample.bytes.len, &toc), ERR_NONE);
    assert_table(&toc, 2, "-");
    assert_table(&toc, 3, "public.orders");         /* the sequence of a serial column */
    assert_table(&toc, 5, "\"public\".\"orders\""); /* an identity column's */
    assert_table(&toc, 7, "\"public\".\"orders\"");
    assert_table(&toc, 8, "\"public\".\"orders \"\"x\"\"\""); /* its tag says which of the two */
    assert_table(&toc, 12, "\"s\".\"part\"");
    assert_table(&toc, 13, "\"s\".\"part\"");
    assert_table(&toc, 14, "public.orders");
    assert_table(&toc, 17, "\"old\".\"o;d\"\"d.t\""); /* without a schema, as it was before 10.3 */
    assert_table(&toc, 18, "-");                      /* it only needs one */
    assert_int_equal(toc.entries.items[9].n_parents, 1);
    assert_int_equal(toc.entries.items[9].parents[0], 9);
    assert_int_equal(toc.entries.items[8].n_parents, 0);
    toc_free(&toc);
    buffer_free(&sample.bytes);
}

/* --- Damaged, and hostile ----------------------------------------------------------------- */

static void test_cut_anywhere(void **state)
{
    Sample sample;

    (void)state;
    make(&sample, NEWEST, CUSTOM);
    for (size_t size = 6; size < sample.bytes.len; size++) {
        assert_int_equal(verdict(&sample, size), ERR_DAMAGED);
    }
    assert_int_equal(verdict(&sample, sample.bytes.len), ERR_NONE);
    buffer_free(&sample.bytes);
}

/* Some of it can't show: pg_restore reads the file, too. Nothing must be read that isn't there. */
static void test_any_byte(void **state)
{
    static const unsigned char masks[] = {0x01, 0x80, 0xFF};
    Sample sample;

    (void)state;
    make(&sample, NEWEST, CUSTOM);
    for (size_t at = 0; at < sample.bytes.len; at++) {
        for (size_t i = 0; i < sizeof masks; i++) {
            char was = sample.bytes.data[at];
            ErrorCode code;

            sample.bytes.data[at] = (char)((unsigned char)was ^ masks[i]);
            code = verdict(&sample, sample.bytes.len);
            assert_true(code == ERR_NONE || code == ERR_DAMAGED || code == ERR_UNSUPPORTED);
            sample.bytes.data[at] = was;
        }
    }
    buffer_free(&sample.bytes);
}

static void assert_refused(const Item *first, const Item *second)
{
    Sample sample;

    begin(&sample, NEWEST, CUSTOM, second == NULL ? 1 : 2);
    put_item(&sample, first);
    if (second != NULL) {
        put_item(&sample, second);
    }
    assert_int_equal(verdict(&sample, sample.bytes.len), ERR_DAMAGED);
    buffer_free(&sample.bytes);
}

static void test_what_cannot_be(void **state)
{
    Item item = {1, 2, "TABLE", "s", "t", "", {NULL}};
    Item bad;

    (void)state;
    assert_refused(&item, &item); /* one id twice */
    for (int id = -1; id <= 0; id++) {
        bad = item;
        bad.id = id;
        assert_refused(&bad, NULL);
    }
    for (int section = 0; section <= 5; section += 5) {
        bad = item;
        bad.section = section;
        assert_refused(&bad, NULL);
    }
    bad = item;
    bad.name = NULL;
    assert_refused(&bad, NULL);
    bad = item;
    bad.kind = NULL;
    assert_refused(&bad, NULL);
}

static void test_sizes_that_are_lies(void **state)
{
    static const long lies[] = {INT32_MAX, 2 << 20, 4096, -5};
    Sample sample;

    (void)state;
    for (size_t i = 0; i < sizeof lies / sizeof lies[0]; i++) {
        begin(&sample, NEWEST, CUSTOM, lies[i]); /* so many entries */
        assert_int_equal(verdict(&sample, sample.bytes.len), ERR_DAMAGED);
        buffer_free(&sample.bytes);
        if (lies[i] > 0) {
            begin(&sample, NEWEST, CUSTOM, 1);
            put_int(&sample, 1);
            put_int(&sample, 0);
            put_text(&sample, "");
            put_text(&sample, "");
            put_int(&sample, lies[i]); /* a name that long */
            assert_int_equal(verdict(&sample, sample.bytes.len), ERR_DAMAGED);
            buffer_free(&sample.bytes);
        }
    }
}

/* A name of megabytes isn't kept, however much of it there is; integers without bytes never end. */
static void test_endless(void **state)
{
    char *name = malloc((2 << 20) + 1);
    Item item = {1, 2, "TABLE", "s", name, "", {NULL}};
    Sample sample;

    (void)state;
    assert_non_null(name);
    memset(name, 'n', 2 << 20);
    name[2 << 20] = '\0';
    assert_refused(&item, NULL);
    item.name = "t";
    item.sql = name; /* nothing is wrong with a long statement */
    begin(&sample, NEWEST, CUSTOM, 1);
    put_item(&sample, &item);
    assert_int_equal(verdict(&sample, sample.bytes.len), ERR_NONE);
    sample.bytes.data[8] = 0; /* the size of an integer */
    assert_int_equal(verdict(&sample, sample.bytes.len), ERR_UNSUPPORTED);
    buffer_free(&sample.bytes);
    free(name);
}

static void test_too_old(void **state)
{
    Sample sample;

    (void)state;
    make(&sample, 10, CUSTOM);
    assert_int_equal(verdict(&sample, sample.bytes.len), ERR_UNSUPPORTED);
    buffer_free(&sample.bytes);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_version),  cmocka_unit_test(test_what_belongs_to_what),
        cmocka_unit_test(test_cut_anywhere),   cmocka_unit_test(test_any_byte),
        cmocka_unit_test(test_what_cannot_be), cmocka_unit_test(test_sizes_that_are_lies),
        cmocka_unit_test(test_endless),        cmocka_unit_test(test_too_old),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
