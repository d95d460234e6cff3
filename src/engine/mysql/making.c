/* SPDX-License-Identifier: Apache-2.0 */
/* Entries, from the text that was put together for them. */
#include "engine/mysql/making.h"

#include "engine/mysql/definition.h"
#include "sql/mysql_quote.h"
#include "sql/quote.h"

void making_begin(Making *making, const char *kind, const char *name)
{
    buffer_clear(&making->text);
    my_definition_heading(&making->text, kind, making->catalog->database, name);
}

const char *making_qualified(Making *making, const char *table)
{
    Buffer name;
    const char *kept;

    buffer_init(&name, 4096);
    sql_quote_identifier(&name, making->catalog->database);
    buffer_putc(&name, '.');
    sql_quote_identifier(&name, table);
    kept = arena_strdup(&making->toc->arena, name.data);
    buffer_free(&name);
    return kept;
}

bool making_add(Making *making, Section section, const char *kind, const char *name, Entry **added,
                Error *err)
{
    Toc *toc = making->toc;
    Entry entry = {
        .id = (uint32_t)toc->entries.len + 1,
        .section = section,
        .kind = kind,
        .schema = making->catalog->database,
        .name = name,
    };

    buffer_putc(&making->text, '\n');
    if (!buffer_ok(&making->text, name, err)) {
        return false;
    }
    entry.create_sql = arena_strndup(&toc->arena, making->text.data, making->text.len);
    if (!vec_push(&toc->entries, entry)) {
        return error_set_memory(err, "the catalog");
    }
    *added = &toc->entries.items[toc->entries.len - 1];
    return arena_ok(&toc->arena, "the catalog", err);
}

bool making_set_deps(Making *making, Entry *entry, const uint32_t *deps, size_t n, Error *err)
{
    uint32_t *kept = arena_alloc(&making->toc->arena, (n + 1) * sizeof *kept);

    if (kept == NULL) {
        return error_set_memory(err, "the catalog");
    }
    for (size_t i = 0; i < n; i++) {
        if (deps[i] != 0) {
            kept[entry->n_deps++] = deps[i];
        }
    }
    entry->deps = kept;
    return true;
}

void making_set_drop(Making *making, Entry *entry, const char *what)
{
    Buffer sql;

    buffer_init(&sql, 4096);
    buffer_printf(&sql, "DROP %s IF EXISTS ", what);
    mysql_quote_identifier(&sql, entry->name);
    entry->drop_sql = arena_strdup(&making->toc->arena, sql.data);
    buffer_free(&sql);
}
