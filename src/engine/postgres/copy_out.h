/* SPDX-License-Identifier: Apache-2.0 */
/* A table's rows, as whole COPY blocks of the script. */
#ifndef DBB_ENGINE_POSTGRES_COPY_OUT_H
#define DBB_ENGINE_POSTGRES_COPY_OUT_H

#include "engine/postgres/catalog.h"

/* Writes the rows into the chunk at work, and into further ones when they are many. Emits progress.
 * There are as many rows as the server says. */
bool copy_out_write(PgConnection *connection, const EngineContext *context, const CatalogItem *item,
                    EntryOut *out, Error *err) MUST_CHECK;

#endif
