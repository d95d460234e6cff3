/* SPDX-License-Identifier: Apache-2.0 */
/* Takes a server's CREATE TABLE apart: what makes the table, and what is better made when its rows
 * are in. */
#ifndef DBB_ENGINE_MYSQL_TABLE_TEXT_H
#define DBB_ENGINE_MYSQL_TABLE_TEXT_H

#include "base/buffer.h"
#include "base/vec.h"

typedef struct MyTableText {
    Buffer create;       /* CREATE TABLE, without what follows; no semicolon */
    Buffer keys;         /* ALTER TABLE … ADD KEY …, ADD …; empty: none */
    Buffer foreign_keys; /* the same of foreign keys */
    bool has_primary_key;
} MyTableText;

/* Copies SQL in which names of the database are qualified with it as if they weren't: `db`.`t`, or
 * in_columns only `db`.`t`.`c`, for `db` may also be the name of a table there. */
void my_put_unqualified(Buffer *out, const char *sql, size_t len, const char *database,
                        bool in_columns);

void my_table_text_init(MyTableText *text);
void my_table_text_free(MyTableText *text);
/* sql is SHOW CREATE TABLE's, with backquotes around names. whole: nothing is moved out of it.
 * Names that the text qualifies with the database lose it, so that they mean the database that the
 * script is loaded into. Keys keep their order: it is the server's when it chooses among equals. */
bool my_table_text_split(MyTableText *text, const char *sql, const char *table,
                         const char *database, bool whole, Error *err) MUST_CHECK;

#endif
