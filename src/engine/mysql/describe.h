/* SPDX-License-Identifier: Apache-2.0 */
/* What the programs of MySQL and MariaDB are told of a server and a database. */
#ifndef DBB_ENGINE_MYSQL_DESCRIBE_H
#define DBB_ENGINE_MYSQL_DESCRIBE_H

#include "engine/engine.h"

bool mysql_describe(const ServerOptions *server, const char *database, const EngineContext *context,
                    ServerFacts *facts, Error *err) MUST_CHECK;

#endif
