/* SPDX-License-Identifier: Apache-2.0 */
/* Configuration files: whom they are taken from, and their lines. */
#include "cli/ini_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

/* --- The file ----------------------------------------------------------------------------- */

static bool check_trust(const char *path, const struct stat *status, Error *err)
{
    if (!S_ISREG(status->st_mode)) {
        return error_set(err, ERR_REFUSED, "%s is not a regular file", path);
    }
    if (status->st_uid != 0 && status->st_uid != geteuid()) {
        (void)error_set(err, ERR_REFUSED,
                        "%s belongs to another user (id %ld): its settings aren't taken", path,
                        (long)status->st_uid);
        return error_hint(err, "It must belong to root or to you; --no-config does without it.");
    }
    if ((status->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
        (void)error_set(err, ERR_REFUSED,
                        "%s can be written by other users: its settings aren't taken", path);
        return error_hint(err, "chmod go-w %s", path);
    }
    if (status->st_size > INI_MOST_BYTES) {
        return error_set(err, ERR_LIMIT, "%s is longer than %d bytes", path, INI_MOST_BYTES);
    }
    return true;
}

/* A folder that this user may not enter hides whether there is a file: as with `sudo -u`, where
 * HOME is still somebody else's. A file that is there but can't be read is an error. */
static bool is_absent(const char *path, int errnum)
{
    struct stat status;

    return errnum == ENOENT || errnum == ENOTDIR ||
           (errnum == EACCES && stat(path, &status) != 0 && errno == EACCES);
}

static bool read_open(int fd, const char *path, Arena *arena, char **text, size_t *len, Error *err)
{
    struct stat status;
    char *data;

    if (fstat(fd, &status) != 0) {
        return error_set_errno(err, errno, "cannot read %s", path);
    }
    if (!check_trust(path, &status, err)) {
        return false;
    }
    data = arena_alloc(arena, (size_t)status.st_size + 1);
    if (data == NULL) {
        return error_set_memory(err, "a configuration file");
    }
    if (!file_read(fd, path, data, (size_t)status.st_size, len, err)) {
        return false;
    }
    *text = data;
    return true;
}

bool ini_load(const char *path, bool must_exist, Arena *arena, char **text, size_t *len, Error *err)
{
    /* Not to wait where a FIFO lies. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    bool ok;

    *text = NULL;
    *len = 0;
    if (fd < 0) {
        return (!must_exist && is_absent(path, errno)) ||
               error_set_errno(err, errno, "cannot open the configuration file %s", path);
    }
    ok = read_open(fd, path, arena, text, len, err);
    (void)close(fd);
    return ok;
}

/* --- Its lines ---------------------------------------------------------------------------- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

/* Ends text before the blanks at its end; returns it without those at its beginning. */
static char *trim(char *text)
{
    size_t len = strlen(text);

    while (len > 0 && is_blank(text[len - 1])) {
        text[--len] = '\0';
    }
    while (is_blank(*text)) {
        text++;
    }
    return text;
}

static bool check_bytes(const char *line, size_t len, Error *err)
{
    if (len > INI_MOST_LINE) {
        return error_set(err, ERR_USAGE, "the line is longer than %d bytes", INI_MOST_LINE);
    }
    for (size_t i = 0; i < len; i++) {
        unsigned char c = (unsigned char)line[i];

        if ((c < 0x20 && !is_blank(line[i])) || c == 0x7F) {
            return error_set(err, ERR_USAGE, "the line holds a control character");
        }
    }
    return true;
}

static bool read_section(char *line, IniLine *out, Error *err)
{
    char *end = strchr(line, ']');

    if (end == NULL || end[1] != '\0') {
        return error_set(err, ERR_USAGE, "a section is one word in brackets: [backup]");
    }
    *end = '\0';
    out->section = trim(line + 1);
    out->name = NULL;
    out->value = NULL;
    return true;
}

static bool read_setting(char *line, IniLine *out, Error *err)
{
    char *equals = strchr(line, '=');

    if (equals == NULL || equals == line) {
        /* The line may hold a secret that went astray: it isn't repeated. */
        (void)error_set(err, ERR_USAGE, "this is no setting");
        return error_hint(err, "A setting is NAME = VALUE; of a flag, NAME = yes.");
    }
    if (out->section == NULL) {
        (void)error_set(err, ERR_USAGE, "a setting before the first section");
        return error_hint(err, "Put [defaults] above it, or the name of a command: [backup]");
    }
    *equals = '\0';
    out->name = trim(line);
    out->value = trim(equals + 1);
    return true;
}

static bool take_line(char *line, IniLine *at, IniHandler *handler, void *owner, Error *err)
{
    line = trim(line);
    if (*line == '\0' || *line == '#' || *line == ';') {
        return true;
    }
    return (*line == '[' ? read_section(line, at, err) : read_setting(line, at, err)) &&
           handler(owner, at, err);
}

bool ini_parse(char *text, size_t len, const char *path, IniHandler *handler, void *owner,
               Error *err)
{
    char *end = text + len;
    IniLine at = {0};

    while (text < end) {
        char *newline = memchr(text, '\n', (size_t)(end - text));
        char *line_end = newline != NULL ? newline : end;

        at.line++;
        *line_end = '\0';
        if (!check_bytes(text, (size_t)(line_end - text), err) ||
            !take_line(text, &at, handler, owner, err)) {
            return error_prefix(err, "%s:%u", path, at.line);
        }
        text = line_end + 1;
    }
    return true;
}
