/* SPDX-License-Identifier: Apache-2.0 */
/* What is taken: options and filter files against a small index, the order of data, parts of texts.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "archive/data_order.h"
#include "archive/filter_file.h"
#include "archive/part_reader.h"
#include "archive/selection.h"
#include "io/memory_reader.h"

/* --- A small index ------------------------------------------------------------------------ */

#define IDS(...)                                                                                   \
    .deps = (const uint32_t[]){__VA_ARGS__},                                                       \
    .n_deps = sizeof((const uint32_t[]){__VA_ARGS__}) / sizeof(uint32_t)
#define PRE  SECTION_PRE_DATA
#define DATA SECTION_DATA
#define POST SECTION_POST_DATA

static Entry entries[] = {
    {.id = 1, .section = PRE, .kind = "SETTINGS", .name = "SETTINGS"},
    {.id = 2, .section = PRE, .kind = "DATABASE PROPERTIES", .name = "shop"},
    {.id = 3, .section = PRE, .kind = "SCHEMA", .name = "sales"},
    {.id = 4, .section = PRE, .kind = "EXTENSION", .name = "hstore"},
    {.id = 5, .section = PRE, .kind = "FUNCTION", .schema = "sales", .name = "f()"},
    {.id = 6, .section = PRE, .kind = "CAST", .name = "CAST (a AS b)"},
    {.id = 7, .section = PRE, .kind = "SEQUENCE", .schema = "public", .name = "orders_id_seq"},
    {.id = 8, .section = PRE, .kind = "TABLE", .schema = "public", .name = "orders"},
    {.id = 9,
     .section = PRE,
     .kind = "SEQUENCE OWNED BY",
     .schema = "public",
     .name = "orders_id_seq",
     .table = "public.orders",
     IDS(7, 8)},
    {.id = 10, .section = PRE, .kind = "TABLE", .schema = "sales", .name = "Items", IDS(3)},
    {.id = 11,
     .section = PRE,
     .kind = "TABLE",
     .schema = "sales",
     .name = "items_1",
     .parents = (const uint32_t[]){10},
     .n_parents = 1,
     IDS(3)},
    {.id = 12,
     .section = PRE,
     .kind = "TABLE ATTACH",
     .schema = "sales",
     .name = "items_1",
     .table = "sales.items_1",
     IDS(10, 11)},
    {.id = 13, .section = PRE, .kind = "VIEW", .schema = "sales", .name = "v", IDS(8)},
    {.id = 14, .section = DATA, .kind = "BLOB METADATA", .name = "BLOB METADATA"},
    {.id = 15,
     .section = DATA,
     .kind = "TABLE DATA",
     .schema = "public",
     .name = "orders",
     .table = "public.orders",
     IDS(8)},
    {.id = 16,
     .section = DATA,
     .kind = "TABLE DATA",
     .schema = "sales",
     .name = "items_1",
     .table = "sales.items_1",
     IDS(11)},
    {.id = 17, .section = DATA, .kind = "TABLE DATA", .schema = "ext", .name = "cfg", IDS(4)},
    {.id = 18, .section = DATA, .kind = "BLOBS", .name = "BLOBS"},
    {.id = 19,
     .section = DATA,
     .kind = "SEQUENCE SET",
     .schema = "public",
     .name = "orders_id_seq",
     .table = "public.orders",
     IDS(7)},
    {.id = 20,
     .section = POST,
     .kind = "CONSTRAINT",
     .schema = "public",
     .name = "orders orders_pkey",
     .table = "public.orders",
     IDS(8, 15)},
    {.id = 21,
     .section = POST,
     .kind = "FK CONSTRAINT",
     .schema = "sales",
     .name = "Items items_fk",
     .table = "sales.\"Items\"",
     IDS(10, 8, 15, 16, 20)},
    {.id = 22,
     .section = POST,
     .kind = "STATISTICS",
     .schema = "stat",
     .name = "st",
     .table = "public.orders",
     IDS(8)},
    {.id = 23, .section = POST, .kind = "PUBLICATION", .name = "p"},
    {.id = 24,
     .section = POST,
     .kind = "PUBLICATION TABLE",
     .schema = "public",
     .name = "p orders",
     .table = "public.orders",
     IDS(23, 8)},
    {.id = 25, .section = POST, .kind = "EVENT TRIGGER", .name = "et"},
    {.id = 26, .section = POST, .kind = "DEFAULT ACL", .schema = "sales", .name = "TABLES"},
    {.id = 27, .section = POST, .kind = "ACL", .name = "SCHEMA sales", IDS(3)},
    {.id = 28, .section = POST, .kind = "ACL", .name = "SCHEMA public"},
    {.id = 29, .section = POST, .kind = "ACL", .schema = "public", .name = "TABLE orders", IDS(8)},
    {.id = 30, .section = POST, .kind = "ACL", .schema = "ext", .name = "FUNCTION g()", IDS(4)},
    {.id = 31, .section = POST, .kind = "ACL", .schema = "pg_catalog", .name = "FUNCTION h()"},
    {.id = 32, .section = POST, .kind = "SUBSCRIPTION", .name = "s"},
    {.id = 33,
     .section = DATA,
     .kind = "STATISTICS DATA",
     .schema = "public",
     .name = "orders",
     .table = "public.orders",
     IDS(8, 15)}, /* goes where 15 goes */
};

static Toc index_toc(void)
{
    Toc toc;

    toc_init(&toc);
    toc.info.database = "shop";
    toc.info.search_path = "[\"public\"]";
    for (size_t i = 0; i < ARRAY_LENGTH(entries); i++) {
        assert_true(vec_push(&toc.entries, entries[i]));
    }
    return toc;
}

/* The ids that are taken, as text: "1 8 15". False when the selection is refused. */
static bool choose(Selection *selection, char *out, size_t size, Error *err)
{
    bool taken[ARRAY_LENGTH(entries)];
    Toc toc = index_toc();
    SelectionNames names;
    size_t len = 0;
    bool ok;

    names_init(&names);
    ok = names_read(&names, &toc, err) && selection_resolve(selection, &names, err) &&
         selection_choose(selection, &names, &toc, taken, err);
    names_free(&names);
    toc_free(&toc);
    out[0] = '\0';
    for (size_t i = 0; ok && i < ARRAY_LENGTH(entries); i++) {
        if (taken[i]) {
            len +=
                (size_t)snprintf(out + len, size - len, "%s%u", len > 0 ? " " : "", entries[i].id);
        }
    }
    return ok;
}

/* Rules are lines of a filter file. */
static Selection rules(const char *text)
{
    Selection selection;
    Error err;

    selection_init(&selection);
    if (!filter_text_read(text, "filter", &selection, &err)) {
        fail_msg("%s: %s", text, err.message);
    }
    return selection;
}

static void takes(Selection selection, const char *expected)
{
    char out[256];
    Error err;

    if (!choose(&selection, out, sizeof out, &err)) {
        fail_msg("%s", err.message);
    }
    selection_free(&selection);
    assert_string_equal(out, expected);
}

static void refuses(Selection selection, const char *part)
{
    char out[256];
    Error err;

    assert_false(choose(&selection, out, sizeof out, &err));
    selection_free(&selection);
    assert_int_equal(err.code, ERR_USAGE);
    if (strstr(err.message, part) == NULL) {
        fail_msg("not said: %s; but: %s", part, err.message);
    }
}

#define ALL                                                                                        \
    "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33"

/* --- Names -------------------------------------------------------------------------------- */

static void test_all(void **state)
{
    takes(rules("# nothing\n\n"), ALL);
}

static void test_schemas(void **state)
{
    takes(rules("include schema sales"), "1 3 5 10 11 12 13 16 21 26 27");
    takes(rules("include schema public"), "1 7 8 9 15 19 20 28 29 33");
    /* statistics want both schemas; rows of an extension's table go with a chosen schema */
    takes(rules("include schema public\ninclude schema stat"), "1 7 8 9 15 19 20 22 28 29 33");
    takes(rules("include schema ext"), "1 17");
    takes(rules("exclude schema sales"),
          "1 2 4 6 7 8 9 14 15 17 18 19 20 22 23 24 25 28 29 30 31 32 33");
    takes(rules("include schema shop.s*\nexclude schema st*"), "1 3 5 10 11 12 13 16 21 26 27");
}

static void test_tables(void **state)
{
    takes(rules("include table orders"), "1 7 8 9 15 19 20 29 33");
    takes(rules("include table public.orders_id_seq"), "1 7 19");
    takes(rules("include table sales.\"Items\""), "1 10 21");
    takes(rules("include table_and_children sales.\"Items\""), "1 10 11 12 16 21");
    takes(rules("include table sales.v"), "1 13");
    /* schemas say nothing where tables are chosen */
    takes(rules("include table orders\ninclude schema sales\nexclude schema public"),
          "1 7 8 9 15 19 20 29 33");
    takes(rules("include table *.*\nexclude table_and_children *.\"Items\""),
          "1 7 8 9 13 15 17 19 20 29 33");
    /* a sequence goes with its table, whatever is said of it */
    takes(rules("include table orders\nexclude table *_seq"), "1 7 8 9 15 19 20 29 33");
    takes(rules("include table orders*\nexclude table orders"), "1 7 19");
    takes(rules("exclude table orders"), "1 2 3 4 5 6 7 10 11 12 13 14 16 17 18 19 21 23 25 26 27 "
                                         "28 30 31 32");
}

static void test_data(void **state)
{
    Selection selection = rules("exclude table_data orders");

    takes(selection, "1 2 3 4 5 6 7 8 9 10 11 12 13 14 16 17 18 19 20 21 22 23 24 25 26 27 28 29 "
                     "30 31 32");
    takes(rules("include table orders\nexclude table_data orders*"), "1 7 8 9 20 29");
    takes(rules("include schema sales\nexclude table_data_and_children sales.\"Items\""),
          "1 3 5 10 11 12 13 21 26 27");
}

static void test_extensions(void **state)
{
    takes(rules("include extension hstore\ninclude table orders"),
          "1 4 7 8 9 15 17 19 20 29 30 33");
    takes(rules("exclude extension *"), "1 2 3 5 6 7 8 9 10 11 12 13 14 15 16 18 19 20 21 22 23 24 "
                                        "25 26 27 28 29 31 32 33");
}

static void test_no_match(void **state)
{
    Selection selection;

    refuses(rules("include table nothing"), "no table matches \"nothing\"");
    refuses(rules("include schema nothing"), "no schema matches \"nothing\"");
    refuses(rules("include extension nothing"), "no extension matches \"nothing\"");
    refuses(rules("include table items_1"), "no table matches"); /* not in the search path */
    refuses(rules("include table mall.public.orders"), "another database");
    refuses(rules("exclude schema mall.public"), "another database");
    takes(rules("include table shop.public.orders\ninclude table nothing"),
          "1 7 8 9 15 19 20 29 33");
    selection = rules("include table orders\ninclude table nothing");
    selection.strict_names = true;
    refuses(selection, "no table matches \"nothing\"");
    selection = rules("include table orders\nexclude table nothing\nexclude table_data nothing");
    selection.strict_names = true;
    takes(selection, "1 7 8 9 15 19 20 29 33");
}

/* --- Kinds -------------------------------------------------------------------------------- */

static void test_sections(void **state)
{
    takes((Selection){.schema_only = true},
          "1 2 3 4 5 6 7 8 9 10 11 12 13 20 21 22 23 24 25 26 27 28 29 30 31 32");
    takes((Selection){.data_only = true}, "1 14 15 16 17 18 19 33");
    takes((Selection){.sections = 1U << PRE},
          "1 2 3 4 5 6 7 8 9 10 11 12 13 27 28 29 30 31"); /* privileges go with their objects */
    takes((Selection){.sections = 1U << DATA}, "1 14 15 16 17 18 19 33");
    takes((Selection){.sections = 1U << POST}, "1 20 21 22 23 24 25 26 32");
    takes((Selection){.sections = 1U << POST | 1U << DATA, .schema_only = true},
          "1 20 21 22 23 24 25 26 32");
}

static void test_kinds(void **state)
{
    Selection selection = rules("include table orders");

    takes((Selection){.leave_out = TEXT_BIT(TEXT_PRIVILEGE)},
          "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 32 33");
    takes((Selection){.no_publications = true, .no_subscriptions = true},
          "1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 25 26 27 28 29 30 31 33");
    takes((Selection){.large_objects = LARGE_OBJECTS_NEVER},
          "1 2 3 4 5 6 7 8 9 10 11 12 13 15 16 17 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33");
    selection.large_objects = LARGE_OBJECTS_ALWAYS;
    takes(selection, "1 7 8 9 14 15 18 19 20 29 33");
}

static void test_about_the_whole(void **state)
{
    Selection selection = rules("exclude table_data \"a b\"\ninclude table x\ninclude table y\n"
                                "include table_and_children z");
    Buffer text;

    assert_true(selection_is_all(&(Selection){.strict_names = true}));
    assert_true(selection_is_all(&(Selection){.large_objects = LARGE_OBJECTS_ALWAYS}));
    assert_true(selection_is_all(&(Selection){.sections = 1U << PRE | 1U << DATA | 1U << POST}));
    assert_false(selection_is_all(&selection));
    assert_false(selection_is_all(&(Selection){.leave_out = TEXT_BIT(TEXT_OWNER)}));
    assert_false(selection_is_all(&(Selection){.sections = 1U << PRE | 1U << DATA}));
    assert_true(selection_is_addition(&(Selection){.data_only = true}));
    assert_true(selection_is_addition(&(Selection){.sections = 1U << POST}));
    assert_false(selection_is_addition(&(Selection){.schema_only = true}));
    buffer_init(&text, 4096);
    selection.leave_out = TEXT_BIT(TEXT_OWNER);
    selection.sections = 1U << DATA;
    selection_describe(&selection, &text);
    assert_string_equal(text.data, "{\"table\":[\"x\",\"y\"],\"table_and_children\":[\"z\"],"
                                   "\"exclude_table_data\":[\"\\\"a b\\\"\"],"
                                   "\"section\":[\"data\"],\"no_owner\":true}");
    buffer_free(&text);
    selection_free(&selection);
}

/* --- Filter files ------------------------------------------------------------------------- */

static void test_filter_format(void **state)
{
    static const char text[] = "  # a comment\n"
                               "\n"
                               "include table orders # another\n"
                               "  include   table\tsales . \"Items\"\r\n"
                               "exclude table_data \"with # and\nnewline\"\n"
                               "exclude extension x\n"
                               "exclude schema a \tb\n"
                               "exclude table a . b # and c";
    Selection selection = rules(text);
    const SelectionRule *tables = selection.rules[SELECT_TABLES].items;

    assert_int_equal(selection.rules[SELECT_TABLES].len, 2);
    assert_string_equal(name_pattern_text(tables[0].pattern), "orders");
    assert_string_equal(name_pattern_text(tables[1].pattern), "sales.\"Items\"");
    assert_string_equal(name_pattern_text(selection.rules[SELECT_NOT_DATA].items[0].pattern),
                        "\"with # and\nnewline\"");
    assert_int_equal(selection.rules[SELECT_NOT_EXTENSIONS].len, 1);
    assert_string_equal(name_pattern_text(selection.rules[SELECT_NOT_SCHEMAS].items[0].pattern),
                        "a b");
    assert_string_equal(name_pattern_text(selection.rules[SELECT_NOT_TABLES].items[0].pattern),
                        "a.b");
    selection_free(&selection);
}

static void test_filter_errors(void **state)
{
    static const char *const cases[][2] = {
        {"include table orders\ninklude table x", "filter, line 2: neither include nor exclude"},
        {"include\n", "line 1: what is meant is missing"},
        {"include tabel x", "line 1: unknown kind of object \"tabel\""},
        {"include table\n", "line 1: the pattern is missing"},
        {"include table # none\n", "line 1: the pattern is missing"},
        {"include table_data x", "excluded, but not included"},
        {"include foreign_data x", "foreign tables"},
        {"\n\ninclude table \"x\n\n", "line 3: a name in quotes that doesn't end"},
        {"include table a.b.c.d", "line 1: \"a.b.c.d\" has too many names"},
        {"include schema (", "line 1: \"(\" is not a pattern"},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(cases); i++) {
        Selection selection;
        Error err;

        selection_init(&selection);
        assert_false(filter_text_read(cases[i][0], "filter", &selection, &err));
        assert_int_equal(err.code, ERR_USAGE);
        if (strstr(err.message, cases[i][1]) == NULL) {
            fail_msg("not said: %s; but: %s", cases[i][1], err.message);
        }
        selection_free(&selection);
    }
}

/* What isn't a text, and what is too long for one. */
static void test_filter_files(void **state)
{
    char path[] = "/tmp/dbbackup-filter.XXXXXX";
    int fd = mkstemp(path);
    Selection selection;
    Error err;

    (void)state;
    assert_true(fd >= 0);
    selection_init(&selection);
    assert_int_equal(write(fd, "include table a\n", 16), 16);
    assert_true(filter_file_read(path, &selection, &err));
    assert_int_equal(write(fd, "\0include", 8), 8);
    assert_false(filter_file_read(path, &selection, &err));
    assert_int_equal(err.code, ERR_USAGE);
    assert_non_null(strstr(err.message, "is not a text"));
    assert_int_equal(ftruncate(fd, (off_t)17 << 20), 0);
    assert_false(filter_file_read(path, &selection, &err));
    assert_int_equal(err.code, ERR_LIMIT);
    assert_non_null(strstr(err.message, path));
    selection_free(&selection);
    close(fd);
    assert_int_equal(unlink(path), 0);
}

/* --- The order of data -------------------------------------------------------------------- */

static void put(Toc *toc, Entry entry)
{
    entry.id = (uint32_t)toc->entries.len + 1;
    entry.schema = "s";
    assert_true(vec_push(&toc->entries, entry));
}

/* Tables a, b, c, and b's partition b1; each key is "from to" by the tables' letters. */
static void order(const char *const *keys, const char *expected, const char *needs, bool has_loop)
{
    static const char *const tables[] = {"s.a", "s.b", "s.c"};
    const char *loop = NULL;
    char out[32] = "";
    Error err;
    Toc toc;

    toc_init(&toc);
    put(&toc, (Entry){.kind = "TABLE", .name = "a"});
    put(&toc, (Entry){.kind = "TABLE", .name = "b"});
    put(&toc, (Entry){.kind = "TABLE", .name = "c"});
    put(&toc,
        (Entry){.kind = "TABLE", .name = "b1", .parents = (const uint32_t[]){2}, .n_parents = 1});
    put(&toc, (Entry){.kind = "TABLE DATA", .name = "a", IDS(1)});  /* 5 */
    put(&toc, (Entry){.kind = "BLOBS", .name = "BLOBS"});           /* 6 */
    put(&toc, (Entry){.kind = "TABLE DATA", .name = "b1", IDS(4)}); /* 7 */
    put(&toc, (Entry){.kind = "TABLE DATA", .name = "c", IDS(3)});  /* 8 */
    for (; *keys != NULL; keys++) {
        static const uint32_t data_of[] = {5, 7, 8};
        int from = (*keys)[0] - 'a';
        int to = (*keys)[1] - 'a';
        uint32_t *deps = arena_alloc(&toc.arena, 4 * sizeof *deps);

        memcpy(deps, (uint32_t[]){(uint32_t)from + 1, (uint32_t)to + 1, data_of[from], data_of[to]},
               4 * sizeof *deps);
        put(&toc, (Entry){.kind = "FK CONSTRAINT",
                          .name = *keys,
                          .table = tables[from],
                          .deps = deps,
                          .n_deps = 4});
    }
    assert_true(data_order(&toc, &loop, &err));
    for (size_t i = 4; i < 8; i++) {
        size_t len = strlen(out);

        (void)snprintf(out + len, sizeof out - len, "%s ", toc.entries.items[i].name);
    }
    assert_string_equal(out, expected);
    out[0] = '\0';
    for (size_t i = 4; i < 8; i++) {
        const Entry *entry = &toc.entries.items[i];

        for (size_t k = 1; k < entry->n_deps; k++) { /* the first is its table */
            size_t len = strlen(out);

            (void)snprintf(out + len, sizeof out - len, "%u<%u ", entry->deps[k], entry->id);
        }
    }
    assert_string_equal(out, needs);
    assert_int_equal(loop != NULL, has_loop);
    toc_free(&toc);
}

static void test_order_of_data(void **state)
{
    order((const char *const[]){NULL}, "a BLOBS b1 c ", "", false);
    order((const char *const[]){"ba", NULL}, "a BLOBS b1 c ", "5<7 ", false);
    order((const char *const[]){"ab", NULL}, "b1 BLOBS a c ", "7<5 ", false);
    order((const char *const[]){"ab", "bc", NULL}, "c BLOBS b1 a ", "8<7 7<5 ", false);
    order((const char *const[]){"aa", "bb", NULL}, "a BLOBS b1 c ", "", false);
    order((const char *const[]){"ab", "ba", "bc", NULL}, "c BLOBS b1 a ", "8<7 7<5 ", true);
}

/* --- Parts of texts ----------------------------------------------------------------------- */

static void read_parts(unsigned leave_out, size_t piece, const char *expected)
{
    static const char text[] = "[create][owner][comment][create][comment]";
    static const TextPart parts[] = {{TEXT_DEFINITION, 8}, {TEXT_OWNER, 7},      {TEXT_COMMENT, 9},
                                     {TEXT_LABEL, 0},      {TEXT_DEFINITION, 8}, {TEXT_COMMENT, 9}};
    Entry entry = {.kind = "TABLE", .parts = parts, .n_parts = ARRAY_LENGTH(parts)};
    MemoryReader source;
    PartReader reader;
    char out[64];
    size_t len = 0;
    size_t got;
    Error err;

    memory_reader_init(&source, text, sizeof text - 1);
    part_reader_init(&reader, &entry, leave_out, &source.base);
    do {
        assert_true(reader_read(&reader.base, out + len, piece, &got, &err));
        assert_true(got <= piece);
        len += got;
    } while (got > 0);
    assert_int_equal(len, strlen(expected));
    assert_memory_equal(out, expected, len);
}

static void test_parts(void **state)
{
    for (size_t piece = 1; piece < 20; piece++) {
        read_parts(0, piece, "[create][owner][comment][create][comment]");
        read_parts(TEXT_BIT(TEXT_OWNER), piece, "[create][comment][create][comment]");
        read_parts(TEXT_BIT(TEXT_COMMENT), piece, "[create][owner][create]");
        read_parts(TEXT_BIT(TEXT_COMMENT) | TEXT_BIT(TEXT_OWNER), piece, "[create][create]");
        read_parts(~0U, piece, "[create][create]"); /* definitions stay */
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all),
        cmocka_unit_test(test_schemas),
        cmocka_unit_test(test_tables),
        cmocka_unit_test(test_data),
        cmocka_unit_test(test_extensions),
        cmocka_unit_test(test_no_match),
        cmocka_unit_test(test_sections),
        cmocka_unit_test(test_kinds),
        cmocka_unit_test(test_about_the_whole),
        cmocka_unit_test(test_filter_format),
        cmocka_unit_test(test_filter_errors),
        cmocka_unit_test(test_filter_files),
        cmocka_unit_test(test_order_of_data),
        cmocka_unit_test(test_parts),
    };

    return cmocka_run_group_tests_name("selection", tests, NULL, NULL);
}
