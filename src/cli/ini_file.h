/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads configuration files: sections in brackets, `name = value`, comments on lines of their own.
 *
 * No library: inih, the small one of Debian, doesn't tell line numbers, takes an indented line for
 * more of the value before it, drops what follows a ], doesn't report a section without settings,
 * and cuts a line at 200 bytes without a word. Each of these would be a setting that is silently
 * another, or none.
 */
#ifndef DBB_CLI_INI_FILE_H
#define DBB_CLI_INI_FILE_H

#include <stddef.h>

#include "base/arena.h"
#include "base/error.h"

enum { INI_MOST_BYTES = 256 * 1024, INI_MOST_LINE = 4096 };

typedef struct IniLine {
    const char *section;
    const char *name;  /* NULL for the line that begins the section */
    const char *value; /* without blanks around it; perhaps "" */
    unsigned line;
} IniLine;

typedef bool IniHandler(void *owner, const IniLine *line, Error *err);

/* The file's text, in the arena, ended by a NUL. Refuses (ERR_REFUSED) a file that somebody else
 * than root and this user may write, for it decides where backups go. *text is NULL when there is
 * no such file, unless it must exist. */
bool ini_load(const char *path, bool must_exist, Arena *arena, char **text, size_t *len,
              Error *err) MUST_CHECK;
/* Hands each line to the handler; texts point into `text`, which is cut up. Errors, the handler's
 * too, begin with "PATH:LINE: ". */
bool ini_parse(char *text, size_t len, const char *path, IniHandler *handler, void *owner,
               Error *err) MUST_CHECK;

#endif
