/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The psql commands that scripts may hold. This is the one list: what isn't known here as harmless
 * is refused, by the check of a script and by its restore alike.
 */
#ifndef DBB_SQL_META_COMMANDS_H
#define DBB_SQL_META_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

typedef enum MetaCommand {
    META_REFUSED,  /* runs programs, reads or writes files, or isn't known */
    META_IGNORED,  /* only changes what psql prints */
    META_RESTRICT, /* \restrict, \unrestrict: forbid what is refused here anyway */
    META_CONNECT,  /* \connect, \c */
    META_ENCODING, /* \encoding NAME */
} MetaCommand;

/* line: from the backslash to the end of the line. A line with a second command in it, or with a
 * program to be run in back quotes, is refused whatever it begins with. */
MetaCommand sql_meta_command(const char *line, size_t len);
/* The command's own word: the number of bytes of `\connect`. */
size_t sql_meta_word(const char *line, size_t len);
/* The argument at *position or behind it, without its quotes; false when there is no more.
 * Start with *position = sql_meta_word(…). */
bool sql_meta_argument(const char *line, size_t len, size_t *position, Buffer *argument);

/* ERR_UNSUPPORTED: NAME:LINE and the command. Returns false. */
bool sql_refuse_meta(const char *name, uint64_t line_number, const char *line, size_t len,
                     Error *err);

#endif
