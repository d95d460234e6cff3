/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the program has to say while it works. The lower layers emit events; src/ui turns them into
 * a progress bar, lines of text or JSON. Texts belong to the emitter and live only during the call.
 * With several threads the sink's emit must do its own locking.
 */
#ifndef DBB_BASE_EVENT_H
#define DBB_BASE_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/compiler.h"

typedef enum EventKind {
    EVENT_PHASE,    /* text: what begins now, e.g. "reading the catalog" */
    EVENT_TOTAL,    /* bytes, objects: what lies ahead; bytes may be an estimate */
    EVENT_OBJECT,   /* text: the object at work now, e.g. "TABLE DATA public.orders" */
    EVENT_PROGRESS, /* bytes, rows, objects: done since the last such event (differences) */
    EVENT_WARNING,  /* text: something the user must know; the work goes on */
    EVENT_NOTICE,   /* text: what the server said, or a detail worth a line with -v */
    EVENT_DEBUG,    /* text: for --native-debug */
    EVENT_DONE,     /* text: one line that sums up */
} EventKind;

typedef struct Event {
    EventKind kind;
    const char *text;
    uint64_t bytes;
    uint64_t rows;
    uint64_t objects;
    double seconds; /* of EVENT_DEBUG: when it was, since the sink's debug_since */
} Event;

typedef struct EventSink {
    void (*emit)(void *context, const Event *event);
    void *context;
    /* The clock_monotonic() from which EVENT_DEBUG counts its seconds; 0: nobody wants that kind,
     * and none comes. A sink that passes events on to another has the other's. */
    double debug_since;
} EventSink;

static inline bool event_wants_debug(const EventSink *sink)
{
    return sink != NULL && sink->emit != NULL && sink->debug_since != 0;
}

/* All accept a NULL sink and one without emit. */
void event_emit(const EventSink *sink, const Event *event);
void event_text(const EventSink *sink, EventKind kind, const char *format, ...) PRINTF_LIKE(3, 4);
/* An EVENT_DEBUG of the moment `when`, of clock_monotonic(). Never data, secrets, statements, or
 * messages of a server, which may hold all three: logs are sent to others. */
void event_debug(const EventSink *sink, double when, const char *format, ...) PRINTF_LIKE(3, 4);
void event_total(const EventSink *sink, uint64_t bytes, uint64_t objects);
void event_progress(const EventSink *sink, uint64_t bytes, uint64_t rows, uint64_t objects);

#endif
