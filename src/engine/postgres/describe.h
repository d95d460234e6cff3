/* SPDX-License-Identifier: Apache-2.0 */
/* What PostgreSQL's own programs are told of a server and a database. */
#ifndef DBB_ENGINE_POSTGRES_DESCRIBE_H
#define DBB_ENGINE_POSTGRES_DESCRIBE_H

#include "engine/engine.h"

bool postgres_describe(const ServerOptions *server, const char *database,
                       const EngineContext *context, ServerFacts *facts, Error *err) MUST_CHECK;

#endif
