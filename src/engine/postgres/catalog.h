/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A database's catalog as items: one for each row that a query of catalog/ returns. The contract of
 * those queries stands in docs/architecture.md. All memory is the arena of the Toc that the items
 * become entries of.
 */
#ifndef DBB_ENGINE_POSTGRES_CATALOG_H
#define DBB_ENGINE_POSTGRES_CATALOG_H

#include "base/idmap.h"
#include "engine/entry_out.h"
#include "engine/postgres/connection.h"
#include "engine/postgres/depend.h"

/* A kind of thing in a backup. Its place in catalog_kinds[] is its rank. */
typedef struct CatalogKind {
    const char *file; /* catalog/<file>.sql */
    Section section;  /* unless a row says otherwise */
    uint32_t pass;    /* 0: objects and data, 1: privileges, 2: what reads or fires on the rest */
    StandIn stand_in; /* what a row's dummy_sql is good for */
    bool in_c;        /* its items aren't rows of the file: C makes them */
} CatalogKind;

extern const CatalogKind catalog_kinds[];
extern const size_t n_catalog_kinds;
/* The kind with this file; NULL when there is none. */
const CatalogKind *catalog_kind(const char *file);

/* A comment or label: statements that follow the object's own. */
typedef struct CatalogText {
    TextKind kind;
    const char *sql;
    struct CatalogText *next;
} CatalogText;

typedef enum CatalogPart {
    CATALOG_WHOLE,
    CATALOG_STAND_IN,   /* dummy_sql; the definition comes later */
    CATALOG_DEFINITION, /* what comes later */
} CatalogPart;

typedef struct CatalogItem CatalogItem;
typedef struct Catalog Catalog;

/* How an item's text is made when it isn't made of the fields below. */
typedef bool (*CatalogWrite)(const Catalog *catalog, const CatalogItem *item, EntryOut *out,
                             Error *err);

struct CatalogItem {
    const CatalogKind *of;
    uint32_t classid;
    uint32_t objid;
    uint32_t table_oid; /* 0: none */
    Section section;
    CatalogPart part;
    const char *kind;
    const char *schema; /* NULL or text, as all that follow */
    const char *name;
    const char *owner;
    const char *target;
    const char *create_sql;
    const char *replace_sql;
    const char *drop_sql;
    const char *dummy_sql;
    const char *sort_key;
    const char *tablespace;
    const char *copy_out;   /* of a table's data */
    const char *copy_range; /* `COPY (SELECT … WHERE`, of a table that is read in pieces; NULL */
    const char *copy_in;
    const char *warning;  /* for who makes the backup */
    const char *table;    /* table_oid's name, qualified and quoted */
    const uint32_t *deps; /* pairs of classid and objid */
    size_t n_deps;        /* numbers, not pairs */
    uint64_t size_bytes;
    uint64_t heap_pages;
    bool may_truncate;
    CatalogText *texts;
    CatalogText **last_text;
    CatalogWrite write; /* NULL: the text is made of the fields */
};

/* A table, view … as catalog/relation.sql returns it. */
typedef struct CatalogRelation {
    uint32_t oid;
    uint32_t parent;         /* of a partition; 0: none */
    const uint32_t *parents; /* of a partition or a table that inherits */
    size_t n_parents;
    const char *name;   /* qualified and quoted */
    const char *schema; /* these two are not quoted */
    const char *plain_name;
    const char *extension; /* whose member it is; NULL */
    uint32_t owned_by;     /* a sequence's table; 0: none */
    bool is_identity;
    bool is_locked;
    bool is_readable;
    bool is_filtered;
} CatalogRelation;

struct Catalog {
    PgConnection *connection;
    const EngineContext *context;
    const BackupScope *scope;
    Arena *arena;
    VEC(CatalogRelation) relations;
    IdMap relation_by_oid;
    VEC(CatalogItem *) items;
    IdMap item_by_object;       /* catalog_key → place in items */
    VEC(uint64_t) aliases;      /* catalog_keys */
    IdMap alias_by_object;      /* catalog_key → place in aliases */
    const char *settings_sql;   /* tells a session what is left out */
    struct CatalogAhead *ahead; /* catalog_ahead.h; NULL: each query is run when it is asked for */
};

void catalog_init(Catalog *catalog, PgConnection *connection, const EngineContext *context,
                  const BackupScope *scope, Arena *arena);
void catalog_free(Catalog *catalog);
/* Runs catalog/<file>.sql, unless it was read ahead; the caller PQclear()s *out. Errors name it. */
bool catalog_query(Catalog *catalog, const char *file, PGresult **out, Error *err) MUST_CHECK;
/* Runs catalog/<file>.sql on any connection. */
bool catalog_query_on(PgConnection *connection, const char *file, PGresult **out,
                      Error *err) MUST_CHECK;
/* A query's text for a server of this major version: version markers obeyed. */
void catalog_fit(const char *sql, int major_version, Buffer *out);
/* The same of catalog/<file>.sql; ERR_INTERNAL when there is no such file. */
bool catalog_sql(const char *file, int major_version, Buffer *out, Error *err) MUST_CHECK;
/* The number of a column that the file must return. */
bool catalog_column(const PGresult *result, const char *file, const char *name, int *column,
                    Error *err) MUST_CHECK;
/* An oid; 0 for null. */
uint32_t catalog_oid(const PGresult *result, int row, int column);
/* A boolean; `otherwise` for null and for an absent column (-1). */
bool catalog_bool(const PGresult *result, int row, int column, bool otherwise);
/* relation.sql → relations. */
bool catalog_read_relations(Catalog *catalog, Error *err) MUST_CHECK;
/* ERR_UNSUPPORTED, naming them, when the database holds objects of kinds that no query knows. */
bool catalog_check_supported(Catalog *catalog, Error *err) MUST_CHECK;
/* All kinds → items, with comments and labels. *properties: database.sql's, for TocInfo. */
bool catalog_read_items(Catalog *catalog, const char **properties, Error *err) MUST_CHECK;
/* One number for pg_depend's two. */
uint64_t catalog_key(uint32_t classid, uint32_t objid);
/* The place in items of what stands for an object, maybe by an alias; DEPEND_NONE: nothing does. */
uint32_t catalog_find(const Catalog *catalog, uint64_t key);
/* A new item of C's own, to be filled. */
CatalogItem *catalog_add_item(Catalog *catalog, const CatalogKind *kind, Error *err) MUST_CHECK;

/* Which kinds of text are not written: TEXT_BITs. */
unsigned catalog_leaves_out(const Catalog *catalog);

/* Items → entries of toc, in the order in which they are to be written (catalog_entries.c). */
bool catalog_make_entries(Catalog *catalog, Toc *toc, Error *err) MUST_CHECK;
/* Puts each definition together once, before the first is written: what psql couldn't take must be
 * found before hours of data. */
bool catalog_check_entries(const Catalog *catalog, const Toc *toc, Error *err) MUST_CHECK;

#endif
