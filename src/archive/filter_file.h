/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A file of rules, in the format of pg_dump 17's --filter: a rule a line,
 *
 *     include table "Orders"      # a comment
 *     exclude table_data log_*
 *
 * A name in double quotes may go on over several lines.
 */
#ifndef DBB_ARCHIVE_FILTER_FILE_H
#define DBB_ARCHIVE_FILTER_FILE_H

#include "archive/selection.h"

/* Adds the file's rules. "-" is standard input. ERR_USAGE names the line that is wrong. */
bool filter_file_read(const char *path, Selection *selection, Error *err) MUST_CHECK;
/* The same of a text; `name` is for messages. */
bool filter_text_read(const char *text, const char *name, Selection *selection,
                      Error *err) MUST_CHECK;

#endif
