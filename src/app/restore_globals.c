/* SPDX-License-Identifier: Apache-2.0 */
/* A restore of a script of a server's globals. */
#include "app/restore_parts.h"

/* Roles that are there get what the script says: that is a change to be asked for. */
static bool refuse_overwriting(const Restore *restore, const GlobalsStats *planned, Error *err)
{
    unsigned long long n = planned->roles + planned->tablespaces;

    (void)error_set(err, ERR_REFUSED,
                    "%s holds %llu %s of which the server has %llu already: these would get the "
                    "attributes and passwords that are in the file",
                    restore->request->path, n,
                    restore->request->engine->dialect == SQL_MYSQL ? "users and roles"
                                                                   : "roles and tablespaces",
                    (unsigned long long)planned->existing);
    return error_hint(err, "If that is what you want, add --confirm. Nothing is dropped.");
}

static bool run_globals(Restore *restore, const GlobalsTarget *target, GlobalsStats *stats,
                        Error *err)
{
    const RestoreRequest *request = restore->request;
    Reader *text;
    bool ok;

    if (!restore_open_script(restore, &text, err)) {
        return false;
    }
    ok = request->engine->globals_restore(&request->server, request->database, target,
                                          restore->context, request->path, text, stats, err);
    reader_close(text);
    return ok;
}

bool restore_globals(Restore *restore, Error *err)
{
    const RestoreRequest *request = restore->request;
    GlobalsTarget target = {.dry_run = true, .continue_on_error = request->continue_on_error};
    GlobalsStats *stats = &restore->result->globals;

    restore->result->is_globals = true;
    if (request->engine->globals_restore == NULL) {
        return error_set(err, ERR_UNSUPPORTED, "the globals of %s can't be restored yet",
                         request->engine->servers);
    }
    if (request->create || request->single_transaction) {
        return error_set(err, ERR_USAGE, "%s holds a server's globals, and --%s is for a database",
                         request->path, request->create ? "create" : "single-transaction");
    }
    event_text(restore->context->events, EVENT_PHASE, "connecting");
    if (!run_globals(restore, &target, stats, err)) {
        return false;
    }
    if (request->dry_run) {
        return true;
    }
    if (stats->existing > 0 && !request->confirm) {
        return refuse_overwriting(restore, stats, err);
    }
    target.dry_run = false;
    event_text(restore->context->events, EVENT_PHASE, "restoring");
    if (!run_globals(restore, &target, stats, err)) {
        return false;
    }
    return stats->errors == 0 ||
           error_set(err, ERR_SERVER, "%llu statements of %s failed: see the warnings above",
                     (unsigned long long)stats->errors, request->path);
}
