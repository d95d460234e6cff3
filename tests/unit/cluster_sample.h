/* SPDX-License-Identifier: Apache-2.0 */
/* What tests of the cluster archive share: contents in memory, and an archive of a few databases.
 * What fails here fails the test. */
#ifndef DBB_TESTS_CLUSTER_SAMPLE_H
#define DBB_TESTS_CLUSTER_SAMPLE_H

#include "archive_sample.h"

#include "archive/cluster_writer.h"
#include "io/stream.h"

typedef struct Content {
    const char *name; /* of the database */
    const char *suffix;
    uint8_t *bytes;
    size_t len;
} Content;

typedef struct ClusterSample {
    Content *contents;
    size_t n;
    const char *failed; /* a database that isn't there, or NULL */
} ClusterSample;

extern const char globals_text[];
extern const ClusterInfo sample_info;

/* The first is an indexed script; the others are of lengths at which blocks begin and end, and
 * larger. Leaves file_path behind. */
void cluster_sample(ClusterSample *sample);
/* Two small ones. */
void cluster_sample_small(ClusterSample *sample);
void cluster_sample_free(ClusterSample *sample);
/* To other_path. */
void cluster_sample_write(const ClusterSample *sample, ClusterSummary *summary);

/* Bytes in memory as a Source, on which there is nothing to close. */
typedef struct BytesSource {
    Source base;
    const uint8_t *bytes;
} BytesSource;
void bytes_source_init(BytesSource *source, const void *bytes, size_t len);

/* Gives out at most `most` bytes at once. */
typedef struct DripReader {
    Reader base;
    const uint8_t *bytes;
    size_t len;
    size_t most;
} DripReader;
void drip_reader_init(DripReader *reader, const uint8_t *bytes, size_t len, size_t most);

#endif
