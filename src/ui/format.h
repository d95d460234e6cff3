/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Numbers as people read them. The text comes back by value, so that it can stand right in a
 * call: printf("%s", format_size(n).text).
 */
#ifndef DBB_UI_FORMAT_H
#define DBB_UI_FORMAT_H

#include <stdbool.h>
#include <stdint.h>

typedef struct FormatText {
    char text[64];
} FormatText;

/* "0 B", "999 B", "1.0 kB", "41.2 MB", "812 GB": thousands, not 1024s. This and the next but one
 * are "" of COUNT_UNKNOWN. */
FormatText format_size(uint64_t bytes);
/* "0.3 of 2.9 GB": both in the unit of the total. */
FormatText format_size_of(uint64_t bytes, uint64_t total);
/* "50,123" */
FormatText format_count(uint64_t count);
/* "50,123", and from a million on "12.3 M" */
FormatText format_count_short(uint64_t count);
/* "1 table", "12 tables", "1 index", "2 indexes": `one` is the singular, `many` the plural. */
FormatText format_quantity(uint64_t count, const char *one, const char *many);
/* ", 12 tables"; "" of COUNT_UNKNOWN. */
FormatText format_and_quantity(uint64_t count, const char *one, const char *many);
/* "0.3 s", "42 s", "3 min 12 s", "2 h 05 min" */
FormatText format_duration(double seconds);
/* "0:17", "12:05", "1:02:03" */
FormatText format_clock(double seconds);
/* An ISO 8601 time in UTC as local time: "2026-11-23 07:05:09", with zone " CET" if wanted. Text
 * that isn't such a time comes back as it is. */
FormatText format_local_time(const char *utc, bool with_zone);

#endif
