/* SPDX-License-Identifier: Apache-2.0 */
/* A sink that passes all events on, and remembers what the user was warned of, for the manifest. */
#ifndef DBB_APP_WARNING_LOG_H
#define DBB_APP_WARNING_LOG_H

#include <pthread.h>

#include "base/event.h"
#include "base/vec.h"

typedef struct WarningLog {
    EventSink sink;       /* to emit into; several threads may */
    const EventSink *out; /* may be NULL */
    pthread_mutex_t lock; /* guards the texts */
    VEC(char *) texts;    /* the first of them: a manifest is no log of a broken server */
} WarningLog;

/* The log must not move. */
void warning_log_init(WarningLog *log, const EventSink *out);
void warning_log_free(WarningLog *log);

#endif
