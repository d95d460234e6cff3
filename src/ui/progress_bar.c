/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One line on a terminal:
 *
 *     42% [=======>          ] 1.2 of 2.9 GB  98.1 MB/s  ETA 0:17  12.3 M rows  public.orders
 *
 * What doesn't fit is left out, the least important first; the object at work gets what is left.
 */
#include "ui/progress.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/compiler.h"
#include "ui/format.h"
#include "ui/text.h"

enum {
    OBJECT_LEAST = 8, /* columns below which a name says nothing */
    OBJECT_GOOD = 24, /* columns that tell most names apart */
    BAR = 12,         /* of one width, so that it doesn't jump when a number gets longer */
    BAR_WIDE = 24,
    WIDE_TERMINAL = 100,
    GAP = 2, /* between two parts */
};

/* In the order in which they stand on the line. */
typedef enum PartName {
    PART_PHASE,
    PART_PERCENT,
    PART_BAR,
    PART_BYTES,
    PART_RATE,
    PART_ETA,
    PART_ROWS,
    PART_OBJECTS,
    PART_OBJECT,
    N_PARTS,
} PartName;

/* The most important first. The object comes twice: some of its name, then more of it. */
static const PartName importance[] = {
    PART_PERCENT, PART_BYTES,  PART_OBJECT, PART_ETA,  PART_RATE,
    PART_OBJECTS, PART_OBJECT, PART_BAR,    PART_ROWS, PART_PHASE,
};

typedef struct Part {
    char text[160];
    size_t columns; /* 0: not to be shown */
} Part;

/* The total is an estimate: when more than that is done, it is kept to itself. */
static FormatText bytes_text(const Progress *progress)
{
    return progress->total_bytes < progress->bytes
               ? format_size(progress->bytes)
               : format_size_of(progress->bytes, progress->total_bytes);
}

static void write_parts(const Progress *progress, Part *parts)
{
    int percent = progress_percent(progress);
    double eta = progress_eta(progress);

    (void)snprintf(parts[PART_PHASE].text, sizeof parts->text, "%s", progress->phase);
    if (percent >= 0) {
        (void)snprintf(parts[PART_PERCENT].text, sizeof parts->text, "%3d%%", percent);
    }
    if (progress->bytes > 0 || progress->total_bytes > 0) {
        (void)snprintf(parts[PART_BYTES].text, sizeof parts->text, "%s", bytes_text(progress).text);
    }
    if (progress->rate >= 1 && (eta >= 0 || progress->total_bytes == 0)) {
        (void)snprintf(parts[PART_RATE].text, sizeof parts->text, "%s/s",
                       format_size((uint64_t)progress->rate).text);
    }
    if (eta >= 0) {
        (void)snprintf(parts[PART_ETA].text, sizeof parts->text, "ETA %s", format_clock(eta).text);
    } else if (progress->bytes >= progress->total_bytes &&
               progress->objects < progress->total_objects) {
        (void)snprintf(parts[PART_OBJECTS].text, sizeof parts->text, "object %s of %s",
                       format_count(progress->objects + 1).text,
                       format_count(progress->total_objects).text);
    }
    if (progress->rows > 0) {
        (void)snprintf(parts[PART_ROWS].text, sizeof parts->text, "%s rows",
                       format_count_short(progress->rows).text);
    }
}

/* The columns without which a part isn't worth showing; 0 when there is nothing to show. */
static size_t least_columns(const Part *parts, PartName name, const char *object, int percent,
                            unsigned columns)
{
    size_t whole;

    if (name == PART_BAR) {
        return percent < 0 ? 0 : columns < WIDE_TERMINAL ? BAR : BAR_WIDE;
    }
    whole = text_columns(name == PART_OBJECT ? object : parts[name].text);
    return name == PART_OBJECT && whole > OBJECT_LEAST ? OBJECT_LEAST : whole;
}

/* Up to `most` columns for the object's name. Returns the columns that are left over. */
static size_t grow_object(Part *part, const char *object, size_t most, size_t room)
{
    size_t wish = text_columns(object);

    wish = wish < most ? wish : most;
    most = part->columns + room;
    part->columns = wish < most ? wish : most;
    return most - part->columns;
}

/* Chooses what fits, the most important first; what is left over goes to the object's name. */
static void choose_parts(Part *parts, const char *object, int percent, unsigned columns)
{
    /* The last column stays free: some terminals wrap when it is filled. The first part needs no
     * gap before it. */
    size_t room = columns - 1 + GAP;

    for (size_t i = 0; i < ARRAY_LENGTH(importance); i++) {
        Part *part = &parts[importance[i]];
        size_t wide = least_columns(parts, importance[i], object, percent, columns);

        if (part->columns > 0) {
            room = grow_object(part, object, OBJECT_GOOD, room);
            continue;
        }
        if (wide + GAP > room) {
            break; /* what is less important would come and go as numbers change */
        }
        if (wide > 0) {
            part->columns = wide;
            room -= wide + GAP;
        }
    }
    if (parts[PART_OBJECT].columns > 0) {
        (void)grow_object(&parts[PART_OBJECT], object, SIZE_MAX, room);
    }
}

static void draw_bar(Buffer *out, size_t columns, int percent)
{
    size_t inside = columns - 2;
    size_t full = inside * (size_t)percent / 100;

    buffer_putc(out, '[');
    for (size_t i = 0; i < inside; i++) {
        buffer_putc(out, i < full ? '=' : i == full && percent < 100 ? '>' : ' ');
    }
    buffer_putc(out, ']');
}

/* "public.orders" of "TABLE DATA public.orders": for data the kind goes without saying. */
static const char *short_object(const char *object)
{
    static const char data[] = "TABLE DATA ";

    return strncmp(object, data, sizeof data - 1) == 0 ? object + sizeof data - 1 : object;
}

static void draw(const Progress *progress, double now, unsigned columns, Buffer *out)
{
    Part parts[N_PARTS] = {0};
    const char *object = short_object(progress->object);
    int percent = progress_percent(progress);
    bool first = true;

    write_parts(progress, parts);
    choose_parts(parts, object, percent, columns);
    for (int i = 0; i < N_PARTS; i++) {
        if (parts[i].columns == 0) {
            continue;
        }
        if (!first) {
            buffer_puts(out, i == PART_BAR ? " " : "  ");
        }
        first = false;
        if (i == PART_BAR) {
            draw_bar(out, parts[i].columns, percent);
        } else {
            text_cut(out, i == PART_OBJECT ? object : parts[i].text, parts[i].columns);
        }
    }
    (void)now;
}

const ProgressStyle progress_bar = {.first = 0.3, .interval = 0.1, .in_place = true, .draw = draw};
