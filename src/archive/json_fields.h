/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fields of the JSON objects that an index is made of. A text that JSON can't hold, for it isn't
 * UTF-8, stands in hex under its key with "_hex" behind it. What is read is never trusted.
 */
#ifndef DBB_ARCHIVE_JSON_FIELDS_H
#define DBB_ARCHIVE_JSON_FIELDS_H

#include <jansson.h>

#include "base/arena.h"
#include "base/json.h"

/* Nothing for NULL. */
void json_put_text(JsonWriter *json, const char *key, const char *text);
/* 16 hex digits. */
void json_put_hash(JsonWriter *json, const char *key, uint64_t hash);

/* The text under key, kept in the arena; NULL when there is none. False when it is no text. When
 * memory is out *out is NULL and the arena tells. */
bool json_get_text(Arena *arena, const json_t *object, const char *key,
                   const char **out) MUST_CHECK;
/* These take the value itself; false when it is missing or something else. */
bool json_get_number(const json_t *value, uint64_t *out) MUST_CHECK;
bool json_get_hash(const json_t *value, uint64_t *out) MUST_CHECK;

#endif
