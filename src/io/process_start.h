/* SPDX-License-Identifier: Apache-2.0 */
/* How a program is started, for process.c and background.c; nobody else includes it. */
#ifndef DBB_IO_PROCESS_START_H
#define DBB_IO_PROCESS_START_H

#include "io/process.h"

/* Forks. ends: its standard input, output and error, and the end that is written of a pipe, which
 * is closed when the program has taken over; all of them close-on-exec. They stay the caller's. */
bool process_launch(const ProcessSpec *spec, const int ends[static 4], pid_t *pid,
                    Error *err) MUST_CHECK;
/* Waits until it has, at the pipe's other end; the caller has closed the first. */
bool process_check_started(const ProcessSpec *spec, int started, Error *err) MUST_CHECK;

#endif
