/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/databases_call.h"

#include "cli/keys.h"
#include "cli/password.h"

bool databases_call_init(DatabasesCall *call, const Options *options, Error *err)
{
    const char *database = options->n_operands > 1 ? options->operands[1] : NULL;

    *call = (DatabasesCall){
        .path = options->operands[0],
        .engine = command_engine(options, database, err),
        .server = command_server(options, database),
        .connect_to = database,
        .keys = keys_of_options(options),
    };
    database_names_init(&call->names);
    call->server.ask_password = password_ask_once; /* there will be many connections */
    call->server.uri = database != NULL && command_is_uri(database) ? database : NULL;
    if (call->engine == NULL || !command_check_file(call->path, err) ||
        !database_option_split(&options->databases, &call->names, err)) {
        databases_call_free(call);
        return false;
    }
    return true;
}

void databases_call_free(DatabasesCall *call)
{
    database_names_free(&call->names);
    key_ring_free(&call->keys);
}
