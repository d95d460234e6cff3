/* SPDX-License-Identifier: Apache-2.0 */
/* In a build that counts which lines were run: what writes these counts down, when the program has
 * ended or another takes its place, is none of the program's, and never sees a failure. */
#include <pthread.h>
#include <stdlib.h>

#include "fault.h"

typedef int Main(int argc, char **argv, char **environment);

static Main *program;

static int run(int argc, char **argv, char **environment)
{
    /* Called after all that the program has at its end, and before its counts are written. */
    if (atexit(fault_end) != 0 || pthread_atfork(NULL, NULL, fault_end) != 0) {
        abort();
    }
    return program(argc, argv, environment);
}

/* Who calls main(). */
int __libc_start_main(Main *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*loader_fini)(void), void *stack);
int __libc_start_main(Main *main, int argc, char **argv, void (*init)(void), void (*fini)(void),
                      void (*loader_fini)(void), void *stack)
{
    static __typeof__(&__libc_start_main) real;

    fault_next(__func__, &real);
    program = main;
    return real(run, argc, argv, init, fini, loader_fini, stack);
}
