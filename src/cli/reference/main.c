/* SPDX-License-Identifier: Apache-2.0 */
/* dbbackup-reference man|bash|zsh|fish: prints that file. */
#include "cli/reference/reference.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/compiler.h"

int main(int argc, char *argv[])
{
    static const struct {
        const char *name;
        void (*print)(void);
    } files[] = {
        {"man", reference_man},
        {"bash", reference_bash},
        {"zsh", reference_zsh},
        {"fish", reference_fish},
    };

    for (size_t i = 0; i < ARRAY_LENGTH(files); i++) {
        if (argc == 2 && strcmp(argv[1], files[i].name) == 0) {
            files[i].print();
            return ferror(stdout) == 0 && fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
        }
    }
    (void)fprintf(stderr, "usage: dbbackup-reference man|bash|zsh|fish\n");
    return 2;
}
