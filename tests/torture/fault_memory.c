/* SPDX-License-Identifier: Apache-2.0 */
/* Counts and fails allocations. Left out where a sanitizer brings its own. */
#include <errno.h>
#include <stdlib.h>

#include "fault.h"

/* glibc's own, which are there before dlsym works. */
extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t n, size_t size);
extern void *__libc_realloc(void *old, size_t size);

void *malloc(size_t size)
{
    return IS_FAILED(FAULT_ALLOC) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
    return IS_FAILED(FAULT_ALLOC) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *old, size_t size)
{
    return IS_FAILED(FAULT_ALLOC) ? NULL : __libc_realloc(old, size);
}

int posix_memalign(void **out, size_t alignment, size_t size)
{
    REAL(posix_memalign);
    return IS_FAILED(FAULT_ALLOC) ? ENOMEM : real(out, alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
    REAL(aligned_alloc);
    return IS_FAILED(FAULT_ALLOC) ? NULL : real(alignment, size);
}
