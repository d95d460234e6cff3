/* SPDX-License-Identifier: Apache-2.0 */
/* The options that say what is taken, as a Selection. */
#ifndef DBB_CLI_SELECTION_OPTIONS_H
#define DBB_CLI_SELECTION_OPTIONS_H

#include "archive/selection.h"
#include "cli/options.h"

/* Reads the filter files, too. *selection is freed with selection_free; on failure it is already.
 */
bool selection_from_options(const Options *options, Selection *selection, Error *err) MUST_CHECK;
/* TEXT_BITs: parts of what is taken that aren't. */
unsigned left_out_by_options(const Options *options);

#endif
