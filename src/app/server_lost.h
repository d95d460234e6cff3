/* SPDX-License-Identifier: Apache-2.0 */
/* Of several databases of a server one has lost its connection: is it alone? */
#ifndef DBB_APP_SERVER_LOST_H
#define DBB_APP_SERVER_LOST_H

#include "engine/engine.h"

/* Asks once more. A server that has no connection left to give is there; after a cancel, nobody is
 * asked, and it counts as lost. database: where to connect; NULL: the usual one. */
bool server_is_lost(const Engine *engine, const ServerOptions *server, const char *database,
                    Cancel *cancel);

#endif
