/* SPDX-License-Identifier: Apache-2.0 */
/* The closest known word, by the number of letters to change, leave out, add or swap. */
#include "cli/closest.h"

#include <string.h>

enum { LONGEST = 40 };

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Three rows of the table of distances: before the last, the last, and this one. */
static size_t distance(const char *a, size_t a_len, const char *b, size_t b_len)
{
    size_t rows[3][LONGEST + 1];
    size_t *before = rows[0];
    size_t *last = rows[1];
    size_t *now = rows[2];

    for (size_t j = 0; j <= b_len; j++) {
        last[j] = j;
    }
    for (size_t i = 1; i <= a_len; i++) {
        size_t *oldest = before;

        now[0] = i;
        for (size_t j = 1; j <= b_len; j++) {
            now[j] = least(least(last[j], now[j - 1]) + 1, last[j - 1] + (a[i - 1] != b[j - 1]));
            if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
                now[j] = least(now[j], before[j - 2] + 1);
            }
        }
        before = last;
        last = now;
        now = oldest;
    }
    return last[b_len];
}

Closest closest_begin(const char *word, size_t len)
{
    return (Closest){.word = word, .len = len};
}

void closest_try(Closest *closest, const char *known)
{
    size_t known_len = strlen(known);
    size_t found;

    if (closest->len == 0 || closest->len > LONGEST || known_len > LONGEST) {
        return;
    }
    if (closest->len >= 3 && known_len > closest->len &&
        strncmp(known, closest->word, closest->len) == 0) {
        found = 1; /* an abbreviation */
    } else {
        found = distance(closest->word, closest->len, known, known_len);
    }
    if (found <= (closest->len < 4 ? 1 : 1 + closest->len / 4) &&
        (closest->best == NULL || found < closest->distance)) {
        closest->best = known;
        closest->distance = found;
    }
}
