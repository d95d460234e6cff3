/* SPDX-License-Identifier: Apache-2.0 */
/* --database NAME,NAME,"odd, name" */
#include "cli/database_option.h"

#include "base/buffer.h"

/* One name of the list, from text on; NULL when its quotes don't end. *next is what follows it. */
static const char *take_name(Arena *arena, const char *text, const char **next)
{
    Buffer CLEANUP(buffer_free) name;
    bool quoted = *text == '"';

    buffer_init(&name, 4096);
    text += quoted;
    while (*text != '\0' && (quoted ? *text != '"' || text[1] == '"' : *text != ',')) {
        text += quoted && *text == '"';
        buffer_putc(&name, *text++);
    }
    if ((quoted && (*text != '"' || (text[1] != ',' && text[1] != '\0'))) || name.len == 0) {
        return NULL;
    }
    *next = text + quoted;
    return arena_strndup(arena, name.data, name.len);
}

void database_names_init(DatabaseNames *names)
{
    *names = (DatabaseNames){0};
    arena_init(&names->arena);
}

void database_names_free(DatabaseNames *names)
{
    vec_free(&names->list);
    arena_free(&names->arena);
}

bool database_option_split(const TextList *lists, DatabaseNames *names, Error *err)
{
    for (size_t i = 0; i < lists->len; i++) {
        const char *text = lists->items[i];

        do {
            const char *name = take_name(&names->arena, text + (text != lists->items[i]), &text);

            if (name == NULL && arena_ok(&names->arena, "--database", err)) {
                (void)error_set(err, ERR_USAGE, "--database %s is no list of names",
                                lists->items[i]);
                return error_hint(err, "Names with commas stand in double quotes: "
                                       "--database 'shop,\"a, b\"'.");
            }
            if (name == NULL || !vec_push(&names->list, name)) {
                return error_set_memory(err, "--database");
            }
        } while (*text == ',');
    }
    return true;
}
