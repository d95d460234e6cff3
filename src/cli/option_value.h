/* SPDX-License-Identifier: Apache-2.0 */
/* The values of options: read from text, wherever that stands, and written as text again. */
#ifndef DBB_CLI_OPTION_VALUE_H
#define DBB_CLI_OPTION_VALUE_H

#include "base/buffer.h"
#include "cli/options.h"

/* Stores a value, which must live as long as options; lists and sets get one more. A flag's is NULL
 * or one of yes, no, true, false, on, off, 1, 0. `spelling` is how the user calls the option, for
 * messages. ERR_USAGE says why it can't be its value. */
bool option_store(Options *options, const Option *option, const char *value, const char *spelling,
                  Error *err) MUST_CHECK;
/* As if it had never been given. */
void option_reset(Options *options, const Option *option);
/* Gives `to` the value that `from` has; `to` has none yet. */
bool option_copy(const Options *from, Options *to, const Option *option, Error *err) MUST_CHECK;
/* Appends the value as the command line and files spell it, flags as yes and no, several with ", "
 * between them; nothing when there is none. */
void option_text(const Options *options, const Option *option, Buffer *out);
/* Several values at once: kinds that add up instead of replacing one another. */
bool option_adds_up(const Option *option);

#endif
