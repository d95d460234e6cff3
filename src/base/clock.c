/* SPDX-License-Identifier: Apache-2.0 */
/* Times of day, and a clock for durations. */
#include "base/clock.h"

#include <string.h>

int64_t clock_now(void)
{
    return (int64_t)time(NULL);
}

double clock_monotonic(void)
{
    struct timespec now = {0};

    (void)clock_gettime(CLOCK_MONOTONIC, &now); /* cannot fail with this clock on Linux */
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void clock_format_utc(int64_t when, char out[static 21])
{
    time_t seconds = (time_t)when;
    struct tm parts;

    if (gmtime_r(&seconds, &parts) == NULL ||
        strftime(out, 21, "%Y-%m-%dT%H:%M:%SZ", &parts) == 0) {
        memcpy(out, "0000-00-00T00:00:00Z", 21);
    }
}

void clock_format_file(int64_t when, char out[static 16])
{
    time_t seconds = (time_t)when;
    struct tm parts;

    if (localtime_r(&seconds, &parts) == NULL || strftime(out, 16, "%Y%m%d_%H%M%S", &parts) == 0) {
        memcpy(out, "00000000_000000", 16);
    }
}
