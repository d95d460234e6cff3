/* SPDX-License-Identifier: Apache-2.0 */
/* What the program has to say while it works. */
#include "base/event.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/secret.h"

void event_emit(const EventSink *sink, const Event *event)
{
    if (sink != NULL && sink->emit != NULL) {
        sink->emit(sink->context, event);
    }
}

void event_text(const EventSink *sink, EventKind kind, const char *format, ...)
{
    char text[2048];
    va_list args;

    va_start(args, format);
    if (vsnprintf(text, sizeof text, format, args) < 0) {
        text[0] = '\0';
    }
    va_end(args);
    secret_mask(text, SECRET_IN_A_MESSAGE);
    event_emit(sink, &(Event){.kind = kind, .text = text});
}

void event_debug(const EventSink *sink, double when, const char *format, ...)
{
    char text[1024];
    va_list args;

    if (!event_wants_debug(sink)) {
        return;
    }
    va_start(args, format);
    if (vsnprintf(text, sizeof text, format, args) < 0) {
        text[0] = '\0';
    }
    va_end(args);
    event_emit(sink,
               &(Event){.kind = EVENT_DEBUG, .text = text, .seconds = when - sink->debug_since});
}

void event_total(const EventSink *sink, uint64_t bytes, uint64_t objects)
{
    event_emit(sink, &(Event){.kind = EVENT_TOTAL, .bytes = bytes, .objects = objects});
}

void event_progress(const EventSink *sink, uint64_t bytes, uint64_t rows, uint64_t objects)
{
    event_emit(sink,
               &(Event){.kind = EVENT_PROGRESS, .bytes = bytes, .rows = rows, .objects = objects});
}
