/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program that works beside us until it is told to end: a server. What it says goes into a file.
 * It dies when the thread that has started it does, as other programs that we run (process.h).
 */
#ifndef DBB_IO_BACKGROUND_H
#define DBB_IO_BACKGROUND_H

#include "io/process.h"

typedef struct Background {
    pid_t pid;  /* 0: none was started */
    int status; /* of waitpid, once it has ended */
    bool ended;
} Background;

/* Of the spec, all but input, output, events and cancel counts. log_fd takes its standard output
 * and error; it stays the caller's. True when the program has taken over. */
bool background_start(const ProcessSpec *spec, int log_fd, Background *out, Error *err) MUST_CHECK;
/* Whether it runs yet. */
bool background_lives(Background *background);
/* Sends it the signal, and after so many seconds of waiting SIGKILL; comes back when it is gone.
 * {0} is fine. */
void background_end(Background *background, int signal, unsigned seconds);

#endif
