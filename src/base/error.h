/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Errors as values. A function that can fail returns bool and fills `Error *err`, its last
 * parameter, which is never NULL. On failure its other outputs are untouched. Whoever finds the
 * error says what it was about and why; whoever knows what to do next adds the hint.
 *
 *     if (!file_open(path, &fd, err)) {
 *         return false;
 *     }
 */
#ifndef DBB_BASE_ERROR_H
#define DBB_BASE_ERROR_H

#include <stdbool.h>

#include "base/compiler.h"

typedef enum ErrorCode {
    ERR_NONE = 0,
    ERR_USAGE,       /* the command line is wrong */
    ERR_REFUSED,     /* would overwrite something; needs a confirmation */
    ERR_DAMAGED,     /* a file is cut, altered or not what it says it is */
    ERR_NOT_BACKUP,  /* a file that holds no backup that we know */
    ERR_IO,          /* the operating system said no: os_errno tells */
    ERR_CONNECT,     /* no connection to the server could be made */
    ERR_SERVER,      /* the server refused a statement: sqlstate tells */
    ERR_LOST,        /* the connection to the server broke */
    ERR_CANCELLED,   /* a signal asked us to stop */
    ERR_MEMORY,      /* an allocation failed */
    ERR_LIMIT,       /* something from outside is larger than we accept */
    ERR_UNSUPPORTED, /* known, but not done by this version */
    ERR_INCOMPLETE,  /* some of several databases failed, each was named; the others are good */
    ERR_INTERNAL,    /* a promise between our own parts was broken */
    ERR_TOOL,        /* a program of somebody else's failed: pg_dump, mysql … */
    ERR_KEY,         /* a file is encrypted, and not with the key that was given */
} ErrorCode;

typedef struct Error {
    ErrorCode code;
    int os_errno;       /* 0 when the operating system had no part in it */
    char sqlstate[6];   /* "" when the server had no part in it */
    char message[4096]; /* one or more lines, no newline at the end; cut with "…" when longer */
    char hint[1024];    /* what to do next; "" when there is nothing to say */
} Error;

/* All return false, so that `return error_set(…)` is the usual form. */
bool error_set(Error *err, ErrorCode code, const char *format, ...) PRINTF_LIKE(3, 4);
/* Adds ": " and the text of errnum. ENOSPC and EDQUOT get a hint of their own. */
bool error_set_errno(Error *err, int errnum, const char *format, ...) PRINTF_LIKE(3, 4);
bool error_set_memory(Error *err, const char *what);
/* Puts "context: " before the message; code, sqlstate and hint stay. */
bool error_prefix(Error *err, const char *format, ...) PRINTF_LIKE(2, 3);
/* Sets the hint unless there is one already. */
bool error_hint(Error *err, const char *format, ...) PRINTF_LIKE(2, 3);
void error_clear(Error *err);

#endif
