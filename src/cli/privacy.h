/* SPDX-License-Identifier: Apache-2.0 */
/* What others on the machine can see of the process: nothing that is secret. */
#ifndef DBB_CLI_PRIVACY_H
#define DBB_CLI_PRIVACY_H

#include "base/error.h"

/* No core dumps, of this process or the programs that it runs; the environment and memory closed to
 * other processes of the same user; and whatever is written from here on is for its owner only,
 * unless the umask allows less. Comes first in main(). */
void privacy_begin(void);

/* A copy of the arguments, NULL-ended, whose originals lose their passwords: ps shows `*`. To be
 * ended with privacy_arguments_free, which wipes it. NULL: out of memory. */
char **privacy_take_arguments(int argc, char *argv[], Error *err);
void privacy_arguments_free(char **arguments);

#endif
