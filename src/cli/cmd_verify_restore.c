/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup verify FILE --restore [DB]: what was compared, for people and as JSON. */
#include <stdio.h>
#include <string.h>

#include "app/app.h"
#include "base/json.h"
#include "cli/commands.h"
#include "cli/databases_call.h"
#include "cli/selection_options.h"
#include "io/file_writer.h"
#include "ui/format.h"
#include "ui/text.h"

#define REPORT_LIMIT ((size_t)256 * 1024 * 1024)

static const char *verdict_word(ProofVerdict verdict)
{
    static const char *const words[] = {
        [PROOF_EQUAL] = "equal",
        [PROOF_RESTORED] = "restored",
        [PROOF_DIFFERS] = "different",
        [PROOF_UNTESTED] = "untested",
    };

    return words[verdict];
}

/* --- JSON --------------------------------------------------------------------------------- */

static void put_tables(JsonWriter *json, const ProofDatabase *database)
{
    json_begin_array(json, "tables");
    for (size_t i = 0; i < database->tables.len; i++) { /* and large objects, as BLOBS */
        const ProofTable *table = &database->tables.items[i];

        json_begin_object(json, NULL);
        json_text(json, "schema", table->schema);
        json_text(json, "name", table->name);
        json_uint(json, "rows", table->rows);
        json_uint(json, "restored_rows", table->restored_rows);
        json_bool(json, "contents_compared", table->has_content || table->rows == 0);
        json_bool(json, "equal", table->equal);
        json_end_object(json);
    }
    json_end_array(json);
}

static void put_database(JsonWriter *json, const ProofDatabase *database)
{
    json_begin_object(json, NULL);
    json_text(json, "name", database->name);
    json_text(json, "verdict", verdict_word(database->verdict));
    if (database->verdict == PROOF_UNTESTED) {
        json_text(json, "error", database->failure.message);
    } else {
        json_uint(json, "definitions", database->definitions);
        json_uint(json, "n_tables", database->n_tables);
        json_uint(json, "rows", database->rows);
        json_uint(json, "columns_reordered", database->reordered);
        json_uint(json, "not_restored", database->left_out);
        json_double(json, "restore_seconds", database->restore_seconds, 3);
        json_double(json, "compare_seconds", database->compare_seconds, 3);
        put_tables(json, database);
        json_begin_array(json, "differences");
        for (size_t i = 0; i < database->differences.len; i++) {
            json_begin_object(json, NULL);
            json_text(json, "object", database->differences.items[i].object);
            json_text(json, "what", database->differences.items[i].what);
            json_end_object(json);
        }
        json_end_array(json);
    }
    json_text(json, "scratch_left_behind", database->scratch_is_there ? database->scratch : NULL);
    json_end_object(json);
}

static bool was_compared(const ProofResult *result)
{
    for (size_t i = 0; i < result->databases.len; i++) {
        if (result->databases.items[i].verdict == PROOF_RESTORED) {
            return false;
        }
    }
    return true;
}

/* failure: NULL when nothing differs. */
static void put_report(const char *path, const ProofResult *result, const Error *failure,
                       Buffer *out)
{
    JsonWriter json;

    json_init(&json, out);
    json_begin_object(&json, NULL);
    json_text(&json, "file", path);
    json_text(&json, "dbbackup_version", DBB_VERSION);
    if (failure == NULL && !was_compared(result)) {
        json_text(&json, "equal", NULL);
    } else {
        json_bool(&json, "equal", failure == NULL);
    }
    json_text(&json, "error", failure == NULL ? NULL : failure->message);
    json_uint(&json, "file_size", result->file.file_size);
    json_double(&json, "seconds", result->seconds, 3);
    json_text(&json, "throwaway_server", result->program);
    json_text(&json, "throwaway_version", result->program_version);
    if (result->has_globals) {
        json_begin_object(&json, "globals");
        json_uint(&json, "statements", result->globals.statements);
        json_uint(&json, "roles", result->globals.roles);
        json_uint(&json, "failed", result->globals.errors);
        json_end_object(&json);
    }
    json_begin_array(&json, "databases");
    for (size_t i = 0; i < result->databases.len; i++) {
        put_database(&json, &result->databases.items[i]);
    }
    json_end_array(&json);
    json_end_object(&json);
    buffer_putc(out, '\n');
}

/* --- Text --------------------------------------------------------------------------------- */

static void put_counts(const ProofDatabase *database, Buffer *out)
{
    buffer_printf(out, "%s, %s, %s; restored in %s, compared in %s\n",
                  format_quantity(database->definitions, "definition", "definitions").text,
                  format_quantity(database->n_tables, "table", "tables").text,
                  format_quantity(database->rows, "row", "rows").text,
                  format_duration(database->restore_seconds).text,
                  format_duration(database->compare_seconds).text);
}

static void put_notes(const ProofDatabase *database, Buffer *out)
{
    if (database->reordered > 0) {
        buffer_printf(out, "  %s the columns in another order, for those of parents come first\n",
                      format_quantity(database->reordered, "table has", "tables have").text);
    }
    if (database->unknown > 0) {
        buffer_printf(out, "  of %s only the rows were counted: the file knows no checksums\n",
                      format_quantity(database->unknown, "table", "tables").text);
    }
    if (database->left_out > 0) {
        buffer_printf(out, "  %s not restored, and not compared\n",
                      format_quantity(database->left_out, "object was", "objects were").text);
    }
}

static void put_server(const ProofResult *result, Buffer *out)
{
    if (result->program != NULL) {
        buffer_puts(out, "on a server made for it: ");
        text_clean(out, result->program, false);
        buffer_puts(out, ", ");
        text_clean(out, result->program_version, false);
        buffer_putc(out, '\n');
    }
    if (result->has_globals) {
        buffer_printf(out, "globals: %s restored, of %s",
                      format_quantity(result->globals.statements - result->globals.errors,
                                      "statement", "statements")
                          .text,
                      format_quantity(result->globals.roles, "role", "roles").text);
        if (result->globals.errors > 0) {
            buffer_printf(out, "; %llu FAILED", (unsigned long long)result->globals.errors);
        }
        buffer_putc(out, '\n');
    }
}

static void put_text(const ProofResult *result, Buffer *out)
{
    put_server(result, out);
    for (size_t i = 0; i < result->databases.len; i++) {
        const ProofDatabase *database = &result->databases.items[i];

        buffer_puts(out, "database ");
        text_clean(out, database->name, false);
        if (database->verdict == PROOF_UNTESTED) {
            buffer_puts(out, ": NOT TESTED. ");
            text_clean(out, database->failure.message, true);
            buffer_putc(out, '\n');
            continue;
        }
        buffer_puts(out, ": ");
        if (database->verdict == PROOF_RESTORED) {
            buffer_printf(
                out,
                "restored in %s, but not compared: the file doesn't say what rows it holds. There "
                "were %s and %s\n",
                format_duration(database->restore_seconds).text,
                format_quantity(database->definitions, "definition", "definitions").text,
                format_quantity(database->n_tables, "table", "tables").text);
            continue;
        }
        if (database->verdict == PROOF_DIFFERS) {
            buffer_printf(
                out, "NOT EQUAL, %s. Compared were ",
                format_quantity(database->differences.len, "difference", "differences").text);
        } else {
            buffer_puts(out, "equal. ");
        }
        put_counts(database, out);
        put_notes(database, out);
        for (size_t d = 0; d < database->differences.len; d++) {
            buffer_puts(out, "  ");
            text_clean(out, database->differences.items[d].object, false);
            buffer_puts(out, ": ");
            text_clean(out, database->differences.items[d].what, true);
            buffer_putc(out, '\n');
        }
    }
}

/* --- The command -------------------------------------------------------------------------- */

/* file: NULL where no report was asked for. */
static bool write_report(const Options *options, const ProofResult *result, const Error *failure,
                         FileWriter *file, Error *err)
{
    Buffer CLEANUP(buffer_free) text;
    char sha256[SHA256_HEX_SIZE];

    buffer_init(&text, REPORT_LIMIT);
    put_report(options->operands[0], result, failure, &text);
    if (!buffer_ok(&text, "the report", err)) {
        return false;
    }
    if (options->json) {
        (void)fwrite(text.data, 1, text.len, stdout); /* told when standard output is closed */
    }
    return file == NULL || (writer_write(&file->base, text.data, text.len, err) &&
                            file_writer_commit(file, sha256, err));
}

static bool tell(const CommandContext *context, const ProofResult *result, const Error *failure,
                 FileWriter *file, Error *err)
{
    const Options *options = context->options;
    Buffer CLEANUP(buffer_free) text;

    if (result->databases.len > 0) {
        ui_done(context->ui, &(UiSummary){.file = options->operands[0],
                                          .bytes = result->file.file_size,
                                          .rows = result->file.rows,
                                          .objects = result->file.objects,
                                          .seconds = result->seconds});
    }
    buffer_init(&text, REPORT_LIMIT);
    if (!options->json) {
        put_text(result, &text);
        if (!buffer_ok(&text, "the report", err)) {
            return false;
        }
        (void)fwrite(text.data, 1, text.len, stdout); /* told when standard output is closed */
    }
    return write_report(options, result, failure, file, err);
}

static bool prove_and_tell(const CommandContext *context, const ProofRequest *request,
                           FileWriter *file, Error *err)
{
    ProofResult result;
    Error second = {0};
    bool ok;

    proof_result_init(&result);
    ok = proof_run(request, &context->engine, &result, err);
    if (ok) {
        ok = tell(context, &result, NULL, file, err);
    } else if (!tell(context, &result, err, file, &second)) {
        event_text(context->engine.events, EVENT_WARNING,
                   "the report could not be written, either: %s", second.message);
    }
    proof_result_free(&result);
    return ok;
}

/* The report's file is opened first: a proof may take hours. And there is one of each run that got
 * so far, or last night's would stand for it. */
static bool prove(const CommandContext *context, const ProofRequest *request, Error *err)
{
    const char *path = context->options->report;
    FileWriter file;
    bool ok;

    if (path == NULL) {
        return prove_and_tell(context, request, NULL, err);
    }
    if (!file_writer_open(&file, path, true, NULL, err)) {
        return error_prefix(err, "--report");
    }
    ok = prove_and_tell(context, request, &file, err);
    file_writer_abort(&file); /* unless it is whole */
    return ok;
}

/* Privileges are what an owner gives: without owners there is nothing that they could be compared
 * with. */
static unsigned left_out(const Options *options)
{
    return left_out_by_options(options) | (options->no_owner ? 1U << TEXT_PRIVILEGE : 0U);
}

bool command_verify_restore(const CommandContext *context, Error *err)
{
    const Options *options = context->options;
    ProofRequest request;
    DatabasesCall call;
    bool ok;

    if (options->throwaway && options->n_operands > 1) {
        return error_set(err, ERR_USAGE,
                         "--throwaway makes a server of its own, and \"%s\" says where to connect",
                         options->operands[1]);
    }
    if (!databases_call_init(&call, options, err)) {
        return false;
    }
    request = (ProofRequest){
        .throwaway = options->throwaway,
        .engine = call.engine,
        .server = call.server,
        .connect_to = call.connect_to,
        .path = call.path,
        .keys = &call.keys,
        .databases = call.names.list.items,
        .n_databases = call.names.list.len,
        .leave_out = left_out(options),
        .no_definer = options->no_definer,
        .jobs = command_jobs(options),
    };
    ok = prove(context, &request, err);
    databases_call_free(&call);
    return ok;
}
