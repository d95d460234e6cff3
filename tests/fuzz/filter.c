/* SPDX-License-Identifier: Apache-2.0 */
/* Files of rules for what is taken, and the patterns in them. */
#include "fuzz.h"

#include <stdlib.h>

#include "archive/filter_file.h"
#include "sql/name_pattern.h"

static void check_filter(const char *text)
{
    Selection selection;
    Buffer described;
    Error err = {0};

    selection_init(&selection);
    buffer_init(&described, SIZE_MAX);
    fuzz_check_verdict(filter_text_read(text, "bytes", &selection, &err), &err);
    selection_describe(&selection, &described);
    FUZZ_ASSERT(buffer_ok(&described, "a selection", &err));
    buffer_free(&described);
    selection_free(&selection);
}

static void check_pattern(const char *text)
{
    NamePattern *pattern;
    Error err = {0};
    bool matches;
    bool ok = name_pattern_new(text, 3, &pattern, &err);

    fuzz_check_verdict(ok, &err);
    if (ok) {
        (void)!name_pattern_matches(pattern, "public", "orders", &matches, &err);
        (void)!name_pattern_matches(pattern, NULL, text, &matches, &err);
        (void)name_pattern_has_schema(pattern);
        (void)name_pattern_database(pattern);
        name_pattern_free(pattern);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *text = fuzz_text(data, size);
    char *schema = NULL;
    char *name = NULL;

    check_filter(text);
    check_pattern(text);
    if (sql_split_qualified(text, &schema, &name)) {
        free(schema);
    }
    free(text);
    return 0;
}
