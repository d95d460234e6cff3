/* SPDX-License-Identifier: Apache-2.0 */
/* What other programs are told of a server. */
#include <stdlib.h>
#include <string.h>

#include "engine/engine.h"

void server_facts_init(ServerFacts *facts)
{
    *facts = (ServerFacts){0};
    arena_init(&facts->arena);
}

void server_facts_free(ServerFacts *facts)
{
    if (facts->secret != NULL) {
        explicit_bzero(facts->secret, strlen(facts->secret));
    }
    free(facts->secret);
    arena_free(&facts->arena);
    *facts = (ServerFacts){0};
}
