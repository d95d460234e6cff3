/* SPDX-License-Identifier: Apache-2.0 */
/* Which of some known words was probably meant by one that is mistyped. */
#ifndef DBB_CLI_CLOSEST_H
#define DBB_CLI_CLOSEST_H

#include <stddef.h>

typedef struct Closest {
    const char *word;
    size_t len;
    const char *best; /* NULL as long as none is close */
    size_t distance;
} Closest;

Closest closest_begin(const char *word, size_t len);
void closest_try(Closest *closest, const char *known);

#endif
