/* SPDX-License-Identifier: Apache-2.0 */
/* The catalog's files: version markers, and that each file is known and each known file is there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "engine/postgres/catalog.h"
#include "engine/postgres/catalog_files.h"
#include "engine/postgres/definition.h"

/* Files that don't return items of a kind. */
static const char *const other_files[] = {
    "alias",
    "comment",
    "copy_columns",
    "databases",
    "depend",
    "depends_on_extension",
    "globals_acl",
    "globals_membership",
    "globals_password",
    "globals_role",
    "globals_setting",
    "globals_tablespace",
    "globals_text",
    "large_object_data_user",
    "relation",
    "security_label",
    "selection",
    "unsupported",
};

static bool is_built_in(const char *name)
{
    for (size_t i = 0; i < n_catalog_files; i++) {
        if (strcmp(catalog_files[i].name, name) == 0) {
            return true;
        }
    }
    return false;
}

static void test_every_file_is_known(void **state)
{
    for (size_t i = 0; i < n_catalog_files; i++) {
        bool known = catalog_kind(catalog_files[i].name) != NULL;

        for (size_t j = 0; j < ARRAY_LENGTH(other_files); j++) {
            known = known || strcmp(other_files[j], catalog_files[i].name) == 0;
        }
        if (!known) {
            fail_msg("catalog/%s.sql has no line in catalog_kinds.c", catalog_files[i].name);
        }
    }
}

static void test_every_kind_has_a_file(void **state)
{
    for (size_t i = 0; i < n_catalog_kinds; i++) {
        bool has_sql = strcmp(catalog_kinds[i].file, "settings") != 0 &&
                       strcmp(catalog_kinds[i].file, "create_database") != 0 &&
                       strcmp(catalog_kinds[i].file, "clean") != 0;

        if (has_sql && !is_built_in(catalog_kinds[i].file)) {
            fail_msg("there is no catalog/%s.sql", catalog_kinds[i].file);
        }
    }
    for (size_t j = 0; j < ARRAY_LENGTH(other_files); j++) {
        assert_true(is_built_in(other_files[j]));
    }
}

static void test_kinds_stand_in_order(void **state)
{
    for (size_t i = 1; i < n_catalog_kinds; i++) {
        assert_true(catalog_kinds[i - 1].pass <= catalog_kinds[i].pass);
        assert_true(catalog_kinds[i - 1].section <= catalog_kinds[i].section);
    }
}

static void assert_fitted(const char *sql, int version, const char *expected)
{
    Buffer out;

    buffer_init(&out, 4096);
    catalog_fit(sql, version, &out);
    assert_string_equal(out.data, expected);
    buffer_free(&out);
}

static void test_version_markers(void **state)
{
    static const char sql[] = "select a, -- >=14\n"
                              "--<14 null as a,\n"
                              "  --<14 1,\n"
                              "       b -- not >=14 a marker\n"
                              "from t -- >=9 \n"
                              "-- --<14 nor this";

    assert_fitted(sql, 14,
                  "select a, -- >=14\n--<14 null as a,\n  --<14 1,\n"
                  "       b -- not >=14 a marker\nfrom t -- >=9 \n-- --<14 nor this");
    assert_fitted(sql, 13,
                  " null as a,\n 1,\n"
                  "       b -- not >=14 a marker\nfrom t -- >=9 \n-- --<14 nor this");
    assert_fitted(sql, 8, " null as a,\n 1,\n       b -- not >=14 a marker\n-- --<14 nor this");
    assert_fitted("", 15, "");
    assert_fitted("--<x 1\n--<14\n-- >=", 13, "--<x 1\n--<14\n-- >=");
}

/* --- Definitions ---------------------------------------------------------------------------- */

static const CatalogKind plain_kind = {"x", SECTION_PRE_DATA, 0, STAND_IN_NONE, false};
static const CatalogKind view_kind = {"x", SECTION_PRE_DATA, 0, STAND_IN_FOR_ALL, false};
static const CatalogKind type_kind = {"x", SECTION_PRE_DATA, 0, STAND_IN_FOR_LOOP, false};

static CatalogText label = {.kind = TEXT_LABEL, .sql = "SECURITY LABEL;"};
static CatalogText comment = {.kind = TEXT_COMMENT, .sql = "COMMENT;", .next = &label};

static CatalogItem full_item(const CatalogKind *kind, CatalogPart part)
{
    return (CatalogItem){
        .of = kind,
        .part = part,
        .kind = "VIEW",
        .name = "v",
        .owner = "o\"p",
        .target = "VIEW v",
        .create_sql = "CREATE;",
        .replace_sql = kind == &view_kind ? "REPLACE;" : NULL,
        .dummy_sql = "DUMMY;",
        .texts = &comment,
    };
}

#define HEADING "--\n-- Name: v; Type: VIEW; Schema: -; Owner: o\"p\n--\n\n"

static void assert_text(const CatalogItem *item, const char *expected)
{
    static const char heading[] = HEADING;
    Buffer out;

    TextPartVec parts = {0};
    uint64_t sum = 0;

    buffer_init(&out, 4096);
    definition_text(item, 0, &out, &parts);
    assert_memory_equal(out.data, heading, sizeof heading - 1);
    assert_string_equal(out.data + sizeof heading - 1, expected);
    for (size_t i = 0; i < parts.len; i++) {
        sum += parts.items[i].size;
    }
    assert_int_equal(sum, out.len);
    vec_free(&parts);
    buffer_free(&out);
}

static void test_what_a_text_is_made_of(void **state)
{
    static const TextPart expected[] = {
        {TEXT_DEFINITION, sizeof HEADING - 1},
        {TEXT_TABLESPACE, sizeof "SET default_tablespace = \"fast\";"},
        {TEXT_DEFINITION, sizeof "CREATE;"},
        {TEXT_TABLESPACE, sizeof "SET default_tablespace = '';"},
        {TEXT_OWNER, sizeof "ALTER VIEW v OWNER TO \"o\"\"p\";"},
        {TEXT_COMMENT, sizeof "COMMENT;"},
        {TEXT_LABEL, sizeof "SECURITY LABEL;" + 1}, /* and the empty line */
    };
    CatalogItem item = full_item(&plain_kind, CATALOG_WHOLE);
    TextPartVec parts = {0};
    Buffer out;

    item.tablespace = "fast";
    buffer_init(&out, 4096);
    definition_text(&item, 0, &out, &parts);
    assert_int_equal(parts.len, ARRAY_LENGTH(expected));
    for (size_t i = 0; i < parts.len; i++) {
        assert_int_equal(parts.items[i].kind, expected[i].kind);
        assert_int_equal(parts.items[i].size, expected[i].size);
    }
    buffer_clear(&out);
    definition_text(&item, TEXT_BIT(TEXT_OWNER) | TEXT_BIT(TEXT_TABLESPACE), &out, &parts);
    assert_string_equal(out.data, "--\n-- Name: v; Type: VIEW; Schema: -; Owner: -\n--\n\n"
                                  "CREATE;\nCOMMENT;\nSECURITY LABEL;\n\n");
    vec_free(&parts);
    buffer_free(&out);
}

#define PROPERTIES "ALTER VIEW v OWNER TO \"o\"\"p\";\nCOMMENT;\nSECURITY LABEL;\n"

static void test_text_of_parts(void **state)
{
    CatalogItem item = full_item(&plain_kind, CATALOG_WHOLE);

    assert_text(&item, "CREATE;\n" PROPERTIES "\n");
    item.tablespace = "fast \"one\"";
    assert_text(&item, "SET default_tablespace = \"fast \"\"one\"\"\";\nCREATE;\n"
                       "SET default_tablespace = '';\n" PROPERTIES "\n");
    item = full_item(&view_kind, CATALOG_WHOLE);
    assert_text(&item, "CREATE;\n" PROPERTIES "\n");
    item = full_item(&view_kind, CATALOG_STAND_IN);
    assert_text(&item, "DUMMY;\n" PROPERTIES "\n");
    item = full_item(&view_kind, CATALOG_DEFINITION);
    assert_text(&item, "REPLACE;\n\n");
    item = full_item(&type_kind, CATALOG_STAND_IN);
    assert_text(&item, "DUMMY;\n\n");
    item = full_item(&type_kind, CATALOG_DEFINITION);
    assert_text(&item, "CREATE;\n" PROPERTIES "\n");
}

static void test_empty_definitions(void **state)
{
    CatalogItem item = {.of = &plain_kind, .kind = "SCHEMA", .name = "public", .create_sql = ""};

    assert_true(definition_is_empty(&item, 0));
    item.texts = &comment;
    assert_false(definition_is_empty(&item, 0));
    item.texts = NULL;
    item.owner = "o";
    assert_true(definition_is_empty(&item, 0)); /* whose? */
    item.target = "SCHEMA public";
    assert_false(definition_is_empty(&item, 0));
    assert_true(definition_is_empty(&item, TEXT_BIT(TEXT_OWNER)));
}

/* A name may hold anything; the heading stays a comment. */
static void test_heading_holds_newlines(void **state)
{
    CatalogItem item = {.of = &plain_kind,
                        .kind = "TABLE",
                        .schema = "a\r\n\\! touch x",
                        .name = "b\n\\! touch y\rz",
                        .owner = "c\n;"};
    Buffer out;

    buffer_init(&out, 4096);
    definition_heading(&item, 0, &out);
    assert_string_equal(out.data, "--\n-- Name: b \\! touch y z; Type: TABLE; "
                                  "Schema: a  \\! touch x; Owner: c ;\n--\n\n");
    buffer_free(&out);
}

static bool check(const char *create_sql, Error *err)
{
    CatalogItem item = {.of = &plain_kind,
                        .kind = "FUNCTION",
                        .schema = "s",
                        .name = "f()",
                        .create_sql = create_sql};
    TextPartVec parts = {0};
    Buffer text;
    bool ok;

    buffer_init(&text, 4096);
    definition_text(&item, 0, &text, &parts);
    ok = definition_check(&item, &text, err);
    vec_free(&parts);
    buffer_free(&text);
    return ok;
}

static void test_what_psql_would_run(void **state)
{
    Error err = {0};

    assert_true(check("CREATE FUNCTION f() AS 'a\n\\! b';", &err));
    assert_true(check("CREATE FUNCTION f() AS $$a\n\\! b$$;\nSELECT \"\n\\q\";", &err));
    assert_true(check("COPY t TO STDOUT;", &err));
    assert_false(check("SELECT 1;\n\\! touch x", &err));
    assert_int_equal(err.code, ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "FUNCTION s.f()"));
    assert_false(check("SELECT 1 \\gexec", &err));
    assert_int_equal(err.code, ERR_UNSUPPORTED);
    assert_false(check("COPY t FROM stdin;\n\\.", &err));
    assert_int_equal(err.code, ERR_UNSUPPORTED);
    assert_false(check("SELECT 'open;", &err));
    assert_int_equal(err.code, ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "FUNCTION s.f()"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_file_is_known),
        cmocka_unit_test(test_every_kind_has_a_file),
        cmocka_unit_test(test_kinds_stand_in_order),
        cmocka_unit_test(test_version_markers),
        cmocka_unit_test(test_text_of_parts),
        cmocka_unit_test(test_empty_definitions),
        cmocka_unit_test(test_what_a_text_is_made_of),
        cmocka_unit_test(test_heading_holds_newlines),
        cmocka_unit_test(test_what_psql_would_run),
    };

    return cmocka_run_group_tests_name("catalog", tests, NULL, NULL);
}
