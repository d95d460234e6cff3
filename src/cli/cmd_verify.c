/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup verify FILE */
#include "cli/commands.h"

#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "base/json.h"
#include "cli/keys.h"
#include "ui/format.h"
#include "ui/text.h"

#define OUTPUT_LIMIT ((size_t)64 * 1024)

static void write_json(const char *path, const VerifyResult *result, const Error *failure,
                       Buffer *out)
{
    JsonWriter json;

    json_init(&json, out);
    json_begin_object(&json, NULL);
    json_text(&json, "file", path);
    /* Where the key is wrong, or memory out, nobody knows. */
    if (failure == NULL || failure->code == ERR_DAMAGED || failure->code == ERR_NOT_BACKUP) {
        json_bool(&json, "intact", failure == NULL);
    }
    if (failure != NULL) {
        json_text(&json, "error", failure->message);
    } else {
        json_text(&json, "kind", file_kind_text(result->kind));
        json_bool(&json, "encrypted", result->encrypted);
        json_bool(&json, "manifest", result->has_manifest);
        json_uint(&json, "file_size", result->file_size);
        json_uint(&json, "raw_size", result->raw_size);
        json_uint(&json, "objects", result->objects);
        json_uint(&json, "rows", result->rows);
        if (result->kind == FILE_CLUSTER) {
            json_uint(&json, "databases", result->databases);
            json_uint(&json, "databases_failed", result->failed);
        }
    }
    json_end_object(&json);
}

static void write_text(const char *path, const VerifyResult *result, Buffer *out)
{
    bool ours = result->kind == FILE_SCRIPT_ARCHIVE || result->kind == FILE_CLUSTER;

    text_clean(out, path, false);
    buffer_printf(out, ": intact — %s%s", file_kind_text(result->kind),
                  result->encrypted ? ", encrypted" : "");
    if (result->kind == FILE_PG_CUSTOM || result->kind == FILE_PG_DIRECTORY ||
        result->kind == FILE_TAR) { /* pg_restore has read it, and counts nothing */
        buffer_printf(out, ", %s%s", format_size(result->file_size).text,
                      result->has_manifest ? ", as its manifest says" : "");
        return;
    }
    if (result->kind == FILE_CLUSTER) {
        buffer_printf(out, ", %s",
                      format_quantity(result->databases, "database", "databases").text);
    }
    if (result->failed > 0) {
        buffer_printf(out, " (NOT COMPLETE: without %s that failed)",
                      format_quantity(result->failed, "database", "databases").text);
    }
    buffer_puts(out, ours ? format_and_quantity(result->objects, "object", "objects").text
                          : format_and_quantity(result->objects, "statement", "statements").text);
    buffer_puts(out, format_and_quantity(result->rows, "row", "rows").text);
    if (count_is_known(result->raw_size)) {
        buffer_printf(out, ", %s of SQL", format_size(result->raw_size).text);
    }
    buffer_puts(out, result->has_manifest ? ", as its manifest says" : ours ? "; no manifest" : "");
}

static bool print(Buffer *out, Error *err)
{
    bool ok = buffer_ok(out, "the result", err);

    if (ok) {
        puts(out->data);
    }
    return ok;
}

bool command_verify(const CommandContext *context, Error *err)
{
    const Options *options = context->options;
    const char *path = options->operands[0];
    KeyRing ring;
    VerifyResult result = {0};
    Buffer out;
    bool ok;

    if (strcmp(path, "-") == 0) {
        return error_set(err, ERR_USAGE, "verify reads only files, not standard input");
    }
    if (options->restore) {
        return command_verify_restore(context, err);
    }
    if (options->n_operands > 1) {
        (void)error_set(err, ERR_USAGE, "verify takes one file, and \"%s\" is another operand",
                        options->operands[1]);
        return error_hint(err, "A database to connect to goes with --restore only.");
    }
    ring = keys_of_options(options);
    buffer_init(&out, OUTPUT_LIMIT);
    if (!verify_run(path, &ring, &context->engine, &result, err)) {
        ok = false;
        if (options->json && err->code != ERR_CANCELLED) {
            Error ignored;

            write_json(path, &result, err, &out);
            (void)!print(&out, &ignored);
        }
    } else {
        ui_done(context->ui, &(UiSummary){.file = path,
                                          .bytes = result.file_size,
                                          .rows = result.rows,
                                          .objects = result.objects});
        if (options->json) {
            write_json(path, &result, NULL, &out);
        } else {
            write_text(path, &result, &out);
        }
        ok = print(&out, err);
    }
    buffer_free(&out);
    key_ring_free(&ring);
    return ok;
}
