/* SPDX-License-Identifier: Apache-2.0 */
/* Errors as values: filling and decorating them. */
#include "base/error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/secret.h"

/* Marks text that did not fit, so that nobody takes the cut for the end. */
static void mark_cut(char *text, size_t size, int wanted)
{
    static const char ellipsis[] = "…";

    if (wanted < 0) {
        (void)snprintf(text, size, "(message could not be formatted)");
    } else if ((size_t)wanted >= size) {
        memcpy(text + size - sizeof ellipsis, ellipsis, sizeof ellipsis);
    }
}

bool error_set(Error *err, ErrorCode code, const char *format, ...)
{
    va_list args;

    error_clear(err);
    err->code = code;
    va_start(args, format);
    mark_cut(err->message, sizeof err->message,
             vsnprintf(err->message, sizeof err->message, format, args));
    va_end(args);
    secret_mask(err->message, SECRET_IN_A_MESSAGE);
    return false;
}

bool error_set_errno(Error *err, int errnum, const char *format, ...)
{
    char reason[256];
    size_t used;
    va_list args;

    error_clear(err);
    err->code = ERR_IO;
    err->os_errno = errnum;
    va_start(args, format);
    mark_cut(err->message, sizeof err->message,
             vsnprintf(err->message, sizeof err->message, format, args));
    va_end(args);
    secret_mask(err->message, SECRET_IN_A_MESSAGE);
    used = strlen(err->message);
    mark_cut(err->message + used, sizeof err->message - used,
             snprintf(err->message + used, sizeof err->message - used, ": %s",
                      strerror_r(errnum, reason, sizeof reason))); /* GNU's: returns the text */
    if (errnum == ENOSPC || errnum == EDQUOT) {
        (void)error_hint(err, "Free space there, or name another place with --output.");
    } else if (errnum == EFBIG) {
        (void)error_hint(err, "Raise the limit of a file's size (ulimit -f), or name a place with "
                              "another file system.");
    }
    return false;
}

bool error_set_memory(Error *err, const char *what)
{
    return error_set(err, ERR_MEMORY, "out of memory while working on %s", what);
}

bool error_prefix(Error *err, const char *format, ...)
{
    char text[sizeof err->message];
    int used;
    va_list args;

    va_start(args, format);
    used = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (used >= 0 && (size_t)used < sizeof text) {
        size_t room = sizeof text - (size_t)used;

        mark_cut(text + used, room, snprintf(text + used, room, ": %s", err->message));
        memcpy(err->message, text, sizeof text);
    }
    return false;
}

bool error_hint(Error *err, const char *format, ...)
{
    va_list args;

    if (err->hint[0] == '\0') {
        va_start(args, format);
        mark_cut(err->hint, sizeof err->hint, vsnprintf(err->hint, sizeof err->hint, format, args));
        va_end(args);
    }
    return false;
}

void error_clear(Error *err)
{
    err->code = ERR_NONE;
    err->os_errno = 0;
    err->sqlstate[0] = '\0';
    err->message[0] = '\0';
    err->hint[0] = '\0';
}
