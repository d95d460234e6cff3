/* SPDX-License-Identifier: Apache-2.0 */
/*
 * choose_databases [+PATTERN|-PATTERN]...: the databases of the server that the environment names
 * which a backup of all of it takes: with a plus only these, with a minus not these. A line for
 * each: name, is it a template, is its size known. For tests against a server.
 */
#include <stdio.h>
#include <string.h>

#include "app/app.h"

static void print_warning(void *context, const Event *event)
{
    (void)context;
    if (event->kind == EVENT_WARNING) {
        fprintf(stderr, "warning: %s\n", event->text);
    }
}

static bool print_chosen(const DatabaseChoice *choice, const EngineContext *context, Error *err)
{
    DatabaseList list;
    bool ok;

    if (!postgres_engine.list_databases(&(ServerOptions){0}, NULL, context, &list, err)) {
        return false;
    }
    ok = databases_choose(choice, context, &list, err);
    for (size_t i = 0; ok && i < list.items.len; i++) {
        const DatabaseInfo *info = &list.items.items[i];

        printf("%s %s %s\n", info->name, info->is_template ? "template" : "database",
               info->size_bytes > 0 ? "sized" : "unsized");
    }
    database_list_free(&list);
    return ok;
}

int main(int argc, char **argv)
{
    const char *includes[16];
    const char *excludes[16];
    DatabaseChoice choice = {.includes = includes, .excludes = excludes};
    EventSink sink = {.emit = print_warning};
    EngineContext context = {.events = &sink};
    Error err = {0};

    for (int i = 1; i < argc && i <= 16; i++) {
        if (argv[i][0] == '+') {
            includes[choice.n_includes++] = argv[i] + 1;
        } else {
            excludes[choice.n_excludes++] = argv[i] + 1;
        }
    }
    if (!print_chosen(&choice, &context, &err)) {
        fprintf(stderr, "error: %s\n", err.message);
        return 1;
    }
    return 0;
}
