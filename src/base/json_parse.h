/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reads JSON by jansson. Where memory is out, jansson by itself says the same as of a text that
 * isn't JSON, and a good file must not be called damaged for that; or it crashes.
 */
#ifndef DBB_BASE_JSON_PARSE_H
#define DBB_BASE_JSON_PARSE_H

#include <jansson.h>
#include <stddef.h>

#include "base/error.h"

/* False only when memory is out. *out is NULL when the text isn't JSON; `why`, unless it is NULL,
 * then says where. `flags` are jansson's. `what` is for the message. */
bool json_parse(const char *text, size_t len, size_t flags, const char *what, json_t **out,
                json_error_t *why, Error *err) MUST_CHECK;

#endif
