/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How far the work is, and the ways to show it. Events only change the numbers; a thread of ui.c
 * calls a style's draw every now and then, so showing costs the work nothing, and the clock goes on
 * while a server is busy with one long statement.
 */
#ifndef DBB_UI_PROGRESS_H
#define DBB_UI_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"

typedef struct Progress {
    char phase[128];  /* what goes on; "" before the first phase */
    char object[384]; /* at work now; "" when none is */
    uint64_t bytes;   /* done in this phase */
    uint64_t rows;
    uint64_t objects;
    uint64_t total_bytes; /* what lies ahead in this phase; 0: not known */
    uint64_t total_objects;
    double phase_started; /* clock_monotonic() */
    double rate;          /* bytes a second, lately */
    double rate_time;     /* when the rate was last worked out, and the bytes then */
    uint64_t rate_bytes;
} Progress;

typedef struct ProgressStyle {
    double first;    /* seconds until it is drawn for the first time */
    double interval; /* seconds between two drawings */
    bool in_place;   /* it stays on its line, and must be wiped before other text */
    /* Appends what is to be shown, with its newline if it is a line. */
    void (*draw)(const Progress *progress, double now, unsigned columns, Buffer *out);
} ProgressStyle;

extern const ProgressStyle progress_bar;   /* a line on a terminal that is drawn again and again */
extern const ProgressStyle progress_plain; /* a line every few seconds, for logs */
extern const ProgressStyle progress_json;  /* a JSON object a line: docs/cli.md */

/* Work out the rate anew: an average that forgets what is some ten seconds past. */
void progress_update_rate(Progress *progress, double now);
/* 0 to 100, never 100 before all is done; -1 when not known. */
int progress_percent(const Progress *progress);
/* Seconds to go; below 0 when not known. */
double progress_eta(const Progress *progress);

#endif
