/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of contents of a backup: what it is a backup of, and its entries. An engine fills it
 * from a server's catalog; an archive writer adds where each entry lies; an archive reader gives it
 * back. All strings are UTF-8 or the server's bytes, NUL-ended, and belong to the arena.
 */
#ifndef DBB_ARCHIVE_TOC_H
#define DBB_ARCHIVE_TOC_H

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/vec.h"

typedef enum Section {
    SECTION_PRE_DATA = 1,
    SECTION_DATA,
    SECTION_POST_DATA,
} Section;

/* One complete piece of an entry's text, in one or more members that lie side by side. */
typedef struct Chunk {
    uint64_t offset;   /* of its first member, in bytes from the start of the file */
    uint64_t size;     /* bytes in the file */
    uint64_t raw_size; /* bytes of text */
    uint64_t rows;     /* of a table's data; 0 for definitions */
    uint64_t hash;     /* XXH3-64 of the `size` bytes in the file */
} Chunk;

/* What a definition's text is made of. A restore may leave out any of them but the definition. */
typedef enum TextKind {
    TEXT_DEFINITION,
    TEXT_DROP,         /* drops an older one first */
    TEXT_TABLESPACE,   /* chooses the tablespace for what follows, and the default one after it */
    TEXT_OWNER,        /* ALTER … OWNER TO */
    TEXT_COMMENT,      /* COMMENT ON */
    TEXT_LABEL,        /* SECURITY LABEL */
    TEXT_PRIVILEGE,    /* GRANT and REVOKE that aren't an entry of their own */
    TEXT_ROLE_SETTING, /* ALTER ROLE … IN DATABASE */
    N_TEXT_KINDS,
} TextKind;

/* A set of kinds. */
#define TEXT_BIT(kind) (1U << (kind))

/* A piece of an entry's text, whole statements. */
typedef struct TextPart {
    TextKind kind;
    uint64_t size; /* bytes of text */
} TextPart;

typedef struct Entry {
    uint32_t id; /* 1, 2, … in the order of the archive; dependencies name it */
    Section section;
    const char *kind;       /* pg_dump's word: "TABLE", "TABLE DATA", "FK CONSTRAINT" … */
    const char *schema;     /* NULL for what has none; names are not quoted */
    const char *name;       /* pg_dump's tag */
    const char *owner;      /* NULL for what has none of its own */
    const char *tablespace; /* NULL: the default one, or not applicable */
    const char *table;    /* schema-qualified and quoted, for what belongs to a table, view …; or
                             NULL. A TABLE DATA without one must not be truncated: the table that its
                             COPY names holds other rows too */
    const char *drop_sql; /* NULL for what isn't dropped on its own */
    const char *create_sql; /* while a backup is made; NULL when read from an archive or for data */
    const uint32_t *deps;   /* ids of entries that must be restored before this one */
    size_t n_deps;
    const uint32_t *parents; /* of a table: ids of those it inherits from, or is a partition of */
    size_t n_parents;
    const TextPart *parts; /* one behind the other, all of the text; NULL: all is definition */
    size_t n_parts;
    uint64_t size_estimate;  /* bytes of a table's data on the server; 0 otherwise */
    uint32_t n_pieces;       /* while a backup is made: in how many pieces its data is written, by
                                several workers at once; 0: in one */
    bool with_history;       /* of a table's data: rows of all times, not only those of now */
    uint64_t content;        /* of a table's data, and that of large objects: the sum, modulo 2^64,
                                of content_hash of all rows; 0: not known, or there are none */
    const void *engine_data; /* the engine's own while a backup is made */
    VEC(Chunk) chunks;       /* on the heap, freed by toc_free */
} Entry;

typedef VEC(Entry) EntryVec;

/* Facts about the whole. NULL where not known. */
typedef struct TocInfo {
    const char *dbms;           /* "postgres" */
    const char *server_version; /* as the server names it: "15.18 (Debian 15.18-0+deb12u1)" */
    int server_version_number;  /* 150018 */
    const char *database;
    const char *encoding;            /* the script's: "UTF8" */
    const char *database_properties; /* JSON object the engine made, to create the database from */
    const char *search_path;         /* JSON array of schemas: where plain names are looked for */
    const char *selection;           /* JSON object of the options that left something out; NULL:
                                        the backup is of all that the database holds */
    const char *snapshot;
    const char *dbbackup_version;
    const char *started;     /* ISO 8601, UTC */
    const char *compression; /* "gzip:4", "none" … */
} TocInfo;

typedef struct Toc {
    Arena arena;
    TocInfo info;
    EntryVec entries;
} Toc;

void toc_init(Toc *toc);
void toc_free(Toc *toc);
const char *section_name(Section section); /* "pre-data" … */
const char *text_kind_name(TextKind kind);
/* N_TEXT_KINDS when the text names no kind. */
TextKind text_kind_from_name(const char *text);
/* 0 when the text names no section. */
Section section_from_name(const char *text);
/* A table of contents of those entries of toc that are taken (one bool for each). It borrows all
 * else, so toc must outlive it and not change; freed by toc_subset_free. Ids and dependencies stay
 * as they are: some may name what isn't there. */
bool toc_subset(const Toc *toc, const bool *taken, Toc *subset, Error *err) MUST_CHECK;
void toc_subset_free(Toc *subset);
/* False when memory is out. Room is for one chunk at first: most entries have no more. */
bool entry_add_chunk(Entry *entry, const Chunk *chunk) MUST_CHECK;
uint64_t entry_rows(const Entry *entry);
/* XXH3-64 of a row's text, without what stands between two rows. The sum of all says what a table
 * holds, in whatever order its rows come. */
uint64_t content_hash(const void *row, size_t len);
uint64_t entry_size(const Entry *entry);     /* bytes in the file */
uint64_t entry_raw_size(const Entry *entry); /* bytes of text */
/* Stands in the script for psql, mysql and the like, which read no index: no part of a restore by
 * it. */
bool entry_is_for_clients(const Entry *entry);
/* "TABLE DATA public.orders", for people; never with a newline. */
void entry_label(const Entry *entry, char *out, size_t size);

#endif
