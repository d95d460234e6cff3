/* SPDX-License-Identifier: Apache-2.0 */
/* JSON lines for programs that watch: docs/cli.md describes them. */
#include "ui/json_line.h"
#include "ui/progress.h"

#include "base/clock.h"

static const char *const error_names[] = {
    [ERR_NONE] = "none",
    [ERR_USAGE] = "usage",
    [ERR_REFUSED] = "refused",
    [ERR_DAMAGED] = "damaged",
    [ERR_NOT_BACKUP] = "not_backup",
    [ERR_KEY] = "key",
    [ERR_IO] = "io",
    [ERR_CONNECT] = "connect",
    [ERR_SERVER] = "server",
    [ERR_TOOL] = "tool",
    [ERR_LOST] = "connection_lost",
    [ERR_CANCELLED] = "cancelled",
    [ERR_MEMORY] = "memory",
    [ERR_LIMIT] = "limit",
    [ERR_UNSUPPORTED] = "unsupported",
    [ERR_INCOMPLETE] = "incomplete",
    [ERR_INTERNAL] = "internal",
};

void json_line_begin(JsonWriter *json, Buffer *out, const char *event)
{
    char now[21];

    clock_format_utc(clock_now(), now);
    json_init(json, out);
    json_begin_object(json, NULL);
    json_int(json, "version", JSON_LINE_VERSION);
    json_text(json, "event", event);
    json_text(json, "time", now);
}

void json_line_end(JsonWriter *json)
{
    json_end_object(json);
    buffer_putc(json->out, '\n');
}

void json_line_text(Buffer *out, const char *event, const char *text)
{
    JsonWriter json;

    json_line_begin(&json, out, event);
    json_text(&json, "text", text);
    json_line_end(&json);
}

void json_line_debug(Buffer *out, double seconds, const char *text)
{
    JsonWriter json;

    json_line_begin(&json, out, "debug");
    json_double(&json, "seconds", seconds, 6);
    json_text(&json, "text", text);
    json_line_end(&json);
}

void json_line_error(Buffer *out, const Error *err, int exit_status)
{
    JsonWriter json;

    json_line_begin(&json, out, "error");
    json_text(&json, "code", error_names[err->code]);
    json_int(&json, "exit_status", exit_status);
    json_text(&json, "text", err->message);
    json_text(&json, "hint", err->hint[0] != '\0' ? err->hint : NULL);
    json_text(&json, "sqlstate", err->sqlstate[0] != '\0' ? err->sqlstate : NULL);
    if (err->os_errno != 0) {
        json_int(&json, "errno", err->os_errno);
    }
    json_line_end(&json);
}

static void draw(const Progress *progress, double now, unsigned columns, Buffer *out)
{
    JsonWriter json;
    double eta = progress_eta(progress);

    json_line_begin(&json, out, "progress");
    json_text(&json, "phase", progress->phase);
    json_text(&json, "object", progress->object[0] != '\0' ? progress->object : NULL);
    json_uint(&json, "bytes", progress->bytes);
    json_uint(&json, "bytes_total", progress->total_bytes);
    json_uint(&json, "rows", progress->rows);
    json_uint(&json, "objects", progress->objects);
    json_uint(&json, "objects_total", progress->total_objects);
    json_double(&json, "seconds", now - progress->phase_started, 1);
    json_uint(&json, "bytes_per_second", (uint64_t)progress->rate);
    if (eta >= 0) {
        json_double(&json, "seconds_left", eta, 0);
    } else {
        json_text(&json, "seconds_left", NULL);
    }
    json_line_end(&json);
    (void)columns;
}

const ProgressStyle progress_json = {.first = 1, .interval = 1, .in_place = false, .draw = draw};
