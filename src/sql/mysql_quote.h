/* SPDX-License-Identifier: Apache-2.0 */
/* Quoting for MySQL and MariaDB, where the session's sql_mode hasn't NO_BACKSLASH_ESCAPES. Failures
 * stick to the buffer. */
#ifndef DBB_SQL_MYSQL_QUOTE_H
#define DBB_SQL_MYSQL_QUOTE_H

#include "base/buffer.h"

/* `name`, always with quotes. */
void mysql_quote_identifier(Buffer *out, const char *name);
/* 'text'; never with a newline in it. */
void mysql_quote_literal(Buffer *out, const char *text);
/* The same of bytes that may hold a NUL. */
void mysql_quote_bytes(Buffer *out, const char *text, size_t len);
/* X'00FF', or '' for none. */
void mysql_quote_hex(Buffer *out, const char *bytes, size_t len);
/* That a column of information_schema's is this database's name. The server takes names for equal
 * that differ in case or in accents, and those may be of several databases, unless it keeps them in
 * small letters. */
void mysql_put_is_database(Buffer *out, const char *column, const char *name);
/* Is a byte below 128 always the ASCII character in texts of this character set? */
bool mysql_charset_holds_ascii(const char *charset);

#endif
