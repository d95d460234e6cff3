/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The order of tables' data where the foreign keys are there already: the rows that are referred to
 * before those that refer to them.
 */
#ifndef DBB_ARCHIVE_DATA_ORDER_H
#define DBB_ARCHIVE_DATA_ORDER_H

#include "archive/toc.h"

/* Moves TABLE DATA entries among their own places in toc, as its FK CONSTRAINT entries ask for, and
 * adds what they refer to to their dependencies (in toc's arena), for workers that share them.
 * Ids don't change. *loop, when the keys go round in a circle, is the label of one of the tables in
 * it (in toc's arena), and otherwise NULL; the rest is then in order all the same. */
bool data_order(Toc *toc, const char **loop, Error *err) MUST_CHECK;

#endif
