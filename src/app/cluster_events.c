/* SPDX-License-Identifier: Apache-2.0 */
/* Adds up the events of databases that are worked on at the same time. */
#include "app/cluster_events.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { NAME_SHOWN = 256, TEXT_SIZE = sizeof(((Error *)NULL)->message) + 2048 };

typedef struct Part {
    ClusterEvents *all;
    EventSink sink;
    const char *name;
    uint64_t bytes; /* done */
    uint64_t objects;
    uint64_t total_bytes;
    uint64_t total_objects;
} Part;

struct ClusterEvents {
    const EventSink *out;
    pthread_mutex_t lock; /* guards the parts' numbers, and `out` */
    size_t n_parts;
    Part parts[];
};

/* These two are called with the lock held. */

static void tell_total(const ClusterEvents *events)
{
    uint64_t bytes = 0;
    uint64_t objects = 0;

    for (size_t i = 0; i < events->n_parts; i++) {
        bytes += events->parts[i].total_bytes;
        objects += events->parts[i].total_objects;
    }
    event_total(events->out, bytes, objects);
}

static void tell_text(const Part *part, const Event *event)
{
    /* What is at work now has little room on a line. */
    bool brief = event->kind == EVENT_OBJECT;
    Event told = *event;
    char text[TEXT_SIZE];

    (void)snprintf(text, sizeof text, "%s%.*s%s: %s", brief ? "" : "database \"", NAME_SHOWN,
                   part->name, brief ? "" : "\"", event->text);
    told.text = text;
    event_emit(part->all->out, &told);
}

static void take_event(void *context, const Event *event)
{
    Part *part = context;
    ClusterEvents *events = part->all;

    (void)pthread_mutex_lock(&events->lock);
    switch (event->kind) {
    case EVENT_PHASE:
        break;
    case EVENT_TOTAL: /* lies ahead: something may have been done before */
        part->total_bytes = part->bytes + event->bytes;
        part->total_objects = part->objects + event->objects;
        tell_total(events);
        break;
    case EVENT_PROGRESS:
        part->bytes += event->bytes;
        part->objects += event->objects;
        event_emit(events->out, event);
        break;
    case EVENT_OBJECT:
    case EVENT_WARNING:
    case EVENT_NOTICE:
    case EVENT_DEBUG:
    case EVENT_DONE:
        tell_text(part, event);
        break;
    }
    (void)pthread_mutex_unlock(&events->lock);
}

bool cluster_events_new(const EventSink *out, size_t n_databases, ClusterEvents **out_events,
                        Error *err)
{
    ClusterEvents *events = calloc(1, sizeof *events + n_databases * sizeof events->parts[0]);

    if (events == NULL) {
        return error_set_memory(err, "the databases' events");
    }
    (void)pthread_mutex_init(&events->lock, NULL); /* without attributes it cannot fail on Linux */
    events->out = out;
    events->n_parts = n_databases;
    for (size_t i = 0; i < n_databases; i++) {
        Part *part = &events->parts[i];

        *part = (Part){.all = events, .name = "", .sink = {.emit = take_event, .context = part}};
        part->sink.debug_since = out == NULL ? 0 : out->debug_since;
    }
    *out_events = events;
    return true;
}

void cluster_events_free(ClusterEvents *events)
{
    if (events != NULL) {
        (void)pthread_mutex_destroy(&events->lock);
        free(events);
    }
}

void cluster_events_database(ClusterEvents *events, size_t number, const char *name, uint64_t bytes)
{
    events->parts[number].name = name;
    events->parts[number].total_bytes = bytes;
}

void cluster_events_begin(ClusterEvents *events, const char *phase)
{
    (void)pthread_mutex_lock(&events->lock);
    event_text(events->out, EVENT_PHASE, "%s", phase);
    tell_total(events);
    (void)pthread_mutex_unlock(&events->lock);
}

const EventSink *cluster_events_sink(const ClusterEvents *events, size_t number)
{
    return &events->parts[number].sink;
}

void cluster_events_ended(ClusterEvents *events, size_t number)
{
    Part *part = &events->parts[number];

    (void)pthread_mutex_lock(&events->lock);
    part->total_bytes = part->bytes;
    part->total_objects = part->objects;
    tell_total(events);
    (void)pthread_mutex_unlock(&events->lock);
}

void cluster_events_failed(ClusterEvents *events, size_t number, const char *what, const Error *err)
{
    char text[TEXT_SIZE];
    bool hint = err->hint[0] != '\0';

    (void)snprintf(text, sizeof text, "database \"%.*s\" %s: %s%s%s", NAME_SHOWN,
                   events->parts[number].name, what, err->message, hint ? "\nHINT: " : "",
                   err->hint);
    (void)pthread_mutex_lock(&events->lock);
    event_emit(events->out, &(Event){.kind = EVENT_WARNING, .text = text});
    (void)pthread_mutex_unlock(&events->lock);
}
