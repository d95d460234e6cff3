/* SPDX-License-Identifier: Apache-2.0 */
/* Puts the text of a definition together: heading, settings, the SQL, owner, comments. */
#include "engine/postgres/definition.h"

#include <string.h>

#include "sql/lexer.h"
#include "sql/quote.h"

const char *definition_sql(const CatalogItem *item)
{
    switch (item->part) {
    case CATALOG_STAND_IN:
        return item->dummy_sql;
    case CATALOG_DEFINITION:
        return item->replace_sql != NULL ? item->replace_sql : item->create_sql;
    case CATALOG_WHOLE:
        break;
    }
    return item->create_sql;
}

/* Owner, comments and labels go with what can carry them first: a dummy view can, a shell can't. */
static bool carries_properties(const CatalogItem *item)
{
    if (item->of->stand_in == STAND_IN_FOR_ALL) {
        return item->part != CATALOG_DEFINITION;
    }
    return item->part != CATALOG_STAND_IN;
}

static bool has_text(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static bool has_owner(const CatalogItem *item, unsigned leave_out)
{
    return item->owner != NULL && item->target != NULL && (leave_out & TEXT_BIT(TEXT_OWNER)) == 0;
}

bool definition_is_empty(const CatalogItem *item, unsigned leave_out)
{

    return !has_text(definition_sql(item)) && item->copy_out == NULL && item->write == NULL &&
           !(carries_properties(item) && (has_owner(item, leave_out) || item->texts != NULL));
}

void definition_heading(const CatalogItem *item, unsigned leave_out, Buffer *out)
{
    bool names_owner = has_text(item->owner) && (leave_out & TEXT_BIT(TEXT_OWNER)) == 0;

    buffer_puts(out, "--\n-- Name: ");
    sql_comment_text(out, item->name);
    buffer_puts(out, "; Type: ");
    sql_comment_text(out, item->kind);
    buffer_puts(out, "; Schema: ");
    sql_comment_text(out, has_text(item->schema) ? item->schema : "-");
    buffer_puts(out, "; Owner: ");
    sql_comment_text(out, names_owner ? item->owner : "-");
    buffer_puts(out, "\n--\n\n");
}

static void put_tablespace(Buffer *out, const char *tablespace)
{
    buffer_puts(out, "SET default_tablespace = ");
    if (tablespace[0] == '\0') {
        buffer_puts(out, "''");
    } else {
        sql_quote_identifier(out, tablespace);
    }
    buffer_puts(out, ";\n");
}

void definition_end_part(TextPartVec *parts, TextKind kind, Buffer *text)
{
    uint64_t before = 0;

    for (size_t i = 0; i < parts->len; i++) {
        before += parts->items[i].size;
    }
    if (text->len == before) {
        return;
    }
    if (parts->len > 0 && parts->items[parts->len - 1].kind == kind) {
        parts->items[parts->len - 1].size += text->len - before;
    } else if (!vec_push(parts, ((TextPart){.kind = kind, .size = text->len - before}))) {
        text->no_memory = true;
    }
}

static void put_properties(const CatalogItem *item, unsigned leave_out, Buffer *out,
                           TextPartVec *parts)
{
    if (has_owner(item, leave_out)) {
        buffer_printf(out, "ALTER %s OWNER TO ", item->target);
        sql_quote_identifier(out, item->owner);
        buffer_puts(out, ";\n");
        definition_end_part(parts, TEXT_OWNER, out);
    }
    for (const CatalogText *text = item->texts; text != NULL; text = text->next) {
        buffer_puts(out, text->sql);
        buffer_putc(out, '\n');
        definition_end_part(parts, text->kind, out);
    }
}

void definition_text(const CatalogItem *item, unsigned leave_out, Buffer *out, TextPartVec *parts)
{
    const char *sql = definition_sql(item);
    bool in_tablespace = item->tablespace != NULL && (leave_out & TEXT_BIT(TEXT_TABLESPACE)) == 0;

    parts->len = 0;
    definition_heading(item, leave_out, out);
    definition_end_part(parts, TEXT_DEFINITION, out);
    if (has_text(sql)) {
        if (in_tablespace) {
            put_tablespace(out, item->tablespace);
            definition_end_part(parts, TEXT_TABLESPACE, out);
        }
        buffer_puts(out, sql);
        buffer_putc(out, '\n');
        definition_end_part(parts, TEXT_DEFINITION, out);
        if (in_tablespace) {
            put_tablespace(out, "");
            definition_end_part(parts, TEXT_TABLESPACE, out);
        }
    }
    if (carries_properties(item)) {
        put_properties(item, leave_out, out, parts);
    }
    buffer_putc(out, '\n');
    if (parts->len > 0) { /* the empty line goes with what it follows */
        definition_end_part(parts, parts->items[parts->len - 1].kind, out);
    }
}

/* --- Is it safe for psql? ----------------------------------------------------------------- */

typedef struct TextReader {
    Reader base;
    const char *data;
    size_t left;
} TextReader;

static bool text_read(Reader *self, void *data, size_t len, size_t *got, Error *err)
{
    TextReader *reader = (TextReader *)self;

    if (len > reader->left) {
        len = reader->left;
    }
    memcpy(data, reader->data, len);
    reader->data += len;
    reader->left -= len;
    *got = len;
    return true;
}

bool definition_check(const CatalogItem *item, const Buffer *text, Error *err)
{
    TextReader reader = {.base = {.read = text_read}, .data = text->data, .left = text->len};
    Entry entry = {.kind = item->kind, .schema = item->schema, .name = item->name};
    SqlLexer *lexer = NULL;
    SqlToken token = {.kind = SQL_STATEMENT};
    char label[256];

    entry_label(&entry, label, sizeof label);
    if (!sql_lexer_new(&reader.base, label, DEFINITION_LIMIT, &lexer, err)) {
        return false;
    }
    while (token.kind == SQL_STATEMENT && !token.copy_from_stdin) {
        if (!sql_lexer_next(lexer, &token, err)) {
            (void)error_prefix(err, "the server's text for %s isn't whole statements", label);
            err->code = ERR_UNSUPPORTED; /* and no file is damaged */
            sql_lexer_free(lexer);
            return false;
        }
    }
    sql_lexer_free(lexer);
    if (token.kind == SQL_END) {
        return true;
    }
    (void)error_set(err, ERR_UNSUPPORTED,
                    "%s can't be backed up: its definition holds what psql would run as a command "
                    "of its own",
                    label);
    return error_hint(err, "Look at the definition for a backslash or COPY outside of quotes.");
}
