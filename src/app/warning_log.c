/* SPDX-License-Identifier: Apache-2.0 */
/* Remembers what the user was warned of. */
#include "app/warning_log.h"

#include <stdlib.h>
#include <string.h>

enum { WARNINGS_MOST = 1000 };

/* One that there is no memory for was shown all the same. */
static void keep(WarningLog *log, const char *text)
{
    char *copy = log->texts.len < WARNINGS_MOST ? strdup(text) : NULL;

    if (copy != NULL && !vec_push(&log->texts, copy)) {
        free(copy);
    }
}

static void take_event(void *context, const Event *event)
{
    WarningLog *log = context;

    if (event->kind == EVENT_WARNING) {
        (void)pthread_mutex_lock(&log->lock);
        keep(log, event->text);
        (void)pthread_mutex_unlock(&log->lock);
    }
    event_emit(log->out, event);
}

void warning_log_init(WarningLog *log, const EventSink *out)
{
    *log = (WarningLog){.sink = {.emit = take_event, .context = log}, .out = out};
    log->sink.debug_since = out == NULL ? 0 : out->debug_since;
    (void)pthread_mutex_init(&log->lock, NULL); /* without attributes it cannot fail on Linux */
}

void warning_log_free(WarningLog *log)
{
    for (size_t i = 0; i < log->texts.len; i++) {
        free(log->texts.items[i]);
    }
    vec_free(&log->texts);
    (void)pthread_mutex_destroy(&log->lock);
}
