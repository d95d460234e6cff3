/* SPDX-License-Identifier: Apache-2.0 */
/* What to say of a file that can't be restored or verified. */
#include "app/file_refusal.h"

bool file_kind_usable(const char *path, FileKind kind, Error *err)
{
    switch (kind) {
    case FILE_SCRIPT_ARCHIVE:
    case FILE_SCRIPT_GZIP:
    case FILE_SCRIPT_ZSTD:
    case FILE_SCRIPT_PLAIN:
    case FILE_PG_CUSTOM:
    case FILE_PG_DIRECTORY:
    case FILE_TAR: /* by pg_dump, as its head will tell */
        return true;
    case FILE_EMPTY:
        (void)error_set(err, ERR_NOT_BACKUP, "%s is empty: not a backup", path);
        return error_hint(err, "The program that made it failed; look for an older backup.");
    case FILE_CLUSTER:
        (void)error_set(err, ERR_UNSUPPORTED,
                        "%s is a backup of a whole server, not of one database", path);
        return error_hint(err, "`dbbackup restore cluster` restores it.");
    case FILE_ENCRYPTED: /* within another file: an encrypted one itself is opened before */
    case FILE_UNKNOWN:
        break;
    }
    (void)error_set(err, ERR_NOT_BACKUP, "%s is not a backup that dbbackup knows", path);
    return error_hint(err, "Known are SQL scripts: plain, gzip or zstd, by dbbackup or others; and "
                           "pg_dump's own formats.");
}
