/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands have in common that bring the databases of FILE to a server: FILE [DB], with
 * --database naming some of them. */
#ifndef DBB_CLI_DATABASES_CALL_H
#define DBB_CLI_DATABASES_CALL_H

#include "cli/commands.h"
#include "cli/database_option.h"
#include "io/key_ring.h"

typedef struct DatabasesCall {
    const char *path;
    const Engine *engine;
    ServerOptions server;
    const char *connect_to; /* NULL where there is no DB */
    KeyRing keys;
    DatabaseNames names;
} DatabasesCall;

/* The caller frees it with databases_call_free; on failure it is already. */
bool databases_call_init(DatabasesCall *call, const Options *options, Error *err) MUST_CHECK;
void databases_call_free(DatabasesCall *call);

#endif
