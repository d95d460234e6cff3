/* SPDX-License-Identifier: Apache-2.0 */
/* What the parts of the info command share; nobody else includes it. */
#ifndef DBB_CLI_INFO_PARTS_H
#define DBB_CLI_INFO_PARTS_H

#include "app/app.h"
#include "cli/table.h"

#define INFO_TEXT_LIMIT ((size_t)256 * 1024 * 1024)

/* A line of the facts; nothing for NULL and "". */
void info_add_fact(Table *table, const char *name, const char *text);
/* "PostgreSQL" */
const char *info_dbms_name(const char *dbms);
/* "FILE: what it is" */
void info_print_path(const char *path, const char *what);
/* Whether the manifest, NULL if there is none, fits the file. */
const char *info_manifest_state(const Manifest *manifest, uint64_t file_size);

/* A file that was opened, and what lies on the disk. */
typedef struct InfoFile {
    const char *path;
    Source *source; /* its bytes, or what it holds encrypted */
    bool encrypted;
    uint64_t size; /* of the file */
} InfoFile;

/* Takes over file->source. */
bool info_show_cluster(const InfoFile *file, bool as_json, Error *err) MUST_CHECK;

#endif
