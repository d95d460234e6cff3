/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A folder for as long as a run lasts: PREFIX.XXXXXX with six letters or digits, for its owner
 * only. A file in it is locked for as long as the run lives; so one that a killed run left is known
 * by the next one, which removes it.
 */
#ifndef DBB_BASE_RUN_FOLDER_H
#define DBB_BASE_RUN_FOLDER_H

#include <limits.h>
#include <stdbool.h>

#include "base/error.h"
#include "base/event.h"

typedef struct RunFolder {
    char path[PATH_MAX]; /* "": there is none */
    int owner_fd;        /* the lock; -1: the file system has none */
} RunFolder;

/* $TMPDIR, or /tmp. */
const char *run_folder_usual_parent(void);
/* In `parent`, which ends with a slash, or is "". Those of killed runs of this user with the same
 * prefix are removed there, which `events` hear of as a notice. */
bool run_folder_make(const char *parent, const char *prefix, const EventSink *events,
                     RunFolder *folder, Error *err) MUST_CHECK;
/* With all that is in it; {0} is fine. False when something couldn't be removed. */
bool run_folder_remove(RunFolder *folder);

#endif
