/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Runs a program of somebody else's, without a shell: its arguments are a vector, its input and
 * output are streams of ours, and what it says on standard error becomes events. It dies when we
 * die, and none of our files are open in it.
 */
#ifndef DBB_IO_PROCESS_H
#define DBB_IO_PROCESS_H

#include <sys/types.h>

#include "base/event.h"
#include "io/stream.h"
#include "sched/cancel.h"

/* As whom a program runs that root starts. */
typedef struct ProcessUser {
    uid_t uid;
    gid_t gid;
} ProcessUser;

typedef struct ProcessSpec {
    const char *program;     /* its file, with a slash in it */
    const char *const *argv; /* ended by NULL; argv[0] is what messages call it */
    /* What its environment has besides ours, ended by NULL: "NAME=value", or "NAME" for a variable
     * that it must not have. May be NULL. The program's messages are always in English. */
    const char *const *environment;
    Reader *input;           /* NULL: an empty one */
    Writer *output;          /* NULL: what it writes to standard output is dropped */
    int secret_fd;           /* a descriptor that it gets, under the same number; 0: none */
    int death_signal;        /* what it gets when we die; 0: SIGKILL */
    const ProcessUser *user; /* NULL: as whom we run */
    const char *folder;      /* where it begins; NULL: where we are */
    const EventSink *events;
    const Cancel *cancel;
} ProcessSpec;

/* Waits for its end. ERR_TOOL, with the last lines that it said, unless that was status 0; ERR_IO
 * when these lines tell that there is no room on the disk. A cancel ends it (SIGTERM, after some
 * seconds SIGKILL), and so does a failure of `input` or `output`, which is then the error. */
bool process_run(const ProcessSpec *spec, Error *err) MUST_CHECK;

/* A descriptor of a file in memory with this text, which vanishes with the last process that has
 * it, and that only its owner may read. *path is the name by which the program opens it. */
#define PROCESS_SECRET_PATH_SIZE 32
bool process_secret(const char *text, size_t len, int *fd, char path[PROCESS_SECRET_PATH_SIZE],
                    Error *err) MUST_CHECK;

#endif
