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

typedef struct Entry {
    uint32_t id; /* 1, 2, … in the order of the archive; dependencies name it */
    Section section;
    const char *kind;       /* pg_dump's word: "TABLE", "TABLE DATA", "FK CONSTRAINT" … */
    const char *schema;     /* NULL for what has none; names are not quoted */
    const char *name;       /* pg_dump's tag */
    const char *owner;      /* NULL for what has none of its own */
    const char *tablespace; /* NULL: the default one, or not applicable */
    const char *table;      /* schema-qualified and quoted, for what belongs to a table; or NULL. A
                               TABLE DATA without one must not be truncated: the table that its
                               COPY names holds other rows too */
    const char *drop_sql;   /* NULL for what isn't dropped on its own */
    const char *create_sql; /* while a backup is made; NULL when read from an archive or for data */
    const uint32_t *deps;   /* ids of entries that must be restored before this one */
    size_t n_deps;
    uint64_t size_estimate;  /* bytes of a table's data on the server; 0 otherwise */
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
/* 0 when the text names no section. */
Section section_from_name(const char *text);
/* False when memory is out. Room is for one chunk at first: most entries have no more. */
bool entry_add_chunk(Entry *entry, const Chunk *chunk) MUST_CHECK;
uint64_t entry_rows(const Entry *entry);
uint64_t entry_size(const Entry *entry);     /* bytes in the file */
uint64_t entry_raw_size(const Entry *entry); /* bytes of text */
/* "TABLE DATA public.orders", for people; never with a newline. */
void entry_label(const Entry *entry, char *out, size_t size);

#endif
