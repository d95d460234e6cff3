/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What several databases at work at once have to say, added up. Each gets a sink of its own; what
 * comes out is one phase with one total, and texts that name their database. The sink outside gets
 * one event at a time.
 *
 * A database's total is what was guessed of it, then what it says itself (EVENT_TOTAL), in the end
 * what was done.
 */
#ifndef DBB_APP_CLUSTER_EVENTS_H
#define DBB_APP_CLUSTER_EVENTS_H

#include <stddef.h>

#include "base/error.h"
#include "base/event.h"

typedef struct ClusterEvents ClusterEvents;

/* `out` may be NULL, and must outlive it. */
bool cluster_events_new(const EventSink *out, size_t n_databases, ClusterEvents **out_events,
                        Error *err) MUST_CHECK;
void cluster_events_free(ClusterEvents *events); /* when all work has ended; NULL is fine */
/* Before any work: how the database is called, which must live as long, and a guess at its bytes;
 * 0 is none. */
void cluster_events_database(ClusterEvents *events, size_t number, const char *name,
                             uint64_t bytes);
/* Emits the phase, and the total as it is known now. */
void cluster_events_begin(ClusterEvents *events, const char *phase);
/* The sink for the work on one database, by all its threads. */
const EventSink *cluster_events_sink(const ClusterEvents *events, size_t number);
/* It has ended, well or not. */
void cluster_events_ended(ClusterEvents *events, size_t number);
/* A warning: `database "x" WHAT: ` and the error with its hint. */
void cluster_events_failed(ClusterEvents *events, size_t number, const char *what,
                           const Error *err);

#endif
