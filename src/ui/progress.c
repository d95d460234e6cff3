/* SPDX-License-Identifier: Apache-2.0 */
/* What all styles of progress have in common: rate, percent and time to go. */
#include "ui/progress.h"

#define RATE_MEMORY 10.0 /* seconds */

void progress_update_rate(Progress *progress, double now)
{
    double seconds = now - progress->rate_time;
    double rate;
    double weight;
    double weight_at_start;

    if (seconds < 0.1) {
        return;
    }
    rate = (double)(progress->bytes - progress->rate_bytes) / seconds;
    weight = seconds / (seconds + RATE_MEMORY);
    /* At the start there is little to remember: it is the average since then. */
    weight_at_start = seconds / (now - progress->phase_started);
    weight = weight > weight_at_start ? weight : weight_at_start;
    progress->rate += (rate - progress->rate) * weight;
    progress->rate_time = now;
    progress->rate_bytes = progress->bytes;
}

int progress_percent(const Progress *progress)
{
    double done;

    if (progress->total_bytes > 0) {
        done = (double)progress->bytes / (double)progress->total_bytes;
    } else if (progress->total_objects > 0) {
        done = (double)progress->objects / (double)progress->total_objects;
    } else {
        return -1;
    }
    /* Totals may be estimates; and after the last byte there may be indexes to build. */
    if (done > 0.99 &&
        (progress->objects < progress->total_objects || progress->bytes < progress->total_bytes)) {
        return 99;
    }
    return done < 1 ? (int)(done * 100) : 100;
}

double progress_eta(const Progress *progress)
{
    if (progress->bytes >= progress->total_bytes || progress->rate < 1) {
        return -1;
    }
    return (double)(progress->total_bytes - progress->bytes) / progress->rate;
}
