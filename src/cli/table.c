/* SPDX-License-Identifier: Apache-2.0 */
/* A table of text. */
#include "cli/table.h"

#include <string.h>

#include "ui/text.h"

#define TEXT_LIMIT ((size_t)256 * 1024 * 1024)

void table_init(Table *table, const char *indent, const char *alignment)
{
    *table = (Table){.indent = indent, .columns = strlen(alignment), .right = alignment};
    buffer_init(&table->text, TEXT_LIMIT);
}

void table_free(Table *table)
{
    buffer_free(&table->text);
}

void table_add(Table *table, const char *text)
{
    size_t column = table->cells % table->columns;
    size_t wide = text_columns(text);

    if (wide > table->widths[column]) {
        table->widths[column] = wide;
    }
    buffer_append(&table->text, text, strlen(text) + 1);
    table->cells++;
}

/* No blanks at the end of a line. */
static void end_line(Buffer *line)
{
    while (line->len > 0 && line->data[line->len - 1] == ' ') {
        line->len--;
    }
    buffer_putc(line, '\n');
}

bool table_print(const Table *table, FILE *out, Error *err)
{
    const char *cell = table->text.data;
    Buffer line;
    bool ok;

    if (!buffer_ok(&table->text, "a table", err)) {
        return false;
    }
    buffer_init(&line, TEXT_LIMIT);
    for (size_t i = 0; i < table->cells; i++) {
        size_t column = i % table->columns;
        bool right = table->right[column] == 'r';
        bool last = column + 1 == table->columns;

        buffer_puts(&line, column == 0 ? table->indent : "  ");
        text_pad(&line, cell, table->widths[column], right);
        if (last) {
            end_line(&line);
        }
        cell += strlen(cell) + 1;
    }
    ok = buffer_ok(&line, "a table", err);
    if (ok) {
        (void)fputs(line.data, out); /* main looks at stdout's state at the end */
    }
    buffer_free(&line);
    return ok;
}
