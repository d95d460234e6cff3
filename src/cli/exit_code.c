/* SPDX-License-Identifier: Apache-2.0 */
/* The program's exit status for each kind of error. */
#include "cli/exit_code.h"

int exit_code(ErrorCode code, int signal)
{
    static const int codes[] = {
        [ERR_NONE] = EXIT_DONE,          [ERR_USAGE] = EXIT_USAGE,
        [ERR_REFUSED] = EXIT_USAGE,      [ERR_DAMAGED] = EXIT_DAMAGED,
        [ERR_NOT_BACKUP] = EXIT_DAMAGED, [ERR_IO] = EXIT_FAILED,
        [ERR_CONNECT] = EXIT_FAILED,     [ERR_SERVER] = EXIT_FAILED,
        [ERR_LOST] = EXIT_FAILED,        [ERR_CANCELLED] = EXIT_FAILED,
        [ERR_MEMORY] = EXIT_FAILED,      [ERR_LIMIT] = EXIT_FAILED,
        [ERR_UNSUPPORTED] = EXIT_FAILED, [ERR_INCOMPLETE] = EXIT_INCOMPLETE,
        [ERR_INTERNAL] = EXIT_FAILED,    [ERR_TOOL] = EXIT_FAILED,
        [ERR_KEY] = EXIT_DAMAGED,
    };

    /* Work that is done before the signal is seen is done. Whatever failed after it failed because
     * of it, whoever reports it. */
    if (code != ERR_NONE && signal != 0) {
        return EXIT_SIGNAL + signal;
    }
    return codes[code];
}
