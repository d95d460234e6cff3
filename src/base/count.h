/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers of things that may not have been counted: what isn't known isn't 0, and isn't shown. */
#ifndef DBB_BASE_COUNT_H
#define DBB_BASE_COUNT_H

#include <stdbool.h>
#include <stdint.h>

#define COUNT_UNKNOWN UINT64_MAX

static inline bool count_is_known(uint64_t count)
{
    return count != COUNT_UNKNOWN;
}

/* Of a sum that lacks a part nothing is known. */
static inline uint64_t count_add(uint64_t one, uint64_t other)
{
    return count_is_known(one) && count_is_known(other) ? one + other : COUNT_UNKNOWN;
}

#endif
