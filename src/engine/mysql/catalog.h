/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a database holds. Lists of things, and their columns, come from information_schema, a query
 * for each kind; how a thing is made comes from SHOW CREATE, a query for each object, since the
 * server offers nothing else.
 */
#ifndef DBB_ENGINE_MYSQL_CATALOG_H
#define DBB_ENGINE_MYSQL_CATALOG_H

#include "archive/toc.h"
#include "engine/mysql/connection.h"

/* The table in which a restore keeps its journal until it is done. It belongs to a backup: else
 * what comes of that would look whole. */
#define MY_JOURNAL "dbbackup_restore"

/* How a column's values are written. */
typedef enum MyValue {
    MY_NUMBER,     /* as it comes */
    MY_REAL,       /* asked for as a double: FLOAT shows six digits only */
    MY_TEXT,       /* a string in the script's own character set, or a date, an address … */
    MY_OTHER_TEXT, /* a string in another character set: _latin1 X'…' where it isn't ASCII */
    MY_BYTES,      /* 0x… */
} MyValue;

typedef struct MyColumn {
    const char *name;
    const char *charset; /* NULL for what is no text */
    MyValue value;
    bool has_literals; /* they compare with values as these do among one another */
    bool by_number;    /* an ENUM with a member '', which reads like the value of an error */
} MyColumn;

typedef struct MyRanges MyRanges;

typedef enum MyRelationKind { MY_TABLE, MY_SEQUENCE, MY_VIEW } MyRelationKind;

typedef struct MyRelation {
    const char *name;
    MyRelationKind kind;
    const char *engine; /* of a table */
    bool is_transactional;
    bool is_versioned;
    const char *row_start; /* of a versioned table: the columns of its rows' times, */
    const char *row_end;
    bool by_transaction; /* which are numbers of transactions; */
    bool with_history;   /* these two columns are the last ones, and rows of all times are read */
    bool is_elsewhere;   /* its rows are other tables', or another server's */
    bool loose_keys; /* a foreign key of it refers to no unique key: MySQL takes that if it must */
    uint64_t size;   /* bytes; an estimate */
    VEC(MyColumn) columns; /* those that can be written to; of a view, all of them */
    uint64_t row_estimate;
    MyRanges *ranges;  /* owned; NULL: it is read in one piece (ranges.h) */
    uint32_t n_ranges; /* how many pieces; 0: one */
    uint32_t entry;    /* ids, 0 for none: of its definition, */
    uint32_t rows;     /* of its data */
    uint32_t keys;     /* and of its secondary keys */
    size_t view;       /* of a view: its place among those that have entries made of them */
} MyRelation;

typedef VEC(MyRelation) MyRelationVec;

typedef struct MyCatalog {
    MyConnection *connection;
    EngineContext context;
    Arena *arena;
    const char *database;
    bool no_definer;     /* definitions lose theirs */
    bool with_history;   /* of versioned tables, rows of all times */
    const char *charset; /* the database's defaults */
    const char *collation;
    const char *comment;     /* the database's, of MariaDB; "" for none */
    bool is_encrypted;       /* tables are, by default; of MySQL */
    MyRelationVec relations; /* by name */
} MyCatalog;

/* Strings of the catalog live in the arena, which must outlive it. */
void my_catalog_init(MyCatalog *catalog, MyConnection *connection, const EngineContext *context,
                     Arena *arena, const char *database);
void my_catalog_free(MyCatalog *catalog);
/* The database's properties, its relations and their columns. */
bool my_catalog_read(MyCatalog *catalog, Error *err) MUST_CHECK;
/* The relations without their columns. */
bool my_catalog_read_relations(MyCatalog *catalog, Error *err) MUST_CHECK;
/* NULL when there is none of that name. */
MyRelation *my_catalog_find(const MyCatalog *catalog, const char *name);

/* --- For those who ask for more ------------------------------------------------------------- */

/* "column" is the database's own name: the server takes names for equal that differ in case or in
 * accents, and those may be of several databases. */
#define MY_OF_DATABASE(column) column " = %s AND binary " column " = %s"

/* A query with %s, for which the database's name is put as a literal. */
bool my_catalog_query(MyCatalog *catalog, const char *format, MYSQL_RES **out,
                      Error *err) MUST_CHECK;

/* What SHOW CREATE says; NULL where the server has no such column. */
typedef struct MyShown {
    bool warned; /* the server warned, as it does of what is broken */
    const char *sql;
    const char *sql_mode;
    const char *time_zone;
    const char *client_charset;
    const char *connection_collation;
    const char *database_collation;
} MyShown;

/* "SHOW CREATE what `name`". An error where the server doesn't let the user see it. */
bool my_catalog_show(MyCatalog *catalog, const char *what, const char *name, MyShown *shown,
                     Error *err) MUST_CHECK;

#endif
