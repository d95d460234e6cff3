/* SPDX-License-Identifier: Apache-2.0 */
/*
 * COPY's text format into its binary format: dates and times, spelled as ISO 8601 (but for the
 * space between date and time). Days and microseconds are counted from the beginning of 2000.
 */
#include "sql/binary_value.h"

#define DATE_LEN     10     /* 2000-12-31 */
#define DAY_TIME_LEN 8      /* 23:59:59, before a fraction */
#define ZONE_LEN     3      /* +05, before minutes */
#define MAX_ZONE     15     /* hours: what servers take */
#define DAYS_TO_2000 730119 /* from the first day of year 1 */
#define USEC         INT64_C(1000000)
#define USEC_OF_DAY  (86400 * USEC)

/* Are there so many bytes, and one more to end the field? */
static bool has_room(const ValueCursor *cursor, ptrdiff_t len)
{
    return cursor->end - cursor->in > len;
}

/* *wrong is set when one isn't a digit, and else left alone. */
static unsigned two_digits(const char *in, bool *wrong)
{
    unsigned high = binary_digit(in[0]);
    unsigned low = binary_digit(in[1]);

    *wrong |= high > 9 || low > 9;
    return high * 10 + low;
}

static int64_t in_seconds(unsigned hours, unsigned minutes, unsigned seconds)
{
    return ((int64_t)hours * 60 + minutes) * 60 + seconds;
}

/* YYYY-MM-DD, a day of the (Gregorian) calendar. */
static bool read_date(ValueCursor *cursor, int64_t *days)
{
    static const uint16_t days_before[14] = {0,   0,   31,  59,  90,  120, 151,
                                             181, 212, 243, 273, 304, 334, 365};
    const char *in = cursor->in;
    bool wrong = false;
    unsigned year;
    unsigned month;
    unsigned day;
    unsigned leap_day;
    unsigned past; /* years before this one */

    if (!has_room(cursor, DATE_LEN)) {
        return false;
    }
    year = two_digits(in, &wrong) * 100 + two_digits(in + 2, &wrong);
    month = two_digits(in + 5, &wrong);
    day = two_digits(in + 8, &wrong);
    if (wrong || in[4] != '-' || in[7] != '-' || year < 1 || month < 1 || month > 12 || day < 1) {
        return false;
    }
    leap_day = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day > days_before[month + 1] - days_before[month] + (month == 2 ? leap_day : 0)) {
        return false;
    }
    past = year - 1;
    *days = (int64_t)past * 365 + past / 4 - past / 100 + past / 400 + days_before[month] +
            (month > 2 ? leap_day : 0) + day - 1 - DAYS_TO_2000;
    cursor->in += DATE_LEN;
    return true;
}

/* A point and one to six digits, if there is a point. */
static bool read_fraction(ValueCursor *cursor, int64_t *usec)
{
    static const int64_t unit[7] = {0, 100000, 10000, 1000, 100, 10, 1};
    const char *in = cursor->in;
    int64_t value = 0;
    size_t n = 0;

    *usec = 0;
    if (*in != '.') {
        return true;
    }
    in++;
    while (n < 6 && binary_digit(in[n]) <= 9) {
        value = value * 10 + binary_digit(in[n]);
        n++;
    }
    *usec = value * unit[n];
    cursor->in = in + n;
    return n > 0;
}

/* HH:MM:SS with or without a fraction: microseconds since midnight. */
static bool read_day_time(ValueCursor *cursor, int64_t *usec)
{
    const char *in = cursor->in;
    bool wrong = false;
    unsigned hour;
    unsigned minute;
    unsigned second;
    int64_t fraction;

    if (!has_room(cursor, DAY_TIME_LEN)) {
        return false;
    }
    hour = two_digits(in, &wrong);
    minute = two_digits(in + 3, &wrong);
    second = two_digits(in + 6, &wrong);
    cursor->in += DAY_TIME_LEN;
    if (wrong || in[2] != ':' || in[5] != ':' || hour > 23 || minute > 59 || second > 59 ||
        !read_fraction(cursor, &fraction)) {
        return false;
    }
    *usec = in_seconds(hour, minute, second) * USEC + fraction;
    return true;
}

/* :MM or :SS, or nothing. */
static bool read_zone_part(ValueCursor *cursor, unsigned *value)
{
    bool wrong = false;

    *value = 0;
    if (*cursor->in != ':') {
        return true;
    }
    if (!has_room(cursor, ZONE_LEN)) {
        return false;
    }
    *value = two_digits(cursor->in + 1, &wrong);
    cursor->in += ZONE_LEN;
    return !wrong && *value <= 59;
}

/* +HH, +HH:MM or +HH:MM:SS: how far clocks are ahead of UTC, in seconds. */
static bool read_zone(ValueCursor *cursor, int64_t *seconds)
{
    char sign = *cursor->in;
    bool wrong = false;
    unsigned hours;
    unsigned minutes;
    unsigned rest = 0;
    int64_t ahead;

    if ((sign != '+' && sign != '-') || !has_room(cursor, ZONE_LEN)) {
        return false;
    }
    hours = two_digits(cursor->in + 1, &wrong);
    cursor->in += ZONE_LEN;
    if (wrong || hours > MAX_ZONE || !read_zone_part(cursor, &minutes) ||
        !read_zone_part(cursor, &rest)) {
        return false;
    }
    ahead = in_seconds(hours, minutes, rest);
    *seconds = sign == '-' ? -ahead : ahead;
    return true;
}

/* Date, space, time. */
static bool read_timestamp(ValueCursor *cursor, int64_t *usec)
{
    int64_t days;
    int64_t day_time;

    if (!read_date(cursor, &days) || *cursor->in++ != ' ' || !read_day_time(cursor, &day_time)) {
        return false;
    }
    *usec = days * USEC_OF_DAY + day_time;
    return true;
}

static bool put_usec(ValueCursor *cursor, int64_t usec)
{
    binary_put(cursor->out, (uint64_t)usec, 8);
    cursor->out += 8;
    return true;
}

bool binary_value_date(ValueCursor *cursor)
{
    int64_t days;

    if (!read_date(cursor, &days)) {
        return false;
    }
    binary_put(cursor->out, (uint64_t)days, 4);
    cursor->out += 4;
    return true;
}

bool binary_value_time(ValueCursor *cursor)
{
    int64_t usec;

    return read_day_time(cursor, &usec) && put_usec(cursor, usec);
}

bool binary_value_timestamp(ValueCursor *cursor)
{
    int64_t usec;

    return read_timestamp(cursor, &usec) && put_usec(cursor, usec);
}

bool binary_value_timestamptz(ValueCursor *cursor)
{
    int64_t usec;
    int64_t ahead;

    return read_timestamp(cursor, &usec) && read_zone(cursor, &ahead) &&
           put_usec(cursor, usec - ahead * USEC);
}
