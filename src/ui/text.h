/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that reaches a terminal: UTF-8 that is measured and cut in columns, never in the middle of a
 * character, and freed of control characters, so that no name on a server can steer the terminal.
 */
#ifndef DBB_UI_TEXT_H
#define DBB_UI_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

/* Appends text; control characters, marks that turn the writing direction and bytes that aren't
 * UTF-8 become '?'. Newlines and tabs stay when `lines`. */
void text_clean(Buffer *out, const char *text, bool lines);
/* Columns that clean text takes on a terminal. */
size_t text_columns(const char *text);
/* Appends text, cleaned, cut to at most `columns`; what is cut ends in "…". */
void text_cut(Buffer *out, const char *text, size_t columns);
/* The same, filled up with spaces to exactly `columns`, text on the left or on the right. */
void text_pad(Buffer *out, const char *text, size_t columns, bool right);

#endif
