/* SPDX-License-Identifier: Apache-2.0 */
/* Times of day for people and files, and a clock that only goes forward for durations. */
#ifndef DBB_BASE_CLOCK_H
#define DBB_BASE_CLOCK_H

#include <stdint.h>
#include <time.h>

/* Seconds since 1970, UTC. */
int64_t clock_now(void);
/* Seconds from some fixed point; never goes back. */
double clock_monotonic(void);
/* "2026-11-23T07:05:09Z" */
void clock_format_utc(int64_t when, char out[static 21]);
/* "20261123_070509" in local time, as file names carry it. */
void clock_format_file(int64_t when, char out[static 16]);

#endif
