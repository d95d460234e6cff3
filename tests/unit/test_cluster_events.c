/* SPDX-License-Identifier: Apache-2.0 */
/* Events of databases at work at once come out as those of one piece of work. */
#include "app/cluster_events.h"

#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum { ROUNDS = 20000 };

/* What came out; numbers without a lock, for events come one at a time. */
typedef struct Seen {
    unsigned counts[EVENT_DONE + 1];
    char text[8192]; /* the last */
    uint64_t total_bytes;
    uint64_t total_objects;
    uint64_t bytes;
    uint64_t rows;
    uint64_t objects;
} Seen;

static void see(void *context, const Event *event)
{
    Seen *seen = context;

    seen->counts[event->kind]++;
    if (event->text != NULL) {
        (void)snprintf(seen->text, sizeof seen->text, "%s", event->text);
    }
    if (event->kind == EVENT_TOTAL) {
        seen->total_bytes = event->bytes;
        seen->total_objects = event->objects;
    } else if (event->kind == EVENT_PROGRESS) {
        seen->bytes += event->bytes;
        seen->rows += event->rows;
        seen->objects += event->objects;
    }
}

static void test_totals_follow_what_is_known(void **state)
{
    Error err;
    Seen seen = {0};
    EventSink out = {.emit = see, .context = &seen};
    ClusterEvents *events;

    (void)state;
    assert_true(cluster_events_new(&out, 2, &events, &err));
    cluster_events_database(events, 0, "shop", 1000);
    cluster_events_database(events, 1, "b", 500);
    cluster_events_begin(events, "backing up databases");
    assert_string_equal(seen.text, "backing up databases");
    assert_int_equal(seen.total_bytes, 1500);
    event_text(cluster_events_sink(events, 0), EVENT_PHASE, "reading the catalog");
    assert_int_equal(seen.counts[EVENT_PHASE], 1);
    event_total(cluster_events_sink(events, 0), 800, 7);
    assert_int_equal(seen.total_bytes, 1300);
    assert_int_equal(seen.total_objects, 7);
    event_progress(cluster_events_sink(events, 0), 300, 20, 2);
    event_progress(cluster_events_sink(events, 1), 10, 1, 1);
    assert_int_equal(seen.bytes, 310);
    assert_int_equal(seen.rows, 21);
    assert_int_equal(seen.objects, 3);
    event_total(cluster_events_sink(events, 0), 800, 7); /* it begins again */
    assert_int_equal(seen.total_bytes, 1600);
    cluster_events_ended(events, 0);
    assert_int_equal(seen.total_bytes, 800);
    cluster_events_ended(events, 1);
    assert_int_equal(seen.total_bytes, seen.bytes);
    assert_int_equal(seen.total_objects, seen.objects);
    cluster_events_free(events);
}

static void test_texts_name_their_database(void **state)
{
    Error err = {0};
    Seen seen = {0};
    EventSink out = {.emit = see, .context = &seen};
    ClusterEvents *events;
    char long_text[sizeof err.message];

    (void)state;
    assert_true(cluster_events_new(&out, 1, &events, &err));
    cluster_events_database(events, 0, "sh\"op", 0);
    event_text(cluster_events_sink(events, 0), EVENT_WARNING, "no rows");
    assert_string_equal(seen.text, "database \"sh\"op\": no rows");
    event_text(cluster_events_sink(events, 0), EVENT_OBJECT, "TABLE DATA public.t");
    assert_string_equal(seen.text, "sh\"op: TABLE DATA public.t");
    (void)error_set(&err, ERR_SERVER, "permission denied");
    cluster_events_failed(events, 0, "is left out", &err);
    assert_string_equal(seen.text, "database \"sh\"op\" is left out: permission denied");
    (void)error_hint(&err, "Ask.");
    cluster_events_failed(events, 0, "is left out", &err);
    assert_string_equal(seen.text,
                        "database \"sh\"op\" is left out: permission denied\nHINT: Ask.");
    assert_int_equal(seen.counts[EVENT_WARNING], 3);
    memset(long_text, 'x', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    event_emit(cluster_events_sink(events, 0), &(Event){.kind = EVENT_NOTICE, .text = long_text});
    assert_non_null(strstr(seen.text, long_text));
    cluster_events_free(events);
}

static void *make_progress(void *argument)
{
    const EventSink *const *sink = argument;

    for (unsigned i = 0; i < ROUNDS; i++) {
        event_progress(*sink, 3, 2, 1);
    }
    return NULL;
}

static void test_threads_at_once(void **state)
{
    Error err;
    Seen seen = {0};
    EventSink out = {.emit = see, .context = &seen};
    ClusterEvents *events;
    const EventSink *sinks[4];
    pthread_t threads[4];

    (void)state;
    assert_true(cluster_events_new(&out, 2, &events, &err));
    for (size_t i = 0; i < 4; i++) {
        sinks[i] = cluster_events_sink(events, i % 2);
        assert_int_equal(pthread_create(&threads[i], NULL, make_progress, &sinks[i]), 0);
    }
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(seen.bytes, 3 * 4 * ROUNDS);
    assert_int_equal(seen.objects, 4 * ROUNDS);
    cluster_events_ended(events, 0);
    cluster_events_ended(events, 1);
    assert_int_equal(seen.total_bytes, seen.bytes);
    cluster_events_free(events);
}

static void test_nobody_listens(void **state)
{
    Error err;
    ClusterEvents *events;

    (void)state;
    assert_true(cluster_events_new(NULL, 1, &events, &err));
    cluster_events_begin(events, "x");
    event_text(cluster_events_sink(events, 0), EVENT_NOTICE, "x");
    cluster_events_ended(events, 0);
    cluster_events_free(events);
    cluster_events_free(NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_totals_follow_what_is_known),
        cmocka_unit_test(test_texts_name_their_database),
        cmocka_unit_test(test_threads_at_once),
        cmocka_unit_test(test_nobody_listens),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
