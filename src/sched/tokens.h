/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A number of tokens that several threads share, each of which takes as many as it needs at once
 * and gives them back. Who asked first is served first, so that a large wish isn't put off for ever
 * by small ones.
 */
#ifndef DBB_SCHED_TOKENS_H
#define DBB_SCHED_TOKENS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "sched/cancel.h"

typedef struct Tokens Tokens;

bool tokens_new(unsigned n, Tokens **out, Error *err) MUST_CHECK;
void tokens_free(Tokens *tokens); /* when nobody waits any more; NULL is fine */
/* Waits until that many, from 1 to all there are, are the caller's. ERR_CANCELLED once a cancel was
 * requested: then it has none. `cancel` may be NULL. */
bool tokens_take(Tokens *tokens, unsigned k, const Cancel *cancel, Error *err) MUST_CHECK;
void tokens_give(Tokens *tokens, unsigned k);
/* How many of n a part of a whole may take: its share, rounded, but 1 at least. A whole of 0 is
 * one whose size isn't known. */
unsigned tokens_share(unsigned n, uint64_t part, uint64_t whole);

#endif
