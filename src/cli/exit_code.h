/* SPDX-License-Identifier: Apache-2.0 */
/* The program's exit status. docs/cli.md promises these numbers. */
#ifndef DBB_CLI_EXIT_CODE_H
#define DBB_CLI_EXIT_CODE_H

#include "base/error.h"

enum {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,      /* the command line is wrong, or a confirmation is missing */
    EXIT_INCOMPLETE = 3, /* some databases failed, each was named; the others are good */
    EXIT_DAMAGED = 4,    /* the file is damaged, no backup, or of another key */
    EXIT_SIGNAL = 128,
};

/* signal is the one that asked the program to stop, or 0. */
int exit_code(ErrorCode code, int signal);

#endif
