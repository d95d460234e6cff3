/* SPDX-License-Identifier: Apache-2.0 */
/* A line every few seconds with the time of day, for logs that people read later. */
#include "ui/progress.h"

#include "base/clock.h"
#include "ui/format.h"
#include "ui/text.h"

static void draw(const Progress *progress, double now, unsigned columns, Buffer *out)
{
    char utc[21];
    int percent = progress_percent(progress);
    double eta = progress_eta(progress);

    clock_format_utc(clock_now(), utc);
    buffer_printf(out, "%s dbbackup: ", format_local_time(utc, false).text);
    text_clean(out, progress->phase, false);
    if (percent >= 0) {
        buffer_printf(out, ", %d%%", percent);
    }
    if (progress->bytes > 0) {
        buffer_printf(out, ", %s",
                      progress->total_bytes >= progress->bytes
                          ? format_size_of(progress->bytes, progress->total_bytes).text
                          : format_size(progress->bytes).text);
        buffer_printf(out, ", %s/s", format_size((uint64_t)progress->rate).text);
    }
    if (progress->rows > 0) {
        buffer_printf(out, ", %s", format_quantity(progress->rows, "row", "rows").text);
    }
    if (progress->total_objects > 0) {
        buffer_printf(out, ", %s of %s objects", format_count(progress->objects).text,
                      format_count(progress->total_objects).text);
    }
    if (eta >= 0) {
        buffer_printf(out, ", ETA %s", format_clock(eta).text);
    }
    if (progress->object[0] != '\0') {
        buffer_puts(out, ", at ");
        text_clean(out, progress->object, false);
    }
    buffer_putc(out, '\n');
    (void)now;
    (void)columns;
}

const ProgressStyle progress_plain = {.first = 5, .interval = 5, .in_place = false, .draw = draw};
