/* SPDX-License-Identifier: Apache-2.0 */
/* What the manifest's writer and reader share; nobody else includes it. */
#ifndef DBB_ARCHIVE_MANIFEST_FILE_H
#define DBB_ARCHIVE_MANIFEST_FILE_H

#include "archive/manifest.h"
#include "base/buffer.h"

/* Also what tells a manifest from any other JSON file. */
#define MANIFEST_VERSION_KEY "dbbackup_manifest"

enum { MANIFEST_VERSION = 1, MANIFEST_MAX_BYTES = 256 * 1024 * 1024 };

/* backup_path + ".json", for free(); NULL, with err filled, when memory is out. */
char *manifest_path(const char *backup_path, Error *err) MUST_CHECK;
/* Its text. *found is false, with success, when there is none. */
bool manifest_load(const char *path, Buffer *text, bool *found, Error *err) MUST_CHECK;
/* `name` is for messages. */
bool manifest_parse(const char *text, size_t len, const char *name, Manifest *manifest,
                    Error *err) MUST_CHECK;

#endif
