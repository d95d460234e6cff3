/* SPDX-License-Identifier: Apache-2.0 */
/* Which statements may run beside others: only the forms that are known. */
#include "sql/statement_class.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <setjmp.h>

#include <cmocka.h>

static const struct {
    const char *sql;
    StatementClass class;
    const char *table;
    const char *other;
} known[] = {
    {"SELECT pg_catalog.setval('public.s', 17, true);", CLASS_SETVAL, "", ""},
    {"SELECT pg_catalog.setval('public.s', -17, false);", CLASS_SETVAL, "", ""},
    {"SELECT pg_catalog.setval('public.s', 1)", CLASS_SETVAL, "", ""},
    {"CREATE INDEX i ON public.t USING btree (a, b);", CLASS_INDEX, "public.t", ""},
    {"CREATE UNIQUE INDEX \"I\" ON \"S\".\"T t\" USING btree (lower(a)) WHERE (b > 1);",
     CLASS_INDEX, "\"S\".\"T t\"", ""},
    {"ALTER TABLE ONLY s.t\n    ADD CONSTRAINT t_pkey PRIMARY KEY (a, b);", CLASS_KEY, "s.t", ""},
    {"alter table only s.t add constraint u unique (a) include (b)", CLASS_KEY, "s.t", ""},
    {"ALTER TABLE ONLY s.t ADD CONSTRAINT e EXCLUDE USING gist (a WITH =, b WITH &&);", CLASS_KEY,
     "s.t", ""},
    {"ALTER TABLE ONLY s.t ADD CONSTRAINT f FOREIGN KEY (a, b) REFERENCES o.p(x, y) ON DELETE "
     "CASCADE DEFERRABLE;",
     CLASS_FOREIGN, "s.t", "o.p"},
    {"ALTER TABLE ONLY s.t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES o.p;", CLASS_FOREIGN, "s.t",
     "o.p"},
    {"ALTER TABLE s.t CLUSTER ON i;", CLASS_KEY, "s.t", ""},
    {"ALTER TABLE ONLY s.t REPLICA IDENTITY USING INDEX i;", CLASS_KEY, "s.t", ""},
    {"COMMENT ON INDEX s.i IS 'a, b; c';", CLASS_COMMENT, "", ""},
    {"COMMENT ON CONSTRAINT c ON s.t IS NULL;", CLASS_COMMENT, "", ""},
};

/* Each differs from one above in one thing. */
static const char *const others[] = {
    "SELECT setval('public.s', 17, true);",
    "SELECT pg_catalog.setval('public.s', 17, true), f();",
    "SELECT pg_catalog.setval('public.s', f(), true);",
    "SELECT pg_catalog.setval('public.s', 17, f());",
    "SELECT pg_catalog.setval(f(), 17, true);",
    "SELECT pg_catalog.set_config('search_path', '', false);",
    "CREATE INDEX CONCURRENTLY ON public.t USING btree (a);",
    "CREATE INDEX CONCURRENTLY i ON public.t USING btree (a);",
    "CREATE INDEX IF NOT EXISTS i ON public.t USING btree (a);",
    "CREATE INDEX i ON ONLY public.t USING btree (a);",
    "CREATE INDEX i ON t USING btree (a);",
    "CREATE INDEX i ON U&\"public\".t USING btree (a);",
    "CREATE TABLE public.t (a int);",
    "ALTER TABLE public.t ADD CONSTRAINT t_pkey PRIMARY KEY (a);",
    "ALTER TABLE ONLY t ADD CONSTRAINT t_pkey PRIMARY KEY (a);",
    "ALTER TABLE ONLY s.t ADD CONSTRAINT t_pkey PRIMARY KEY (a), ADD COLUMN x int;",
    "ALTER TABLE ONLY s.t ADD CONSTRAINT c CHECK (a > 0);",
    "ALTER TABLE ONLY s.t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES p(x);",
    "ALTER TABLE ONLY s.t ADD CONSTRAINT f FOREIGN KEY (a, PERIOD b) REFERENCES o.p(x, PERIOD y);",
    "ALTER TABLE ONLY s.t ADD CONSTRAINT f FOREIGN KEY (a) REFERENCES o.p(x), DROP COLUMN z;",
    "ALTER TABLE ONLY s.t REPLICA IDENTITY FULL;",
    "ALTER TABLE ONLY s.t ATTACH PARTITION s.p FOR VALUES IN (1);",
    "ALTER INDEX s.i ATTACH PARTITION s.j;",
    "ALTER TABLE s.t OWNER TO x;",
    "COMMENT ON TABLE s.t IS 'x';",
    "COMMENT ON INDEX i IS 'x';",
    "COMMENT ON CONSTRAINT c ON DOMAIN d IS 'x';",
    "COMMENT ON CONSTRAINT c.d ON s.t IS 'x';",
    "COMMENT ON CONSTRAINT 'c' ON s.t IS 'x';",
    "DO 'x';",
    "",
};

static void assert_span(const char *sql, SqlSpan span, const char *expected)
{
    char got[128];

    (void)snprintf(got, sizeof got, "%.*s", (int)span.len, sql + span.start);
    assert_string_equal(got, expected);
}

static void test_known_forms(void **state)
{
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        StatementFacts facts = sql_classify(known[i].sql, strlen(known[i].sql));

        if (facts.class != known[i].class) {
            fail_msg("%s: %d", known[i].sql, facts.class);
        }
        assert_span(known[i].sql, facts.table, known[i].table);
        assert_span(known[i].sql, facts.other, known[i].other);
    }
}

static void test_all_others(void **state)
{
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        if (sql_classify(others[i], strlen(others[i])).class != CLASS_OTHER) {
            fail_msg("%s", others[i]);
        }
    }
}

static void test_plain_copies(void **state)
{
    static const char *const more[] = {
        "COPY s.t (a) FROM stdin WITH (FORMAT csv);",
        "COPY s.t FROM stdin CSV;",
        "COPY s.t FROM stdin WHERE a > 1;",
        "COPY U&\"t\" FROM stdin;",
        "COPY a.s.t FROM stdin;",
        "COPY BINARY t FROM stdin;",
        "COPY s . t FROM stdin;",
    };
    static const struct {
        const char *sql;
        const char *table;
        size_t n_columns;
    } plain[] = {
        {"COPY public.t (a, \"B, c\", d) FROM stdin;", "public.t", 3},
        {"copy \"T\" from STDIN", "\"T\"", 0},
    };
    CopyFacts facts;

    for (size_t i = 0; i < sizeof plain / sizeof plain[0]; i++) {
        assert_true(sql_plain_copy(plain[i].sql, strlen(plain[i].sql), &facts));
        assert_span(plain[i].sql, facts.table, plain[i].table);
        assert_int_equal(facts.n_columns, plain[i].n_columns);
    }
    for (size_t i = 0; i < sizeof more / sizeof more[0]; i++) {
        if (sql_plain_copy(more[i], strlen(more[i]), &facts)) {
            fail_msg("%s", more[i]);
        }
    }
}

static bool sets_own(const char *sql)
{
    return sql_sets_own_parameter(sql, strlen(sql));
}

static void test_own_parameters(void **state)
{
    assert_true(sets_own("SET app.tenant = '5';"));
    assert_true(sets_own("SET SESSION app.tenant TO 5"));
    assert_true(sets_own("SELECT pg_catalog.set_config('app.tenant', '5', false);"));
    assert_true(sets_own("SELECT 1, set_config('app.tenant', '5', false);"));
    assert_false(sets_own("SET search_path = a, b;"));
    assert_false(sets_own("SELECT pg_catalog.set_config('search_path', '', false);"));
    assert_false(sets_own("CREATE TABLE app.tenant ();"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_forms),
        cmocka_unit_test(test_all_others),
        cmocka_unit_test(test_plain_copies),
        cmocka_unit_test(test_own_parameters),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
