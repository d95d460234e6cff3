/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the user sees on stderr while dbbackup works. The use cases get the sink; the commands and
 * main say how it ended. All functions may be called from any thread; what they write is whole
 * lines. Nothing here fails: when stderr is gone, nobody watches.
 */
#ifndef DBB_UI_UI_H
#define DBB_UI_UI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/event.h"

typedef enum ProgressMode {
    PROGRESS_AUTO, /* a bar when stderr is a terminal, nothing otherwise */
    PROGRESS_BAR,
    PROGRESS_PLAIN,
    PROGRESS_JSON,
    PROGRESS_NONE,
} ProgressMode;

typedef struct UiOptions {
    ProgressMode progress;
    bool json;    /* messages as JSON lines; --progress json implies it */
    bool quiet;   /* errors and warnings only */
    bool verbose; /* phases and notices too */
    bool debug;
} UiOptions;

typedef struct Ui Ui;

/* What a command did, for its closing line. Unknown text is NULL. */
typedef struct UiSummary {
    const char *text; /* one line for people; NULL when stdout has said it all */
    const char *file;
    const char *database;
    uint64_t bytes;
    uint64_t rows;
    uint64_t objects;
    uint64_t databases; /* of a whole server: that went well, and that failed; both 0: not said */
    uint64_t databases_failed;
    double seconds;
} UiSummary;

/* Starts a thread: call it after cancel_watch_signals. */
Ui *ui_new(const UiOptions *options, Error *err) MUST_CHECK;
void ui_free(Ui *ui); /* wipes the bar; NULL is fine */
/* Belongs to the ui. */
const EventSink *ui_events(const Ui *ui);
/* Ends the showing of progress, with the closing line: on a terminal, with -v, and where progress
 * was asked for. */
void ui_done(Ui *ui, const UiSummary *summary);
void ui_error(Ui *ui, const Error *err, int exit_status);
/* Keeps off the terminal while somebody else (a password prompt) uses it. */
void ui_pause(Ui *ui);
void ui_resume(Ui *ui);

/* The same as ui_error for what fails before there is a Ui. */
void ui_error_early(const Error *err, int exit_status, bool json);

#endif
