/* SPDX-License-Identifier: Apache-2.0 */
/* Where a backup goes: the file that was named, or one with the usual name in a folder. */
#include "app/backup_path.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"

static bool is_folder(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* The database's name as part of a file's: no slash, no leading dot or dash, nothing unprintable.
 */
static void file_name_part(const char *database, char *out, size_t size)
{
    size_t len = 0;

    for (const char *p = database; *p != '\0' && len + 1 < size; p++) {
        unsigned char c = (unsigned char)*p;
        bool awkward = c == '/' || c < 0x20 || c == 0x7F || (len == 0 && (c == '.' || c == '-'));

        out[len++] = awkward ? '_' : *p;
    }
    out[len] = '\0';
}

bool backup_remove_manifest(const char *path, Error *err)
{
    char manifest[PATH_MAX + 8];

    (void)snprintf(manifest, sizeof manifest, "%s.json", path);
    if (unlink(manifest) != 0 && errno != ENOENT) {
        return error_set_errno(err, errno, "cannot remove the old manifest %s", manifest);
    }
    return true;
}

bool backup_path(const char *output, const char *backup_dir, const char *name, const char *suffix,
                 bool encrypted, int64_t started, char out[static PATH_MAX], bool *named,
                 Error *err)
{
    char stamp[16];
    char part[200];
    int len;

    *named = false;
    if (output == NULL) {
        output = backup_dir == NULL ? "." : backup_dir;
    } else if (strcmp(output, "-") == 0 ||
               (!is_folder(output) && output[strlen(output) - 1] != '/')) {
        *named = true;
        len = snprintf(out, PATH_MAX, "%s", output);
        return len < PATH_MAX ? true : error_set_errno(err, ENAMETOOLONG, "%s", output);
    }
    if (!is_folder(output)) {
        (void)error_set_errno(err, errno == 0 ? ENOTDIR : errno, "cannot write to folder %s",
                              output);
        return error_hint(err, "Make the folder, or name another with --backup-dir.");
    }
    clock_format_file(started, stamp);
    file_name_part(name, part, sizeof part);
    len = snprintf(out, PATH_MAX, "%s%s%s_%s%s%s", strcmp(output, ".") == 0 ? "" : output,
                   strcmp(output, ".") == 0 || output[strlen(output) - 1] == '/' ? "" : "/", part,
                   stamp, suffix, encrypted ? ".enc" : "");
    return len < PATH_MAX ? true : error_set_errno(err, ENAMETOOLONG, "%s", output);
}
