/* SPDX-License-Identifier: Apache-2.0 */
/* Tells a session that was ended from a server that is gone. */
#include "app/server_lost.h"

#include <string.h>

bool server_is_lost(const Engine *engine, const ServerOptions *server, const char *database,
                    Cancel *cancel)
{
    const EngineContext quiet = {.cancel = cancel};
    Error why = {0};
    DatabaseList list;

    if (engine->list_databases(server, database, &quiet, &list, &why)) {
        database_list_free(&list);
        return false;
    }
    return strcmp(why.sqlstate, ENGINE_NO_CONNECTION) != 0;
}
