/* SPDX-License-Identifier: Apache-2.0 */
/* The order of entries: ranks, sections, passes, and the repair of loops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "engine/postgres/depend.h"

static uint32_t add_node(DependGraph *graph, const char *kind, const char *name, uint32_t rank,
                         Section section, StandIn stand_in)
{
    DependNode node = {.kind = kind,
                       .schema = "s",
                       .name = name,
                       .oid = 100 + (uint32_t)graph->nodes.len,
                       .rank = rank,
                       .section = section,
                       .stand_in = stand_in};

    assert_true(vec_push(&graph->nodes, node));
    return (uint32_t)graph->nodes.len - 1;
}

static uint32_t pre(DependGraph *graph, const char *kind, const char *name, uint32_t rank)
{
    return add_node(graph, kind, name, rank, SECTION_PRE_DATA, STAND_IN_NONE);
}

static uint32_t view(DependGraph *graph, const char *name)
{
    return add_node(graph, "VIEW", name, 50, SECTION_PRE_DATA, STAND_IN_FOR_ALL);
}

static void need(DependGraph *graph, uint32_t from, uint32_t to)
{
    Error err = {0};

    assert_true(depend_add(graph, from, to, false, &err));
}

static void body_needs(DependGraph *graph, uint32_t from, uint32_t to)
{
    Error err = {0};

    assert_true(depend_add(graph, from, to, true, &err));
}

/* place[node] in the order; the caller frees it. Every edge is checked on the way. */
static uint32_t *sort(DependGraph *graph)
{
    Error err = {0};
    uint32_t *order = NULL;
    uint32_t *place;

    if (!depend_order(graph, &order, &err)) {
        fail_msg("%s", err.message);
    }
    place = calloc(graph->nodes.len, sizeof *place);
    assert_non_null(place);
    for (uint32_t i = 0; i < graph->nodes.len; i++) {
        place[order[i]] = i;
    }
    for (size_t i = 0; i < graph->edges.len; i++) {
        DependEdge edge = graph->edges.items[i];

        assert_true(place[edge.to] < place[edge.from]);
        assert_true(graph->nodes.items[edge.to].section <= graph->nodes.items[edge.from].section);
    }
    for (size_t i = 1; i < graph->nodes.len; i++) {
        assert_true(graph->nodes.items[order[i - 1]].section <=
                    graph->nodes.items[order[i]].section);
    }
    free(order);
    return place;
}

static bool has_edge(const DependGraph *graph, uint32_t from, uint32_t to)
{
    for (size_t i = 0; i < graph->edges.len; i++) {
        if (graph->edges.items[i].from == from && graph->edges.items[i].to == to) {
            return true;
        }
    }
    return false;
}

/* Without dependencies: rank, then schema, name, sort_key, oid; whatever the order of input. */
static void test_rank_and_name(void **state)
{
    DependGraph graph = {0};
    uint32_t b = pre(&graph, "TABLE", "b", 9);
    uint32_t a = pre(&graph, "TABLE", "a", 9);
    uint32_t z = pre(&graph, "SCHEMA", "z", 1);
    uint32_t upper = pre(&graph, "TABLE", "B", 9);
    uint32_t data = add_node(&graph, "TABLE DATA", "a", 0, SECTION_DATA, STAND_IN_NONE);
    uint32_t a2 = pre(&graph, "TABLE", "a", 9);
    uint32_t *place;

    graph.nodes.items[a].sort_key = "2";
    graph.nodes.items[a2].sort_key = "1";
    place = sort(&graph);
    assert_int_equal(place[z], 0);
    assert_int_equal(place[upper], 1);
    assert_int_equal(place[a2], 2);
    assert_int_equal(place[a], 3);
    assert_int_equal(place[b], 4);
    assert_int_equal(place[data], 5);
    free(place);
    depend_free(&graph);
}

/* A low rank waits for what it needs, and is the first thing after that. */
static void test_needs_before_rank(void **state)
{
    DependGraph graph = {0};
    uint32_t type = pre(&graph, "TYPE", "t", 2);
    uint32_t first = pre(&graph, "TABLE", "a", 9);
    uint32_t second = pre(&graph, "TABLE", "b", 9);
    uint32_t third = pre(&graph, "TABLE", "c", 9);
    uint32_t *place;

    need(&graph, type, second);
    need(&graph, type, second); /* doubles do no harm */
    need(&graph, type, type);   /* nor does an edge to itself */
    place = sort(&graph);
    assert_int_equal(graph.edges.len, 1);
    assert_int_equal(place[first], 0);
    assert_int_equal(place[second], 1);
    assert_int_equal(place[type], 2);
    assert_int_equal(place[third], 3);
    free(place);
    depend_free(&graph);
}

static void test_passes(void **state)
{
    DependGraph graph = {0};
    uint32_t refresh =
        add_node(&graph, "MATERIALIZED VIEW DATA", "m", 1, SECTION_POST_DATA, STAND_IN_NONE);
    uint32_t acl = add_node(&graph, "ACL", "t", 1, SECTION_POST_DATA, STAND_IN_NONE);
    uint32_t index = add_node(&graph, "INDEX", "i", 80, SECTION_POST_DATA, STAND_IN_NONE);
    uint32_t *place;

    graph.nodes.items[refresh].pass = 2;
    graph.nodes.items[acl].pass = 1;
    place = sort(&graph);
    assert_int_equal(place[index], 0);
    assert_int_equal(place[acl], 1);
    assert_int_equal(place[refresh], 2);
    free(place);
    depend_free(&graph);
}

/* A view's query groups by a primary key: a dummy first, the view when the key is there. */
static void test_view_needs_constraint(void **state)
{
    DependGraph graph = {0};
    uint32_t table = pre(&graph, "TABLE", "t", 9);
    uint32_t v = view(&graph, "v");
    uint32_t key = add_node(&graph, "CONSTRAINT", "t k", 70, SECTION_POST_DATA, STAND_IN_NONE);
    uint32_t reader = view(&graph, "w");
    uint32_t trigger = add_node(&graph, "TRIGGER", "v x", 75, SECTION_POST_DATA, STAND_IN_NONE);
    uint32_t definition;
    uint32_t *place;

    need(&graph, key, table);
    need(&graph, trigger, v);
    body_needs(&graph, v, table);
    body_needs(&graph, v, key);
    body_needs(&graph, reader, v);
    place = sort(&graph);
    definition = graph.nodes.items[v].definition;
    assert_int_equal(definition, 5);
    assert_int_equal(graph.nodes.len, 6); /* the reader is content with the dummy */
    assert_int_equal(graph.nodes.items[reader].definition, DEPEND_NONE);
    assert_int_equal(graph.nodes.items[v].section, SECTION_PRE_DATA);
    assert_int_equal(graph.nodes.items[definition].section, SECTION_POST_DATA);
    assert_true(has_edge(&graph, definition, v));
    assert_true(has_edge(&graph, definition, key));
    assert_true(has_edge(&graph, definition, table));
    assert_false(has_edge(&graph, v, table));
    assert_true(has_edge(&graph, trigger, v));
    free(place);
    depend_free(&graph);
}

/* The columns of a view need a type that comes late: no dummy can help, so it moves as a whole. */
static void test_view_columns_need_later_section(void **state)
{
    DependGraph graph = {0};
    uint32_t v = view(&graph, "v");
    uint32_t late = add_node(&graph, "FUNCTION", "f()", 5, SECTION_POST_DATA, STAND_IN_NONE);
    uint32_t *place;

    need(&graph, v, late);
    place = sort(&graph);
    assert_int_equal(graph.nodes.len, 2);
    assert_int_equal(graph.nodes.items[v].section, SECTION_POST_DATA);
    free(place);
    depend_free(&graph);
}

/* What needs a constraint and has no dummy moves, and so does all that needs it. */
static void test_move_to_post_data(void **state)
{
    DependGraph graph = {0};
    uint32_t aggregate = pre(&graph, "AGGREGATE", "a", 12);
    uint32_t function = pre(&graph, "FUNCTION", "f()", 10);
    uint32_t other = pre(&graph, "FUNCTION", "g()", 10);
    uint32_t key = add_node(&graph, "CONSTRAINT", "t k", 70, SECTION_POST_DATA, STAND_IN_NONE);
    uint32_t v = view(&graph, "v");
    uint32_t *place;

    need(&graph, aggregate, function);
    need(&graph, function, key);
    body_needs(&graph, v, aggregate);
    place = sort(&graph);
    assert_int_equal(graph.nodes.items[function].section, SECTION_POST_DATA);
    assert_int_equal(graph.nodes.items[aggregate].section, SECTION_POST_DATA);
    assert_int_equal(graph.nodes.items[other].section, SECTION_PRE_DATA);
    assert_int_equal(graph.nodes.items[v].section, SECTION_PRE_DATA);
    assert_true(has_edge(&graph, graph.nodes.items[v].definition, aggregate));
    free(place);
    depend_free(&graph);
}

/* v calls f, which takes a row of v; w reads v and v reads w through g. */
static void test_view_loops(void **state)
{
    DependGraph graph = {0};
    uint32_t function = pre(&graph, "FUNCTION", "f(s.v)", 10);
    uint32_t v = view(&graph, "v");
    uint32_t w = view(&graph, "w");
    uint32_t other = view(&graph, "other");
    uint32_t *place;

    need(&graph, function, v);
    body_needs(&graph, v, function);
    body_needs(&graph, v, w);
    body_needs(&graph, w, v);
    body_needs(&graph, other, v);
    place = sort(&graph);
    assert_int_equal(graph.nodes.len, 5); /* one stand-in opens both */
    assert_int_equal(graph.nodes.items[v].definition, 4);
    assert_int_equal(graph.nodes.items[4].section, SECTION_POST_DATA);
    free(place);
    depend_free(&graph);
}

/* Of two views in a loop only one is there because of its query; what its dummy needs as well as
 * its query stays a need of the dummy. */
static void test_choice_of_stand_in(void **state)
{
    DependGraph graph = {0};
    uint32_t by_columns = view(&graph, "a");
    uint32_t by_query = view(&graph, "b");
    uint32_t type = pre(&graph, "TYPE", "t", 5);
    uint32_t *place;

    need(&graph, by_columns, by_query);
    body_needs(&graph, by_query, by_columns);
    body_needs(&graph, by_query, type);
    need(&graph, by_query, type);
    body_needs(&graph, by_query, type);
    place = sort(&graph);
    assert_int_equal(graph.nodes.len, 4);
    assert_int_equal(graph.nodes.items[by_columns].definition, DEPEND_NONE);
    assert_int_equal(graph.nodes.items[by_query].definition, 3);
    assert_true(has_edge(&graph, by_query, type));
    free(place);
    depend_free(&graph);
}

/* Two loops that share nothing, and one that takes two stand-ins. */
static void test_several_loops(void **state)
{
    DependGraph graph = {0};
    uint32_t a = view(&graph, "a");
    uint32_t b = view(&graph, "b");
    uint32_t c = view(&graph, "c");
    uint32_t d = view(&graph, "d");
    uint32_t fa = pre(&graph, "FUNCTION", "fa", 10);
    uint32_t fb = pre(&graph, "FUNCTION", "fb", 10);
    uint32_t *place;

    body_needs(&graph, c, d);
    body_needs(&graph, d, c);
    body_needs(&graph, a, fa);
    need(&graph, fa, a);
    need(&graph, fa, b);
    body_needs(&graph, b, fb);
    need(&graph, fb, b);
    need(&graph, fb, a);
    place = sort(&graph);
    assert_int_not_equal(graph.nodes.items[a].definition, DEPEND_NONE);
    assert_int_not_equal(graph.nodes.items[b].definition, DEPEND_NONE);
    assert_int_equal(graph.nodes.len, 9);
    free(place);
    depend_free(&graph);
}

/* A type and its input and output functions, through a shell; a table gets the whole type. */
static void test_shell_types(void **state)
{
    DependGraph graph = {0};
    uint32_t schema = pre(&graph, "SCHEMA", "s", 1);
    uint32_t input = pre(&graph, "FUNCTION", "in(cstring)", 10);
    uint32_t output = pre(&graph, "FUNCTION", "out(s.t)", 10);
    uint32_t user = pre(&graph, "FUNCTION", "plus(s.t)", 10);
    uint32_t type = add_node(&graph, "TYPE", "t", 5, SECTION_PRE_DATA, STAND_IN_FOR_LOOP);
    uint32_t second = add_node(&graph, "TYPE", "u", 5, SECTION_PRE_DATA, STAND_IN_FOR_LOOP);
    uint32_t canonical = pre(&graph, "FUNCTION", "canonical(s.u)", 10);
    uint32_t table = pre(&graph, "TABLE", "x", 20);
    uint32_t definition;
    uint32_t *place;

    need(&graph, type, schema);
    body_needs(&graph, type, input);
    body_needs(&graph, type, output);
    need(&graph, input, type);
    need(&graph, output, type);
    need(&graph, user, type);
    need(&graph, table, type);
    body_needs(&graph, second, canonical);
    body_needs(&graph, second, type);
    need(&graph, canonical, second);
    place = sort(&graph);
    definition = graph.nodes.items[type].definition;
    assert_int_equal(graph.nodes.len, 10);
    assert_int_equal(graph.nodes.items[definition].section, SECTION_PRE_DATA);
    assert_true(has_edge(&graph, type, schema));
    assert_true(has_edge(&graph, input, type));
    assert_true(has_edge(&graph, definition, input));
    assert_true(has_edge(&graph, user, definition));
    assert_true(has_edge(&graph, table, definition));
    assert_true(has_edge(&graph, graph.nodes.items[second].definition, definition));
    free(place);
    depend_free(&graph);
}

/* A loop without a known repair names its members and fails. */
static void test_hopeless_loop(void **state)
{
    DependGraph graph = {0};
    Error err = {0};
    uint32_t *order = NULL;
    uint32_t f = pre(&graph, "FUNCTION", "f()", 10);
    uint32_t g = pre(&graph, "FUNCTION", "g()", 10);
    uint32_t v = view(&graph, "v");
    uint32_t t = pre(&graph, "TYPE", "t", 5);

    need(&graph, f, g);
    need(&graph, g, f);
    need(&graph, v, t); /* not through its query */
    need(&graph, t, f);
    assert_false(depend_order(&graph, &order, &err));
    assert_null(order);
    assert_int_equal(err.code, ERR_INTERNAL);
    assert_non_null(strstr(err.message, "FUNCTION s.f(), FUNCTION s.g()"));
    assert_null(strstr(err.message, "VIEW"));
    depend_free(&graph);
}

static void test_empty(void **state)
{
    DependGraph graph = {0};
    uint32_t *place = sort(&graph);

    free(place);
    depend_free(&graph);
}

/* A chain of a hundred thousand takes neither recursion nor square time. */
static void test_long_chain(void **state)
{
    DependGraph graph = {0};
    uint32_t *place;
    enum { LENGTH = 100000 };

    for (uint32_t i = 0; i < LENGTH; i++) {
        (void)pre(&graph, "VIEW", "v", 1);
        if (i > 0) {
            need(&graph, i - 1, i);
        }
    }
    place = sort(&graph);
    assert_int_equal(place[0], LENGTH - 1);
    free(place);
    depend_free(&graph);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rank_and_name),
        cmocka_unit_test(test_needs_before_rank),
        cmocka_unit_test(test_passes),
        cmocka_unit_test(test_view_needs_constraint),
        cmocka_unit_test(test_view_columns_need_later_section),
        cmocka_unit_test(test_move_to_post_data),
        cmocka_unit_test(test_view_loops),
        cmocka_unit_test(test_choice_of_stand_in),
        cmocka_unit_test(test_several_loops),
        cmocka_unit_test(test_shell_types),
        cmocka_unit_test(test_hopeless_loop),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_long_chain),
    };

    return cmocka_run_group_tests_name("depend", tests, NULL, NULL);
}
