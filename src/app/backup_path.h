/* SPDX-License-Identifier: Apache-2.0 */
/* Where a backup goes. */
#ifndef DBB_APP_BACKUP_PATH_H
#define DBB_APP_BACKUP_PATH_H

#include <limits.h>
#include <stdint.h>

#include "base/error.h"

/* The file that the user named with output, or FOLDER/NAME_YYYYmmdd_HHMMSSsuffix, with ".enc"
 * behind it when it is to be encrypted; output "-" is itself. output and backup_dir are as in
 * BackupRequest. *named tells that the user chose the file himself; then an older one is replaced,
 * as pg_dump -f does. */
bool backup_path(const char *output, const char *backup_dir, const char *name, const char *suffix,
                 bool encrypted, int64_t started, char out[static PATH_MAX], bool *named,
                 Error *err) MUST_CHECK;
/* The manifest of a file that is replaced goes first: it must never describe another file. But not
 * before the new one is on disk: until then the old backup must stay as it is. */
bool backup_remove_manifest(const char *path, Error *err) MUST_CHECK;

#endif
