/* SPDX-License-Identifier: Apache-2.0 */
/* The JSON lines of --progress json and --log-format json, which docs/cli.md describes. */
#ifndef DBB_UI_JSON_LINE_H
#define DBB_UI_JSON_LINE_H

#include "base/buffer.h"
#include "base/error.h"
#include "base/json.h"

/* The version of the lines: goes up when a field changes its meaning or goes away. */
#define JSON_LINE_VERSION 1

/* {"version":1,"event":NAME,"time":… : the caller adds fields, then ends the line. */
void json_line_begin(JsonWriter *json, Buffer *out, const char *event);
void json_line_end(JsonWriter *json);
void json_line_text(Buffer *out, const char *event, const char *text);
void json_line_debug(Buffer *out, double seconds, const char *text);
void json_line_error(Buffer *out, const Error *err, int exit_status);

#endif
