/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Turns events into what the user sees. Events that are talk (warnings, notices) are written at
 * once; progress only changes numbers, and a thread draws them at the pace of the chosen style.
 */
#include "ui/ui.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "ui/json_line.h"
#include "ui/progress.h"
#include "ui/text.h"

#define LINE_LIMIT ((size_t)64 * 1024)

struct Ui {
    UiOptions options;
    const ProgressStyle *style; /* NULL: progress isn't shown */
    bool closing_line;
    bool colour;
    EventSink sink;
    pthread_mutex_t lock; /* guards all below */
    pthread_cond_t wake;  /* the drawing thread: there is an end to it */
    bool stop;
    bool paused;
    bool active; /* there is progress to show */
    bool drawn;  /* a line in place stands on the terminal */
    Progress progress;
    Buffer line;
    bool has_thread;
    pthread_t thread;
};

/* Writes the line that was put together. Without stderr there is nobody to tell. */
static void flush_line(Buffer *line)
{
    Error ignored;

    (void)!file_write_all(STDERR_FILENO, "stderr", line->data, line->len, &ignored);
    buffer_clear(line);
}

static unsigned terminal_columns(void)
{
    struct winsize size = {0};

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
        return 80;
    }
    return size.ws_col;
}

static bool smart_terminal(void)
{
    const char *term = getenv("TERM");

    return isatty(STDERR_FILENO) == 1 && term != NULL && term[0] != '\0' &&
           strcmp(term, "dumb") != 0;
}

static bool wants_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");

    return smart_terminal() && (no_colour == NULL || no_colour[0] == '\0');
}

/* Takes the bar away, so that a line of text can stand in its place. */
static void wipe(Ui *ui)
{
    if (ui->drawn) {
        buffer_puts(&ui->line, "\r\033[K");
        flush_line(&ui->line);
        ui->drawn = false;
    }
}

static void draw(Ui *ui, double now)
{
    progress_update_rate(&ui->progress, now);
    if (ui->style->in_place) {
        buffer_putc(&ui->line, '\r');
    }
    ui->style->draw(&ui->progress, now, terminal_columns(), &ui->line);
    if (ui->style->in_place) {
        buffer_puts(&ui->line, "\033[K");
        ui->drawn = true;
    }
    flush_line(&ui->line);
}

static void *draw_from_time_to_time(void *argument)
{
    Ui *ui = argument;
    double next = clock_monotonic() + ui->style->first;

    (void)pthread_mutex_lock(&ui->lock);
    while (!ui->stop) {
        struct timespec until = {.tv_sec = (time_t)next,
                                 .tv_nsec = (long)((next - (double)(time_t)next) * 1e9)};
        double now;

        (void)pthread_cond_timedwait(&ui->wake, &ui->lock, &until);
        now = clock_monotonic();
        if (ui->stop || now < next) {
            continue;
        }
        if (ui->active && !ui->paused) {
            draw(ui, now);
        }
        next = now + ui->style->interval;
    }
    (void)pthread_mutex_unlock(&ui->lock);
    return NULL;
}

/* "dbbackup: warning: TEXT", with the label in colour on a terminal. */
static void say(Buffer *line, const char *label, const char *colour, const char *text)
{
    buffer_puts(line, "dbbackup: ");
    if (label != NULL) {
        buffer_printf(line, "%s%s:%s ", colour != NULL ? colour : "", label,
                      colour != NULL ? "\033[0m" : "");
    }
    text_clean(line, text, true);
    buffer_putc(line, '\n');
}

/* In room of its own: what is to be said may be that there is no memory. */
static void say_error(const Error *err, int exit_status, bool json, bool colour)
{
    static char room[LINE_LIMIT];
    Buffer line;

    buffer_init_fixed(&line, room, sizeof room);
    if (json) {
        json_line_error(&line, err, exit_status);
    } else {
        say(&line, "error", colour ? "\033[1;31m" : NULL, err->message);
        if (err->hint[0] != '\0') {
            buffer_puts(&line, "HINT: ");
            text_clean(&line, err->hint, true);
            buffer_putc(&line, '\n');
        }
    }
    flush_line(&line);
}

static void say_debug(Buffer *line, const Event *event)
{
    buffer_printf(line, "dbbackup: debug: %.6f ", event->seconds);
    text_clean(line, event->text, true);
    buffer_putc(line, '\n');
}

static void show_text(Ui *ui, const Event *event)
{
    static const struct {
        const char *json;
        const char *label;
    } names[] = {
        [EVENT_PHASE] = {"phase", NULL},
        [EVENT_WARNING] = {"warning", "warning"},
        [EVENT_NOTICE] = {"notice", NULL},
        [EVENT_DONE] = {"notice", NULL},
    };
    bool show = event->kind == EVENT_WARNING || event->kind == EVENT_DEBUG;

    if (event->kind == EVENT_PHASE) {
        show = ui->options.json ? ui->style != NULL : ui->style == &progress_plain;
    }
    if (!show && (!ui->options.verbose || ui->options.quiet)) {
        return;
    }
    wipe(ui);
    if (ui->options.json && event->kind == EVENT_DEBUG) {
        json_line_debug(&ui->line, event->seconds, event->text);
    } else if (ui->options.json) {
        json_line_text(&ui->line, names[event->kind].json, event->text);
    } else if (event->kind == EVENT_DEBUG) {
        say_debug(&ui->line, event);
    } else {
        say(&ui->line, names[event->kind].label,
            ui->colour && event->kind == EVENT_WARNING ? "\033[1;33m" : NULL, event->text);
    }
    flush_line(&ui->line);
}

static void begin_phase(Ui *ui, const char *name)
{
    double now = clock_monotonic();

    ui->progress = (Progress){.phase_started = now, .rate_time = now};
    (void)snprintf(ui->progress.phase, sizeof ui->progress.phase, "%s", name);
    ui->active = true;
}

static void take_event(void *context, const Event *event)
{
    Ui *ui = context;
    Progress *progress = &ui->progress;

    (void)pthread_mutex_lock(&ui->lock);
    switch (event->kind) {
    case EVENT_PHASE:
        begin_phase(ui, event->text);
        show_text(ui, event);
        break;
    case EVENT_TOTAL:
        progress->total_bytes = event->bytes;
        progress->total_objects = event->objects;
        if (ui->style != NULL && ui->style->in_place && ui->active && !ui->paused) {
            draw(ui, clock_monotonic()); /* at once: even a short job shows that it began */
        }
        break;
    case EVENT_OBJECT:
        (void)snprintf(progress->object, sizeof progress->object, "%s", event->text);
        break;
    case EVENT_PROGRESS:
        progress->bytes += event->bytes;
        progress->rows += event->rows;
        progress->objects += event->objects;
        break;
    case EVENT_WARNING:
    case EVENT_NOTICE:
    case EVENT_DEBUG:
    case EVENT_DONE:
        show_text(ui, event);
        break;
    }
    (void)pthread_mutex_unlock(&ui->lock);
}

static const ProgressStyle *choose_style(const UiOptions *options)
{
    switch (options->progress) {
    case PROGRESS_BAR:
        return &progress_bar;
    case PROGRESS_PLAIN:
        return &progress_plain;
    case PROGRESS_JSON:
        return &progress_json;
    case PROGRESS_NONE:
        return NULL;
    case PROGRESS_AUTO:
        break;
    }
    return smart_terminal() && !options->json && !options->quiet ? &progress_bar : NULL;
}

static bool start_thread(Ui *ui, Error *err)
{
    pthread_condattr_t attributes;
    int why = pthread_condattr_init(&attributes);

    if (why == 0) {
        why = pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    }
    if (why == 0) {
        why = pthread_cond_init(&ui->wake, &attributes);
    }
    if (why == 0) {
        why = pthread_create(&ui->thread, NULL, draw_from_time_to_time, ui);
    }
    if (why != 0) {
        return error_set_errno(err, why, "cannot start the display of progress");
    }
    ui->has_thread = true;
    return true;
}

Ui *ui_new(const UiOptions *options, Error *err)
{
    Ui *ui = calloc(1, sizeof *ui);

    if (ui == NULL || pthread_mutex_init(&ui->lock, NULL) != 0) {
        free(ui);
        (void)error_set_memory(err, "the display of progress");
        return NULL;
    }
    ui->options = *options;
    ui->options.json = options->json || options->progress == PROGRESS_JSON;
    ui->style = choose_style(&ui->options);
    ui->closing_line = !options->quiet && (options->verbose || ui->style != NULL ||
                                           (isatty(STDERR_FILENO) == 1 && !ui->options.json));
    ui->colour = wants_colour();
    ui->sink = (EventSink){.emit = take_event, .context = ui};
    if (options->debug) { /* otherwise no such event comes */
        ui->sink.debug_since = clock_monotonic();
    }
    buffer_init(&ui->line, LINE_LIMIT);
    if (ui->style != NULL && !start_thread(ui, err)) {
        ui_free(ui);
        return NULL;
    }
    return ui;
}

void ui_free(Ui *ui)
{
    if (ui == NULL) {
        return;
    }
    if (ui->has_thread) {
        (void)pthread_mutex_lock(&ui->lock);
        ui->stop = true;
        (void)pthread_cond_signal(&ui->wake);
        (void)pthread_mutex_unlock(&ui->lock);
        (void)pthread_join(ui->thread, NULL);
        (void)pthread_cond_destroy(&ui->wake);
    }
    wipe(ui);
    (void)pthread_mutex_destroy(&ui->lock);
    buffer_free(&ui->line);
    free(ui);
}

const EventSink *ui_events(const Ui *ui)
{
    return &ui->sink;
}

static void done_json(Buffer *line, const UiSummary *summary)
{
    JsonWriter json;

    json_line_begin(&json, line, "done");
    json_text(&json, "text", summary->text);
    json_text(&json, "file", summary->file);
    json_text(&json, "database", summary->database);
    json_uint(&json, "bytes", summary->bytes);
    json_uint(&json, "rows", summary->rows);
    json_uint(&json, "objects", summary->objects);
    if (summary->databases + summary->databases_failed > 0) {
        json_uint(&json, "databases", summary->databases);
        json_uint(&json, "databases_failed", summary->databases_failed);
    }
    json_double(&json, "seconds", summary->seconds, 3);
    json_line_end(&json);
}

void ui_done(Ui *ui, const UiSummary *summary)
{
    (void)pthread_mutex_lock(&ui->lock);
    ui->active = false;
    wipe(ui);
    if (ui->closing_line) {
        if (ui->options.json) {
            done_json(&ui->line, summary);
        } else if (summary->text != NULL) {
            text_clean(&ui->line, summary->text, false);
            buffer_putc(&ui->line, '\n');
        }
        flush_line(&ui->line);
    }
    (void)pthread_mutex_unlock(&ui->lock);
}

void ui_error(Ui *ui, const Error *err, int exit_status)
{
    (void)pthread_mutex_lock(&ui->lock);
    ui->active = false;
    wipe(ui);
    say_error(err, exit_status, ui->options.json, ui->colour);
    (void)pthread_mutex_unlock(&ui->lock);
}

void ui_error_early(const Error *err, int exit_status, bool json)
{
    say_error(err, exit_status, json, wants_colour());
}

void ui_pause(Ui *ui)
{
    (void)pthread_mutex_lock(&ui->lock);
    ui->paused = true;
    wipe(ui);
    (void)pthread_mutex_unlock(&ui->lock);
}

void ui_resume(Ui *ui)
{
    (void)pthread_mutex_lock(&ui->lock);
    ui->paused = false;
    (void)pthread_mutex_unlock(&ui->lock);
}
