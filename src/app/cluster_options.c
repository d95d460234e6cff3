/* SPDX-License-Identifier: Apache-2.0 */
/* The options of a server's backup, as JSON. */
#include "app/cluster_options.h"

#include <string.h>

#include "base/json.h"

static void put_list(JsonWriter *json, const char *key, const char *const *patterns, size_t n)
{
    if (n == 0) {
        return;
    }
    json_begin_array(json, key);
    for (size_t i = 0; i < n; i++) {
        json_text(json, NULL, patterns[i]);
    }
    json_end_array(json);
}

/* What stands between the braces of the selection's own object. */
static bool put_selection(JsonWriter *json, const Selection *selection, Error *err)
{
    Buffer CLEANUP(buffer_free) text;

    buffer_init(&text, json->out->limit);
    selection_describe(selection, &text);
    if (!buffer_ok(&text, "the options", err)) {
        return false;
    }
    if (text.len > strlen("{}")) {
        buffer_puts(json->out, json->need_comma ? "," : "");
        buffer_append(json->out, text.data + 1, text.len - strlen("{}"));
        json->need_comma = true;
    }
    return true;
}

bool cluster_options_describe(const ClusterBackupRequest *request, Buffer *out, Error *err)
{
    const DatabaseChoice *choice = &request->choice;
    JsonWriter json;

    json_init(&json, out);
    json_begin_object(&json, NULL);
    put_list(&json, "include_database", choice->includes, choice->n_includes);
    put_list(&json, "exclude_database", choice->excludes, choice->n_excludes);
    if (request->globals.no_passwords) {
        json_bool(&json, "no_role_passwords", true);
    }
    if (!put_selection(&json, request->each.scope.selection, err)) {
        return false;
    }
    json_end_object(&json);
    if (strcmp(out->data, "{}") == 0) {
        buffer_clear(out);
    }
    return buffer_ok(out, "the options", err);
}
