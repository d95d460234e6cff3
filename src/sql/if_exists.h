/* SPDX-License-Identifier: Apache-2.0 */
/* A statement that drops something, made to put up with its absence. */
#ifndef DBB_SQL_IF_EXISTS_H
#define DBB_SQL_IF_EXISTS_H

#include "base/buffer.h"

/* `drop` is one or more whole statements. DROP … and ALTER TABLE … DROP CONSTRAINT … get IF EXISTS;
 * anything else is put into a DO block that passes over the errors which say that something isn't
 * there. */
void sql_put_if_exists(Buffer *out, const char *drop);

#endif
