/* SPDX-License-Identifier: Apache-2.0 */
/* Pages of their own: what the system is asked for holds for whole pages only. */
#include "base/secret_memory.h"

#include <string.h>
#include <sys/mman.h>

void *secret_alloc(size_t size)
{
    void *secret = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (secret == MAP_FAILED) {
        return NULL;
    }
    /* Neither is worth a failure: a container may allow no locked memory at all. */
    (void)mlock(secret, size);
    (void)madvise(secret, size, MADV_DONTDUMP);
    return secret;
}

void secret_free(void *secret, size_t size)
{
    if (secret != NULL) {
        explicit_bzero(secret, size);
        (void)munmap(secret, size);
    }
}
