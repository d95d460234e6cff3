/* SPDX-License-Identifier: Apache-2.0 */
/* COPY's text format into its binary format: floats and numeric. */
#include "sql/binary_value.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---------------------------------------------------------------------------------- floats */

/* A float's text. Where it is exact, the value is digits / 10^scale. */
typedef struct Decimal {
    bool negative;
    bool exact;
    uint64_t digits;
    size_t scale;
} Decimal;

#define MAX_SCALE 19 /* 10^19 has 64 bits */

/* Adds a run of digits to decimal->digits; returns how many there are. */
static size_t read_digits(const char **in, Decimal *decimal)
{
    const char *start = *in;
    unsigned digit;

    while ((digit = binary_digit(**in)) <= 9) {
        decimal->exact = decimal->exact && decimal->digits <= (UINT64_MAX - 9) / 10;
        decimal->digits = decimal->digits * 10 + digit;
        (*in)++;
    }
    return (size_t)(*in - start);
}

/* [-]digits[.digits][e[+-]digits]; moves *in behind it. */
static bool read_decimal(const char **in, Decimal *decimal)
{
    Decimal exponent = {0};

    *decimal = (Decimal){.negative = **in == '-', .exact = true};
    *in += decimal->negative;
    if (read_digits(in, decimal) == 0) {
        return false;
    }
    if (**in == '.') {
        (*in)++;
        decimal->scale = read_digits(in, decimal);
        if (decimal->scale == 0) {
            return false;
        }
        decimal->exact = decimal->exact && decimal->scale <= MAX_SCALE;
    }
    if (**in == 'e') {
        (*in)++;
        *in += **in == '+' || **in == '-';
        decimal->exact = false;
        return read_digits(in, &exponent) > 0;
    }
    return true;
}

/*
 * strtod is right but slow. Most values are the quotient of two integers of 64 bits, so: its first
 * 63 bits or more, *quotient, the last of which is set if anything but zeros follows. Converted to
 * double or float that is rounded as the quotient itself, for these have far fewer bits. The value
 * is *quotient / 2^*shift; 1e-19 to 1e19, so it is in the normal range of both.
 */
static bool divide(const Decimal *decimal, uint64_t *quotient, int *shift)
{
#ifdef __SIZEOF_INT128__
    __extension__ typedef unsigned __int128 Wide;
    static const uint64_t powers[MAX_SCALE + 1] = {
        UINT64_C(1),
        UINT64_C(10),
        UINT64_C(100),
        UINT64_C(1000),
        UINT64_C(10000),
        UINT64_C(100000),
        UINT64_C(1000000),
        UINT64_C(10000000),
        UINT64_C(100000000),
        UINT64_C(1000000000),
        UINT64_C(10000000000),
        UINT64_C(100000000000),
        UINT64_C(1000000000000),
        UINT64_C(10000000000000),
        UINT64_C(100000000000000),
        UINT64_C(1000000000000000),
        UINT64_C(10000000000000000),
        UINT64_C(100000000000000000),
        UINT64_C(1000000000000000000),
        UINT64_C(10000000000000000000),
    };
    uint64_t power;
    int up; /* until the digits' highest bit is the 64th */
    int more;
    Wide dividend;

    *quotient = 0;
    *shift = 0;
    if (!decimal->exact || decimal->digits == 0) {
        return decimal->exact;
    }
    power = powers[decimal->scale];
    up = __builtin_clzll(decimal->digits);
    more = 63 - __builtin_clzll(power); /* the quotient remains below 2^64 */
    dividend = (Wide)(decimal->digits << up) << more;
    *quotient = (uint64_t)(dividend / power);
    *quotient |= (uint64_t)dividend != *quotient * power;
    *shift = up + more;
    return true;
#else
    return false;
#endif
}

/* What strtod and strtof say of the field up to `end` counts only if they took all of it (they
 * would stop at the point if there were a locale with a comma), and without complaint. */
static bool all_taken(const char *stopped, const char *end)
{
    return stopped == end && errno == 0;
}

bool binary_value_float4(ValueCursor *cursor)
{
    const char *start = cursor->in;
    Decimal decimal;
    uint64_t quotient;
    int shift;
    float value;
    uint32_t bits;

    if (!read_decimal(&cursor->in, &decimal)) {
        return false;
    }
    if (divide(&decimal, &quotient, &shift)) {
        value = ldexpf((float)quotient, -shift);
        value = decimal.negative ? -value : value;
    } else {
        char *stopped;

        errno = 0;
        value = strtof(start, &stopped); /* not by way of double: that would round twice */
        if (!all_taken(stopped, cursor->in)) {
            return false;
        }
    }
    memcpy(&bits, &value, sizeof bits);
    binary_put(cursor->out, bits, sizeof bits);
    cursor->out += sizeof bits;
    return true;
}

bool binary_value_float8(ValueCursor *cursor)
{
    const char *start = cursor->in;
    Decimal decimal;
    uint64_t quotient;
    int shift;
    double value;
    uint64_t bits;

    if (!read_decimal(&cursor->in, &decimal)) {
        return false;
    }
    if (divide(&decimal, &quotient, &shift)) {
        value = ldexp((double)quotient, -shift);
        value = decimal.negative ? -value : value;
    } else {
        char *stopped;

        errno = 0;
        value = strtod(start, &stopped);
        if (!all_taken(stopped, cursor->in)) {
            return false;
        }
    }
    memcpy(&bits, &value, sizeof bits);
    binary_put(cursor->out, bits, sizeof bits);
    cursor->out += sizeof bits;
    return true;
}

/* --------------------------------------------------------------------------------- numeric */

#define NUMERIC_DIGITS   1000 /* most that are taken */
#define NUMERIC_NEGATIVE 0x4000
#define GROUP            4 /* decimal digits in each digit of base 10000 */

/* Digits of base 10000 as they are written: without zeros in front and at the end. */
typedef struct Groups {
    char *out;
    size_t n;    /* written */
    size_t kept; /* up to the last that isn't 0 */
    int weight;  /* of the first: its power of 10000 */
} Groups;

static void add_group(Groups *groups, unsigned group)
{
    if (groups->n == 0 && group == 0) {
        groups->weight--;
        return;
    }
    binary_put(groups->out + 2 * groups->n, group, 2);
    groups->n++;
    groups->kept = group == 0 ? groups->kept : groups->n;
}

static unsigned read_group(const char *in, size_t len)
{
    unsigned group = 0;

    for (size_t i = 0; i < len; i++) {
        group = group * 10 + binary_digit(in[i]);
    }
    return group;
}

/* Groups are counted from the point: the first may be a short one. */
static void add_whole_part(Groups *groups, const char *in, size_t len)
{
    size_t first = len % GROUP;

    groups->weight = (int)((len + GROUP - 1) / GROUP) - 1;
    if (first > 0) {
        add_group(groups, read_group(in, first));
    }
    for (size_t i = first; i < len; i += GROUP) {
        add_group(groups, read_group(in + i, GROUP));
    }
}

/* And here the last one, which zeros fill up. */
static void add_fraction(Groups *groups, const char *in, size_t len)
{
    static const unsigned unit[GROUP] = {0, 1000, 100, 10};
    size_t last = len % GROUP;

    for (size_t i = 0; i < len - last; i += GROUP) {
        add_group(groups, read_group(in + i, GROUP));
    }
    if (last > 0) {
        add_group(groups, read_group(in + len - last, last) * unit[last]);
    }
}

static size_t count_digits(const char *in)
{
    const char *start = in;

    while (binary_digit(*in) <= 9) {
        in++;
    }
    return (size_t)(in - start);
}

/* [-]digits[.digits]. 0 has no groups, no weight and no sign, but digits behind the point. */
bool binary_value_numeric(ValueCursor *cursor)
{
    bool negative = *cursor->in == '-';
    const char *whole = cursor->in + negative;
    size_t whole_len = count_digits(whole);
    const char *fraction = whole + whole_len;
    size_t scale = 0;
    Groups groups = {.out = cursor->out + 8};

    if (whole_len == 0) {
        return false;
    }
    if (*fraction == '.') {
        fraction++;
        scale = count_digits(fraction);
        if (scale == 0) {
            return false;
        }
    }
    if (whole_len + scale > NUMERIC_DIGITS) {
        return false;
    }
    for (; whole_len > 0 && *whole == '0'; whole_len--) {
        whole++;
    }
    add_whole_part(&groups, whole, whole_len);
    add_fraction(&groups, fraction, scale);
    if (groups.kept == 0) {
        groups.weight = 0;
        negative = false;
    }
    binary_put(cursor->out, groups.kept, 2);
    binary_put(cursor->out + 2, (uint64_t)groups.weight, 2);
    binary_put(cursor->out + 4, negative ? NUMERIC_NEGATIVE : 0, 2);
    binary_put(cursor->out + 6, scale, 2);
    cursor->out += 8 + 2 * groups.kept;
    cursor->in = fraction + scale;
    return true;
}
