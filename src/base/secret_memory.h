/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Memory for keys and passphrases: not swapped out as far as the system allows it, in no core dump,
 * and wiped when it is given back.
 */
#ifndef DBB_BASE_SECRET_MEMORY_H
#define DBB_BASE_SECRET_MEMORY_H

#include <stddef.h>

/* Zeros; NULL when memory is out. */
void *secret_alloc(size_t size);
/* The size is that of secret_alloc; NULL is fine. */
void secret_free(void *secret, size_t size);

#endif
