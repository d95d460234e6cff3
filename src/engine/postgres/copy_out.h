/* SPDX-License-Identifier: Apache-2.0 */
/* A table's rows, as a whole COPY block of the script. */
#ifndef DBB_ENGINE_POSTGRES_COPY_OUT_H
#define DBB_ENGINE_POSTGRES_COPY_OUT_H

#include "engine/postgres/catalog.h"

/* Each call of `out` ends where a row ends. Emits progress. *rows: how many were written, which is
 * also what the server says. */
bool copy_out_write(PgConnection *connection, const EngineContext *context, const CatalogItem *item,
                    Writer *out, uint64_t *rows, Error *err) MUST_CHECK;

#endif
