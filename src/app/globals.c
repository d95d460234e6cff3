/* SPDX-License-Identifier: Apache-2.0 */
/* A backup of a server's globals: a plain script, readable by its owner only, for it may hold
 * passwords. */
#include <string.h>

#include "app/app.h"
#include "app/backup_path.h"
#include "base/clock.h"
#include "io/file_writer.h"

static bool write_script(const GlobalsRequest *request, const EngineContext *context, bool replace,
                         GlobalsResult *result, Error *err)
{
    char sha256[SHA256_HEX_SIZE];
    FileWriter writer;

    if (!file_writer_open(&writer, result->path, replace, request->key, err)) {
        return false;
    }
    if (!request->engine->globals_backup(&request->server, request->database, &request->scope,
                                         context, &writer.base, &result->stats, err) ||
        !cancel_check(context->cancel, err)) {
        file_writer_abort(&writer);
        return false;
    }
    if (!file_writer_commit(&writer, sha256, err)) {
        return false;
    }
    result->file_size = writer.file_size;
    return true;
}

bool globals_backup_run(const GlobalsRequest *request, const EngineContext *context,
                        GlobalsResult *result, Error *err)
{
    double start = clock_monotonic();
    GlobalsResult made = {0};
    bool named;

    if (request->engine->globals_backup == NULL) {
        return error_set(err, ERR_UNSUPPORTED, "backups of the globals of %s aren't there yet",
                         request->engine->servers);
    }
    if (!backup_path(request->output, request->backup_dir, "globals", ".sql", request->key != NULL,
                     clock_now(), made.path, &named, err) ||
        !write_script(request, context, named, &made, err)) {
        return false;
    }
    made.seconds = clock_monotonic() - start;
    *result = made;
    return true;
}
