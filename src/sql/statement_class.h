/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a statement of a script has to do with those around it: may it run while others do? Only
 * few forms are known, those that pg_dump writes; whatever isn't quite like one of them is of the
 * class that says nothing. Tables count as known only under their qualified names.
 */
#ifndef DBB_SQL_STATEMENT_CLASS_H
#define DBB_SQL_STATEMENT_CLASS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum StatementClass {
    CLASS_OTHER,  /* may depend on all before it, and all behind it on it */
    CLASS_SETVAL, /* SELECT pg_catalog.setval('…', …): of one sequence */
    CLASS_INDEX,  /* CREATE INDEX: others of its kind may work on the table, too */
    CLASS_KEY,    /* ALTER TABLE ONLY … ADD CONSTRAINT … PRIMARY KEY, UNIQUE or EXCLUDE; CLUSTER
                     ON; REPLICA IDENTITY: has the table for itself */
    CLASS_FOREIGN, /* … FOREIGN KEY: has both tables for itself, and needs a key of the second */
    CLASS_COMMENT, /* COMMENT ON INDEX or CONSTRAINT: needs what may come before it */
} StatementClass;

typedef struct SqlSpan {
    size_t start; /* in the statement */
    size_t len;
} SqlSpan;

typedef struct StatementFacts {
    StatementClass class;
    SqlSpan table; /* INDEX, KEY, FOREIGN: schema.name as it stands there */
    SqlSpan other; /* FOREIGN: the table that is referred to; both may be the same */
} StatementFacts;

StatementFacts sql_classify(const char *text, size_t len);

/* Does it set a parameter of somebody's own, as name.name? No session tells another of these. */
bool sql_sets_own_parameter(const char *text, size_t len);

typedef struct CopyFacts {
    SqlSpan table;    /* as it stands there, with its schema if it has one */
    size_t n_columns; /* 0: it has no list of columns */
} CopyFacts;

/* Is it COPY name [(columns)] FROM stdin, in the text format, with nothing that asks for more? */
bool sql_plain_copy(const char *text, size_t len, CopyFacts *facts);

#endif
