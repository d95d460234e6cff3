/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/mysql/types.h"

#include <stddef.h>
#include <string.h>

bool my_is_one_of(const char *word, const char *const *words)
{
    while (*words != NULL && strcmp(*words, word) != 0) {
        words++;
    }
    return *words != NULL;
}

bool my_type_is_bytes(const char *type)
{
    static const char *const bytes[] = {
        "bit",
        "binary",
        "varbinary",
        "tinyblob",
        "blob",
        "mediumblob",
        "longblob",
        "geometry",
        "point",
        "linestring",
        "polygon",
        "multipoint",
        "multipolygon",
        "geometrycollection",
        "geomcollection",
        "vector",
        "multilinestring",
        NULL,
    };

    return my_is_one_of(type, bytes);
}
