/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers as people read them. */
#include "ui/format.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/compiler.h"
#include "base/count.h"

static const char *const size_units[] = {" B", " kB", " MB", " GB", " TB", " PB", " EB"};

/* Divides the number by thousands until it has at most three digits; returns how often. */
static size_t scale(double *value, size_t n_units)
{
    size_t unit = 0;

    while (unit + 1 < n_units && *value >= (unit == 0 ? 1000.0 : 999.5)) {
        *value /= 1000;
        unit++;
    }
    return unit;
}

/* One decimal below 100, none from there on; 99.96 would print as 100.0. Bytes have none. */
static int decimals(double value, size_t unit)
{
    return unit == 0 || value >= 99.95 ? 0 : 1;
}

static FormatText scaled(uint64_t number, const char *const *units, size_t n_units)
{
    FormatText out;
    double value = (double)number;
    size_t unit = scale(&value, n_units);

    (void)snprintf(out.text, sizeof out.text, "%.*f%s", decimals(value, unit), value, units[unit]);
    return out;
}

FormatText format_size(uint64_t bytes)
{
    return count_is_known(bytes) ? scaled(bytes, size_units, ARRAY_LENGTH(size_units))
                                 : (FormatText){""};
}

FormatText format_size_of(uint64_t bytes, uint64_t total)
{
    FormatText out;
    double value = (double)bytes;
    double whole = (double)total;
    size_t unit = scale(&whole, ARRAY_LENGTH(size_units));

    for (size_t i = 0; i < unit; i++) {
        value /= 1000;
    }
    (void)snprintf(out.text, sizeof out.text, "%.*f of %.*f%s", decimals(whole, unit), value,
                   decimals(whole, unit), whole, size_units[unit]);
    return out;
}

FormatText format_count(uint64_t count)
{
    FormatText out;
    char digits[24];
    size_t len = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, count);
    char *p = out.text;

    if (!count_is_known(count)) {
        return (FormatText){""};
    }
    for (size_t i = 0; i < len; i++) {
        if (i > 0 && (len - i) % 3 == 0) {
            *p++ = ',';
        }
        *p++ = digits[i];
    }
    *p = '\0';
    return out;
}

FormatText format_count_short(uint64_t count)
{
    static const char *const units[] = {" k", " M", " G", " T", " P"};

    return count < 1000000 ? format_count(count) : scaled(count / 1000, units, ARRAY_LENGTH(units));
}

FormatText format_quantity(uint64_t count, const char *one, const char *many)
{
    FormatText out;

    (void)snprintf(out.text, sizeof out.text, "%.32s %.28s", format_count(count).text,
                   count == 1 ? one : many);
    return out;
}

FormatText format_and_quantity(uint64_t count, const char *one, const char *many)
{
    FormatText out = {""};

    if (count_is_known(count)) {
        (void)snprintf(out.text, sizeof out.text, ", %.60s",
                       format_quantity(count, one, many).text);
    }
    return out;
}

FormatText format_duration(double seconds)
{
    FormatText out;
    uint64_t whole = seconds > 0 ? (uint64_t)(seconds + 0.5) : 0;

    if (seconds < 9.95) {
        (void)snprintf(out.text, sizeof out.text, "%.1f s", seconds > 0 ? seconds : 0.0);
    } else if (whole < 60) {
        (void)snprintf(out.text, sizeof out.text, "%" PRIu64 " s", whole);
    } else if (whole < 3600) {
        (void)snprintf(out.text, sizeof out.text, "%" PRIu64 " min %02" PRIu64 " s", whole / 60,
                       whole % 60);
    } else {
        (void)snprintf(out.text, sizeof out.text, "%" PRIu64 " h %02" PRIu64 " min", whole / 3600,
                       whole / 60 % 60);
    }
    return out;
}

FormatText format_clock(double seconds)
{
    FormatText out;
    uint64_t whole = seconds > 0 ? (uint64_t)(seconds + 0.5) : 0;

    if (whole < 3600) {
        (void)snprintf(out.text, sizeof out.text, "%" PRIu64 ":%02" PRIu64, whole / 60, whole % 60);
    } else {
        (void)snprintf(out.text, sizeof out.text, "%" PRIu64 ":%02" PRIu64 ":%02" PRIu64,
                       whole / 3600, whole / 60 % 60, whole % 60);
    }
    return out;
}

FormatText format_local_time(const char *utc, bool with_zone)
{
    FormatText out;
    struct tm parts = {0};
    struct tm local;
    const char *end = strptime(utc, "%Y-%m-%dT%H:%M:%SZ", &parts);
    time_t when;

    if (end != NULL && *end == '\0') {
        when = timegm(&parts);
        if (localtime_r(&when, &local) != NULL &&
            strftime(out.text, sizeof out.text, with_zone ? "%Y-%m-%d %H:%M:%S %Z" : "%F %T",
                     &local) > 0) {
            return out;
        }
    }
    (void)snprintf(out.text, sizeof out.text, "%s", utc);
    return out;
}
