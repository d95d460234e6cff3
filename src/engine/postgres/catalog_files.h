/* SPDX-License-Identifier: Apache-2.0 */
/* The queries of src/engine/postgres/catalog/, built into the binary. */
#ifndef DBB_ENGINE_POSTGRES_CATALOG_FILES_H
#define DBB_ENGINE_POSTGRES_CATALOG_FILES_H

#include <stddef.h>

typedef struct CatalogFile {
    const char *name; /* the file's, without .sql */
    const char *sql;
} CatalogFile;

extern const CatalogFile catalog_files[];
extern const size_t n_catalog_files;

#endif
