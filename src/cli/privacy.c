/* SPDX-License-Identifier: Apache-2.0 */
/* What others on the machine can see of the process. */
#include "cli/privacy.h"

#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "base/secret.h"

/* As far as the system lets us: where it doesn't, no password is any the less in its place. */
void privacy_begin(void)
{
    struct rlimit core = {.rlim_cur = 1, .rlim_max = 1};
    struct rlimit now;

    (void)umask(umask(077) | 077);
    (void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
    /* 1, and not 0: this alone also keeps the kernel from handing a dump to a program that collects
     * them. The programs that we run inherit it. */
    if (getrlimit(RLIMIT_CORE, &now) == 0 && now.rlim_max > 0) {
        (void)setrlimit(RLIMIT_CORE, &core);
    }
}

char **privacy_take_arguments(int argc, char *argv[], Error *err)
{
    char **copy = calloc((size_t)argc + 1, sizeof *copy);

    for (int i = 0; copy != NULL && i < argc; i++) {
        copy[i] = strdup(argv[i]);
        if (copy[i] == NULL) {
            privacy_arguments_free(copy);
            copy = NULL;
            break;
        }
        secret_mask(argv[i], "");
    }
    if (copy == NULL) {
        (void)error_set_memory(err, "the arguments");
    }
    return copy;
}

void privacy_arguments_free(char **arguments)
{
    for (char **one = arguments; one != NULL && *one != NULL; one++) {
        explicit_bzero(*one, strlen(*one));
        free(*one);
    }
    free(arguments);
}
