/* SPDX-License-Identifier: Apache-2.0 */
/* A backup that is a folder of files: NAME.partial until it is whole, and then NAME, as of files.
 */
#ifndef DBB_APP_BACKUP_FOLDER_H
#define DBB_APP_BACKUP_FOLDER_H

#include <limits.h>
#include <stdint.h>

#include "base/error.h"

typedef struct BackupFolder {
    char path[PATH_MAX];
    char partial[PATH_MAX];
    int fd; /* of the partial one, locked; -1: not open */
} BackupFolder;

/* An empty partial folder, for its owner alone. ERR_REFUSED when path exists already. */
bool backup_folder_open(BackupFolder *folder, const char *path, Error *err) MUST_CHECK;
/* Has every file on disk, and counts their bytes. */
bool backup_folder_sync(BackupFolder *folder, uint64_t *bytes, Error *err) MUST_CHECK;
/* Gives it its name. On failure it is removed. Closes either way. */
bool backup_folder_commit(BackupFolder *folder, Error *err) MUST_CHECK;
/* Removes it, with its files; does nothing when it isn't open. */
void backup_folder_abort(BackupFolder *folder);

#endif
