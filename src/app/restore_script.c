/* SPDX-License-Identifier: Apache-2.0 */
/* A restore of a script without an index, by us or by anyone, from a file or a pipe. */
#include <string.h>

#include "app/restore_parts.h"
#include "archive/script_stream.h"
#include "sql/script_check.h"

bool restore_open_script(Restore *restore, Reader **text, Error *err)
{
    const Source *source = restore->request->source;

    if (source == NULL) {
        return script_stream_open(restore->request->path, restore->request->keys, NULL, text, err);
    }
    range_reader_init(&restore->range, source, 0, source->size);
    return script_stream_over(&restore->range.base, source->name, text, err);
}

/* The first reading: nothing is sent to the server before the whole file was seen. */
static bool check_script(Restore *restore, ScriptFacts *facts, Error *err)
{
    Reader *text;
    bool ok;

    event_text(restore->context->events, EVENT_PHASE, "checking the file");
    if (!restore_open_script(restore, &text, err)) {
        return false;
    }
    ok = sql_script_check(text, restore->request->path, restore->request->engine->dialect,
                          restore->context->events, restore->context->cancel, facts, err);
    reader_close(text);
    return ok;
}

/* Takes over text, which may be NULL: then the file is opened again. */
static bool run_script(Restore *restore, Reader *text, uint64_t bytes, Error *err)
{
    const RestoreRequest *request = restore->request;
    bool ok;

    if (text == NULL && !restore_open_script(restore, &text, err)) {
        return false;
    }
    event_text(restore->context->events, EVENT_PHASE, "restoring");
    event_total(restore->context->events, bytes, 0);
    ok = request->engine->restore_prepare(restore->session, NULL, err) &&
         request->engine->restore_script(restore->session, request->path, text, err) &&
         request->engine->restore_finish(restore->session, &restore->result->stats, err);
    reader_close(text);
    return ok;
}

bool restore_script(Restore *restore, Error *err)
{
    ScriptFacts facts = {0};
    Reader *text = NULL;
    bool piped = strcmp(restore->request->path, "-") == 0;

    if (restore->request->clean && !restore->request->create) {
        (void)error_set(err, ERR_USAGE, "--clean needs the index of a file that dbbackup made");
        return error_hint(err, "Restore into a new database with --create.");
    }
    if (restore->request->resume) {
        return error_set(err, ERR_USAGE, "--resume needs the index of a file that dbbackup made");
    }
    if (!selection_is_all(restore->request->selection) || restore->request->disable_triggers) {
        (void)error_set(err, ERR_USAGE,
                        "only files that dbbackup made have the index that a choice is made from");
        return error_hint(err, piped
                                   ? "Name the file instead of a pipe, if it is one of those."
                                   : "Choose when the script is made, as with pg_dump's options.");
    }
    /* A pipe can be read only once: it is checked while it is restored. But what it is, and whether
     * the key is the right one, is known before the server is asked for anything. */
    if (piped ? !restore_open_script(restore, &text, err) : !check_script(restore, &facts, err)) {
        return false;
    }
    if (facts.is_globals) {
        return restore_globals(restore, err);
    }
    if (!restore_name_database(restore, facts.database[0] == '\0' ? NULL : facts.database, err) ||
        !restore_begin_session(restore, NULL, facts.database[0] == '\0' ? NULL : facts.database,
                               err)) {
        reader_close(text);
        return false;
    }
    restore->result->stats.rows = script_rows(&facts);
    restore->result->objects = facts.statements;
    return restore->request->dry_run ? true : run_script(restore, text, facts.bytes, err);
}
